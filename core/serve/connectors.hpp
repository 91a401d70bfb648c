#pragma once
// From a configured connector to one that can be stepped: which bytes it is made of, and which process it runs in. Lint
// and start both come here, so that they complain in the same words.

#include <expected>
#include <memory>

#include "core/config/settings.hpp"
#include "core/plugin_host/instance.hpp"

namespace handoff::serve {

/// Where the configuration leaves it open: inside for a connector that came with handoff, apart for any other. Those
/// that came with it lie in ../lib/handoff/plugins, or in a build ../plugins, seen from the running program's folder.
config::Isolation isolation_of(const config::Connector& connector, const std::filesystem::path& file,
                               const std::vector<std::filesystem::path>& shipped = plugin_host::shipped_folders());

/// Checks its hash, loads and creates it; nothing is sent. The complaint stands at the line that it is about.
std::expected<std::unique_ptr<plugin_host::Instance>, config::Diagnostic> start_connector(
    const config::Connector& connector, const plugin_host::Catalogue& catalogue);

}  // namespace handoff::serve
