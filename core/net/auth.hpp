#pragma once
// Declared authentication of a connection. The transport adds the headers per send; connectors and the journal never
// see them (INVARIANTS P1, B6).

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/net/transport.hpp"

namespace handoff::net {

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

/// OAuth 2 client credentials (RFC 6749 4.4).
struct ClientCredentialsAuth {
  std::string token_url;
  std::string client_id;
  std::string client_secret;
  std::string scope;              // may be empty
  Headers extra;                  // more form fields: {"audience", "..."}
  bool secret_in_header = false;  // client id and secret as HTTP Basic instead of form fields
};

/// Holds secret values: never print one.
using Auth = std::variant<NoAuth, HeaderAuth, BearerAuth, BasicAuth, ClientCredentialsAuth>;

/// The headers of a scheme that needs no token; empty for client credentials. Fails if a value cannot stand in a
/// header; the text names the place, never the value.
std::expected<Headers, std::string> fixed_auth_headers(const Auth& auth);

/// The token of one connection under client credentials: when to fetch, what to send, how long to believe the answer.
/// Pure: the caller brings the time and sends the request. Keeps rule: at most one fetch under way. Not thread safe.
class TokenSource {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit TokenSource(ClientCredentialsAuth auth) : auth_(std::move(auth)) {}

  /// The headers to send now, or nullptr if a token must be fetched first.
  const Headers* headers_at(Time now) const;
  /// Number of the token in headers_at(), for invalidate().
  std::uint64_t generation() const { return generation_; }

  bool fetching() const { return fetching_; }
  /// The token request, relative to an empty path; its target is `target`. Marks the fetch as under way.
  Request begin_fetch(std::string_view target);
  /// Ends the fetch. On failure says why, without a word of the reply but its status and OAuth error code.
  std::expected<void, std::string> end_fetch(const Result& result, Time now);

  /// The vendor answered 401 to the token of that generation: the next send fetches a new one.
  void invalidate(std::uint64_t generation);

 private:
  ClientCredentialsAuth auth_;
  Headers headers_;
  Time valid_until_{};
  std::uint64_t generation_ = 0;
  bool fetching_ = false;
};

}  // namespace handoff::net
