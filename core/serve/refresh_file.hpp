#pragma once
// The file of a refresh token that works once (ADR 0021): STORE.refresh.CONNECTOR, sealed under the store's key. Who is
// authorised is read from it by whoever asks, a hub that runs or not.

#include <cstdint>
#include <expected>
#include <functional>
#include <handoff/sdk/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/crypto/vault.hpp"
#include "core/net/refresh_token.hpp"
#include "core/serve/side_thread.hpp"

namespace handoff::serve {

/// All but the token. Times are Unix ms, 0 = never.
struct RefreshState {
  std::string connector;           // the operator's name
  std::string began;               // keyed digest of the configured token that this chain began with
  std::int64_t shown_at = 0;       // the current token was shown, and no answer is kept yet
  std::int64_t unanswered_at = 0;  // so was it before, without an answer that was kept
  std::string refused;             // "400 invalid_grant"
  std::int64_t refused_at = 0;
};

/// Of all connectors of that store that have such a file and can be read, by their file's name.
std::vector<RefreshState> refresh_states(const std::string& store_path);

/// Why the connector must be authorised again; empty: it need not.
std::string refusal_text(const RefreshState& state);

/// The same for one connector, as long as `configured` is the token that was refused.
std::string refusal_text(const std::string& store_path, const std::string& connector, std::string_view configured);

/// Why the hub would not start with the file at `path`, and what to do; empty: it would, or there is none. `source`: where
/// the configured token comes from.
std::string refresh_problem(const std::string& path, const std::string& key_path, const std::string& source);

/// The view of /v1/status, and in it who must be authorised again, and why.
json::Value with_unauthorised(json::Value status, const std::string& store_path);

class RefreshFile final : public net::RefreshTokens {
 public:
  struct Settings {
    std::string store;       // of which it is, and whose owner's it becomes
    std::string path;        // of the file
    std::string connector;   // the operator's name
    std::string configured;  // the token that the configuration has
    std::string source;      // where that comes from: "the file /etc/handoff/books.token"
  };
  using Clock = std::function<std::int64_t()>;  // Unix ms

  /// Reads the file. One that is not there, or began with another configured token, makes the configured token the current
  /// one. Writes nothing yet. With a problem() it must not be used.
  static std::shared_ptr<RefreshFile> open(Settings settings, crypto::Vault vault, Clock clock, SideThread& thread);

  std::string current() const override { return token_; }
  void showing(Done done) override;
  void keep(std::string next, Done done) override;
  void refused(std::string answer, Done done) override;
  std::string advice() const override;

  /// Whoever wants to know why it must be authorised again; empty: it need not. Told at once if it must, and of every
  /// answer of the vendor that is kept. [io thread]
  using Told = std::function<void(const std::string& why)>;
  void tell(Told told);
  const std::string& connector() const { return settings_.connector; }
  /// Why the file, which is there, cannot be gone on with, and what to do; empty: it can.
  const std::string& problem() const { return problem_; }

 private:
  RefreshFile(Settings settings, crypto::Vault vault, Clock clock, SideThread& thread);
  void read();
  void write(RefreshState state, std::string token, Done done);
  void news();

  Settings settings_;
  Told told_;
  crypto::Vault vault_;
  Clock clock_;
  SideThread& thread_;
  RefreshState state_;
  std::string token_, problem_;
};

/// Where the file of a connector is; `id` is the immutable one.
std::string refresh_path(const std::string& store_path, const std::string& id);

}  // namespace handoff::serve
