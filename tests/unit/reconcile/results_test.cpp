// The files that an audit leaves.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/reconcile/results.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Results, NoneIsReplacedBeforeAllAreWritten) {
  support::TempDir dir;
  std::string first = dir.file("findings.json");
  ASSERT_TRUE(write_together({{first, std::string("old")}}));
  EXPECT_FALSE(write_together({{first, std::string("new")}, {dir.file("no folder/summary.json"), std::string("new")}}));
  EXPECT_EQ(text_of(first), "old");
  EXPECT_TRUE(write_together({{first, std::string("new")}, {dir.file("summary.json"), std::string("new")}}));
  EXPECT_EQ(text_of(first) + text_of(dir.file("summary.json")), "newnew");
}

TEST(Results, FilesOfTwoAuditsAreNotTakenForOne) {
  support::TempDir dir;
  std::string folder = dir.file("out"), findings = folder + "/findings.json";
  report::Audit audit = Exports().pos(pos("a", "25.00")).platform(card("a", "25.00")).done();
  EXPECT_EQ(mixed(folder), "");
  ASSERT_TRUE(write_results(audit, folder));
  EXPECT_EQ(mixed(folder), "");
  std::string first = audit.id, old = text_of(findings);
  ASSERT_TRUE(write_results(audit, folder));
  EXPECT_EQ(audit.id, first);
  for (const char* name : {"findings.json", "summary.json", "report.html"})
    EXPECT_NE(text_of(folder + "/" + name).find(first), std::string::npos) << name;
  audit = Exports().pos(pos("a", "25.00")).platform(card("a", "24.00")).done();
  ASSERT_TRUE(write_results(audit, folder));
  ASSERT_TRUE(write_whole(findings, old));  // as if the run had ended before it renamed the first
  EXPECT_NE(mixed(folder).find("findings.json is of one audit (" + first + ") and summary.json of another (" +
                               audit.id + ")"),
            std::string::npos)
      << mixed(folder);
  ASSERT_TRUE(std::filesystem::remove(findings));
  EXPECT_EQ(mixed(folder), "");
}

}  // namespace
}  // namespace handoff::reconcile
