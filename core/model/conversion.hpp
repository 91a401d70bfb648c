#pragma once
// An amount in another currency by a dated rate (docs/adr/0024-conversion.md). Pure, in integers.

#include <cstdint>
#include <expected>
#include <handoff/sdk/money.hpp>
#include <string>
#include <vector>

namespace handoff {

enum class Rounding : std::uint8_t { half_up, half_even, down };

/// A decimal as it was written: `units` of 10^-`scale`.
struct Decimal {
  std::int64_t units = 0;
  int scale = 0;
  std::string text;
};
/// A plain decimal above zero with at most 18 digits, 12 of them behind the point; nothing otherwise.
std::optional<Decimal> read_rate(std::string_view text);

/// One unit of `from` is `rate` units of `to`, on the days `since` to `until`, both included ("2026-11-23"); `until` empty:
/// for good.
struct Rate {
  std::string from, to;
  Decimal rate;
  std::string since, until;
  bool covers(const std::string& day) const { return day >= since && (until.empty() || day <= until); }
};

struct Conversion {
  std::string to;
  std::string rates;  // the table's name, for people
  Rounding rounding = Rounding::half_even;
  std::vector<Rate> table;
};

struct Converted {
  Money amount;
  std::string rate;  // as written
};
/// Or why not: no rate for that day, too large, nothing left. An amount of the wanted currency has no rate and stays.
std::expected<Converted, std::string> convert(const Money& amount, const std::string& day, const Conversion& by);

std::string words(Rounding rounding);

}  // namespace handoff
