#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>

#include "mapping.hpp"

namespace handoff::bigcommerce {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

std::string fixture(const std::string& name) { return testing::fixture(FIXTURES, name); }

const char* const kSettings = R"({"store_hash":"abc123","currency":"USD"})";

class BigCommerceConnector : public ::testing::Test {
 protected:
  BigCommerceConnector() : driver(handoff_plugin_v1, *json::parse(kSettings)) {
    in.customer.id = "111";
    in.version = 7;
    in.balances = {Money(2500, "USD")};
  }
  /// The field is there or not; the write is answered so.
  RunResult mirror(const std::string& before, const Answer& write) {
    return driver.run("mirror/1", in, [&](const Asked& asked) {
      return asked.label == "get-metafield" ? Answer(200, fixture(before)) : write;
    });
  }
  /// As BigCommerce answers a write, of this customer.
  Answer stored(const MirrorInput& shown, std::int64_t customer = 111, bool in_a_list = true) {
    json::Object field;
    field.set("id", 6).set("resource_id", customer).set("value", json::write(mirror_value(shown)));
    json::Array list;
    list.emplace_back(field);
    json::Object body;
    body.set("data", in_a_list ? json::Value(std::move(list)) : json::Value(std::move(field)));
    return Answer(200, json::write(json::Value(std::move(body))));
  }
  Driver driver;
  MirrorInput in;
};

/// The second of two who share a phone may stand behind the end of the page: then nobody is linked to the first.
TEST_F(BigCommerceConnector, SearchThatIsCutOffIsNoAnswer) {
  FindCustomerInput who;
  who.phone = "555-123-4567";
  auto found = [&](const std::string& total) {
    std::string text = fixture("customers.json");
    text.replace(text.find("\"total\": 1"), 10, "\"total\": " + total);
    return driver.run("find_customer/1", who, [&](const Asked&) { return Answer(200, text); });
  };
  EXPECT_TRUE(found("1").done);
  EXPECT_TRUE(found("2").failed);
  EXPECT_TRUE(found("null").failed) << "how many there are is not said";
}

TEST_F(BigCommerceConnector, CreatesTheMetafieldWhereThereIsNone) {
  RunResult run = mirror("no_metafields.json", stored(in));
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[1].method + " " + run.asked[1].target, "POST /stores/abc123/v3/customers/111/metafields");
  EXPECT_EQ(run.asked[1].json().at("permission_set").as_string(), "read_and_sf_access");
  EXPECT_EQ(to_mirror(run.asked[1].json().at("value").as_string())->version, 7);
  EXPECT_EQ(run.verdicts["create-metafield"].echoes.version, "7");
  EXPECT_EQ(run.verdicts["create-metafield"].echoes.customer, "111");
}

TEST_F(BigCommerceConnector, ReplacesAnOlderVersion) {
  RunResult run = mirror("metafields.json", stored(in, 111, false));
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[1].method + " " + run.asked[1].target, "PUT /stores/abc123/v3/customers/111/metafields/6");
  EXPECT_EQ(run.asked[1].json().at("id").as_integer(), 6);
}

TEST_F(BigCommerceConnector, LeavesANewerVersionAlone) {
  in.version = 5;
  RunResult run = mirror("metafields.json", Answer(500, ""));
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked.size(), 1u);
  EXPECT_EQ(run.as<MirrorResult>().version, 6);
}

TEST_F(BigCommerceConnector, CallsAnAnswerThatShowsSomethingElseUnclear) {
  MirrorInput other = in;
  other.balances = {Money(2501, "USD")};
  for (const Answer& answer : {stored(other), Answer(200, ""), Answer(200, "<html>"), Answer(200, R"({"data":[]})")}) {
    RunResult run = mirror("no_metafields.json", answer);
    EXPECT_EQ(run.verdicts["create-metafield"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN}) << answer.body;
    EXPECT_TRUE(run.failed);
  }
  EXPECT_EQ(mirror("no_metafields.json", stored(in, 112)).verdicts["create-metafield"].echoes.customer, "112");
}

TEST_F(BigCommerceConnector, PassesEveryRefusalToTheSheetUnderItsStatus) {
  for (int status : {400, 401, 403, 404, 409, 413, 422, 500}) {
    RunResult run = mirror("metafields.json", Answer(status, fixture("error.json")));
    EXPECT_EQ(run.verdicts["set-metafield"].kind, std::uint32_t{HANDOFF_VERDICT_REJECTED}) << status;
    EXPECT_EQ(run.verdicts["set-metafield"].code, std::to_string(status));
  }
}

TEST_F(BigCommerceConnector, WaitsUntilTheWindowOfTheStoreBeginsAnew) {
  for (const auto& [reset, wait] : {std::pair("2500", 2500u), std::pair("-1", 0u), std::pair("soon", 0u)}) {
    Answer limited(429, "");
    limited.headers["x-rate-limit-time-reset-ms"] = reset;
    RunResult run = mirror("metafields.json", limited);
    EXPECT_EQ(run.verdicts["set-metafield"].kind, std::uint32_t{HANDOFF_VERDICT_REFUSED});
    EXPECT_EQ(run.verdicts["set-metafield"].retry_after_ms, wait) << reset;
  }
}

TEST_F(BigCommerceConnector, FailsAReadByWhatItsStatusMeans) {
  ReadInput read;
  read.by = "customer";
  read.customer = in.customer;
  const std::map<int, std::uint32_t> meanings = {{401, HANDOFF_FAIL_AUTH},         {403, HANDOFF_FAIL_AUTH},
                                                 {404, HANDOFF_FAIL_NOT_FOUND},    {422, HANDOFF_FAIL_REJECTED},
                                                 {429, HANDOFF_FAIL_RATE_LIMITED}, {500, HANDOFF_FAIL_RETRYABLE},
                                                 {200, HANDOFF_FAIL_UNREADABLE}};
  for (const auto& [status, failure] : meanings)
    EXPECT_EQ(driver.run("read/1", read, [&](const Asked&) { return Answer(status, "{}"); }).failure, failure)
        << status;
}

TEST_F(BigCommerceConnector, ReadsNothingOutOfAFieldThatOthersWrote) {
  ReadInput read;
  read.by = "customer";
  read.customer = in.customer;
  const char* strange = R"({"data":[{"id":6,"resource_id":111,"value":"12"}]})";
  EXPECT_EQ(driver.run("read/1", read, [&](const Asked&) { return Answer(200, strange); }).failure,
            std::uint32_t{HANDOFF_FAIL_UNREADABLE});
}

TEST_F(BigCommerceConnector, NeedsTheCustomersIdToShowAnything) {
  in.customer.id.clear();
  RunResult run = mirror("no_metafields.json", Answer(200, ""));
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_REJECTED});
  EXPECT_TRUE(run.asked.empty());
}

TEST_F(BigCommerceConnector, NamesTheSettingItCannotUse) {
  Driver wrong(handoff_plugin_v1, *json::parse(R"({"store_hash":"abc","currency":"ABC"})"));
  EXPECT_EQ(wrong.config_problem().at("pointer").as_string(), "/currency");
}

TEST(BigCommerceCredit, IsExactInEveryCurrencyOrUnknown) {
  auto credit = [](const char* amount, const char* currency) {
    return native_credit(*json::parse(R"({"id":4,"store_credit_amounts":[{"amount":)" + std::string(amount) + "}]}"),
                         currency);
  };
  EXPECT_EQ(credit("43.15", "USD")->amount, Money(4315, "USD"));
  EXPECT_EQ(credit("43", "JPY")->amount, Money(43, "JPY"));
  EXPECT_EQ(credit("43.150", "KWD")->amount, Money(43150, "KWD"));
  EXPECT_FALSE(credit("0", "USD"));
  EXPECT_FALSE(native_credit(*json::parse(R"({"id":4})"), "USD"));
  // A list that ended at one customer's odd number would say nothing of all the others.
  for (auto [amount, currency] : {std::pair("43.155", "USD"), {"43.5", "JPY"}, {"\"43\"", "USD"}, {"4.3e1", "USD"}}) {
    EXPECT_EQ(credit(amount, currency)->state, "unknown") << amount;
    EXPECT_EQ(credit(amount, currency)->amount, std::nullopt) << amount;
    EXPECT_EQ(credit(amount, currency)->customer, "4");
  }
}

}  // namespace
}  // namespace handoff::bigcommerce
