#include "core/report/audit.hpp"

#include <algorithm>

namespace handoff::report {

std::string decimal(Sum minor, int exponent) {
  bool negative = minor < 0;
  std::string digits;
  for (Sum rest = negative ? -minor : minor; rest != 0; rest /= 10)
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  auto places = static_cast<std::size_t>(exponent);
  if (digits.size() <= places) digits.append(places + 1 - digits.size(), '0');
  std::ranges::reverse(digits);
  if (places > 0) digits.insert(digits.size() - places, 1, '.');
  return negative ? "-" + digits : digits;
}

}  // namespace handoff::report
