#pragma once
// What BigCommerce's error answers mean: reference/customers.v3.yml and docs/api-docs/getting-started/api-rate-limits.

#include <handoff/sdk/context.hpp>

namespace handoff::bigcommerce {

/// "422": V3 has no codes of its own beside the HTTP status.
std::string code_of(const Reply& reply);

/// A 429 says in a header of its own when the window of the store begins anew; without it, the platform is overloaded.
std::uint64_t wait_ms(const Reply& reply);

/// Ends a run whose write was not answered with 200: gives the verdict the sheet knows.
[[noreturn]] void refuse_write(Replay& c, const Reply& reply);

/// Ends a run whose read was answered with an error.
[[noreturn]] void fail_read(const Reply& reply);

}  // namespace handoff::bigcommerce
