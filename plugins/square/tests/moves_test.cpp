// What moves on a gift card after its issue: told of by notifications, and found by the pull behind them.

#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>

#include "card_mapping.hpp"

namespace handoff::square {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

std::string published(const std::string& name) { return testing::fixture(FIXTURES, name); }

RunResult notify(const char* settings, const std::string& body) {
  Driver driver(handoff_plugin_v1, *json::parse(settings));
  InboundInput in;
  in.headers.emplace_back("x-square-hmacsha256-signature", "c2ln");
  return driver.run("inbound/1", in, [](const Asked&) { return Answer::checked(true); }, body);
}

constexpr const char* kPlatform = R"({"gift_card_location":"81FN9BNFZTKS4"})";

class SquareMoves : public ::testing::Test {
 protected:
  SquareMoves() : driver(handoff_plugin_v1, *json::parse(kPlatform)) { since.since = "2026-11-23T10:00:00Z"; }
  RunResult pull(const json::Value& cursor, const std::string& activities) {
    since.cursor = cursor;
    return driver.run("pull/1", since,
                      [&](const Asked& asked) { return Answer(200, asked.label == "list-moves" ? activities : "{}"); });
  }
  Driver driver;
  PullInput since;
};

TEST_F(SquareMoves, OneActivityIsOneHintWhoeverTellsOfIt) {
  const json::Value event = *json::parse(published("activity_redeemed.json"));
  RunResult told = notify(kPlatform, published("activity_redeemed.json"));
  ASSERT_EQ(told.emitted.size(), 1u);
  EXPECT_EQ(told.emitted[0].at("object").as_string(), "gftc:00113070ba5745f0b2377c1b9570cb03");
  RunResult refunds = pull(json::Value(), "");
  ASSERT_TRUE(refunds.more);
  RunResult listed =
      pull(refunds.result,
           R"({"gift_card_activities":[)" + json::write(event.at("data").at("object").at("gift_card_activity")) + "]}");
  ASSERT_EQ(listed.emitted.size(), 1u);
  EXPECT_EQ(listed.emitted[0], told.emitted[0]);
}

TEST_F(SquareMoves, ActivityThatIsTakenBackLaterIsAHintOfItsOwn) {
  json::Value event = *json::parse(published("activity_redeemed.json"));
  event.object()->set("type", "gift_card.activity.updated");
  RunResult told = notify(kPlatform, json::write(event));
  ASSERT_EQ(told.emitted.size(), 1u);
  EXPECT_EQ(told.emitted[0].at("id"), event.at("event_id"));
}

TEST_F(SquareMoves, RegisterThatIsNoPlatformDropsThemAndAsksForNone) {
  RunResult told = notify("{}", published("activity_redeemed.json"));
  EXPECT_TRUE(told.done);
  EXPECT_TRUE(told.emitted.empty());
  Driver till(handoff_plugin_v1, *json::parse("{}"));
  RunResult pulled = till.run("pull/1", since, [](const Asked&) { return Answer(200, "{}"); });
  EXPECT_TRUE(pulled.done);
  EXPECT_EQ(json::write(pulled.result), R"({"watermark":"2026-11-23T10:00:00.000Z"})");
}

TEST_F(SquareMoves, PagesOfActivitiesFollowTheRefundsAndKeepBothPlaces) {
  RunResult refunds = pull(json::Value(), "");
  ASSERT_TRUE(refunds.more);
  const char* page =
      R"({"gift_card_activities":[{"id":"a","type":"LOAD","gift_card_id":"gftc:1","created_at":"2026-11-23T11:00:00Z"}],"cursor":"next"})";
  RunResult first = pull(refunds.result, page);
  EXPECT_NE(first.asked.at(0).target.find("begin_time=2026-11-23T09%3A55%3A00.000Z"), std::string::npos);
  ASSERT_TRUE(first.more);
  RunResult second = pull(first.result, "{}");
  EXPECT_NE(second.asked.at(0).target.find("begin_time=2026-11-23T09%3A55%3A00.000Z"), std::string::npos);
  EXPECT_NE(second.asked.at(0).target.find("cursor=next"), std::string::npos);
  ASSERT_TRUE(second.done);
  EXPECT_EQ(second.result.at("cards").at("watermark").as_string(), "2026-11-23T11:00:00.000Z");
  RunResult next_time = pull(second.result, "");
  EXPECT_EQ(next_time.asked.at(0).label, "list-refunds");
  EXPECT_EQ(next_time.result.at("cards").at("begin").as_string(), "2026-11-23T10:55:00.000Z");
}

TEST_F(SquareMoves, ListOfWhatIsNoActivityIsUnreadable) {
  RunResult refunds = pull(json::Value(), "");
  for (const char* body : {R"({"gift_card_activities":{}})", R"({"gift_card_activities":[{}]})", "<html>"})
    EXPECT_EQ(pull(refunds.result, body).failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE}) << body;
}

/// Our own issue ends in an ACTIVATE, and tells nobody anything new.
TEST(SquareActivities, SayWhatHappenedToTheValue) {
  EXPECT_FALSE(to_hint(*json::parse(R"({"id":"a","type":"ACTIVATE","gift_card_id":"gftc:1"})")));
  const std::pair<const char*, const char*> kinds[] = {{"REDEEM", "credit.redeemed"},
                                                       {"REFUND", "credit.refunded"},
                                                       {"UNLINKED_ACTIVITY_REFUND", "credit.refunded"},
                                                       {"DEACTIVATE", "credit.voided"},
                                                       {"ADJUST_DECREMENT", "credit.adjusted"},
                                                       {"BLOCK", "credit.adjusted"},
                                                       {"SOMETHING_NEW", "credit.adjusted"}};
  for (const auto& [type, kind] : kinds) EXPECT_EQ(movement_of(std::string(kMoved) + type), kind) << type;
}

}  // namespace
}  // namespace handoff::square
