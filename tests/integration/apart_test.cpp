// All five connectors in processes of their own: the same journey, and what their deaths do to it (BARS R38).

#include <algorithm>
#include <csignal>
#include <deque>
#include <filesystem>
#include <sstream>

#include "tests/integration/journey.hpp"
#include "tests/integration/tally_ledger.hpp"

namespace handoff::integration {

class InProcesses : public Journey {
 protected:
  void SetUp() override {
    config_.isolation = "process";
    start();
  }

  /// The hub's children that run a connector.
  std::vector<pid_t> children() {
    std::vector<pid_t> out;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
      std::string text = support::read_file(entry.path().string() + "/stat");
      std::size_t name_ends = text.rfind(')');
      if (name_ends == std::string::npos || text.find("(handoff-connect") == std::string::npos) continue;
      std::istringstream rest(text.substr(name_ends + 2));
      std::string state;
      pid_t parent = 0;
      rest >> state >> parent;
      if (parent == hub_->process().pid() && state != "Z") out.push_back(std::stoi(text));
    }
    return out;
  }

  void completes(const std::string& transaction, std::size_t credits) {
    EXPECT_EQ(submit(credit(transaction)).status, 201);
    EXPECT_TRUE(eventually([&] {
      std::vector<std::string> all = states();
      return all.size() == credits && std::ranges::count(all, "complete") == static_cast<std::ptrdiff_t>(credits);
    })) << log();
  }
};

TEST_F(InProcesses, CreditArrivesEverywhere) {
  EXPECT_EQ(children().size(), 5u);
  completes("T1", 1);
  EXPECT_EQ(agree(1), 0);
  const boost::json::value status = hub_->ask("/v1/status");
  for (const boost::json::value& one : status.at("connectors").as_array()) {
    EXPECT_EQ(one.at("misbehaved").as_int64(), 0);
    if (one.at("connector").as_string() == "registers") continue;  // the credit came by the register API
    EXPECT_GT(one.at("steps").as_int64(), 0) << one.at("connector");
    EXPECT_GE(one.at("slowest_us").as_int64(), one.at("mean_us").as_int64());
  }
}

TEST_F(InProcesses, DeathOfEveryConnectorIsOutlived) {
  completes("T1", 1);
  for (pid_t child : children()) kill(child, SIGKILL);
  completes("T2", 2);
  EXPECT_EQ(agree(2), 0);
  EXPECT_NE(log().find("in a process of its own, it ended between two steps"), std::string::npos) << log();
}

TEST_F(InProcesses, WebhookThatNobodyCouldReadIsAskedForAgain) {
  auto forged = [&] {
    return support::HttpClient(hub_->inbound())
        .post("/in/registers", "{}", {{"x-square-hmacsha256-signature", "AAAA"}})
        .status;
  };
  EXPECT_EQ(forged(), 401);
  for (pid_t child : children()) kill(child, SIGSTOP);
  EXPECT_EQ(forged(), 503);
  EXPECT_EQ(forged(), 401);  // by another child
}

TEST_F(InProcesses, NoneIsLeftAfterTheHub) {
  std::vector<pid_t> all = children();
  ASSERT_EQ(all.size(), 5u);
  hub_->process().kill();
  for (pid_t child : all)
    EXPECT_TRUE(eventually([&] {
      std::string text = support::read_file("/proc/" + std::to_string(child) + "/stat");
      return text.empty() || text.find(") Z ") != std::string::npos;
    })) << child;
}

/// The vendor has booked, and its receipt is what the connector does not survive.
class WithReplyInHand : public InProcesses, public ::testing::WithParamInterface<const char*> {
 protected:
  WithReplyInHand() {
    config_.plugin_directories.emplace_back(HANDOFF_TEST_PLUGINS);
    config_.extra =
        "[connector.tally]\nplugin = \"tally_frail\"\nsettings = { base_url = \"" + ledger_.url() + "\" }\n";
    config_.hops.push_back({"tally", "record", "cards", ""});
  }
  /// Of the first attempts, in the journal's words.
  std::string trace() {
    int code = 0;
    return handoff("trace T1", code);
  }
  TallyLedger ledger_;
};

TEST_P(WithReplyInHand, MisbehavesOnceAndTheEntryIsThereOnce) {
  ledger_.script("/entries", {GetParam()});
  completes("T1", 1);
  EXPECT_EQ(ledger_.entries().size(), 1u);
  EXPECT_EQ(ledger_.reversals(), 1);
  EXPECT_NE(trace().find("in a process of its own, the connector "), std::string::npos) << trace();
  EXPECT_EQ(trace().find("gave no verdict"), std::string::npos) << trace();
}

TEST_P(WithReplyInHand, MisbehavesAlwaysAndACaseHoldsItWhileOthersGoOn) {
  ledger_.script("/entries", std::deque<std::string>(50, GetParam()));
  EXPECT_EQ(submit(credit("T1")).status, 201);
  int code = 0;
  ASSERT_TRUE(eventually([&] {
    return handoff("cases", code).find("reversed and made anew 3 times") != std::string::npos;
  })) << handoff("cases", code)
      << log();
  EXPECT_EQ(ledger_.entries().size(), 1u);
  ledger_.script("/entries", {});
  EXPECT_EQ(submit(credit("T2")).status, 201);
  EXPECT_TRUE(eventually([&] { return std::ranges::count(states(), "complete") == 1; })) << log();
  const std::string said = handoff("case retry 1", code);
  EXPECT_TRUE(eventually([&] { return std::ranges::count(states(), "complete") == 2; }))
      << said << handoff("cases", code) << handoff("trace T1", code);
  EXPECT_EQ(ledger_.entries().size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Each, WithReplyInHand, ::testing::Values("crash", "loop", "garbage"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace handoff::integration
