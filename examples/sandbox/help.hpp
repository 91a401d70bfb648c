#pragma once
// What handoff-sandbox says of itself.

#include <string_view>

namespace sandbox {

/// One line for a call that was wrong.
std::string_view usage();
/// Usage, the vendors with their credentials, how to ask for faults.
std::string_view help();

}  // namespace sandbox
