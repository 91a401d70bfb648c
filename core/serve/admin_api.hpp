#pragma once
// The operators' side: GET /healthz, /readyz, /v1/status, /v1/credits, /v1/cases, /v1/trace/{what}, /v1/tokens;
// POST /v1/tokens; DELETE /v1/tokens/{name}. The command line speaks it.

#include "core/net/server.hpp"
#include "core/serve/hub.hpp"

namespace handoff::serve {

/// [io thread]
void handle_admin(Hub& hub, net::ServerRequest&& request, net::Responder responder);

}  // namespace handoff::serve
