#pragma once
// "auth" of a connector.json: which schemes there are, and what each is made of. docs/guides/writing-a-connector.md lists
// them for authors.

#include <handoff/sdk/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace handoff {

/// What is wrong with "auth" of a whole connector.json, with its path: "auth.token: the connector declares no secret
/// \"tokn\"". Empty: nothing.
std::string auth_problem(const json::Value& connector);

/// The settings that a text names: "{tenant}" and "{region}" of "https://{region}.example.com/{tenant}".
std::vector<std::string> settings_named(std::string_view text);

}  // namespace handoff
