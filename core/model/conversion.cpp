#include "core/model/conversion.hpp"

#include <algorithm>
#include <limits>

namespace handoff {

namespace {

__extension__ typedef __int128 Wide;

constexpr int kDigitsMax = 18;
constexpr int kScaleMax = 12;

/// `value` / `by`, both positive.
Wide divided(Wide value, Wide by, Rounding rounding) {
  Wide whole = value / by, rest = value % by;
  bool above = rest * 2 > by, half = rest * 2 == by;
  if (rounding == Rounding::half_up) above = above || half;
  if (rounding == Rounding::half_even) above = above || (half && whole % 2 != 0);
  return whole + (above && rounding != Rounding::down ? 1 : 0);
}

Wide power_of_ten(int exponent) {
  Wide out = 1;
  for (int i = 0; i < exponent; ++i) out *= 10;
  return out;
}

}  // namespace

std::optional<Decimal> read_rate(std::string_view text) {
  std::size_t point = std::min(text.find('.'), text.size());
  int scale = point == text.size() ? 0 : static_cast<int>(text.size() - point - 1);
  if (text.empty() || text.front() == '-' || scale > kScaleMax || text.size() > kDigitsMax + 1) return std::nullopt;
  std::optional<std::int64_t> units = parse_decimal(text, scale);
  if (!units || *units <= 0) return std::nullopt;
  return Decimal{*units, scale, std::string(text)};
}

std::string words(Rounding rounding) {
  return rounding == Rounding::half_up ? "half_up" : rounding == Rounding::down ? "down" : "half_even";
}

std::expected<Converted, std::string> convert(const Money& amount, const std::string& day, const Conversion& by) {
  if (amount.currency() == by.to) return Converted{amount, ""};
  auto found = std::ranges::find_if(by.table, [&](const Rate& rate) {
    return rate.from == amount.currency() && rate.to == by.to && rate.covers(day);
  });
  std::string pair = amount.currency() + " to " + by.to + " on " + day;
  if (found == by.table.end()) return std::unexpected("[rates." + by.rates + "] has no rate from " + pair);
  // 2^63 times 10^18 fits; so do four more digits of the exponents, after the check.
  Wide value = static_cast<Wide>(amount.minor()) * found->rate.units;
  int scale = found->rate.scale + amount.exponent() - currency_exponent(by.to).value_or(2);
  if (scale < 0 && __builtin_mul_overflow(value, power_of_ten(-scale), &value))
    value = std::numeric_limits<std::int64_t>::max() + Wide{1};
  if (scale > 0) value = divided(value, power_of_ten(scale), by.rounding);
  if (value > std::numeric_limits<std::int64_t>::max())
    return std::unexpected(amount.text() + " is too large an amount from " + pair);
  if (value == 0) return std::unexpected(amount.text() + " is less than the smallest unit from " + pair);
  return Converted{Money(static_cast<std::int64_t>(value), by.to), found->rate.text};
}

}  // namespace handoff
