#pragma once
// The journal's rows that this folder speaks of all the time, by their short names.

#include <vector>

#include "core/journal/rows.hpp"

namespace handoff::engine {

using journal::CallRow, journal::CaseRow, journal::CreditRow, journal::EffectRow, journal::HopRow, journal::RepairRow;
using Effects = std::vector<EffectRow>;

}  // namespace handoff::engine
