#include <gtest/gtest.h>

#include <filesystem>
#include <handoff/testing/driver.hpp>
#include <handoff/testing/sheet.hpp>

#include "message.hpp"

namespace handoff::slack {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

const std::string kFolder = std::filesystem::path(FIXTURES).parent_path();

class SlackConnector : public ::testing::Test {
 protected:
  SlackConnector() : driver(handoff_plugin_v1, *json::parse("{}")) {
    in.title = "late: cards.issue";
    in.action = "Look.";
  }
  RunResult answered(int status, const std::string& body) {
    return driver.run("notify/1", in, [&](const Asked&) { return Answer(status, body); });
  }
  std::string text() const { return std::string(to_message(in).at("text").as_string()); }
  Driver driver;
  NotifyInput in;
};

TEST_F(SlackConnector, NoTextOfOthersMentionsSomebodyOrMakesALink) {
  in.action = "<!channel> <https://evil.example|here> a & b";
  in.credits.emplace_back();
  in.credits[0].facts = "customer <@U1>";
  EXPECT_EQ(text().find('<'), std::string::npos) << text();
  EXPECT_NE(text().find("a &amp; b"), std::string::npos) << text();
}

TEST_F(SlackConnector, SaysHowManyAreNotNamed) {
  in.count = 7;
  in.credits.resize(5);
  EXPECT_TRUE(text().ends_with("and 2 more")) << text();
}

TEST_F(SlackConnector, OnlyTwoHundredIsAMessage) {
  EXPECT_TRUE(answered(200, "ok").done);
  EXPECT_EQ(answered(403, "invalid_token").failure, std::uint32_t{HANDOFF_FAIL_REJECTED});
  EXPECT_EQ(answered(429, "").failure, std::uint32_t{HANDOFF_FAIL_RATE_LIMITED});
  EXPECT_EQ(answered(503, "<html>").failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_FALSE(answered(302, "").done);
}

/// The sheet says what each code means for the money; here, that an answer is told by just that code.
TEST_F(SlackConnector, EachCodeOfTheSheetIsToldOfAnAnswerThatHasIt) {
  for (const testing::SheetCode& row : testing::sheet_codes(testing::fixture(kFolder, "connector.json"), "notify")) {
    RunResult run = answered(row.status(), row.name());
    const auto& verdict = run.verdicts[row.label];
    EXPECT_EQ(verdict.code, row.code) << row.label;
    EXPECT_EQ(verdict.kind,
              std::uint32_t{row.refused_before_execution() ? HANDOFF_VERDICT_REFUSED : HANDOFF_VERDICT_REJECTED})
        << row.label << " " << row.code;
  }
}

}  // namespace
}  // namespace handoff::slack
