#include "core/serve/lint.hpp"

#include "core/config/secrets.hpp"
#include "core/serve/connectors.hpp"

namespace handoff::serve {

namespace {

/// What the configuration can say and the engine cannot do yet. Refused: going on would move money in another way than
/// the operator wrote.
config::Diagnostics not_yet(const config::Settings& settings) {
  config::Diagnostics out;
  for (const config::Route& route : settings.routes) {
    if (route.issue_unlinked)
      out.emplace_back(route.name.at, config::Severity::error,
                       "route " + route.name.value + ": issue_unlinked is not built yet", "leave it out");
  }
  return out;
}

void append(config::Diagnostics& out, config::Diagnostics more) {
  for (config::Diagnostic& one : more) out.push_back(std::move(one));
}

}  // namespace

config::Catalogue sheets(const plugin_host::Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const auto& [id, entry] : catalogue.entries()) names.push_back(id);
  return config::Catalogue([&catalogue](std::string_view id) { return catalogue.manifest(id); }, std::move(names));
}

std::expected<config::Settings, config::Diagnostics> read_configuration(const std::filesystem::path& path,
                                                                        const plugin_host::Catalogue& catalogue,
                                                                        Secrets secrets) {
  auto settings = config::load(path, sheets(catalogue));
  if (!settings) return settings;
  config::Diagnostics all = settings->warnings;
  if (secrets == Secrets::resolve) append(all, config::resolve_secrets(*settings));
  append(all, not_yet(*settings));
  for (const auto& [name, connector] : settings->connectors)
    if (auto started = start_connector(connector, catalogue); !started) all.push_back(started.error());
  config::sort(all);
  if (config::has_error(all)) return std::unexpected(std::move(all));
  settings->warnings = std::move(all);
  return settings;
}

}  // namespace handoff::serve
