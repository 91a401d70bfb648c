#pragma once
// Whether a lost answer to a call can be turned into a fact by its sheet (INVARIANTS F). Lint and the conformance kit ask here.

#include "core/model/manifest.hpp"

namespace handoff {

/// Rule 4 is open: what was lost is taken back by reference inside a window, and then read as gone.
bool reversible(const Manifest& manifest, const CallSheet& call);

/// One of rules 1 to 4 is open. Without one an unanswered call ends as a case each time.
bool resolvable(const Manifest& manifest, const CallSheet& call);

}  // namespace handoff
