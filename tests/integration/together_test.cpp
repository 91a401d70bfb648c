// Several safe calls in one step: on their way at the same time, their replies in the order of the calls.

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>

#include "tests/integration/journey.hpp"
#include "tests/integration/small_server.hpp"

namespace handoff::integration {

class Together : public Journey {
 protected:
  Together() {
    config_.plugin_directories.insert(config_.plugin_directories.begin(), HANDOFF_TEST_PLUGINS);
    connect("");
  }
  void connect(const std::string& limits) {
    config_.extra =
        "[connector.twins]\nplugin = \"twins\"\nsettings = { base_url = \"" + server_.url() + "\" }\n" + limits +
        "[[route]]\nname = \"twins\"\nwhen = { event = \"credit.issued\", from = \"twins\", balance_type = [\"general\"] }\n"
        "hops = [{ to = \"cards\", do = \"issue\" }]\n";
  }

  /// South answers at once, north when south has been asked, too; where nobody comes within five seconds it says so.
  support::SmallReply answer(const support::SmallRequest& request) {
    std::unique_lock lock(mutex_);
    asked_.insert(request.path);
    came_.notify_all();
    if (!waits_) {  // long enough to meet the other one, were it on its way
      most_ = std::max(most_, ++under_way_);
      came_.wait_for(lock, std::chrono::milliseconds(500), [this] { return most_ > 1; });
      --under_way_;
    }
    if (request.path == "/south" || !waits_) return {200, R"({"register":")" + request.path.substr(1) + "\"}", false};
    const bool both = came_.wait_for(lock, std::chrono::seconds(5), [this] { return asked_.contains("/south"); });
    return both ? support::SmallReply{200, R"({"register":"north"})", false} : support::SmallReply{500, "", false};
  }

  bool arrives() {
    return eventually([&] { return states() == std::vector<std::string>{"complete"}; }, std::chrono::seconds(40));
  }

  std::mutex mutex_;
  std::condition_variable came_;
  std::set<std::string> asked_;
  bool waits_ = true;
  int under_way_ = 0, most_ = 0;  // where it does not wait
  support::SmallServer server_{[this](const support::SmallRequest& request) { return answer(request); }};
};

TEST_F(Together, CallsAreOnTheirWayAtOnceAndRepliesComeInTheOrderOfTheCalls) {
  start();
  EXPECT_TRUE(arrives()) << log();
  const auto credit = hub_->ask("/v1/credits?limit=1").at("credits").as_array().at(0).as_object();
  EXPECT_EQ(credit.at("store").as_string(), "north");
  EXPECT_EQ(credit.at("terminal").as_string(), "south");
}

TEST_F(Together, WhereOneMayBeUnderWayTheyFollowOneAnother) {
  waits_ = false;
  connect("limits = { concurrency = 1 }\n");
  start();
  EXPECT_TRUE(arrives()) << log();
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(asked_.contains("/north") && asked_.contains("/south"));
  EXPECT_EQ(most_, 1);
}

}  // namespace handoff::integration
