#pragma once
// The operators' side: GET /healthz, /readyz, /v1/status, /v1/credits, /v1/cases, /v1/alerts, /v1/trace/{what},
// /v1/receipts, /v1/tokens; POST /v1/tokens, /v1/alerts/test; DELETE /v1/tokens/{name}; POST /v1/probes, GET /v1/probes/{ref}; POST /v1/checks;
// POST /v1/audits, GET /v1/audits/{id} and /v1/audits/{id}/{file}?from=N.
// The command line speaks it.

#include "core/net/server.hpp"
#include "core/serve/auditor.hpp"
#include "core/serve/side_thread.hpp"
#include "core/serve/watch.hpp"

namespace handoff::serve {

class Courier;

/// What the operators' handlers work with. All outlive it.
struct OpsDesk {
  Hub& hub;
  Auditor& auditor;
  Courier* courier;  // null: no channel is configured
  std::shared_ptr<Watch> watch;
  SideThread& disk;                 // for what waits for one
  std::vector<std::string> stores;  // that are configured; none: any
};

/// Below it beside the store no new credit is taken (J7).
inline constexpr std::uintmax_t kDiskReserve = 64u << 20;

/// [io thread]
void handle_admin(OpsDesk& desk, net::ServerRequest&& request, net::Responder responder);

}  // namespace handoff::serve
