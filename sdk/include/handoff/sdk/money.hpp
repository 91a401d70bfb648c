#pragma once
// Exact money (INVARIANTS M6): signed 64-bit minor units and an ISO 4217 code. No binary floating point anywhere.

#include <cstdint>
#include <handoff/sdk/currency.hpp>
#include <handoff/sdk/json.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace handoff {

/// `minor` in the currency's smallest unit: 25.00 USD is (2500, "USD"), 25 JPY is (25, "JPY"). Amounts that are read go
/// from -(2^63 - 1) to 2^63 - 1, so that each has an opposite.
class Money {
 public:
  Money() = default;
  Money(std::int64_t minor, std::string currency) : minor_(minor), currency_(std::move(currency)) {}

  std::int64_t minor() const { return minor_; }
  const std::string& currency() const { return currency_; }
  int exponent() const { return currency_exponent(currency_).value_or(2); }
  bool is_positive() const { return minor_ > 0; }
  /// -2^63, which only a connector's own arithmetic can make, stays what it is: negative, and equal to nothing asked
  /// for.
  Money negated() const {
    return Money(minor_ == std::numeric_limits<std::int64_t>::min() ? minor_ : -minor_, currency_);
  }

  /// "25.00", "-0.05", "25", "1.000": always all digits of the minor unit.
  std::string decimal() const;
  /// "25.00 USD"
  std::string text() const { return decimal() + " " + currency_; }

  friend bool operator==(const Money&, const Money&) = default;

 private:
  std::int64_t minor_ = 0;
  std::string currency_;
};

/// Reads a plain decimal ("25", "25.0", "-0.50") into units of 10^-exponent. Nothing for an exponent form, a sign
/// other than one leading '-', digits beyond the exponent that are not zero, or a value outside 64 bits.
inline std::optional<std::int64_t> parse_decimal(std::string_view text, int exponent) {
  bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  std::int64_t value = 0;
  int decimals = -1;
  bool digits = false;
  auto push = [&value](int digit) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    if (value > (kMax - digit) / 10) return false;
    value = value * 10 + digit;
    return true;
  };
  for (char c : text) {
    if (c == '.' && decimals < 0 && digits) {
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    digits = true;
    if (decimals == exponent) {
      if (c != '0') return std::nullopt;
      continue;
    }
    if (decimals >= 0) ++decimals;
    if (!push(c - '0')) return std::nullopt;
  }
  if (!digits || decimals == 0) {
    if (!digits || text.back() == '.') return std::nullopt;
  }
  for (int missing = exponent - (decimals < 0 ? 0 : decimals); missing > 0; --missing)
    if (!push(0)) return std::nullopt;
  return negative ? -value : value;
}

/// Nothing if the currency is unknown or the text does not fit its minor unit.
inline std::optional<Money> money_from_decimal(std::string_view text, std::string_view currency) {
  std::optional<int> exponent = currency_exponent(currency);
  if (!exponent) return std::nullopt;
  std::optional<std::int64_t> minor = parse_decimal(text, *exponent);
  if (!minor) return std::nullopt;
  return Money(*minor, std::string(currency));
}

/// Writes units of 10^-exponent as a plain decimal with exactly that many digits.
inline std::string write_decimal(std::int64_t units, int exponent) {
  bool negative = units < 0;
  std::uint64_t magnitude = negative ? ~static_cast<std::uint64_t>(units) + 1 : static_cast<std::uint64_t>(units);
  std::string digits = std::to_string(magnitude);
  auto places = static_cast<std::size_t>(exponent);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - places, 1, '.');
  return negative ? "-" + digits : digits;
}

inline std::string Money::decimal() const { return write_decimal(minor_, exponent()); }

/// The canonical form between host and connector: {"minor":2500,"currency":"USD"}.
inline json::Value to_json(const Money& money) {
  json::Object out;
  out.set("minor", money.minor());
  out.set("currency", money.currency());
  return out;
}
inline std::optional<Money> money_from_json(const json::Value& value) {
  std::optional<std::int64_t> minor = value.at("minor").as_integer();
  std::string_view currency = value.at("currency").as_string();
  if (!minor || *minor == std::numeric_limits<std::int64_t>::min() || !currency_exponent(currency)) return std::nullopt;
  return Money(*minor, std::string(currency));
}

}  // namespace handoff
