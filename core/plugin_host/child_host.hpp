#pragma once
// The child's side: loads one connector, gives up everything but computing, and answers steps until nobody asks.

#include <cstdint>

namespace handoff::plugin_host {

inline constexpr int kChildSocket = 3;     // to the hub
inline constexpr int kChildConnector = 4;  // the connector's bytes

/// What a connector may take on top of what its process has at the start.
inline constexpr std::int64_t kChildMemoryBytes = std::int64_t{512} << 20;

/// The whole life of handoff-connector-host. Returns its exit code when the hub is gone.
int run_child_host();

}  // namespace handoff::plugin_host
