#include "core/crypto/hash.hpp"

#include <gtest/gtest.h>

namespace handoff::crypto {
namespace {

TEST(Encodings, KeepTheBytes) {
  const std::string all("\x00\xFF\x10 any", 7);
  EXPECT_EQ(from_base32(base32(all)), all);
  EXPECT_EQ(from_base64(base64(all)), all);
  EXPECT_EQ(from_hex(hex(all)), all);
  EXPECT_EQ(from_base64(""), "");
}

TEST(Encodings, ReadOneTextForOneByteString) {
  EXPECT_EQ(from_base64("c2ln"), "sig");
  for (const char* other : {"c2l", "c2l=n===", "====", "c2ln    ", "    c2ln", "c2ln\n\n\n\n", "YR==", "Y=Q=", "c2-_"})
    EXPECT_FALSE(from_base64(other)) << other;
  EXPECT_EQ(from_base32("me"), "a");
  for (const char* other : {"mf", "ME", "m", "mea", "me======"}) EXPECT_FALSE(from_base32(other)) << other;
}

/// FIPS 180-2, appendix B, and the empty message.
TEST(Digests, AreThoseOfTheStandard) {
  auto sha = [](std::string_view text) { return hex(bytes(sha256(text))); };
  EXPECT_EQ(sha("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

/// RFC 4231: cases 1, 2, 3, 6 and 7; the last two with a key longer than a block. RFC 2202: cases 1 and 2.
TEST(Digests, OfAKeyAreThoseOfTheStandard) {
  auto mac = [](const std::string& key, std::string_view text) { return hex(bytes(hmac_sha256(key, text))); };
  EXPECT_EQ(mac(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(mac("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(mac(std::string(20, '\xaa'), std::string(50, '\xdd')),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(mac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(
      mac(std::string(131, '\xaa'),
          "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed "
          "before being used by the HMAC algorithm."),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
  EXPECT_EQ(hex(bytes(hmac_sha1(std::string(20, '\x0b'), "Hi There"))), "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(hex(bytes(hmac_sha1("Jefe", "what do ya want for nothing?"))), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

}  // namespace
}  // namespace handoff::crypto
