// connector list, connector inspect: from the files alone, without running any code of them.

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/inspect.hpp"
#include "core/app/cli/sheet_words.hpp"
#include "core/app/cli/table.hpp"
#include "core/config/load.hpp"
#include "core/conformance/kit.hpp"
#include "core/crypto/hash.hpp"
#include "core/model/read_file.hpp"
#include "core/plugin_host/plugin.hpp"
#include "core/serve/lint.hpp"

namespace handoff::cli {

namespace {

std::vector<std::filesystem::path> folders(const Options& options) {
  if (options.plugins.empty()) return serve::plugin_folders(options.config);
  return {options.plugins.begin(), options.plugins.end()};
}

json::Value list_view(const plugin_host::Catalogue& catalogue) {
  json::Array connectors, unreadable;
  for (const auto& [id, entry] : catalogue.entries()) {
    json::Array roles, operations;
    for (const std::string& role : entry.manifest.roles) roles.emplace_back(role);
    for (const auto& [name, sheet] : entry.manifest.operations) operations.emplace_back(name);
    json::Object one;
    one.set("id", id).set("title", entry.manifest.title).set("version", entry.manifest.version);
    one.set("status", entry.manifest.status).set("roles", std::move(roles)).set("operations", std::move(operations));
    one.set("file", entry.file.string());
    connectors.emplace_back(std::move(one));
  }
  for (const auto& [file, why] : catalogue.unreadable()) {
    json::Object one;
    one.set("file", file).set("why", why);
    unreadable.emplace_back(std::move(one));
  }
  json::Object out;
  out.set("connectors", std::move(connectors)).set("unreadable", std::move(unreadable));
  return out;
}

/// The file of "acme", of "cards" as the configuration calls it, or of a path.
std::expected<std::filesystem::path, Failure> file_of(const Options& options) {
  const std::string& what = options.connector;
  std::error_code ignored;
  if (what.contains('/') || what.ends_with(".so")) {
    if (!std::filesystem::is_regular_file(what, ignored)) return std::unexpected(Failure{what + ": no such file"});
    return what;
  }
  plugin_host::Catalogue catalogue(folders(options));
  auto found = catalogue.entries().find(what);
  if (found == catalogue.entries().end()) {
    auto settings = config::load(options.config, serve::sheets(catalogue));
    const config::Connector* connector = settings ? settings->connector(what) : nullptr;
    if (connector != nullptr) found = catalogue.entries().find(*connector->plugin);
  }
  if (found != catalogue.entries().end()) return found->second.file;
  return std::unexpected(Failure{catalogue.manifest(what).error() + "; see: handoff connector list, or give a file",
                                 kCouldNot, "not_found"});
}

/// Of a file that need not be one that handoff would run.
std::string sha256_of(const std::filesystem::path& file) {
  std::expected<std::string, Unread> bytes = read_file(file);
  return crypto::hex(crypto::bytes(crypto::sha256(bytes ? *bytes : std::string())));
}

std::expected<Inspected, Failure> read_connector(const std::filesystem::path& file) {
  auto note = plugin_host::read_note(file);
  if (!note) return std::unexpected(Failure{note.error(), kFindings, "no_connector"});
  auto manifest = parse_manifest(*note);
  if (!manifest)
    return std::unexpected(Failure{file.string() + ": connector.json: " + manifest.error(), kFindings, "no_connector"});
  return Inspected{file.string(), *json::parse(*note), std::move(*manifest), abi_of_file(file), sha256_of(file)};
}

/// The page, with what the cassettes in its folder show.
int connector_page(const Options& options, const Inspected& connector, Console& console) {
  std::expected<std::filesystem::path, std::string> place = options.cassettes;
  if (options.cassettes.empty()) place = conformance::find_folder(connector.file);
  if (!place) return fail(options, console, {place.error()});
  conformance::Folder folder = conformance::read_folder(*place);
  if (!folder.problems.empty()) return fail(options, console, {folder.problems.front(), kFindings, "cassettes"});
  console.out << inspect_page(connector, folder);
  return kFine;
}

}  // namespace

int connector_list(const Options& options, Console& console) {
  plugin_host::Catalogue catalogue(folders(options));
  int exit = catalogue.unreadable().empty() ? kFine : kFindings;
  if (options.json) {
    console.out << pretty(list_view(catalogue));
    return exit;
  }
  Table table(
      {{"CONNECTOR"}, {"VERSION"}, {"ROLES"}, {"STATUS"}, {"OPERATIONS", Table::Align::left, Table::Narrow::wraps}});
  for (const auto& [id, entry] : catalogue.entries()) {
    std::vector<std::string> operations;
    for (const auto& [name, sheet] : entry.manifest.operations) operations.push_back(name);
    table.add({id, entry.manifest.version, joined(entry.manifest.roles), entry.manifest.status, joined(operations)});
  }
  if (table.empty()) {
    console.out << "No connectors in";
    for (const std::filesystem::path& folder : folders(options)) console.out << " " << folder.string();
    console.out << "; name their folder with --plugins DIR or under [plugins] directories\n";
  } else {
    table.print(console.out, console.width);
  }
  for (const auto& [file, why] : catalogue.unreadable()) {
    bool named = why.starts_with(file);
    console.out << (named ? "" : file + ": ") << why << "\n";
  }
  return exit;
}

int connector_inspect(const Options& options, Console& console) {
  if (options.markdown ? options.json : !options.cassettes.empty())
    return fail(options, console, {"--markdown goes with --cassettes and without --json", kUsage, "usage"});
  auto file = file_of(options);
  if (!file) return fail(options, console, file.error());
  auto connector = read_connector(*file);
  if (!connector) return fail(options, console, connector.error());
  if (options.markdown) return connector_page(options, *connector, console);
  if (options.json)
    console.out << pretty(inspect_view(*connector));
  else
    print_inspected(*connector, console);
  return kFine;
}

}  // namespace handoff::cli
