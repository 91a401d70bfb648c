#pragma once
// The operations auth and sign of a connector, as a source of tokens and a signer (abi.h, ADR 0021).

#include "core/net/auth.hpp"
#include "core/plugin_host/instance.hpp"
#include "core/serve/secret_places.hpp"
#include "core/serve/side_thread.hpp"

namespace handoff::serve {

/// What both run with. All that is referred to outlives the network.
struct StepDoor {
  const plugin_host::Instance& instance;
  SideThread& thread;
  net::AuthSeams seams;
  SecretValues secrets;
  std::string login_url;  // where auth logs in; empty: where the connection's requests go
  std::vector<int> renew_at = {401};
};

/// The one that the connector has, or both.
net::OtherAuth step_auth(const StepDoor& door);

}  // namespace handoff::serve
