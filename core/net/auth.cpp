#include "core/net/auth.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

using std::chrono::seconds;

constexpr seconds kMarginMax{60};
constexpr std::int64_t kLifeDefault = 300;         // seconds, where the server names none
constexpr std::int64_t kLifeMax = 30 * 24 * 3600;  // a longer promise is not believed

std::expected<Headers, std::string> checked(Headers headers) {
  for (const auto& [name, value] : headers) {
    if (!is_token(name)) return std::unexpected("auth: a header name is not a token");
    if (value.empty() || !is_field_value(value))
      return std::unexpected("auth: the secret for " + name + " cannot stand in a header");
  }
  return headers;
}

std::string basic(const std::string& user, const std::string& password) {
  return "Basic " + base64(user + ":" + password);
}

void add_form(std::string& form, std::string_view name, std::string_view value) {
  if (!form.empty()) form += '&';
  form.append(form_encode(name)).append("=").append(form_encode(value));
}

/// `expires_in` as servers write it: a number, or a number in quotes.
std::int64_t life_seconds(const boost::json::object& reply) {
  const auto* value = reply.if_contains("expires_in");
  std::int64_t out = kLifeDefault;
  if (value == nullptr) return out;
  if (const auto* number = value->if_int64()) out = *number;
  if (const auto* text = value->if_string())
    if (std::from_chars(text->data(), text->data() + text->size(), out).ec != std::errc{}) out = kLifeDefault;
  return std::clamp<std::int64_t>(out, 1, kLifeMax);
}

/// The OAuth error code of a refused token request ("invalid_client"): only if it looks like one.
std::string error_code_in(const boost::json::object& reply) {
  const auto* value = reply.if_contains("error");
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  if (text == nullptr || text->size() > 40) return {};
  const bool plain = std::ranges::all_of(*text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return plain ? std::string(text->data(), text->size()) : std::string{};
}

boost::json::object object_in(const std::string& body) {
  boost::system::error_code ec;
  boost::json::parse_options options;
  options.max_depth = 8;
  auto value = boost::json::parse(body, ec, {}, options);
  if (ec || !value.is_object()) return {};
  return std::move(value.get_object());
}

}  // namespace

std::expected<Headers, std::string> fixed_auth_headers(const Auth& auth) {
  if (const auto* headers = std::get_if<HeaderAuth>(&auth)) return checked(headers->headers);
  if (const auto* bearer = std::get_if<BearerAuth>(&auth)) {
    if (bearer->token.empty()) return std::unexpected("auth: the bearer token is empty");
    return checked({{"Authorization", "Bearer " + bearer->token}});
  }
  if (const auto* pair = std::get_if<BasicAuth>(&auth)) {
    if (pair->user.find(':') != std::string::npos) return std::unexpected("auth: the user name contains a colon");
    return checked({{"Authorization", basic(pair->user, pair->password)}});
  }
  return Headers{};
}

const Headers* TokenSource::headers_at(Time now) const {
  return !headers_.empty() && now < valid_until_ ? &headers_ : nullptr;
}

Request TokenSource::begin_fetch(std::string_view target) {
  fetching_ = true;
  Request request{"POST", std::string(target), {}, {}};
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
  add_form(request.body, "grant_type", "client_credentials");
  if (auth_.secret_in_header) {
    // RFC 6749 2.3.1: both are form-encoded before they are joined.
    request.headers.emplace_back("Authorization",
                                 basic(form_encode(auth_.client_id), form_encode(auth_.client_secret)));
  } else {
    add_form(request.body, "client_id", auth_.client_id);
    add_form(request.body, "client_secret", auth_.client_secret);
  }
  if (!auth_.scope.empty()) add_form(request.body, "scope", auth_.scope);
  for (const auto& [name, value] : auth_.extra) add_form(request.body, name, value);
  return request;
}

std::expected<void, std::string> TokenSource::end_fetch(const Result& result, Time now) {
  fetching_ = false;
  headers_.clear();
  if (result.ended != Ended::replied) return std::unexpected("token: " + result.error);
  const auto reply = object_in(result.reply.body);
  if (result.reply.status != 200) {
    const auto code = error_code_in(reply);
    return std::unexpected("token: the token endpoint answered " + std::to_string(result.reply.status) +
                           (code.empty() ? "" : " " + code));
  }
  const auto* value = reply.if_contains("access_token");
  const auto* token = value != nullptr ? value->if_string() : nullptr;
  if (token == nullptr || token->empty()) return std::unexpected("token: the token endpoint answered without a token");
  auto headers = checked({{"Authorization", "Bearer " + std::string(token->data(), token->size())}});
  if (!headers) return std::unexpected("token: the token cannot stand in a header");
  const seconds life{life_seconds(reply)};
  headers_ = std::move(*headers);
  valid_until_ = now + life - std::min(kMarginMax, life / 10);
  ++generation_;
  return {};
}

void TokenSource::invalidate(std::uint64_t generation) {
  if (generation == generation_) headers_.clear();
}

}  // namespace handoff::net
