#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>
#include <handoff/testing/sheet.hpp>

#include "errors.hpp"
#include "mapping.hpp"

namespace handoff::shopify {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

constexpr const char* kCustomer = "gid://shopify/Customer/544365967";

std::string fixture(const std::string& name) { return testing::fixture(FIXTURES, name); }

/// Whether the sheet of set-metafield lists `code`.
bool listed(const char* list, const std::string& code) {
  json::Parsed manifest = json::parse(fixture("../connector.json"));
  const json::Value& sheet = manifest->at("operations").at("mirror").at("calls").at("set-metafield");
  for (const json::Value& entry : sheet.at(list).as_array())
    if (entry.as_string() == code) return true;
  return false;
}

json::Value settings(bool loyalty = true) {
  json::Object out;
  out.set("base_url", "https://acme.myshopify.com");
  if (loyalty) out.set("loyalty_namespace", "custom");
  if (loyalty) out.set("loyalty_key", "loyalty_id");
  return json::Value(std::move(out));
}

std::string with_value(const std::string& value) {
  json::Object customer;
  customer.set("id", kCustomer);
  json::Object metafield;
  metafield.set("id", "gid://shopify/Metafield/1");
  metafield.set("owner", json::Value(std::move(customer)));
  metafield.set("value", value);
  json::Object payload;
  json::Array metafields;
  metafields.emplace_back(std::move(metafield));
  payload.set("metafields", std::move(metafields));
  payload.set("userErrors", json::Array());
  json::Object data;
  data.set("metafieldsSet", std::move(payload));
  json::Object body;
  body.set("data", std::move(data));
  return json::write(json::Value(std::move(body)));
}

class ShopifyConnector : public ::testing::Test {
 protected:
  ShopifyConnector() : driver(handoff_plugin_v1, settings()) {
    driver.call_id("set-metafield", "ho1-k", "ref");
    in.customer.hub = "cu_1";
    in.customer.id = kCustomer;
    in.version = 7;
    in.balances.emplace_back(2500, "USD");
    in.credits.resize(2);
    in.credits[0].credit = "sc_1";
    in.credits[0].amount = Money(2000, "USD");
    in.credits[1].credit = "sc_2";
    in.credits[1].amount = Money(500, "USD");
  }
  RunResult mirror(const Answer& written, const std::string& before = fixture("metafield.json")) {
    return driver.run("mirror/1", in, [&](const Asked& asked) {
      return asked.label == "get-metafield" ? Answer(200, before) : written;
    });
  }
  Driver driver;
  MirrorInput in;
};

TEST_F(ShopifyConnector, ShowsTheBalancesWithCompareAndSet) {
  RunResult run = mirror(Answer(200, fixture("metafields_set.json")));
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  ASSERT_EQ(run.asked.size(), 2u);
  EXPECT_EQ(run.asked[1].method + " " + run.asked[1].target, "POST /admin/api/2026-10/graphql.json");
  EXPECT_EQ(run.asked[1].retry, std::uint32_t{HANDOFF_RETRY_UNSAFE});
  const json::Value sent = run.asked[1].json();
  const json::Value& metafield = sent.at("variables").at("metafields").at(0);
  EXPECT_EQ(metafield.at("ownerId").as_string(), kCustomer);
  EXPECT_EQ(metafield.at("namespace").as_string(), "handoff");
  EXPECT_EQ(metafield.at("key").as_string(), "store_credit");
  EXPECT_EQ(metafield.at("type").as_string(), "json");
  EXPECT_EQ(metafield.at("compareDigest").as_string(), "be56ea6b8ea4f5aca8a2f6e4b8d1e3a0");
  EXPECT_EQ(metafield.at("value").as_string(),
            R"({"version":7,"balances":[{"currency":"USD","amount":"25.00"}],"credits":[)"
            R"({"ref":"sc_1","amount":"20.00","currency":"USD"},{"ref":"sc_2","amount":"5.00","currency":"USD"}]})");
  EXPECT_EQ(run.verdicts["set-metafield"].kind, std::uint32_t{HANDOFF_VERDICT_APPLIED});
  EXPECT_EQ(run.verdicts["set-metafield"].echoes.version, "7");
  EXPECT_EQ(run.verdicts["set-metafield"].echoes.customer, kCustomer);
  EXPECT_EQ(run.as<MirrorResult>().version, 7);
}

TEST_F(ShopifyConnector, WritesTheFirstMirrorOnlyWhileThereIsNone) {
  RunResult run = mirror(Answer(200, fixture("metafields_set.json")), fixture("metafield_absent.json"));
  ASSERT_TRUE(run.done);
  EXPECT_NE(run.asked[1].body.find("\"compareDigest\":null"), std::string::npos);
}

TEST_F(ShopifyConnector, TakesNothingFromTheAnswerAboutAnotherCustomer) {
  in.customer.id = "gid://shopify/Customer/2";
  in.version = 5;  // older than what the other one's shows
  RunResult run = mirror(Answer(500, ""));
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_EQ(run.asked.size(), 1u);
}

TEST_F(ShopifyConnector, NeverOverwritesAVersionAsNewAsItsOwn) {
  for (std::int64_t version : {6, 5}) {
    in.version = version;
    RunResult run = mirror(Answer(500, ""));
    ASSERT_TRUE(run.done);
    EXPECT_EQ(run.asked.size(), 1u);
    EXPECT_EQ(run.as<MirrorResult>().version, 6);
  }
}

TEST_F(ShopifyConnector, ReplacesAValueThatIsNotOurs) {
  const std::string edited = std::string(R"({"data":{"customer":{"id":")") + kCustomer +
                             R"(","metafield":{"id":"m","value":"{}","compareDigest":"d"}}}})";
  RunResult run = mirror(Answer(200, fixture("metafields_set.json")), edited);
  ASSERT_TRUE(run.done);
  EXPECT_NE(run.asked[1].body.find("\"compareDigest\":\"d\""), std::string::npos);
}

TEST_F(ShopifyConnector, LetsTheHostRunItAnewWhenAnotherWriterWasFaster) {
  RunResult run = mirror(Answer(200, fixture("metafields_set_stale.json")));
  EXPECT_EQ(run.verdicts["set-metafield"].kind, std::uint32_t{HANDOFF_VERDICT_REJECTED});
  EXPECT_EQ(run.verdicts["set-metafield"].code, "200/STALE_OBJECT");
  EXPECT_TRUE(listed("no_effect_codes", "200/STALE_OBJECT"));
}

TEST_F(ShopifyConnector, GoesOnWithTheMirrorTheHostFound) {
  Sighting seen;
  seen.version = 7;
  RunResult run = mirror(Answer::adopted(seen));
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.as<MirrorResult>().version, 7);
}

TEST_F(ShopifyConnector, WaitsUntilTheBucketHoldsTheCost) {
  RunResult run = mirror(Answer(200, fixture("throttled.json")));
  EXPECT_EQ(run.verdicts["set-metafield"].kind, std::uint32_t{HANDOFF_VERDICT_REFUSED});
  EXPECT_EQ(run.verdicts["set-metafield"].retry_after_ms, 1680u);  // (202 - 118) / 50 a second
  EXPECT_TRUE(listed("refused_before_execution_codes", run.verdicts["set-metafield"].code));
  RunResult look = mirror(Answer(500, ""), fixture("throttled.json"));
  EXPECT_EQ(look.failure, std::uint32_t{HANDOFF_FAIL_RATE_LIMITED});
  EXPECT_EQ(look.result.at("retry_after_ms").as_integer(), 1680);
}

TEST_F(ShopifyConnector, TellsRefusalsFromDoubtInTheAnswerToAWrite) {
  struct Row {
    int status;
    std::string body;
    const char* code;
    bool no_effect;
  };
  const Row rows[] = {
      {401, R"({"errors":"[API] Invalid API key or access token"})", "401", true},
      {402, "{}", "402", true},
      {403, "{}", "403", true},
      {423, "{}", "423", true},
      {404, "{}", "404", false},
      {500, "<html>", "500", false},
      {200, fixture("access_denied.json"), "200/ACCESS_DENIED", true},
      {200, R"({"errors":[{"message":"no","extensions":{"code":"MAX_COST_EXCEEDED"}}]})", "200/MAX_COST_EXCEEDED",
       true},
      {200, R"({"errors":[{"message":"no","extensions":{"code":"SHOP_INACTIVE"}}]})", "200/SHOP_INACTIVE", true},
      {200, R"({"errors":[{"message":"no","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]})",
       "200/INTERNAL_SERVER_ERROR", false},
      {200, R"({"errors":[{"message":"no"}]})", "200/uncoded", false},
      {200, R"({"errors":[{"extensions":{"code":"ACCESS_DENIED"}},{"extensions":{"code":"INTERNAL_SERVER_ERROR"}}]})",
       "200/several", false},
      {200, R"({"data":{"metafieldsSet":{"metafields":null,"userErrors":[{"code":"INTERNAL_ERROR","message":"m"}]}}})",
       "200/INTERNAL_ERROR", false},
      {200, R"({"data":{"metafieldsSet":{"metafields":null,"userErrors":[{"code":null,"message":"m"}]}}})",
       "200/uncoded", false},
      {200, R"({"data":{"metafieldsSet":{"metafields":null,"userErrors":[{"code":"TOO_LONG","message":"m"}]}}})",
       "200/TOO_LONG", true},
  };
  for (const Row& row : rows) {
    RunResult run = mirror(Answer(row.status, row.body));
    EXPECT_TRUE(run.failed) << row.code;
    EXPECT_EQ(run.verdicts["set-metafield"].kind, std::uint32_t{HANDOFF_VERDICT_REJECTED}) << row.code;
    EXPECT_EQ(run.verdicts["set-metafield"].code, row.code);
    EXPECT_EQ(listed("no_effect_codes", row.code), row.no_effect) << row.code;
  }
}

TEST_F(ShopifyConnector, CallsAnAnswerItCannotReadUnclear) {
  const std::string bodies[] = {
      "",
      "<html>",
      "[]",
      R"({"data":{}})",
      R"({"data":{"metafieldsSet":null}})",
      R"({"data":{"metafieldsSet":{"metafields":[],"userErrors":[]}}})",
      R"({"data":{"metafieldsSet":{"metafields":[{"id":"m","value":"{}"}],"userErrors":[]}},"errors":[{"message":"x"}]})",
      with_value("{}"),
      with_value(R"({"version":7,"balances":[],"credits":[]})"),
      with_value(R"({"version":6,"balances":[{"currency":"USD","amount":"25.00"}],"credits":[]})"),
  };
  for (const std::string& body : bodies) {
    RunResult run = mirror(Answer(200, body));
    EXPECT_EQ(run.verdicts["set-metafield"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN}) << body;
    EXPECT_TRUE(run.failed) << body;
  }
}

TEST_F(ShopifyConnector, SendsNothingForACustomerTheShopDoesNotKnow) {
  RunResult gone = mirror(Answer(500, ""), R"({"data":{"customer":null}})");
  EXPECT_EQ(gone.failure, std::uint32_t{HANDOFF_FAIL_NOT_FOUND});
  in.customer.id.clear();
  RunResult unlinked = mirror(Answer(500, ""));
  EXPECT_TRUE(unlinked.asked.empty());
  EXPECT_EQ(unlinked.failure, std::uint32_t{HANDOFF_FAIL_REJECTED});
}

TEST_F(ShopifyConnector, SortsTheFailuresOfReads) {
  const std::pair<Answer, std::uint32_t> rows[] = {
      {Answer(401, ""), HANDOFF_FAIL_AUTH},
      {Answer(423, ""), HANDOFF_FAIL_AUTH},
      {Answer(200, fixture("access_denied.json")), HANDOFF_FAIL_AUTH},
      {Answer(429, ""), HANDOFF_FAIL_RATE_LIMITED},
      {Answer(503, ""), HANDOFF_FAIL_RETRYABLE},
      {Answer(200, R"({"errors":[{"extensions":{"code":"INTERNAL_SERVER_ERROR"}}]})"), HANDOFF_FAIL_RETRYABLE},
      {Answer(200, "<html>"), HANDOFF_FAIL_UNREADABLE},
      {Answer(404, ""), HANDOFF_FAIL_REJECTED},
  };
  for (const auto& [answer, failure] : rows) {
    ReadInput read;
    read.by = "customer";
    read.customer = in.customer;
    RunResult run = driver.run("read/1", read, [&](const Asked&) { return answer; });
    EXPECT_EQ(run.failure, failure) << answer.status << answer.body;
  }
}

TEST_F(ShopifyConnector, ReadsOneSightingPerCredit) {
  ReadInput read;
  read.by = "customer";
  read.customer = in.customer;
  RunResult run = driver.run("read/1", read, [](const Asked&) { return Answer(200, fixture("metafield.json")); });
  ASSERT_TRUE(run.done);
  ReadResult seen = run.as<ReadResult>();
  EXPECT_TRUE(seen.complete);
  ASSERT_EQ(seen.sightings.size(), 1u);
  EXPECT_EQ(seen.sightings[0].credit, "sc_1");
  EXPECT_EQ(seen.sightings[0].amount, Money(2000, "USD"));
  EXPECT_EQ(seen.sightings[0].state, "active");
  EXPECT_EQ(seen.sightings[0].version, 6);
  EXPECT_EQ(seen.sightings[0].customer, kCustomer);
}

TEST_F(ShopifyConnector, ReadsAMissingMirrorAsACompleteNothing) {
  ReadInput read;
  read.by = "customer";
  read.customer = in.customer;
  RunResult run =
      driver.run("read/1", read, [](const Asked&) { return Answer(200, fixture("metafield_absent.json")); });
  ASSERT_TRUE(run.done);
  EXPECT_TRUE(run.as<ReadResult>().complete);
  EXPECT_TRUE(run.as<ReadResult>().sightings.empty());
}

TEST_F(ShopifyConnector, FindsACustomerByEachIdentifierOnce) {
  FindCustomerInput find;
  find.email = "bo.wang@example.com";
  find.phone = "+18005550100";
  find.loyalty = "L-1";
  RunResult run = driver.run("find_customer/1", find, [](const Asked& asked) {
    return asked.label == "find-by-phone" ? Answer(200, R"({"data":{"customerByIdentifier":null}})")
                                          : Answer(200, fixture("customer.json"));
  });
  ASSERT_TRUE(run.done);
  ASSERT_EQ(run.asked.size(), 3u);
  EXPECT_EQ(run.asked[0].json().at("variables").at("by").at("emailAddress").as_string(), "bo.wang@example.com");
  EXPECT_EQ(run.asked[1].json().at("variables").at("by").at("phoneNumber").as_string(), "+18005550100");
  const json::Value loyal = run.asked[2].json();
  EXPECT_EQ(loyal.at("variables").at("by").at("customId").at("value").as_string(), "L-1");
  FindCustomerResult found = run.as<FindCustomerResult>();
  ASSERT_EQ(found.candidates.size(), 1u);
  EXPECT_EQ(found.candidates[0].id, kCustomer);
  EXPECT_EQ(found.candidates[0].email, "bo.wang@example.com");
  EXPECT_EQ(found.candidates[0].phone, "+18005550100");
}

TEST_F(ShopifyConnector, ReadsTheLoyaltyIdOfWhomeverAnotherIdentifierNames) {
  FindCustomerInput find;
  find.email = "bo.wang@example.com";
  find.phone = "+18005550100";
  auto shop = [](const Asked& asked) {
    bool looks = asked.json().at("query").as_string().find("loyalty:metafield(") != std::string_view::npos &&
                 asked.json().at("variables").at("key").as_string() == "loyalty_id";
    std::string id = asked.label == "find-by-email" ? "1" : "2";
    return Answer(200, R"({"data":{"customerByIdentifier":{"id":")" + id + "\"" +
                           (looks ? R"(,"loyalty":{"value":"L-)" + id + "\"}" : "") + "}}}");
  };
  FindCustomerResult found = driver.run("find_customer/1", find, shop).as<FindCustomerResult>();
  ASSERT_EQ(found.candidates.size(), 2u);
  EXPECT_EQ(found.candidates[0].loyalty, "L-1");
  EXPECT_EQ(found.candidates[1].loyalty, "L-2");
  Driver without(handoff_plugin_v1, settings(false));
  EXPECT_EQ(without.run("find_customer/1", find, shop).as<FindCustomerResult>().candidates[0].loyalty, "");
}

TEST_F(ShopifyConnector, ReturnsEveryCustomerThatAnIdentifierNames) {
  FindCustomerInput find;
  find.email = "a@example.com";
  find.phone = "+1";
  RunResult run = driver.run("find_customer/1", find, [](const Asked& asked) {
    return Answer(200, R"({"data":{"customerByIdentifier":{"id":")" + asked.label + "\"}}}");
  });
  EXPECT_EQ(run.as<FindCustomerResult>().candidates.size(), 2u);
}

TEST_F(ShopifyConnector, KeepsWhatItLookedForOutOfItsErrors) {
  FindCustomerInput find;
  find.email = "bo.wang@example.com";
  RunResult run = driver.run("find_customer/1", find, [](const Asked&) {
    return Answer(200, R"({"errors":[{"message":"bo.wang@example.com is odd","extensions":{"code":"BAD"}}]})");
  });
  EXPECT_TRUE(run.failed);
  EXPECT_EQ(json::write(run.result).find("bo.wang"), std::string::npos);
}

TEST_F(ShopifyConnector, ChecksTheScopesItNeeds) {
  auto run = [](Driver& shop, const std::vector<std::string>& scopes) {
    std::string list;
    for (const std::string& scope : scopes) list += (list.empty() ? "" : ",") + (R"({"handle":")" + scope + "\"}");
    return shop.run("check/1", CheckInput(), [&](const Asked&) {
      return Answer(
          200,
          R"({"data":{"shop":{"myshopifyDomain":"acme.myshopify.com"},"currentAppInstallation":{"accessScopes":[)" +
              list + "]}}}");
    });
  };
  std::vector<std::string> scopes = {"write_customers", "read_store_credit_accounts", "read_gift_cards"};
  EXPECT_EQ(run(driver, scopes).as<CheckResult>().account, "acme.myshopify.com");
  for (const std::string& one : scopes) {
    std::vector<std::string> poor = scopes;
    std::erase(poor, one);
    EXPECT_EQ(run(driver, poor).failure, std::uint32_t{HANDOFF_FAIL_AUTH}) << one;
  }
  json::Value without = settings(false);
  without.object()->set("pools", false);
  Driver mirrors_only(handoff_plugin_v1, without);
  EXPECT_TRUE(run(mirrors_only, {"write_customers"}).done);
}

TEST_F(ShopifyConnector, ListIsNotCompleteWhereACustomerHasMoreAccountsThanAreShown) {
  ListInput list;
  list.until = "2026-11-23T00:00:00Z";
  auto page = [&](const json::Value& cursor) {
    list.cursor = cursor;
    return driver.run("list/1", list, [](const Asked& asked) {
      const char* end = R"("pageInfo":{"hasNextPage":false,"endCursor":null}})";
      std::string nodes = R"([])";
      if (asked.label == "list-accounts")
        nodes = R"([{"id":"c","storeCreditAccounts":{"nodes":[],"pageInfo":{"hasNextPage":true}}}])";
      const char* root = asked.label == "list-gift-cards" ? "giftCards" : "customers";
      return Answer(200, R"({"data":{")" + std::string(root) + R"(":{"nodes":)" + nodes + "," + end + "}}");
    });
  };
  RunResult mirrors = page(json::Value());
  RunResult accounts = page(mirrors.result);
  RunResult cards = page(accounts.result);
  ASSERT_TRUE(mirrors.more && accounts.more && cards.done);
  EXPECT_FALSE(cards.as<ListResult>().complete);
}

/// F6: an amount that cannot be read is value nobody knows, and no zero.
TEST(ShopifyPools, AmountThatCannotBeReadIsShownAsUnknown) {
  auto accounts = [](const char* balance) {
    return accounts_of(*json::parse(R"({"id":"c","storeCreditAccounts":{"nodes":[{"id":"a","balance":)" +
                                    std::string(balance) + "}]}}"));
  };
  EXPECT_TRUE(accounts(R"({"amount":"0.00","currencyCode":"USD"})").empty());
  EXPECT_EQ(accounts(R"({"amount":"1.5","currencyCode":"USD"})").at(0).amount, Money(150, "USD"));
  for (const char* odd :
       {"null", R"({"amount":"1.001","currencyCode":"USD"})", R"({"amount":"1","currencyCode":"XQQ"})"}) {
    EXPECT_FALSE(accounts(odd).at(0).amount) << odd;
    EXPECT_EQ(accounts(odd).at(0).state, "unknown") << odd;
  }
}

TEST_F(ShopifyConnector, WantsBothHalvesOfTheLoyaltyMetafield) {
  json::Value half = settings(false);
  half.object()->set("loyalty_key", "loyalty_id");
  Driver wrong(handoff_plugin_v1, half);
  EXPECT_EQ(wrong.config_problem().at("pointer").as_string(), "/loyalty_namespace");
  Driver none(handoff_plugin_v1, settings(false));
  EXPECT_TRUE(none.config_problem().is_null());
}

TEST(ShopifyMirror, KeepsEveryDigitOfEveryCurrency) {
  MirrorInput in;
  in.version = 1;
  in.balances = {Money(25, "JPY"), Money(2500, "USD"), Money(1500, "KWD")};
  EXPECT_EQ(json::write(mirror_value(in)),
            R"({"version":1,"balances":[{"currency":"JPY","amount":"25"},{"currency":"USD","amount":"25.00"},)"
            R"({"currency":"KWD","amount":"1.500"}],"credits":[]})");
  EXPECT_EQ(to_mirror(json::write(mirror_value(in)))->balances, in.balances);
}

TEST(ShopifyMirror, IsReadWholeOrNotAtAll) {
  for (const char* text : {"", "7", R"({"version":"7","balances":[],"credits":[]})", R"({"version":7,"balances":[]})",
                           R"({"version":7,"balances":[{"currency":"USD","amount":25}],"credits":[]})",
                           R"({"version":7,"balances":[{"currency":"JPY","amount":"0.5"}],"credits":[]})",
                           R"({"version":7,"balances":[],"credits":[{"amount":"1.00","currency":"USD"}]})"})
    EXPECT_FALSE(to_mirror(text)) << text;
}

TEST(ShopifyMirror, ShowsItsVersionEvenWithoutCredits) {
  Mirror mirror;
  mirror.version = 9;
  std::vector<Sighting> seen = to_sightings(mirror, "m", "c");
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].version, 9);
  EXPECT_EQ(seen[0].state, "inactive");
  EXPECT_FALSE(seen[0].amount);
}

TEST(ShopifyThrottle, BelievesOnlyPlausibleNumbers) {
  auto wait = [](const char* cost) {
    return throttled_ms(*json::parse(R"({"extensions":{"cost":)" + std::string(cost) + "}}"));
  };
  EXPECT_EQ(wait(R"({"requestedQueryCost":10,"throttleStatus":{"currentlyAvailable":9.5,"restoreRate":100.0}})"), 5u);
  EXPECT_EQ(wait(R"({"requestedQueryCost":10,"throttleStatus":{"currentlyAvailable":50,"restoreRate":100}})"), 1000u);
  EXPECT_EQ(wait(R"({"requestedQueryCost":10,"throttleStatus":{"currentlyAvailable":0,"restoreRate":0}})"), 0u);
  EXPECT_EQ(wait(R"({"requestedQueryCost":999999999999,"throttleStatus":{"currentlyAvailable":0,"restoreRate":1}})"),
            0u);
  EXPECT_EQ(wait(R"({"requestedQueryCost":999999,"throttleStatus":{"currentlyAvailable":0,"restoreRate":1}})"),
            3600000u);
  EXPECT_EQ(wait("{}"), 0u);
}

/// The sheet says what each code means for the money; here, that an answer is told by just that code.
TEST_F(ShopifyConnector, EachCodeOfTheSheetIsToldOfAnAnswerThatHasIt) {
  for (const testing::SheetCode& row : testing::sheet_codes(fixture("../connector.json"), "mirror")) {
    bool whole = row.name() == "THROTTLED" || row.name() == "ACCESS_DENIED" || row.name() == "MAX_COST_EXCEEDED" ||
                 row.name() == "SHOP_INACTIVE";
    const std::string code = R"({"code":")" + row.name() + R"("})";
    const std::string body = whole ? R"({"errors":[{"message":"no","extensions":)" + code + "}]}"
                                   : R"({"data":{"metafieldsSet":{"metafields":null,"userErrors":[)" + code + "]}}}";
    RunResult run = mirror(Answer(row.status(), row.name().empty() ? "" : body));
    const auto& verdict = run.verdicts[row.label];
    EXPECT_EQ(verdict.code, row.code) << row.label;
    EXPECT_EQ(verdict.kind,
              std::uint32_t{row.refused_before_execution() ? HANDOFF_VERDICT_REFUSED : HANDOFF_VERDICT_REJECTED})
        << row.label << " " << row.code;
  }
}

}  // namespace
}  // namespace handoff::shopify
