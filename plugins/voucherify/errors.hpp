#pragma once
// What Voucherify's error answers mean. One place, from documentation/api-reference/errors.mdx.

#include <handoff/sdk/context.hpp>

namespace handoff::voucherify {

/// "400/duplicate_found": the HTTP status and the `key` of the error object, if it has one.
std::string code_of(const Reply& reply);

/// Ends a run whose write was not answered with 200: gives the verdict the sheet knows.
[[noreturn]] void refuse_write(Replay& c, const Reply& reply);

/// Ends a run whose read was answered with an error.
[[noreturn]] void fail_read(const Reply& reply);

}  // namespace handoff::voucherify
