#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>
#include <handoff/testing/sheet.hpp>
#include <limits>

#include "mapping.hpp"

namespace handoff::stripe {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

constexpr const char* kLabel = "post-balance-transaction";

std::string fixture(const std::string& name) { return testing::fixture(FIXTURES, name); }

/// Whether a list of the sheet covers `code`, as the host reads it.
bool listed(const char* list, const std::string& code) {
  json::Parsed manifest = json::parse(fixture("../connector.json"));
  const json::Value& sheet = manifest->at("operations").at("record").at("calls").at(kLabel);
  for (const json::Value& entry : sheet.at(list).as_array()) {
    std::string_view text = entry.as_string();
    if (text == code) return true;
    if (text.ends_with("/*") && code.starts_with(text.substr(0, text.size() - 1))) return true;
  }
  return false;
}

json::Value settings() {
  json::Object out;
  out.set("api_version", "2026-10-28.endive");
  out.set("loyalty_metadata", "loyalty_id");
  return json::Value(std::move(out));
}

class StripeConnector : public ::testing::Test {
 protected:
  StripeConnector() : driver(handoff_plugin_v1, settings()) {
    driver.call_id(kLabel, "ho1-call", "ref");
    in.credit.ref = "sc_1";
    in.amount = Money(500, "USD");
    in.entry = "issued";
    in.reference = "ho1-k";
    in.customer = CustomerInfo();
    in.customer->id = "cus_QXg1o8vcGmoR32";
  }
  RunResult record(const Answer& answer) {
    return driver.run("record/1", in, [&](const Asked&) { return answer; });
  }
  RunResult read(const char* by, const Driver::Script& script) {
    ReadInput look;
    look.by = by;
    look.reference = "ho1-k";
    look.instrument = "cbtxn_1";
    look.customer = in.customer;
    return driver.run("read/1", look, script);
  }
  Driver driver;
  RecordInput in;
};

TEST_F(StripeConnector, BooksACreditAsANegativeTransaction) {
  RunResult run = record(Answer(200, fixture("balance_transaction.json")));
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[0].method + " " + run.asked[0].target,
            "POST /v1/customers/cus_QXg1o8vcGmoR32/balance_transactions");
  EXPECT_EQ(run.asked[0].retry, std::uint32_t{HANDOFF_RETRY_IDEMPOTENT});
  EXPECT_EQ(run.asked[0].headers["Idempotency-Key"], "ho1-call");
  EXPECT_EQ(run.asked[0].headers["Stripe-Version"], "2026-10-28.endive");
  EXPECT_EQ(run.asked[0].headers["Content-Type"], "application/x-www-form-urlencoded");
  EXPECT_EQ(run.asked[0].body,
            "amount=-500&currency=usd&description=Store%20credit%20sc_1%20issued&metadata%5Bhandoff_credit%5D=sc_1&"
            "metadata%5Bhandoff_key%5D=ho1-k");
  EXPECT_EQ(run.verdicts[kLabel].kind, std::uint32_t{HANDOFF_VERDICT_APPLIED});
  EXPECT_EQ(run.verdicts[kLabel].echoes.amount, Money(500, "USD"));
  EXPECT_EQ(run.verdicts[kLabel].echoes.customer, "cus_QXg1o8vcGmoR32");
  EXPECT_EQ(run.verdicts[kLabel].echoes.reference, "ho1-k");
  EXPECT_EQ(run.as<RecordResult>().instrument, "cbtxn_1Pgc75B7WZ01zgkWgM0DfYYl");
}

TEST_F(StripeConnector, CancelsWithTheOppositeSignAndEchoesWhatWasAsked) {
  in.entry = "cancelled";
  json::Value reply = *json::parse(fixture("balance_transaction.json"));
  reply.object()->set("amount", 500);
  RunResult run = record(Answer(200, json::write(reply)));
  EXPECT_EQ(run.asked[0].body.substr(0, 11), "amount=500&");
  EXPECT_EQ(run.verdicts[kLabel].echoes.amount, Money(500, "USD"));
}

TEST_F(StripeConnector, EchoesAWrongSignAsAnotherAmount) {
  json::Value reply = *json::parse(fixture("balance_transaction.json"));
  reply.object()->set("amount", 500);
  RunResult run = record(Answer(200, json::write(reply)));
  EXPECT_EQ(run.verdicts[kLabel].echoes.amount, Money(-500, "USD"));  // the host compares, and looks it up
}

TEST_F(StripeConnector, GoesOnWithTheTransactionTheHostFound) {
  Sighting seen;
  seen.instrument = "cbtxn_9";
  RunResult run = record(Answer::adopted(seen));
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.as<RecordResult>().instrument, "cbtxn_9");
}

TEST_F(StripeConnector, CallsAnAnswerItCannotReadUnclear) {
  for (const char* body :
       {"", "<html>", "[]", R"({"object":"customer_balance_transaction","id":"cbtxn_1"})",
        R"({"object":"customer_balance_transaction","id":"cbtxn_1","amount":"-500","currency":"usd"})",
        R"({"object":"customer_balance_transaction","id":"cbtxn_1","amount":-500,"currency":"zzz"})",
        R"({"object":"customer_balance_transaction","amount":-500,"currency":"usd"})",
        R"({"object":"refund","id":"re_1","amount":-500,"currency":"usd"})"}) {
    RunResult run = record(Answer(200, body));
    EXPECT_EQ(run.verdicts[kLabel].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN}) << body;
    EXPECT_TRUE(run.failed) << body;
  }
}

TEST_F(StripeConnector, TellsRefusalsFromDoubtInTheAnswerToAWrite) {
  struct Row {
    int status;
    std::string body;
    const char* code;
    bool no_effect;
  };
  const Row rows[] = {
      {400, R"({"error":{"type":"invalid_request_error","code":"parameter_missing"}})", "400/parameter_missing", true},
      {400, R"({"error":{"type":"invalid_request_error"}})", "400/invalid_request_error", true},
      {400, fixture("error_key.json"), "400/idempotency_error", false},
      {409, R"({"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}})", "409/idempotency_error",
       false},
      {409, "", "409", false},
      {401, R"({"error":{"type":"invalid_request_error"}})", "401/invalid_request_error", true},
      {402, "{}", "402", true},
      {403, "{}", "403", true},
      {404, fixture("error_missing.json"), "404/resource_missing", true},
      {404, "", "404", false},
      {500, R"({"error":{"type":"api_error"}})", "500/api_error", false},
      {503, "<html>", "503", false},
      {302, "", "302", false},
  };
  for (const Row& row : rows) {
    RunResult run = record(Answer(row.status, row.body));
    EXPECT_TRUE(run.failed) << row.code;
    EXPECT_EQ(run.verdicts[kLabel].kind, std::uint32_t{HANDOFF_VERDICT_REJECTED}) << row.code;
    EXPECT_EQ(run.verdicts[kLabel].code, row.code);
    EXPECT_EQ(listed("no_effect_codes", row.code) && !listed("not_no_effect_codes", row.code), row.no_effect)
        << row.code;
  }
}

TEST_F(StripeConnector, WaitsForALockOrALimit) {
  Answer locked(429, fixture("error_lock.json"));
  locked.headers["retry-after"] = "7";
  RunResult run = record(locked);
  EXPECT_EQ(run.verdicts[kLabel].kind, std::uint32_t{HANDOFF_VERDICT_REFUSED});
  EXPECT_EQ(run.verdicts[kLabel].retry_after_ms, 7000u);
  EXPECT_TRUE(listed("refused_before_execution_codes", run.verdicts[kLabel].code));
  locked.headers["retry-after"] = "-7";
  EXPECT_EQ(record(locked).verdicts[kLabel].retry_after_ms, 0u);
  EXPECT_FALSE(listed("refused_before_execution_codes", record(Answer(429, "")).verdicts[kLabel].code));
}

TEST_F(StripeConnector, NeverRepeatsTheKeyOfAnAccount) {
  RunResult run = record(Answer(401, R"({"error":{"message":"Invalid API Key provided: sk_live_abcd"}})"));
  EXPECT_EQ(run.verdicts[kLabel].message.find("sk_"), std::string::npos);
  EXPECT_EQ(json::write(run.result).find("sk_"), std::string::npos);
}

TEST_F(StripeConnector, SendsNothingItCannotMean) {
  in.customer.reset();
  EXPECT_EQ(record(Answer(200, "")).failure, std::uint32_t{HANDOFF_FAIL_REJECTED});
  in.customer = CustomerInfo();
  in.customer->id = "cus_1";
  in.entry = "adjusted";
  RunResult odd = record(Answer(200, ""));
  EXPECT_TRUE(odd.asked.empty());
  EXPECT_EQ(odd.failure, std::uint32_t{HANDOFF_FAIL_UNSUPPORTED});
}

TEST_F(StripeConnector, ReadsTheWholeHistoryForAReference) {
  RunResult run = read("history", [](const Asked& asked) {
    return Answer(200, fixture(asked.label == "list-transactions-1" ? "history_1.json" : "history_2.json"));
  });
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[0].target, "/v1/customers/cus_QXg1o8vcGmoR32/balance_transactions?limit=100");
  EXPECT_EQ(run.asked[1].target,
            "/v1/customers/cus_QXg1o8vcGmoR32/balance_transactions?limit=100&starting_after=cbtxn_2");
  ReadResult seen = run.as<ReadResult>();
  EXPECT_TRUE(seen.complete);
  ASSERT_EQ(seen.sightings.size(), 1u);
  EXPECT_EQ(seen.sightings[0].instrument, "cbtxn_1");
  EXPECT_EQ(seen.sightings[0].amount, Money(500, "USD"));
  EXPECT_EQ(seen.sightings[0].state, "active");
  EXPECT_EQ(seen.sightings[0].reference, "ho1-k");
  EXPECT_EQ(seen.sightings[0].credit, "sc_1");
}

TEST_F(StripeConnector, ReadsACreditsWholeHistory) {
  ReadInput look;
  look.by = "history";
  look.credit = "sc_1";
  look.customer = in.customer;
  RunResult run = driver.run("read/1", look, [](const Asked& asked) {
    return Answer(200, fixture(asked.label == "list-transactions-1" ? "history_1.json" : "history_2.json"));
  });
  ReadResult seen = run.as<ReadResult>();
  ASSERT_EQ(seen.sightings.size(), 2u);
  EXPECT_EQ(seen.sightings[0].amount, Money(-500, "USD"));  // cancelled
}

TEST_F(StripeConnector, CallsAHistoryWithoutEndIncomplete) {
  RunResult run = read("history", [](const Asked&) { return Answer(200, fixture("history_1.json")); });
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked.size(), 20u);
  EXPECT_FALSE(run.as<ReadResult>().complete);
}

TEST_F(StripeConnector, NeverTakesHalfAPageForAbsence) {
  for (const char* body :
       {"", "{}", R"({"data":[]})", R"({"data":[],"has_more":true})", R"({"data":[{}],"has_more":false})"})
    EXPECT_EQ(read("history", [&](const Asked&) { return Answer(200, body); }).failure,
              std::uint32_t{HANDOFF_FAIL_UNREADABLE})
        << body;
}

TEST_F(StripeConnector, ReadsAMissingCustomerOrTransactionAsACompleteNothing) {
  for (const char* by : {"history", "instrument"}) {
    RunResult run = read(by, [](const Asked&) { return Answer(404, fixture("error_missing.json")); });
    ASSERT_TRUE(run.done) << by;
    EXPECT_TRUE(run.as<ReadResult>().complete);
    EXPECT_TRUE(run.as<ReadResult>().sightings.empty());
  }
}

TEST_F(StripeConnector, ReadsOneTransaction) {
  RunResult run = read("instrument", [](const Asked&) { return Answer(200, fixture("balance_transaction.json")); });
  EXPECT_EQ(run.asked[0].target, "/v1/customers/cus_QXg1o8vcGmoR32/balance_transactions/cbtxn_1");
  ASSERT_EQ(run.as<ReadResult>().sightings.size(), 1u);
}

TEST_F(StripeConnector, SortsTheFailuresOfReads) {
  const std::pair<int, std::uint32_t> rows[] = {{401, HANDOFF_FAIL_AUTH},         {403, HANDOFF_FAIL_AUTH},
                                                {429, HANDOFF_FAIL_RATE_LIMITED}, {409, HANDOFF_FAIL_RETRYABLE},
                                                {500, HANDOFF_FAIL_RETRYABLE},    {400, HANDOFF_FAIL_REJECTED}};
  for (const auto& [status, failure] : rows) {
    int answered = status;
    EXPECT_EQ(read("history", [&](const Asked&) { return Answer(answered, "{}"); }).failure, failure) << status;
  }
}

TEST_F(StripeConnector, FindsCustomersByEveryIdentifierItWasGiven) {
  FindCustomerInput find;
  find.email = "jenny@example.com";
  find.phone = "+15551234567";
  find.loyalty = "L'1\\";
  RunResult run =
      driver.run("find_customer/1", find, [](const Asked&) { return Answer(200, fixture("customers.json")); });
  ASSERT_TRUE(run.done);
  ASSERT_EQ(run.asked.size(), 3u);
  EXPECT_EQ(run.asked[0].target, "/v1/customers?email=jenny%40example.com&limit=100");
  EXPECT_EQ(run.asked[1].target, "/v1/customers/search?query=phone%3A%27%2B15551234567%27&limit=100");
  EXPECT_EQ(run.asked[2].target,
            "/v1/customers/search?query=metadata%5B%27loyalty_id%27%5D%3A%27L%5C%271%5C%5C%27&limit=100");
  FindCustomerResult found = run.as<FindCustomerResult>();
  ASSERT_EQ(found.candidates.size(), 1u);
  EXPECT_EQ(found.candidates[0].id, "cus_QXg1o8vcGmoR32");
  EXPECT_EQ(found.candidates[0].email, "jenny@example.com");
  EXPECT_EQ(found.candidates[0].phone, "+15551234567");
  EXPECT_EQ(found.candidates[0].loyalty, "L-1");
}

TEST_F(StripeConnector, PagesThroughCustomersOfOneEmail) {
  FindCustomerInput find;
  find.email = "jenny@example.com";
  RunResult run = driver.run("find_customer/1", find, [](const Asked& asked) {
    bool first = asked.label == "find-by-email-1";
    return Answer(200, std::string(R"({"has_more":)") + (first ? "true" : "false") +
                           R"(,"data":[{"object":"customer","id":")" + (first ? "cus_1" : "cus_2") + R"("}]})");
  });
  EXPECT_EQ(run.asked[1].target, "/v1/customers?email=jenny%40example.com&limit=100&starting_after=cus_1");
  EXPECT_EQ(run.as<FindCustomerResult>().candidates.size(), 2u);
}

TEST_F(StripeConnector, ChecksThatBalancesMayBeRead) {
  RunResult run = driver.run("check/1", CheckInput(), [](const Asked& asked) {
    return asked.label == "list-one" ? Answer(200, fixture("customers.json")) : Answer(403, "{}");
  });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_AUTH});
}

TEST(StripeAmounts, AreTheSmallestUnitExceptWhereStripeSaysOtherwise) {
  EXPECT_EQ(to_stripe(Money(2500, "USD")), 2500);
  EXPECT_EQ(to_stripe(Money(25, "JPY")), 25);
  EXPECT_EQ(to_stripe(Money(1501, "KWD")), 1501);
  EXPECT_EQ(to_stripe(Money(25, "ISK")), 2500);
  EXPECT_EQ(to_stripe(Money(2500, "MGA")), 25);
  EXPECT_THROW(to_stripe(Money(2501, "MGA")), Failure);
  EXPECT_THROW(to_stripe(Money(25, "UGX")), Failure);
  EXPECT_THROW(to_stripe(Money(25, "CLF")), Failure);
  EXPECT_THROW(to_stripe(Money(std::numeric_limits<std::int64_t>::max(), "USD")), Failure);
  EXPECT_THROW(to_stripe(Money(std::numeric_limits<std::int64_t>::max() / 2, "ISK")), Failure);
  EXPECT_EQ(from_stripe(-2500, "usd"), Money(-2500, "USD"));
  EXPECT_EQ(from_stripe(25, "jpy"), Money(25, "JPY"));
  EXPECT_EQ(from_stripe(1500, "kwd"), Money(1500, "KWD"));
  EXPECT_EQ(from_stripe(2500, "isk"), Money(25, "ISK"));
  EXPECT_EQ(from_stripe(2550, "isk"), std::nullopt);
  EXPECT_EQ(from_stripe(25, "mga"), Money(2500, "MGA"));
  EXPECT_EQ(from_stripe(25, "ugx"), std::nullopt);
}

TEST(StripeAmounts, SurviveTheSmallestInteger) {
  json::Value row = *json::parse(
      R"({"object":"customer_balance_transaction","id":"c","amount":-9223372036854775808,"currency":"usd"})");
  EXPECT_FALSE(to_sighting(row));
}

/// The sheet says what each code means for the money; here, that an answer is told by just that code.
TEST_F(StripeConnector, EachCodeOfTheSheetIsToldOfAnAnswerThatHasIt) {
  for (const testing::SheetCode& row : testing::sheet_codes(fixture("../connector.json"), "record")) {
    bool is_type = row.name() == "idempotency_error";
    const std::string named =
        R"({"error":{"type":")" + (is_type ? row.name() : "some_error") + R"(","code":")" + row.name() + "\"}}";
    RunResult run = record(Answer(row.status(), row.name().empty() ? "" : named));
    EXPECT_EQ(run.verdicts[kLabel].code, row.code);
    EXPECT_EQ(run.verdicts[kLabel].kind,
              std::uint32_t{row.refused_before_execution() ? HANDOFF_VERDICT_REFUSED : HANDOFF_VERDICT_REJECTED})
        << row.code;
  }
}

}  // namespace
}  // namespace handoff::stripe
