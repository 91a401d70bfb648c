// At a vendor without keys, a lost answer is taken back and made anew (INVARIANTS F rule 4).

#include "tests/integration/journey.hpp"
#include "tests/integration/tally_ledger.hpp"

namespace handoff::integration {

class Reversal : public Journey {
 protected:
  Reversal() {
    // First, for its quick books: a crash may find a posting in flight, and would wait ten minutes for it otherwise.
    config_.plugin_directories.insert(config_.plugin_directories.begin(), HANDOFF_TEST_PLUGINS);
    config_.extra = "[connector.tally]\nplugin = \"tally\"\nsettings = { base_url = \"" + ledger_.url() + "\" }\n";
    config_.hops.push_back({"tally", "record", "cards", ""});
  }
  bool completes() {
    return eventually([&] { return states() == std::vector<std::string>{"complete"}; }, std::chrono::seconds(40));
  }
  TallyLedger ledger_;
};

TEST_F(Reversal, LostAnswerIsReversedAndBookedOnce) {
  ledger_.script("/entries", {"lost_after"});
  start();
  submit(credit("T1"));
  EXPECT_TRUE(completes());
  EXPECT_EQ(ledger_.entries().size(), 1u);
  EXPECT_EQ(ledger_.reversals(), 1);
}

TEST_F(Reversal, LostRequestIsReversedInVainAndBookedOnce) {
  ledger_.script("/entries", {"lost_before"});
  start();
  submit(credit("T1"));
  EXPECT_TRUE(completes());
  EXPECT_EQ(ledger_.entries().size(), 1u);
}

TEST_F(Reversal, LostReversalIsRepeatedUntilItIsAcknowledged) {
  ledger_.script("/entries", {"lost_after"});
  ledger_.script("/reversals", {"lost_before", "lost_after"});
  start();
  submit(credit("T1"));
  EXPECT_TRUE(completes());
  EXPECT_EQ(ledger_.entries().size(), 1u);
  EXPECT_EQ(ledger_.reversals(), 2);
}

TEST_F(Reversal, GoesOnAfterACrash) {
  ledger_.script("/entries", {"lost_after"});
  ledger_.script("/reversals", std::deque<std::string>(50, "lost_before"));
  start();
  submit(credit("T1"));
  ASSERT_TRUE(eventually([&] { return hub_->ask("/v1/status").as_object().size() > 0 && ledger_.entries().size() == 1; }));
  hub_->process().kill();
  hub_.reset();
  ledger_.script("/reversals", {});
  start();
  EXPECT_TRUE(completes()) << log();
  EXPECT_EQ(ledger_.entries().size(), 1u);
}

}  // namespace handoff::integration
