#pragma once
// Which known word was meant.

#include <string>
#include <string_view>
#include <vector>

namespace handoff {

/// Edits (insert, delete, replace, swap of neighbours) from one word to the other, case not counted.
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The nearest of `words` if it is near enough to be meant, else "".
std::string nearest(std::string_view written, const std::vector<std::string>& words);

/// The end of a complaint: `; did you mean "surface"?`, or "".
std::string perhaps_meant(std::string_view written, const std::vector<std::string>& words);

}  // namespace handoff
