#pragma once
// Digests and encodings, over OpenSSL (which uses the processor's SHA instructions).

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace handoff::crypto {

using Digest = std::array<std::uint8_t, 32>;

inline std::string_view bytes(std::span<const std::uint8_t> data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

Digest sha256(std::string_view data);
Digest hmac_sha256(std::string_view key, std::string_view message);
std::array<std::uint8_t, 20> hmac_sha1(std::string_view key, std::string_view message);

/// Equal, in a time that depends on the lengths only.
bool equal_constant_time(std::string_view a, std::string_view b);

/// RFC 4648. Each byte string has one text: what would be written in another way is not read, but for the case of hex.
/// base32 is lower case without padding.
std::string base32(std::string_view data);
std::optional<std::string> from_base32(std::string_view text);
std::string hex(std::string_view data);
std::optional<std::string> from_hex(std::string_view text);
std::string base64(std::string_view data);
std::optional<std::string> from_base64(std::string_view text);
/// For URLs and tokens: '-' and '_', without padding.
std::string base64url(std::string_view data);

}  // namespace handoff::crypto
