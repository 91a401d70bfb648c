#pragma once
// Limits of the kit depend on it, as those of the hub's children do.

#include "core/plugin_host/sanitized.hpp"

namespace handoff::conformance {

using plugin_host::kSanitized;

}  // namespace handoff::conformance
