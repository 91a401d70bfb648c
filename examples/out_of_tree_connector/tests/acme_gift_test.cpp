#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>

namespace acme_gift {
namespace {

using namespace handoff;
using handoff::testing::Answer;
using handoff::testing::Asked;
using handoff::testing::Driver;
using handoff::testing::RunResult;

std::string fixture(const std::string& name) { return handoff::testing::fixture(FIXTURES, name); }

json::Value settings(const char* currency = "USD") {
  json::Object out;
  out.set("currency", currency);
  return json::Value(std::move(out));
}

class AcmeGiftConnector : public ::testing::Test {
 protected:
  AcmeGiftConnector() : driver(handoff_plugin_v1, settings()) {
    driver.call_id("create-card", "ho1-abc", "abc");
    in.credit.ref = "sc_1";
    in.amount = Money(2500, "USD");
    in.reference = "ho1-abc";
    in.customer.emplace();
    in.customer->hub = "cu_7";
  }
  Driver driver;
  IssueInput in;
};

TEST_F(AcmeGiftConnector, IssuesOneCardUnderTheHostsKey) {
  RunResult run = driver.run("issue/1", in, [](const Asked&) { return Answer(201, fixture("card.json")); });
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[0].method + " " + run.asked[0].target, "POST /v1/cards");
  EXPECT_EQ(run.asked[0].headers["Idempotency-Key"], "ho1-abc");
  EXPECT_EQ(run.asked[0].json().at("amount").as_string(), "25.00");
  EXPECT_EQ(run.asked[0].json().at("owner").as_string(), "cu_7");
  EXPECT_EQ(run.verdicts["create-card"].echoes.amount, Money(2500, "USD"));
  EXPECT_EQ(run.as<IssueResult>().instrument, "ag_71");
}

TEST_F(AcmeGiftConnector, RefusesACurrencyTheAccountDoesNotHoldBeforeAnythingIsSent) {
  in.amount = Money(2500, "EUR");
  RunResult run = driver.run("issue/1", in, [](const Asked&) { return Answer(201, fixture("card.json")); });
  EXPECT_TRUE(run.asked.empty());
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNSUPPORTED});
}

TEST_F(AcmeGiftConnector, GoesOnWithTheCardTheHostFoundAfterALostAnswer) {
  Sighting found;
  found.instrument = "ag_9";
  RunResult run = driver.run("issue/1", in, [&](const Asked&) { return Answer::adopted(found); });
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.as<IssueResult>().instrument, "ag_9");
}

TEST_F(AcmeGiftConnector, PassesOnAcmesOwnCodeSoThatTheSheetCanDecide) {
  RunResult run = driver.run("issue/1", in, [](const Asked&) { return Answer(422, fixture("too_high.json")); });
  EXPECT_EQ(run.verdicts["create-card"].kind, std::uint32_t{HANDOFF_VERDICT_REJECTED});
  EXPECT_EQ(run.verdicts["create-card"].code, "422/amount_too_high");
}

TEST_F(AcmeGiftConnector, CallsAnAnswerItCannotReadUnclear) {
  for (const char* body : {"", "<html>", "[]", R"({"id":"ag_1"})"}) {
    RunResult run = driver.run("issue/1", in, [&](const Asked&) { return Answer(200, body); });
    EXPECT_EQ(run.verdicts["create-card"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN}) << body;
    EXPECT_TRUE(run.failed) << body;
  }
}

TEST_F(AcmeGiftConnector, ReadsByReferenceAndSeesNothingWhereThereIsNothing) {
  ReadInput look;
  look.by = "reference";
  look.reference = "ho1-abc";
  std::string one = R"({"cards":[)" + fixture("card.json") + "]}";
  RunResult found = driver.run("read/1", look, [&](const Asked&) { return Answer(200, one); });
  ASSERT_EQ(found.as<ReadResult>().sightings.size(), 1u);
  EXPECT_EQ(found.as<ReadResult>().sightings[0].amount, Money(2500, "USD"));
  RunResult none = driver.run("read/1", look, [](const Asked&) { return Answer(200, R"({"cards":[]})"); });
  EXPECT_TRUE(none.as<ReadResult>().complete);
  EXPECT_TRUE(none.as<ReadResult>().sightings.empty());
}

TEST_F(AcmeGiftConnector, ChecksTheAccountWithAPlainFunction) {
  RunResult run = driver.run("check/1", CheckInput(), [](const Asked&) { return Answer(200, R"({"name":"Jo's"})"); });
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.as<CheckResult>().account, "Jo's");
}

TEST(AcmeGiftSettings, NameTheOneThatCannotBeUsed) {
  Driver wrong(handoff_plugin_v1, settings("ABC"));
  EXPECT_EQ(wrong.config_problem().at("pointer").as_string(), "/currency");
}

}  // namespace
}  // namespace acme_gift
