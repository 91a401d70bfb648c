#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>
#include <handoff/testing/sheet.hpp>
#include <limits>

#include "card_mapping.hpp"

namespace handoff::square {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

std::string error(const std::string& code, const std::string& category = "INVALID_REQUEST_ERROR") {
  return R"({"errors":[{"category":")" + category + R"(","code":")" + code + R"("}]})";
}

class SquareGiftCards : public ::testing::Test {
 protected:
  SquareGiftCards() : driver(handoff_plugin_v1, *json::parse(R"({"gift_card_location":"81FN9BNFZTKS4"})")) {
    driver.call_id("create-gift-card", "ho1-create", "ref");
    driver.call_id("activate", "ho1-activate", "ref");
    driver.call_id("deactivate", "ho1-deactivate", "ref");
    in.amount = Money(1000, "USD");
    in.reference = "ho1-k";
    in.code = "k4wtz7qhn2mdypb6x3sevrca5u";
    link.instrument = "gftc:71ea002277a34f8a945e284b04822edb";
    link.customer.id = "GKY0FZ3V717AH8Q2D821PNT2ZW";
    end.instrument = "gftc:6d55a72470d940c6ba09c0ab8ad08d20";
  }
  /// The fixture with one member of its one object changed.
  static std::string changed(const std::string& name, const char* object, const char* member,
                             const json::Value& value) {
    json::Object inner = json::parse(testing::fixture(FIXTURES, name))->at(object).as_object();
    inner.set(member, value);
    json::Object outer;
    outer.set(object, std::move(inner));
    return json::write(json::Value(std::move(outer)));
  }
  static std::string created() { return changed("gift_card_created.json", "gift_card", "gan", "k4wtz7qhn2mdypb6x3se"); }
  static std::string activated() {
    return changed("activity_activated.json", "gift_card_activity", "gift_card_id",
                   "gftc:6cbacbb64cf54e2ca9f573d619038059");
  }
  /// The card of the fixture, on file for these.
  static std::string card_of(const std::string& customers) {
    return changed("gift_card_linked.json", "gift_card", "customer_ids", *json::parse(customers));
  }
  RunResult issue(const Answer& create, const Answer& activate) {
    return driver.run("issue/1", in, [&](const Asked& asked) { return asked.label == "activate" ? activate : create; });
  }
  Driver driver;
  IssueInput in;
  LinkInput link;
  VoidInput end;
};

TEST_F(SquareGiftCards, CreatesACardUnderOurNumberAndThenActivatesIt) {
  RunResult run = issue(Answer(200, created()), Answer(200, activated()));
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  ASSERT_EQ(run.asked.size(), 2u);
  EXPECT_EQ(run.asked[0].json().at("idempotency_key").as_string(), "ho1-create");
  EXPECT_EQ(run.asked[0].json().at("gift_card").at("gan").as_string(), "k4wtz7qhn2mdypb6x3se");
  EXPECT_EQ(run.asked[0].json().at("gift_card").at("gan_source").as_string(), "OTHER");
  EXPECT_EQ(run.asked[1].json().at("idempotency_key").as_string(), "ho1-activate");
  EXPECT_EQ(run.verdicts["create-gift-card"].echoes.code, in.code);
  EXPECT_EQ(run.verdicts["activate"].echoes.amount, in.amount);
  EXPECT_EQ(run.verdicts["activate"].echoes.reference, in.reference);
  EXPECT_EQ(run.as<IssueResult>().instrument, "gftc:6cbacbb64cf54e2ca9f573d619038059");
}

TEST_F(SquareGiftCards, ActivatesTheVeryCardThatTheHostFoundAfterALostAnswer) {
  Sighting found;
  found.instrument = "gftc:9";
  RunResult run = driver.run("issue/1", in, [&](const Asked&) { return Answer::adopted(found); });
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked[1].json().at("gift_card_activity").at("gift_card_id").as_string(), "gftc:9");
  EXPECT_EQ(run.as<IssueResult>().instrument, "gftc:9");
}

TEST_F(SquareGiftCards, DoNotTakeAnotherCardsActivationForTheirs) {
  RunResult run = issue(Answer(200, created()), Answer(200, testing::fixture(FIXTURES, "activity_activated.json")));
  EXPECT_EQ(run.verdicts["activate"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN});
  EXPECT_TRUE(run.failed);
}

TEST_F(SquareGiftCards, PassEveryRefusalToTheSheetUnderItsCode) {
  for (const char* code : {"PAYMENT_LIMIT_EXCEEDED", "CURRENCY_MISMATCH", "BAD_REQUEST", "IDEMPOTENCY_KEY_REUSED"}) {
    RunResult run = issue(Answer(200, created()), Answer(400, error(code)));
    EXPECT_EQ(run.verdicts["activate"].kind, std::uint32_t{HANDOFF_VERDICT_REJECTED});
    EXPECT_EQ(run.verdicts["activate"].code, "400/" + std::string(code));
  }
  RunResult hidden = issue(Answer(200, created()), Answer(200, error("TEMPORARY_ERROR", "API_ERROR")));
  EXPECT_EQ(hidden.verdicts["activate"].code, "200/TEMPORARY_ERROR");
  EXPECT_TRUE(hidden.failed);
  Answer limited(429, error("RATE_LIMITED", "RATE_LIMIT_ERROR"));
  EXPECT_EQ(issue(limited, limited).verdicts["create-gift-card"].kind, std::uint32_t{HANDOFF_VERDICT_REFUSED});
}

TEST_F(SquareGiftCards, CallAnAnswerTheyCannotReadUnclear) {
  for (const char* body : {"", "<html>", "{}", "[]", R"({"gift_card":{"id":"x"}})"}) {
    RunResult run = issue(Answer(200, body), Answer(200, activated()));
    EXPECT_EQ(run.verdicts["create-gift-card"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN}) << body;
    EXPECT_EQ(run.asked.size(), 1u) << body;
  }
}

TEST_F(SquareGiftCards, SendNothingWithoutALocation) {
  Driver nowhere(handoff_plugin_v1, *json::parse("{}"));
  RunResult run = nowhere.run("issue/1", in, [](const Asked&) { return Answer(200, ""); });
  EXPECT_TRUE(run.asked.empty());
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_CONFIG});
  RunResult voided = nowhere.run("void/1", end, [](const Asked&) { return Answer(200, ""); });
  EXPECT_EQ(voided.failure, std::uint32_t{HANDOFF_FAIL_CONFIG});
}

TEST_F(SquareGiftCards, AreLinkedWithoutUnlinkingWhereNobodyHasThem) {
  RunResult run = driver.run("link/1", link, [&](const Asked& asked) {
    return Answer(200, card_of(asked.label == "get-gift-card" ? "[]" : R"(["GKY0FZ3V717AH8Q2D821PNT2ZW"])"));
  });
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked.size(), 2u);
  EXPECT_EQ(run.verdicts["link-customer"].echoes.customer, link.customer.id);
}

TEST_F(SquareGiftCards, AreUnlinkedThoughTheNextHoldersIdBeginsLikeTheLast) {
  RunResult run = driver.run("link/1", link, [&](const Asked& asked) {
    if (asked.label == "get-gift-card") return Answer(200, card_of(R"(["OTHER"])"));
    return Answer(200,
                  card_of(asked.label == "unlink-customer" ? R"(["OTHER-2"])" : R"(["GKY0FZ3V717AH8Q2D821PNT2ZW"])"));
  });
  EXPECT_EQ(run.verdicts["unlink-customer"].kind, std::uint32_t{HANDOFF_VERDICT_APPLIED});
}

TEST_F(SquareGiftCards, AreNotLinkedWhileTheOtherCustomerStillHasThem) {
  RunResult run = driver.run("link/1", link, [&](const Asked&) { return Answer(200, card_of(R"(["OTHER"])")); });
  EXPECT_EQ(run.verdicts["unlink-customer"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN});
  EXPECT_EQ(run.asked.back().label, "unlink-customer");
}

TEST_F(SquareGiftCards, AreLookedAtAgainWhereAReadDoesNotShowTheNewOneYet) {
  RunResult run = driver.run("link/1", link, [&](const Asked&) { return Answer(404, error("NOT_FOUND")); });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
}

TEST_F(SquareGiftCards, ShowEverybodyWhoHasThemAsNobodyWeKnow) {
  EXPECT_EQ(to_card(json::parse(card_of(R"(["A","B"])"))->at("gift_card"))->customer, "A B");
}

TEST_F(SquareGiftCards, NeedTheCustomersIdToBeLinked) {
  link.customer.id.clear();
  RunResult run = driver.run("link/1", link, [](const Asked&) { return Answer(200, ""); });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_NOT_FOUND});
  EXPECT_TRUE(run.asked.empty());
}

TEST_F(SquareGiftCards, EndsWithTheOnlyReasonThatMayBeWritten) {
  RunResult run = driver.run(
      "void/1", end, [&](const Asked&) { return Answer(200, testing::fixture(FIXTURES, "activity_activated.json")); });
  EXPECT_EQ(run.asked[0].json().at("gift_card_activity").at("type").as_string(), "DEACTIVATE");
  EXPECT_EQ(run.asked[0].json().at("gift_card_activity").at("deactivate_activity_details").at("reason").as_string(),
            "SUSPICIOUS_ACTIVITY");
  EXPECT_EQ(run.verdicts["deactivate"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN});  // that is no deactivation
}

TEST(SquareCardHistory, TellsWhatTheEndTookAwayWhateverBalanceIsShownAfterIt) {
  const json::Value list = *json::parse(testing::fixture(FIXTURES, "activities.json"));
  for (const char* shown : {"0", "700"}) {
    History history;
    for (json::Value activity : list.at("gift_card_activities").as_array()) {
      if (activity.at("type").as_string() == "DEACTIVATE")
        activity.object()->set("gift_card_balance_money",
                               *json::parse(R"({"amount":)" + std::string(shown) + R"(,"currency":"USD"})"));
      ASSERT_TRUE(history.add(activity));
    }
    Sighting card;
    card.state = "void";
    EXPECT_TRUE(history.tell(card));
    EXPECT_EQ(card.removed, Money(700, "USD")) << shown;
    EXPECT_EQ(card.redeemed, Money(300, "USD"));
    EXPECT_EQ(card.issued, Money(1000, "USD"));
    EXPECT_EQ(card.reference, "ho1-k");
  }
}

/// spec: GiftCardActivityType, GiftCardActivityRefund.redeem_activity_id
TEST(SquareCardHistory, CountsAsSpentAndReturnedOnlyWhatWasSpentFromThisCard) {
  auto row = [](const char* id, const char* type, const char* details, int amount, int after, const char* redeem = "") {
    std::string link = *redeem ? R"("redeem_activity_id":")" + std::string(redeem) + R"(",)" : "";
    return *json::parse(R"({"id":")" + std::string(id) + R"(","type":")" + type +
                        R"(","gift_card_balance_money":{"amount":)" + std::to_string(after) +
                        R"(,"currency":"USD"},")" + details + R"(":{)" + link + R"("amount_money":{"amount":)" +
                        std::to_string(amount) + R"(,"currency":"USD"}}})");
  };
  History history;
  EXPECT_TRUE(history.add(row("a1", "ACTIVATE", "activate_activity_details", 1000, 1000)));
  EXPECT_TRUE(history.add(row("a2", "REDEEM", "redeem_activity_details", 600, 400)));
  EXPECT_TRUE(history.add(row("a3", "REFUND", "refund_activity_details", 100, 500, "a2")));
  EXPECT_TRUE(history.add(row("a4", "REFUND", "refund_activity_details", 70, 570)));           // paid by a bank card
  EXPECT_TRUE(history.add(row("a5", "REFUND", "refund_activity_details", 30, 600, "other")));  // of another gift card
  EXPECT_TRUE(history.add(row("a6", "UNLINKED_ACTIVITY_REFUND", "unlinked_activity_refund_activity_details", 5, 605)));
  EXPECT_TRUE(history.add(row("a7", "TRANSFER_BALANCE_TO", "transfer_balance_to_activity_details", 2, 607)));
  Sighting card;
  EXPECT_TRUE(history.tell(card));
  EXPECT_EQ(card.redeemed, Money(500, "USD"));
  EXPECT_EQ(card.issued, Money(1107, "USD"));
}

/// spec: GiftCardActivityRedeemStatus
TEST(SquareCardHistory, CountsNoRedemptionAsSpentThatWasCanceledAndWaitsForOneThatIsPending) {
  auto row = [](const char* type, const char* details, int amount, int after, const char* status = "") {
    return *json::parse(R"({"id":"a","type":")" + std::string(type) + R"(","gift_card_balance_money":{"amount":)" +
                        std::to_string(after) + R"(,"currency":"USD"},")" + details + R"(":{"status":")" + status +
                        R"(","amount_money":{"amount":)" + std::to_string(amount) + R"(,"currency":"USD"}}})");
  };
  for (int shown : {1500, 2500}) {  // the list's balance may be of before it was canceled
    History history;
    EXPECT_TRUE(history.add(row("ACTIVATE", "activate_activity_details", 2500, 2500)));
    EXPECT_TRUE(history.add(row("REDEEM", "redeem_activity_details", 1000, shown, "CANCELED")));
    EXPECT_TRUE(history.add(row("DEACTIVATE", "deactivate_activity_details", 0, 0)));
    Sighting card;
    card.state = "void";
    EXPECT_TRUE(history.tell(card));
    EXPECT_EQ(card.removed, Money(2500, "USD")) << shown;
    EXPECT_EQ(card.redeemed, std::nullopt);
  }
  History open, taken;
  for (History* one : {&open, &taken}) one->add(row("ACTIVATE", "activate_activity_details", 2500, 2500));
  open.add(row("REDEEM", "redeem_activity_details", 1000, 1500, "PENDING"));
  taken.add(row("REDEEM", "redeem_activity_details", 1000, 1500, "CANCELED"));
  taken.add(row("CLEAR_BALANCE", "clear_balance_activity_details", 0, 0));  // does not say how much
  Sighting card;
  card.state = "active";
  EXPECT_TRUE(open.tell(card));
  EXPECT_EQ(card.redeemed, Money(1000, "USD"));
  for (History* one : {&open, &taken}) {
    one->add(row("DEACTIVATE", "deactivate_activity_details", 0, 0));
    card.state = "void";
    EXPECT_FALSE(one->tell(card));
  }
}

TEST(SquareCardHistory, OfACardThatIsAliveIsReadAgainWhileItShowsNothingThatWasPutOnIt) {
  History history;
  Sighting card;
  card.state = "active";
  EXPECT_FALSE(history.tell(card));
  card.state = "pending";
  EXPECT_TRUE(history.tell(card)) << "nothing was put on it yet";
}

TEST(SquareCardHistory, IsNoHistoryWithoutTheEndItShouldTell) {
  History history;
  history.add(json::parse(testing::fixture(FIXTURES, "activities.json"))->at("gift_card_activities").at(0));
  Sighting card;
  card.state = "void";
  EXPECT_FALSE(history.tell(card));
  EXPECT_EQ(card.removed, std::nullopt);
}

TEST(SquareCardHistory, RefusesSumsThatDoNotFitAndMixedCurrencies) {
  auto load = [](std::int64_t amount, const char* currency) {
    return *json::parse(R"({"id":"a","type":"LOAD","gift_card_balance_money":{"amount":1,"currency":"USD"},)"
                        R"("load_activity_details":{"amount_money":{"amount":)" +
                        std::to_string(amount) + R"(,"currency":")" + currency + R"("}}})");
  };
  History wide, mixed;
  EXPECT_TRUE(wide.add(load(std::numeric_limits<std::int64_t>::max(), "USD")));
  EXPECT_FALSE(wide.add(load(1, "USD")));
  EXPECT_TRUE(mixed.add(load(1, "USD")));
  EXPECT_FALSE(mixed.add(load(1, "EUR")));
}

TEST(SquareCardNumbers, AreTwentyCharactersThatLookLikeNoCreditCard) {
  EXPECT_EQ(gan_of("k4wtz7qhn2mdypb6x3sevrca5u"), "k4wtz7qhn2mdypb6x3se");
  EXPECT_EQ(gan_of("444444khn2mdypb6x3sevrca5u"), "khn2mdypb6x3sevrca5u");
  EXPECT_EQ(gan_of("44444444444444444444444444"), "44444444444444444444");
  EXPECT_EQ(gan_of("7783320006753271"), "7783320006753271");
}

TEST(SquareCardStates, AreUnknownUntilTheyAreKnown) {
  for (const auto& [theirs, ours] :
       {std::pair("ACTIVE", "active"), std::pair("PENDING", "pending"), std::pair("NOT_ACTIVE", "pending"),
        std::pair("BLOCKED", "inactive"), std::pair("DEACTIVATED", "void"), std::pair("RESTING", "unknown")})
    EXPECT_EQ(card_state(theirs), ours);
}

/// The sheet says what each code means for the money; here, that an answer is told by just that code.
TEST_F(SquareGiftCards, EachCodeOfTheSheetIsToldOfAnAnswerThatHasIt) {
  driver.call_id("unlink-customer", "ho1-unlink", "ref");
  driver.call_id("link-customer", "ho1-link", "ref");
  for (const std::string operation : {"issue", "link", "void"})
    for (const testing::SheetCode& row :
         testing::sheet_codes(testing::fixture(FIXTURES, "../connector.json"), operation)) {
      Driver::Script script = [&](const Asked& asked) {
        if (asked.label == row.label) return Answer(row.status(), row.name().empty() ? "" : error(row.name()));
        if (asked.label == "create-gift-card") return Answer(200, created());
        bool unlinks = row.label == "unlink-customer";
        return Answer(200, card_of(unlinks ? R"(["SOMEBODY"])" : "[]"));
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

}  // namespace
}  // namespace handoff::square
