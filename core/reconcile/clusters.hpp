#pragma once
// Where gaps gather, and how they come and go over the weeks. Each claim has its test and its counts.

#include "core/reconcile/classify.hpp"

namespace handoff::reconcile {

/// A cluster is claimed when its chance, after Holm's correction over every test made, is at most 1 %.
inline constexpr std::uint64_t kClusterLevel = 10'000'000'000;  // of kCertain
/// A week is called worse or better at 5 %: it is one test, not hundreds.
inline constexpr std::uint64_t kTrendLevel = 50'000'000'000;
/// A cause that no earlier week had is a new failure mode from so many items on.
inline constexpr std::int64_t kNewMode = 3;

/// Fills clusters, tests, the hours and the trend from the counts and the findings that are gaps.
void add_clusters(const World& world, report::Audit& audit);
void add_trend(const World& world, report::Audit& audit);
/// The verdict on the weeks as they stand.
void judge_trend(report::Trend& trend);

/// Gaps of credits that a register issued: what the counts of credits can be held against.
bool is_issued_gap(const report::Finding& finding);

}  // namespace handoff::reconcile
