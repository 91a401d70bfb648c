// All five connectors in processes of their own: the same journey, and what their deaths do to it (BARS R38).

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>

#include "tests/integration/journey.hpp"

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

}  // namespace handoff::integration
