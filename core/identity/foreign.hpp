#pragma once
// Characters that stand in no identifier of any customer.

#include <string_view>

namespace handoff::identity {

/// What stands in `text` that no identifier holds, in words for people: "a control character", "an invisible
/// character", "an emoji or symbol", "bytes that are not UTF-8". Empty: nothing.
std::string_view foreign(std::string_view text);

}  // namespace handoff::identity
