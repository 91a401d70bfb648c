#include "core/serve/connectors.hpp"

#include <algorithm>

#include "core/files/folder.hpp"

namespace handoff::serve {

namespace {

using Started = std::expected<std::unique_ptr<plugin_host::Instance>, config::Diagnostic>;

bool came_with_handoff(const std::filesystem::path& file, const std::vector<std::filesystem::path>& shipped) {
  std::error_code error;
  std::filesystem::path lies_in = std::filesystem::canonical(file, error).parent_path();
  if (error) return false;
  return std::ranges::find(shipped, lies_in) != shipped.end();
}

config::Diagnostic complaint(const config::Position& at, const config::Connector& connector, const std::string& what,
                             std::string hint = "") {
  return {at, config::Severity::error, "connector " + *connector.name + ": " + what, std::move(hint)};
}

/// What the connector says of its settings, on its own line.
config::Diagnostic complaint(const config::Connector& connector, const json::Value& said) {
  std::string pointer(said.at("pointer").as_string());
  std::string message(said.at("message").as_string("refuses its settings"));
  // Without a pointer it is of the connector itself: it could not be run at all.
  bool of_settings = !pointer.empty() || said.at("message").is_null();
  return complaint(connector.name.at, connector, of_settings ? "settings" + pointer + ": " + message : message);
}

config::Diagnostic of_plugin(const config::Connector& connector, const std::string& what) {
  return {connector.plugin.at, config::Severity::error, what, ""};
}

config::Diagnostic wrong_hash(const config::Connector& connector, const plugin_host::Image& found) {
  return complaint(connector.sha256.at, connector,
                   found.file().string() + " has another SHA-256 than the one written here",
                   "if you know who changed the file, write sha256 = \"" + found.sha256() + "\"");
}

Started start_apart(const config::Connector& connector, std::shared_ptr<const plugin_host::Image> image) {
  plugin_host::Apart how;
  how.program = plugin_host::connector_host_program();
  how.name = *connector.name;
  auto made = plugin_host::Instance::create_apart(std::move(image), connector.settings, how);
  if (!made) return std::unexpected(complaint(connector, made.error()));
  return std::move(*made);
}

Started start_inside(const config::Connector& connector,
                     const std::expected<const plugin_host::Plugin*, std::string>& plugin) {
  if (!plugin) return std::unexpected(of_plugin(connector, plugin.error()));
  auto made = plugin_host::Instance::create(**plugin, connector.settings);
  if (!made) return std::unexpected(complaint(connector, made.error()));
  return std::move(*made);
}

}  // namespace

config::Isolation isolation_of(const config::Connector& connector, const std::filesystem::path& file,
                               const std::vector<std::filesystem::path>& shipped) {
  if (connector.isolation != config::Isolation::host_decides) return connector.isolation;
  return came_with_handoff(file, shipped) ? config::Isolation::none : config::Isolation::process;
}

std::expected<std::unique_ptr<plugin_host::Instance>, config::Diagnostic> start_connector(
    const config::Connector& connector, const plugin_host::Catalogue& catalogue) {
  if (std::string folder(connector.settings.at("folder").as_string()); !folder.empty())
    if (std::string wrong = files::folder_problem(folder); !wrong.empty())
      return std::unexpected(complaint(connector.name.at, connector, "settings.folder: " + wrong));
  auto entry = catalogue.entries().find(*connector.plugin);
  bool known = entry != catalogue.entries().end();
  bool apart = known && isolation_of(connector, entry->second.file) == config::Isolation::process;
  bool pinned = !connector.sha256.value.empty();
  if (known && (apart || pinned)) {
    auto image = catalogue.image(*connector.plugin);
    if (!image) return std::unexpected(of_plugin(connector, image.error()));
    if (pinned && *connector.sha256 != (*image)->sha256()) return std::unexpected(wrong_hash(connector, **image));
    return apart ? start_apart(connector, *image) : start_inside(connector, plugin_host::Plugin::load(*image));
  }
  // By its path where nobody asked for certain bytes: debuggers and profilers find it there.
  return start_inside(connector, catalogue.plugin(*connector.plugin));
}

}  // namespace handoff::serve
