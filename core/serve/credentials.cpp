#include "core/serve/credentials.hpp"

#include <algorithm>

#include "core/model/auth_sheet.hpp"
#include "core/net/http_text.hpp"

namespace handoff::serve {

namespace {

using Made = std::expected<net::Auth, config::Diagnostic>;

/// "{tenant}" in a declared text is the setting of that name.
std::string with_settings(std::string text, const json::Value& settings) {
  for (const std::string& name : settings_named(text)) {
    const std::string place = "{" + name + "}";
    text.replace(text.find(place), place.size(), settings.at(name).as_string());
  }
  return text;
}

class AuthMaker {
 public:
  AuthMaker(const config::Connector& connector, const AuthParts& parts)
      : connector_(connector), parts_(parts), sheet_(connector.manifest->auth) {}

  Made make() {
    std::string_view scheme = sheet_.at("scheme").as_string("none");
    if (scheme == "headers") return headers();
    if (scheme == "bearer") return net::Auth(net::BearerAuth{secret("token")});
    if (scheme == "basic") return net::Auth(net::BasicAuth{secret("user"), secret("password")});
    if (scheme == "oauth2_client_credentials") return oauth2();
    if (scheme == "oauth2_refresh_token") return refreshed();
    if (scheme == "oauth2_jwt_bearer") return bearer_assertion();
    if (scheme == "oauth1") return oauth1();
    if (scheme == "session") return session();
    if (scheme == "steps")
      return net::Auth(parts_.steps ? parts_.steps(text("login_url"), renew_at()) : net::OtherAuth{});
    return net::Auth(net::NoAuth());
  }

 private:
  const config::Secret* configured(std::string_view name) const {
    auto found = connector_.secrets.find(std::string(name));
    return found == connector_.secrets.end() ? nullptr : &found->second;
  }
  std::string value(std::string_view name) const {
    const config::Secret* found = configured(name);
    return found == nullptr ? std::string() : std::string(found->value.reveal());
  }
  /// The value of the secret that this member names.
  std::string secret(std::string_view member) const { return value(sheet_.at(member).as_string()); }
  std::string text(std::string_view member) const {
    return with_settings(std::string(sheet_.at(member).as_string()), connector_.settings);
  }
  net::Headers texts(std::string_view member) const {
    net::Headers out;
    for (const auto& [name, one] : sheet_.at(member).as_object())
      out.emplace_back(name, with_settings(std::string(one.as_string()), connector_.settings));
    return out;
  }

  Made headers() const {
    net::HeaderAuth auth;
    for (const auto& [header, name] : sheet_.at("headers").as_object())
      auth.headers.emplace_back(header, value(name.as_string()));
    return net::Auth(std::move(auth));
  }

  std::expected<net::Assertion, config::Diagnostic> assertion(std::string_view key_member) const {
    auto key = crypto::SigningKey::read(secret(key_member));
    if (!key) {
      const config::Secret* named = configured(sheet_.at(key_member).as_string());
      return std::unexpected(
          config::Diagnostic(named->at, config::Severity::error, named->name + ": " + key.error(),
                             "write the key whose public half the vendor has: RSA or P-256, in PEM"));
    }
    return net::Assertion{std::move(*key), {}, {}, {}, {}, {}};
  }

  /// What all grants have.
  std::expected<net::OAuth2Auth, config::Diagnostic> endpoint() const {
    net::OAuth2Auth out;
    out.token_url = connector_.settings.at(sheet_.at("token_url_setting").as_string()).as_string();
    if (out.token_url.empty()) out.token_url = text("token_url");
    out.scope = text("scope");
    out.extra = texts("parameters");
    out.seams = parts_.seams;
    out.client_id = secret("client_id");
    out.client_secret = secret("client_secret");
    out.secret_in_header = sheet_.at("client_auth").as_string() == "basic";
    if (sheet_.at("client_key").is_null()) return out;
    auto client = assertion("client_key");
    if (!client) return std::unexpected(client.error());
    client->key_id = text("client_key_id");
    client->issuer = out.client_id;
    client->subject = out.client_id;
    out.client = std::move(*client);
    return out;
  }

  Made oauth2() const {
    auto out = endpoint();
    if (!out) return std::unexpected(out.error());
    return net::Auth(std::move(*out));
  }

  Made refreshed() const {
    auto out = endpoint();
    if (!out) return std::unexpected(out.error());
    if (parts_.refresh) out->refresh = parts_.refresh(*configured(sheet_.at("refresh_token").as_string()));
    return net::Auth(std::move(*out));
  }

  Made bearer_assertion() const {
    auto out = endpoint();
    if (!out) return std::unexpected(out.error());
    auto bearer = assertion("key");
    if (!bearer) return std::unexpected(bearer.error());
    bearer->key_id = text("key_id");
    bearer->issuer = text("issuer");
    bearer->subject = text("subject");
    bearer->audience = text("audience");
    bearer->claims = texts("claims");
    bearer->lifetime_s = sheet_.at("lifetime_s").as_integer().value_or(bearer->lifetime_s);
    out->bearer = std::move(*bearer);
    return net::Auth(std::move(*out));
  }

  Made oauth1() const {
    net::OAuth1Auth out{secret("consumer_key"),
                        secret("consumer_secret"),
                        secret("token"),
                        secret("token_secret"),
                        text("realm"),
                        sheet_.at("method").as_string() != "HMAC-SHA1",
                        parts_.seams};
    return net::Auth(std::move(out));
  }

  /// Texts with their settings, {"secret": NAME} with its value.
  json::Value body(const json::Value& declared) const {
    if (declared.string()) return with_settings(*declared.string(), connector_.settings);
    if (declared.as_object().size() == 1 && declared.at("secret").string())
      return value(declared.at("secret").as_string());
    if (declared.array()) {
      json::Array out;
      for (const json::Value& one : *declared.array()) out.push_back(body(one));
      return json::Value(std::move(out));
    }
    if (!declared.object()) return declared;
    json::Object out;
    for (const auto& [name, one] : *declared.object()) out.set(name, body(one));
    return json::Value(std::move(out));
  }

  static std::string form(const json::Value& fields) {
    std::string out;
    for (const auto& [name, one] : fields.as_object())
      out += (out.empty() ? "" : "&") + net::form_encode(name) + "=" + net::form_encode(one.as_string());
    return out;
  }

  std::vector<int> renew_at() const {
    if (!sheet_.at("renew_at").array()) return {401};
    std::vector<int> out;
    for (const json::Value& status : sheet_.at("renew_at").as_array())
      out.push_back(static_cast<int>(status.as_integer().value_or(401)));
    return out;
  }

  Made session() const {
    const bool as_form = sheet_.at("body_as").as_string() == "form";
    const json::Value fields = body(sheet_.at("body"));
    net::SessionAuth out;
    out.login = {"POST", text("login"), {}, as_form ? form(fields) : json::write(fields)};
    out.login.headers = {{"Content-Type", as_form ? "application/x-www-form-urlencoded" : "application/json"},
                         {"Accept", "application/json"}};
    for (auto [member, in] : {std::pair("pointer", net::SessionAuth::In::body),
                              {"cookie", net::SessionAuth::In::cookie},
                              {"token_header", net::SessionAuth::In::header}})
      if (!sheet_.at(member).is_null()) {
        out.in = in;
        out.name = text(member);
      }
    if (out.in == net::SessionAuth::In::header) out.name = net::to_lower(out.name);
    out.header = text("header");
    out.prefix = text("prefix");
    out.life_s = sheet_.at("life_s").as_integer().value_or(out.life_s);
    out.renew_at = renew_at();
    return net::Auth(std::move(out));
  }

  const config::Connector& connector_;
  const AuthParts& parts_;
  const json::Value& sheet_;
};

}  // namespace

std::expected<net::Auth, config::Diagnostic> auth_of(const config::Connector& connector, const AuthParts& parts) {
  Made made = AuthMaker(connector, parts).make();
  if (!made) return made;
  if (auto fits = net::credentials(*made); !fits)
    return std::unexpected(config::Diagnostic(connector.name.at, config::Severity::error,
                                              "connector " + *connector.name + ": " + fits.error(), ""));
  return made;
}

std::string source_text(const config::Secret& secret) {
  return (secret.kind == config::Secret::Kind::env ? "the environment variable " : "the file ") + secret.where;
}

}  // namespace handoff::serve
