#include <gtest/gtest.h>

#include <filesystem>
#include <handoff/testing/driver.hpp>
#include <handoff/testing/sheet.hpp>

#include "message.hpp"

namespace handoff::teams {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

const std::string kFolder = std::filesystem::path(FIXTURES).parent_path();

class TeamsConnector : public ::testing::Test {
 protected:
  TeamsConnector() : driver(handoff_plugin_v1, *json::parse("{}")) {
    in.title = "late: cards.issue";
    in.action = "Look.";
  }
  RunResult answered(int status, const std::string& body) {
    return driver.run("notify/1", in, [&](const Asked&) { return Answer(status, body); });
  }
  Driver driver;
  NotifyInput in;
};

TEST_F(TeamsConnector, AnErrorBehindATwoHundredIsNoMessage) {
  EXPECT_TRUE(answered(200, "1").done);
  EXPECT_TRUE(answered(202, "").done);
  RunResult limited =
      answered(200, "failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x");
  EXPECT_EQ(limited.failure, std::uint32_t{HANDOFF_FAIL_RATE_LIMITED});
  RunResult failed =
      answered(200, "failed with error: Microsoft Teams endpoint returned HTTP error 500 with ContextId x");
  EXPECT_EQ(failed.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_EQ(answered(404, "").failure, std::uint32_t{HANDOFF_FAIL_REJECTED});
}

TEST_F(TeamsConnector, MakesNoLinkOfWhatOthersWrote) {
  in.summary = "refused: [case 4711](https://evil.example)";
  NoticeCredit credit;
  credit.ref = "sc_1";
  credit.facts = "[S1](https://evil.example)";
  in.credits.push_back(credit);
  EXPECT_EQ(json::write(to_message(in)).find("]("), std::string::npos);
}

TEST_F(TeamsConnector, HasAButtonForTheFirstThreeLinksAndNoneWithout) {
  in.credits.resize(5);
  EXPECT_TRUE(to_message(in).at("attachments").as_array()[0].at("content").at("actions").is_null());
  for (NoticeCredit& credit : in.credits) credit.link = "https://hub.acme.example";
  EXPECT_EQ(to_message(in).at("attachments").as_array()[0].at("content").at("actions").as_array().size(), 3u);
}

/// The sheet says what each code means for the money; here, that an answer is told by just that code.
TEST_F(TeamsConnector, EachCodeOfTheSheetIsToldOfAnAnswerThatHasIt) {
  for (const testing::SheetCode& row : testing::sheet_codes(testing::fixture(kFolder, "connector.json"), "notify")) {
    // Behind a 200 the code stands in a sentence.
    RunResult run =
        answered(row.status(), row.name().empty() ? "" : "Microsoft Teams endpoint returned HTTP error " + row.name());
    const auto& verdict = run.verdicts[row.label];
    EXPECT_EQ(verdict.code, row.code) << row.label;
    EXPECT_EQ(verdict.kind,
              std::uint32_t{row.refused_before_execution() ? HANDOFF_VERDICT_REFUSED : HANDOFF_VERDICT_REJECTED})
        << row.label << " " << row.code;
  }
}

}  // namespace
}  // namespace handoff::teams
