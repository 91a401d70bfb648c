#pragma once
// Did you mean. Private to this folder.

#include <string>
#include <string_view>
#include <vector>

#include "core/model/nearest.hpp"

namespace handoff::config {

/// "did you mean "url"?", or "write one of a, b, c" if nothing is near and the words are few, or "".
std::string suggestion(std::string_view written, const std::vector<std::string>& words);

/// "a, b, c"
std::string joined(const std::vector<std::string>& words);

/// "\"a\"", for messages. Control characters are shown as '?', long text is cut.
std::string quote(std::string_view text);

}  // namespace handoff::config
