#pragma once
// What Square's error answers mean. One place, from the spec's Error, ErrorCategory and ErrorCode.

#include <handoff/sdk/context.hpp>

namespace handoff::square {

/// "400/INVALID_CURSOR": the HTTP status and the code of the first error, if there is one; also in a 200.
std::string code_of(const Reply& reply, const json::Value& body);

/// Whether the answer is a result: a 200 may hold errors too.
bool readable(const Reply& reply, const json::Value& body);

/// Ends a run whose read was answered with an error. Only codes are repeated: details may quote what was asked.
[[noreturn]] void fail_read(const Reply& reply, const json::Value& body);

/// Ends a run whose write was not answered with a result: gives the verdict the sheet knows.
[[noreturn]] void refuse_write(Replay& c, const Reply& reply, const json::Value& body);

}  // namespace handoff::square
