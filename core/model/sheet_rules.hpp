#pragma once
// What a sheet says and no vendor can keep, or no answer can show. Lint and the conformance kit ask here.

#include <string>
#include <vector>

#include "core/model/manifest.hpp"

namespace handoff {

/// Whether the operation's input has what the echo is compared with: an issue has no instrument yet.
bool echo_fits(std::string_view operation, std::string_view echo);

/// "void: void_terminal_states has inactive, ...": complaints that begin with the operation, or with "operation.label".
std::vector<std::string> untenable(const Manifest& manifest);

}  // namespace handoff
