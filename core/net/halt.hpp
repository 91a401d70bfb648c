#pragma once
// The one word that stops all sending and answering at once, before the process ends (INVARIANTS J6): the io thread may
// have been about to send what an earlier commit allowed. [any thread]

#include <atomic>

namespace handoff::net {

namespace detail {
inline std::atomic<bool> halted{false};
}

inline void halt() { detail::halted.store(true); }
/// Whoever is about to write to a vendor or a register asks first, and if so does nothing any more, not even fail.
inline bool is_halted() { return detail::halted.load(); }

}  // namespace handoff::net
