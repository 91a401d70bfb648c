#pragma once
// What a vendor gives for a while, so that requests are let in: how it is asked for, and how long it is believed.

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>

#include "core/net/transport.hpp"

namespace handoff::net {

/// Holds secret values: never print one.
struct Token {
  Headers headers;            // that every request carries
  std::chrono::seconds life;  // from when it came
};

struct TokenFailure {
  std::string why;              // without secrets
  std::chrono::seconds rest{};  // so long nobody need ask again: the vendor said no
};

/// After a login that was refused: some vendors lock an account after a few wrong passwords.
inline constexpr std::chrono::seconds kRestAfterRefusedLogin{60};

using Fetched = std::expected<Token, TokenFailure>;

/// Asks for the tokens of one connection. Who calls keeps the rule: one fetch at a time. [io thread]
class TokenSource {
 public:
  /// Sends one request to base_url() and calls back with its end.
  using Send = std::function<void(Request, std::function<void(Result)>)>;
  using Done = std::function<void(Fetched)>;

  virtual ~TokenSource() = default;
  /// Where its requests go; empty: where the connection's own go.
  virtual std::string base_url() const = 0;
  /// `done` is called once, on the io thread, maybe from inside. `send` may be kept until then.
  virtual void fetch(Send send, Done done) = 0;
  /// Whether an answer of that status means that the token is no longer good.
  virtual bool refuses(int status) const { return status == 401; }
};

/// The token of one connection: whether there is a good one, and whether one is on its way. Pure: the caller brings the
/// time. Not thread safe.
class TokenCache {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// The headers to send now, or nullptr if a token must be fetched first.
  const Headers* headers_at(Time now) const;
  /// Number of the token in headers_at(), for invalidate().
  std::uint64_t generation() const { return generation_; }
  /// Why nobody need ask just now, or nullptr.
  const std::string* resting_at(Time now) const;

  bool fetching() const { return fetching_; }
  void begin_fetch() { fetching_ = true; }
  /// Ends the fetch; the error is for whoever waited.
  std::expected<void, std::string> end_fetch(Fetched fetched, Time now);

  /// The vendor refused the token of that generation: the next send fetches a new one.
  void invalidate(std::uint64_t generation);

 private:
  Headers headers_;
  Time valid_until_{};
  Time rest_until_{};
  std::string rest_why_;
  std::uint64_t generation_ = 0;
  bool fetching_ = false;
};

/// Why one of these headers cannot be sent; empty if all can. Names the header, never the value.
std::string unfit(const Headers& headers);

}  // namespace handoff::net
