#pragma once
// Key pairs made while a test runs, and the other side of a signature.

#include <string>
#include <string_view>

namespace handoff::net::test {

struct KeyPair {
  std::string private_pem, public_pem;
};

KeyPair rsa_key(unsigned bits = 2048);
/// "P-256", "P-384".
KeyPair ec_key(const char* curve = "P-256");

/// Whether a JSON Web Token was signed by the private half.
bool jwt_is_of(const std::string& public_pem, std::string_view token);
/// The part of a token, decoded: 0 the head, 1 the claims.
std::string jwt_part(std::string_view token, int part);

}  // namespace handoff::net::test
