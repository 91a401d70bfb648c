#pragma once
// When a programme of audits is due.

#include <cstdint>

#include "core/config/settings.hpp"

namespace handoff::serve {

/// The newest moment up to `now_ms` (Unix ms) at which it is due, in a time that is `offset_ms` ahead of UTC. The last one
/// stays due for a week, daily or weekly, for a hub that was down; 0: none, it is over.
std::int64_t due_at(const config::Programme& programme, std::int64_t now_ms, std::int64_t offset_ms);

}  // namespace handoff::serve
