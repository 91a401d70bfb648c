#include "core/serve/request_body.hpp"

#include <algorithm>

#include "core/identity/foreign.hpp"
#include "core/model/identity.hpp"

namespace handoff::serve {

std::string beginning(std::string_view text, std::size_t bytes_max) {
  std::size_t end = std::min(bytes_max, text.size());
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

std::expected<json::Value, std::string> parse_object(std::string_view text) {
  json::Limits limits;
  limits.depth_max = 8;
  limits.bytes_max = 64 * 1024;
  json::Parsed parsed = json::parse(text, limits);
  if (!parsed) return std::unexpected("byte " + std::to_string(parsed.error.offset) + ": " + parsed.error.message);
  if (!parsed->object()) return std::unexpected("write a JSON object");
  return std::move(*parsed.value);
}

void Body::known(std::span<const std::string_view> names) {
  for (const auto& [name, member] : value_.as_object()) {
    if (std::ranges::find(names, name) == names.end())
      complain(beginning(name, kQuotedMax), "is not a member this request has");
    if (member.is_null()) complain(name, "write a value or leave it out; null is none");
  }
}

std::string Body::text(std::string_view name, bool required, std::size_t bytes_max) {
  const json::Value& member = value_.at(name);
  if (member.is_null()) {
    if (required) complain(name, "is missing");
    return {};
  }
  if (!member.string()) {
    complain(name, "write a string");
    return {};
  }
  const std::string& got = *member.string();
  if (required && got.empty()) complain(name, "must not be empty");
  if (got.size() > bytes_max) complain(name, "is longer than " + std::to_string(bytes_max) + " bytes");
  if (identity::has_control(got)) complain(name, "holds a control character");
  return got;
}

std::string Body::text(std::string_view name, bool required) {
  std::string got = text(name, required, kTextMax);
  if (identity::has_direction(got)) complain(name, "holds a mark of writing direction");
  return got;
}

namespace {

/// Unicode's White_Space but for control characters, which are refused anyway, and the two that have no width.
constexpr std::string_view kBlanks[] = {" ",      "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                        "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A",
                                        "\u200B", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000", "\uFEFF"};

}  // namespace

std::string Body::key(std::string_view name, bool required) {
  std::string got = text(name, required);
  if (std::ranges::any_of(kBlanks,
                          [&](std::string_view blank) { return got.starts_with(blank) || got.ends_with(blank); }))
    complain(name, "begins or ends with a blank; write it without");
  return got;
}

std::string Body::words(std::string_view name) {
  const json::Value& member = value_.at(name);
  if (!member.is_null() && !member.string()) complain(name, "write a string");
  return std::string(member.as_string());
}

std::string Body::identifier(std::string_view name, std::size_t bytes_max) {
  std::string got = text(name, false, bytes_max);
  if (std::string_view what = identity::foreign(got); !what.empty())
    complain(name, "holds " + std::string(what) + ", which belongs to no " + std::string(name));
  return got;
}

std::string Body::email() { return identifier("email", identity::kEmailBytesMax); }

namespace {

/// What stands behind the point of a plain decimal; nothing: it is none.
std::optional<std::string_view> decimals_of(std::string_view text) {
  auto digits = [](std::string_view some) {
    return !some.empty() && some.find_first_not_of("0123456789") == std::string_view::npos;
  };
  std::size_t point = text.find('.');
  std::string_view behind = point == std::string_view::npos ? "0" : text.substr(point + 1);
  return digits(text.substr(0, point)) && digits(behind) ? std::optional(behind) : std::nullopt;
}

/// Why no credit can be of that: no decimal, more digits than the currency has, too much.
std::string no_amount(std::string_view text, const std::string& currency, int exponent) {
  std::string quoted = "'" + beginning(text, kQuotedMax) + "' ";
  std::string example = "; write a plain decimal such as \"" +
                        write_decimal(exponent == 0   ? 25
                                      : exponent == 2 ? 2500
                                                      : 25'000,
                                      exponent) +
                        "\"";
  std::optional<std::string_view> decimals = decimals_of(text);
  if (!decimals) return quoted + "is no amount of " + currency + example;
  if (decimals->find_last_not_of('0') + 1 > static_cast<std::size_t>(exponent))
    return quoted + "has more decimals than " + currency + ", which has " +
           (exponent == 0 ? "none" : std::to_string(exponent)) + example;
  return quoted + "is more than one credit can be, " + Money(kCreditMinorMax, currency).text();
}

}  // namespace

Money Body::amount() {
  const json::Value& member = value_.at("amount");
  std::string currency = text("currency", true);
  std::optional<int> exponent = currency_exponent(currency);
  if (!exponent) {
    complain("currency", "'" + beginning(currency, kQuotedMax) +
                             "' is no ISO 4217 currency; write three capital letters such as \"USD\"");
    return {};
  }
  if (!member.string()) {
    complain("amount", "write a decimal string such as \"25.00\", never a number");
    return {};
  }
  std::optional<Money> money = money_from_decimal(*member.string(), currency);
  if (!money || money->minor() > kCreditMinorMax)
    complain("amount", no_amount(*member.string(), currency, *exponent));
  else if (!money->is_positive())
    complain("amount", "must be more than zero");
  return money.value_or(Money());
}

std::string Body::date(std::string_view name) {
  std::string got = text(name, true);
  if (!days_from_date(got)) complain(name, "'" + beginning(got, kQuotedMax) + "' is no date; write YYYY-MM-DD");
  return got;
}

std::string Body::time(std::string_view name) {
  std::string got = text(name, false);
  for (char& c : got) c = c == 't' ? 'T' : c == 'z' ? 'Z' : c;  // RFC 3339, 5.6
  if (value_.at(name).is_null()) return got;
  std::string quoted = "'" + beginning(got, kQuotedMax) + "' ";
  if (!unix_ms(got))
    complain(name, quoted + "is no time; write 2027-11-23T00:00:00Z");
  else if (got.substr(17, 2) == "60")
    complain(name, quoted + "is within a leap second; write second 59");
  return got;
}

std::int64_t Body::number(std::string_view name) {
  const json::Value& member = value_.at(name);
  if (!member.is_null() && !member.as_integer()) complain(name, "write a whole number");
  return member.as_integer().value_or(0);
}

bool Body::truth(std::string_view name) {
  const json::Value& member = value_.at(name);
  if (!member.is_bool()) complain(name, "write true or false");
  return member.as_bool();
}

}  // namespace handoff::serve
