#pragma once
// What Vendure's error answers mean. They come in three shapes: `errors` beside the data, a result type with an
// `errorCode` inside it, and HTTP 400 for what no resolver has seen.

#include <handoff/sdk/context.hpp>

namespace handoff::vendure {

/// "400/GRAPHQL_VALIDATION_FAILED", "200/USER_INPUT_ERROR", "200/uncoded" for an error of the database, which has no
/// code. Several different ones: "200/several", which no sheet lists.
std::string code_of(const Reply& reply, const json::Value& body, std::string_view payload = {});

/// Whether it was answered in full.
bool readable(const Reply& reply, const json::Value& body);

/// Ends a run whose mutation `payload` was not answered with a result: gives the verdict the sheet knows.
[[noreturn]] void refuse_write(Replay& c, const Reply& reply, const json::Value& body, std::string_view payload);

/// Ends a run whose query was not answered. Only codes are repeated: the words may quote what was looked for.
[[noreturn]] void fail_read(const Reply& reply, const json::Value& body);

}  // namespace handoff::vendure
