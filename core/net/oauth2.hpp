#pragma once
// OAuth 2's token endpoint: what is asked, and what is made of the answer. For the sources of this folder and their
// tests.

#include "core/net/auth.hpp"

namespace handoff::net {

/// A JSON Web Token (RFC 7519) of the assertion, good from `unix_s` on. Empty if it cannot be signed.
std::string signed_assertion(const Assertion& assertion, const std::string& audience, std::int64_t unix_s,
                             const std::string& id);

/// The token request, with its target.
Request token_request(const OAuth2Auth& auth);

/// What the answer gives. On failure says why, without a word of it but its status and OAuth error code.
Fetched token_in(const Result& result);

/// The OAuth error code of an answer ("invalid_grant"), if it looks like one.
std::string error_code_in(const Reply& reply);
/// A new refresh token in an answer, or nothing.
std::string refresh_token_in(const Reply& reply);

std::shared_ptr<TokenSource> oauth2_source(const OAuth2Auth& auth);

}  // namespace handoff::net
