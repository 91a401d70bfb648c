#pragma once
// Private keys that we sign with, over OpenSSL.

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace handoff::crypto {

/// An RSA key (it signs RS256) or one of P-256 (ES256), as JSON Web Signatures have them: RFC 7518 3.3 and 3.4. Copies
/// share the key. [any thread]
class SigningKey {
 public:
  /// PEM without a passphrase: PKCS #8, or what OpenSSL wrote before. RSA of at least 2048 bits. The error tells nothing
  /// of the key.
  static std::expected<SigningKey, std::string> read(std::string_view pem);

  std::string_view algorithm() const { return algorithm_; }
  /// The bytes of the signature; empty if OpenSSL failed.
  std::string sign(std::string_view message) const;

 private:
  SigningKey(std::shared_ptr<void> key, std::string_view algorithm) : key_(std::move(key)), algorithm_(algorithm) {}
  std::shared_ptr<void> key_;  // EVP_PKEY
  std::string_view algorithm_;
};

}  // namespace handoff::crypto
