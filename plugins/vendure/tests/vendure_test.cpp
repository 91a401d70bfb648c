#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>
#include <handoff/testing/sheet.hpp>

#include "errors.hpp"
#include "mapping.hpp"

namespace handoff::vendure {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

std::string fixture(const std::string& name) { return testing::fixture(FIXTURES, name); }

const char* const kSettings = R"({"base_url":"https://shop.example.com","currency":"USD"})";
const char* const kReference = "ho1-vgwsl3akgc427j7ft7tzwh2ic7gwesua";

std::string text(json::Value value) { return json::write(value); }

json::Value wallet(std::int64_t balance, const std::string& currency = "USD") {
  json::Object out;
  out.set("id", "4").set("code", "opkuhhfvpuh3kb56kvbtcxzfvh").set("name", "Store credit sc_1").set("balance", balance);
  out.set("currencyCode", currency).set("createdAt", "2026-11-26T02:59:41.771Z").set("metadata", nullptr);
  return json::Value(std::move(out));
}

json::Value entries(const std::vector<std::int64_t>& amounts, const std::string& reference = kReference) {
  json::Array items;
  for (std::int64_t amount : amounts) {
    json::Object item;
    item.set("amount", amount).set("description", reference);
    items.emplace_back(std::move(item));
  }
  json::Object out;
  out.set("totalItems", static_cast<std::int64_t>(items.size())).set("items", std::move(items));
  return json::Value(std::move(out));
}

Answer data(const char* field, json::Value value) {
  json::Object inner, outer;
  inner.set(field, std::move(value));
  outer.set("data", std::move(inner));
  return Answer(200, text(json::Value(std::move(outer))));
}

Answer adjusted(std::int64_t balance, const std::vector<std::int64_t>& amounts, const std::string& currency = "USD",
                const std::string& reference = kReference) {
  json::Value shown = wallet(balance, currency);
  shown.object()->set("adjustments", entries(amounts, reference));
  return data("adjustBalanceForWallet", std::move(shown));
}

class VendureConnector : public ::testing::Test {
 protected:
  VendureConnector() : driver(handoff_plugin_v1, *json::parse(kSettings)) {
    in.credit.ref = "sc_1";
    in.amount = Money(2500, "USD");
    in.reference = kReference;
    in.code = "opkuhhfvpuh3kb56kvbtcxzfvh";
    in.customer.emplace();
    in.customer->id = "1";
    look.by = "code";
    look.code = in.code;
    look.credit = "sc_1";
    look.reference = kReference;
  }
  RunResult issue(const Answer& adjust, const Answer& create = Answer(200, fixture("wallet_created.json"))) {
    return driver.run("issue/1", in,
                      [&](const Asked& asked) { return asked.label == "create-wallet" ? create : adjust; });
  }
  RunResult read(const Answer& ledger) {
    return driver.run("read/1", look, [&](const Asked& asked) {
      if (asked.label == "find-wallet") return Answer(200, fixture("wallets.json"));
      return asked.label == "find-owner" ? Answer(200, fixture("owned.json")) : ledger;
    });
  }
  Driver driver;
  IssueInput in;
  ReadInput look;
};

TEST_F(VendureConnector, MakesAWalletForTheCustomerAndPutsTheAmountOnIt) {
  RunResult run = issue(Answer(200, fixture("adjusted.json")));
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.as<IssueResult>().instrument, "4");
  const json::Value create = run.asked[0].json(), adjust = run.asked[1].json();
  EXPECT_EQ(create.at("variables").at("i").at("customerId").as_string(), "1");
  EXPECT_EQ(create.at("variables").at("i").at("name").as_string(), "Store credit sc_1");
  EXPECT_EQ(adjust.at("variables").at("i").at("amount").as_integer(), 2500);
  EXPECT_EQ(adjust.at("variables").at("i").at("description").as_string(), kReference);
  EXPECT_EQ(run.verdicts["adjust-balance"].echoes.amount, Money(2500, "USD"));
  EXPECT_EQ(run.verdicts["adjust-balance"].echoes.reference, kReference);
}

TEST_F(VendureConnector, GoesOnWithTheWalletTheHostFound) {
  Sighting found;
  found.instrument = "9";
  found.amount = Money(0, "USD");
  found.state = "inactive";
  RunResult run = driver.run("issue/1", in, [&](const Asked& asked) {
    return asked.label == "create-wallet" ? Answer::adopted(found) : Answer(500, "");
  });
  EXPECT_EQ(run.asked[1].json().at("variables").at("i").at("walletId").as_string(), "9");
}

TEST_F(VendureConnector, PutsNothingOnAWalletOfAnotherCurrency) {
  RunResult run = issue(Answer(500, ""), data("createWallet", wallet(0, "EUR")));
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNSUPPORTED});
  EXPECT_EQ(run.asked.size(), 1u);
  Sighting found;
  found.instrument = "4";
  found.amount = Money(0, "EUR");
  run = driver.run("issue/1", in, [&](const Asked&) { return Answer::adopted(found); });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNSUPPORTED});
  EXPECT_EQ(run.asked.size(), 1u);
}

TEST_F(VendureConnector, CallsAnAnswerThatDoesNotShowExactlyOneEntryUnclear) {
  json::Value other = wallet(2500);
  other.object()->set("id", "5");
  other.object()->set("adjustments", entries({2500}));
  for (const Answer& answer :
       {adjusted(5000, {2500, 2500}), adjusted(2500, {}), adjusted(2500, {2500}, "USD", "ho1-other"),
        data("adjustBalanceForWallet", std::move(other)), Answer(200, ""), Answer(200, "<html>"),
        Answer(200, R"({"data":{"adjustBalanceForWallet":null}})")}) {
    RunResult run = issue(answer);
    EXPECT_EQ(run.verdicts["adjust-balance"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN}) << answer.body;
    EXPECT_TRUE(run.failed);
  }
  EXPECT_EQ(issue(adjusted(2500, {2499})).verdicts["adjust-balance"].echoes.amount, Money(2499, "USD"));
}

TEST_F(VendureConnector, PassesEachRefusalToTheSheetUnderItsCode) {
  const std::map<std::string, std::string> codes = {{"error_balance.json", "200/USER_INPUT_ERROR"},
                                                    {"error_schema.json", "400/GRAPHQL_VALIDATION_FAILED"}};
  for (const auto& [file, code] : codes) {
    RunResult run = issue(Answer(code.starts_with("400") ? 400 : 200, fixture(file)));
    EXPECT_EQ(run.verdicts["adjust-balance"].kind, std::uint32_t{HANDOFF_VERDICT_REJECTED}) << file;
    EXPECT_EQ(run.verdicts["adjust-balance"].code, code);
  }
  RunResult run = issue(Answer(500, ""), Answer(200, fixture("error_duplicate.json")));
  EXPECT_EQ(run.verdicts["create-wallet"].code, "200/uncoded");  // the database's, which the sheet does not list
  run = issue(Answer(500, ""), Answer(200, fixture("error_result.json")));
  EXPECT_EQ(run.verdicts["create-wallet"].code, "200/INVALID_CREDENTIALS_ERROR");
  EXPECT_EQ(issue(Answer(503, "")).verdicts["adjust-balance"].code, "503");
  EXPECT_EQ(issue(Answer(400, R"({"statusCode":400,"message":"Unterminated string"})")).verdicts["adjust-balance"].code,
            "400");
}

TEST_F(VendureConnector, TakesNoErrorThatCameAfterTheMutationForARefusal) {
  const char* after = R"({"errors":[{"message":"gone","path":["adjustBalanceForWallet","adjustments"],)"
                      R"("extensions":{"code":"FORBIDDEN"}}],"data":null})";
  EXPECT_EQ(issue(Answer(200, after)).verdicts["adjust-balance"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN});
  const char* both = R"({"errors":[{"message":"odd","extensions":{"code":"FORBIDDEN"}}],)"
                     R"("data":{"adjustBalanceForWallet":{"id":"4"}}})";
  EXPECT_EQ(issue(Answer(200, both)).verdicts["adjust-balance"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN});
}

TEST_F(VendureConnector, WaitsAsLongAsAGatewayAsks) {
  Answer limited(429, "");
  limited.headers["retry-after"] = "7";
  RunResult run = issue(limited);
  EXPECT_EQ(run.verdicts["adjust-balance"].kind, std::uint32_t{HANDOFF_VERDICT_REFUSED});
  EXPECT_EQ(run.verdicts["adjust-balance"].retry_after_ms, 7000u);
}

TEST_F(VendureConnector, IssuesNothingToWhomTheShopDoesNotKnow) {
  in.customer->id.clear();
  RunResult run = issue(Answer(500, ""));
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_REJECTED});
  EXPECT_TRUE(run.asked.empty());
}

TEST_F(VendureConnector, AsksForNoAmountTheShopCannotHold) {
  for (const Money& amount : {Money(2147483648, "USD"), Money(0, "USD"), Money(2500, "EUR")}) {
    in.amount = amount;
    RunResult run = issue(Answer(500, ""));
    EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNSUPPORTED}) << amount.text();
    EXPECT_TRUE(run.asked.empty());
  }
}

TEST_F(VendureConnector, ShowsAllThatWasEverPutOnTheWallet) {
  json::Value twice = wallet(5000);
  twice.object()->set("adjustments", entries({2500, 2500}));
  RunResult run = read(data("wallet", std::move(twice)));
  ASSERT_TRUE(run.done) << run.problem;
  EXPECT_EQ(run.as<ReadResult>().sightings.at(0).issued,
            Money(5000, "USD"));  // not what was asked for: held, not adopted
  json::Value by_hand = wallet(700);
  by_hand.object()->set("adjustments", entries({}));
  EXPECT_EQ(read(data("wallet", std::move(by_hand))).as<ReadResult>().sightings.at(0).state, "unknown");
}

TEST_F(VendureConnector, TellsWhoseAWalletIsOnlyWhereTheShopShowsIt) {
  look.customer.emplace();
  look.customer->id = "1";
  EXPECT_EQ(read(Answer(200, fixture("ledger.json"))).as<ReadResult>().sightings.at(0).customer, "1");
  RunResult run = driver.run("read/1", look, [&](const Asked& asked) {
    if (asked.label == "find-wallet") return Answer(200, fixture("wallets.json"));
    return asked.label == "find-owner" ? Answer(200, R"({"data":{"customer":null}})")
                                       : Answer(200, fixture("ledger.json"));
  });
  EXPECT_EQ(run.as<ReadResult>().sightings.at(0).customer, "");
}

TEST_F(VendureConnector, FailsAReadByWhatItsAnswerMeans) {
  const std::vector<std::pair<Answer, std::uint32_t>> meanings = {
      {Answer(200, fixture("error_forbidden.json")), HANDOFF_FAIL_AUTH},
      {Answer(401, ""), HANDOFF_FAIL_AUTH},
      {Answer(200, fixture("error_channel.json")), HANDOFF_FAIL_CONFIG},
      {Answer(200, fixture("error_duplicate.json")), HANDOFF_FAIL_RETRYABLE},
      {Answer(400, fixture("error_schema.json")), HANDOFF_FAIL_REJECTED},
      {Answer(429, ""), HANDOFF_FAIL_RATE_LIMITED},
      {Answer(502, "<html>"), HANDOFF_FAIL_RETRYABLE},
      {Answer(200, "{}"), HANDOFF_FAIL_UNREADABLE},
      {Answer(200, R"({"data":{"giftCardWallets":{"totalItems":2,"items":[]}}})"), HANDOFF_FAIL_UNREADABLE}};
  for (const auto& [answer, failure] : meanings)
    EXPECT_EQ(driver.run("read/1", look, [&](const Asked&) { return answer; }).failure, failure) << answer.body;
}

TEST_F(VendureConnector, SendsTheChannelAlong) {
  Driver channel(
      handoff_plugin_v1,
      *json::parse(
          R"({"base_url":"https://s.example.com","currency":"EUR","channel_token":"eu-token","api_path":"/api"})"));
  RunResult run = channel.run("check/1", CheckInput(), [](const Asked&) { return Answer(200, fixture("check.json")); });
  EXPECT_EQ(run.asked[0].target, "/api");
  EXPECT_EQ(run.asked[0].headers.at("vendure-token"), "eu-token");
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_CONFIG});  // the channel of the answer holds USD
}

TEST_F(VendureConnector, NamesTheSettingItCannotUse) {
  Driver wrong(handoff_plugin_v1, *json::parse(R"({"base_url":"https://s.example.com","currency":"ABC"})"));
  EXPECT_EQ(wrong.config_problem().at("pointer").as_string(), "/currency");
}

TEST(VendureMoney, IsMinorUnitsOfAnyCurrencyWithin32Bits) {
  EXPECT_EQ(to_units(Money(2147483647, "USD"), "USD"), 2147483647);
  EXPECT_EQ(to_units(Money(25, "JPY"), "JPY"), 25);
  EXPECT_EQ(to_units(Money(25001, "KWD"), "KWD"), 25001);
  EXPECT_EQ(to_money(*json::parse("25001"), json::Value("KWD")), Money(25001, "KWD"));
  EXPECT_FALSE(to_money(*json::parse("25.5"), json::Value("USD")));
  EXPECT_FALSE(to_money(*json::parse("\"25\""), json::Value("USD")));
  EXPECT_FALSE(to_money(*json::parse("25"), json::Value("XYZ")));
}

/// The sheet says what each code means for the money; here, that an answer is told by just that code.
TEST_F(VendureConnector, EachCodeOfTheSheetIsToldOfAnAnswerThatHasIt) {
  for (const testing::SheetCode& row : testing::sheet_codes(fixture("../connector.json"), "issue")) {
    const std::string body =
        R"({"errors":[{"message":"no","extensions":{"code":")" + row.name() + R"("}}],"data":null})";
    const Answer refusal(row.status(), row.name().empty() ? "" : body);
    RunResult run = row.label == "create-wallet" ? issue(refusal, refusal) : issue(refusal);
    const auto& verdict = run.verdicts[row.label];
    EXPECT_EQ(verdict.code, row.code) << row.label;
    EXPECT_EQ(verdict.kind,
              std::uint32_t{row.refused_before_execution() ? HANDOFF_VERDICT_REFUSED : HANDOFF_VERDICT_REJECTED})
        << row.label << " " << row.code;
  }
}

}  // namespace
}  // namespace handoff::vendure
