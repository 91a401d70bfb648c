// What becomes of a credit's value after its issue: spent, given back, added to, ended by others, expired, taken back
// (ADR 0009, INVARIANTS G5, G9, G10, M2).

#include "tests/unit/engine/bed.hpp"

namespace handoff::engine {
namespace {

class Value : public EngineBed {
 protected:
  Value() {
    refuses_looks = loses_voids = false;
    posts.push_back("the first is not lost");
    setup.routes.front().hops.pop_back();  // the books of this bed take nothing back
    setup.reissue = true;
    start();
  }
  struct Card {
    std::int64_t put = 0, spent = 0;  // hundredths
    std::string expires;
  };

  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    net::Result out = EngineBed::at_cards(request, body);
    std::string code = request.target.starts_with("/v1/vouchers/") ? request.target.substr(13, request.target.find('/', 13) - 13) : "";
    looks += !code.empty() && request.method == "GET";
    if (!vouchers.contains(code) || out.ended != net::Ended::replied) return out;
    if (std::optional<std::int64_t> amount = body.at("gift").at("amount").as_integer())
      cards[code] = {*amount, 0, std::string(body.at("expiration_date").as_string())};
    return replied(200, shown(code));
  }
  json::Object shown(const std::string& code) {
    const Voucher& voucher = vouchers.at(code);
    const Card& card = cards[code];
    bool lies = claims_face_value && !voucher.active;
    json::Object gift{{"amount", card.put}, {"balance", lies ? card.put : card.put - card.spent}};
    json::Object out{{"id", voucher.id}, {"code", code}, {"active", voucher.active}, {"gift", std::move(gift)},
                     {"holder_id", voucher.holder}, {"metadata", json::Value(json::Object())}};
    if (tells_what_was_spent) out.set("redemption", json::Object{{"redeemed_amount", card.spent}});
    if (!card.expires.empty()) out.set("expiration_date", card.expires);
    return out;
  }

  Card& card() { return cards[vouchers.begin()->first]; }
  void sell() {
    submit();
    run(60'000);
    ASSERT_EQ(state(), "complete") << story();
    ASSERT_EQ(vouchers.size(), 1u);
  }
  void tell(const char* kind) {
    submit(kind);
    run(60'000);
  }
  /// 7.00 is spent, and the hub reads 18.00.
  void spend() {
    card().spent += 700;
    tell("credit.redeemed");
    ASSERT_EQ(store->read().credit(1)->available, 1800) << story();
  }
  std::string repair() {
    vouchers.begin()->second.holder = "cust_9";  // somebody else's there, and there it is never linked again
    Command command;
    command.kind = Command::Kind::repair;
    command.actor = "ann";
    command.credit = store->read().credit(1)->ref;
    command.text = "not with its customer";
    std::string said = "no answer";
    command.answer = [&said](bool, const std::string& text) { said = text; };
    inputs.emplace_back(std::move(command));
    run(120'000);
    return said;
  }
  std::string retry(std::string_view kind) {
    case_no = 0;
    for (const journal::CaseRow& row : store->read().cases("open", 10))
      if (row.kind == kind) case_no = row.no;
    std::string said = case_no == 0 ? "no such case" : order(Command::Kind::retry, "ann");
    run(120'000);
    return said;
  }
  std::string say_of_approval(Command::Kind kind, const std::string& actor) {
    Command command;
    command.kind = kind;
    command.actor = actor;
    for (const journal::CaseRow& row : store->read().cases("open", 10))
      if (row.kind == "approval") command.number = row.no;
    std::string said = "no answer";
    command.answer = [&said](bool, const std::string& text) { said = text; };
    inputs.emplace_back(std::move(command));
    run(120'000);
    return said;
  }
  std::int64_t account(const std::string& name) {
    std::int64_t sum = 0;
    for (const journal::PostingRow& posting : store->read().postings(1)) {
      if (posting.to == name) sum += posting.amount.minor();
      if (posting.from == name) sum -= posting.amount.minor();
    }
    return sum;
  }
  /// kind: reason
  std::string open_cases() {
    std::string out;
    for (const journal::CaseRow& row : store->read().cases("open", 10)) out += row.kind + ": " + row.reason + "\n";
    return out;
  }
  std::string standing() { return Engine::standing(store->read(), *store->read().credit(1), setup).status; }

  std::map<std::string, Card> cards;
  int looks = 0;
  bool tells_what_was_spent = true, claims_face_value = false;
};

// ---- taken back before the hub had read what came back to it ----

TEST_F(Value, ARefundThatNobodyReadIsTakenBackWithTheRestOfACancelledCredit) {
  sell();
  spend();
  card().spent = 0;
  submit("credit.refunded");
  submit("credit.cancelled");
  run(120'000);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(account("CLOSED"), 2500);
  EXPECT_EQ(account("REDEEMED"), 0);
  EXPECT_EQ(open_cases(), "") << "nothing of it was spent in the end";
  EXPECT_TRUE(whole());
}

TEST_F(Value, ARefundWhoseMessageWasLostIsReissuedWithTheRestByARepair) {
  sell();
  spend();
  card().spent = 0;
  tells_what_was_spent = false;  // what was read right before the void is enough
  EXPECT_EQ(repair(), "");
  EXPECT_EQ(state(), "complete") << story();
  ASSERT_EQ(vouchers.size(), 2u);
  EXPECT_EQ(cards[posts.back()].put, 2500) << "M5: exactly what was removed";
  EXPECT_EQ(account("INSTRUMENT:" + store->read().credit(1)->instrument), 2500);
  EXPECT_EQ(account("REDEEMED"), 0);
  EXPECT_TRUE(whole());
}

TEST_F(Value, WhatAManagerAddedIsTakenBackTooAndNamedByACase) {
  sell();
  card().put += 1000;
  tell("credit.adjusted");
  ASSERT_NE(open_cases().find("10.00 USD more than was ever put on it"), std::string::npos) << story();
  submit("credit.cancelled");
  run(120'000);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(account("CLOSED"), 3500);
  EXPECT_EQ(account("SOURCE"), -3500) << "M3: others gave it, and no account has what nobody gave";
  EXPECT_NE(open_cases().find("10.00 USD more"), std::string::npos) << "it is the manager's to say what it was";
  EXPECT_TRUE(whole());
}

TEST_F(Value, WhatAManagerAddedAndNobodyToldOfGoesToTheReissue) {
  sell();
  card().put += 1000;
  EXPECT_EQ(repair(), "");
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(cards[posts.back()].put, 3500);
  EXPECT_EQ(account("SUSPENSE"), 0);
  EXPECT_NE(open_cases().find("balance: the void at cards took away 10.00 USD more than was ever put on it"), std::string::npos) << open_cases();
  EXPECT_TRUE(whole());
}

TEST_F(Value, WhatGrewBeyondWhatNeedsNoSecondPersonIsReissuedWhenOneAgreed) {
  setup.approve_repair_above = {{"USD", 3000}};
  start();
  sell();
  card().put += 1000;
  EXPECT_EQ(repair(), "");
  EXPECT_EQ(vouchers.size(), 1u) << story();
  EXPECT_NE(open_cases().find("approval: reissue of 35.00 USD: the void took away more than was agreed to\n"), std::string::npos) << open_cases();
  run(600'000);
  start();
  run(600'000);
  EXPECT_EQ(vouchers.size(), 1u) << story();
  EXPECT_TRUE(say_of_approval(Command::Kind::approve, "ann").starts_with("ann asked for it"));
  EXPECT_EQ(say_of_approval(Command::Kind::approve, "bob"), "");
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(cards[posts.back()].put, 3500);
  EXPECT_EQ(account("SUSPENSE"), 0);
  EXPECT_TRUE(whole());
}

/// G5: a record that says of every dead card that all was there does not make spent money whole.
TEST_F(Value, AClaimThatNothingExplainsIsHeldAndTheNextLookAfterARetryCounts) {
  sell();
  spend();
  tells_what_was_spent = false;
  claims_face_value = true;
  EXPECT_EQ(repair(), "");
  EXPECT_EQ(state(), "held") << story();
  EXPECT_EQ(vouchers.size(), 1u);
  EXPECT_NE(open_cases().find("took away 25.00 USD, and the hub knows of 18.00 USD"), std::string::npos) << open_cases();
  claims_face_value = false;
  EXPECT_EQ(retry("repair"), "");
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(cards[posts.back()].put, 1800);
  EXPECT_TRUE(whole());
}

TEST_F(Value, AClaimThatNothingExplainsCountsOnceAPersonWhoLookedSaysSo) {
  sell();
  spend();
  card().spent = 0;
  tells_what_was_spent = false;  // and no look was made before the void
  submit("credit.cancelled");
  run(120'000);
  EXPECT_EQ(state(), "held") << story();
  EXPECT_EQ(open_cases().find("did not succeed"), std::string::npos) << "the card is void: " << open_cases();
  EXPECT_EQ(standing(), "accepted") << "and not confirmed, whatever is still to be done for it";
  EXPECT_EQ(retry("cancel"), "");
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(account("CLOSED"), 2500);
  EXPECT_TRUE(whole());
}

TEST_F(Value, ARefundThatWasReadIsNotCalledSpentWhenItIsCancelled) {
  sell();
  spend();
  card().spent = 0;
  tell("credit.refunded");
  submit("credit.cancelled");
  run(120'000);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(open_cases(), "");
}

// ---- what the register issued by itself ----

class Observed : public Value {
 protected:
  Observed() {
    setup.routes.front().hops = {hop("cards", "read")};
    setup.routes.front().observe = true;
    start();
    vouchers.emplace("TILL-1", Voucher{"v_1", true, "cust_1"});
    cards["TILL-1"] = {2500, 0, ""};
  }
  void sell() {
    Submission given;
    given.event.kind = "credit.issued";
    given.event.store = "S1";
    given.event.transaction = "T1";
    given.event.business_date = "2025-11-24";
    given.event.amount = Money(2500, "USD");
    given.event.balance_type = "general";
    given.event.email = "ada@example.com";
    given.event.code = "TILL-1";
    given.source = given.actor = "register";
    inputs.emplace_back(std::move(given));
    run(60'000);
    ASSERT_EQ(state(), "complete") << story();
  }
  /// Until a person has taken it back there.
  void cancel() {
    submit("credit.cancelled");
    run(60'000);
    ASSERT_EQ(state(), "held") << story();
  }
};

TEST_F(Observed, WhatWasSpentBeforeItWasTakenBackByHandIsASpentCase) {
  sell();
  cancel();
  EXPECT_NE(open_cases().find("see first whether it was spent"), std::string::npos) << open_cases();
  card().spent = 700;
  vouchers.begin()->second.active = false;
  EXPECT_EQ(retry("cancel"), "");
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(account("CLOSED"), 1800);
  EXPECT_EQ(account("REDEEMED"), 700);
  EXPECT_EQ(open_cases(), "spent: the source cancelled it when 7.00 USD of it had been spent\n");
  EXPECT_TRUE(whole());
}

TEST_F(Observed, AnEmptyCardWhoseRecordSaysThatItWasSpentIsASpentCase) {
  sell();
  cancel();
  card().spent = 2500;
  EXPECT_EQ(retry("cancel"), "");
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(account("REDEEMED"), 2500);
  EXPECT_EQ(open_cases(), "spent: the source cancelled it when 25.00 USD of it had been spent\n");
}

TEST_F(Observed, IsNotConfirmedToARegisterOnceItIsCancelled) {
  sell();
  EXPECT_EQ(standing(), "confirmed");
  cancel();
  EXPECT_EQ(standing(), "accepted") << "it is being taken back";
}

TEST_F(Observed, WhatMovesOnItAfterItIsClosedOpensACaseThatNamesTheAmount) {
  sell();
  cancel();
  vouchers.begin()->second.active = false;
  EXPECT_EQ(retry("cancel"), "");
  ASSERT_EQ(state(), "closed") << story();
  tell("credit.voided");
  EXPECT_EQ(open_cases(), "") << "its vendor tells of its end";
  vouchers.begin()->second.active = true;
  tell("credit.adjusted");
  EXPECT_TRUE(open_cases().starts_with("late: ")) << open_cases();
  ASSERT_EQ(store->read().cases("open", 10).size(), 1u);
  std::int64_t no = store->read().cases("open", 10).front().no;
  std::vector<journal::CaseNoteRow> notes = store->read().case_notes(no);
  ASSERT_EQ(notes.size(), 1u) << story();
  EXPECT_EQ(notes.front().text, "cards shows it active, with 25.00 USD on it");
  EXPECT_EQ(store->read().credit(1)->look_at, 0);
  EXPECT_TRUE(whole());
}

// ---- while a hop is held ----

class HeldBooks : public Value {
 protected:
  HeldBooks() {
    setup.routes.front().hops = {hop("cards", "issue"), hop("tally", "record")};
    start();
  }
};

TEST_F(HeldBooks, DoNotKeepTheHubFromLookingWhatIsLeft) {
  lose_a_booking();
  ASSERT_EQ(state(), "held") << story();
  std::string before = open_cases();
  card().spent = 700;
  tell("credit.redeemed");
  EXPECT_EQ(store->read().credit(1)->available, 1800) << story();
  EXPECT_EQ(account("REDEEMED"), 700);
  EXPECT_EQ(state(), "held");
  EXPECT_EQ(open_cases(), before);
  card().spent = 900;
  submit("credit.redeemed");
  run(100);
  start();  // before the look
  run(3'700'000);
  EXPECT_EQ(store->read().credit(1)->available, 1600) << story();
  EXPECT_TRUE(whole());
}

// ---- its time is over ----

class Expiring : public Value {
 protected:
  Expiring() { expires_at = rfc3339(clock.wall_ms() + 3 * kHour); }
};

TEST_F(Expiring, IsLookedAtWithoutAnybodyTellingOfIt) {
  sell();
  run(3 * kHour - 120'000);
  EXPECT_EQ(state(), "complete");
  run(120'000);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(store->read().credit(1)->reason, "expired");
  EXPECT_EQ(account("CLOSED"), 2500);
  EXPECT_EQ(open_cases(), "");
  EXPECT_TRUE(whole());
}

TEST_F(Expiring, IsLookedAtThoughTheHubWasDownThen) {
  sell();
  engine.reset();
  clock.boot += 5 * kHour;
  start();
  run(60'000);
  EXPECT_EQ(state(), "closed") << story();
}

TEST_F(Expiring, IsLookedAtMoreAndMoreSeldomWhereThePlatformKeepsItUntilItDoesNot) {
  sell();
  card().expires.clear();
  run(4 * kHour);
  EXPECT_EQ(state(), "complete") << story();
  int before = std::exchange(looks, 0);
  EXPECT_GE(before, 3);
  run(10 * kHour);
  EXPECT_LE(looks, 5);
  start();
  looks = 0;
  run(kMinute);
  EXPECT_EQ(looks, 0) << "not all of them at once after a start";
  card().expires = expires_at;
  run(26 * kHour);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(account("CLOSED"), 2500);
}

class ExpiringWithAHopHeld : public HeldBooks {
 protected:
  ExpiringWithAHopHeld() {
    expires_at = rfc3339(clock.wall_ms() + 5 * kHour);
    lose_a_booking();
    card().spent = 700;
    tell("credit.redeemed");
    run(5 * kHour);
  }
};

TEST_F(ExpiringWithAHopHeld, StaysWithItsCaseAndIsClosedAsExpiredOnceThatIsDone) {
  ASSERT_EQ(state(), "held") << story();
  EXPECT_EQ(account("CLOSED"), 1800);
  EXPECT_EQ(store->read().credit(1)->available, 0);
  loses_booking = false;
  EXPECT_EQ(affirm(), "");
  run(kHour);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(store->read().credit(1)->reason, "expired");
  EXPECT_TRUE(whole());
}

/// The record of what expired goes on showing what was on it: a void takes none of that away a second time.
TEST_F(ExpiringWithAHopHeld, IsNotClosedTwiceByACancellation) {
  ASSERT_EQ(account("CLOSED"), 1800) << story();
  submit("credit.cancelled");
  run(kHour);
  EXPECT_FALSE(vouchers.begin()->second.active) << story();
  EXPECT_EQ(account("CLOSED"), 1800);
  EXPECT_EQ(account("REDEEMED"), 700);
  EXPECT_TRUE(whole());
}

// ---- a difference that is gone (C7) ----

TEST_F(Value, ACaseAboutACardThatSomebodyEndedIsClosedWhenALookSeesItAlive) {
  sell();
  vouchers.begin()->second.active = false;
  tell("credit.voided");
  ASSERT_TRUE(open_cases().starts_with("balance: somebody ended it at cards")) << story();
  vouchers.begin()->second.active = true;
  tell("credit.adjusted");
  EXPECT_EQ(open_cases(), "");
  EXPECT_EQ(store->read().case_of(1)->closed_why, "cards shows it active again, with 25.00 USD on it");
  EXPECT_TRUE(whole());
}

TEST_F(Value, ACaseAboutMoreThanWasPutOnItIsClosedWhenThatIsGone) {
  sell();
  card().put += 1000;
  tell("credit.adjusted");
  ASSERT_TRUE(open_cases().starts_with("balance: cards shows 10.00 USD more")) << story();
  card().put -= 1000;
  tell("credit.adjusted");
  EXPECT_EQ(open_cases(), "");
}

}  // namespace
}  // namespace handoff::engine
