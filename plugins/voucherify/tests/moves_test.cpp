// What moves on a voucher after its issue: told of by notifications, and found by the pull behind them.

#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>

#include "mapping.hpp"

namespace handoff::voucherify {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

std::string published(const std::string& name) { return testing::fixture(FIXTURES, name); }

class VoucherifyMoves : public ::testing::Test {
 protected:
  VoucherifyMoves() : driver(handoff_plugin_v1, *json::parse(R"({"currency":"USD"})")) {
    notified.headers.emplace_back("x-voucherify-signature", "ab12");
  }
  RunResult notify(const std::string& body, bool genuine = true) {
    return driver.run("inbound/1", notified, [&](const Asked&) { return Answer::checked(genuine); }, body);
  }
  std::string kind_of(const std::string& type) {
    FetchInput hint;
    hint.type = type;
    hint.object = "v_1";
    RunResult run = driver.run("fetch/1", hint, [](const Asked&) { return Answer(500, ""); });
    SourceEvent event;
    if (run.emitted.size() == 1) decode(run.emitted[0], event);
    EXPECT_TRUE(run.asked.empty() && event.unique_id.empty());
    return event.kind;
  }
  /// A page of `rows` vouchers, the last of them changed at `last`, the others at `before`.
  RunResult pull(const json::Value& cursor, int rows, const std::string& before, const std::string& last) {
    PullInput in;
    in.since = "2026-11-23T10:00:00Z";
    in.cursor = cursor;
    return driver.run("pull/1", in, [&](const Asked&) {
      std::string list;
      for (int i = 1; i <= rows; ++i)
        list += std::string(i == 1 ? "" : ",") + R"({"id":"v_)" + std::to_string(i) +
                R"(","type":"GIFT_VOUCHER","active":true,"updated_at":")" + (i == rows ? last : before) + "\"}";
      return Answer(200, R"({"vouchers":[)" + list + "]}");
    });
  }
  Driver driver;
  InboundInput notified;
};

/// The second of two who share an e-mail may stand behind the end of the page: then nobody is linked to the first.
TEST(VoucherifyCustomers, ListThatIsCutOffIsNoAnswer) {
  Driver driver(handoff_plugin_v1, *json::parse(R"({"currency":"USD"})"));
  auto found = [&driver](int rows, bool more) {
    FindCustomerInput in;
    in.email = "ada@example.com";
    return driver.run("find_customer/1", in, [&](const Asked&) {
      std::string list;
      for (int i = 1; i <= rows; ++i)
        list += std::string(i == 1 ? "" : ",") + R"({"id":"cust_)" + std::to_string(i) + R"(","object":"customer"})";
      return Answer(200, R"({"customers":[)" + list + R"(],"total":900,"has_more":)" + (more ? "true}" : "false}"));
    });
  };
  EXPECT_TRUE(found(99, false).done) << "the total may be of all customers";
  EXPECT_TRUE(found(1, true).failed);
  EXPECT_TRUE(found(100, false).failed) << "whether others follow is not known";
}

/// introduction-to-webhooks.mdx: what is signed is the JSON without the blanks between its tokens.
TEST_F(VoucherifyMoves, SignatureIsOverTheBodyWithoutBlanksBetweenTokens) {
  RunResult run = notify("{ \"type\" :\r\n\t\"a \\\" b\\\\\" , \"n\": 1 }");
  ASSERT_EQ(run.asked.size(), 1u);
  EXPECT_EQ(run.asked[0].message, R"({"type":"a \" b\\","n":1})");
  EXPECT_EQ(run.asked[0].secret, "webhook_key");
  EXPECT_EQ(run.asked[0].expected, "ab12");
}

TEST_F(VoucherifyMoves, NothingForgedOrUnsignedIsBelieved) {
  EXPECT_EQ(notify(published("transaction_created.json"), false).failure, std::uint32_t{HANDOFF_FAIL_FORGED});
  notified.headers.clear();
  RunResult unsigned_one = notify(published("transaction_created.json"));
  EXPECT_EQ(unsigned_one.failure, std::uint32_t{HANDOFF_FAIL_FORGED});
  EXPECT_TRUE(unsigned_one.asked.empty());
}

/// The code of a voucher can be spent, and what a hint holds is written down.
TEST_F(VoucherifyMoves, HintNamesTheVoucherAndNeverItsCode) {
  for (const char* name : {"transaction_created.json", "voucher_disabled.json"}) {
    RunResult run = notify(published(name));
    ASSERT_EQ(run.emitted.size(), 1u) << name;
    EXPECT_EQ(run.emitted[0].at("object").as_string(), "v_Wi8kP8EW4f1L2yT2N7tfFXxMzZOp7EsS");
    EXPECT_EQ(json::write(run.emitted[0]).find("3HgJNUlD"), std::string::npos);
  }
}

TEST_F(VoucherifyMoves, WhatIsAboutNoGiftVoucherIsAnsweredAndDropped) {
  for (const char* body :
       {R"({"type":"customer.updated","data":{}})", R"({"type":"voucher.published","data":{"voucher":{"id":"v"}}})",
        R"({"type":"voucher.disabled","event":{"id":"e"},"data":{"voucher":{"id":"v","type":"DISCOUNT_VOUCHER"}}})"}) {
    RunResult run = notify(body);
    EXPECT_TRUE(run.done) << body;
    EXPECT_TRUE(run.emitted.empty()) << body;
  }
  EXPECT_EQ(notify(R"({"type":"voucher.gift.transaction.created","data":{"transaction":{"id":"vtx_1"}}})").failure,
            std::uint32_t{HANDOFF_FAIL_UNREADABLE});
}

TEST_F(VoucherifyMoves, EachTypeSaysWhatHappenedAndNothingIsAskedFor) {
  const std::pair<const char*, const char*> kinds[] = {
      {"CREDITS_REDEMPTION", "credit.redeemed"}, {"CREDITS_REFUND", "credit.refunded"},
      {"CREDITS_ADDITION", "credit.adjusted"},   {"CREDITS_REMOVAL", "credit.adjusted"},
      {"voucher.disabled", "credit.voided"},     {"voucher.deleted", "credit.voided"},
      {"voucher.enabled", "credit.adjusted"},    {"voucher.changed", "credit.adjusted"}};
  for (const auto& [type, kind] : kinds) EXPECT_EQ(kind_of(type), kind) << type;
}

TEST_F(VoucherifyMoves, PullGoesOnFromTheLastChangeOfAFullPage) {
  RunResult first = pull(json::Value(), 100, "2026-11-23T11:00:00.000Z", "2026-11-23T12:00:00.000Z");
  EXPECT_NE(first.asked.at(0).target.find("updated_at%5Bafter%5D=2026-11-23T09%3A55%3A00.000Z"), std::string::npos);
  ASSERT_TRUE(first.more);
  EXPECT_EQ(first.emitted.size(), 100u);
  RunResult second = pull(first.result, 1, "", "2026-11-23T12:30:00.000Z");
  EXPECT_NE(
      second.asked.at(0).target.find("page=1&order=updated_at&updated_at%5Bafter%5D=2026-11-23T11%3A59%3A59.999Z"),
      std::string::npos);
  EXPECT_TRUE(second.done);
  EXPECT_EQ(json::write(second.result), R"({"watermark":"2026-11-23T12:30:00.000Z"})");
}

TEST(VoucherifyRow, IsAsItWasMadeWhileNothingButIssuingAndLinkingHappened) {
  auto row = [](bool active, int balance, const char* changed) {
    json::Object gift{{"amount", 2500}, {"balance", balance}};
    return json::Value(json::Object{{"active", active},
                                    {"created_at", "2026-11-23T12:00:00.000Z"},
                                    {"updated_at", changed},
                                    {"gift", std::move(gift)}});
  };
  EXPECT_TRUE(is_as_made(row(true, 2500, "2026-11-23T12:00:01.000Z")));
  EXPECT_FALSE(is_as_made(row(true, 2400, "2026-11-23T12:00:01.000Z"))) << "spent at once";
  EXPECT_FALSE(is_as_made(row(false, 2500, "2026-11-23T12:00:01.000Z"))) << "disabled";
  EXPECT_FALSE(is_as_made(row(true, 2500, "2026-11-23T12:10:00.001Z"))) << "spent and given back";
  EXPECT_FALSE(is_as_made(json::Value(json::Object{{"active", true}, {"updated_at", "2026-11-23T12:00:01.000Z"}})))
      << "it does not say";
}

/// A page that is all of one moment leads to its next page, and beyond the last page to a complaint, not round and
/// round.
TEST_F(VoucherifyMoves, MoreVouchersOfOneMomentThanAPageAreReadByPages) {
  const std::string moment = "2026-11-23T12:00:00.000Z";
  RunResult first = pull(json::Value(), 100, moment, moment);
  RunResult second = pull(first.result, 100, moment, moment);
  EXPECT_EQ(second.result.at("page").as_integer(), 2);
  EXPECT_EQ(second.result.at("after"), first.result.at("after"));
  json::Value last = second.result;
  last.object()->set("page", 99);
  EXPECT_EQ(pull(last, 100, moment, moment).failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
}

}  // namespace
}  // namespace handoff::voucherify
