// Requests that wait, with time, commits and the reader's thread in the test's hands.

#include "core/serve/watch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>

#include "core/journal/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::serve {
namespace {

class Waiting : public ::testing::Test {
 protected:
  Waiting() {
    journal::StoreOptions options;
    options.path = dir_.file("handoff.db");
    store_ = std::move(*journal::Store::open(options));
    Watch::Door door;
    door.commits = [this] { return commits_; };
    door.boot_now = [this] { return now_; };
    door.query = [this](std::function<void(journal::Reader&)> task) {
      tasks_.push_back(std::move(task));
      return true;
    };
    door.after = [this](std::chrono::milliseconds, net::Task task) { timers_.push_back(std::move(task)); };
    watch_ = std::make_shared<Watch>(std::move(door));
  }
  void fire() {
    ASSERT_FALSE(timers_.empty()) << "nothing will ever look again";
    net::Task timer = std::move(timers_.front());
    timers_.pop_front();
    timer();
  }
  void read() {
    ASSERT_FALSE(tasks_.empty());
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task(store_->read());
  }

  support::TempDir dir_;
  std::unique_ptr<journal::Store> store_;
  std::uint64_t commits_ = 0;
  std::int64_t now_ = 0;
  std::deque<std::function<void(journal::Reader&)>> tasks_;
  std::deque<net::Task> timers_;
  std::shared_ptr<Watch> watch_;
};

TEST_F(Waiting, RequestIsAnsweredWhenItsPatienceIsOverThoughATimerFiredDuringALook) {
  int looks = 0;
  bool answered = false;
  watch_->add(net::Responder(nullptr, 0, 0), "till", std::chrono::seconds(5),
              [&](journal::Reader&, bool last) -> std::optional<net::ServerResponse> {
                if (++looks == 1) fire();  // just now, when the look has all who wait
                answered = last;
                return last ? std::optional(net::ServerResponse()) : std::nullopt;
              });
  read();
  EXPECT_FALSE(answered);
  now_ = 5'000;  // and nothing is committed meanwhile
  fire();
  read();
  EXPECT_TRUE(answered);
  EXPECT_EQ(looks, 2);
}

TEST_F(Waiting, NothingIsAskedOfTheReaderWithoutACommit) {
  watch_->add(net::Responder(nullptr, 0, 0), "till", std::chrono::seconds(5),
              [](journal::Reader&, bool) -> std::optional<net::ServerResponse> { return std::nullopt; });
  read();
  fire();
  EXPECT_TRUE(tasks_.empty());
  ++commits_;
  fire();
  EXPECT_EQ(tasks_.size(), 1u);
}

TEST_F(Waiting, AtTheEndWhoWaitsAndWhoStillComesIsAnsweredAtOnce) {
  int answered = 0;
  auto add = [&] {
    watch_->add(net::Responder(nullptr, 0, 0), "till", std::chrono::seconds(25),
                [&](journal::Reader&, bool last) -> std::optional<net::ServerResponse> {
                  answered += last ? 1 : 0;
                  return last ? std::optional(net::ServerResponse()) : std::nullopt;
                });
  };
  add();
  read();
  EXPECT_EQ(answered, 0);
  watch_->end();
  read();
  EXPECT_EQ(answered, 1);
  add();
  read();
  EXPECT_EQ(answered, 2);
}

struct Asked {
  int looks = 0;
  bool answered = false;
};

class Crowd : public Waiting {
 protected:
  using Crowded = Watch::Crowded;
  using Answer = std::optional<net::ServerResponse>;

  /// Never looked at: it was turned away.
  std::shared_ptr<Asked> ask(const std::string& token, int patience_s, Crowded crowded = Crowded::turned_away) {
    auto asked = std::make_shared<Asked>();
    auto look = [asked](journal::Reader&, bool last) {
      ++asked->looks;
      asked->answered = last;
      return last ? Answer(net::ServerResponse()) : Answer();
    };
    watch_->add(net::Responder(nullptr, 0, 0, hung_up_), token, std::chrono::seconds(patience_s), look, crowded);
    return asked;
  }
  void fill(const std::string& token) {
    for (std::size_t i = 0; i < Watch::kOfATokenMax; ++i) ask(token, 25);
  }
  void look() {
    ++commits_;
    if (tasks_.empty()) fire();
    read();
  }

  std::shared_ptr<std::atomic<bool>> hung_up_ = std::make_shared<std::atomic<bool>>(false);
};

TEST_F(Crowd, OneTokenTakesTheWaitOfNoOther) {
  fill("S14");
  auto one_more = ask("S14", 25), other = ask("S12", 25);
  look();
  EXPECT_EQ(one_more->looks, 0);
  EXPECT_EQ(other->looks, 1);
  EXPECT_FALSE(other->answered);
}

TEST_F(Crowd, WhoDoesNotWaitIsAnsweredHoweverManyDo) {
  for (const char* token : {"S1", "S2", "S3", "S4"}) fill(token);
  auto waits = ask("S5", 25), asks = ask("S1", 0), has_been_done = ask("S1", 5, Crowded::looks_once);
  look();
  EXPECT_EQ(waits->looks, 0);
  EXPECT_TRUE(asks->answered);
  EXPECT_TRUE(has_been_done->answered);
}

TEST_F(Crowd, PlacesAreFreeOnceWhoHadThemHungUp) {
  fill("S14");
  look();
  *hung_up_ = true;
  fire();  // nothing was committed
  read();
  *hung_up_ = false;
  auto next = ask("S14", 25);
  look();
  EXPECT_EQ(next->looks, 1);
  EXPECT_FALSE(next->answered);
}

TEST_F(Waiting, WhoHasPatienceLooksAgainAfterAReadThatFailed) {
  int looks = 0, answers = 0;
  watch_->add(net::Responder(nullptr, 0, 0), "till", std::chrono::seconds(5),
              [&](journal::Reader& read, bool) -> std::optional<net::ServerResponse> {
                ++looks;
                if (read.credit(1) || !read.failed()) ++answers;
                return net::ServerResponse();  // "no such credit", from a read that failed
              });
  journal::Database broken;
  journal::Reader none(broken);
  ASSERT_FALSE(broken.open(dir_.file("nowhere/handoff.db"), 1));
  auto failing = std::move(tasks_.front());
  tasks_.pop_front();
  failing(none);
  fire();
  read();
  EXPECT_EQ(answers, 1);
  EXPECT_TRUE(timers_.empty() || looks <= 1) << "it was answered";
}

}  // namespace
}  // namespace handoff::serve
