// What is over stays over: repairs that were given up, credits that their source took back, what a person said of one thing and
// not of another (INVARIANTS G1, G7, G11, M7, M8, N1, N3, D4).

#include "tests/unit/engine/value_bed.hpp"

namespace handoff::engine {
namespace {

// ---- repairs ----

class Refusing : public Value {
 protected:
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    links += request.target.starts_with("/v1/publications");
    bool refused = (request.target.ends_with("/disable") && refuses_voids) ||
                   (request.target.starts_with("/v1/publications") && refuses_links);
    return refused ? replied(403, json::Object{{"code", 403}, {"key", "forbidden"}, {"message", "this key may not"}})
                   : Value::at_cards(request, body);
  }
  std::int64_t on_active_cards() {
    std::int64_t sum = 0;
    for (const auto& [code, voucher] : vouchers)
      if (voucher.active) sum += cards[code].put - cards[code].spent;
    return sum;
  }
  bool refuses_voids = false, refuses_links = false;
  int links = 0;
};

TEST_F(Refusing, LinkOfACreditThatItsSourceTookBackIsNotTriedAgain) {
  refuses_links = refuses_voids = true;
  submit();
  run(60'000);
  submit("credit.cancelled");
  run(60'000);
  ASSERT_NE(open_cases().find("the void was refused"), std::string::npos) << story();
  refuses_links = refuses_voids = false;
  int before = links;
  EXPECT_EQ(retry("cancel"), "");
  run(kHour);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(links, before);
  EXPECT_EQ(open_cases(), "");
  EXPECT_TRUE(whole());
}

TEST_F(Refusing, VoidOfARepairThatWasGivenUpIsNotSentAgainByTheNextRepairsRetry) {
  sell();
  refuses_voids = true;
  EXPECT_EQ(repair(), "");
  EXPECT_EQ(refuse_repair(), "");
  EXPECT_EQ(repair(), "");
  refuses_voids = false;
  EXPECT_EQ(retry("repair"), "");
  run(600'000);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(on_active_cards(), 2500) << story();
  EXPECT_EQ(account("SUSPENSE"), 0);
  EXPECT_EQ(open_cases(), "");
  EXPECT_TRUE(whole());
}

TEST_F(Refusing, VoidOfARepairThatWasGivenUpIsNotSentByTheRetryOfABooking) {
  setup.routes.front().hops = {hop("cards", "issue"), hop("tally", "record")};
  start();
  lose_a_booking();
  refuses_voids = true;
  EXPECT_EQ(repair(), "");
  EXPECT_EQ(refuse_repair(), "");
  run(600'000);
  refuses_voids = loses_booking = false;
  EXPECT_EQ(retry("unknown outcome"), "");
  run(6'000'000);
  EXPECT_EQ(on_active_cards(), 2500) << story();
  EXPECT_EQ(account("SUSPENSE"), 0);
}

TEST_F(Refusing, VoidOfARepairThatWasGivenUpIsNotTakenForTheCancellations) {
  sell();
  refuses_voids = true;
  EXPECT_EQ(repair(), "");
  EXPECT_EQ(refuse_repair(), "");
  refuses_voids = false;
  submit("credit.cancelled");
  run(600'000);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(on_active_cards(), 0);
  EXPECT_TRUE(whole());
}

TEST_F(Refusing, LinkOfAReissueIsTriedAgainByARetry) {
  sell();
  refuses_links = true;
  EXPECT_EQ(repair(), "");
  ASSERT_NE(open_cases().find("linking the reissue was refused"), std::string::npos) << story();
  refuses_links = false;
  EXPECT_EQ(retry("repair"), "");
  run(600'000);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(vouchers.at(posts.back()).holder, "cust_1");
  EXPECT_EQ(open_cases(), "");
}

TEST_F(Refusing, LinkOfAReissueDoesNotKeepTheSourceFromTakingItBack) {
  sell();
  refuses_links = true;
  EXPECT_EQ(repair(), "");
  submit("credit.cancelled");
  run(600'000);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(on_active_cards(), 0);
  EXPECT_EQ(account("SUSPENSE"), 0);
  EXPECT_TRUE(whole());
}

/// Its own link was refused, and a repair replaced the card meanwhile: nobody links the dead one.
TEST_F(Refusing, LinkOfTheJourneyIsLeftToAnOpenRepair) {
  refuses_links = refuses_voids = true;
  submit();
  run(60'000);
  ASSERT_EQ(state(), "held") << story();
  EXPECT_EQ(repair(), "");
  EXPECT_NE(retry("vendor refused").find("its repair comes first"), std::string::npos);
  refuses_links = refuses_voids = false;
  EXPECT_EQ(retry("repair"), "");
  run(600'000);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(on_active_cards(), 2500);
  EXPECT_EQ(open_cases(), "");
  EXPECT_TRUE(whole());
}

TEST_F(Value, WhatOnePersonAgreedToInOneRepairIsAskedAgainInTheNext) {
  setup.approve_repair_above = {{"USD", 3000}};
  start();
  sell();
  card().put += 1000;
  EXPECT_EQ(repair(), "");
  EXPECT_EQ(say_of_approval(Command::Kind::approve, "bob"), "");
  ASSERT_EQ(vouchers.size(), 2u) << story();
  EXPECT_EQ(repair(), "");
  run(600'000);
  EXPECT_EQ(vouchers.size(), 2u) << story();
  EXPECT_NE(open_cases().find("approval: reissue of 35.00 USD by repair 2"), std::string::npos) << open_cases();
}

// ---- a card that a repair ended ----

/// Somebody spent all of it while the repair looked.
class SpentOut : public Value {
 protected:
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    if (request.target.ends_with("/disable")) card().spent = card().put;
    return Value::at_cards(request, body);
  }
  void SetUp() override {
    sell();
    ASSERT_EQ(repair(), "");
    ASSERT_EQ(state(), "complete") << story();
    ASSERT_EQ(vouchers.size(), 1u);
  }
};

TEST_F(SpentOut, IsNobodysFaultWhenItIsToldOfAfterwards) {
  tell("credit.redeemed");
  tell("credit.voided");
  EXPECT_EQ(open_cases(), "") << story();
  EXPECT_EQ(state(), "complete");
}

TEST_F(SpentOut, IsRepairedOnce) { EXPECT_NE(repair().find("nothing was left there"), std::string::npos); }

TEST_F(SpentOut, ShowsWhatCameBackToItInACase) {
  card().spent -= 1000;
  tell("credit.refunded");
  EXPECT_EQ(open_cases(), "late: cards shows 10.00 USD that came back to it after a repair ended it\n") << story();
  EXPECT_TRUE(whole());
}

TEST_F(Value, WhatCameBackToTheCardOfBeforeARepairIsACaseThoughItsVendorCallsThatAnEnd) {
  sell();
  const std::string before = vouchers.begin()->first;
  spend();
  EXPECT_EQ(repair(), "");
  ASSERT_EQ(state(), "complete") << story();
  auto told = [&] {
    Submission moved;
    moved.event.kind = "credit.voided";
    moved.event.refs.emplace_back("instrument", vouchers[before].id);
    moved.source = moved.actor = "cards";
    inputs.emplace_back(std::move(moved));
    run(60'000);
  };
  told();
  EXPECT_EQ(open_cases(), "") << "it is the hub's own void";
  cards[before].spent = 300;
  told();
  EXPECT_EQ(open_cases(), "late: cards shows 4.00 USD that came back to v_1 after a repair ended it\n");
}

// ---- taken back by its source ----

class OutOfReach : public Value {
 protected:
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    bool creates = request.method == "POST" && request.target.starts_with("/v1/vouchers/") &&
                   !request.target.ends_with("/disable");
    net::Result out;
    out.ended = net::Ended::not_sent;
    out.error = "connection refused";
    if (creates && down) return out;
    return creates && losses-- > 0 ? lost() : Value::at_cards(request, body);
  }
  bool down = false;
  int losses = 0;
};

TEST_F(OutOfReach, WhatWasNeverSentIsNotIssuedAfterItsSourceTookItBack) {
  down = true;
  submit();
  run(20'000);
  submit("credit.cancelled");
  run(kHour);
  EXPECT_EQ(state(), "closed") << "nobody has to wait for that system: " << story();
  down = false;
  run(10 * kHour);
  EXPECT_TRUE(vouchers.empty());
  EXPECT_EQ(account("CLOSED"), 2500);
  EXPECT_EQ(open_cases(), "");
  EXPECT_TRUE(whole());
}

/// A register pays out once it hears that, and its customer waits at the counter (docs/guides/register-api.md, Taken back).
TEST_F(HeldBooks, DoNotKeepTheRegisterFromHearingThatTheCardIsGone) {
  sell();
  loses_booking = loses_reversals = true;
  keys.clear();  // the booking back is in doubt for an hour
  submit("credit.cancelled");
  run(120'000);
  ASSERT_EQ(state(), "cancelling") << story();
  EXPECT_EQ(standing(), "rejected") << story();
}

TEST_F(OutOfReach, WhatALookProvedAbsentIsNotIssuedAfterItsSourceTookItBack) {
  losses = 1;
  submit();
  run(20'000);
  submit("credit.cancelled");
  run(2 * kQuiet);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_TRUE(vouchers.empty()) << story();
  EXPECT_TRUE(whole());
}

class ObservedUnseen : public Observed {
 protected:
  std::string told() {
    Standing now = Engine::standing(store->read(), *store->read().credit(1), setup);
    return now.status + " " + now.reason;
  }
};

/// Nothing is paid out before it is gone (docs/guides/register-api.md), and the card is the register's.
TEST_F(ObservedUnseen, OfNobodyAndCancelledWaitsUntilSomebodyHasTakenItBack) {
  give("");
  ASSERT_EQ(state(), "unresolved") << story();
  submit("credit.cancelled");
  run(60'000);
  EXPECT_EQ(told(), "accepted cancelling") << story();
  EXPECT_EQ(open_cases(),
            "cancel: the register issued it at cards by itself; look there, and take it back by hand, then retry\n");
  vouchers.begin()->second.active = false;
  EXPECT_EQ(retry("cancel"), "");
  EXPECT_EQ(told(), "rejected cancelled") << story();
  EXPECT_EQ(open_cases(), "");
  EXPECT_TRUE(whole());
}

TEST_F(ObservedUnseen, AsToldAndCancelledWaitsUntilSomebodyHasTakenItBack) {
  vouchers["TILL-1"].holder = "cust_9";
  give();
  ASSERT_EQ(state(), "held") << story();
  submit("credit.cancelled");
  run(60'000);
  EXPECT_EQ(told(), "accepted cancelling") << story();
  vouchers.begin()->second.active = false;
  EXPECT_EQ(retry("cancel"), "");
  run(kHour);
  EXPECT_EQ(told(), "rejected cancelled") << story();
  EXPECT_EQ(open_cases(), "");
  EXPECT_TRUE(whole());
}

TEST_F(ObservedUnseen, AndThenSeenIsAskedForAnewSinceItMayHaveBeenSpent) {
  auto hidden = std::exchange(vouchers, {});
  give();
  run(3 * kHour);
  submit("credit.cancelled");
  run(60'000);
  ASSERT_NE(open_cases().find("not seen there as told"), std::string::npos) << story();
  vouchers = hidden;
  card().spent = 2500;
  EXPECT_EQ(retry("cancel"), "");
  run(kHour);
  EXPECT_EQ(told(), "accepted cancelling") << story();
  EXPECT_NE(open_cases().find("see first whether it was spent"), std::string::npos) << open_cases();
}

// ---- two pools ----

class Copied : public Value {
 protected:
  Copied() {
    setup.connectors.push_back(connector("second", "platform", setup.connectors[0].instance, 0));
    setup.routes.front().hops = {hop("cards", "issue"), hop("second", "issue")};
    start();
    submit();
    run(600'000);
  }
  std::string code_of_the_first() {
    for (const auto& [code, voucher] : vouchers)
      if (voucher.id == "v_1") return code;
    return "";
  }
};

TEST_F(Copied, ValueIsTakenBackAtTheFirstAndAPersonIsAskedToTakeBackTheCopy) {
  ASSERT_EQ(state(), "complete") << story();
  EXPECT_EQ(account("SUSPENSE"), 0);
  EXPECT_EQ(store->read().credit(1)->instrument, "v_1");
  submit("credit.cancelled");
  run(600'000);
  EXPECT_FALSE(vouchers[code_of_the_first()].active) << story();
  EXPECT_EQ(state(), "held");
  EXPECT_EQ(open_cases(),
            "cancel: a copy of its value was put into second; look there, and take it back by hand, then retry\n");
  EXPECT_EQ(retry("cancel"), "");
  run(60'000);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_TRUE(whole());
}

TEST_F(Copied, ValueIsReadAtTheFirst) {
  cards[code_of_the_first()].spent = 2500;
  tell("credit.redeemed");
  run(600'000);
  EXPECT_EQ(store->read().credit(1)->available, 0) << story();
}

TEST_F(Copied, ValueIsNotRepaired) { EXPECT_NE(repair().find("a copy of it is at second"), std::string::npos); }

// ---- one sale, two sources ----

class TwoSources : public Value {
 protected:
  void say(const char* source, const char* kind, bool with_refs = true) {
    bool vendor = std::string(source) != "register";
    Submission given;
    given.event.kind = kind;
    given.event.amount = Money(2500, "USD");
    given.event.balance_type = "general";
    given.event.email = "ada@example.com";
    given.event.store = "S1";
    given.event.unique_id = vendor ? "refund_77" : "";
    given.event.transaction = vendor ? "" : "T1";
    given.event.business_date = vendor ? "" : "2025-11-24";
    if (with_refs) given.event.refs.emplace_back(vendor ? "refund" : "tally/refund", "refund_77");
    given.source = given.actor = source;
    inputs.emplace_back(std::move(given));
    run(600'000);
  }
  std::string states() {
    std::string out;
    for (std::int64_t no = 1; auto credit = store->read().credit(no); ++no) out += credit->state + " ";
    return out;
  }
  bool any_active() {
    return std::ranges::any_of(vouchers, [](const auto& one) { return one.second.active; });
  }
};

TEST_F(TwoSources, EachTakesItBackByItsOwnName) {
  say("tally", "credit.issued");
  say("register", "credit.issued");
  say("register", "credit.cancelled", false);
  EXPECT_EQ(states(), "closed ") << story();
  EXPECT_FALSE(any_active());
  EXPECT_TRUE(whole());
}

TEST_F(TwoSources, EachRepeatsItByItsOwnName) {
  say("tally", "credit.issued");
  say("register", "credit.issued");
  say("register", "credit.issued", false);
  EXPECT_EQ(states(), "complete ") << story();
  EXPECT_EQ(vouchers.size(), 1u);
}

TEST_F(TwoSources, CancellationThatCameBeforeItsIssueCountsForWhatTheOtherToldOf) {
  say("tally", "credit.issued");
  say("register", "credit.cancelled", false);
  say("register", "credit.issued");
  EXPECT_EQ(states(), "closed closed ") << story();
  EXPECT_FALSE(any_active());
  EXPECT_TRUE(whole());
}

// ---- one customer, several routes ----

class Shown : public Value {
 protected:
  Shown() {
    static const auto* shopify = instance(HANDOFF_PLUGINS "/libhandoff-shopify.so",
                                          json::Value(json::Object{{"base_url", "https://x.myshopify.com"}}));
    setup.connectors.push_back(connector("shop", "storefront", shopify, 2));
    routing::Route loud = setup.routes.front(), quiet = setup.routes.front();
    loud.name = "loud";
    loud.balance_types = {"general"};
    loud.hops = {hop("cards", "issue"), hop("shop", "mirror")};
    quiet.name = "quiet";
    quiet.balance_types = {"goodwill"};
    quiet.hops = {hop("cards", "issue")};
    setup.routes = {loud, quiet};
    start();
    issue("G1", "goodwill", 5000);
    issue("R1", "general", 2500);
  }
  void send(std::vector<net::Departure> all) override {
    for (net::Departure& one : all) {
      json::Parsed body = json::parse(one.out.request.body.empty() ? "{}" : one.out.request.body);
      arrivals.emplace_back(std::move(one.done), one.out.connection == 2 ? at_shop(*body) : answer(one.out));
    }
  }
  net::Result at_shop(const json::Value& body) {
    std::string query(body.at("query").as_string());
    json::Object data, customer{{"id", "gid://shopify/Customer/1"}};
    if (query.contains("customerByIdentifier"))
      data.set("customerByIdentifier",
               json::Object{{"id", "gid://shopify/Customer/1"},
                            {"displayName", "Ada"},
                            {"defaultEmailAddress", json::Object{{"emailAddress", "ada@example.com"}}},
                            {"defaultPhoneNumber", json::Value()}});
    if (query.contains("GetMirror")) {
      if (shown.empty())
        customer.set("metafield", json::Value());
      else
        customer.set(
            "metafield",
            json::Object{{"id", "gid://m/1"}, {"value", shown}, {"compareDigest", "d" + std::to_string(writes)}});
      data.set("customer", std::move(customer));
    }
    if (query.contains("SetMirror")) {
      ++writes;
      shown = body.at("variables").at("metafields").at(0).at("value").as_string();
      json::Array stored;
      stored.emplace_back(json::Object{
          {"id", "gid://m/1"}, {"value", shown}, {"owner", json::Object{{"id", "gid://shopify/Customer/1"}}}});
      data.set("metafieldsSet",
               json::Object{{"metafields", json::Value(std::move(stored))}, {"userErrors", json::Array()}});
    }
    return replied(200, json::Object{{"data", std::move(data)}});
  }
  void issue(const char* transaction, const char* type, std::int64_t minor, const char* kind = "credit.issued") {
    Submission given;
    given.event.kind = kind;
    given.event.store = "S1";
    given.event.transaction = transaction;
    given.event.business_date = "2025-11-24";
    given.event.amount = Money(minor, "USD");
    given.event.balance_type = type;
    given.event.email = "ada@example.com";
    given.source = given.actor = "register";
    inputs.emplace_back(std::move(given));
    run(120'000);
  }
  std::string shown;
  int writes = 0;
};

TEST_F(Shown, CreditOfARouteWithoutTheShopIsNoLongerShownWhenItIsSpent) {
  ASSERT_NE(shown.find("75.00"), std::string::npos) << shown << story();
  for (auto& [code, card] : cards)
    if (card.put == 5000) card.spent = 5000;
  issue("G1", "goodwill", 5000, "credit.redeemed");
  run(600'000);
  EXPECT_EQ(shown.find("75.00"), std::string::npos) << shown;
  EXPECT_NE(shown.find("25.00"), std::string::npos) << shown;
  EXPECT_EQ(state(), "complete");
  EXPECT_EQ(open_cases(), "");
  EXPECT_TRUE(whole());
}

TEST_F(Shown, CreditOfARouteWithoutTheShopIsNoLongerShownWhenItIsTakenBack) {
  issue("G1", "goodwill", 5000, "credit.cancelled");
  run(600'000);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(shown.find("75.00"), std::string::npos) << shown;
  EXPECT_NE(shown.find("25.00"), std::string::npos) << shown;
  EXPECT_TRUE(whole());
}

}  // namespace
}  // namespace handoff::engine
