#pragma once
// What stands in no identifier of any customer.

#include <cstddef>
#include <string_view>

namespace handoff::identity {

/// RFC 5321, 4.5.3.1.3: a path has 256 octets, two of which are its brackets.
inline constexpr std::size_t kEmailBytesMax = 254;

/// What stands in `text` that no identifier holds, in words for people: "a control character", "an invisible
/// character", "an emoji or symbol", "bytes that are not UTF-8". Empty: nothing.
std::string_view foreign(std::string_view text);

}  // namespace handoff::identity
