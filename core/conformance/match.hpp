#pragma once
// Does what a connector asked, or answered, agree with what the cassette says of it? Members that the cassette does
// not name are free.

#include <handoff/sdk/json.hpp>
#include <string>

#include "core/plugin_host/instance.hpp"

namespace handoff::conformance {

/// Empty, or the first difference with its path: "amount: 24.99, not 25.00". A text in `wanted` may hold "*", which
/// stands for anything; a list must have the same length.
std::string difference(const json::Value& wanted, const json::Value& have);

/// Empty, or what differs from an exchange's request (already filled). `json` and `form` imply their content type.
std::string request_difference(const json::Value& wanted, const HttpRequest& have);

/// application/x-www-form-urlencoded as an object of texts.
json::Value read_form(std::string_view text);

/// "ho1%2B2" and "ho1+2" of a target or a form as they are meant.
std::string from_percent(std::string_view text);

}  // namespace handoff::conformance
