#include "core/serve/assemble.hpp"

#include "core/serve/alert_channels.hpp"
#include "core/serve/connectors.hpp"
#include "core/serve/identity_rules.hpp"
#include "core/serve/routes.hpp"

namespace handoff::serve {

namespace {

std::string secret_value(const config::Connector& connector, std::string_view name) {
  auto found = connector.secrets.find(std::string(name));
  return found == connector.secrets.end() ? std::string() : std::string(found->second.value.reveal());
}

/// "{tenant}" in a declared URL is the setting of that name.
std::string with_settings(std::string text, const json::Value& settings) {
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open)) {
    std::size_t close = text.find('}', open);
    if (close == std::string::npos) break;
    std::string value(settings.at(text.substr(open + 1, close - open - 1)).as_string());
    text.replace(open, close - open + 1, value);
    open += value.size();
  }
  return text;
}

std::expected<net::Auth, std::string> auth_of(const config::Connector& connector) {
  const json::Value& declared = connector.manifest->auth;
  std::string_view scheme = declared.at("scheme").as_string("none");
  if (scheme == "none" || scheme == "url") return net::Auth(net::NoAuth());
  if (scheme == "headers") {
    net::HeaderAuth auth;
    for (const auto& [header, secret] : declared.at("headers").as_object())
      auth.headers.emplace_back(header, secret_value(connector, secret.as_string()));
    return net::Auth(std::move(auth));
  }
  if (scheme == "bearer") return net::Auth(net::BearerAuth{secret_value(connector, declared.at("token").as_string())});
  if (scheme == "basic")
    return net::Auth(net::BasicAuth{secret_value(connector, declared.at("user").as_string()),
                                    secret_value(connector, declared.at("password").as_string())});
  if (scheme == "oauth2_client_credentials") {
    net::ClientCredentialsAuth auth;
    std::string_view setting = declared.at("token_url_setting").as_string();
    auth.token_url = std::string(connector.settings.at(setting).as_string());
    if (auth.token_url.empty())
      auth.token_url = with_settings(std::string(declared.at("token_url").as_string()), connector.settings);
    auth.client_id = secret_value(connector, declared.at("client_id").as_string());
    auth.client_secret = secret_value(connector, declared.at("client_secret").as_string());
    auth.scope = declared.at("scope").as_string();
    return net::Auth(std::move(auth));
  }
  return std::unexpected("connector.json names an auth scheme this handoff does not know: " + std::string(scheme));
}

/// The immutable id behind a name; registers it on first sight, under a former name's id if there is one.
std::string registered_id(journal::Store& store, const std::string& name, const std::string& wanted,
                          const std::vector<config::Text>& formerly, std::int64_t now_ms) {
  std::string id = store.read().name_id(name);
  if (!id.empty()) return id;
  for (const config::Text& former : formerly)
    if (id.empty()) id = store.read().name_id(former.value);
  journal::NameRegistered event;
  event.name = name;
  event.id = id.empty() ? wanted : id;
  store.append(now_ms, "", "configuration", event);
  return event.id;
}

std::expected<std::uint32_t, std::string> connection_of(const config::Connector& from, const std::string& base_url,
                                                        net::AsioTransport& transport) {
  auto auth = auth_of(from);
  if (!auth) return std::unexpected(auth.error());
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
                                                      const plugin_host::Instance& instance,
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
    out.connection = connections.folders.add_folder(files::Folder(folder, connections.folder_owner));
    return out;
  }
  auto number = connection_of(from, std::string(from.settings.at("base_url").as_string()), connections.network);
  if (!number) return std::unexpected(number.error());
  out.connection = *number;
  return out;
}

/// Where the whole address is a secret ("url" in connector.json), nobody but the network sees it.
std::expected<Notifier, std::string> connect_notifier(const config::Connector& from, const plugin_host::Instance& instance,
                                                      net::AsioTransport& transport) {
  const json::Value& declared = from.manifest->auth;
  UrlParts url;
  url.base = from.settings.at("base_url").as_string();
  if (declared.at("scheme").as_string() == "url") url = split_url(secret_value(from, declared.at("url").as_string()));
  auto number = connection_of(from, url.base, transport);
  if (!number) return std::unexpected(number.error());
  Notifier out;
  out.instance = &instance;
  out.connection = *number;
  out.target = url.target;
  return out;
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
  out.setup.tenant = registered_id(store, "@retailer", settings.retailer.name.value, {}, now_ms);
  for (const auto& [name, connector] : settings.connectors) {
    auto instance = start_connector(connector, catalogue);
    if (!instance) return std::unexpected(config::render({instance.error()}));
    if (connector.role == config::Role::notify) {
      auto notifier = connect_notifier(connector, **instance, connections.network);
      if (!notifier) return std::unexpected("connector " + name + ": " + notifier.error());
      out.notifiers[name] = *notifier;
      out.instances.push_back(std::move(*instance));
      continue;
    }
    auto connected = connect(connector, **instance, connections);
    if (!connected) return std::unexpected("connector " + name + ": " + connected.error());
    connected->id = registered_id(store, name, name, connector.formerly, now_ms);
    out.instances.push_back(std::move(*instance));
    out.setup.connectors.push_back(std::move(*connected));
  }
  out.setup.keep_bodies_ms = settings.store.keep_bodies.count();
  lower(out.setup.ceilings, settings.ceilings);
  out.setup.routes = routes_of(settings);
  for (const auto& [id, one] : settings.stores)
    if (one.otherwise) out.setup.otherwise_of_store[id] = config::text(config::kOtherwise, *one.otherwise);
  out.setup.reissue = settings.repair.value == config::Repair::reissue;
  lower(out.setup.approve_repair_above, settings.approve_repair_above);
  if (settings.retailer.utc_offset)
    out.setup.utc_offset_ms = std::chrono::milliseconds(*settings.retailer.utc_offset).count();
  for (auto [key, to] : {std::pair("email", &out.setup.probing.email), {"phone", &out.setup.probing.phone},
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
