#pragma once
// Did you mean. Private to this folder.

#include <string>
#include <string_view>
#include <vector>

namespace handoff::config {

/// Edits (insert, delete, replace, swap of neighbours) from one word to the other, case not counted.
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The nearest of `words` if it is near enough to be meant, else "".
std::string nearest(std::string_view written, const std::vector<std::string>& words);

/// "did you mean "url"?", or "write one of a, b, c" if nothing is near and the words are few, or "".
std::string suggestion(std::string_view written, const std::vector<std::string>& words);

/// "a, b, c"
std::string joined(const std::vector<std::string>& words);

/// "\"a\"", for messages. Control characters are shown as '?', long text is cut.
std::string quote(std::string_view text);

}  // namespace handoff::config
