#pragma once
// Reads the secrets that the settings name. Apart from `load`, so that lint can run where the secrets are not.

#include "core/config/settings.hpp"

namespace handoff::config {

/// Fills every Secret::value from the environment or its file (one trailing newline is dropped). Complains where a
/// variable is unset, or a file is missing, unreadable, empty or open to others; the rest is filled all the same.
/// [before start] [reads the environment and files]
Diagnostics resolve_secrets(Settings& settings);

}  // namespace handoff::config
