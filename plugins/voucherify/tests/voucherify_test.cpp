#include <gtest/gtest.h>

#include <handoff/sdk/time.hpp>
#include <handoff/testing/driver.hpp>
#include <handoff/testing/sheet.hpp>
#include <limits>

#include "mapping.hpp"

namespace handoff::voucherify {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

std::string fixture(const std::string& name) { return testing::fixture(FIXTURES, name); }

json::Value settings(const char* currency = "USD") {
  json::Object out;
  out.set("currency", currency);
  out.set("channel", "handoff");
  return json::Value(std::move(out));
}

class VoucherifyConnector : public ::testing::Test {
 protected:
  VoucherifyConnector() : driver(handoff_plugin_v1, settings()) {
    driver.call_id("create-voucher", "ho1-k", "ref");
    in.credit.ref = "sc_1";
    in.amount = Money(10000, "USD");
    in.reference = "ho1-k";
    in.code = "SC-0001";
  }
  Driver driver;
  IssueInput in;
};

TEST_F(VoucherifyConnector, IssuesAGiftVoucherUnderOurOwnCode) {
  RunResult run = driver.run("issue/1", in, [](const Asked&) { return Answer(200, fixture("create_voucher.json")); });
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[0].method + " " + run.asked[0].target, "POST /v1/vouchers/SC-0001");
  EXPECT_EQ(run.asked[0].json().at("gift").at("amount").as_integer(), 10000);
  EXPECT_EQ(run.asked[0].json().at("metadata").at("handoff_credit").as_string(), "sc_1");
  EXPECT_EQ(run.verdicts["create-voucher"].echoes.amount, Money(10000, "USD"));
  EXPECT_EQ(run.verdicts["create-voucher"].echoes.code, "SC-0001");
  EXPECT_FALSE(run.as<IssueResult>().instrument.empty());
}

TEST_F(VoucherifyConnector, LeavesADuplicateCodeToTheHostToLookUp) {
  RunResult run = driver.run("issue/1", in, [](const Asked&) { return Answer(400, fixture("error_duplicate.json")); });
  EXPECT_EQ(run.verdicts["create-voucher"].code, "400/duplicate_found");
  EXPECT_EQ(run.verdicts["create-voucher"].kind, std::uint32_t{HANDOFF_VERDICT_REJECTED})
      << "the sheet keeps the code from meaning that nothing happened";
  EXPECT_TRUE(run.failed);
}

TEST_F(VoucherifyConnector, GoesOnWithTheVoucherTheHostFoundByLookingItUp) {
  Sighting seen;
  seen.instrument = "v_9";
  RunResult run = driver.run("issue/1", in, [&](const Asked&) { return Answer::adopted(seen); });
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.as<IssueResult>().instrument, "v_9");
}

TEST_F(VoucherifyConnector, CallsAnAnswerItCannotReadUnclear) {
  for (const char* body : {"", "<html>", "{\"id\":\"v_1\"}", "[]"}) {
    RunResult run = driver.run("issue/1", in, [&](const Asked&) { return Answer(200, body); });
    EXPECT_EQ(run.verdicts["create-voucher"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN}) << body;
    EXPECT_TRUE(run.failed) << body;
  }
}

TEST_F(VoucherifyConnector, RefusesACurrencyTheProjectDoesNotHoldBeforeAnythingIsSent) {
  in.amount = Money(100, "EUR");
  RunResult run = driver.run("issue/1", in, [](const Asked&) { return Answer(200, ""); });
  EXPECT_TRUE(run.asked.empty());
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNSUPPORTED});
}

TEST_F(VoucherifyConnector, ObeysARateLimitOnlyAsFarAsItIsStated) {
  Answer limited(429, "{}");
  limited.headers["retry-after"] = "7";
  RunResult run = driver.run("issue/1", in, [&](const Asked&) { return limited; });
  EXPECT_EQ(run.verdicts["create-voucher"].kind, std::uint32_t{HANDOFF_VERDICT_REFUSED});
  EXPECT_EQ(run.verdicts["create-voucher"].retry_after_ms, 7000u);
}

TEST_F(VoucherifyConnector, PublishesTheVoucherToACustomerItKnowsByOurId) {
  LinkInput link;
  link.code = "SC-0001";
  link.customer.hub = "cu_7";
  link.customer.email = "ada@example.com";
  RunResult run =
      driver.run("link/1", link, [](const Asked&) { return Answer(200, fixture("create_publication.json")); });
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[0].json().at("customer").at("source_id").as_string(), "cu_7");
  EXPECT_EQ(run.verdicts["create-publication"].echoes.customer, "cu_7");
  EXPECT_EQ(run.as<LinkResult>().customer, "cust_BB6F97yf0XqCe7hxVUV7M4sS");
}

TEST_F(VoucherifyConnector, ReadsAMissingVoucherAsACompleteNothing) {
  ReadInput read;
  read.by = "code";
  read.code = "SC-0001";
  RunResult run = driver.run("read/1", read, [](const Asked&) { return Answer(404, fixture("error_not_found.json")); });
  ASSERT_TRUE(run.done);
  EXPECT_TRUE(run.as<ReadResult>().complete);
  EXPECT_TRUE(run.as<ReadResult>().sightings.empty());
}

TEST_F(VoucherifyConnector, SaysThatAVoucherAndItsTransactionsDisagree) {
  ReadInput read;
  read.by = "history";
  read.code = "SC-0001";
  auto history = [&](const std::string& transactions) {
    return driver.run("read/1", read, [&](const Asked& asked) {
      const char* spent = R"({"id":"v_1","active":true,"gift":{"amount":10000,"subtracted_amount":6,"balance":9950}})";
      return Answer(200, asked.label == "get-voucher" ? spent : transactions);
    });
  };
  auto spent = [](const char* amount, int balance) {
    return R"({"id":"vtx_1","type":"CREDITS_REDEMPTION","details":{"balance":{"amount":)" + std::string(amount) +
           R"(,"balance":)" + std::to_string(balance) + "}}}";
  };
  auto list = [](const std::string& rows) { return R"({"data":[)" + rows + R"(],"has_more":false})"; };
  const std::string removed =
      R"({"id":"vtx_2","type":"CREDITS_REMOVAL","details":{"balance":{"amount":-6,"balance":9950}}})";
  // Whichever order the list has: the spec names none.
  for (const std::string& rows : {removed + "," + spent("-44", 9956), spent("-44", 9956) + "," + removed}) {
    EXPECT_TRUE(history(list(rows)).as<ReadResult>().complete) << rows;
    EXPECT_EQ(history(list(rows)).as<ReadResult>().sightings.at(0).redeemed, Money(44, "USD"));
  }
  EXPECT_FALSE(history(list(spent("-50", 9950))).as<ReadResult>().complete);
  EXPECT_FALSE(history(list("")).as<ReadResult>().complete);  // it lags behind: 44 were spent
  for (const char* strange : {R"({"data":[]})", R"({"data":[],"has_more":true})", R"({"data":[{}],"has_more":false})"})
    EXPECT_EQ(history(strange).failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE}) << strange;
}

TEST_F(VoucherifyConnector, NamesTheSettingItCannotUse) {
  Driver wrong(handoff_plugin_v1, settings("ABC"));
  EXPECT_EQ(wrong.config_problem().at("pointer").as_string(), "/currency");
}

/// G5: what a void took away is known only from a record that adds up.
TEST(VoucherifyAmounts, OfADisabledVoucherAreTakenAwayOnlyIfTheRecordAddsUp) {
  auto removed = [](const char* gift, const char* redemption) {
    std::string record =
        R"({"id":"v_1","active":false,"gift":)" + std::string(gift) + R"(,"redemption":)" + redemption + "}";
    return to_sighting(*json::parse(record), "USD", 0)->removed;
  };
  const char* half_spent = R"({"amount":10000,"balance":4000,"subtracted_amount":1000})";
  EXPECT_EQ(removed(half_spent, R"({"redeemed_amount":5000})"), Money(4000, "USD"));
  EXPECT_EQ(removed(half_spent, "null"), Money(4000, "USD"));
  EXPECT_FALSE(removed(R"({"amount":10000,"balance":0,"subtracted_amount":0})", R"({"redeemed_amount":0})"));
}

/// spec: a voucher stays `active`, and is inactive after its expiration_date.
TEST(VoucherifyStates, FollowTheDaysOfAVoucherThatIsSwitchedOn) {
  const std::int64_t now = *to_unix_ms("2026-11-23T12:00:00Z");
  auto state = [&](const char* begin, const char* end) {
    std::string record = R"({"id":"v_1","active":true,"gift":{"amount":2500,"balance":2500},"start_date":)" +
                         std::string(begin) + R"(,"expiration_date":)" + end + "}";
    return to_sighting(*json::parse(record), "USD", now)->state;
  };
  EXPECT_EQ(state("null", "null"), "active");
  EXPECT_EQ(state(R"("2026-11-01T00:00:00Z")", R"("2026-11-23T12:00:00.000Z")"), "active");
  EXPECT_EQ(state("null", R"("2026-11-23T11:59:59.999Z")"), "inactive");
  EXPECT_EQ(state(R"("2026-11-24T00:00:00Z")", "null"), "pending");
  EXPECT_EQ(state("null", R"("2026-11-22")"), "unknown");
}

/// A hub whose clock ran ahead would take for over, and give again, what can still be spent.
TEST_F(VoucherifyConnector, TakesAVoucherForExpiredOnlyOnceTheVendorsClockSaysSoToo) {
  auto state = [&](const char* date) {
    ReadInput look;
    look.by = "code";
    look.code = "SC-0001";
    RunResult run = driver.run("read/1", look, [&](const Asked&) {
      Answer out(200, R"({"id":"v_1","code":"SC-0001","active":true,"expiration_date":"2022-12-31T00:00:00Z",)"
                      R"("gift":{"amount":2500,"balance":2500}})");
      if (*date) out.headers["date"] = date;
      return out;
    });
    return run.as<ReadResult>().sightings.at(0).state;
  };
  EXPECT_EQ(state(""), "inactive");
  EXPECT_EQ(state("Sun, 01 Jan 2023 00:00:00 GMT"), "inactive");
  EXPECT_EQ(state("Fri, 30 Dec 2022 23:59:59 GMT"), "active");
}

TEST_F(VoucherifyConnector, TakesAnExpiredVoucherForNoDisabledOne) {
  VoidInput end;
  end.code = "SC-0001";
  RunResult run = driver.run("void/1", end, [](const Asked&) {
    return Answer(200, R"({"id":"v_1","code":"SC-0001","active":true,"expiration_date":"2022-12-31T00:00:00Z",)"
                       R"("gift":{"amount":2500,"balance":2500}})");
  });
  EXPECT_EQ(run.verdicts["disable-voucher"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN});
}

TEST_F(VoucherifyConnector, ListsFromAMomentBeforeTheOneAskedFor) {
  ListInput list;
  list.since = "2026-11-01T00:00:00Z";
  RunResult run = driver.run("list/1", list, [](const Asked&) { return Answer(200, R"({"vouchers":[],"total":0})"); });
  EXPECT_NE(run.asked.at(0).target.find("created_at%5Bafter%5D=2026-10-31T23%3A59%3A59.999Z"), std::string::npos);
}

TEST(VoucherifyAmounts, AreHundredthsWhateverTheCurrency) {
  EXPECT_EQ(to_hundredths(Money(2500, "USD"), "USD"), 2500);
  EXPECT_EQ(to_hundredths(Money(25, "JPY"), "JPY"), 2500);
  EXPECT_EQ(to_hundredths(Money(1500, "KWD"), "KWD"), 150);
  EXPECT_THROW(to_hundredths(Money(1501, "KWD"), "KWD"), Failure);
  EXPECT_EQ(from_hundredths(2500, "JPY"), Money(25, "JPY"));
  EXPECT_EQ(from_hundredths(2550, "JPY"), std::nullopt);
}

TEST(VoucherifyAmounts, AreRefusedWhereTheArithmeticEnds) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t wild : {kMost, -kMost, std::numeric_limits<std::int64_t>::min()})
    for (const char* currency : {"USD", "KWD", "CLF"}) EXPECT_EQ(from_hundredths(wild, currency), std::nullopt) << wild;
  EXPECT_THROW(to_hundredths(Money(kMost, "USD"), "USD"), Failure);
  EXPECT_THROW(to_hundredths(Money(-kMost, "USD"), "USD"), Failure);
}

/// The sheet says what each code means for the money; here, that an answer is told by just that code.
TEST_F(VoucherifyConnector, EachCodeOfTheSheetIsToldOfAnAnswerThatHasIt) {
  LinkInput link;
  VoidInput end;
  link.code = end.code = in.code;
  link.customer.hub = "cu_7";
  driver.call_id("create-publication", "ho1-p", "ref");
  driver.call_id("disable-voucher", "ho1-d", "ref");
  for (const std::string operation : {"issue", "link", "void"})
    for (const testing::SheetCode& row : testing::sheet_codes(fixture("../connector.json"), operation)) {
      Driver::Script script = [&](const Asked&) {
        return Answer(row.status(), row.name().empty() ? "" : R"({"key":")" + row.name() + "\"}");
      };
      RunResult run = operation == "issue"  ? driver.run("issue/1", in, script)
                      : operation == "link" ? driver.run("link/1", link, script)
                                            : driver.run("void/1", end, script);
      const auto& verdict = run.verdicts[row.label];
      EXPECT_EQ(verdict.code, row.code) << row.label;
      EXPECT_EQ(verdict.kind,
                std::uint32_t{row.refused_before_execution() ? HANDOFF_VERDICT_REFUSED : HANDOFF_VERDICT_REJECTED})
          << row.label << " " << row.code;
    }
}

TEST_F(VoucherifyConnector, TellsWhatARefusedReadMeans) {
  const std::tuple<int, const char*, std::uint32_t> meanings[] = {
      {400, R"({"key":"invalid_query_params"})", HANDOFF_FAIL_REJECTED},
      {400, R"({"key":"multiple_requests"})", HANDOFF_FAIL_RETRYABLE},
      {401, R"({"key":"unauthorized"})", HANDOFF_FAIL_AUTH},
      {402, "{}", HANDOFF_FAIL_REJECTED},
      {403, "", HANDOFF_FAIL_AUTH},
      {404, "<html>", HANDOFF_FAIL_REJECTED},
      {429, "{}", HANDOFF_FAIL_RATE_LIMITED},
      {500, "", HANDOFF_FAIL_RETRYABLE},
      {503, "<html>", HANDOFF_FAIL_RETRYABLE}};
  for (const auto& [status, body, failure] : meanings) {
    const Answer answer(status, body);
    EXPECT_EQ(driver.run("check/1", CheckInput(), [&](const Asked&) { return answer; }).failure, failure)
        << status << body;
  }
}

}  // namespace
}  // namespace handoff::voucherify
