#pragma once
// What Tryton's error answers mean: most come as `error` in a 200, those before the call itself as HTTP statuses with a
// page of HTML. Source: trytond/protocols/dispatcher.py, wrappers.py.

#include <handoff/sdk/context.hpp>

namespace handoff::tryton {

/// "401", or "200/UserError" for an error inside a 200; "200/uncoded" for one that is no exception of Tryton's own.
std::string code_of(const Reply& reply, const json::Value& body);

/// Whether the call was answered with a result, which may be null.
bool answered(const Reply& reply, const json::Value& body);

/// Ends a run whose write was not answered with a result: gives the verdict the sheet knows.
[[noreturn]] void refuse_write(Replay& c, const Reply& reply, const json::Value& body);

/// Ends a run whose read was answered with an error. Only codes are repeated: the words may quote what was looked for.
[[noreturn]] void fail_read(const Reply& reply, const json::Value& body);

/// The rows of a list that must be whole; ends the run if there are as many as were asked for, or it is no list.
json::Array rows_of(const Reply& reply, const json::Value& body, std::int64_t limit);

}  // namespace handoff::tryton
