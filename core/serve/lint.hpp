#pragma once
// The one reading of a configuration: lint prints what it says, start and reload refuse what it refuses, in the same
// words.

#include <expected>
#include <filesystem>

#include "core/config/load.hpp"
#include "core/plugin_host/plugin.hpp"

namespace handoff::serve {

/// `resolve`: as on the machine where the hub runs, with its secrets and its store's folder. `leave`: neither is looked at.
enum class Secrets { resolve, leave };

/// Settings with their warnings, or every complaint there is: of the text, of the secrets, and of each connector about
/// its own settings (its create() runs; nothing is sent). `catalogue` must outlive the settings.
/// `now_ms` (Unix): what is over is said; 0: not looked at.
std::expected<config::Settings, config::Diagnostics> read_configuration(const std::filesystem::path& path,
                                                                        const plugin_host::Catalogue& catalogue,
                                                                        Secrets secrets, std::int64_t now_ms = 0);

/// Where the connectors of the configuration at `path` are looked for: what it says itself, else beside it and where
/// those that came with handoff lie.
std::vector<std::filesystem::path> plugin_folders(const std::filesystem::path& path);

/// `catalogue` as load() wants it.
config::Catalogue sheets(const plugin_host::Catalogue& catalogue);

}  // namespace handoff::serve
