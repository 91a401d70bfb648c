// docs/reference/connectors.md says of each connector what its sheet says.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
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
         "/README.md)) | " + roles + " | " + surfaces + " | " +
         operations + " |\n";
}

TEST(TableOfConnectors, SaysWhatTheSheetsSay) {
  const std::filesystem::path tree = TREE;
  const std::string page = text_of(tree / "docs/reference/connectors.md");
  for (const auto& folder : std::filesystem::directory_iterator(tree / "plugins")) {
    if (!folder.is_directory()) continue;
    auto manifest = parse_manifest(text_of(folder.path() / "connector.json"));
    ASSERT_TRUE(manifest) << folder.path() << ": " << manifest.error();
    EXPECT_NE(page.find(row_of(*manifest)), std::string::npos) << "write:\n" << row_of(*manifest);
  }
}

}  // namespace
}  // namespace handoff
