#pragma once
// The operators' side: GET /healthz, /readyz, /v1/status, /v1/credits, /v1/cases, /v1/trace/{what}, /v1/tokens;
// POST /v1/tokens; DELETE /v1/tokens/{name}; POST /v1/audits, GET /v1/audits/{id} and /v1/audits/{id}/{file}?from=N.
// The command line speaks it.

#include "core/net/server.hpp"
#include "core/serve/auditor.hpp"

namespace handoff::serve {

/// [io thread]
void handle_admin(Hub& hub, Auditor& auditor, net::ServerRequest&& request, net::Responder responder);

}  // namespace handoff::serve
