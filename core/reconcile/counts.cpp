// What the parts of an audit counted, added up.

#include <algorithm>

#include "core/reconcile/compare.hpp"

namespace handoff::reconcile {

using report::kSides;

Cell& Cell::operator+=(const Cell& other) {
  for (std::size_t i = 0; i < kSides; ++i) {
    have[i] += other.have[i];
    gap[i] += other.gap[i];
    in_flight[i] += other.in_flight[i];
    extra[i] += other.extra[i];
  }
  with_gap += other.with_gap;
  redeemed += other.redeemed;
  left += other.left;
  return *this;
}

Counts& Counts::operator+=(const Counts& other) {
  for (const auto& [key, one] : other.cells) cells[key] += one;
  for (std::size_t i = 0; i < by_origin.size(); ++i) {
    by_origin[i] += other.by_origin[i];
    for (std::size_t s = 0; s < kSides; ++s) arrived[i][s] = std::max(arrived[i][s], other.arrived[i][s]);
  }
  for (std::size_t i = 0; i < by_staff.size(); ++i) by_staff[i] += other.by_staff[i];
  for (std::size_t i = 0; i < by_way.size(); ++i) by_way[i] += other.by_way[i];
  for (std::size_t i = 0; i < by_hour.size(); ++i) by_hour[i] += other.by_hour[i];
  for (const auto& [week, number] : other.by_week) by_week[week] += number;
  for (const auto& [day, sides] : other.by_day)
    for (std::size_t s = 0; s < kSides; ++s) by_day[day][s] += sides[s];
  for (std::size_t s = 0; s < kSides; ++s) {
    since_register[s] += other.since_register[s];
    since_platform[s] += other.since_platform[s];
    register_by_log[s] += other.register_by_log[s];
    platform_by_log[s] += other.platform_by_log[s];
    on_the_hour[s] += other.on_the_hour[s];
    spent_at[s] += other.spent_at[s];
  }
  customers_held += other.customers_held;
  customers_differ += other.customers_differ;
  credits += other.credits;
  before_window += other.before_window;
  after_cut_off += other.after_cut_off;
  repeated += other.repeated;
  for (const auto& [file, rows] : other.repeated_of_file) repeated_of_file[file] += rows;
  probes += other.probes;
  perhaps.insert(perhaps.end(), other.perhaps.begin(), other.perhaps.end());
  nobodys.insert(nobodys.end(), other.nobodys.begin(), other.nobodys.end());
  crowded += other.crowded;
  return *this;
}

}  // namespace handoff::reconcile
