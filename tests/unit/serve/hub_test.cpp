// The hub's threads and its token table, over a store of its own and no vendor.

#include "core/serve/hub.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>

#include "core/serve/auditor.hpp"
#include "core/serve/once_waiter.hpp"
#include "core/serve/views_token.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::serve {
namespace {

constexpr int kReadWrite = 2;  // as sqlite3_open_v2

class StillClock final : public engine::Clock {
 public:
  std::int64_t wall_ms() override { return 1'795'435'200'000; }
  std::int64_t boot_ms() override { return 1000; }
};

class NoChance final : public engine::Random {
 public:
  std::uint64_t next() override { return 0; }
};

class Nowhere final : public net::Transport {
 public:
  void send(std::vector<net::Departure>) override {}
};

class Running : public ::testing::Test {
 protected:
  Running() {
    journal::StoreOptions options;
    options.path = dir_.file("handoff.db");
    store_ = std::move(*journal::Store::open(options));
  }
  ~Running() override {
    if (hub_) hub_->stop();
  }
  std::string token(const std::string& role, const std::string& store) {
    std::string text = "htk_" + role + store;
    journal::TokenAdded added;
    added.hash = token_hash(text);
    added.name = role + "-" + store;
    added.role = role;
    added.store = store;
    store_->append(1000, "", "test", added);
    return "Bearer " + text;
  }
  void start() {
    Hub::Parts parts;
    parts.store_path = dir_.file("handoff.db");
    parts.vault = std::make_unique<crypto::Vault>(*crypto::Vault::open(dir_.file("key"), true, crypto::system_random));
    parts.clock = std::make_unique<StillClock>();
    parts.random = std::make_unique<NoChance>();
    parts.transport = &nowhere_;
    parts.setup.tenant = "t1";
    parts.setup.look_again_ms = 0;
    parts.log = [this](const std::string& line) {
      std::scoped_lock lock(mutex_);
      lines_.push_back(line);
    };
    parts.fatal = [](const std::string& why) { ADD_FAILURE() << why; };
    parts.store = std::move(store_);
    auto started = Hub::start(std::move(parts), "test");
    ASSERT_TRUE(started) << started.error();
    hub_ = std::move(*started);
  }

  /// Reads of the table fail from here on, until it has its name again.
  void rename(const std::string& from, const std::string& to) {
    journal::Database db;
    ASSERT_TRUE(db.open(dir_.file("handoff.db"), kReadWrite)) << db.error().message;
    ASSERT_TRUE(db.run(("ALTER TABLE " + from + " RENAME TO " + to).c_str())) << db.error().message;
  }
  /// Whether what was read led to anything.
  bool asked(Hub::Desk desk, const std::function<void(journal::Reader&)>& look) {
    std::promise<void> over;
    std::atomic<bool> acted = false;
    hub_->ask(
        std::make_shared<net::Responder>(nullptr, 0, 0),
        [&](journal::Reader& read) -> Hub::Act {
          look(read);
          return [&] { acted = true; };
        },
        desk);
    EXPECT_TRUE(hub_->query([&](journal::Reader&) { over.set_value(); }, desk));
    over.get_future().wait();
    return acted;
  }
  std::vector<std::string> lines() {
    std::scoped_lock lock(mutex_);
    return lines_;
  }

  std::mutex mutex_;
  std::vector<std::string> lines_;
  support::TempDir dir_;
  Nowhere nowhere_;
  std::unique_ptr<journal::Store> store_;
  std::unique_ptr<Hub> hub_;
};

TEST_F(Running, TokenOfOneStoreThatWouldSeeAllIsRefusedWithTheReason) {
  std::string ops = token("ops", "S12"), viewer = token("viewer", "S12"), inbound = token("inbound", "");
  std::string till = token("register", "S12"), supervisor = token("supervisor", "S12"), all = token("ops", "");
  start();
  for (const std::string& one : {ops, viewer, inbound}) {
    Caller caller = hub_->caller(one);
    EXPECT_FALSE(caller.is({"ops", "viewer", "inbound", "admin"})) << one;
    net::ServerResponse said = turned_away(caller, "an admin token");
    EXPECT_EQ(said.status, 403);
    EXPECT_NE(said.body.find("this token is refused: "), std::string::npos) << said.body;
  }
  EXPECT_NE(hub_->caller(ops).problem.find("sees every store"), std::string::npos);
  EXPECT_NE(hub_->caller(inbound).problem.find("known by the signature"), std::string::npos);
  EXPECT_TRUE(hub_->caller(till).is({"register"}));
  EXPECT_TRUE(hub_->caller(supervisor).is({"supervisor"}));
  EXPECT_TRUE(hub_->caller(all).is({"ops"}));
  EXPECT_EQ(turned_away(hub_->caller("Bearer htk_nobody"), "an admin token").status, 401);
}

TEST_F(Running, TokenIsKnownInAnyCaseOfTheSchemeAndOneThatIsNotKnownIsToldSo) {
  std::string till = token("register", "S12");
  start();
  EXPECT_TRUE(hub_->caller("bearer " + till.substr(7)).is({"register"}));
  EXPECT_TRUE(hub_->caller("BEARER " + till.substr(7)).is({"register"}));
  net::ServerResponse unknown = turned_away(hub_->caller("Bearer htk_nobody"), "a register token");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_NE(unknown.body.find("this token is not known here, or was revoked"), std::string::npos) << unknown.body;
  for (const char* none : {"", "Basic YTpi", "htk_nobody"})
    EXPECT_NE(turned_away(hub_->caller(none), "a register token").body.find("send Authorization: Bearer"),
              std::string::npos)
        << none;
}

TEST_F(Running, RegisterWaitsForFewWebhooksHoweverManyCame) {
  start();
  std::promise<void> all_came, answered;
  std::atomic<int> hooks = 0;
  int before = 0;
  auto webhook = [&](std::function<void()> more) {
    engine::Webhook hook;
    hook.connector = "nobody";
    hook.answer = [&hooks, more](int, const std::string&) {
      ++hooks;
      hooks.notify_all();
      more();
    };
    return hub_->post(std::move(hook));
  };
  // The first keeps the engine busy until all the others have come.
  ASSERT_TRUE(webhook([&] { all_came.get_future().wait(); }));
  int taken = 0;
  while (taken < 5000 && webhook([] {})) ++taken;
  EXPECT_LT(taken, 5000) << "a flood is answered 503 before it fills the memory";
  EXPECT_GT(taken, 300);
  engine::Submission submission;
  submission.source = "register";
  submission.event.kind = "credit.issued";
  submission.event.transaction = "T1";
  submission.event.business_date = "2026-11-23";
  submission.event.store = "S12";
  submission.event.amount = Money(2500, "USD");
  submission.event.balance_type = "general";
  std::atomic<bool> told = false;
  auto said = [&] {
    if (told.exchange(true)) return;
    before = hooks;
    answered.set_value();
  };
  submission.waiter = std::make_shared<OnceWaiter>([&](const engine::Standing&) { said(); },
                                                   [&](const std::string& why) { ADD_FAILURE() << why; });
  ASSERT_TRUE(hub_->post(std::move(submission))) << "registers have a queue of their own";
  all_came.set_value();
  answered.get_future().wait();
  EXPECT_LE(before, 200) << "of " << taken;
  for (int seen = hooks; seen <= taken; seen = hooks) hooks.wait(seen);
  EXPECT_GE(hub_->counters().turns, static_cast<std::uint64_t>(taken) / 64)
      << "a register that comes now waits for one turn";
}

TEST_F(Running, RegisterIsAnsweredWhileAnOperatorsListIsBeingMade) {
  start();
  std::promise<void> go, looked;
  ASSERT_TRUE(hub_->query([&](journal::Reader&) { go.get_future().wait(); }));
  ASSERT_TRUE(hub_->query([&](journal::Reader&) { looked.set_value(); }, Hub::Desk::registers));
  looked.get_future().wait();
  go.set_value();
}

TEST_F(Running, NothingIsAnsweredFromAReadThatFailedAndTheNextOneReads) {
  token("register", "S12");
  start();
  rename("tokens", "away");
  for (Hub::Desk desk : {Hub::Desk::operators, Hub::Desk::registers}) {
    std::string why;
    EXPECT_FALSE(asked(desk, [&](journal::Reader& read) {
      EXPECT_TRUE(read.tokens().empty());
      why = unread(read).body;
    }));
    EXPECT_NE(why.find("the store cannot be read just now (no such table: tokens"), std::string::npos) << why;
    EXPECT_TRUE(asked(desk, [](journal::Reader& read) { EXPECT_GT(read.last_row(), 0); }))
        << "one error is not for ever";
  }
  rename("away", "tokens");
  for (Hub::Desk desk : {Hub::Desk::operators, Hub::Desk::registers})
    EXPECT_TRUE(asked(desk, [](journal::Reader& read) { EXPECT_EQ(read.tokens().size(), 1u); }));
  std::vector<std::string> said = lines();
  EXPECT_EQ(
      std::ranges::count_if(said, [](const std::string& line) { return line.starts_with("the store cannot be read"); }),
      2)
      << "once a desk";
}

TEST_F(Running, TokensThatCannotBeReadAreThoseThatWereKnownUntilTheyCan) {
  std::string till = token("register", "S12");
  start();
  rename("tokens", "away");
  hub_->tokens_changed();
  EXPECT_TRUE(asked(Hub::Desk::operators, [](journal::Reader& read) { read.last_row(); }))
      << "the tokens' trouble is theirs";
  EXPECT_TRUE(hub_->caller(till).is({"register"}));
  {
    journal::Database db;
    ASSERT_TRUE(db.open(dir_.file("handoff.db"), kReadWrite));
    ASSERT_TRUE(db.run("UPDATE away SET revoked = 1"));
  }
  rename("away", "tokens");
  for (int i = 0; i < 500 && hub_->caller(till).is({"register"}); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(hub_->caller(till).is({"register"})) << "they are read again, though nobody asks anything";
}

/// A programme that cannot write down what it has run does not run for ever.
TEST_F(Running, SlotOfAProgrammeThatCannotBeKeptIsRunOnce) {
  start();
  std::filesystem::create_directories(dir_.file("audits/programme.json.new"));  // where the new one is written first
  std::ofstream(dir_.file("audits/programme.json")) << R"({"taken_ms":1})";
  Auditor::Settings settings;
  settings.folder = dir_.file("audits");
  settings.store_path = dir_.file("handoff.db");
  settings.window_ms = 86'400'000;
  settings.programme.emplace();
  std::mutex mutex;
  std::condition_variable came;
  int runs = 0, unkept = 0;
  settings.log = [&](const std::string& line) {
    std::scoped_lock lock(mutex);
    unkept += line.find("programme.json: cannot be written") != std::string::npos;
    runs += line.starts_with("audit 2") && (line.ends_with(": done") || line.contains(": failed"));
    came.notify_all();
  };
  Auditor auditor(*hub_, std::move(settings));
  std::unique_lock lock(mutex);
  EXPECT_TRUE(came.wait_for(lock, std::chrono::seconds(20), [&] { return runs == 1; }));
  EXPECT_FALSE(came.wait_for(lock, std::chrono::milliseconds(700), [&] { return runs > 1; }))
      << "it begins again at once";
  EXPECT_EQ(unkept, 1);
}

/// Nor does what differs only because the store did not answer become somebody's task.
TEST_F(Running, AuditOverAStoreThatCannotBeReadFailsWithTheReason) {
  start();
  while (hub_->counters().turns == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // the engine has looked, and rests
  rename("credits", "away");
  Auditor::Settings settings;
  settings.folder = dir_.file("audits");
  settings.store_path = dir_.file("handoff.db");
  settings.log = [](const std::string&) {};
  Auditor auditor(*hub_, std::move(settings));
  std::string id = auditor.ask(86'400'000), state = "running";
  json::Value seen;
  for (int i = 0; i < 500 && state == "running"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    seen = auditor.view(id);
    state = seen.at("state").as_string();
  }
  EXPECT_EQ(state, "failed");
  EXPECT_NE(seen.at("why").as_string().find("cannot be read: no such table: "), std::string_view::npos)
      << json::write(seen);
}

}  // namespace
}  // namespace handoff::serve
