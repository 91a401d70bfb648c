#pragma once
// The channels that go over HTTP: a signed webhook, and whatever a connector's operation `notify` speaks. Mail is the
// daemon's own.

#include "core/net/transport.hpp"
#include "core/plugin_host/instance.hpp"
#include "core/serve/courier.hpp"
#include "core/serve/url_parts.hpp"

namespace handoff::serve {

/// Standard Webhooks 1.0 (standardwebhooks.com): what is signed is "id.timestamp.body" by HMAC-SHA256. `secrets`: as the
/// receiver has them, "whsec_" and base64, or plain text; with two of them, during a rotation, both sign.
std::string webhook_signature(const std::vector<std::string>& secrets, const std::string& id, std::int64_t unix_s,
                              const std::string& body);

/// `connection` as the transport numbered it; the transport outlives the channel.
std::unique_ptr<AlertChannel> webhook_channel(net::Transport& transport, std::uint32_t connection, std::string target,
                                              std::vector<std::string> secrets, engine::Clock& clock);
/// A connector's `notify`. `target`: where its calls go, where that is a secret; empty: where the connector says.
std::unique_ptr<AlertChannel> connector_channel(net::Transport& transport, std::uint32_t connection, std::string target,
                                                const plugin_host::Instance& instance, engine::Clock& clock);

}  // namespace handoff::serve
