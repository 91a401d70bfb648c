#pragma once
// From a sheet's "auth" and the configured secrets to what a connection does with them. Lint and start both come here, so
// that they complain in the same words.

#include <expected>
#include <functional>
#include <memory>

#include "core/config/settings.hpp"
#include "core/net/auth.hpp"

namespace handoff::serve {

/// What credentials need of a hub that runs. Lint brings nothing: then nothing can be sent with what comes out.
struct AuthParts {
  net::AuthSeams seams;
  /// Where the connector's refresh token is kept.
  std::function<std::shared_ptr<net::RefreshTokens>(const config::Connector&, const config::Secret&)> refresh;
};

/// The secrets have been resolved. The complaint stands at the line that it is about, and tells no secret.
std::expected<net::Auth, config::Diagnostic> auth_of(const config::Connector& connector, const AuthParts& parts);

/// "the environment variable BOOKS_TOKEN", "the file /etc/handoff/books.token".
std::string source_text(const config::Secret& secret);

}  // namespace handoff::serve
