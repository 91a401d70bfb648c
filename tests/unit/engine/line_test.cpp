// One connector's traffic while its system fails (INVARIANTS B1, P12).

#include <algorithm>

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
  for (const char* transaction : {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"}) submit("credit.issued", "ada@example.com", transaction);
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
    if (refuses) return replied(401, json::Object{{"code", 401}, {"key", "unauthorized"}, {"message", "no"}});
    return EngineBed::at_cards(request, body);
  }
  std::string open_of_sources() {
    std::string out;
    for (const journal::CaseRow& one : store->read().open_cases("source", 0, 10)) out += one.reason + "\n";
    return out;
  }
  bool refuses = true;
};

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

}  // namespace
}  // namespace handoff::engine
