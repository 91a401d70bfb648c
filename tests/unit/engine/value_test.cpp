// What becomes of a credit's value after its issue: spent, given back, added to, ended by others, expired, taken back
// (ADR 0009, INVARIANTS G5, G9, G10, M2).

#include "tests/unit/engine/value_bed.hpp"

namespace handoff::engine {
namespace {

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
  EXPECT_NE(open_cases().find("balance: the void at cards took away 10.00 USD more than was ever put on it"),
            std::string::npos)
      << open_cases();
  EXPECT_TRUE(whole());
}

TEST_F(Value, WhatGrewBeyondWhatNeedsNoSecondPersonIsReissuedWhenOneAgreed) {
  setup.approve_repair_above = {{"USD", 3000}};
  start();
  sell();
  card().put += 1000;
  EXPECT_EQ(repair(), "");
  EXPECT_EQ(vouchers.size(), 1u) << story();
  EXPECT_NE(
      open_cases().find("approval: reissue of 35.00 USD by repair 1: the void took away more than was agreed to\n"),
      std::string::npos)
      << open_cases();
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

/// A till that was offline posts what it took while an answer that shows the void is on its way, and says so at once. The
/// first of these answers tells only that it is done, the last is what counts.
class PostedLate : public Value, public testing::WithParamInterface<int> {
 protected:
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    net::Result out = Value::at_cards(request, body);
    bool shows_the_void = request.method == "GET" && vouchers.size() == 1 && !vouchers.begin()->second.active;
    if (shows_the_void && ++shown_void == GetParam()) {
      card().spent += 700;
      submit("credit.redeemed");
    }
    return out;
  }
  int shown_void = 0;
};
INSTANTIATE_TEST_SUITE_P(BehindAnswer, PostedLate, testing::Range(1, 5));

TEST_P(PostedLate, WhatWasTakenWhileTheVoidWasReadIsNotIssuedAnew) {
  sell();
  EXPECT_EQ(repair(), "");
  run(3 * kQuiet);
  EXPECT_EQ(state(), "complete") << story();
  bool in_time = shown_void >= GetParam();
  EXPECT_EQ(cards[posts.back()].put, in_time ? 1800 : 2500);
  EXPECT_EQ(account("REDEEMED"), in_time ? 700 : 0);
  EXPECT_EQ(account("SUSPENSE"), 0);
  EXPECT_EQ(open_cases(), "");
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
  EXPECT_NE(open_cases().find("took away 25.00 USD, and the hub knows of 18.00 USD"), std::string::npos)
      << open_cases();
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

/// The first request of a reissue does not arrive.
class LostReissue : public Value {
 protected:
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    bool makes = request.method == "POST" && body.at("gift").at("amount").as_integer();
    if (makes && !vouchers.empty() && !was_lost) return was_lost = true, lost();
    return Value::at_cards(request, body);
  }
  bool was_lost = false;
};

/// G9: proven absent is as good as never sent.
TEST_F(LostReissue, ThatIsProvenAbsentIsNotSentAgainOnceTheDeadCardWasToldOfAsSpent) {
  sell();
  repair();
  ASSERT_TRUE(was_lost) << story();
  submit("credit.redeemed");
  std::get<Submission>(inputs.back()).event.refs.emplace_back("instrument", vouchers.begin()->first);
  run(3 * kQuiet);
  EXPECT_NE(open_cases().find("comes first: told of credit.redeemed"), std::string::npos) << story();
  EXPECT_EQ(vouchers.size(), 1u);
  EXPECT_TRUE(whole());
}

TEST_F(LostReissue, ThatIsProvenAbsentIsSentAgain) {
  sell();
  repair();
  run(3 * kQuiet);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(vouchers.size(), 2u);
}

}  // namespace
}  // namespace handoff::engine
