#pragma once
// The channels on which people are told, as `status` and `alerts` show them.

#include <handoff/sdk/json.hpp>

#include "core/app/cli/console.hpp"

namespace handoff::cli {

/// A line for each; those that take no messages stand out. Nothing where none was ever used.
void print_alert_channels(const json::Value& channels, Console& console);

}  // namespace handoff::cli
