#pragma once
// A supervisor approves at the counter what is above a ceiling (INVARIANTS M9).

#include "core/serve/register_desk.hpp"

namespace handoff::serve {

/// POST /v1/register/credits/{ref}/approve, with a token of the supervisor's own: another than the one that sent the
/// credit. Answers how the credit stands once it is confirmed or rejected, or after some seconds. [io thread]
void approve_credit(RegisterDesk& desk, const Caller& caller, std::string_view ref, net::Responder responder);

}  // namespace handoff::serve
