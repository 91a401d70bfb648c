#pragma once
// POST /v1/alerts/test: {"channel": "post", "to": ["ops@example.com"]}. Private to the operators' side.

#include <string_view>

#include "core/net/server.hpp"
#include "core/serve/courier.hpp"

namespace handoff::serve {

/// Answers once the channel has taken the message or has refused it. `courier` null: no channel is configured.
void test_alert(Courier* courier, std::string_view body, net::Responder responder);

}  // namespace handoff::serve
