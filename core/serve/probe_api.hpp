#pragma once
// POST /v1/probes, GET /v1/probes/{ref}?wait=5s

#include "core/net/server.hpp"
#include "core/serve/admin_api.hpp"

namespace handoff::serve {

/// {"route","amount","currency","store"}; answers 202 once it is durable, 409 while another is under way. [io thread]
void begin_probe(OpsDesk& desk, const Caller& caller, std::string_view body, net::Responder responder);
/// Once it is over, or after `wait` (at most 30s). [io thread]
void probe_status(OpsDesk& desk, const Caller& caller, std::string_view ref, std::string_view query,
                  net::Responder responder);

}  // namespace handoff::serve
