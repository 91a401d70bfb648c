// What the store says of how long each handoff takes.

#include "core/serve/chain.hpp"

#include <gtest/gtest.h>

#include "core/journal/store.hpp"
#include "core/model/identity.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::serve {
namespace {

class Chain : public ::testing::Test {
 protected:
  Chain() {
    journal::StoreOptions options;
    options.path = dir_.file("handoff.db");
    store_ = std::move(*journal::Store::open(options));
  }

  /// A credit whose one hop took so long.
  void took(const std::string& source, std::int64_t ms) {
    CreditKey key;
    key.source = source;
    key.business_date = "2026-11-23";
    key.transaction = std::to_string(++number_);
    const std::string cid = credit_id(key);
    journal::CreditAccepted accepted;
    accepted.credit = store_->next_credit();
    accepted.ref = credit_ref(cid);
    accepted.source = source;
    accepted.business_date = key.business_date;
    accepted.transaction = key.transaction;
    accepted.amount = Money(2500, "USD");
    store_->append(1000, cid, "test", accepted);
    journal::CreditRouted routed;
    routed.credit = accepted.credit;
    routed.route = "register-credit";
    journal::HopPlan hop;
    hop.id = "cards";
    hop.connector = "cards";
    hop.surface = "cards:wallet";
    hop.op = "issue";
    routed.hops.push_back(hop);
    store_->append(1000, cid, "test", routed);
    journal::HopMoved done;
    done.credit = accepted.credit;
    done.hop = "cards";
    done.state = "done";
    store_->append(1000 + ms, cid, "test", done);
  }

  report::MapHop measured() {
    report::Map map;
    report::MapHop hop;
    hop.route = "register-credit";
    hop.id = "cards";
    hop.op = "issue";
    map.hops.push_back(hop);
    measure(store_->read(), map);
    return map.hops.front();
  }

  support::TempDir dir_;
  std::unique_ptr<journal::Store> store_;
  int number_ = 0;
};

TEST_F(Chain, ProposesAnSlaOfTwiceThePercentileFromAHundredCreditsOn) {
  for (int i = 0; i < 99; ++i) took("register", 60'000);
  EXPECT_EQ(measured().proposed, "");
  took("register", 60'000);
  report::MapHop hop = measured();
  EXPECT_EQ(hop.measured, 100);
  EXPECT_EQ(hop.proposed, "5m");
}

TEST_F(Chain, LeavesTheHubsOwnProbesOutOfWhatItMeasures) {
  for (int i = 0; i < 5; ++i) took("register", 60'000);
  took(std::string(kProbeSource), 3'600'000);
  report::MapHop hop = measured();
  EXPECT_EQ(hop.measured, 5);
  EXPECT_EQ(hop.due, 5);
  EXPECT_LT(hop.p99_ms, 3'600'000);
}

}  // namespace
}  // namespace handoff::serve
