#pragma once
// What connections are made of, looked at with the start's own readers: the daemon does not begin with what lint lets pass.

#include "core/config/diagnostic.hpp"
#include "core/config/settings.hpp"

namespace handoff::serve {

/// Of connectors and of alerts. Those that are secrets are looked at where these are `resolved`, and so are the files of
/// TLS; the complaint does not quote them.
void check_addresses(const config::Settings& settings, bool resolved, config::Diagnostics& out);

}  // namespace handoff::serve
