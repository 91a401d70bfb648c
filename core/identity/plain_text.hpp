#pragma once
// Text as keyboards and text fields make it, in the characters that identifiers are compared in. Private to this
// folder.

#include <string>
#include <string_view>

namespace handoff::identity {

/// Full-width forms (U+FF01 to U+FF5E) are the ASCII characters that they show.
std::string half_width(std::string_view text);
/// For numbers and ids: the digits of every script, dashes and blanks are ASCII's, too.
std::string plain_marks(std::string_view text);
/// Without `word` in front, whatever its case.
std::string_view without_prefix(std::string_view text, std::string_view word);

}  // namespace handoff::identity
