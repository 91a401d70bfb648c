#include "core/config/scalars.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace handoff::config {

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool small(char c) { return c >= 'a' && c <= 'z'; }
bool capital(char c) { return c >= 'A' && c <= 'Z'; }
char raised(char c) { return small(c) ? static_cast<char>(c - 'a' + 'A') : c; }
std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), raised);
  return out;
}

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
constexpr std::array<Unit, 5> kUnits = {{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::int64_t kDurationMax = 3650LL * 86'400'000;

template <class Number>
bool read_whole(std::string_view text, Number& out) {
  auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return !text.empty() && error == std::errc{} && stop == text.data() + text.size();
}

// ISO 3166-1, and XK as the phone numbering knows it.
constexpr std::string_view kRegions =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

bool lists_region(std::string_view code) {
  if (code.size() != 2) return false;
  for (std::size_t at = 0; at < kRegions.size(); at += 3)
    if (kRegions.substr(at, 2) == code) return true;
  return false;
}

bool is_ip(int family, const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(family, host.c_str(), bytes.data()) == 1;
}

}  // namespace

std::expected<Duration, std::string> parse_duration(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && digit(text[digits])) ++digits;
  std::string_view unit = text.substr(digits);
  if (digits == 0) return std::unexpected("it does not begin with a whole number");
  if (unit.empty()) return std::unexpected("the unit is missing (ms, s, m, h or d)");
  if (unit.front() == '.') return std::unexpected("fractions are not allowed, take a smaller unit");
  auto found = std::ranges::find(kUnits, unit, &Unit::name);
  if (found == kUnits.end()) return std::unexpected("the unit must be ms, s, m, h or d");
  std::int64_t count = 0;
  if (!read_whole(text.substr(0, digits), count) || count > kDurationMax / found->milliseconds)
    return std::unexpected("it is longer than ten years");
  return Duration(count * found->milliseconds);
}

std::string duration_text(Duration duration) {
  const Unit* best = kUnits.begin();
  for (const Unit& unit : kUnits)
    if (duration.count() != 0 && duration.count() % unit.milliseconds == 0) best = &unit;
  return std::to_string(duration.count() / best->milliseconds) + std::string(best->name);
}

std::expected<Address, std::string> parse_address(std::string_view text) {
  std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::unexpected("the port is missing");
  Address out;
  out.host = std::string(text.substr(0, colon));
  if (!read_whole(text.substr(colon + 1), out.port)) return std::unexpected("the port must be 0 to 65535");
  bool bracketed = out.host.starts_with('[') && out.host.ends_with(']');
  if (bracketed) out.host = out.host.substr(1, out.host.size() - 2);
  bool good = bracketed ? is_ip(AF_INET6, out.host) : is_ip(AF_INET, out.host) || out.host == "localhost";
  if (good) return out;
  if (out.host.empty()) return std::unexpected("the host is missing; 0.0.0.0 listens on every interface");
  if (is_ip(AF_INET6, out.host)) return std::unexpected("an IPv6 host goes in brackets");
  return std::unexpected("the host must be an IP address of this machine, or localhost");
}

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }
bool is_wildcard(std::string_view host) { return host == "0.0.0.0" || host == "::"; }

std::expected<Money, std::string> parse_money(std::string_view text) {
  std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::unexpected("the currency is missing");
  std::string_view currency = text.substr(space + 1);
  std::optional<int> exponent = currency_exponent(currency);
  if (!exponent && currency_exponent(upper(currency)))
    return std::unexpected("the currency is written " + upper(currency));
  if (!exponent) return std::unexpected("no such currency in ISO 4217");
  std::optional<Money> money = money_from_decimal(text.substr(0, space), currency);
  if (!money)
    return std::unexpected("the amount must be a plain decimal; " + std::string(currency) + " has " +
                           std::to_string(*exponent) + " decimals");
  if (!money->is_positive()) return std::unexpected("the amount must be above zero");
  return *money;
}

std::expected<std::chrono::minutes, std::string> parse_utc_offset(std::string_view text) {
  int hours = 0;
  int minutes = 0;
  bool shape = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':';
  if (!shape || !digit(text[1]) || !digit(text[4]) || !read_whole(text.substr(1, 2), hours) ||
      !read_whole(text.substr(4, 2), minutes))
    return std::unexpected("it has not the form +hh:mm or -hh:mm");
  if (hours > 14 || minutes > 59) return std::unexpected("offsets go from -14:00 to +14:00");
  int total = hours * 60 + minutes;
  return std::chrono::minutes(text[0] == '-' ? -total : total);
}

std::expected<int, std::string> parse_clock_time(std::string_view text) {
  int hours = 0;
  int minutes = 0;
  bool shape = text.size() == 5 && text[2] == ':' && digit(text[0]) && digit(text[3]) &&
               read_whole(text.substr(0, 2), hours) && read_whole(text.substr(3, 2), minutes);
  if (!shape) return std::unexpected("it has not the form hh:mm");
  if (hours > 23 || minutes > 59) return std::unexpected("the day goes from 00:00 to 23:59");
  return hours * 60 + minutes;
}

std::expected<std::string, std::string> parse_region(std::string_view text) {
  if (lists_region(text)) return std::string(text);
  std::string code = upper(text);
  if (code == "UK") code = "GB";
  if (code == "USA") code = "US";
  if (lists_region(code)) return std::unexpected("did you mean \"" + code + "\"?");
  return std::unexpected("write an ISO 3166 code of two letters, such as \"US\"");
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 32 || !small(text.front())) return false;
  return std::ranges::all_of(text, [](char c) { return small(c) || digit(c) || c == '-' || c == '_'; });
}

bool is_locale(std::string_view text) {
  std::string_view language = text.substr(0, text.find('-'));
  bool good = (language.size() == 2 || language.size() == 3) && std::ranges::all_of(language, small);
  return good && (language.size() == text.size() || (text.size() == language.size() + 3 &&
                                                     std::ranges::all_of(text.substr(language.size() + 1), capital)));
}

bool is_email(std::string_view text) {
  std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at != text.rfind('@')) return false;
  std::string_view domain = text.substr(at + 1);
  bool spaces = std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  return !spaces && !domain.empty() && domain.front() != '.' && domain.back() != '.';
}

bool is_http_url(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with("https://"))
    rest.remove_prefix(8);
  else if (rest.starts_with("http://"))
    rest.remove_prefix(7);
  else
    return false;
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  bool spaces = std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  return !spaces && !authority.empty() && authority.front() != ':' && authority.find('@') == std::string_view::npos;
}

std::string host_of(std::string_view url) {
  std::string_view rest = url.substr(std::min(url.find("://") + 3, url.size()));
  rest = rest.substr(0, rest.find_first_of("/?#"));
  return std::string(rest.substr(0, rest.starts_with('[') ? rest.find(']') : rest.find(':')));
}

bool is_variable_name(std::string_view text) {
  if (text.empty() || digit(text.front())) return false;
  return std::ranges::all_of(text, [](char c) { return small(c) || capital(c) || digit(c) || c == '_'; });
}

}  // namespace handoff::config
