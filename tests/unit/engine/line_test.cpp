// One connector's traffic while its system fails (INVARIANTS B1, P12).

#include <algorithm>
#include <deque>

#include "tests/unit/engine/bed.hpp"

namespace handoff::engine {
namespace {

/// Its books fail for a while, and their connector's check says that all is well without asking.
class Hollow : public EngineBed {
 protected:
  Hollow() : EngineBed("tally_hollow") {
    refuses_looks = false;
    posts.push_back("answered at once");
  }
  net::Result at_tally(const HttpRequest& request, const json::Value& body) override {
    if (request.method == "POST" && ++asked <= 12) {
      net::Result out;
      out.ended = net::Ended::not_sent;
      out.error = "refused";
      return out;
    }
    return EngineBed::at_tally(request, body);
  }
  int asked = 0;
};

TEST_F(Hollow, CheckThatAsksNobodyEndsNeitherTheHubNorTheWait) {
  for (const char* transaction : {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"})
    submit("credit.issued", "ada@example.com", transaction);
  run(2 * kQuiet);
  EXPECT_GT(asked, 12) << "and by then the breaker was open";
  for (std::int64_t no = 1; no <= 8; ++no) EXPECT_EQ(store->read().credit(no)->state, "complete") << story();
  EXPECT_EQ(entries.size(), 8u);
}

class Refused : public EngineBed {
 protected:
  Refused() {
    refuses_looks = false;
    posts.push_back("answered at once");
  }
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    if (refuses || (refuses_writes && request.method == "POST"))
      return replied(401, json::Object{{"code", 401}, {"key", "unauthorized"}, {"message", "no"}});
    return EngineBed::at_cards(request, body);
  }
  std::string open_of_sources() {
    std::string out;
    for (const journal::CaseRow& one : store->read().open_cases("source", 0, 10)) out += one.reason + "\n";
    return out;
  }
  bool refuses = true, refuses_writes = false;
};

TEST_F(Refused, WriteWaitsForTheRightKeyAsReadsDo) {
  refuses = false;
  refuses_writes = true;
  submit();
  run(3 * kQuiet);
  EXPECT_EQ(state(), "routed") << story();
  refuses_writes = false;
  run(600'000);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(vouchers.size(), 1u);
}

/// L5: others use up the limit, for half a day.
class Crowded : public Refused {
 protected:
  Crowded() { refuses = false; }
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    if (limited && request.method == "POST")
      return replied(429, json::Object{{"code", 429}, {"key", "too_many_requests_error"}, {"message", "later"}});
    return EngineBed::at_cards(request, body);
  }
  bool limited = true;
};

TEST_F(Crowded, WriteThatALimitKeepsOutIsTriedMoreAndMoreSeldom) {
  submit();
  run(12 * kHour);
  EXPECT_EQ(state(), "routed") << story();
  const std::int64_t sends = call("issue").sends;
  EXPECT_GE(sends, 16) << "two hours apart at most";
  EXPECT_LE(sends, 40);
  limited = false;
  run(2 * kHour);
  EXPECT_EQ(state(), "complete") << story();
}

TEST_F(Crowded, StartsAreNoReasonToAskALimitAgain) {
  submit();
  run(3 * kHour);
  const std::int64_t sends = call("issue").sends;
  ASSERT_GT(sends, 10);
  for (int starts = 0; starts < 40; ++starts) {
    start();
    run(kMinute);
  }
  EXPECT_LE(call("issue").sends, sends + 3);
  limited = false;
  run(2 * kHour);
  EXPECT_EQ(state(), "complete") << story();
}

TEST_F(Refused, KeyThatRanOutIsACaseUntilItIsTakenAgainAlsoAfterAStart) {
  submit();
  run(240'000);
  EXPECT_EQ(open_of_sources(), "") << "for a moment it may be the vendor";
  run(240'000);
  EXPECT_TRUE(open_of_sources().starts_with("cards: credentials refused (")) << open_of_sources();
  start();
  run(600'000);
  EXPECT_NE(open_of_sources(), "");
  refuses = false;
  start();
  run(600'000);
  EXPECT_EQ(open_of_sources(), "");
  EXPECT_EQ(state(), "complete") << story();
}

TEST_F(Refused, DiskThatRunsOutIsACaseUntilThereIsRoomAlsoAfterAStart) {
  refuses = false;
  has_room = false;
  run(10'000);
  EXPECT_EQ(open_of_sources(), "handoff: the disk is nearly full\n");
  start();
  run(10'000);
  EXPECT_EQ(open_of_sources(), "handoff: the disk is nearly full\n") << "once";
  has_room = true;
  start();
  run(10'000);
  EXPECT_EQ(open_of_sources(), "");
}

/// Each answer takes 50 ms, and two requests fit at once.
class Busy : public EngineBed {
 protected:
  Busy() {
    refuses_looks = false;
    posts.push_back("answered at once");
    setup.connectors[0].concurrency = 2;
    setup.routes.front().confirm.emplace();
    setup.routes.front().hops.pop_back();
    start();
  }
  struct Ear : Waiter {
    Ear(std::string& to, bool at_a_counter) : out(to), waiting(at_a_counter) {}
    void durable(const Standing&) override { out = "durable"; }
    void settled(const Standing& told) override { out = told.status; }
    void unavailable(const std::string& why) override { out = why; }
    bool waits() const override { return waiting; }
    std::string& out;
    bool waiting;
  };
  void sell(const std::string& transaction, std::string& told, bool at_a_counter) {
    submit("credit.issued", "ada@example.com", transaction.c_str());
    std::get<Submission>(inputs.back()).waiter = std::make_shared<Ear>(told, at_a_counter);
  }
  void send(std::vector<net::Departure> all) override {
    for (net::Departure& one : all) flying.emplace_back(std::move(one.done), answer(one.out));
  }
  void answer_next() {
    clock.boot += 25;
    if (!flying.empty()) {
      auto [done, result] = std::move(flying.front());
      flying.pop_front();
      done(std::move(result));
    }
    ASSERT_FALSE(engine->turn(std::exchange(inputs, {})).fatal);
  }
  std::deque<std::pair<std::function<void(net::Result)>, net::Result>> flying;
};

TEST_F(Busy, ARegisterThatWaitsGoesBeforeABatchThatWaitsForNothing) {
  std::vector<std::string> uploaded(40);
  for (std::size_t i = 0; i < uploaded.size(); ++i) sell("OLD" + std::to_string(i), uploaded[i], false);
  for (int i = 0; i < 10; ++i) answer_next();
  EXPECT_EQ(std::ranges::count(uploaded, "durable"), 40);
  std::string told;
  sell("LIVE", told, true);
  int answers = 0;
  for (; told != "confirmed" && answers < 500; ++answers) answer_next();
  EXPECT_LE(answers, 12) << "it needs four calls of its own: " << told;
}

}  // namespace
}  // namespace handoff::engine
