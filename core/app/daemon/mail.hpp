#pragma once
// Alerts by mail: one connection for each message, to the configured host and no other.

#include "core/config/settings.hpp"
#include "core/serve/courier.hpp"

namespace handoff::app {

/// With TLS the server's certificate and name are always checked. `settings` is of kind mail, its secret resolved.
std::unique_ptr<serve::AlertChannel> mail_channel(const config::Channel& settings);

}  // namespace handoff::app
