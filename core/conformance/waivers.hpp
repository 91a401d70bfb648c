#pragma once
// Findings that are accepted, with a reason. Money is never waived, and a waiver that covers nothing is a finding.

#include "core/conformance/kit.hpp"

namespace handoff::conformance {

/// Marks what the folder's waivers cover; adds a result "waivers" with what is wrong with them. `complete`: all cases
/// were run, so that a waiver that covers nothing is stale.
void apply_waivers(const std::vector<Waiver>& waivers, bool complete, Report& report);

}  // namespace handoff::conformance
