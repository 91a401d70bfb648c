// How long a handoff takes, as the exports tell it.

#include "core/reconcile/hops.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/reconcile/facts.hpp"
#include "core/report/json.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

TEST(Latency, PercentilesAreNeverBetterAndAtMostTwoPerCentWorse) {
  std::mt19937_64 random(7);
  for (std::int64_t most : std::vector<std::int64_t>{10, 127, 128, 5'000, 3'000'000'000}) {
    std::vector<std::int64_t> values(5'000);
    Latencies half, all;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most));
      (i % 2 == 0 ? half : all).add(values[i]);
    }
    all += half;
    std::ranges::sort(values);
    for (std::int64_t per_mille : {1, 500, 950, 990, 1000}) {
      std::int64_t exact = values[static_cast<std::size_t>((5'000 * per_mille + 999) / 1000 - 1)];
      EXPECT_GE(all.at(per_mille), exact) << most << " " << per_mille;
      EXPECT_LE(all.at(per_mille), exact + exact / 50 + 1) << most << " " << per_mille;
    }
  }
  EXPECT_EQ(Latencies().at(500), 0);
}

TEST(Latency, ATimeBeforeItsCauseIsCountedAndTakenForNone) {
  Latencies times;
  times.add(-5);
  EXPECT_EQ(times.early(), 1);
  EXPECT_EQ(times.at(1000), 0);
}

TEST(Hops, AProposedSlaIsTwiceTheP99InWordsThatPeopleSay) {
  EXPECT_EQ(sla_text(proposed_sla_s(90)), "5m");
  EXPECT_EQ(sla_text(proposed_sla_s(0)), "10s");
  EXPECT_EQ(sla_text(proposed_sla_s(7'200)), "4h");
  EXPECT_EQ(sla_text(proposed_sla_s(7'201)), "8h");
  EXPECT_EQ(sla_text(proposed_sla_s(kDay)), "2d");
  EXPECT_EQ(sla_text(proposed_sla_s(20 * kDay)), "42d");
  EXPECT_EQ(sla_text(90), "90s");
}

/// 120 credits an hour apart: at the platform 30 s later, in the shop 10 min after that, in the books at midnight.
report::Audit three_systems() {
  Exports exports;
  std::string pos, platform, shop;
  for (int i = 0; i < 120; ++i) {
    std::string n = std::to_string(i), day = std::to_string(10 + i / 10), hour = std::to_string(10 + i % 10);
    pos += "r" + n + ",2026-11-" + day + "T" + hour + ":10:00Z,S1,R1,E1,issue,5.00,USD,refund,jo@example.com\n";
    std::string email = i < 3 ? "" : "jo@example.com";
    platform += "g" + n + ",r" + n + ",2026-11-" + day + "T" + hour + ":10:30Z,issue,5.00,USD,refund," + email + "\n";
    if (i % 10 != 9) shop += "e" + n + ",r" + n + ",2026-11-" + day + "T" + hour + ":20:30Z,issue,5.00,USD\n";
  }
  return exports.pos(pos).platform(platform).shop(shop).done();
}

TEST(Hops, AreMeasuredFromSystemToSystemWithWhatIsLost) {
  report::Audit audit = three_systems();
  ASSERT_EQ(audit.hops.size(), 2u);
  const report::Hop &platform = audit.hops[0], &shop = audit.hops[1];
  EXPECT_EQ(platform.from, Side::pos);
  EXPECT_EQ(platform.p50_s, 30);
  EXPECT_EQ(platform.p99_s, 30);
  EXPECT_EQ(platform.lost, 0);
  EXPECT_TRUE(platform.resolves_identity);
  EXPECT_EQ(platform.unlinked, 3);
  EXPECT_EQ(shop.from, Side::platform);
  EXPECT_NEAR(static_cast<int>(shop.p99_s), 600, 9);
  EXPECT_EQ(shop.measured, 108);
  EXPECT_EQ(shop.lost, 12);
  EXPECT_EQ(shop.due, 120);
  EXPECT_EQ(sla_text(shop.proposed_s), "30m");
}

TEST(Hops, OfAnExportOfDaysAreNoFinerThanADay) {
  Exports exports;
  std::string pos, platform;
  for (int i = 0; i < 120; ++i) {
    std::string n = std::to_string(i), day = std::to_string(10 + i / 10);
    pos += "r" + n + ",2026-11-" + day + "T10:10:00Z,S1,R1,E1,issue,5.00,USD,refund,jo@example.com\n";
    platform += "g" + n + ",r" + n + ",2026-11-" + day + ",issue,5.00,USD,refund,jo@example.com\n";
  }
  report::Audit audit = exports.pos(pos).platform(platform).done();
  ASSERT_EQ(audit.hops.size(), 1u);
  EXPECT_TRUE(audit.hops[0].coarse);
  EXPECT_EQ(audit.hops[0].p50_s, kDay);
  EXPECT_EQ(audit.hops[0].early, 0);
}

TEST(Hops, ReadBackFromTheSummaryMakeAMap) {
  report::Audit audit = three_systems();
  auto facts = read_facts(json::write(report::summary_json(audit)));
  ASSERT_TRUE(facts) << facts.error();
  EXPECT_EQ(facts->credits, 120);
  EXPECT_EQ(facts->with_gap, audit.credits_with_gap);
  ASSERT_EQ(facts->lost.size(), 1u);
  EXPECT_EQ(facts->lost[0].issued.minor, 120 * 500);
  report::Map map = map_of(*facts);
  ASSERT_EQ(map.hops.size(), 2u);
  EXPECT_EQ(map.hops[1].p99_ms, audit.hops[1].p99_s * 1000);
  EXPECT_NE(report::map_mermaid(map).find("\"the storefront\""), std::string::npos);
  EXPECT_NE(report::map_svg(map).find("10.000 % lost"), std::string::npos);
  EXPECT_NE(report::sla_toml(map).find("# to the storefront: sla = \"30m\""), std::string::npos);
  EXPECT_FALSE(read_facts("{\"schema\":1,\"numbers\":[]}"));
}

TEST(Hops, OfAMapSayWhatTheLogsHaveOfTheirCalls) {
  report::Audit audit = three_systems();
  audit.logs.push_back({Side::storefront, 340, 12, 350, 120, 900, 3400});
  auto facts = read_facts(json::write(report::summary_json(audit)));
  ASSERT_TRUE(facts) << facts.error();
  report::Map map = map_of(*facts);
  EXPECT_EQ(map.hops[0].note, "") << "the logs have no call of the platform";
  EXPECT_EQ(map.hops[1].note, "in the logs 12 of 352 calls failed; a call takes p50 120 ms, p99 3400 ms");
}

}  // namespace
}  // namespace handoff::reconcile
