#include "core/serve/words.hpp"

namespace handoff::serve {

namespace {

std::string two(std::int64_t a, const char* unit_a, std::int64_t b, const char* unit_b) {
  std::string out = std::to_string(a) + " " + unit_a;
  return b == 0 ? out : out + " " + std::to_string(b) + " " + unit_b;
}

}  // namespace

std::string duration(std::int64_t ms) {
  if (ms < 0) return "-" + duration(-ms);
  if (ms < 1000) return std::to_string(ms) + " ms";
  if (ms < 10'000) return std::to_string(ms / 1000) + "." + std::to_string(ms % 1000 / 100) + " s";
  std::int64_t s = ms / 1000;
  if (s < 60) return std::to_string(s) + " s";
  if (s < 3600) return two(s / 60, "min", s % 60, "s");
  if (s < 86'400) return two(s / 3600, "h", s % 3600 / 60, "min");
  return two(s / 86'400, "d", s % 86'400 / 3600, "h");
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string counted(std::int64_t number, const std::string& noun) {
  return grouped(number) + " " + noun + (number == 1 ? "" : "s");
}

}  // namespace handoff::serve
