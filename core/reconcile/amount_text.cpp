#include "core/reconcile/amount_text.hpp"

#include <handoff/sdk/money.hpp>
#include <string>

namespace handoff::reconcile {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

/// "25.00" and "25" with at most 15 digits: nearly every amount there is.
std::optional<std::int64_t> plain(std::string_view text, int exponent, char decimal) {
  if (text.empty() || text.size() > 15 || !digit(text.front())) return std::nullopt;
  std::int64_t value = 0;
  std::size_t at = 0;
  for (; at < text.size() && digit(text[at]); ++at) value = value * 10 + (text[at] - '0');
  int decimals = 0;
  if (at < text.size()) {
    if (text[at] != decimal) return std::nullopt;
    for (++at; at < text.size() && digit(text[at]); ++at, ++decimals) value = value * 10 + (text[at] - '0');
    if (at < text.size() || decimals == 0 || decimals > exponent) return std::nullopt;
  }
  for (; decimals < exponent; ++decimals) value *= 10;
  return value > kAmountMax ? std::nullopt : std::optional(value);
}

/// Blanks (the one that does not break, too), letters and currency signs around the number.
std::string_view stripped(std::string_view text) {
  auto around = [](char c) {
    return !digit(c) && c != '-' && c != '+' && c != '(' && c != ')' && c != '.' && c != ',';
  };
  while (!text.empty() && around(text.front())) text.remove_prefix(1);
  while (!text.empty() && around(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes the sign off in whichever form; nothing if there are two.
std::optional<bool> take_sign(std::string_view& text) {
  bool bracketed = text.size() > 2 && text.front() == '(' && text.back() == ')';
  if (bracketed) text = text.substr(1, text.size() - 2);
  bool leading = !text.empty() && (text.front() == '-' || text.front() == '+');
  bool negative = bracketed || (leading && text.front() == '-');
  if (leading) text.remove_prefix(1);
  bool trailing = !text.empty() && text.back() == '-';
  if (trailing) text.remove_suffix(1);
  if (int(bracketed) + int(leading) + int(trailing) > 1) return std::nullopt;
  text = stripped(text);
  return negative || trailing;
}

/// The plain decimal behind "1.234.567,89"; nothing if a group has not three digits.
std::optional<std::string> without_groups(std::string_view text, const AmountFormat& format) {
  std::string out;
  std::size_t whole = text.rfind(format.decimal);
  if (whole == std::string_view::npos) whole = text.size();
  std::size_t in_group = 0;
  bool grouped = false;
  for (std::size_t i = 0; i < whole; ++i) {
    if (format.thousands != 0 && text[i] == format.thousands) {
      if (in_group == 0 || in_group > 3 || (grouped && in_group != 3)) return std::nullopt;
      grouped = true;
      in_group = 0;
    } else if (digit(text[i])) {
      out += text[i];
      ++in_group;
    } else {
      return std::nullopt;
    }
  }
  if (grouped && in_group != 3) return std::nullopt;
  if (whole == text.size()) return out;
  out += '.';
  return out.append(text.substr(whole + 1));
}

}  // namespace

std::optional<std::int64_t> parse_amount(std::string_view text, int exponent, const AmountFormat& format) {
  if (format.minor_units) exponent = 0;
  if (auto fast = plain(text, exponent, format.decimal)) return fast;
  text = stripped(text);
  std::optional<bool> negative = take_sign(text);
  if (!negative) return std::nullopt;
  std::optional<std::string> number = without_groups(text, format);
  if (!number) return std::nullopt;
  std::optional<std::int64_t> value = parse_decimal(*number, exponent);
  if (!value || *value > kAmountMax) return std::nullopt;
  return *negative ? -*value : *value;
}

}  // namespace handoff::reconcile
