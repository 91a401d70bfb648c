// The commands in the documents work: each document's blocks marked <!-- run --> are run in order by one shell, in a
// folder that looks like a fresh clone with its build, under a home of its own.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <memory>

#include "tests/support/temp_dir.hpp"
#include "tests/tidy/rules.hpp"

namespace handoff::tidy {
namespace {

std::vector<std::string> documents_with_commands() {
  std::vector<std::string> out;
  for (const Source& file : read_tree(TREE))
    if (is_document(file))
      for (const Block& block : blocks(file.text))
        if (block.mark == "run" && (out.empty() || out.back() != file.path)) out.push_back(file.path);
  return out;
}

class DocumentCommands : public ::testing::TestWithParam<std::string> {};

TEST_P(DocumentCommands, Work) {
  support::TempDir home;
  std::filesystem::path clone = home.path() / "handoff";
  std::filesystem::create_directories(clone / "build");
  for (const auto& entry : std::filesystem::directory_iterator(TREE))
    if (entry.path().filename() != "build")
      std::filesystem::create_symlink(entry.path(), clone / entry.path().filename());
  std::filesystem::create_directory_symlink(BUILD, clone / "build" / "dev");

  std::ofstream script(home.file("script"));
  script << "set -eux\nexport HOME='" << home.path().string() << "'\ncd '" << clone.string() << "'\n";
  for (const Source& file : read_tree(TREE))
    if (file.path == GetParam())
      for (const Block& block : blocks(file.text))
        if (block.mark == "run") script << block.text;
  script.close();

  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(("sh '" + home.file("script") + "' 2>&1").c_str(), "r"), pclose);
  std::string said;
  for (int c = 0; (c = fgetc(pipe.get())) != EOF;) said += static_cast<char>(c);
  EXPECT_EQ(pclose(pipe.release()), 0) << GetParam() << ": a command failed; correct it, or the page\n" << said;
}

INSTANTIATE_TEST_SUITE_P(In, DocumentCommands, ::testing::ValuesIn(documents_with_commands()), [](const auto& param) {
  std::string name = param.param;
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
});
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DocumentCommands);

}  // namespace
}  // namespace handoff::tidy
