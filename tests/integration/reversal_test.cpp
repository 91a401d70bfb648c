// At a vendor without keys, a lost answer is taken back and made anew (INVARIANTS F rule 4).

#include <filesystem>

#include "tests/integration/journey.hpp"
#include "tests/integration/tally_ledger.hpp"
#include "tests/support/store_view.hpp"

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

/// P11, BARS R13: whatever the vendor does on the connection, what it counts is what the journal knows of.
TEST_F(Reversal, VendorThatReadItCountsOneRequestForEachAttempt) {
  std::deque<std::string> modes = {"redirected", "unauthorized", "lost_after", "lost_before"};
  for (int bytes : {1, 8, 16, 40, 80, 81, 120, 160}) modes.push_back("cut " + std::to_string(bytes));
  const std::size_t credits = modes.size();
  ledger_.script("/entries", modes);
  start();
  for (std::size_t i = 0; i < credits; ++i) submit(credit("T" + std::to_string(i)));
  EXPECT_TRUE(
      eventually([&] { return states() == std::vector<std::string>(credits, "complete"); }, std::chrono::seconds(120)))
      << log();
  EXPECT_EQ(ledger_.entries().size(), credits);
  support::StoreView store(folder() + "/handoff.db");
  const std::string of_tally =
      "SELECT count(*) FROM attempts a JOIN effects e ON e.no = a.effect WHERE e.connector = 'tally'";
  EXPECT_EQ(store.number(of_tally), ledger_.posts());
  EXPECT_EQ(store.number(of_tally + " AND a.outcome = 'UNKNOWN'"), static_cast<std::int64_t>(credits))
      << "each of them left a doubt";
}

TEST_F(Reversal, GoesOnAfterACrash) {
  ledger_.script("/entries", {"lost_after"});
  ledger_.script("/reversals", std::deque<std::string>(50, "lost_before"));
  start();
  submit(credit("T1"));
  ASSERT_TRUE(
      eventually([&] { return hub_->ask("/v1/status").as_object().size() > 0 && ledger_.entries().size() == 1; }));
  hub_->process().kill();
  hub_.reset();
  ledger_.script("/reversals", {});
  start();
  EXPECT_TRUE(completes()) << log();
  EXPECT_EQ(ledger_.entries().size(), 1u);
}

/// A call of the kind SLEEP before the entry.
class Rest : public Reversal {
 protected:
  Rest() { rest("700"); }
  void rest(const std::string& ms) {
    config_.extra = "[connector.tally]\nplugin = \"tally\"\nsettings = { base_url = \"" + ledger_.url() +
                    "\", rest_ms = " + ms + " }\n";
  }
};

TEST_F(Rest, PassesBeforeTheCallBehindIt) {
  start();
  auto before = std::chrono::steady_clock::now();
  submit(credit("T1"));
  EXPECT_TRUE(eventually([&] { return ledger_.entries().size() == 1; }));
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(700));
  EXPECT_TRUE(completes()) << log();
}

TEST_F(Rest, IsNoPartOfWhatIsKeptAndBookedOnceAfterACrash) {
  rest("300000");
  start();
  submit(credit("T1"));
  ASSERT_TRUE(eventually([&] {
    return hub_->ask("/v1/status").as_object().size() > 0 && states() == std::vector<std::string>{"available"};
  })) << log();
  hub_->process().kill();
  hub_.reset();
  EXPECT_TRUE(ledger_.entries().empty());
  rest("50");  // another settings' text is another instance; what was not sent is asked for anew
  start();
  EXPECT_TRUE(completes()) << log();
  EXPECT_EQ(ledger_.entries().size(), 1u);
}

TEST_F(Rest, StandsBeforeACallThatIsReversedAndMadeAnew) {
  ledger_.script("/entries", {"lost_after"});
  start();
  submit(credit("T1"));
  EXPECT_TRUE(completes()) << log();
  EXPECT_EQ(ledger_.entries().size(), 1u);
  EXPECT_EQ(ledger_.reversals(), 1);
}

TEST_F(Reversal, RequestAtAConnectionThatIsAFolderIsHeldAndNotSent) {
  support::TempDir folder;
  std::string right = config_.extra;
  config_.extra = "[connector.tally]\nplugin = \"tally\"\nsettings = { folder = \"" + folder.path().string() + "\" }\n";
  start();
  submit(credit("T1"));
  int code = 0;
  EXPECT_TRUE(eventually([&] {
    return handoff("cases", code).find("'append-entry' is no call that this connection can take") != std::string::npos;
  })) << log();
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  stop();
  config_.extra = right;
  start();
  handoff("case retry 1", code);
  EXPECT_TRUE(completes()) << handoff("cases", code);
  EXPECT_NE(handoff("cases", code).find("No open cases."), std::string::npos);
}

}  // namespace handoff::integration
