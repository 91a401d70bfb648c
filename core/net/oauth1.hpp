#pragma once
// OAuth 1 signatures (RFC 5849). For the sources of this folder and their tests.

#include "core/net/auth.hpp"

namespace handoff::net {

/// What is signed (3.4.1): `oauth` are the protocol's own parameters, not encoded. Query and form body are in it.
std::string oauth1_base_string(const Request& request, const BaseUrl& base, const Headers& oauth);

/// The value of the Authorization header. `nonce` as it is sent.
std::string oauth1_header(const OAuth1Auth& auth, const Request& request, const BaseUrl& base, std::int64_t unix_s,
                          const std::string& nonce);

std::shared_ptr<Signer> oauth1_signer(const OAuth1Auth& auth);

}  // namespace handoff::net
