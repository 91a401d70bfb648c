// A connector exports its entry and nothing else: anything more could meet a symbol of the host.

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace handoff::tidy {
namespace {

std::string output(const std::string& command) {
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string out;
  for (int c = 0; pipe && (c = fgetc(pipe.get())) != EOF;) out += static_cast<char>(c);
  return out;
}

TEST(Connectors, ExportTheirEntryAndNothingElse) {
  for (const auto& folder : std::filesystem::directory_iterator(std::filesystem::path(TREE) / "plugins")) {
    if (!folder.is_directory()) continue;
    auto file = std::filesystem::path(PLUGINS) / ("libhandoff-" + folder.path().filename().string() + ".so");
    ASSERT_TRUE(std::filesystem::exists(file)) << file << " was not built; name it in plugins/CMakeLists.txt";
    EXPECT_EQ(output(NM " -D --defined-only --format=posix '" + file.string() + "' | cut -d' ' -f1"),
              "handoff_plugin_v1\n")
        << file << ": build it with handoff_add_connector(), which hides everything else";
  }
}

}  // namespace
}  // namespace handoff::tidy
