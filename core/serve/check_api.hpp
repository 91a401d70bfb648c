#pragma once
// POST /v1/checks {"connector": NAME}: asks each connector, or the one, whether its system is there and takes its credentials:
// {"connectors":[{"connector","result": "ok" | "failed" | "not_checked","problem","next"}]}.

#include "core/net/server.hpp"
#include "core/serve/hub.hpp"

namespace handoff::serve {

/// Answers when the last connector has; what has said nothing after the time of a request has failed. [io thread]
void begin_check(Hub& hub, std::string_view body, net::Responder responder);

/// For status: [{"connector","steps","mean_us","slowest_us","misbehaved"}] since the start: what its steps cost, and how often one broke
/// the contract.
json::Array steps_view(const engine::Setup& setup);

/// What does not answer just now, for status.
json::Array failing_view(const std::vector<engine::Failing>& failing, std::int64_t now_ms);

}  // namespace handoff::serve
