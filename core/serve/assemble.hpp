#pragma once
// From the configuration to what the engine runs with: connectors loaded and created, connections opened, secrets in
// their places.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/config/settings.hpp"
#include "core/crypto/vault.hpp"
#include "core/engine/seams.hpp"
#include "core/engine/setup.hpp"
#include "core/files/folder_transport.hpp"
#include "core/journal/store.hpp"
#include "core/net/asio_transport.hpp"
#include "core/serve/refresh_file.hpp"
#include "core/serve/side_thread.hpp"

namespace handoff::serve {

/// A connector that tells people (its operation `notify`): it is no part of the engine.
struct Notifier {
  const plugin_host::Instance* instance = nullptr;
  std::uint32_t connection = 0;
  std::string target;  // where its calls go, where the whole address is a secret; empty: where it says
};

/// Owns the connector instances that `setup` and `notifiers` point at.
struct Assembly {
  engine::Setup setup;
  std::map<std::string, Notifier> notifiers;  // by the connector's name
  std::vector<std::unique_ptr<plugin_host::Instance>> instances;
  std::vector<std::unique_ptr<SideThread>> side_threads;  // of credentials; used until the network is down
  std::vector<std::shared_ptr<RefreshFile>> refresh_files;
};

/// Where connections are made. All outlive what is assembled.
struct Connections {
  net::AsioTransport& network;
  files::FolderTransport& folders;
  std::string folder_owner;  // this store's name in folders that others may use too
  net::IoLoop& loop;         // of `network`
  engine::Clock& clock;
  const crypto::Vault& vault;
  std::string store_path;
};

/// Registers names that the journal does not know yet (DESIGN D5) in the store's open batch; the caller commits.
std::expected<Assembly, std::string> assemble(const config::Settings& settings, const plugin_host::Catalogue& catalogue,
                                              journal::Store& store, const Connections& connections,
                                              std::int64_t now_ms);

/// One value a line: two lines are the two keys of a rotation.
std::vector<std::string> lines(const std::string& text);

/// "sqlite:PATH" -> PATH.
std::expected<std::string, std::string> sqlite_path(const std::string& url);

}  // namespace handoff::serve
