#pragma once
// Webhooks: POST /in/<connector>. The connector judges the bytes; nothing is believed, it is fetched (INVARIANTS N4).

#include "core/net/server.hpp"
#include "core/serve/hub.hpp"

namespace handoff::serve {

/// [io thread]
void handle_inbound(Hub& hub, net::ServerRequest&& request, net::Responder responder);

}  // namespace handoff::serve
