#pragma once
// The query string of a request.

#include <string>
#include <string_view>

namespace handoff::serve {

/// Percent-decoded, '+' as a space. What is no escape stays as it is.
std::string unescape(std::string_view text);
/// The first value of that name; empty if there is none.
std::string query_value(std::string_view query, std::string_view name);

}  // namespace handoff::serve
