#pragma once
// From a sheet's "auth" and the configured secrets to what a connection does with them. Lint and start both come here, so
// that they complain in the same words.

#include <expected>
#include <functional>
#include <memory>

#include "core/config/settings.hpp"
#include "core/net/auth.hpp"

namespace handoff::serve {

/// What the credentials of one connector need of a hub that runs. Lint brings nothing: then nothing can be sent with what comes out.
struct AuthParts {
  net::AuthSeams seams;
  /// Where the connector's refresh token is kept.
  std::function<std::shared_ptr<net::RefreshTokens>(const config::Secret&)> refresh;
  /// What the connector's own steps make, logging in at that address (empty: the connection's).
  std::function<net::OtherAuth(std::string login_url, std::vector<int> renew_at)> steps;
};

/// The secrets have been resolved. The complaint stands at the line that it is about, and tells no secret.
std::expected<net::Auth, config::Diagnostic> auth_of(const config::Connector& connector, const AuthParts& parts);

/// "the environment variable BOOKS_TOKEN", "the file /etc/handoff/books.token".
std::string source_text(const config::Secret& secret);

}  // namespace handoff::serve
