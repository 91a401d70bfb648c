// Shopify as the platform: one gift card per credit.

#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>
#include <handoff/testing/sheet.hpp>

#include "card_mapping.hpp"

namespace handoff::shopify {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

constexpr const char* kCard = "gid://shopify/GiftCard/63396415";
constexpr const char* kHolder = "gid://shopify/Customer/544365967";
constexpr std::int64_t kNow = 1'795'442'400'000;  // 2026-11-23T14:00:00Z

std::string payload(const std::string& name) { return testing::fixture(FIXTURES, name); }

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

json::Value platform_settings(const char* currency = "USD") {
  json::Object out;
  out.set("base_url", "https://acme.myshopify.com");
  if (*currency != '\0') out.set("gift_card_currency", currency);
  return json::Value(std::move(out));
}

class ShopifyGiftCards : public ::testing::Test {
 protected:
  ShopifyGiftCards() : driver(handoff_plugin_v1, platform_settings()) {
    for (const char* label : {"create-gift-card", "assign-customer", "deactivate"})
      driver.call_id(label, "ho1-" + std::string(label), "ref");
    in.credit.ref = "sc_1";
    in.amount = Money(2500, "USD");
    in.reference = "ho1-k";
    in.code = "k4wtz7qhn2mdypb6x3sevrca5u";
    link.instrument = end.instrument = kCard;
    link.customer.id = kHolder;
  }
  RunResult issue(const Answer& answer) {
    return driver.run("issue/1", in, [&](const Asked&) { return answer; });
  }
  RunResult assign(const Answer& answer) {
    return driver.run("link/1", link, [&](const Asked&) { return answer; });
  }
  RunResult deactivate(const Answer& answer) {
    return driver.run("void/1", end, [&](const Asked&) { return answer; });
  }
  RunResult read(const char* by, const std::string& answer) {
    ReadInput look;
    look.by = by;
    look.instrument = kCard;
    look.code = in.code;
    look.reference = in.reference;
    return driver.run("read/1", look, [&](const Asked&) { return Answer(200, answer); });
  }
  Sighting shown(const std::string& answer, const char* by = "instrument") {
    ReadResult seen = read(by, answer).as<ReadResult>();
    EXPECT_EQ(seen.sightings.size(), 1u) << answer;
    return seen.sightings.empty() ? Sighting() : seen.sightings.front();
  }
  Driver driver;
  IssueInput in;
  LinkInput link;
  VoidInput end;
};

TEST_F(ShopifyGiftCards, IssuesACardUnderOurCodeWithOurReferenceInItsNote) {
  RunResult run = issue(Answer(200, payload("gift_card_created.json")));
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done) << json::write(run.result);
  ASSERT_EQ(run.asked.size(), 1u);
  EXPECT_EQ(run.asked[0].retry, std::uint32_t{HANDOFF_RETRY_UNSAFE});
  EXPECT_EQ(json::write(run.asked[0].json().at("variables")),
            R"({"input":{"initialAmount":{"amount":"25.00","currencyCode":"USD"},"code":"k4wtz7qhn2mdypb6x3se",)"
            R"("note":"handoff sc_1 ho1-k"}})");
  const auto& verdict = run.verdicts["create-gift-card"];
  EXPECT_EQ(verdict.kind, std::uint32_t{HANDOFF_VERDICT_APPLIED});
  EXPECT_EQ(verdict.echoes.amount, in.amount);
  EXPECT_EQ(verdict.echoes.code, in.code);
  EXPECT_EQ(verdict.echoes.reference, in.reference);
  EXPECT_EQ(run.as<IssueResult>().instrument, kCard);
}

TEST_F(ShopifyGiftCards, AsksForNoCardInAnotherCurrencyThanTheShops) {
  in.amount = Money(2500, "EUR");
  RunResult run = issue(Answer(500, ""));
  EXPECT_TRUE(run.asked.empty());
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNSUPPORTED});
}

TEST_F(ShopifyGiftCards, IssuesNothingWhereTheShopsCurrencyIsNotNamed) {
  Driver storefront(handoff_plugin_v1, platform_settings(""));
  storefront.call_id("create-gift-card", "ho1-k", "ref");
  RunResult run = storefront.run("issue/1", in, [](const Asked&) { return Answer(500, ""); });
  EXPECT_TRUE(run.failed);
  EXPECT_TRUE(run.asked.empty());
}

TEST_F(ShopifyGiftCards, ShowsNoMetafieldBesideItsCards) {
  MirrorInput mirror;
  mirror.customer.id = kHolder;
  mirror.version = 1;
  RunResult run = driver.run("mirror/1", mirror, [](const Asked&) { return Answer(500, ""); });
  EXPECT_TRUE(run.failed);
  EXPECT_TRUE(run.asked.empty());
}

TEST_F(ShopifyGiftCards, WantsACurrencyThatThereIs) {
  Driver wrong(handoff_plugin_v1, platform_settings("XQQ"));
  EXPECT_EQ(wrong.config_problem().at("pointer").as_string(), "/gift_card_currency");
}

TEST_F(ShopifyGiftCards, CodeThatIsTakenIsInDoubtUntilItIsKnownWhoseTheCardIs) {
  RunResult taken = issue(Answer(200, payload("gift_card_taken.json")));
  EXPECT_EQ(taken.verdicts["create-gift-card"].code, "200/TAKEN");
  for (const testing::SheetCode& row : testing::sheet_codes(payload("../connector.json"), "issue")) {
    EXPECT_NE(row.code, "200/TAKEN");
    EXPECT_NE(row.code, "200/INTERNAL_ERROR");
  }
  Sighting found;
  found.instrument = "gid://shopify/GiftCard/9";
  found.reference = in.reference;
  EXPECT_EQ(issue(Answer::adopted(found)).as<IssueResult>().instrument, found.instrument);
  found.reference = "gid://shopify/GiftCard/9";
  EXPECT_EQ(issue(Answer::adopted(found)).failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
}

TEST_F(ShopifyGiftCards, CallsAnAnswerThatIsNoCardOfThisAmountUnclear) {
  const std::string good = payload("gift_card_created.json");
  const std::string bodies[] = {
      "",
      "<html>",
      "[]",
      R"({"data":{}})",
      R"({"data":{"giftCardCreate":null}})",
      R"({"data":{"giftCardCreate":{"giftCard":null,"userErrors":[]}}})",
      replaced(good, R"("enabled": true)", R"("enabled": false)"),
      replaced(good, R"("enabled": true)", R"("enabled": null)"),
      replaced(good, R"("balance": {"amount": "25.0")", R"("balance": {"amount": "0.0")"),
      replaced(good, R"("userErrors": [])", R"("userErrors": [{"code":"INVALID","message":"m"}])"),
      replaced(good, R"("data": )", R"("errors": [{"message": "x"}], "data": )")};
  for (const std::string& body : bodies) {
    RunResult run = issue(Answer(200, body));
    EXPECT_TRUE(run.failed) << body;
    EXPECT_EQ(run.verdicts["create-gift-card"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN}) << body;
  }
}

TEST_F(ShopifyGiftCards, LivesAtLeastAsLongAsWasPromisedWhereverTheShopIs) {
  EXPECT_EQ(expires_on("2027-11-23T00:00:00Z"), "2027-11-24");  // there it may be over when the day begins
  EXPECT_EQ(expires_on("2027-11-23T10:00:00Z"), "2027-11-24");  // at UTC+14 the 24th begins now
  EXPECT_EQ(expires_on("2027-11-23T10:00:01Z"), "2027-11-25");
  EXPECT_EQ(expires_on("2027-11-23T23:59:59-12:00"), "2027-11-26");
  EXPECT_THROW(expires_on("2027-11-23"), Failure);
  in.credit.expires_at = "2027-11-23T00:00:00Z";
  RunResult run = issue(Answer(200, payload("gift_card_created.json")));
  EXPECT_EQ(run.asked[0].json().at("variables").at("input").at("expiresOn").as_string(), "2027-11-24");
}

TEST_F(ShopifyGiftCards, CardIsExpiredOnlyWhenItsDayIsOverEverywhereAndThatIsNoEnd) {
  const json::Value card =
      json::parse(replaced(payload("gift_card.json"), R"("expiresOn": null)", R"("expiresOn": "2026-11-22")"))
          ->at("data")
          .at("giftCard");
  EXPECT_EQ(to_card(card, kNow - 2 * 3'600'000 - 1).state, "active");  // the 22nd ends last at 12:00Z of the 23rd
  EXPECT_EQ(to_card(card, kNow - 2 * 3'600'000).state, "inactive");
  EXPECT_FALSE(to_card(card, kNow).removed);
  const json::Value odd =
      json::parse(replaced(payload("gift_card.json"), R"("expiresOn": null)", R"("expiresOn": "soon")"))
          ->at("data")
          .at("giftCard");
  EXPECT_EQ(to_card(odd, kNow).state, "unknown");
}

TEST_F(ShopifyGiftCards, AssignsTheCardToItsCustomerOnce) {
  RunResult run = assign(Answer(200, payload("gift_card_assigned.json")));
  ASSERT_TRUE(run.done);
  EXPECT_EQ(json::write(run.asked[0].json().at("variables")),
            R"({"id":"gid://shopify/GiftCard/63396415","input":{"customerId":"gid://shopify/Customer/544365967"}})");
  EXPECT_EQ(run.verdicts["assign-customer"].echoes.instrument, kCard);
  EXPECT_EQ(run.verdicts["assign-customer"].echoes.customer, kHolder);
  EXPECT_EQ(run.as<LinkResult>().customer, kHolder);
}

TEST_F(ShopifyGiftCards, RefusalToAssignHasNoCodeAndIsLookedUp) {
  RunResult run = assign(Answer(200, payload("gift_card_of_another.json")));
  EXPECT_EQ(run.verdicts["assign-customer"].code, "200/uncoded");
  for (const testing::SheetCode& row : testing::sheet_codes(payload("../connector.json"), "link"))
    EXPECT_NE(row.code, "200/uncoded");
}

TEST_F(ShopifyGiftCards, AssignsToNobodyWhomTheShopDoesNotKnow) {
  link.customer.id.clear();
  RunResult run = assign(Answer(500, ""));
  EXPECT_TRUE(run.asked.empty());
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_NOT_FOUND});
}

TEST_F(ShopifyGiftCards, DeactivatesAndLeavesToTheRecordWhatThatTookAway) {
  RunResult run = deactivate(Answer(200, payload("gift_card_deactivated.json")));
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.verdicts["deactivate"].echoes.instrument, kCard);
  EXPECT_FALSE(run.as<VoidResult>().removed);
  RunResult still = deactivate(
      Answer(200, replaced(payload("gift_card_deactivated.json"), R"("enabled": false)", R"("enabled": true)")));
  EXPECT_EQ(still.verdicts["deactivate"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN});
}

TEST_F(ShopifyGiftCards, ReadsStateBalanceCustomerAndWhatAnEndTookAway) {
  std::string spent =
      replaced(payload("gift_card.json"), R"("balance": {"amount": "25.0")", R"("balance": {"amount": "18.0")");
  spent = replaced(spent, R"("customer": null)", R"("customer": {"id": "gid://shopify/Customer/1"})");
  Sighting alive = shown(spent);
  EXPECT_EQ(alive.state, "active");
  EXPECT_EQ(alive.amount, Money(1800, "USD"));
  EXPECT_EQ(alive.issued, Money(2500, "USD"));
  EXPECT_EQ(alive.customer, "gid://shopify/Customer/1");
  EXPECT_EQ(alive.reference, "ho1-k");
  EXPECT_EQ(alive.credit, "sc_1");
  EXPECT_FALSE(alive.removed);
  Sighting over = shown(replaced(spent, R"("enabled": true)", R"("enabled": false)"));
  EXPECT_EQ(over.state, "void");
  EXPECT_EQ(over.removed, Money(1800, "USD"));
  EXPECT_EQ(read("instrument", replaced(spent, kCard, "gid://shopify/GiftCard/2")).failure,
            std::uint32_t{HANDOFF_FAIL_UNREADABLE});
}

TEST_F(ShopifyGiftCards, FindsByCodeOnlyWhatEndsLikeItAndTakesNoStrangersForOurs) {
  RunResult run = read("code", payload("gift_cards_found.json"));
  EXPECT_EQ(run.asked[0].json().at("variables").at("code").as_string(), "k4wtz7qhn2mdypb6x3se");
  EXPECT_EQ(shown(payload("gift_cards_found.json"), "code").reference, "ho1-k");
  EXPECT_TRUE(
      read("code", replaced(payload("gift_cards_found.json"), "x3se", "0d0d")).as<ReadResult>().sightings.empty());
  Sighting strange = shown(replaced(payload("gift_cards_found.json"), "handoff sc_1 ho1-k", "birthday"), "code");
  EXPECT_EQ(strange.reference, kCard);
  EXPECT_EQ(strange.credit, "");
}

TEST_F(ShopifyGiftCards, ReadThatIsCutOffOrSaysNothingProvesNoAbsence) {
  EXPECT_TRUE(read("code", payload("gift_cards_none.json")).as<ReadResult>().complete);
  EXPECT_FALSE(
      read("code", replaced(payload("gift_cards_none.json"), R"("hasNextPage": false)", R"("hasNextPage": true)"))
          .as<ReadResult>()
          .complete);
  EXPECT_TRUE(read("instrument", R"({"data":{"giftCard":null}})").as<ReadResult>().complete);
  for (const char* nothing :
       {R"({"data":{}})", R"({"data":{"giftCards":null}})", R"({"data":{"giftCards":{"nodes":[]}}})"})
    for (const char* by : {"code", "instrument"})
      EXPECT_EQ(read(by, nothing).failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE}) << nothing;
}

TEST_F(ShopifyGiftCards, CodeOfTheRegisterIsLookedForAsTheShopKeepsIt) {
  EXPECT_EQ(card_code("ABCD EFGH-IJKL mnop"), "abcdefghijklmnop");
  EXPECT_EQ(card_code("k4wtz7qhn2mdypb6x3sevrca5u"), "k4wtz7qhn2mdypb6x3se");
}

TEST_F(ShopifyGiftCards, NoteOfSomebodyElseNamesNothingOfOurs) {
  for (const char* note : {"", "handoff", "handoff sc_1", "Handoff sc_1 ho1-k", "for handoff sc_1 ho1-k"}) {
    Sighting seen = shown(replaced(payload("gift_card.json"), "handoff sc_1 ho1-k", note));
    EXPECT_EQ(seen.reference + seen.credit, "") << note;
  }
}

TEST_F(ShopifyGiftCards, ChecksItsRightsAndInWhatTheShopIsKept) {
  auto check = [&](const char* currency, const char* scope) {
    return driver.run("check/1", CheckInput(), [&](const Asked&) {
      return Answer(200, R"({"data":{"shop":{"myshopifyDomain":"a","currencyCode":")" + std::string(currency) +
                             R"("},"currentAppInstallation":{"accessScopes":[{"handle":"write_customers"},)"
                             R"({"handle":"read_gift_cards"},{"handle":"read_store_credit_accounts"},{"handle":")" +
                             scope + R"("}]}}})");
    });
  };
  EXPECT_TRUE(check("USD", "write_gift_cards").done);
  EXPECT_EQ(check("USD", "read_orders").failure, std::uint32_t{HANDOFF_FAIL_AUTH});
  EXPECT_TRUE(check("EUR", "write_gift_cards").failed);
  EXPECT_EQ(check("", "write_gift_cards").failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
}

/// The sheet says what each code means for the money; here, that an answer is told by just that code.
TEST_F(ShopifyGiftCards, EachCodeOfTheSheetIsToldOfAnAnswerThatHasIt) {
  const std::tuple<const char*, const char*> works[] = {
      {"issue", "giftCardCreate"}, {"link", "giftCardUpdate"}, {"void", "giftCardDeactivate"}};
  for (const auto& [operation, root] : works)
    for (const testing::SheetCode& row : testing::sheet_codes(payload("../connector.json"), operation)) {
      bool whole = row.name() == "THROTTLED" || row.name() == "ACCESS_DENIED" || row.name() == "MAX_COST_EXCEEDED" ||
                   row.name() == "SHOP_INACTIVE";
      const std::string code = R"({"code":")" + row.name() + R"("})";
      const std::string body =
          whole ? R"({"errors":[{"message":"no","extensions":)" + code + "}]}"
                : R"({"data":{")" + std::string(root) + R"(":{"giftCard":null,"userErrors":[)" + code + "]}}}";
      const Answer answer(row.status(), row.name().empty() ? "" : body);
      RunResult run = operation == std::string("issue")  ? issue(answer)
                      : operation == std::string("link") ? assign(answer)
                                                         : deactivate(answer);
      const auto& verdict = run.verdicts[row.label];
      EXPECT_EQ(verdict.code, row.code) << row.label;
      EXPECT_EQ(verdict.kind,
                std::uint32_t{row.refused_before_execution() ? HANDOFF_VERDICT_REFUSED : HANDOFF_VERDICT_REJECTED})
          << row.label << " " << row.code;
    }
}

}  // namespace
}  // namespace handoff::shopify
