#include "core/serve/lint.hpp"

#include <algorithm>
#include <filesystem>

#include "core/config/secrets.hpp"
#include "core/crypto/vault.hpp"
#include "core/journal/file_work.hpp"
#include "core/journal/high_water.hpp"
#include "core/journal/reader.hpp"
#include "core/journal/store_place.hpp"
#include "core/model/sheet_members.hpp"
#include "core/serve/connector_ids.hpp"
#include "core/serve/connectors.hpp"
#include "core/serve/credentials.hpp"
#include "core/serve/lint_addresses.hpp"
#include "core/serve/refresh_file.hpp"

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

/// A vendor that refused its refresh token refuses it until somebody brings another.
void check_refresh(const config::Settings& settings, const config::Connector& connector, config::Diagnostics& out) {
  const json::Value& auth = connector.manifest->auth;
  if (auth.at("scheme").as_string() != "oauth2_refresh_token" || !settings.store.url->starts_with("sqlite:")) return;
  const config::Secret& secret = connector.secrets.at(std::string(auth.at("refresh_token").as_string()));
  std::string why = refusal_text(settings.store.url->substr(7), *connector.name, secret.value.reveal());
  if (!why.empty())
    out.emplace_back(secret.at, config::Severity::warning, secret.name + ": must be authorised again: " + why,
                     "let the vendor give a new one, write it to " + source_text(secret) + ", and start the hub again");
}

/// What the secrets are good for; those that are not there have been complained about.
void check_secrets(const config::Settings& settings, config::Diagnostics& out) {
  for (const auto& [name, connector] : settings.connectors) {
    if (std::ranges::any_of(connector.secrets, [](const auto& one) { return one.second.value.empty(); })) continue;
    if (auto auth = auth_of(connector, {}); !auth) out.push_back(auth.error());
    check_refresh(settings, connector, out);
  }
}

/// Of a first start that ended between the store and its key: the next one makes the key.
bool wants_its_first_key(const std::string& path) {
  std::string error;
  if (journal::file_exists(path + ".key")) return false;
  auto store = journal::ReadOnlyStore::open(path, error);
  return store && store->read().last_row() == 0 && !store->read().failed();
}

using Ids = std::map<std::string, std::string>;

/// Whom the store takes each connector for. One that cannot be opened says why at the start.
Ids checked_ids(const config::Settings& settings, const std::string& path, config::Diagnostics& out) {
  std::string error;
  auto store = journal::ReadOnlyStore::open(path, error);
  if (!store) return {};
  auto ids = connector_ids(settings, store->read());
  if (ids) return std::move(*ids);
  out.push_back(ids.error());
  return {};
}

/// A file of the newest refresh token with which the hub would not start.
void check_refresh_files(const config::Settings& settings, const std::string& path, const Ids& ids,
                         config::Diagnostics& out) {
  for (const auto& [name, connector] : settings.connectors) {
    const json::Value& auth = connector.manifest->auth;
    auto secret = connector.secrets.find(std::string(auth.at("refresh_token").as_string()));
    if (auth.at("scheme").as_string() != "oauth2_refresh_token" || secret == connector.secrets.end()) continue;
    const auto id = ids.find(name);
    std::string problem = refresh_problem(refresh_path(path, id == ids.end() ? name : id->second), path + ".key",
                                          source_text(secret->second));
    if (!problem.empty())
      out.emplace_back(secret->second.at, config::Severity::error, secret->second.name + ": " + problem, "");
  }
}

/// What the store would say when it is opened, and, where all `connectors` could be read, of them.
void check_store(const config::Settings& settings, bool connectors, config::Diagnostics& out) {
  const config::Text& url = settings.store.url;
  if (!url->starts_with("sqlite:")) return;
  std::string path = url->substr(7), problem = journal::store_place_problem(path);
  std::error_code nothing_there;
  bool empty = std::filesystem::file_size(path, nothing_there) == 0;
  if (problem.empty() && nothing_there && journal::HighWater::read(path + ".head"))
    problem = journal::store_gone_text(path);
  if (problem.empty() && !nothing_there && !empty)
    if (auto key = crypto::Vault::open(path + ".key", false, crypto::system_random); !key && !wants_its_first_key(path))
      problem = key.error();
  if (!problem.empty()) return void(out.emplace_back(url.at, config::Severity::error, std::move(problem), ""));
  if (connectors)
    check_refresh_files(settings, path, nothing_there || empty ? Ids() : checked_ids(settings, path, out), out);
}

/// What can be read and does less than whoever wrote it will think.
void check_use(const config::Settings& settings, std::int64_t now_ms, config::Diagnostics& out) {
  auto warn = [&out](const config::Position& at, std::string what, std::string hint) {
    out.emplace_back(at, config::Severity::warning, std::move(what), std::move(hint));
  };
  if (settings.routes.empty())
    warn(settings.retailer.name.at, "there is no [[route]]: every credit is held",
         "write [[route]] with when and hops, and check it with handoff test");
  for (const config::Route& route : settings.routes)
    for (const config::Hop& hop : route.hops)
      if (*hop.op == "record" && !hop.sla && !route.sla)
        warn(hop.to.at, "nobody is told when hop " + hop.id + " stands still: it has no sla",
             "write sla = \"15m\" beside it");
  if (!settings.audit_programme) return;
  const config::Programme& audit = *settings.audit_programme;
  constexpr std::chrono::hours kDay(24);
  if (settings.audit_window <= kDay * (audit.weekly ? 7 : 1))
    warn(audit.every_at, "[audit] window is no longer than every: what one audit finds late no other looks at again",
         "write window = \"30d\"");
  if (now_ms > 0 && audit.until_day && std::chrono::milliseconds(now_ms) >= kDay * (*audit.until_day + 1))
    warn(audit.until_at, "[audit] until is over: there are no more audits", "write a later day, or leave until out");
}

/// What a connector says of itself and this hub does not read: a slip, or of a newer SDK (ADR 0025).
void check_sheets(const config::Settings& settings, const plugin_host::Catalogue& catalogue, config::Diagnostics& out) {
  for (const auto& [name, connector] : settings.connectors) {
    auto found = catalogue.entries().find(*connector.plugin);
    if (found == catalogue.entries().end()) continue;
    for (const UnreadMember& member : unread_members(*json::parse(found->second.note)))
      out.emplace_back(connector.plugin.at, config::Severity::warning,
                       "connector.json of " + *connector.plugin + ": " + member.complaint(), member.hint());
  }
}

/// What looks like a connector and cannot be read: a copy that was cut off, perhaps, and an older one elsewhere runs instead.
void check_unreadable(const config::Settings& settings, const plugin_host::Catalogue& catalogue,
                      config::Diagnostics& out) {
  for (const auto& [file, why] : catalogue.unreadable()) {
    config::Position at =
        settings.plugin_directories.empty() ? settings.retailer.name.at : settings.plugin_directories.front().at;
    std::string instead, what = why.starts_with(file + ": ") ? why.substr(file.size() + 2) : why;
    for (const auto& [name, connector] : settings.connectors) {
      auto used = catalogue.entries().find(*connector.plugin);
      if (!file.ends_with("/libhandoff-" + *connector.plugin + ".so") || used == catalogue.entries().end()) continue;
      at = connector.plugin.at;
      instead = "; " + used->second.file.string() + " is used instead";
    }
    out.emplace_back(at, config::Severity::warning, file + ": cannot be read as a connector: " + what + instead,
                     "put a whole one there, or take it away");
  }
}

void append(config::Diagnostics& out, config::Diagnostics more) {
  for (config::Diagnostic& one : more) out.push_back(std::move(one));
}

}  // namespace

std::vector<std::filesystem::path> plugin_folders(const std::filesystem::path& path) {
  return config::plugin_directories(path, plugin_host::shipped_folders());
}

config::Catalogue sheets(const plugin_host::Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const auto& [id, entry] : catalogue.entries()) names.push_back(id);
  return config::Catalogue([&catalogue](std::string_view id) { return catalogue.manifest(id); }, std::move(names));
}

std::expected<config::Settings, config::Diagnostics> read_configuration(const std::filesystem::path& path,
                                                                        const plugin_host::Catalogue& catalogue,
                                                                        Secrets secrets, std::int64_t now_ms) {
  config::Loaded loaded = config::load_all(path, sheets(catalogue));
  config::Settings& settings = loaded.settings;
  config::Diagnostics& all = loaded.complaints;
  if (!loaded.whole) return std::unexpected(std::move(all));
  const bool readable = !config::has_error(all);
  if (secrets == Secrets::resolve) {
    append(all, config::resolve_secrets(settings));
    check_store(settings, readable, all);
  }
  check_addresses(settings, secrets == Secrets::resolve, all);
  append(all, not_yet(settings));
  check_unreadable(settings, catalogue, all);
  if (readable) {  // half read, these would complain a second time, or of what is not there
    if (secrets == Secrets::resolve) check_secrets(settings, all);
    check_use(settings, now_ms, all);
    check_sheets(settings, catalogue, all);
    for (const auto& [name, connector] : settings.connectors)
      if (auto started = start_connector(connector, catalogue); !started) all.push_back(started.error());
  }
  config::sort(all);
  if (config::has_error(all)) return std::unexpected(std::move(all));
  settings.warnings = std::move(all);
  return std::move(settings);
}

}  // namespace handoff::serve
