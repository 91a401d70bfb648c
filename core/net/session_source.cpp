#include "core/net/session_source.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace handoff::net {
namespace {

std::string in_body(const std::string& pointer, const std::string& body) {
  boost::system::error_code ec;
  boost::json::parse_options options;
  options.max_depth = 8;
  const auto whole = boost::json::parse(body, ec, {}, options);
  if (ec) return {};
  const auto* value = whole.find_pointer(pointer, ec);
  if (ec || value == nullptr) return {};
  if (const auto* number = value->if_int64()) return std::to_string(*number);
  const auto* text = value->if_string();
  return text != nullptr ? std::string(text->data(), text->size()) : std::string{};
}

/// "sid=abc; Path=/; HttpOnly" -> "abc".
std::string in_cookies(const std::string& name, const Headers& headers) {
  for (const auto& [header, value] : headers)
    if (header == "set-cookie" && value.starts_with(name + "="))
      return value.substr(name.size() + 1, value.find(';') - name.size() - 1);
  return {};
}

class SessionSource final : public TokenSource {
 public:
  explicit SessionSource(const SessionAuth& auth) : auth_(auth) {}

  std::string base_url() const override { return {}; }
  bool refuses(int status) const override { return std::ranges::find(auth_.renew_at, status) != auth_.renew_at.end(); }

  void fetch(Send send, Done done) override {
    send(auth_.login, [auth = auth_, done = std::move(done)](const Result& result) { done(token_of(auth, result)); });
  }

 private:
  static Fetched token_of(const SessionAuth& auth, const Result& result) {
    if (result.ended != Ended::replied) return std::unexpected(TokenFailure{"login: " + result.error, {}});
    const int status = result.reply.status;
    const std::string token = status / 100 == 2 ? session_token_in(auth, result.reply) : std::string{};
    const auto rest = status / 100 == 5 ? std::chrono::seconds{} : kRestAfterRefusedLogin;
    if (token.empty())
      return std::unexpected(TokenFailure{
          "login: it was answered with " + std::to_string(status) + (status / 100 == 2 ? " and without a token" : ""),
          rest});
    const std::chrono::seconds life{auth.life_s};
    if (auth.in == SessionAuth::In::cookie) return Token{{{"Cookie", auth.name + "=" + token}}, life};
    return Token{{{auth.header, auth.prefix + token}}, life};
  }

  SessionAuth auth_;
};

}  // namespace

std::string session_token_in(const SessionAuth& auth, const Reply& reply) {
  switch (auth.in) {
    case SessionAuth::In::body:
      return in_body(auth.name, reply.body);
    case SessionAuth::In::cookie:
      return in_cookies(auth.name, reply.headers);
    case SessionAuth::In::header:
      return std::string(reply.header(auth.name));
  }
  return {};
}

std::shared_ptr<TokenSource> session_source(const SessionAuth& auth) { return std::make_shared<SessionSource>(auth); }

}  // namespace handoff::net
