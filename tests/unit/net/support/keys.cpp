#include "tests/unit/net/support/keys.hpp"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <vector>

#include "core/crypto/hash.hpp"

namespace handoff::net::test {
namespace {

using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string written(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

KeyPair pems(const PrivateKey& key) {
  const Bio secret(BIO_new(BIO_s_mem()), &BIO_free), open(BIO_new(BIO_s_mem()), &BIO_free);
  PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_PUBKEY(open.get(), key.get());
  return {written(secret.get()), written(open.get())};
}

std::string from_base64url(std::string_view text) {
  std::string plain(text);
  for (char& c : plain) c = c == '-' ? '+' : c == '_' ? '/' : c;
  plain.resize((plain.size() + 3) / 4 * 4, '=');
  return crypto::from_base64(plain).value_or("");
}

/// RFC 7518 3.4 writes both numbers, OpenSSL reads ASN.1.
std::string as_asn1(const std::string& numbers) {
  const auto* raw = reinterpret_cast<const unsigned char*>(numbers.data());
  std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> made(ECDSA_SIG_new(), &ECDSA_SIG_free);
  ECDSA_SIG_set0(made.get(), BN_bin2bn(raw, 32, nullptr), BN_bin2bn(raw + 32, 32, nullptr));
  std::vector<unsigned char> out(static_cast<std::size_t>(i2d_ECDSA_SIG(made.get(), nullptr)));
  unsigned char* at = out.data();
  i2d_ECDSA_SIG(made.get(), &at);
  return {out.begin(), out.end()};
}

}  // namespace

KeyPair rsa_key(unsigned bits) { return pems(PrivateKey(EVP_RSA_gen(bits), &EVP_PKEY_free)); }
KeyPair ec_key(const char* curve) { return pems(PrivateKey(EVP_EC_gen(curve), &EVP_PKEY_free)); }

bool jwt_is_of(const std::string& public_pem, std::string_view token) {
  const auto dot = token.rfind('.');
  if (dot == std::string_view::npos) return false;
  std::string signature = from_base64url(token.substr(dot + 1));
  const Bio bio(BIO_new_mem_buf(public_pem.data(), static_cast<int>(public_pem.size())), &BIO_free);
  const PrivateKey key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  if (EVP_PKEY_is_a(key.get(), "EC") == 1) {
    if (signature.size() != 64) return false;
    signature = as_asn1(signature);
  }
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                          reinterpret_cast<const unsigned char*>(token.data()), dot) == 1;
}

std::string jwt_part(std::string_view token, int part) {
  for (; part > 0; --part) token.remove_prefix(token.find('.') + 1);
  return from_base64url(token.substr(0, token.find('.')));
}

}  // namespace handoff::net::test
