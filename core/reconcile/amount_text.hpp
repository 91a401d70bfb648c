#pragma once
// Amounts as exports write them, exactly. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handoff::reconcile {

struct AmountFormat {
  char decimal = '.';
  char thousands = 0;           // 0: none
  bool minor_units = false;     // whole minor units
  bool three_decimals = false;  // all have three, of whichever currency
};

/// An amount beyond this is refused: no credit is that large, and sums of a group stay inside 64 bits.
inline constexpr std::int64_t kAmountMax = 1'000'000'000'000'000;

/// Minor units of a currency with `exponent` decimals. Also takes "(25.00)" and "25.00-" for negative, a leading '+', "25.-"
/// for "25.00", and signs or a code of `currency` before or after; anything else there ("EUR" in dollars, "k", "%", "CR")
/// makes it none, and `beside` says what. With `currency` empty, for a guess, whatever stands there. Nothing when a digit
/// would be lost or the grouping of thousands is wrong, or for decimals of whole minor units. Nor for "1.250" of dollars: that
/// may be a thousand, unless all amounts have three decimals; then "500" and "25.00" are none. On all other plain decimals the
/// same as handoff::parse_decimal (tested).
std::optional<std::int64_t> parse_amount(std::string_view text, int exponent, const AmountFormat& format,
                                         std::string_view currency = {}, std::string* beside = nullptr);

}  // namespace handoff::reconcile
