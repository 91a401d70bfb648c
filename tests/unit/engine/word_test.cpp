// A person's word on a request in doubt (ADR 0027): when it counts, what it does, and what it may not do.

#include "tests/unit/engine/bed.hpp"

namespace handoff::engine {
namespace {

class Word : public EngineBed {};

TEST_F(Word, ThatItDidNotHappenIsRefusedUntilNothingCanActAnyMoreAndThenItIsSentAgainUnderTheSameReference) {
  submit();
  run(600'000);
  ASSERT_NE(doubt(), 0) << story();
  EXPECT_TRUE(deny().starts_with("cards.issue is in doubt, until ")) << deny();
  run(kQuiet - 700'000);
  EXPECT_TRUE(deny().contains("what was sent may still act")) << "the quiet period is not over";
  run(200'000);
  EXPECT_EQ(posts.size(), 1u);
  EXPECT_EQ(deny(), "");
  refuses_looks = false;
  run(600'000);
  ASSERT_EQ(posts.size(), 2u);
  EXPECT_EQ(posts[0], posts[1]);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(call("issue").rule, 5);
  EXPECT_EQ(call("issue").evidence, "in the word of ann: looked");
  EXPECT_EQ(store->read().case_of(case_no)->closed_by, "ann");
  EXPECT_TRUE(whole());
}

/// P7, J11: whoever was not there cannot tell how long ago it was sent.
TEST_F(Word, AfterAStartTheQuietPeriodCountsFromIt) {
  submit();
  run(600'000);
  ASSERT_NE(doubt(), 0) << story();
  run(2 * kQuiet);
  start();
  run(10);
  EXPECT_TRUE(deny().starts_with("cards.issue is in doubt, until "));
  run(kQuiet + 10'000);
  EXPECT_EQ(deny(), "");
}

TEST_F(Word, WhatTheVendorShowsIsNotSentAgainWhateverSomebodySays) {
  first_arrives = true;
  submit();
  run(600'000);
  ASSERT_NE(doubt(), 0) << story();
  run(kQuiet);
  refuses_looks = false;
  EXPECT_TRUE(deny().starts_with("cards shows it: v_1")) << deny();
  shown_minor = 100;
  EXPECT_TRUE(deny().contains("differs from what was sent")) << deny();
  EXPECT_EQ(posts.size(), 1u);
  EXPECT_EQ(store->read().case_of(case_no)->state, "open");
}

TEST_F(Word, ThatItHappenedNeedsTheInstrumentOfAnIssueAndIsReadBack) {
  first_arrives = true;
  submit();
  run(600'000);
  ASSERT_NE(doubt(), 0) << story();
  EXPECT_TRUE(affirm().contains("--instrument")) << "at once, but not without it";
  EXPECT_EQ(affirm("v_1"), "");
  EXPECT_TRUE(affirm("v_1", "bob").contains("is closed, by ann")) << "one wins, the other is told";
  run(60'000);
  EXPECT_EQ(state(), "routed") << "not before it is read back";
  refuses_looks = false;
  run(600'000);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(posts.size(), 1u);
  EXPECT_EQ(call("issue").state, "adopted");
  EXPECT_TRUE(whole());
}

TEST_F(Word, AWrongWordEndsAsACaseAndNotAsValue) {
  submit();
  run(600'000);
  ASSERT_NE(doubt(), 0) << story();
  EXPECT_EQ(affirm("v_9"), "");
  refuses_looks = false;
  run(3'600'000);
  EXPECT_NE(state(), "complete");
  std::vector<journal::CaseRow> open = store->read().cases("open", 10);
  EXPECT_TRUE(std::ranges::any_of(open, [](const journal::CaseRow& row) { return row.kind == "verification"; }));
}

TEST_F(Word, OfAnInstrumentThatIsAnotherCreditsOrIsNotThereIsRefused) {
  submit();
  run(600'000);
  ASSERT_NE(doubt(), 0) << story();
  refuses_looks = false;
  submit("credit.issued", "ada@example.com", "T2");
  run(600'000);
  ASSERT_EQ(store->read().credit(2)->state, "complete") << story();
  EXPECT_EQ(affirm(store->read().credit(2)->instrument), "v_1 is the instrument of " + store->read().credit(2)->ref);
  EXPECT_EQ(affirm("v_9"), "cards shows no v_9: say the id by which it knows it");
  EXPECT_EQ(store->read().case_of(case_no)->state, "open");
}

TEST_F(Word, AboveTheLimitItWaitsForASecondPerson) {
  setup.approve_repair_above = {{"USD", 2499}};
  start();
  first_arrives = true;
  submit();
  run(600'000);
  ASSERT_NE(doubt(), 0) << story();
  EXPECT_EQ(affirm("v_1"), "");
  EXPECT_EQ(call("issue").state, "held");
  EXPECT_TRUE(affirm("v_1", "bob").contains("ann has said that it happened"));
  EXPECT_TRUE(order(Command::Kind::approve, "ann").contains("another person must approve"));
  EXPECT_EQ(order(Command::Kind::refuse, "bob"), "");
  EXPECT_TRUE(order(Command::Kind::approve, "bob").contains("asks for no approval"));
  EXPECT_EQ(affirm("v_1"), "");
  start();
  EXPECT_EQ(order(Command::Kind::approve, "bob"), "");
  EXPECT_EQ(call("issue").evidence, "in the word of ann, approved by bob: looked");
  refuses_looks = false;
  run(600'000);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_TRUE(whole());
}

TEST_F(Word, WhatItsSourceCancelledMeanwhileIsNotSentAgain) {
  submit();
  run(600'000);
  ASSERT_NE(doubt(), 0) << story();
  submit("credit.cancelled");
  run(kQuiet);
  EXPECT_EQ(state(), "held") << story();
  EXPECT_EQ(deny(), "");
  run(600'000);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(posts.size(), 1u);
  EXPECT_TRUE(store->read().cases("open", 10).empty()) << story();
  EXPECT_TRUE(whole());
}

/// G3, G4: what a person saw of a void is an acknowledgement; the read confirms it, and only then is it issued anew.
TEST_F(Word, AVoidOfARepairThatHappenedIsReadBeforeAnythingIsIssuedAnew) {
  setup.reissue = true;
  start();
  refuses_looks = false;
  posts.push_back("answered at once");
  submit();
  run(600'000);
  ASSERT_EQ(state(), "complete") << story();
  vouchers.begin()->second.holder = "cust_9";
  Command repair;
  repair.kind = Command::Kind::repair;
  repair.actor = "ann";
  repair.credit = store->read().credit(1)->ref;
  repair.text = "somebody else has it";
  inputs.emplace_back(std::move(repair));
  run(600'000);
  ASSERT_NE(doubt(), 0) << story();
  EXPECT_EQ(affirm(), "");
  run(60'000);
  EXPECT_EQ(posts.size(), 2u) << "nothing is issued on somebody's word";
  refuses_looks = false;
  run(3 * kQuiet);
  EXPECT_EQ(posts.size(), 3u) << story();
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_TRUE(whole());
}

/// The reversal was acknowledged, and took nothing away.
TEST_F(Word, ABookingThatDidNotHappenIsMadeUnderANewKeyAfterItsReversal) {
  lose_a_booking();
  ASSERT_NE(doubt(), 0) << story();
  EXPECT_TRUE(deny().starts_with("tally shows it: Y1")) << deny();
  entries.clear();
  EXPECT_EQ(deny(), "");
  run(600'000);
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_NE(keys[0], keys[1]);
  EXPECT_EQ(entries.size(), 1u);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_TRUE(whole());
}

TEST_F(Word, ABookingThatHappenedNeedsNoId) {
  lose_a_booking();
  ASSERT_NE(doubt(), 0) << story();
  EXPECT_EQ(affirm(), "");
  run(600'000);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(keys.size(), 1u);
  EXPECT_EQ(entries.size(), 1u);
  EXPECT_TRUE(whole());
}

/// What was said to stay is not taken back by what was to take it back.
TEST_F(Word, ThatItHappenedWaitsForAReversalInDoubtAndEndsIt) {
  refuses_looks = false;
  loses_booking = loses_reversals = true;
  posts.push_back("answered at once");
  submit();
  run(3'700'000);
  ASSERT_NE(doubt(), 0) << story();
  EXPECT_TRUE(affirm().starts_with("tally.record is in doubt, until ")) << affirm();
  run(kQuiet);
  EXPECT_EQ(affirm(), "");
  run(600'000);
  EXPECT_EQ(state(), "complete") << story();
  for (const journal::EffectRow& effect : store->read().effects(1))
    EXPECT_EQ(effect.state, effect.op == "reverse" ? "rejected" : "verified");
  EXPECT_TRUE(whole());
}

}  // namespace
}  // namespace handoff::engine
