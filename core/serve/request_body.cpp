#include "core/serve/request_body.hpp"

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
  if (std::ranges::any_of(got, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    complain(name, "holds a control character");
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

Money Body::amount() {
  const json::Value& member = value_.at("amount");
  std::string currency = text("currency", true);
  if (!currency_exponent(currency)) {
    complain("currency", "'" + beginning(currency, kQuotedMax) +
                             "' is no ISO 4217 currency; write three capital letters such as \"USD\"");
    return {};
  }
  if (!member.string()) {
    complain("amount", "write a decimal string such as \"25.00\", never a number");
    return {};
  }
  std::optional<Money> money = money_from_decimal(*member.string(), currency);
  if (!money)
    complain("amount", "'" + beginning(*member.string(), kQuotedMax) + "' is no amount of " + currency +
                           "; write a plain decimal such as \"25.00\"");
  else if (!money->is_positive())
    complain("amount", "must be more than zero");
  return money.value_or(Money());
}

std::string Body::date(std::string_view name) {
  std::string got = text(name, true);
  if (!days_from_date(got)) complain(name, "'" + beginning(got, kQuotedMax) + "' is no date; write YYYY-MM-DD");
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
