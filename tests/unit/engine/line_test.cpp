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

}  // namespace
}  // namespace handoff::engine
