#pragma once
// ISO 4217 alphabetic codes and their minor-unit exponents (list one, six.group, with the amendments to 2026).
// Funds codes, metals and test codes (XAU, XXX, ...) are left out on purpose: no store credit is denominated in them.

#include <array>
#include <optional>
#include <string_view>

namespace handoff {

namespace detail {
inline constexpr std::string_view kExponent0 = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";
inline constexpr std::string_view kExponent3 = "BHD IQD JOD KWD LYD OMR TND ";
inline constexpr std::string_view kExponent4 = "CLF UYW ";
inline constexpr std::string_view kExponent2 =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP "
    "CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES "
    "KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK "
    "NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ";

/// By halves: it is asked for each amount that is read or written.
constexpr bool lists(std::string_view table, std::string_view code) {
  std::size_t from = 0, until = table.size() / 4;
  while (from < until) {
    std::size_t middle = (from + until) / 2;
    int order = table.substr(middle * 4, 3).compare(code);
    if (order == 0) return true;
    order < 0 ? from = middle + 1 : until = middle;
  }
  return false;
}
constexpr bool in_order(std::string_view table) {
  for (std::size_t at = 4; at < table.size(); at += 4)
    if (table.substr(at - 4, 3) >= table.substr(at, 3)) return false;
  return true;
}
static_assert(in_order(kExponent0) && in_order(kExponent2) && in_order(kExponent3) && in_order(kExponent4));
}  // namespace detail

/// How many decimal digits the currency's minor unit has (0, 2, 3 or 4), or nothing for a code that is not in the
/// table. Codes are three upper-case letters.
constexpr std::optional<int> currency_exponent(std::string_view code) {
  if (code.size() != 3) return std::nullopt;
  if (detail::lists(detail::kExponent2, code)) return 2;
  if (detail::lists(detail::kExponent0, code)) return 0;
  if (detail::lists(detail::kExponent3, code)) return 3;
  if (detail::lists(detail::kExponent4, code)) return 4;
  return std::nullopt;
}

}  // namespace handoff
