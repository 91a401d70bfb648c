#pragma once
// An alert as a message in Slack's own markup.

#include <handoff/sdk/json.hpp>
#include <handoff/sdk/notify.hpp>

namespace handoff::slack {

json::Value to_message(const NotifyInput& alert);

/// With &, < and > written so that Slack shows them and does not act on them.
std::string escaped(std::string_view text);

}  // namespace handoff::slack
