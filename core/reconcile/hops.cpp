#include "core/reconcile/hops.hpp"

#include <algorithm>
#include <set>

#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

using report::Cause;
using report::Finding;
using report::Hop;
using report::kSides;

/// So many per mille of the arrivals on whole hours: the export tells a day, or a batch writes its own time.
constexpr std::int64_t kCoarse = 950;

bool is_due(const Finding& finding) { return finding.cause != Cause::in_flight && finding.cause != Cause::unreadable; }

Hop hop_to(Side side, const Counts& counts, const report::Audit& audit) {
  std::size_t s = report::at(side);
  Hop out;
  bool after_platform = side != Side::platform && audit.given[report::at(Side::platform)];
  out.from = after_platform ? Side::platform : Side::pos;
  out.to = side;
  const Latencies& times = after_platform ? counts.since_platform[s] : counts.since_register[s];
  out.measured = times.measured();
  out.by_log = (after_platform ? counts.platform_by_log : counts.register_by_log)[s];
  out.coarse = out.measured > 0 && counts.on_the_hour[s] * 1000 >= out.measured * kCoarse;
  auto at = [&](std::int64_t per_mille) {
    std::int64_t seconds = times.at(per_mille);
    return out.coarse ? std::max(kDay, (seconds + kDay - 1) / kDay * kDay) : seconds;  // no finer than it is told
  };
  if (!out.coarse) out.early = times.early();
  out.p50_s = at(500);
  out.p95_s = at(950);
  out.p99_s = at(990);
  for (const report::Numbers& one : audit.numbers)
    out.due += one.have[report::at(Side::pos)].items - one.in_flight[s].items;
  for (const Finding& finding : audit.findings)
    if (finding.kind == Kind::missing && finding.wrong[s] && !finding.young[s]) ++out.lost;
  if (out.measured >= kMeasuredMin) out.proposed_s = proposed_sla_s(out.p99_s);
  return out;
}

/// Credits that are somewhere, but nobody's.
std::int64_t unlinked(const report::Audit& audit) {
  std::set<std::string_view> items;
  for (const Finding& finding : audit.findings) {
    bool nobody = finding.kind == Kind::not_linked || finding.cause == Cause::f1 || finding.cause == Cause::f3;
    if (nobody && is_due(finding)) items.insert(finding.item);
  }
  return static_cast<std::int64_t>(items.size());
}

}  // namespace

std::int64_t proposed_sla_s(std::int64_t p99_s) {
  static constexpr std::int64_t kSaid[] = {10,       30,       60,        120,       300,       600,        900,
                                           1800,     kHour,    2 * kHour, 4 * kHour, 8 * kHour, 12 * kHour, kDay,
                                           2 * kDay, 3 * kDay, 4 * kDay,  5 * kDay,  kWeek,     2 * kWeek,  4 * kWeek};
  auto said = std::ranges::lower_bound(kSaid, 2 * p99_s);
  return said == std::end(kSaid) ? (2 * p99_s + kWeek - 1) / kWeek * kWeek : *said;
}

std::string sla_text(std::int64_t seconds) {
  for (auto [unit, name] : {std::pair(kDay, "d"), {kHour, "h"}, {std::int64_t{60}, "m"}})
    if (seconds >= unit && seconds % unit == 0) return std::to_string(seconds / unit) + name;
  return std::to_string(seconds) + "s";
}

void add_hops(const Counts& counts, const BySide<bool>& tells_customer, report::Audit& audit) {
  bool resolved = false;
  for (Side side : {Side::platform, Side::storefront, Side::payments, Side::erp}) {
    if (!audit.given[report::at(side)]) continue;
    Hop hop = hop_to(side, counts, audit);
    hop.resolves_identity = !resolved && tells_customer[report::at(side)];  // the first that is linked to somebody
    if (hop.resolves_identity) hop.unlinked = unlinked(audit);
    resolved |= hop.resolves_identity;
    audit.hops.push_back(std::move(hop));
  }
}

}  // namespace handoff::reconcile
