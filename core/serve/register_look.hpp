#pragma once
// How a credit stands, and what happened at a store since: status, long poll, event stream. Private to this folder.

#include "core/serve/register_desk.hpp"

namespace handoff::serve {

/// GET /v1/register/credits/{id}[?wait=20s]: with `wait` (at most 30 s) the answer comes once the credit is confirmed or
/// rejected, or when the time is over. `crowded`: where too many wait already. [any thread]
void credit_status(RegisterDesk& desk, const Caller& caller, std::string_view ref, std::string_view query,
                   net::Responder responder, Watch::Crowded crowded = Watch::Crowded::turned_away);

/// GET /v1/register/events: server-sent events of the credits of the caller's store that moved after the row in
/// Last-Event-ID or `?after=`; without either it begins now. After a restore it goes on from the newest row that both
/// journals have. Waits up to 25 s for one, then ends: clients come again by
/// themselves (WHATWG HTML, server-sent events, 9.2.3). [io thread]
void store_events(RegisterDesk& desk, const Caller& caller, const net::ServerRequest& request,
                  net::Responder responder);

}  // namespace handoff::serve
