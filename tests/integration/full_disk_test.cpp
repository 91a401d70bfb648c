// A full disk (INVARIANTS J7): 503, nothing acknowledged lost, and on as soon as there is space.

#include <sys/mount.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

class FullDisk : public Journey {
 protected:
  void SetUp() override {
    mount_point_ = folder() + "/small";
    std::filesystem::create_directory(mount_point_);
    const std::string size = "size=" + std::to_string(128 + rounds()) + "m";  // what is in the store stays in it
    if (::mount("tmpfs", mount_point_.c_str(), "tmpfs", 0, size.c_str()) != 0)
      GTEST_SKIP() << "cannot mount a small disk (" << std::strerror(errno) << "); run as root to see this test";
    mounted_ = true;
    config_.plugin_directories = {HANDOFF_TEST_PLUGINS, HANDOFF_PLUGINS};
    config_.limits = "requests_per_minute = 60000";  // the sheets' own pacing would stretch two hundred rounds
    hub_options_.folder = mount_point_;
    support::write_file(mount_point_ + "/handoff.toml", config_.text(sandbox_));
    hub_ = std::make_unique<support::HubProcess>(hub_options_);
  }

  void TearDown() override {
    hub_.reset();
    if (mounted_) ::umount2(mount_point_.c_str(), MNT_DETACH);
  }

  static int rounds() {
    const char* said = std::getenv("FILL_ROUNDS");
    return said == nullptr ? 4 : std::atoi(said);
  }

  void fill() {
    std::ofstream out(mount_point_ + "/ballast", std::ios::binary);
    const std::string part(4096, 'x');
    while (out.write(part.data(), 4096).flush()) {
    }
  }

  std::string mount_point_;
  bool mounted_ = false;
};

TEST_F(FullDisk, CreditsGet503UntilThereIsSpaceAgain) {
  ASSERT_EQ(submit(credit("before")).status, 201);
  ASSERT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; }));
  fill();
  // The log that SQLite writes may have some room left: until it is used up credits are still durable.
  int number = 0;
  Answer refused;
  EXPECT_TRUE(eventually([&] {
    refused = submit(credit("during-" + std::to_string(++number)));
    return refused.status == 503;
  })) << refused.status
      << refused.body;
  std::string last = credit("during-" + std::to_string(number));
  EXPECT_EQ(submit(last).status, 503);
  EXPECT_TRUE(hub_->process().running());
  std::filesystem::remove(mount_point_ + "/ballast");
  EXPECT_TRUE(eventually([&] { return submit(last).status == 201; }))
      << support::read_file(mount_point_ + "/handoffd.log");
  auto all_complete = [&] {
    std::vector<std::string> now = states();
    return static_cast<int>(now.size()) == number + 1 && std::ranges::count(now, "complete") == number + 1;
  };
  EXPECT_TRUE(eventually(all_complete, std::chrono::seconds(60)));
  EXPECT_EQ(agree(number + 1), 0);
}

/// J7: the reserve is for what is in flight.
TEST_F(FullDisk, BelowTheReserveWhatIsInFlightGoesOnAndNothingNewIsTaken) {
  sandbox_.post("/faults", R"({"vendor":"stripe","match":{},"mode":"outage"})");
  ASSERT_EQ(submit(credit("before")).status, 201);
  ASSERT_TRUE(eventually([this] {
    return support::StoreView(mount_point_ + "/handoff.db").number("SELECT count(*) FROM hops WHERE state = 'done'") >=
           2;
  }));
  fill();
  std::filesystem::resize_file(mount_point_ + "/ballast",
                               std::filesystem::file_size(mount_point_ + "/ballast") - (32 << 20));
  // It looks at the disk once a second: until then credits are durable.
  int number = 0;
  Answer refused;
  EXPECT_TRUE(
      eventually([&] { return (refused = submit(credit("during-" + std::to_string(++number)))).status == 503; }));
  EXPECT_NE(refused.body.find("the disk is nearly full"), std::string::npos) << refused.body;
  std::string last = credit("during-" + std::to_string(number));
  auto complete = [&](int count) {
    return states() == std::vector<std::string>(static_cast<std::size_t>(count), "complete");
  };
  sandbox_.heal();
  EXPECT_TRUE(eventually([&] { return complete(number); }, std::chrono::seconds(60)))
      << support::read_file(mount_point_ + "/handoffd.log");
  EXPECT_EQ(submit(last).status, 503);
  std::filesystem::remove(mount_point_ + "/ballast");
  EXPECT_TRUE(eventually([&] { return submit(last).status == 201; }));
  EXPECT_TRUE(eventually([&] { return complete(number + 1); }));
  EXPECT_EQ(agree(number + 1), 0);
}

/// BARS R5: filled to the brim or nearly, at once or while credits come, and freed again. FILL_ROUNDS=200 is R5 as asked.
TEST_F(FullDisk, RoundsOfFillingLoseNothingAndEndWithinFiveSeconds) {
  // What is read of a customer with hundreds of credits would fill the disk by itself.
  sandbox_.post("/customers", R"({"generate":{"count":100,"start":1}})");
  auto bought = [](const std::string& transaction, unsigned customer) {
    std::string out = credit(transaction);
    return out.replace(out.find("ada@"), 3, "load" + std::to_string(1 + customer % 100));
  };
  std::mt19937 dice(7);
  int accepted = 0, refused = 0;
  std::chrono::milliseconds slowest{0};
  for (int round = 1; round <= rounds(); ++round) {
    fill();
    std::filesystem::resize_file(mount_point_ + "/ballast",
                                 std::filesystem::file_size(mount_point_ + "/ballast") - 4096 * (dice() % 64));
    std::vector<std::string> unanswered;
    for (int i = 1; i <= 8; ++i) {
      std::string one = bought("R" + std::to_string(round) + "-" + std::to_string(i), static_cast<unsigned>(dice()));
      int status = submit(one).status;
      ASSERT_TRUE(status == 201 || status == 200 || status == 503) << status;
      status == 503 ? unanswered.push_back(one) : void(++accepted);
    }
    refused += static_cast<int>(unanswered.size());
    std::filesystem::remove(mount_point_ + "/ballast");
    auto begin = std::chrono::steady_clock::now();
    for (const std::string& one : unanswered) {
      ASSERT_TRUE(eventually([&] { return submit(one).status != 503; }))
          << support::read_file(mount_point_ + "/handoffd.log");
      ++accepted;
      if (&one != &unanswered.front()) continue;
      slowest = std::max(
          slowest, std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin));
    }
  }
  EXPECT_LE(slowest.count(), 5000);
  EXPECT_GE(refused, rounds()) << "the disk was full in each round";
  EXPECT_TRUE(hub_->process().running());
  support::StoreView view(mount_point_ + "/handoff.db");
  EXPECT_TRUE(
      eventually([&] { return view.number("SELECT count(*) FROM credits WHERE state = 'complete'") == accepted; },
                 std::chrono::seconds(90)));
  EXPECT_EQ(agree(accepted), 0);
  RecordProperty("refused", refused);
  RecordProperty("slowest_ms", static_cast<int>(slowest.count()));
}

}  // namespace handoff::integration
