#pragma once
// What stands in no identifier of any customer.

#include <cstddef>
#include <string>
#include <string_view>

namespace handoff::identity {

/// RFC 5321, 4.5.3.1.3: a path has 256 octets, two of which are its brackets.
inline constexpr std::size_t kEmailBytesMax = 254;

/// What stands in `text` that no identifier holds, in words for people: "a control character", "an invisible
/// character", "an emoji or symbol", "bytes that are not UTF-8". Empty: nothing.
std::string_view foreign(std::string_view text);

/// Those of one byte, and U+0080 to U+009F, which terminals obey as well.
bool has_control(std::string_view text);
/// U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: Unicode's Bidi_Control. A text that has one is not shown as it is.
bool has_direction(std::string_view text);
/// The text with '?' in the place of each of both, but for line ends where `lines` are wanted.
std::string harmless(std::string_view text, bool lines = false);

}  // namespace handoff::identity
