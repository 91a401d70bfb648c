#pragma once
// Identifiers in the vendors' styles, and the digests they use.

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace sandbox {

class IdMaker {
 public:
  explicit IdMaker(std::uint64_t seed = 1) : generator_(seed) {}

  std::string alphanumeric(std::size_t length);
  std::string hex(std::size_t length);
  std::string digits(std::size_t length);
  std::string uuid();
  std::uint64_t below(std::uint64_t limit) { return generator_() % limit; }

 private:
  std::string pick(std::string_view alphabet, std::size_t length);
  std::mt19937_64 generator_;
};

std::string sha256_hex(std::string_view text);
std::string hmac_sha256_hex(std::string_view key, std::string_view text);
std::string hmac_sha256_base64(std::string_view key, std::string_view text);
std::string lower(std::string_view text);

}  // namespace sandbox
