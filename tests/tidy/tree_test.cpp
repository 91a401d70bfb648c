// The rules, held against the tree. A failure lists every place at once.

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "tests/tidy/rules.hpp"

namespace handoff::tidy {
namespace {

const std::vector<Source>& tree() {
  static const std::vector<Source> read = read_tree(TREE);
  return read;
}

template <class Rule>
std::string each(Rule rule) {
  std::string out;
  for (const Source& file : tree())
    for (const Finding& finding : rule(file)) out += "  " + finding.text() + "\n";
  return out;
}

std::string lines(const Findings& findings) {
  std::string out;
  for (const Finding& finding : findings) out += "  " + finding.text() + "\n";
  return out;
}

#define EXPECT_CLEAN(text)                     \
  do {                                         \
    std::string said = text;                   \
    EXPECT_TRUE(said.empty()) << "\n" << said; \
  } while (false)

/// What a tool left behind is no part of the house.
std::string strangers_at_the_top() {
  static const std::set<std::string> kRooms = {"cmake",    "config",  "core", "docs",
                                               "examples", "plugins", "sdk",  "tests"};
  static const std::set<std::string> kFiles = {
      "CHANGELOG.md",    "CMakeLists.txt", "CMakePresets.json", "CMakeUserPresets.json",
      "CONTRIBUTING.md", "LICENSE",        "Makefile",          "Makefile.local",
      "README.md",       "build"};
  std::string out;
  for (const auto& entry : std::filesystem::directory_iterator(TREE)) {
    std::string name = entry.path().filename().string();
    if (!name.starts_with('.') && !kRooms.contains(name) && !kFiles.contains(name))
      out += "  " + name + ": what is it? A room has a place in the house; what a program writes goes below build/\n";
  }
  return out;
}

TEST(Tree, HasNothingElseAtItsTop) { EXPECT_CLEAN(strangers_at_the_top()); }
TEST(Tree, IsRead) { EXPECT_GT(tree().size(), 300u); }
TEST(Tree, KeepsTheArrowsBetweenFolders) { EXPECT_CLEAN(each(broken_arrows)); }
TEST(Tree, ShowsEachLibraryToItsFoldersOnly) { EXPECT_CLEAN(each(strange_libraries)); }
TEST(Tree, IncludesItsOwnHeaderFirst) {
  EXPECT_CLEAN(each([](const Source& file) { return own_header_not_first(file, tree()); }));
}
TEST(Tree, NamesNoVendorInCoreOrSdk) { EXPECT_CLEAN(each(vendor_names)); }
TEST(Tree, LeavesClocksChanceAndFloatingPointToTheSeams) { EXPECT_CLEAN(each(banned_calls)); }
TEST(Tree, NamesNoPathOfOneMachine) { EXPECT_CLEAN(each(machine_paths)); }
TEST(Tree, HasNoLeftOverMarks) { EXPECT_CLEAN(each(left_over_marks)); }
TEST(Tree, KeepsFilesShort) { EXPECT_CLEAN(lines(long_files(tree()))); }
TEST(Tree, SaysWhereFixturesComeFrom) { EXPECT_CLEAN(lines(fixtures_without_source(tree()))); }
TEST(Documents, LinkToWhatIsThere) { EXPECT_CLEAN(lines(dead_links(tree()))); }
TEST(Documents, SayWhatEachRuleStandsForThatIsCited) { EXPECT_CLEAN(lines(unknown_rules(tree()))); }
TEST(Documents, QuoteCodeThatCompiles) { EXPECT_CLEAN(lines(code_not_from_files(tree()))); }
TEST(Documents, SayWhetherTheirCommandsAreRun) { EXPECT_CLEAN(each(unmarked_commands)); }

}  // namespace
}  // namespace handoff::tidy
