#pragma once
// Sources of credits that are no connector.

#include <string_view>

namespace handoff {

/// A register by the register API: it stands where a connector's name can stand.
inline constexpr std::string_view kRegisterSource = "register";

/// A person with a token, out of goodwill. Nobody but people can take such a credit back.
inline constexpr std::string_view kManualSource = "manual";

/// The type of a ref of a manual credit: the receipt under which somebody wrote the same value into the books by hand.
inline constexpr const char* kAdopted = "adopted";

/// The type of a ref: by which identity another source speaks of the credit (ADR 0026).
inline constexpr const char* kToldAs = "told as";

}  // namespace handoff
