#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>

#include "mapping.hpp"

namespace handoff::square {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

constexpr const char* kRefund = "bP9mAsEMYPUGjjGNaNO5ZDVyLhSZY_69MmgHubkLqx9wGhnmenRUHOaKitE6llfZuxcWYjGxd";

std::string fixture(const std::string& name) { return testing::fixture(FIXTURES, name); }

json::Value settings() {
  return *json::parse(R"({"version":"2025-08-20","notification_url":"https://hub.example.com/in/square",)"
                      R"("utc_offset":"-05:00","location_ids":["L88917AVBK2S5"],"reasons":["Store credit"]})");
}

Answer square(const Asked& asked) {
  if (asked.label.starts_with("get-payment")) return Answer(200, fixture("payment.json"));
  if (asked.label.starts_with("get-customer")) return Answer(200, fixture("customer.json"));
  return Answer(200, fixture(asked.label == "list-refunds" ? "refunds.json" : "refund.json"));
}

json::Value refund_with(const char* name, json::Value value) {
  json::Value refund = json::parse(fixture("refund.json"))->at("refund");
  refund.object()->set(name, std::move(value));
  return refund;
}

SourceEvent event(const json::Value& emitted) {
  SourceEvent out;
  EXPECT_EQ(decode(emitted, out), "");
  return out;
}

class SquareConnector : public ::testing::Test {
 protected:
  SquareConnector() : driver(handoff_plugin_v1, settings()) {
    notified.method = "POST";
    notified.headers.emplace_back("x-square-hmacsha256-signature", "c2ln");
    hint.type = "refund.updated";
    hint.object = kRefund;
    since.since = "2021-10-13T20:00:00Z";
  }
  RunResult notify(const std::string& body, bool genuine = true) {
    return driver.run("inbound/1", notified, [&](const Asked&) { return Answer::checked(genuine); }, body);
  }
  RunResult fetch_refund(const json::Value& refund) {
    return driver.run("fetch/1", hint, [&](const Asked& asked) {
      json::Object body;
      body.set("refund", refund);
      return asked.label == "get-refund" ? Answer(200, json::write(json::Value(body))) : square(asked);
    });
  }
  Driver driver;
  InboundInput notified;
  FetchInput hint;
  PullInput since;
};

TEST_F(SquareConnector, ChecksTheSignatureOverUrlAndRawBody) {
  const std::string body = fixture("refund_updated.json");
  RunResult run = notify(body);
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[0].kind, std::uint32_t{HANDOFF_CALL_MAC_CHECK});
  EXPECT_EQ(run.asked[0].secret, "webhook_key");
  EXPECT_EQ(run.asked[0].message, "https://hub.example.com/in/square" + body);
  EXPECT_EQ(run.asked[0].expected, "c2ln");
  EXPECT_EQ(run.as<InboundResult>().status, 200);
  ASSERT_EQ(run.emitted.size(), 1u);
  EXPECT_EQ(run.emitted[0].at("id").as_string(), "bc316346-6691-4243-88ed-6d651a0d0c47");
  EXPECT_EQ(run.emitted[0].at("type").as_string(), "refund.updated");
  EXPECT_EQ(run.emitted[0].at("object").as_string(),
            "KkAkhdMsgzn59SM8A89WgKwekxLZY_ptNBVqHYxt5gAdfcobBe4u1AZsXhoz06KTtuq9Ls24P");
}

TEST_F(SquareConnector, SignsOverTheHostsUrlWhereNoneIsSet) {
  Driver plain(handoff_plugin_v1, *json::parse("{}"));
  notified.url = "https://other.example.com/";
  RunResult run = plain.run("inbound/1", notified, [](const Asked&) { return Answer::checked(true); }, "{}");
  EXPECT_EQ(run.asked[0].message, "https://other.example.com/{}");
}

TEST_F(SquareConnector, BelievesNothingThatIsForged) {
  RunResult forged = notify(fixture("refund_updated.json"), false);
  EXPECT_EQ(forged.failure, std::uint32_t{HANDOFF_FAIL_FORGED});
  EXPECT_TRUE(forged.emitted.empty());
  notified.headers.clear();
  RunResult unsigned_one = notify(fixture("refund_updated.json"));
  EXPECT_EQ(unsigned_one.failure, std::uint32_t{HANDOFF_FAIL_FORGED});
  EXPECT_TRUE(unsigned_one.asked.empty());
}

TEST_F(SquareConnector, AnswersOtherTypesWithoutAHint) {
  for (const char* type : {"payment.updated", "gift_card.activity.created", "refund.imagined"}) {
    RunResult run = notify(R"({"event_id":"e","type":")" + std::string(type) + R"(","data":{"id":"o"}})");
    ASSERT_TRUE(run.done) << type;
    EXPECT_EQ(run.as<InboundResult>().status, 200);
    EXPECT_TRUE(run.emitted.empty()) << type;
  }
}

TEST_F(SquareConnector, TakesAPaymentsChangeOnlyWhereItNamesARefundAndACustomer) {
  RunResult run = notify(fixture("payment_updated.json"));
  ASSERT_EQ(run.emitted.size(), 1u);
  EXPECT_EQ(run.emitted[0].at("type").as_string(), "payment.updated");
  EXPECT_EQ(run.emitted[0].at("object").as_string(), "bP9mAsEMYPUGjjGNaNO5ZDVyLhSZY");
  for (const char* missing : {"customer_id", "refund_ids"}) {
    std::string told = fixture("payment_updated.json");
    told.insert(told.find(missing), "un");
    RunResult other = notify(told);
    EXPECT_TRUE(other.done && other.emitted.empty()) << missing;
  }
}

TEST_F(SquareConnector, FetchesTheRefundsOfAPaymentThatChangedWithItsCustomerOfNow) {
  hint.type = "payment.updated";
  hint.object = "bP9mAsEMYPUGjjGNaNO5ZDVyLhSZY";
  std::string refunds = R"(["r1","r2"])";
  auto answer = [&](const Asked& asked) {
    return asked.label == "get-payment" ? Answer(200, R"({"payment":{"refund_ids":)" + refunds + "}}") : square(asked);
  };
  RunResult run = driver.run("fetch/1", hint, answer);
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[0].target, "/v2/payments/bP9mAsEMYPUGjjGNaNO5ZDVyLhSZY");
  EXPECT_EQ(run.asked[1].target, "/v2/refunds/r1");
  ASSERT_EQ(run.emitted.size(), 2u);
  for (const json::Value& one : run.emitted) EXPECT_EQ(event(one).email, "Amelia.Earhart@example.com");
  refunds = "[]";
  EXPECT_TRUE(driver.run("fetch/1", hint, answer).emitted.empty());
}

TEST_F(SquareConnector, CallsANotificationItCannotReadUnreadable) {
  for (const char* body : {"", "<xml>", R"({"type":"refund.updated","data":{"id":"o"}})",
                           R"({"type":"refund.updated","event_id":"e","data":{}})"})
    EXPECT_EQ(notify(body).failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE}) << body;
}

TEST_F(SquareConnector, FetchesARefundToStoreCreditAsACredit) {
  RunResult run = driver.run("fetch/1", hint, square);
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  ASSERT_EQ(run.asked.size(), 3u);
  EXPECT_EQ(run.asked[0].method + " " + run.asked[0].target, std::string("GET /v2/refunds/") + kRefund);
  EXPECT_EQ(run.asked[0].headers["Square-Version"], "2025-08-20");
  EXPECT_EQ(run.asked[1].target, "/v2/payments/bP9mAsEMYPUGjjGNaNO5ZDVyLhSZY");
  EXPECT_EQ(run.asked[2].target, "/v2/customers/JDKYHBWT1D4F8MFH63DBMEN8Y4");
  ASSERT_EQ(run.emitted.size(), 1u);
  SourceEvent credit = event(run.emitted[0]);
  EXPECT_EQ(credit.kind, "credit.issued");
  EXPECT_EQ(credit.unique_id, kRefund);
  EXPECT_EQ(credit.amount, Money(555, "USD"));
  EXPECT_EQ(credit.store, "L88917AVBK2S5");
  EXPECT_EQ(credit.terminal, "DEVICE_INSTALLATION_ID");
  EXPECT_EQ(credit.staff, "TMoK_ogh6rH1o4dV");
  EXPECT_EQ(credit.business_date, "2021-10-13");
  EXPECT_EQ(credit.transaction, "bP9mAsEMYPUGjjGNaNO5ZDVyLhSZY");
  EXPECT_EQ(credit.balance_type, "refund");
  EXPECT_EQ(credit.email, "Amelia.Earhart@example.com");
  EXPECT_EQ(credit.phone, "+1-212-555-4240");
  EXPECT_EQ(credit.customer, "JDKYHBWT1D4F8MFH63DBMEN8Y4");
}

TEST_F(SquareConnector, TakesOnlyFinishedRefundsToStoreCredit) {
  const std::pair<const char*, json::Value> others[] = {
      {"status", "PENDING"},
      {"status", "FAILED"},
      {"status", "REJECTED"},
      {"status", nullptr},
      {"destination_type", "CARD"},
      {"destination_type", ""},
      {"location_id", "OTHER"},
      {"destination_details", nullptr},
      {"destination_details", *json::parse(R"({"external_details":{"type":"CHECK","source":"x"}})")}};
  for (const auto& [name, value] : others) {
    RunResult run = fetch_refund(refund_with(name, value));
    ASSERT_TRUE(run.done) << name;
    EXPECT_EQ(run.asked.size(), 1u) << name;
    EXPECT_TRUE(run.emitted.empty()) << name << json::write(value);
  }
}

TEST_F(SquareConnector, TakesARefundByItsReason) {
  json::Value refund = refund_with("destination_details", nullptr);
  refund.object()->set("reason", "STORE CREDIT");
  EXPECT_EQ(fetch_refund(refund).emitted.size(), 1u);
  refund.object()->set("reason", "Store credit, maybe");
  EXPECT_TRUE(fetch_refund(refund).emitted.empty());
}

TEST_F(SquareConnector, IsACreditWithoutAKnownCustomer) {
  RunResult unlinked = fetch_refund(refund_with("payment_id", nullptr));
  ASSERT_EQ(unlinked.emitted.size(), 1u);
  EXPECT_EQ(unlinked.asked.size(), 1u);
  RunResult gone = driver.run("fetch/1", hint, [](const Asked& asked) {
    return asked.label == "get-customer" ? Answer(404, fixture("error_not_found.json")) : square(asked);
  });
  ASSERT_EQ(gone.emitted.size(), 1u);
  EXPECT_EQ(event(gone.emitted[0]).email, "");
  EXPECT_EQ(event(gone.emitted[0]).customer, "JDKYHBWT1D4F8MFH63DBMEN8Y4");
}

TEST_F(SquareConnector, KeepsEveryCurrencyExact) {
  const std::pair<const char*, Money> rows[] = {{R"({"amount":25,"currency":"JPY"})", Money(25, "JPY")},
                                                {R"({"amount":2500,"currency":"USD"})", Money(2500, "USD")},
                                                {R"({"amount":1500,"currency":"KWD"})", Money(1500, "KWD")}};
  for (const auto& [text, money] : rows) {
    RunResult run = fetch_refund(refund_with("amount_money", *json::parse(text)));
    ASSERT_EQ(run.emitted.size(), 1u) << text;
    EXPECT_EQ(event(run.emitted[0]).amount, money);
  }
}

TEST_F(SquareConnector, MakesNoCreditOfARefundItCannotRead) {
  for (const char* money : {"{}", R"({"amount":"555","currency":"USD"})", R"({"amount":5.5,"currency":"USD"})",
                            R"({"amount":555,"currency":"ZZZ"})", R"({"amount":0,"currency":"USD"})",
                            R"({"amount":-5,"currency":"USD"})"}) {
    RunResult run = fetch_refund(refund_with("amount_money", *json::parse(money)));
    EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE}) << money;
    EXPECT_TRUE(run.emitted.empty()) << money;
  }
  EXPECT_EQ(fetch_refund(refund_with("created_at", "yesterday")).failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_EQ(fetch_refund(json::Value()).failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  RunResult run = driver.run("fetch/1", hint, [](const Asked& asked) {
    return asked.label == "get-payment" ? Answer(200, "{}") : square(asked);
  });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
}

TEST_F(SquareConnector, PullsPageAfterPage) {
  RunResult run = driver.run("pull/1", since, square);
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.more);
  EXPECT_EQ(run.asked[0].target,
            "/v2/refunds?updated_at_begin_time=2021-10-13T19%3A55%3A00.000Z&sort_field=UPDATED_AT&sort_order=ASC&"
            "limit=10");
  ASSERT_EQ(run.emitted.size(), 1u);  // the first of the page is a refund to a card
  EXPECT_EQ(event(run.emitted[0]).unique_id, "REFUND-2");
  EXPECT_EQ(event(run.emitted[0]).business_date, "2021-10-13");  // half past nine in the evening there
  EXPECT_EQ(run.asked[1].label, "get-payment-2");

  since.cursor = run.result;
  run = driver.run("pull/1", since, [](const Asked&) { return Answer(200, R"({"refunds":[]})"); });
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[0].target.substr(0, 65), "/v2/refunds?updated_at_begin_time=2021-10-13T19%3A55%3A00.000Z&so");
  EXPECT_NE(run.asked[0].target.find("&cursor=5evquW1YswHoT4EoyUhzMmTsCnsSXBU9U0WJ4FU4623nrMQcocH0RGU6Up1Y"),
            std::string::npos);
  EXPECT_EQ(json::write(run.result), R"({"watermark":"2021-10-14T02:30:01.250Z"})");

  since.cursor = run.result;
  run = driver.run("pull/1", since, [](const Asked&) { return Answer(200, "{}"); });  // Square leaves out empty lists
  ASSERT_TRUE(run.done);
  EXPECT_NE(run.asked[0].target.find("begin_time=2021-10-14T02%3A25%3A01.250Z&"), std::string::npos);
  EXPECT_EQ(json::write(run.result), R"({"watermark":"2021-10-14T02:30:01.250Z"})");
}

TEST_F(SquareConnector, PullsAWholePageInOneRun) {
  json::Value body = *json::parse(fixture("refunds.json"));
  json::Array refunds(40, body.at("refunds").at(1));
  body.object()->set("refunds", refunds);
  RunResult run = driver.run("pull/1", since, [&](const Asked& asked) {
    return asked.label == "list-refunds" ? Answer(200, json::write(body)) : square(asked);
  });
  ASSERT_EQ(run.problem, "");
  EXPECT_EQ(run.emitted.size(), 40u);
}

TEST_F(SquareConnector, EmitsNothingOfAPageItCannotFinish) {
  RunResult run = driver.run("pull/1", since, [](const Asked& asked) {
    return asked.label == "list-refunds" ? square(asked) : Answer(503, "");
  });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_RETRYABLE});
  EXPECT_TRUE(run.emitted.empty());
}

TEST_F(SquareConnector, StartsAgainWhenTheCursorIsNotTaken) {
  RunResult run = driver.run("pull/1", since, [](const Asked&) {
    return Answer(400, R"({"errors":[{"category":"INVALID_REQUEST_ERROR","code":"INVALID_CURSOR"}]})");
  });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_CURSOR_EXPIRED});
}

TEST_F(SquareConnector, SortsTheFailuresOfReads) {
  auto error = [](const char* category, const char* code) {
    return R"({"errors":[{"category":")" + std::string(category) + R"(","code":")" + code +
           R"(","detail":"ada@example.com"}]})";
  };
  const std::pair<Answer, std::uint32_t> rows[] = {
      {Answer(401, error("AUTHENTICATION_ERROR", "ACCESS_TOKEN_EXPIRED")), HANDOFF_FAIL_AUTH},
      {Answer(403, error("AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPES")), HANDOFF_FAIL_AUTH},
      {Answer(429, error("RATE_LIMIT_ERROR", "RATE_LIMITED")), HANDOFF_FAIL_RATE_LIMITED},
      {Answer(500, error("API_ERROR", "INTERNAL_SERVER_ERROR")), HANDOFF_FAIL_RETRYABLE},
      {Answer(200, error("API_ERROR", "TEMPORARY_ERROR")), HANDOFF_FAIL_RETRYABLE},
      {Answer(503, "<html>"), HANDOFF_FAIL_RETRYABLE},
      {Answer(404, fixture("error_not_found.json")), HANDOFF_FAIL_NOT_FOUND},
      {Answer(400, error("INVALID_REQUEST_ERROR", "BAD_REQUEST")), HANDOFF_FAIL_REJECTED},
      {Answer(200, "<html>"), HANDOFF_FAIL_UNREADABLE},
  };
  for (const auto& [answer, failure] : rows) {
    RunResult run = driver.run("fetch/1", hint, [&](const Asked&) { return answer; });
    EXPECT_EQ(run.failure, failure) << answer.status << answer.body;
    EXPECT_EQ(json::write(run.result).find("ada@"), std::string::npos);
  }
}

TEST_F(SquareConnector, ReadsTheRefundARegisterNames) {
  ReadInput read;
  read.by = "reference";
  read.reference = kRefund;
  RunResult run = driver.run("read/1", read, square);
  ASSERT_EQ(run.as<ReadResult>().sightings.size(), 1u);
  EXPECT_EQ(run.as<ReadResult>().sightings[0].instrument, kRefund);
  EXPECT_EQ(run.as<ReadResult>().sightings[0].amount, Money(555, "USD"));
  EXPECT_EQ(run.as<ReadResult>().sightings[0].state, "active");
  run = driver.run("read/1", read, [](const Asked&) { return Answer(404, fixture("error_not_found.json")); });
  EXPECT_TRUE(run.as<ReadResult>().complete);
  EXPECT_TRUE(run.as<ReadResult>().sightings.empty());
  run = driver.run("read/1", read, [](const Asked&) { return Answer(404, "<html>"); });  // a proxy is no proof
  EXPECT_TRUE(run.failed);
}

TEST_F(SquareConnector, ChecksBothRights) {
  RunResult run = driver.run("check/1", CheckInput(), [](const Asked& asked) {
    return asked.label == "list-refunds" ? Answer(200, "{}") : Answer(403, "{}");
  });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_AUTH});
  EXPECT_TRUE(driver.run("check/1", CheckInput(), [](const Asked&) { return Answer(200, "{}"); }).done);
}

TEST_F(SquareConnector, NamesTheSettingItCannotUse) {
  Driver offset(handoff_plugin_v1, *json::parse(R"({"utc_offset":"-5"})"));
  EXPECT_EQ(offset.config_problem().at("pointer").as_string(), "/utc_offset");
  Driver nothing(handoff_plugin_v1, *json::parse(R"({"external_types":[],"reasons":[]})"));
  EXPECT_EQ(nothing.config_problem().at("pointer").as_string(), "/external_types");
}

}  // namespace
}  // namespace handoff::square
