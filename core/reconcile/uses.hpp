#pragma once
// A register number that is used again: which of its credits a row is about.

#include <vector>

#include "core/reconcile/record.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

/// A row that tells its day alone may be of any time in it.
inline bool day_alone(const Record& row) { return (row.time_s + row.quarters * std::int64_t{900}) % kDay == 0; }

/// Of `parts`, in the order of their first rows, which are the registers' issues: the best fit that began before the row; of
/// equals the latest.
std::size_t part_of(const std::vector<std::vector<Record>>& parts, const Record& row);

}  // namespace handoff::reconcile
