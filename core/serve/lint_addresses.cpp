#include "core/serve/lint_addresses.hpp"

#include "core/model/read_file.hpp"
#include "core/net/auth.hpp"
#include "core/net/base_url.hpp"
#include "core/net/tls_files.hpp"
#include "core/serve/url_parts.hpp"

namespace handoff::serve {

namespace {

class Addresses {
 public:
  explicit Addresses(config::Diagnostics& out) : out_(out) {}

  void of_url(const config::Position& at, const std::string& whose, const std::string& base) {
    auto read = net::parse_base_url(base);
    if (read) return;
    const bool told = read.error().starts_with("url: ");
    complain(at, whose, told ? read.error().substr(5) : read.error(),
             "write https://HOST, https://HOST:PORT or https://HOST/PATH, a HOST of other letters as xn--...");
  }
  void of_secret(const config::Secret& secret) {
    if (!secret.value.empty()) of_url(secret.at, secret.name, split_url(std::string(secret.value.reveal())).base);
  }
  void of_authorities(const config::Position& at, const std::string& whose, const std::string& ca_file) {
    if (!ca_file.empty()) complain(at, whose, net::ca_problem(ca_file), "");
  }
  void of_certificate(const config::Listener& listener) {
    if (!listener.tls || listener.tls->key.value.empty()) return;
    const config::Tls& tls = *listener.tls;
    if (!read_file(*tls.cert)) return;  // said where the key is read
    complain(tls.cert.at, "[listen]", net::certificate_problem(*tls.cert, tls.key.where), "");
  }

 private:
  void complain(const config::Position& at, const std::string& whose, const std::string& what, std::string hint) {
    if (!what.empty()) out_.emplace_back(at, config::Severity::error, whose + ": " + what, std::move(hint));
  }
  config::Diagnostics& out_;
};

void check_connector(const config::Connector& connector, bool resolved, Addresses& addresses) {
  if (connector.manifest == nullptr) return;  // no such plugin, as was said
  auto set = [&](std::string_view name) { return std::string(connector.settings.at(name).as_string()); };
  const std::string whose = "connector " + *connector.name + ": settings.";
  const json::Value& auth = connector.manifest->auth;
  if (!set("folder").empty()) return;
  if (resolved) addresses.of_authorities(connector.name.at, whose + "ca_file", set("ca_file"));
  if (auth.at("scheme").as_string() == "url") {
    auto secret = connector.secrets.find(std::string(auth.at("url").as_string()));
    if (resolved && secret != connector.secrets.end()) addresses.of_secret(secret->second);
    return;
  }
  if (std::string base = set("base_url"); !base.empty()) addresses.of_url(connector.name.at, whose + "base_url", base);
  // With the secrets there, whoever makes the credentials of them looks at it.
  const std::string setting(auth.at("token_url_setting").as_string());
  if (std::string token = set(setting); !resolved && !token.empty())
    addresses.of_url(connector.name.at, whose + setting, net::split_target(token).first);
}

}  // namespace

void check_addresses(const config::Settings& settings, bool resolved, config::Diagnostics& out) {
  Addresses addresses(out);
  for (const auto& [name, connector] : settings.connectors) check_connector(connector, resolved, addresses);
  for (const auto& [name, channel] : settings.alerts.channels) {
    const std::string whose = "[alerts.channel." + name + "]";
    if (channel.url->starts_with("http"))
      addresses.of_url(channel.url.at, whose + " url", split_url(*channel.url).base);
    if (!resolved) continue;
    if (channel.secret_url) addresses.of_secret(*channel.secret_url);
    addresses.of_authorities(channel.ca_file.at, whose + " ca_file", *channel.ca_file);
  }
  if (!resolved) return;
  for (const config::Listener* one : {&settings.listen.registers, &settings.listen.inbound, &settings.listen.admin})
    addresses.of_certificate(*one);
}

}  // namespace handoff::serve
