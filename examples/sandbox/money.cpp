#include "money.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace sandbox {

int minor_digits(std::string_view currency) {
  static constexpr std::array<std::string_view, 16> kNone = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                             "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF"};
  static constexpr std::array<std::string_view, 7> kThree = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  if (std::ranges::find(kNone, currency) != kNone.end()) return 0;
  if (std::ranges::find(kThree, currency) != kThree.end()) return 3;
  return 2;
}

std::optional<std::int64_t> minor_from_decimal(std::string_view text, int digits) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  std::string all(text.substr(0, dot));
  std::string fraction = dot == std::string_view::npos ? std::string() : std::string(text.substr(dot + 1));
  if (all.empty() || (dot != std::string_view::npos && fraction.empty())) return std::nullopt;
  while (fraction.size() > static_cast<std::size_t>(digits) && fraction.back() == '0') fraction.pop_back();
  if (fraction.size() > static_cast<std::size_t>(digits)) return std::nullopt;
  fraction.resize(static_cast<std::size_t>(digits), '0');
  all += fraction;
  if (!std::ranges::all_of(all, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), value);
  if (error != std::errc{} || end != all.data() + all.size()) return std::nullopt;
  return negative ? -value : value;
}

std::string decimal_from_minor(std::int64_t minor, int digits) {
  const bool negative = minor < 0;
  std::string text = std::to_string(minor);
  if (negative) text.erase(0, 1);
  const auto places = static_cast<std::size_t>(digits);
  if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
  if (places > 0) text.insert(text.size() - places, 1, '.');
  return negative ? "-" + text : text;
}

}  // namespace sandbox
