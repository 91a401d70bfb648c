#pragma once
// What the exports tell about each handoff: how long, how many are lost, where identity is resolved.

#include "core/reconcile/compare.hpp"

namespace handoff::reconcile {

/// Below so many a percentile is an anecdote, and no SLA is proposed.
inline constexpr std::int64_t kMeasuredMin = 100;

/// Twice the p99, rounded up to a time that people say: "10m", "2h".
std::int64_t proposed_sla_s(std::int64_t p99_s);
/// "90s", "15m", "2h", "3d": as the configuration writes it.
std::string sla_text(std::int64_t seconds);

/// Fills the hops from the counts and the findings. `tells_customer`: sides whose export says to whom it is linked.
void add_hops(const Counts& counts, const BySide<bool>& tells_customer, report::Audit& audit);

}  // namespace handoff::reconcile
