#pragma once
// Pairs without a common reference: what is missing here may be what nobody issued there. Ranked, never joined.

#include "core/report/audit.hpp"

namespace handoff::reconcile {

inline constexpr std::size_t kCandidatesMax = 3;

/// For every missing credit the entries without an issue that look like it: the same amount and currency, near in time,
/// of the same store or customer; or two entries of its customer that come to its amount, or one that comes to two credits'.
/// For every entry without an issue those of the platform that are like it, and the other way round: they may be one.
/// A side of which no entry has a reference has nothing but candidates, and a warning says so.
void add_candidates(report::Audit& audit);

}  // namespace handoff::reconcile
