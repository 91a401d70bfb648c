#include "core/serve/words.hpp"

#include <algorithm>

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

std::string grouped(std::int64_t number) { return grouped_amount(std::to_string(number)); }

std::string grouped_amount(const std::string& decimal) {
  std::string out = decimal;
  std::size_t first = out.starts_with('-') ? 1 : 0;
  for (std::size_t at = std::min(out.find('.'), out.size()); at > first + 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

std::string counted(std::int64_t number, const std::string& noun) {
  return grouped(number) + " " + noun + (number == 1 ? "" : "s");
}

}  // namespace handoff::serve
