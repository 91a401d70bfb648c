#include "core/reconcile/clusters.hpp"

#include <algorithm>
#include <set>

#include "core/reconcile/chance.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using report::Cause;
using report::Cluster;
using report::Finding;

struct Count {
  std::int64_t credits = 0, gaps = 0;
};
using Dimension = std::map<std::string, Count>;
using Dimensions = std::map<std::string, Dimension>;

const char* const kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

std::string hour_name(std::size_t hour) {
  std::size_t of_day = hour % 24;
  return std::string(kDays[hour / 24]) + (of_day < 10 ? " 0" : " ") + std::to_string(of_day) + " h";
}

std::string terminal_name(std::string_view store, std::string_view terminal) {
  return std::string(store) + " / " + std::string(terminal);
}

void count_credits(const World& world, Dimensions& out, report::Audit& audit) {
  const Counts& counts = world.counts;
  for (std::size_t origin = 0; origin < counts.by_origin.size(); ++origin) {
    if (counts.by_origin[origin] == 0) continue;
    auto [store, terminal] = parts_of(world.dictionaries.origins.word(static_cast<std::uint32_t>(origin)));
    if (!store.empty()) out["store"][std::string(store)].credits += counts.by_origin[origin];
    if (!terminal.empty()) out["terminal"][terminal_name(store, terminal)].credits += counts.by_origin[origin];
  }
  for (std::size_t staff = 1; staff < counts.by_staff.size(); ++staff)
    if (counts.by_staff[staff] != 0)
      out["staff"][world.dictionaries.staff.word(static_cast<std::uint32_t>(staff))].credits = counts.by_staff[staff];
  for (std::size_t way = 1; way < counts.by_way.size(); ++way) {
    auto [route, version] = parts_of(world.dictionaries.ways.word(static_cast<std::uint32_t>(way)));
    if (!route.empty()) out["route"][std::string(route)].credits += counts.by_way[way];
    if (!version.empty()) out["version"][std::string(version)].credits += counts.by_way[way];
  }
  for (std::size_t hour = 0; hour < counts.by_hour.size(); ++hour)
    if (counts.by_hour[hour] != 0) out["hour of week"][hour_name(hour)].credits = counts.by_hour[hour];
  audit.credits_by_hour = counts.by_hour;
  for (const auto& [key, cell] : counts.cells) {
    const std::string& type = world.dictionaries.balance_types.word(key & 0xff);
    // A type that only other systems know is none of the registers' credits: nothing to draw from.
    if (!type.empty() && cell.have[0].items != 0) out["balance type"][type].credits += cell.have[0].items;
  }
}

void count_gaps(Dimensions& out, report::Audit& audit) {
  std::set<std::string> seen;  // an item counts once, whatever number of findings it has
  for (const Finding& finding : audit.findings) {
    if (!is_issued_gap(finding) || !seen.insert(finding.item).second) continue;
    auto add = [&](const char* dimension, const std::string& value) {
      auto found = out[dimension].find(value);
      if (found != out[dimension].end()) ++found->second.gaps;
    };
    add("store", finding.store);
    add("terminal", terminal_name(finding.store, finding.terminal));
    add("staff", finding.staff);
    add("balance type", finding.balance_type);
    add("route", finding.route);
    add("version", finding.version);
    if (finding.hour < 0) continue;
    add("hour of week", hour_name(static_cast<std::size_t>(finding.hour)));
    ++audit.gaps_by_hour[static_cast<std::size_t>(finding.hour)];
  }
}

std::uint64_t positive(std::int64_t number) { return static_cast<std::uint64_t>(std::max<std::int64_t>(number, 0)); }

}  // namespace

bool is_issued_gap(const Finding& finding) {
  return finding.cause != Cause::in_flight && finding.cause != Cause::unreadable &&
         finding.kind != Kind::downstream_only;
}

void add_clusters(const World& world, report::Audit& audit) {
  Dimensions dimensions;
  count_credits(world, dimensions, audit);
  count_gaps(dimensions, audit);
  std::vector<std::uint64_t> chances;
  for (const auto& [name, dimension] : dimensions) {
    if (dimension.size() < 2) continue;  // nothing to be compared with
    Count all;
    for (const auto& [value, count] : dimension) {
      all.credits += count.credits;
      all.gaps += count.gaps;
    }
    for (const auto& [value, count] : dimension) {
      ++audit.tests;
      Cluster cluster{name, value, count.credits, count.gaps, 0, 0, 0, false};
      cluster.expected_milli = static_cast<std::int64_t>(report::Sum{all.gaps} * count.credits * 1000 / all.credits);
      cluster.p_ppt =
          chance_of_at_least(positive(all.credits), positive(all.gaps), positive(count.credits), positive(count.gaps));
      chances.push_back(cluster.p_ppt);
      audit.clusters.push_back(std::move(cluster));
    }
  }
  std::vector<std::uint64_t> corrected = holm(chances);
  for (std::size_t i = 0; i < corrected.size(); ++i) {
    audit.clusters[i].adjusted_ppt = corrected[i];
    audit.clusters[i].claimed = corrected[i] <= kClusterLevel;
  }
  std::ranges::sort(audit.clusters, {}, [](const Cluster& one) {
    return std::tuple(!one.claimed, one.p_ppt, -one.gaps, std::string_view(one.dimension), std::string_view(one.value));
  });
}

void add_trend(const World& world, report::Audit& audit) {
  std::map<std::int64_t, report::Week> weeks;
  for (const auto& [monday, credits] : world.counts.by_week) {
    weeks[monday].monday = date_text(monday);
    weeks[monday].credits = credits;
  }
  std::set<std::string> seen;
  for (Finding& finding : audit.findings) {
    if (!is_issued_gap(finding) || finding.issued_s == 0 || !world.frame.settled(finding.issued_s)) continue;
    std::int64_t local = finding.issued_s / kHour * kHour;
    // The week as the store has it: the hour of the week tells how far the moment is from its Monday.
    auto found = weeks.find(week_begin(local));
    for (std::int64_t shift : {-kDay, kDay})
      if (found != weeks.end() && hour_of_week(local) != finding.hour && week_begin(local + shift) != found->first &&
          (hour_of_week(local) > 84) != (finding.hour > 84))
        found = weeks.find(week_begin(local + shift));
    if (found == weeks.end()) continue;
    finding.week = static_cast<int>(std::distance(weeks.begin(), found));
    ++found->second.causes[report::at(finding.cause)];
    if (seen.insert(finding.item).second) ++found->second.gaps;
  }
  for (const auto& [monday, week] : weeks) audit.trend.weeks.push_back(week);
  audit.trend.until_s = world.frame.settled_until();
  judge_trend(audit.trend);
}

void judge_trend(report::Trend& trend) {
  if (trend.weeks.size() < 2) {
    trend.verdict = "too short";
    trend.why = "a trend needs two weeks";
    return;
  }
  const report::Week& last = trend.weeks.back();
  std::int64_t credits = 0, gaps = 0;
  std::array<std::int64_t, report::kCauses> before{};
  for (std::size_t i = 0; i + 1 < trend.weeks.size(); ++i) {
    credits += trend.weeks[i].credits;
    gaps += trend.weeks[i].gaps;
    for (std::size_t c = 0; c < report::kCauses; ++c) before[c] += trend.weeks[i].causes[c];
  }
  std::string counts = std::to_string(last.gaps) + " of " + std::to_string(last.credits) +
                       " credits in the last week, " + std::to_string(gaps) + " of " + std::to_string(credits) +
                       " in the weeks before";
  for (std::size_t c = 0; c < report::kCauses; ++c) {
    if (before[c] != 0 || last.causes[c] < kNewMode) continue;
    if (chance_of_at_least(positive(credits + last.credits), positive(last.causes[c]), positive(last.credits),
                           positive(last.causes[c])) > kTrendLevel)
      continue;
    trend.verdict = "new failure mode";
    trend.why = std::string(report::kCauseNames[c]) + " (" + std::string(report::kCauseWords[c]) +
                "): " + std::to_string(last.causes[c]) + " in the last week, none before; " + counts;
    return;
  }
  // What was found once may be of credits that these files leave out: no week has more gaps than credits.
  std::int64_t last_gaps = std::min(last.gaps, last.credits);
  std::uint64_t all = positive(credits + last.credits), bad = positive(std::min(gaps, credits) + last_gaps);
  if (chance_of_at_least(all, bad, positive(last.credits), positive(last_gaps)) <= kTrendLevel)
    trend.verdict = "degrading";
  else if (chance_of_at_most(all, bad, positive(last.credits), positive(last_gaps)) <= kTrendLevel)
    trend.verdict = "improving";
  else
    trend.verdict = "stable";
  trend.why = counts;
}

}  // namespace handoff::reconcile
