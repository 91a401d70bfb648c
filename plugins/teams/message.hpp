#pragma once
// An alert as an Adaptive Card in the envelope that Teams takes.

#include <handoff/sdk/json.hpp>
#include <handoff/sdk/notify.hpp>

namespace handoff::teams {

json::Value to_message(const NotifyInput& alert);

}  // namespace handoff::teams
