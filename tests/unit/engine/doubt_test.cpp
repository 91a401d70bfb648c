// What a look proves of a request in doubt, and how often it may be sent (INVARIANTS F, P7, L5).

#include "tests/unit/engine/bed.hpp"

namespace handoff::engine {
namespace {

class Doubt : public EngineBed {};

TEST_F(Doubt, OfAnIssueThatIsThereAndOverIsHeldAndNotSentAgain) {
  first_arrives = true;
  submit();
  run(1000);
  ASSERT_EQ(posts.size(), 1u) << story();
  vouchers.begin()->second.active = false;  // customer service, while nobody could look
  refuses_looks = false;
  run(24 * kHour);
  EXPECT_EQ(state(), "held") << story();
  EXPECT_EQ(posts.size(), 1u) << "it would give what somebody took away";
  ASSERT_NE(doubt(), 0) << story();
  EXPECT_TRUE(store->read().case_of(case_no)->reason.ends_with(
      "; somebody ended it there: ask whether the customer is still owed it"))
      << store->read().case_of(case_no)->reason;
  EXPECT_TRUE(whole());
}

class ReadAndNotWrittenTo : public EngineBed {
 protected:
  ReadAndNotWrittenTo() {
    refuses_looks = false;
    setup.connectors[0].inflight_max_ms = 60'000;
    start();
  }
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    bool writes = request.method == "POST" && request.target.starts_with("/v1/vouchers/");
    if (!writes || heals) return EngineBed::at_cards(request, body);
    ++sends;
    return lost();
  }
  int sends = 0;
  bool heals = false;
};

TEST_F(ReadAndNotWrittenTo, IsSentToMoreAndMoreSlowlyAndAtMostFortyTimesADay) {
  submit();
  run(24 * kHour);
  EXPECT_GT(sends, 20) << story();
  EXPECT_LE(sends, 40) << story();
  heals = true;
  first_arrives = true;  // and its answer is lost
  run(2 * kHour);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(vouchers.size(), 1u);
  EXPECT_EQ(posts.size(), 1u);
}

class DarkBooks : public EngineBed {
 protected:
  DarkBooks() {
    refuses_looks = loses_voids = false;
    posts.push_back("answered at once");
  }
  net::Result at_tally(const HttpRequest&, const json::Value&) override { return lost(); }
};

/// What is booked elsewhere can wait; what can be spent cannot.
TEST_F(DarkBooks, DoNotKeepACancelledCreditSpendable) {
  submit();
  run(60'000);
  ASSERT_EQ(vouchers.size(), 1u) << story();
  submit("credit.cancelled");
  run(60'000);
  EXPECT_FALSE(vouchers.begin()->second.active) << story();
  EXPECT_EQ(state(), "cancelling") << "what is in the books is not known yet";
}

}  // namespace
}  // namespace handoff::engine
