#pragma once
// What Stripe's error answers mean. One place, from the spec's api_errors and the idempotency page.

#include <handoff/sdk/context.hpp>

namespace handoff::stripe {

/// "400/parameter_missing": the HTTP status and `error.code`; for an error about the key always "idempotency_error",
/// whatever its code; the type where there is no code.
std::string code_of(const Reply& reply);

/// Ends a run whose write was not answered with 200: gives the verdict the sheet knows.
[[noreturn]] void refuse_write(Replay& c, const Reply& reply);

/// Ends a run whose read was answered with an error. Only the code is repeated: the words may quote the query.
[[noreturn]] void fail_read(const Reply& reply);

}  // namespace handoff::stripe
