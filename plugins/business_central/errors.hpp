#pragma once
// What Business Central's error answers mean. One place, from dynamics_error_codes.md and operational-limits-online.md.

#include <handoff/sdk/context.hpp>

namespace handoff::business_central {

/// "400/Internal_InvalidTableRelation": the HTTP status and `error.code`, if it has one.
std::string code_of(const Reply& reply);

/// Ends a run whose write was not answered with success: gives the verdict the sheet knows.
[[noreturn]] void refuse_write(Replay& c, const Reply& reply);

/// Ends a run whose read was answered with an error.
[[noreturn]] void fail_read(const Reply& reply);

/// The rows of a list that fits on one page; ends the run if it is no such list.
json::Array rows_of(const Reply& reply);

}  // namespace handoff::business_central
