#pragma once
// What a turn works with, and how it ends.

#include <functional>
#include <string>

#include "core/crypto/vault.hpp"
#include "core/engine/input.hpp"
#include "core/engine/seams.hpp"
#include "core/journal/store.hpp"
#include "core/net/transport.hpp"

namespace handoff::engine {

struct Services {
  journal::Store& store;
  crypto::Vault& vault;
  Clock& clock;
  Random& random;
  net::Transport& transport;
  std::function<void(Input)> post;              // puts an input into the queue the caller feeds turns from; any thread
  std::function<void(const std::string&)> log;  // a line for people; no secrets, no personal data
  std::function<bool()> disk_has_reserve;       // J7; null = yes
};

/// How a turn ended.
struct Turn {
  bool fatal = false;  // storage doubt: stop everything, exit, recover from the log (J6)
  std::string error;
};

}  // namespace handoff::engine
