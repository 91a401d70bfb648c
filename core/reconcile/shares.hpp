#pragma once
// Rows that name several credits: whether they come to what was issued.

#include "core/reconcile/join.hpp"

namespace handoff::reconcile {

/// Adds what differs to `joined.open` and to its sums.
void settle_shares(const Frame& frame, Joined& joined);

}  // namespace handoff::reconcile
