#pragma once
// Many credits in one request: a register that was offline uploads what it gave out (INVARIANTS N6).

#include "core/serve/register_desk.hpp"

namespace handoff::serve {

/// POST /v1/register/batches: {"credits":[...]}, each as POST /v1/register/credits takes it, or with an instrument as POST
/// /v1/register/confirmations does. Answers when each is durable or refused, with one result a credit, in their order; nobody
/// waits for the platform. [io thread]
void take_batch(RegisterDesk& desk, const Caller& caller, std::string_view body, net::Responder responder);

}  // namespace handoff::serve
