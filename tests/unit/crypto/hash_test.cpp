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

}  // namespace
}  // namespace handoff::crypto
