#include "core/serve/assemble.hpp"

#include "core/serve/alert_channels.hpp"
#include "core/serve/connector_ids.hpp"
#include "core/serve/connectors.hpp"
#include "core/serve/credentials.hpp"
#include "core/serve/identity_rules.hpp"
#include "core/serve/routes.hpp"
#include "core/serve/step_auth.hpp"

namespace handoff::serve {

namespace {

std::string secret_value(const config::Connector& connector, std::string_view name) {
  auto found = connector.secrets.find(std::string(name));
  return found == connector.secrets.end() ? std::string() : std::string(found->second.value.reveal());
}

/// Registers a name on first sight, for good. Gives back the id behind it.
std::string registered(journal::Store& store, const std::string& name, const std::string& wanted, std::int64_t now_ms) {
  std::string id = store.read().name_id(name);
  if (!id.empty()) return id;
  journal::NameRegistered event;
  event.name = name;
  event.id = wanted;
  store.append(now_ms, "", "configuration", event);
  return wanted;
}

std::expected<std::uint32_t, std::string> connection_of(const config::Connector& from, const std::string& base_url,
                                                        const AuthParts& parts, net::AsioTransport& transport) {
  auto auth = auth_of(from, parts);
  if (!auth) return std::unexpected(config::render({auth.error()}));
  net::ConnectionSettings connection;
  connection.base_url = base_url;
  connection.auth = std::move(*auth);
  connection.ca_file = from.settings.at("ca_file").as_string();
  connection.concurrency_max = static_cast<std::uint32_t>(from.concurrency);
  connection.pool_max = static_cast<std::uint32_t>(from.concurrency);
  if (connection.base_url.empty()) return std::unexpected("settings.base_url is empty; write the vendor's address");
  return transport.add_connection(std::move(connection));
}

std::expected<engine::Connector, std::string> connect(const config::Connector& from,
                                                      const plugin_host::Instance& instance, const AuthParts& parts,
                                                      const Connections& connections) {
  engine::Connector out;
  out.name = from.name.value;
  out.role = config::text(config::kRoles, from.role);
  out.instance = &instance;
  out.concurrency = from.concurrency;
  out.requests_per_minute = from.requests_per_minute;
  if (from.assume.inflight_max) out.inflight_max_ms = from.assume.inflight_max->value.count();
  if (from.assume.visibility_lag) out.visibility_lag_ms = from.assume.visibility_lag->value.count();
  out.inbound_url = from.settings.at("notification_url").as_string();
  for (const auto& [name, secret] : from.secrets) out.hmac_secrets[name] = lines(std::string(secret.value.reveal()));
  if (std::string_view folder = from.settings.at("folder").as_string(); !folder.empty()) {
    out.folder = true;
    out.address = folder;
    out.connection = connections.folders.add_folder(files::Folder(folder, connections.folder_owner));
    return out;
  }
  out.address = from.settings.at("base_url").as_string();
  auto number = connection_of(from, out.address, parts, connections.network);
  if (!number) return std::unexpected(number.error());
  out.connection = *number;
  return out;
}

/// Where the whole address is a secret ("url" in connector.json), nobody but the network sees it.
std::expected<Notifier, std::string> connect_notifier(const config::Connector& from,
                                                      const plugin_host::Instance& instance, const AuthParts& parts,
                                                      net::AsioTransport& transport) {
  const json::Value& declared = from.manifest->auth;
  UrlParts url;
  url.base = from.settings.at("base_url").as_string();
  if (declared.at("scheme").as_string() == "url") url = split_url(secret_value(from, declared.at("url").as_string()));
  auto number = connection_of(from, url.base, parts, transport);
  if (!number) return std::unexpected(number.error());
  Notifier out;
  out.instance = &instance;
  out.connection = *number;
  out.target = url.target;
  return out;
}

/// What renews one connector's credentials while the hub runs. `out` owns the threads.
AuthParts auth_parts(const config::Connector& of, const std::string& id, const plugin_host::Instance& instance,
                     const Connections& connections, Assembly& out) {
  AuthParts parts;
  auto now_ms = [clock = &connections.clock] { return clock->wall_ms(); };
  auto thread = [&connections, &out]() -> SideThread& {
    return *out.side_threads.emplace_back(std::make_unique<SideThread>(connections.loop));
  };
  parts.seams = {now_ms, crypto::system_random};
  parts.refresh = [&of, &connections, &out, id, now_ms, thread](const config::Secret& secret) {
    RefreshFile::Settings file{connections.store_path, refresh_path(connections.store_path, id), of.name.value,
                               std::string(secret.value.reveal()), source_text(secret)};
    return out.refresh_files.emplace_back(RefreshFile::open(std::move(file), connections.vault, now_ms, thread()));
  };
  parts.steps = [&of, &instance, seams = parts.seams, thread](std::string login_url, std::vector<int> renew_at) {
    StepDoor door{instance, thread(), seams, {}, std::move(login_url), std::move(renew_at)};
    for (const auto& [name, secret] : of.secrets) door.secrets[name] = secret.value.reveal();
    return step_auth(door);
  };
  return parts;
}

}  // namespace

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::expected<std::string, std::string> sqlite_path(const std::string& url) {
  if (url.starts_with("sqlite:")) return url.substr(7);
  return std::unexpected("this handoff stores in SQLite only; write url = \"sqlite:handoff.db\"");
}

std::expected<Assembly, std::string> assemble(const config::Settings& settings, const plugin_host::Catalogue& catalogue,
                                              journal::Store& store, const Connections& connections,
                                              std::int64_t now_ms) {
  Assembly out;
  auto ids = connector_ids(settings, store.read());
  if (!ids) return std::unexpected(config::render({ids.error()}));
  out.setup.tenant = registered(store, "@retailer", settings.retailer.name.value, now_ms);
  for (const auto& [name, connector] : settings.connectors) {
    auto instance = start_connector(connector, catalogue);
    if (!instance) return std::unexpected(config::render({instance.error()}));
    if (connector.role == config::Role::notify) {
      auto notifier = connect_notifier(connector, **instance, auth_parts(connector, name, **instance, connections, out),
                                       connections.network);
      if (!notifier) return std::unexpected("connector " + name + ": " + notifier.error());
      out.notifiers[name] = *notifier;
      out.instances.push_back(std::move(*instance));
      continue;
    }
    const std::string id = registered(store, name, ids->at(name), now_ms);
    auto connected =
        connect(connector, **instance, auth_parts(connector, id, **instance, connections, out), connections);
    if (!connected) return std::unexpected("connector " + name + ": " + connected.error());
    connected->id = id;
    out.instances.push_back(std::move(*instance));
    out.setup.connectors.push_back(std::move(*connected));
  }
  for (const auto& file : out.refresh_files)
    if (!file->problem().empty()) return std::unexpected("connector " + file->connector() + ": " + file->problem());
  out.setup.keep_bodies_ms = settings.store.keep_bodies.count();
  lower(out.setup.ceilings, settings.ceilings);
  out.setup.routes = routes_of(settings);
  for (const auto& [id, one] : settings.stores)
    if (one.otherwise) out.setup.otherwise_of_store[id] = config::text(config::kOtherwise, *one.otherwise);
  out.setup.reissue = settings.repair.value == config::Repair::reissue;
  lower(out.setup.approve_repair_above, settings.approve_repair_above);
  if (settings.retailer.utc_offset)
    out.setup.utc_offset_ms = std::chrono::milliseconds(*settings.retailer.utc_offset).count();
  for (auto [key, to] : {std::pair("email", &out.setup.probing.email),
                         {"phone", &out.setup.probing.phone},
                         {"loyalty", &out.setup.probing.loyalty}})
    if (auto told = settings.probe.customer.find(key); told != settings.probe.customer.end()) *to = told->second.value;
  out.setup.probing.route = settings.probe.route.value;
  out.setup.probing.store = settings.probe.store.value;
  if (settings.probe.amount) out.setup.probing.amount = settings.probe.amount->value;
  if (settings.probe.every) out.setup.probing.every_ms = settings.probe.every->value.count();
  out.setup.identity_rules = identity_rules(settings);
  out.setup.customers = {settings.customers.from.value, settings.customers.every.count(), settings.customers.at_most};
  out.setup.look_again_ms = settings.look_again.count();
  for (const config::Text& name : settings.identity_lookup) out.setup.identity_lookup.push_back(name.value);
  return out;
}

}  // namespace handoff::serve
