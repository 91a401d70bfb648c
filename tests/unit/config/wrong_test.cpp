// Every wrong/NAME.toml (or folder wrong/NAME.d) gives exactly the lines of wrong/NAME.expected.
// HANDOFF_UPDATE_GOLDEN=1 rewrites the expectations: read them as the operator who has to act on them.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "core/config/secrets.hpp"
#include "tests/unit/config/support.hpp"

namespace handoff::config::testing {
namespace {

std::vector<std::string> wrong_files() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(kHere / "wrong"))
    if (entry.path().extension() == ".toml" || entry.path().extension() == ".d")
      out.push_back(entry.path().filename().string());
  std::ranges::sort(out);
  return out;
}

std::string pascal_case(const std::string& snake) {
  std::string out;
  bool start = true;
  for (char c : snake) {
    if (c != '_' && c != '-') out += start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    start = c == '_' || c == '-';
  }
  return out;
}

/// What an operator sees: the complaints, or the warnings and then what the secrets lack.
std::string lint(const std::filesystem::path& path) {
  std::expected<Settings, Diagnostics> settings = load(path, catalogue());
  if (!settings) return render(settings.error());
  return render(settings->warnings) + render(resolve_secrets(*settings));
}

class Wrong : public ::testing::TestWithParam<std::string> {};

TEST_P(Wrong, SaysWhatToWrite) {
  std::filesystem::path golden = kHere / "wrong" / GetParam();
  golden.replace_extension(".expected");
  std::string said = without(lint(kHere / "wrong" / GetParam()), (kHere / "wrong").string() + "/");
  ASSERT_FALSE(said.empty()) << GetParam() << " is accepted";
  if (std::getenv("HANDOFF_UPDATE_GOLDEN") != nullptr) std::ofstream(golden, std::ios::binary) << said;
  EXPECT_EQ(said, contents(golden)) << "if the new text is better, run again with HANDOFF_UPDATE_GOLDEN=1";
}

INSTANTIATE_TEST_SUITE_P(Config, Wrong, ::testing::ValuesIn(wrong_files()),
                         [](const auto& file) { return pascal_case(file.param.substr(0, file.param.find('.'))); });

}  // namespace
}  // namespace handoff::config::testing
