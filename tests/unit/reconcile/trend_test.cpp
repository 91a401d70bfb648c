// How the weeks go: what is called stable, improving, degrading, a new failure mode, and what repairing does to that.

#include <array>

#include "core/reconcile/history.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

constexpr int kPerWeek = 100;

/// What one week of a hundred credits has: so many without a customer that never got to the platform, so many there with
/// another amount.
struct Planted {
  int lost = 0, other_amount = 0;
};
using Month = std::array<Planted, 4>;  // from Monday, 2026-11-02 on

report::Audit audit_of(const Month& month, const std::string& as_of = "2026-11-30T00:00:00Z",
                       History* history = nullptr, int repaired_weeks = 0) {
  Exports exports;
  std::string pos, cards;
  for (int week = 0; week < 4; ++week)
    for (int i = 0; i < kPerWeek; ++i) {
      std::string ref = "w" + std::to_string(week) + "-" + std::to_string(i);
      std::string at = "2026-11-" + two(2 + week * 7 + i % 5) + "T" + two(9 + i % 10) + ":00:0";
      auto [lost, other] = month[static_cast<std::size_t>(week)];
      bool is_lost = i < lost, is_other = !is_lost && i < lost + other, repaired = week < repaired_weeks;
      pos += ref + "," + at + "0Z,S1,R1,E1,issue,25.00,USD,refund," + (is_lost ? "" : "jo@example.com") + "\n";
      if (is_lost && !repaired) continue;
      cards += "gc" + ref + "," + ref + "," + at + "5Z,issue," + (is_other && !repaired ? "20.00" : "25.00") +
               ",USD,refund,jo@example.com\n";
    }
  exports.request.as_of_s = parse_time(as_of, config::TimeFormat::iso, 0)->utc_s;
  if (history != nullptr) exports.request.known = open_findings(*history);
  report::Audit out = exports.pos(pos).platform(cards).done();
  if (history != nullptr && !follow(*history, out)) ADD_FAILURE();
  return out;
}

report::Trend trend_of(const Month& month) { return audit_of(month).trend; }

TEST(Trend, IsStableWhereTheLastWeekIsLikeThoseBefore) {
  report::Trend trend = trend_of({{{5}, {6}, {4}, {5}}});
  EXPECT_EQ(trend.verdict, "stable") << trend.why;
  EXPECT_EQ(trend.why, "5 of 100 credits in the last week, 15 of 300 in the weeks before");
}

TEST(Trend, IsDegradingWhereTheLastWeekLosesMoreThanChanceWould) {
  EXPECT_EQ(trend_of({{{2}, {2}, {2}, {12}}}).verdict, "degrading");
}

TEST(Trend, IsImprovingWhereTheLastWeekLosesLess) {
  EXPECT_EQ(trend_of({{{15}, {14}, {16}, {3}}}).verdict, "improving");
}

TEST(Trend, ACauseThatNoWeekBeforeHadIsANewFailureMode) {
  report::Trend trend = trend_of({{{5}, {5}, {5}, {3, 3}}});
  EXPECT_EQ(trend.verdict, "new failure mode");
  EXPECT_TRUE(trend.why.starts_with("amount_mismatch (another amount): 3 in the last week, none before")) << trend.why;
  EXPECT_EQ(trend_of({{{5}, {5, 1}, {5}, {3, 3}}}).verdict, "stable") << "one week had it";
  EXPECT_EQ(trend_of({{{5}, {5}, {5}, {3, 2}}}).verdict, "stable") << "two are not enough";
}

TEST(Trend, ARepairedBacklogIsNoNewFailureMode) {
  Month month = {{{5}, {6}, {4}, {5}}};
  EXPECT_EQ(audit_of(month, "2026-11-30T00:00:00Z", nullptr, 3).trend.verdict, "new failure mode")
      << "nothing tells of the backlog";
  History history;
  audit_of(month, "2026-11-23T00:00:00Z", &history);
  report::Audit after = audit_of(month, "2026-11-30T00:00:00Z", &history, 3);
  EXPECT_EQ(after.gone.size(), 15u);
  EXPECT_EQ(after.trend.verdict, "stable") << after.trend.why;
  EXPECT_EQ(after.trend.why, "5 of 100 credits in the last week, 15 of 300 in the weeks before");
  History kept = *read_history(write_history(history));
  EXPECT_EQ(audit_of(month, "2026-12-01T00:00:00Z", &kept, 3).trend.verdict, "stable") << "closed by the audit before";
}

TEST(Trend, ACreditOfWhichSomethingIsLeftCountsOnce) {
  Month month = {{{5}, {6}, {4}, {5}}};
  History history;
  audit_of(month, "2026-11-23T00:00:00Z", &history);
  for (Past& one : history.items) one.closed_at = "2026-11-23T00:00:00Z", one.id += "-before", one.cause = "F3";
  report::Audit after = audit_of(month, "2026-11-30T00:00:00Z", &history);
  EXPECT_EQ(after.trend.why, "5 of 100 credits in the last week, 15 of 300 in the weeks before");
  EXPECT_EQ(after.trend.weeks[0].causes[report::at(Cause::f3)], 5);
}

}  // namespace
}  // namespace handoff::reconcile
