// Amounts as text: exact both ways, in every currency (INVARIANTS M6). Input: a currency, a line feed, an amount.

#include <array>
#include <charconv>
#include <cstring>
#include <handoff/sdk/money.hpp>

#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

__extension__ typedef __int128 Wide;

/// The amount in units of 10^-exponent, worked out another way; nothing if it is none.
std::optional<Wide> oracle(std::string_view text, int exponent) {
  bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  std::size_t dot = std::min(text.find('.'), text.size());
  std::string whole(text.substr(0, dot));
  std::string fraction(text.substr(std::min(dot + 1, text.size())));
  if (whole.empty() || (dot < text.size() && fraction.empty())) return std::nullopt;
  auto places = static_cast<std::size_t>(exponent);
  while (fraction.size() > places && fraction.back() == '0') fraction.pop_back();
  if (fraction.size() > places) return std::nullopt;
  fraction.resize(places, '0');
  Wide value = 0;
  for (char c : whole + fraction) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
    if (value > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  }
  return negative ? -value : value;
}

void read(std::string_view text, int exponent) {
  std::optional<std::int64_t> units = parse_decimal(text, exponent);
  std::optional<Wide> expected = oracle(text, exponent);
  must(units.has_value() == expected.has_value(), "an amount is read if it is one, and only then", text);
  if (!units) return;
  must(*units == *expected, "an amount is read exactly", text);
  std::string written = write_decimal(*units, exponent);
  must(parse_decimal(written, exponent) == units, "an amount is written exactly", written);
}

void write(std::int64_t minor, const std::string& currency) {
  Money money(minor, currency);
  must(money.negated().negated() == money, "the opposite of the opposite is the amount");
  if (!currency_exponent(currency)) return;
  std::optional<Money> again = money_from_json(to_json(money));
  bool has_opposite = minor != std::numeric_limits<std::int64_t>::min();
  must(again.has_value() == has_opposite, "an amount is taken from JSON if it has an opposite", money.text());
  if (!again) return;
  must(*again == money, "JSON keeps an amount");
  must(money_from_decimal(money.decimal(), currency) == money, "text keeps an amount", money.text());
  must(money.negated().minor() == -minor, "the opposite is exact", money.text());
}

}  // namespace

void one_input(std::string_view bytes) {
  Input input(bytes);
  std::string currency(input.line());
  std::string_view text = input.rest();
  for (int exponent : {0, 2, 3, 4}) read(text, exponent);
  std::optional<Money> money = money_from_decimal(text, currency);
  if (money) must(money->currency() == currency && currency.size() == 3, "the currency is the one that was named");
  std::array<char, sizeof(std::int64_t)> raw{};
  std::memcpy(raw.data(), text.data(), std::min(text.size(), raw.size()));
  std::int64_t minor = 0;
  std::memcpy(&minor, raw.data(), sizeof minor);
  write(minor, currency);
  std::from_chars(text.data(), text.data() + text.size(), minor);
  write(minor, currency);
}

}  // namespace handoff::fuzz
