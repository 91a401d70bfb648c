#pragma once
// What a monitor reads at GET /metrics (docs/adr/0029-metrics.md): the numbers of `handoff status`, and what the engine has
// counted since its start, in the text format 0.0.4 of Prometheus. No money, no customer, no store.

#include <handoff/sdk/json.hpp>
#include <string>

#include "core/engine/counters.hpp"

namespace handoff::serve {

inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

/// `status` as GET /v1/status answers it. Linear in its size.
std::string metrics_text(const json::Value& status, const engine::EngineCounters& counted);

}  // namespace handoff::serve
