// Damaged files: whatever an editor, a merge or a bad download leaves behind, the answer is settings or complaints.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "tests/unit/config/support.hpp"

namespace handoff::config::testing {
namespace {

constexpr int kRounds = 600;

std::vector<std::string> corpus() {
  std::vector<std::string> out = {contents(HANDOFF_CONFIG_EXAMPLE)};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kHere / "wrong"))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::ranges::sort(files);
  for (const std::filesystem::path& file : files) out.push_back(contents(file));
  return out;
}

class Damage {
 public:
  explicit Damage(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string text(std::string out) {
    for (std::size_t times = 1 + below(3); times > 0 && !out.empty(); --times) once(out);
    return out;
  }

 private:
  void once(std::string& out) {
    static constexpr std::array<std::string_view, 9> kValues = {
        "{}", "[]", "\"\"", "1.5", "2026-01-01", "[[1]]", "[\"\"]", "{ env = \"A\" }", "-1"};
    std::size_t at = below(out.size());
    std::size_t value = out.find("= ", at);
    std::size_t end = out.find_first_of(",\n}", value == std::string::npos ? at : value);
    switch (below(3)) {
      case 0:
        out[at] = static_cast<char>(below(128));
        break;
      case 1:
        out.erase(at, 1 + below(8));
        break;
      default:
        if (value != std::string::npos && end != std::string::npos)
          out.replace(value + 2, end - value - 2, kValues[below(kValues.size())]);
    }
  }
  std::mt19937 random_;
};

TEST(ConfigRobustness, DamagedFilesAreAcceptedOrComplainedAbout) {
  std::vector<std::string> all = corpus();
  TempFolder folder;
  Damage damage(20261123);
  for (int round = 0; round < kRounds; ++round) {
    std::string text = damage.text(all[damage.below(all.size())]);
    SCOPED_TRACE("round " + std::to_string(round) + ":\n" + text);
    std::expected<Settings, Diagnostics> settings = load(folder.write("handoff.toml", text), catalogue());
    EXPECT_EQ(settings.has_value(), !has_error(settings ? settings->warnings : settings.error()));
  }
}

TEST(ConfigRobustness, ALetterWhereABlankCouldStandIsAComplaint) {
  TempFolder folder;
  for (const char* text :
       {"name \u00E9= 1\n", "a = \"\"\"x\\\u00E9\"\"\"\n", "\u0100 = 1\n", "a = [1\u2DA0]\n", "[x]\u03A9\n"}) {
    std::expected<Settings, Diagnostics> settings = load(folder.write("handoff.toml", text), catalogue());
    ASSERT_FALSE(settings) << text;
    EXPECT_EQ(settings.error().front().line, 1) << text;
  }
}

}  // namespace
}  // namespace handoff::config::testing
