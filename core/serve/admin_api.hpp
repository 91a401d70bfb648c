#pragma once
// The operators' side: GET /healthz, /readyz, /v1/status, /v1/credits, /v1/cases, /v1/alerts, /v1/trace/{what}, /v1/tokens;
// POST /v1/tokens, /v1/alerts/test; DELETE /v1/tokens/{name}. The command line speaks it.

#include "core/net/server.hpp"
#include "core/serve/hub.hpp"

namespace handoff::serve {

class Courier;

/// `courier` null: no channel is configured. [io thread]
void handle_admin(Hub& hub, Courier* courier, net::ServerRequest&& request, net::Responder responder);

}  // namespace handoff::serve
