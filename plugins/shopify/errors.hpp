#pragma once
// What Shopify's error answers mean. One place: most of them come with HTTP 200.

#include <handoff/sdk/context.hpp>

namespace handoff::shopify {

/// "423", or "200/THROTTLED" for an error inside a 200: the extensions.code of the top-level errors, or the code of
/// the userErrors of `payload`. Several different ones: "200/several", which no sheet lists.
std::string code_of(const Reply& reply, const json::Value& body, std::string_view payload = {});

/// How long until the bucket holds what the query costs (docs: rate limits). 0 if the answer does not say.
std::uint64_t throttled_ms(const json::Value& body);

/// Whether a read was answered in full.
bool readable(const Reply& reply, const json::Value& body);

/// Ends a run whose mutation `payload` did not answer with a result: gives the verdict the sheet knows.
[[noreturn]] void refuse_write(Replay& c, const Reply& reply, const json::Value& body, std::string_view payload);

/// Ends a run whose query was not answered. Only codes are repeated: the words may quote what was looked for.
[[noreturn]] void fail_read(const Reply& reply, const json::Value& body);

}  // namespace handoff::shopify
