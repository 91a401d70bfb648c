#include "core/reconcile/amount_text.hpp"

#include <algorithm>
#include <array>
#include <handoff/sdk/money.hpp>
#include <span>

#include "core/reconcile/currency_marks.hpp"
#include "core/reconcile/letters.hpp"
#include "core/reconcile/rows.hpp"

namespace handoff::reconcile {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

/// "25.00" and "25" with at most 15 digits: nearly every amount there is. -1: it is none.
std::int64_t plain(std::string_view text, int exponent, char decimal) {
  if (text.empty() || text.size() > 15 || !digit(text.front())) return -1;
  std::int64_t value = 0;
  std::size_t at = 0;
  for (; at < text.size() && digit(text[at]); ++at) value = value * 10 + (text[at] - '0');
  int decimals = 0;
  if (at < text.size()) {
    if (text[at] != decimal) return -1;
    for (++at; at < text.size() && digit(text[at]); ++at, ++decimals) value = value * 10 + (text[at] - '0');
    if (at < text.size() || decimals == 0 || decimals > exponent) return -1;
  }
  for (; decimals < exponent && value <= kAmountMax; ++decimals) value *= 10;
  return value > kAmountMax ? -1 : value;
}

/// The minus of typesetters, digits of other scripts, blanks that are no blank and marks of direction as ASCII says them.
/// Taken for a currency's sign they would be taken off, and "\u22125.00" would be 5.00.
std::string in_ascii(std::string_view text, const AmountFormat& format) {
  static constexpr std::uint32_t kZeros[] = {0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66,  0xae6,  0xb66,  0xbe6, 0xc66,
                                             0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0x1810, 0xff10};
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t begin = at;
    std::uint32_t c = next_character(text, at);
    auto zero = std::ranges::find_if(kZeros, [c](std::uint32_t one) { return c >= one && c < one + 10; });
    if (zero != std::end(kZeros))
      out += static_cast<char>('0' + (c - *zero));
    else if (c == 0x2212 || c == 0x2013 || c == 0x2014 || c == 0xfe63 || c == 0xff0d)
      out += '-';
    else if (c == 0xa0 || c == 0x202f || (c >= 0x2000 && c <= 0x200a))
      out += ' ';
    else if (c == 0x66b)
      out += format.decimal;
    else if (c == 0x66c && format.thousands != 0)
      out += format.thousands;
    else if ((c < 0x200b || c > 0x200f) && (c < 0x2066 || c > 0x2069) && c != 0x61c && c != 0xfeff)
      out.append(text.substr(begin, at - begin));
  }
  return out;
}

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; }

/// What stands around the number, outside of its sign and inside of it.
struct Beside {
  std::array<std::string_view, 4> pieces;
  std::size_t count = 0;
  void add(std::string_view piece) {
    if (!piece.empty() && count < pieces.size()) pieces[count++] = piece;
  }
};

/// Without blanks, letters and currency signs around the number. A full stop behind a letter is that of "Rs. 25".
std::string_view stripped(std::string_view text, Beside& beside) {
  auto around = [](char c) {
    return !digit(c) && c != '-' && c != '+' && c != '(' && c != ')' && c != '.' && c != ',';
  };
  auto stop = [&](std::size_t at) { return text[at] == '.' && at > 0 && letter(text[at - 1]); };
  std::size_t begin = 0, end = text.size();
  while (begin < end && (around(text[begin]) || (stop(begin) && begin + 1 < end && around(text[begin + 1])))) ++begin;
  while (end > begin && (around(text[end - 1]) || stop(end - 1))) --end;
  beside.add(text.substr(0, begin));
  beside.add(text.substr(end));
  return text.substr(begin, end - begin);
}

/// "25.-" and "25,--" are 25 and no cents.
std::string_view without_dashes(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && text.size() - end < 2 && text[end - 1] == '-') --end;
  bool cents = end < text.size() && end > 1 && (text[end - 1] == '.' || text[end - 1] == ',') && digit(text[end - 2]);
  return cents ? text.substr(0, end - 1) : text;
}

/// Takes the sign off in whichever form; nothing if there are two.
std::optional<bool> take_sign(std::string_view& text, const AmountFormat& format, Beside& beside) {
  bool bracketed = text.size() > 2 && text.front() == '(' && text.back() == ')';
  if (bracketed) text = text.substr(1, text.size() - 2);
  if (!format.minor_units) text = without_dashes(text);
  bool leading = !text.empty() && (text.front() == '-' || text.front() == '+');
  bool negative = bracketed || (leading && text.front() == '-');
  if (leading) text.remove_prefix(1);
  bool trailing = !text.empty() && text.back() == '-';
  if (trailing) text.remove_suffix(1);
  if (int(bracketed) + int(leading) + int(trailing) > 1) return std::nullopt;
  text = stripped(text, beside);
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
  if (grouped && (in_group != 3 || out.front() == '0')) return std::nullopt;
  if (whole == text.size()) return out;
  out += '.';
  return out.append(text.substr(whole + 1));
}

/// Whether a plain decimal may be a thousand times as much, for its sign stands before three digits; or, where all amounts have
/// three decimals, is not one of them.
bool is_doubtful(std::string_view number, int exponent, const AmountFormat& format) {
  constexpr std::size_t kDecimals = 3;
  if (exponent >= static_cast<int>(kDecimals) || format.minor_units) return false;
  std::size_t whole = std::min(number.find('.'), number.size());
  if (format.three_decimals)
    return number.size() < whole + 1 + kDecimals && number.find_first_not_of("0.") != std::string_view::npos;
  return number.size() == whole + 1 + kDecimals && whole >= 1 && whole <= 3 && number.front() != '0';
}

/// With signs, groups, a currency beside it, in whatever digits.
std::optional<std::int64_t> any_amount(std::string_view text, int exponent, const AmountFormat& format,
                                       std::string_view currency, std::string* beside) {
  std::string ascii;
  Beside around;
  if (std::ranges::any_of(text, [](char c) { return (c & 0x80) != 0; })) text = ascii = in_ascii(text, format);
  text = stripped(text, around);
  std::optional<bool> negative = take_sign(text, format, around);
  if (!negative) return std::nullopt;
  std::optional<std::string> number = without_groups(text, format);
  if (!number || (format.minor_units && number->find('.') != std::string::npos)) return std::nullopt;
  if (is_doubtful(*number, exponent, format)) return std::nullopt;
  std::optional<std::int64_t> value = parse_decimal(*number, exponent);
  if (!value || *value > kAmountMax) return std::nullopt;
  for (std::string_view piece : std::span(around.pieces).first(currency.empty() ? 0 : around.count))
    if (!only_names(piece, currency)) {
      if (beside != nullptr) *beside = trimmed(piece);
      return std::nullopt;
    }
  return *negative ? -*value : *value;
}

}  // namespace

std::optional<std::int64_t> parse_amount(std::string_view text, int exponent, const AmountFormat& format,
                                         std::string_view currency, std::string* beside) {
  if (format.minor_units) exponent = 0;
  if (std::int64_t value = format.three_decimals ? -1 : plain(text, exponent, format.decimal); value >= 0) return value;
  return any_amount(text, exponent, format, currency, beside);
}

}  // namespace handoff::reconcile
