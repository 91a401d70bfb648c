// A full disk (INVARIANTS J7): 503, nothing acknowledged lost, and on as soon as there is space.

#include <sys/mount.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "tests/integration/journey.hpp"

namespace handoff::integration {

class FullDisk : public Journey {
 protected:
  void SetUp() override {
    mount_point_ = folder() + "/small";
    std::filesystem::create_directory(mount_point_);
    if (::mount("tmpfs", mount_point_.c_str(), "tmpfs", 0, "size=80m") != 0)
      GTEST_SKIP() << "cannot mount a small disk (" << std::strerror(errno) << "); run as root to see this test";
    mounted_ = true;
    hub_options_.folder = mount_point_;
    support::write_file(mount_point_ + "/handoff.toml", config_.text(sandbox_));
    hub_ = std::make_unique<support::HubProcess>(hub_options_);
  }

  void TearDown() override {
    hub_.reset();
    if (mounted_) ::umount2(mount_point_.c_str(), MNT_DETACH);
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

}  // namespace handoff::integration
