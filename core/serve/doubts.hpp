#pragma once
// Of a call in doubt: until when nothing can be said of it (INVARIANTS P7). What a tired person asks first, and only a
// running hub knows: how long each vendor's requests may still act is in the sheets of its connectors.

#include "core/engine/setup.hpp"
#include "core/serve/views.hpp"

namespace handoff::serve {

/// Says nothing of a call that is in no doubt, whose key lets it be sent again at once, or whose connector is not configured
/// any more. `since`: when this process started, Unix ms; what was in flight before counts from there. `setup` outlives it.
DoubtOf doubts_of(const engine::Setup& setup, std::int64_t since, std::int64_t now);

}  // namespace handoff::serve
