// Where gaps gather: what has a cause is claimed, and what comes by chance is not.

#include <functional>

#include "core/reconcile/record.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

struct Credit {
  int number = 0;
  std::string store, route, version;
  /// So many in a hundred of them, whichever: the same in every run.
  bool one_of(unsigned percent) const { return digest("lot " + std::to_string(number)) % 100 < percent; }
};

/// Six thousand credits, of which the platform lacks those that `lost` says.
report::Audit month(const std::function<bool(const Credit&)>& lost) {
  std::string pos = "reference,created_at,store,type,amount,currency,email,way,release\n", cards;
  for (int i = 0; i < 6000; ++i) {
    std::uint64_t lot = digest(std::to_string(i));
    Credit one{i, "S" + std::to_string(lot % 10), lot >> 8 & 3 ? "register" : "desk", lot >> 16 & 1 ? "1.4" : "1.5"};
    std::string at =
        "2026-11-" + std::to_string(10 + (lot >> 20) % 18) + "T" + std::to_string(10 + (lot >> 28) % 10) + ":00:00Z";
    std::string ref = "r" + std::to_string(i);
    pos += ref + "," + at + "," + one.store + ",issue,25.00,USD,jo@example.com," + one.route + "," + one.version + "\n";
    if (!lost(one)) cards += "gc" + ref + "," + ref + "," + at + ",issue,25.00,USD,refund,jo@example.com\n";
  }
  Exports exports;
  config::ExportMap& map = exports.request.maps[report::at(Side::pos)];
  map.reference = {"reference"};
  map.amount = "amount", map.currency = "currency", map.time = "created_at", map.type = "type";
  map.store = "store", map.email = "email", map.route = "way", map.version = "release";
  return exports.add(Side::pos, "pos.csv", pos).platform(cards).done();
}

std::string claimed(const report::Audit& audit) {
  std::string out;
  for (const report::Cluster& one : audit.clusters)
    if (one.claimed) out += one.dimension + " " + one.value + "\n";
  return out;
}

TEST(Clusters, AMonthWithoutACauseClaimsNone) {
  report::Audit audit = month([](const Credit& one) { return one.one_of(3); });
  EXPECT_GT(audit.credits_with_gap, 100);
  EXPECT_GT(audit.tests, 50);
  EXPECT_EQ(claimed(audit), "");
}

TEST(Clusters, AMonthWithOneCarelessStoreClaimsExactlyThatStore) {
  EXPECT_EQ(claimed(month([](const Credit& one) { return one.one_of(one.store == "S7" ? 9 : 2); })), "store S7\n");
}

TEST(Clusters, AVersionThatLosesCreditsIsClaimedAndTheRouteWhereItRunsIsNot) {
  report::Audit audit = month([](const Credit& one) { return one.one_of(one.version == "1.5" ? 7 : 2); });
  EXPECT_EQ(claimed(audit), "version 1.5\n");
  EXPECT_EQ(audit.findings.at(0).version.substr(0, 2), "1.");
}

TEST(Clusters, ARouteThatLosesCreditsIsClaimed) {
  EXPECT_EQ(claimed(month([](const Credit& one) { return one.one_of(one.route == "desk" ? 8 : 2); })), "route desk\n");
}

}  // namespace
}  // namespace handoff::reconcile
