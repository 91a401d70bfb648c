#pragma once
// Declared authentication of a connection. The transport adds the headers per send; connectors and the journal never
// see them (INVARIANTS P1, B6). docs/adr/0021-credentials.md says why it is as it is.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/crypto/signing_key.hpp"
#include "core/crypto/vault.hpp"
#include "core/net/refresh_token.hpp"
#include "core/net/signer.hpp"
#include "core/net/token.hpp"

namespace handoff::net {

/// Where a scheme gets the time and what is used once.
struct AuthSeams {
  std::function<std::int64_t()> now_ms;  // Unix
  crypto::FillRandom random;
};

/// 32 hexadecimal digits.
std::string nonce(const AuthSeams& seams);

struct NoAuth {};

/// Fixed headers: {"X-Access-Token", "..."}.
struct HeaderAuth {
  Headers headers;
};

struct BearerAuth {
  std::string token;
};

struct BasicAuth {
  std::string user;
  std::string password;
};

/// A statement signed with our own key (RFC 7523 3). What is empty is left out.
struct Assertion {
  crypto::SigningKey key;
  std::string key_id, issuer, subject;
  std::string audience;  // empty: the token URL
  Headers claims;        // further ones: {"scope", "..."}
  std::int64_t lifetime_s = 300;
};

/// OAuth 2 at one token endpoint. The grant is client credentials (RFC 6749 4.4), unless `bearer` or `refresh` is there.
struct OAuth2Auth {
  std::string token_url;
  std::string client_id;
  std::string client_secret;
  std::string scope;                            // may be empty
  Headers extra;                                // more form fields: {"audience", "..."}
  bool secret_in_header = false;                // client id and secret as HTTP Basic instead of form fields
  std::optional<Assertion> client = {};         // private_key_jwt in the place of the secret (RFC 7523 2.2)
  std::optional<Assertion> bearer = {};         // the grant is an assertion (RFC 7523 2.1)
  std::shared_ptr<RefreshTokens> refresh = {};  // the grant is a refresh token, which may be spent by it (RFC 6749 6)
  AuthSeams seams = {};                         // where there is an assertion
};

/// Each attempt signed by HMAC (RFC 5849). `sha256`: HMAC-SHA256, which came after that page; else HMAC-SHA1.
struct OAuth1Auth {
  std::string consumer_key, consumer_secret;
  std::string token, token_secret;  // empty where the vendor has two-legged access
  std::string realm;                // may be empty
  bool sha256 = true;
  AuthSeams seams;
};

/// A request that logs in at the connection itself, and a token in its answer.
struct SessionAuth {
  enum class In { body, cookie, header };
  Request login;       // with its secrets
  In in = In::body;    // where the answer has the token
  std::string name;    // JSON pointer, or name of the cookie or header
  std::string header;  // that carries the token; unused for a cookie
  std::string prefix;  // before it: "Bearer "
  std::int64_t life_s = 900;
  std::vector<int> renew_at = {401};
};

/// Made elsewhere, by steps of the connector. Either may be null.
struct OtherAuth {
  std::shared_ptr<TokenSource> tokens;
  std::shared_ptr<Signer> signer;
};

/// Holds secret values: never print one.
using Auth = std::variant<NoAuth, HeaderAuth, BearerAuth, BasicAuth, OAuth2Auth, OAuth1Auth, SessionAuth, OtherAuth>;

/// What a connection does with it: headers that never change, tokens that run out, signatures of each attempt.
struct Credentials {
  Headers fixed;
  std::shared_ptr<TokenSource> tokens;  // null: none are needed
  std::shared_ptr<Signer> signer;       // null: nothing is signed
};

/// Fails if a value cannot stand where it belongs; the text names the place, never the value.
std::expected<Credentials, std::string> credentials(const Auth& auth);

/// "https://auth.example.com/oauth/token?tenant=1" as base URL and target.
std::pair<std::string, std::string> split_target(const std::string& url);

}  // namespace handoff::net
