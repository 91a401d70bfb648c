#include "core/serve/courier.hpp"

#include <future>

#include "tests/unit/serve/alert_bed.hpp"

namespace handoff::serve::testing {
namespace {

constexpr int kReadWrite = 2;  // as sqlite3_open_v2

struct FakeClock final : engine::Clock {
  std::int64_t now = kNoon;
  std::int64_t wall_ms() override { return now; }
  std::int64_t boot_ms() override { return now - kNoon + 1; }
};

/// What went out on one channel, and whether the next one will.
struct Line {
  std::vector<AlertMessage> sent;
  std::string broken;  // why it takes nothing
  int tries = 0;
};

class FakeChannel final : public AlertChannel {
 public:
  explicit FakeChannel(Line& line) : line_(line) {}
  std::expected<void, std::string> send(const AlertMessage& message, const std::vector<std::string>&) override {
    ++line_.tries;
    if (!line_.broken.empty()) return std::unexpected(line_.broken);
    line_.sent.push_back(message);
    return {};
  }

 private:
  Line& line_;
};

class CourierTest : public AlertBed {
 protected:
  /// A courier as a new process has it. What it posts is in the journal at once, unless the engine is deaf.
  std::unique_ptr<Courier> courier() {
    commit();
    Courier::Parts parts;
    parts.rules = rules_;
    parts.channels["desk"] = std::make_unique<FakeChannel>(desk_);
    parts.channels["mail"] = std::make_unique<FakeChannel>(mail_);
    parts.store_path = dir_.file("handoff.db");
    parts.clock = &clock_;
    parts.log = [](const std::string&) {};
    parts.post = [this](engine::Input input) {
      if (deaf_) return false;
      auto& note = std::get<engine::AlertNote>(input);
      for (const auto& event : note.events)
        std::visit([this](const auto& one) { store_->append(clock_.now, "", "alerts", one); }, event);
      EXPECT_TRUE(store_->commit());
      note.kept();
      return true;
    };
    auto out = Courier::open(std::move(parts));
    EXPECT_TRUE(out) << out.error();
    return std::move(*out);
  }
  void pass(Courier& courier, std::int64_t later = 0) {
    clock_.now += later;
    commit();
    courier.pass();
  }

  FakeClock clock_;
  Line desk_, mail_;
  bool deaf_ = false;
};

TEST_F(CourierTest, AnOutageOfAThousandCreditsIsOneMessage) {
  for (int i = 0; i < 1000; ++i)
    open_case(at_hop(kNoon - kHour, "cards.issue"), kNoon, "sla", "cards.issue: later than its 5 min");
  auto courier = this->courier();
  for (int i = 0; i < 20; ++i) pass(*courier, kMinute);
  ASSERT_EQ(desk_.sent.size(), 1u);
  EXPECT_EQ(desk_.sent[0].notice.count, 1000);
}

TEST_F(CourierTest, NobodyIsToldTwiceBecauseTheHubStartedAgain) {
  open_case(credit(kNoon), kNoon, "mapping", "no route");
  pass(*courier());
  EXPECT_EQ(desk_.sent.size(), 1u);
  pass(*courier(), kMinute);
  EXPECT_EQ(desk_.sent.size(), 1u);
  pass(*courier(), 4 * kHour);
  EXPECT_EQ(desk_.sent.size(), 2u) << "it is told again in its time";
  EXPECT_EQ(desk_.sent[1].notice.kind, "again");
}

TEST_F(CourierTest, WhatWasNotRememberedBeforeAStopComesAgainWithTheSameId) {
  open_case(credit(kNoon), kNoon, "mapping", "no route");
  deaf_ = true;
  pass(*courier());
  deaf_ = false;
  pass(*courier(), 1000);
  ASSERT_EQ(desk_.sent.size(), 2u);
  EXPECT_EQ(desk_.sent[0].notice.id, desk_.sent[1].notice.id);
}

TEST_F(CourierTest, AFailingChannelIsSeenSinceWhenAndWhyAndDoesNotHoldUpTheOthers) {
  rules_.contacts[0].tell.push_back({});
  rules_.contacts[0].tell[1].channel = "mail";
  open_case(credit(kNoon), kNoon, "mapping", "no route");
  mail_.broken = "smtp.acme.example:587 does not answer";
  auto courier = this->courier();
  pass(*courier);
  EXPECT_EQ(desk_.sent.size(), 1u);
  std::int64_t failing_since = clock_.now;
  for (int i = 0; i < 60; ++i) pass(*courier, 10'000);
  EXPECT_LE(mail_.tries, 6) << "ever more rarely";
  json::Array shown = alert_channels_view(store_->read());
  ASSERT_EQ(shown.size(), 2u);
  EXPECT_FALSE(shown[1].at("working").as_bool());
  EXPECT_EQ(shown[1].at("failing_since").as_string(), rfc3339(failing_since));
  EXPECT_EQ(shown[1].at("error").as_string(), mail_.broken);
  mail_.broken.clear();
  pass(*courier, kHour);
  EXPECT_EQ(mail_.sent.size(), 1u) << "the message was not lost";
  EXPECT_EQ(desk_.sent.size(), 1u);
  EXPECT_TRUE(alert_channels_view(store_->read())[1].at("working").as_bool());
}

TEST_F(CourierTest, ALimitHoldsAlsoWithinOnePassAndAfterAStart) {
  rules_.per_hour["desk"] = 3;
  for (const char* cause : {"one", "two", "three", "four", "five"}) open_case(credit(kNoon), kNoon, "mapping", cause);
  auto first = courier();
  pass(*first);
  EXPECT_EQ(desk_.sent.size(), 3u);
  pass(*first, 59 * kMinute);
  pass(*courier());
  EXPECT_EQ(desk_.sent.size(), 3u);
  pass(*courier(), kMinute);
  EXPECT_EQ(desk_.sent.size(), 5u);
}

TEST_F(CourierTest, WhatIsOverIsForgottenAndSaidWhereThatIsWanted) {
  rules_.settled = true;
  std::int64_t no = open_case(credit(kNoon), kNoon, "mapping", "no route");
  auto courier = this->courier();
  pass(*courier);
  close_case(no, kNoon + 1);
  pass(*courier, kMinute);
  pass(*courier, kMinute);
  ASSERT_EQ(desk_.sent.size(), 2u);
  EXPECT_EQ(desk_.sent[1].notice.kind, "settled");
  EXPECT_EQ(store_->read().alerts().at(0).count, 0);
  open_case(credit(kNoon), clock_.now, "mapping", "no route");
  pass(*courier, kHour);
  ASSERT_EQ(desk_.sent.size(), 3u);
  EXPECT_EQ(desk_.sent[2].notice.kind, "raised");
}

/// A retry closes the case, and another opens if it was for nothing.
TEST_F(CourierTest, ASettledWordSaysNoMoreThanIsKnownAndCountsTowardsTheLimit) {
  rules_.settled = true;
  rules_.per_hour["desk"] = 2;
  std::int64_t no = open_case(credit(kNoon), kNoon, "mapping", "no route");
  auto courier = this->courier();
  pass(*courier);
  close_case(no, kNoon + 1);
  pass(*courier, kMinute);
  ASSERT_EQ(desk_.sent.size(), 2u);
  EXPECT_TRUE(desk_.sent[1].text.contains("what was retried is under way")) << desk_.sent[1].text;
  no = open_case(credit(kNoon), clock_.now, "mapping", "no route");
  pass(*courier, kHour);
  open_case(credit(kNoon), clock_.now, "mapping", "another");
  pass(*courier);
  ASSERT_EQ(desk_.sent.size(), 4u);
  close_case(no, clock_.now);
  pass(*courier);
  EXPECT_EQ(desk_.sent.size(), 4u) << "two an hour";
}

/// That no case could be read is not that there is none.
TEST_F(CourierTest, NothingIsOverBecauseTheStoreCouldNotBeRead) {
  rules_.settled = true;
  open_case(credit(kNoon), kNoon, "mapping", "no route");
  auto courier = this->courier();
  pass(*courier);
  ASSERT_EQ(desk_.sent.size(), 1u);
  auto rename = [this](const char* sql) {
    commit();
    journal::Database db;
    ASSERT_TRUE(db.open(dir_.file("handoff.db"), kReadWrite));
    ASSERT_TRUE(db.run(sql)) << db.error().message;
  };
  rename("ALTER TABLE cases RENAME TO away");
  for (int i = 0; i < 3; ++i) {
    clock_.now += kMinute;
    courier->pass();
  }
  rename("ALTER TABLE away RENAME TO cases");
  pass(*courier, kMinute);
  EXPECT_EQ(desk_.sent.size(), 1u) << desk_.sent.back().notice.kind;
  pass(*courier, 4 * kHour);
  ASSERT_EQ(desk_.sent.size(), 2u) << "and one error is not for ever";
  EXPECT_EQ(desk_.sent[1].notice.kind, "again");
}

TEST_F(CourierTest, AStoreIsToldAtOnceOfAYoungCreditThatNeedsItsCustomer) {
  rules_.contacts.clear();
  add_contact("s1", {"store"}, {"S1"}, "desk");
  auto courier = this->courier();
  open_case(credit(clock_.now), clock_.now, "identity", "no_identifier", "store");
  pass(*courier);
  ASSERT_EQ(desk_.sent.size(), 1u);
  EXPECT_TRUE(desk_.sent[0].notice.urgent);
  EXPECT_NE(desk_.sent[0].notice.action.find("The register named no customer."), std::string::npos)
      << desk_.sent[0].notice.action;
  EXPECT_NE(desk_.sent[0].notice.action.find("At the register send the same transaction again"), std::string::npos);
}

TEST_F(CourierTest, ATestIsMarkedAsOneAndTellsTheAsker) {
  auto courier = this->courier();
  courier->start();
  auto ask = [&](const std::string& channel) {
    std::promise<std::expected<void, std::string>> answer;
    courier->test(channel, {}, [&](std::expected<void, std::string> sent) { answer.set_value(std::move(sent)); });
    return answer.get_future().get();
  };
  EXPECT_TRUE(ask("desk"));
  mail_.broken = "550 no such user";
  EXPECT_EQ(ask("mail").error(), "550 no such user");
  EXPECT_EQ(ask("pager").error(), "no channel \"pager\" is configured");
  courier.reset();
  ASSERT_EQ(desk_.sent.size(), 1u);
  EXPECT_EQ(desk_.sent[0].notice.kind, "test");
  EXPECT_NE(desk_.sent[0].text.find("Test: this is no alert"), std::string::npos);
}

}  // namespace
}  // namespace handoff::serve::testing
