#pragma once
// Tokens by logging in (SessionAuth). For the sources of this folder and their tests.

#include "core/net/auth.hpp"

namespace handoff::net {

/// The token in an answer of that session's login; empty: none.
std::string session_token_in(const SessionAuth& auth, const Reply& reply);

std::shared_ptr<TokenSource> session_source(const SessionAuth& auth);

}  // namespace handoff::net
