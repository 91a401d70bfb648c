#include "core/report/audit.hpp"

#include <algorithm>
#include <handoff/sdk/currency.hpp>

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

int exponent_of(const std::string& currency) { return currency_exponent(currency).value_or(2); }

Sum size_of(std::int64_t minor, const std::string& currency) {
  constexpr int kMost = 4;  // digits of any currency of ISO 4217
  Sum out = minor;
  for (int digits = exponent_of(currency); digits < kMost; ++digits) out *= 10;
  return out;
}

std::string grouped_amount(Sum minor, int exponent) {
  std::string text = decimal(minor, exponent);
  std::size_t first = text.starts_with('-') ? 1 : 0, whole = text.find('.');
  if (whole == std::string::npos) whole = text.size();
  for (std::size_t at = whole; at > first + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string measured_by(std::int64_t measured, std::int64_t by_log) {
  if (by_log == 0) return {};
  if (by_log == measured) return "measured by the times of the logs";
  return "measured " + std::to_string(measured - by_log) + " by the times of the exports, " + std::to_string(by_log) +
         " by those of the logs";
}

}  // namespace handoff::report
