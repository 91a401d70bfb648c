// docs/reference/connectors.md says of each connector what its sheet says.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/model/manifest.hpp"

namespace handoff {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

std::string joined(std::string list, const std::string& more) { return list + (list.empty() ? "" : ", ") + more; }

std::string row_of(const Manifest& manifest) {
  std::string roles, surfaces, operations;
  for (const std::string& role : manifest.roles) roles = joined(roles, role);
  for (const auto& [name, surface] : manifest.surfaces)
    surfaces = joined(surfaces, name + " (" + (surface.pool ? "pool" : "mirror") + ")");
  for (const auto& [name, operation] : manifest.operations) operations = joined(operations, "`" + name + "`");
  return "| [" + manifest.id + "](connectors/" + manifest.id + ".md) ([notes](../../plugins/" + manifest.id +
         "/README.md)) | " + roles + " | " + surfaces + " | " + operations + " |\n";
}

/// All connectors of the tree, by id.
std::map<std::string, Manifest> sheets() {
  std::map<std::string, Manifest> out;
  for (const auto& folder : std::filesystem::directory_iterator(std::filesystem::path(TREE) / "plugins")) {
    if (!folder.is_directory()) continue;
    auto manifest = parse_manifest(text_of(folder.path() / "connector.json"));
    if (!manifest) ADD_FAILURE() << folder.path() << ": " << manifest.error();
    if (manifest) out[manifest->id] = std::move(*manifest);
  }
  return out;
}

/// Where its operations were tried, as the other tiers have it: B built, and held by the kit; J its requests judged by the
/// vendor's own description; L done at a real server.
class Tried {
 public:
  std::string cell(const Manifest& sheet, const std::string& operation) const {
    if (!sheet.operation(operation)) return {};
    // A vendor that the contract tier judges has every document and path of its connector's source judged: validate.mjs. Where
    // two operations share a path with other parameters, tests/contract/question_test.cpp asks for both.
    bool judged =
        operation == "inbound" ? has(judges_, sheet.id + "_webhooks: {") : has(judges_, "\n  " + sheet.id + ": {");
    bool in_person =
        std::filesystem::exists(tree_ / "tests/live" / sheet.id / "start") &&
        (operation == "read" || has(live_, "\"" + operation + "/1\"") || has(live_, "do = \\\"" + operation + "\\\""));
    return std::string("B") + (judged ? "J" : "") + (in_person ? "L" : "");
  }

 private:
  static bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
  const std::filesystem::path tree_ = TREE;
  const std::string judges_ = text_of(tree_ / "tests/contract/vendors.mjs");
  // Every hop of the journey there is read back.
  const std::string live_ =
      text_of(tree_ / "tests/live/question_test.cpp") + text_of(tree_ / "tests/live/live_test.cpp");
};

std::string table_of_trials() {
  const std::vector<std::string> operations = {"check",          "find_customer", "issue",   "link",   "read",
                                               "void",           "list",          "record",  "mirror", "pull",
                                               "pull_customers", "fetch",         "inbound", "notify"};
  std::string out = "| connector |", line = "| --- |";
  for (const std::string& operation : operations) {
    out += " `" + operation + "` |";
    line += " --- |";
  }
  out += "\n" + line + "\n";
  const Tried tried;
  for (const auto& [id, sheet] : sheets()) {
    for (const auto& [name, operation] : sheet.operations)
      EXPECT_NE(std::ranges::find(operations, name), operations.end()) << id << "." << name << " has no column";
    out += "| " + id + " |";
    for (const std::string& operation : operations) out += " " + tried.cell(sheet, operation) + " |";
    out += "\n";
  }
  return out;
}

TEST(TableOfConnectors, SaysWhatTheSheetsSay) {
  const std::string page = text_of(std::filesystem::path(TREE) / "docs/reference/connectors.md");
  for (const auto& [id, sheet] : sheets())
    EXPECT_NE(page.find(row_of(sheet)), std::string::npos) << "write:\n" << row_of(sheet);
}

TEST(TableOfConnectors, SaysWhereEachOperationWasTried) {
  const std::string page = text_of(std::filesystem::path(TREE) / "docs/reference/connectors.md");
  EXPECT_NE(page.find(table_of_trials()), std::string::npos) << "write:\n" << table_of_trials();
}

}  // namespace
}  // namespace handoff
