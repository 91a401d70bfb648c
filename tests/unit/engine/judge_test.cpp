#include "core/engine/judge.hpp"

#include <gtest/gtest.h>

namespace handoff::engine {
namespace {

CallSheet adding() {
  CallSheet sheet;
  sheet.label = "create";
  sheet.sign = Sign::adding;
  sheet.echoes = {"amount", "code"};
  sheet.no_effect = {"400", "400/*", "401"};
  sheet.not_no_effect = {"400/duplicate"};
  sheet.refused_before_execution = {"429"};
  sheet.applied_states = {"active"};
  return sheet;
}

Expected wanted() {
  Expected expected;
  expected.amount = Money(2500, "USD");
  expected.code = "abc";
  return expected;
}

plugin_host::Verdict verdict(std::uint32_t kind, const char* code = "") {
  plugin_host::Verdict out;
  out.kind = kind;
  out.code = code;
  out.echoes.amount = Money(2500, "USD");
  out.echoes.code = "abc";
  return out;
}

Outcome outcome(int status, const plugin_host::Verdict& said) {
  return judge_answer(adding(), status, &said, wanted()).outcome;
}

TEST(JudgeAnswer, BelievesSuccessOnlyAsFarAsTheEchoesAgree) {
  plugin_host::Verdict said = verdict(HANDOFF_VERDICT_APPLIED, "200");
  EXPECT_EQ(outcome(200, said), Outcome::applied);
  said.echoes.amount = Money(2501, "USD");
  EXPECT_EQ(outcome(200, said), Outcome::unknown);
  said.echoes.amount = Money(2500, "EUR");
  EXPECT_EQ(outcome(200, said), Outcome::unknown);
  said.echoes.amount.reset();
  EXPECT_EQ(outcome(200, said), Outcome::unknown);
}

TEST(JudgeAnswer, IsUnknownWhenTheConnectorSaysNothing) {
  EXPECT_EQ(judge_answer(adding(), 200, nullptr, wanted()).outcome, Outcome::unknown);
}

TEST(JudgeAnswer, NeverTakesAServerErrorForSuccess) {
  EXPECT_EQ(outcome(500, verdict(HANDOFF_VERDICT_APPLIED, "500")), Outcome::unknown);
}

TEST(JudgeAnswer, TakesAnEmptyEchoListForAcceptedOnly) {
  CallSheet sheet = adding();
  sheet.echoes.clear();
  plugin_host::Verdict said = verdict(HANDOFF_VERDICT_APPLIED, "204");
  EXPECT_EQ(judge_answer(sheet, 204, &said, wanted()).outcome, Outcome::accepted);
}

TEST(JudgeAnswer, RejectsOnlyByCodesTheSheetLists) {
  EXPECT_EQ(outcome(400, verdict(HANDOFF_VERDICT_REJECTED, "400/invalid")), Outcome::rejected);
  EXPECT_EQ(outcome(400, verdict(HANDOFF_VERDICT_REJECTED, "400/duplicate")), Outcome::unknown);
  EXPECT_EQ(outcome(409, verdict(HANDOFF_VERDICT_REJECTED, "409")), Outcome::unknown);
  EXPECT_EQ(outcome(500, verdict(HANDOFF_VERDICT_REJECTED, "500")), Outcome::unknown);
}

TEST(JudgeAnswer, WaitsForAStatedTimeButNeverLongerThanAnHour) {
  plugin_host::Verdict said = verdict(HANDOFF_VERDICT_REFUSED, "429");
  said.retry_after_ms = 7'000;
  EXPECT_EQ(judge_answer(adding(), 429, &said, wanted()).wait_ms, 7'000);
  said.retry_after_ms = ~std::uint64_t{0};
  EXPECT_EQ(judge_answer(adding(), 429, &said, wanted()).wait_ms, 3'600'000);
  EXPECT_EQ(judge_answer(adding(), 429, &said, wanted()).outcome, Outcome::not_sent);
  said.code = "503";
  EXPECT_EQ(judge_answer(adding(), 503, &said, wanted()).outcome, Outcome::unknown);
}

TEST(JudgeSilence, TellsNotSentFromUnknown) {
  net::Result result;
  result.ended = net::Ended::not_sent;
  EXPECT_EQ(judge_silence(result).outcome, Outcome::not_sent);
  result.ended = net::Ended::unknown;
  EXPECT_EQ(judge_silence(result).outcome, Outcome::unknown);
}

class JudgeSightings : public ::testing::Test {
 protected:
  JudgeSightings() {
    operation.name = "issue";
    seen.complete = true;
  }
  void see(std::int64_t minor, const char* state = "active") {
    Sighting sighting;
    sighting.instrument = "v_" + std::to_string(seen.sightings.size());
    sighting.amount = Money(minor, "USD");
    sighting.state = state;
    seen.sightings.push_back(sighting);
  }
  LookUp::Found found() { return judge_sightings(operation, adding(), seen, wanted()).found; }
  OperationSheet operation;
  ReadResult seen;
};

TEST_F(JudgeSightings, AdoptsExactlyOneThatMatches) {
  see(2500);
  EXPECT_EQ(found(), LookUp::Found::matching);
  see(2500);
  EXPECT_EQ(found(), LookUp::Found::several);
}

TEST_F(JudgeSightings, HoldsWhatIsThereButDiffers) {
  see(2400);
  EXPECT_EQ(found(), LookUp::Found::different);
}

TEST_F(JudgeSightings, BelievesWhatWasIssuedEvenIfAShopperSpentSomeOfIt) {
  see(900);
  seen.sightings[0].issued = Money(2500, "USD");
  EXPECT_EQ(found(), LookUp::Found::matching);
}

TEST_F(JudgeSightings, TellsNothingFromNotEverythingRead) {
  EXPECT_EQ(found(), LookUp::Found::nothing);
  seen.complete = false;
  EXPECT_EQ(found(), LookUp::Found::incomplete);
}

TEST_F(JudgeSightings, SeesACancelledBookingAsTheOppositeAmount) {
  operation.name = "record";
  see(-2500);
  Expected expected = wanted();
  expected.reversed = true;
  EXPECT_EQ(judge_sightings(operation, adding(), seen, expected).found, LookUp::Found::matching);
}

TEST(Disproof, OfAnIssueThatLinksIsAnotherCustomerOrNone) {
  OperationSheet operation;
  operation.name = "issue";
  Expected expected = wanted();
  expected.customer = "c_1";
  ReadResult seen;
  seen.complete = true;
  seen.sightings.emplace_back();
  seen.sightings[0].amount = Money(2500, "USD");
  seen.sightings[0].state = "active";
  Sighting proof;
  EXPECT_EQ(disproof(operation, seen, expected, proof), "");  // a link follows, and proves that
  operation.links = true;
  EXPECT_EQ(disproof(operation, seen, expected, proof), "no customer is linked");
  seen.sightings[0].customer = "c_2";
  EXPECT_EQ(disproof(operation, seen, expected, proof), "another customer is linked");
  seen.sightings[0].customer = "c_1";
  EXPECT_EQ(disproof(operation, seen, expected, proof), "");
}

TEST(KeyStillProtects, EndsAMarginBeforeTheWindowDoes) {
  CallSheet sheet = adding();
  sheet.retry = RetryClass::idempotent;
  sheet.key_supported = true;
  sheet.key_conflict = KeyConflict::error;
  sheet.key_window_s = 86'400;
  EXPECT_TRUE(key_still_protects(sheet, 1000, 1000 + 86'400'000 * 9 / 10 - 1));
  EXPECT_FALSE(key_still_protects(sheet, 1000, 1000 + 86'400'000 * 9 / 10));
  sheet.key_window_s = 120;  // a tenth would be twelve seconds: at least a minute
  EXPECT_TRUE(key_still_protects(sheet, 0, 59'999));
  EXPECT_FALSE(key_still_protects(sheet, 0, 60'000));
  sheet.key_conflict = KeyConflict::ignored;
  EXPECT_FALSE(key_still_protects(sheet, 0, 0));
}

TEST(ExpectedOf, AsksForNoAmountOfAVoidAndForTheVendorsNameOfTheCustomer) {
  json::Parsed input = json::parse(
      R"({"amount":{"minor":2500,"currency":"USD"},"reference":"r","customer":{"hub":"cu_7","id":"c_1"},"entry":"cancelled"})");
  EXPECT_EQ(expected_of("record", *input).amount, Money(2500, "USD"));
  EXPECT_TRUE(expected_of("record", *input).reversed);
  EXPECT_EQ(expected_of("record", *input).customer, "c_1");
  EXPECT_FALSE(expected_of("void", *input).amount);
  EXPECT_TRUE(expected_of("record", *input).ours("r"));
  EXPECT_FALSE(expected_of("record", *input).ours("another"));
}

}  // namespace
}  // namespace handoff::engine
