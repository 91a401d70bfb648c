#include "core/net/oauth2.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "core/crypto/hash.hpp"
#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kLifeDefault = 300;  // seconds, where the server names none
constexpr std::string_view kJwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr std::string_view kJwtClient = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

void add_form(std::string& form, std::string_view name, std::string_view value) {
  if (!form.empty()) form += '&';
  form.append(form_encode(name)).append("=").append(form_encode(value));
}

boost::json::object object_in(const std::string& body) {
  boost::system::error_code ec;
  boost::json::parse_options options;
  options.max_depth = 8;
  auto value = boost::json::parse(body, ec, {}, options);
  if (ec || !value.is_object()) return {};
  return std::move(value.get_object());
}

std::string text_in(const boost::json::object& reply, std::string_view name) {
  const auto* value = reply.if_contains(name);
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string(text->data(), text->size()) : std::string{};
}

/// `expires_in` as servers write it: a number, or a number in quotes.
std::int64_t life_seconds(const boost::json::object& reply) {
  const auto* value = reply.if_contains("expires_in");
  std::int64_t out = kLifeDefault;
  if (value == nullptr) return out;
  if (const auto* number = value->if_int64()) out = *number;
  if (const auto* text = value->if_string())
    if (std::from_chars(text->data(), text->data() + text->size(), out).ec != std::errc{}) out = kLifeDefault;
  return std::max<std::int64_t>(out, 1);
}

void add_client(const OAuth2Auth& auth, Request& request) {
  if (auth.client) {
    add_form(request.body, "client_id", auth.client_id);
    add_form(request.body, "client_assertion_type", kJwtClient);
    add_form(request.body, "client_assertion",
             signed_assertion(*auth.client, auth.token_url, auth.seams.now_ms() / 1000, nonce(auth.seams)));
  } else if (auth.secret_in_header) {
    // RFC 6749 2.3.1: both are form-encoded before they are joined.
    request.headers.emplace_back(
        "Authorization", "Basic " + base64(form_encode(auth.client_id) + ":" + form_encode(auth.client_secret)));
  } else {
    if (!auth.client_id.empty()) add_form(request.body, "client_id", auth.client_id);
    if (!auth.client_secret.empty()) add_form(request.body, "client_secret", auth.client_secret);
  }
}

class OAuth2Source final : public TokenSource {
 public:
  explicit OAuth2Source(const OAuth2Auth& auth) : auth_(auth) {}

  std::string base_url() const override { return split_target(auth_.token_url).first; }

  void fetch(Send send, Done done) override {
    send(token_request(auth_), [done = std::move(done)](const Result& result) { done(token_in(result)); });
  }

 private:
  OAuth2Auth auth_;
};

}  // namespace

std::string signed_assertion(const Assertion& assertion, const std::string& audience, std::int64_t unix_s,
                             const std::string& id) {
  boost::json::object head{{"alg", assertion.key.algorithm()}, {"typ", "JWT"}};
  if (!assertion.key_id.empty()) head["kid"] = assertion.key_id;
  boost::json::object claims;
  if (!assertion.issuer.empty()) claims["iss"] = assertion.issuer;
  if (!assertion.subject.empty()) claims["sub"] = assertion.subject;
  claims["aud"] = assertion.audience.empty() ? audience : assertion.audience;
  for (const auto& [name, value] : assertion.claims) claims[name] = value;
  claims["iat"] = unix_s;
  claims["exp"] = unix_s + assertion.lifetime_s;
  claims["jti"] = id;  // servers refuse to see one twice (RFC 7523 3)
  std::string out =
      crypto::base64url(boost::json::serialize(head)) + "." + crypto::base64url(boost::json::serialize(claims));
  const std::string signature = assertion.key.sign(out);
  if (signature.empty()) return {};
  return out + "." + crypto::base64url(signature);
}

Request token_request(const OAuth2Auth& auth) {
  Request request{"POST", split_target(auth.token_url).second, {}, {}};
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  if (auth.bearer) {
    add_form(request.body, "grant_type", kJwtBearer);
    add_form(request.body, "assertion",
             signed_assertion(*auth.bearer, auth.token_url, auth.seams.now_ms() / 1000, nonce(auth.seams)));
  } else if (auth.refresh) {
    add_form(request.body, "grant_type", "refresh_token");
    add_form(request.body, "refresh_token", auth.refresh->current());
  } else {
    add_form(request.body, "grant_type", "client_credentials");
  }
  add_client(auth, request);
  if (!auth.scope.empty()) add_form(request.body, "scope", auth.scope);
  for (const auto& [name, value] : auth.extra) add_form(request.body, name, value);
  return request;
}

std::string error_code_in(const Reply& reply) {
  std::string code = text_in(object_in(reply.body), "error");
  const bool plain = std::ranges::all_of(code, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return plain && code.size() <= 40 ? code : std::string{};
}

std::string refresh_token_in(const Reply& reply) { return text_in(object_in(reply.body), "refresh_token"); }

Fetched token_in(const Result& result) {
  const auto failed = [](std::string why) { return std::unexpected(TokenFailure{"token: " + std::move(why), {}}); };
  if (result.ended != Ended::replied) return failed(result.error);
  if (result.reply.status != 200) {
    const auto code = error_code_in(result.reply);
    return failed("the token endpoint answered " + std::to_string(result.reply.status) +
                  (code.empty() ? "" : " " + code));
  }
  const auto reply = object_in(result.reply.body);
  const std::string token = text_in(reply, "access_token");
  if (token.empty()) return failed("the token endpoint answered without a token");
  return Token{{{"Authorization", "Bearer " + token}}, seconds(life_seconds(reply))};
}

std::shared_ptr<TokenSource> oauth2_source(const OAuth2Auth& auth) { return std::make_shared<OAuth2Source>(auth); }

}  // namespace handoff::net
