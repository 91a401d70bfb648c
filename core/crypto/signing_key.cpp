#include "core/crypto/signing_key.hpp"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <vector>

#include "core/crypto/raw.hpp"

namespace handoff::crypto {

namespace {

constexpr int kRsaBitsMin = 2048;
constexpr int kNumberBytes = 32;  // each half of a P-256 signature

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Signature = std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)>;

EVP_PKEY* opened(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

Bio reading(std::string_view pem) { return {BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free}; }

/// Asked for a passphrase, OpenSSL would turn to the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

bool is_p256(EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t size = 0;
  return EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == "prime256v1";
}

std::string made(EVP_PKEY* key, std::string_view message) {
  Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, raw(message), message.size()) != 1)
    return {};
  std::vector<unsigned char> out(size);
  if (EVP_DigestSign(context.get(), out.data(), &size, raw(message), message.size()) != 1) return {};
  return {reinterpret_cast<const char*>(out.data()), size};
}

/// RFC 7518 3.4: both numbers with all their bytes, where OpenSSL writes ASN.1.
std::string both_numbers(std::string_view asn1) {
  const unsigned char* at = raw(asn1);
  Signature read(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(asn1.size())), &ECDSA_SIG_free);
  if (!read) return {};
  std::array<unsigned char, 2 * kNumberBytes> out{};
  if (BN_bn2binpad(ECDSA_SIG_get0_r(read.get()), out.data(), kNumberBytes) != kNumberBytes ||
      BN_bn2binpad(ECDSA_SIG_get0_s(read.get()), out.data() + kNumberBytes, kNumberBytes) != kNumberBytes)
    return {};
  return {reinterpret_cast<const char*>(out.data()), out.size()};
}

}  // namespace

std::expected<SigningKey, std::string> SigningKey::read(std::string_view pem) {
  const Bio bio = reading(pem);
  std::shared_ptr<void> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr),
                            [](void* one) { EVP_PKEY_free(static_cast<EVP_PKEY*>(one)); });
  if (!key) return std::unexpected("it is no private key in PEM without a passphrase");
  const bool rsa = EVP_PKEY_is_a(opened(key), "RSA") == 1;
  if (rsa && EVP_PKEY_get_bits(opened(key)) < kRsaBitsMin)
    return std::unexpected("its RSA key has " + std::to_string(EVP_PKEY_get_bits(opened(key))) +
                           " bits; 2048 is the least");
  if (!rsa && !is_p256(opened(key))) return std::unexpected("its key is neither RSA nor one of the curve P-256");
  return SigningKey(std::move(key), rsa ? "RS256" : "ES256");
}

std::string SigningKey::sign(std::string_view message) const {
  std::string out = made(opened(key_), message);
  return algorithm_ == "ES256" ? both_numbers(out) : out;
}

}  // namespace handoff::crypto
