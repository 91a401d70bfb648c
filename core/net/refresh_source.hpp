#pragma once
// Tokens by a refresh token that may be spent by each exchange (RFC 6749 6). For the sources of this folder and their
// tests.

#include "core/net/auth.hpp"

namespace handoff::net {

/// `auth.refresh` is there. Keeps these rules, whatever the vendor, the disk or a crash does (ADR 0021):
///  1. That a token is shown is durable before it is shown.
///  2. The refresh token of an answer is durable before its access token is handed out.
///  3. What could not be made durable is tried again before anything else is asked.
std::shared_ptr<TokenSource> refresh_source(const OAuth2Auth& auth);

}  // namespace handoff::net
