#include "core/net/auth.hpp"

#include <array>

#include "core/crypto/hash.hpp"
#include "core/net/http_text.hpp"
#include "core/net/oauth1.hpp"
#include "core/net/oauth2.hpp"
#include "core/net/refresh_source.hpp"
#include "core/net/session_source.hpp"

namespace handoff::net {
namespace {

using Made = std::expected<Credentials, std::string>;

Made fixed(Headers headers) {
  if (std::string why = unfit(headers); !why.empty()) return std::unexpected(std::move(why));
  return Credentials{std::move(headers), nullptr, nullptr};
}

Made tokens(std::shared_ptr<TokenSource> source) { return Credentials{{}, std::move(source), nullptr}; }

struct Maker {
  Made operator()(const NoAuth&) const { return Credentials{}; }
  Made operator()(const HeaderAuth& auth) const { return fixed(auth.headers); }
  Made operator()(const BearerAuth& auth) const {
    if (auth.token.empty()) return std::unexpected("auth: the bearer token is empty");
    return fixed({{"Authorization", "Bearer " + auth.token}});
  }
  Made operator()(const BasicAuth& auth) const {
    if (auth.user.find(':') != std::string::npos) return std::unexpected("auth: the user name contains a colon");
    return fixed({{"Authorization", "Basic " + base64(auth.user + ":" + auth.password)}});
  }
  Made operator()(const OAuth2Auth& auth) const {
    if (auto url = parse_base_url(split_target(auth.token_url).first); !url)
      return std::unexpected("token " + url.error());
    return tokens(auth.refresh ? refresh_source(auth) : oauth2_source(auth));
  }
  Made operator()(const OAuth1Auth& auth) const {
    const bool plain = is_field_value(auth.realm) && auth.realm.find_first_of("\"\\") == std::string::npos;
    if (!plain) return std::unexpected("auth: the realm cannot stand in a header");
    return Credentials{{}, nullptr, oauth1_signer(auth)};
  }
  Made operator()(const SessionAuth& auth) const { return tokens(session_source(auth)); }
  Made operator()(const OtherAuth& auth) const { return Credentials{{}, auth.tokens, auth.signer}; }
};

}  // namespace

std::string nonce(const AuthSeams& seams) {
  std::array<std::uint8_t, 16> bytes{};
  seams.random(bytes.data(), bytes.size());
  return crypto::hex(crypto::bytes(bytes));
}

std::expected<Credentials, std::string> credentials(const Auth& auth) { return std::visit(Maker{}, auth); }

std::pair<std::string, std::string> split_target(const std::string& url) {
  const auto scheme = url.find("://");
  const auto slash = scheme == std::string::npos ? scheme : url.find('/', scheme + 3);
  if (slash == std::string::npos) return {url, "/"};
  return {url.substr(0, slash), url.substr(slash)};
}

}  // namespace handoff::net
