#pragma once
// From the configuration to who is told, and on which channels.

#include "core/config/settings.hpp"
#include "core/net/asio_transport.hpp"
#include "core/serve/alert_channels.hpp"
#include "core/serve/assemble.hpp"

namespace handoff::serve {

AlertRules alert_rules(const config::Settings& settings);

/// All but mail. Connections are opened to the configured hosts, and to no others.
std::expected<AlertChannels, std::string> http_channels(const config::Settings& settings, const Assembly& assembly,
                                                        net::AsioTransport& transport, engine::Clock& clock);

}  // namespace handoff::serve
