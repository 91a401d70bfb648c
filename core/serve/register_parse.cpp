#include <algorithm>
#include <array>

#include "core/identity/foreign.hpp"
#include "core/model/identity.hpp"
#include "core/serve/register_api.hpp"

namespace handoff::serve {

namespace {

constexpr std::size_t kTextMax = 128;
constexpr std::size_t kQuotedMax = 40;

/// What is quoted of a foreign text: its beginning, and no half of a character.
std::string beginning(std::string_view text, std::size_t bytes_max) {
  std::size_t end = std::min(bytes_max, text.size());
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

/// Reads members of the body and remembers the first complaint.
class Body {
 public:
  explicit Body(const json::Value& value) : value_(value) {}

  std::string text(std::string_view name, bool required) {
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
    if (got.size() > kTextMax) complain(name, "is longer than " + std::to_string(kTextMax) + " bytes");
    if (std::ranges::any_of(got, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
      complain(name, "holds a control character");
    return got;
  }

  /// What is misspelt is taken and leads to a case; what nobody can have typed is refused.
  std::string identifier(std::string_view name) {
    std::string got = text(name, false);
    if (std::string_view what = identity::foreign(got); !what.empty())
      complain(name, "holds " + std::string(what) + ", which belongs to no " + std::string(name));
    return got;
  }

  Money amount() {
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

  std::string date(std::string_view name) {
    std::string got = text(name, true);
    if (!days_from_date(got)) complain(name, "'" + beginning(got, kQuotedMax) + "' is no date; write YYYY-MM-DD");
    return got;
  }

  template <std::size_t N>
  void known(const std::array<std::string_view, N>& names, std::string_view where) {
    for (const auto& [name, member] : value_.as_object())
      if (std::ranges::find(names, name) == names.end())
        complain(std::string(where) + beginning(name, kQuotedMax), "is not a member this request has");
  }

  void complain(std::string_view name, const std::string& what) {
    if (problem_.empty()) problem_ = std::string(name) + ": " + what;
  }
  const std::string& problem() const { return problem_; }

 private:
  const json::Value& value_;
  std::string problem_;
};

void identity(Body& body, SourceEvent& event) {
  event.transaction = body.text("transaction", true);
  event.line = body.text("line", false);
  event.business_date = body.date("business_date");
  event.store = body.text("store", true);
  event.terminal = body.text("terminal", false);
  event.staff = body.text("staff", false);
}

std::expected<json::Value, std::string> object(std::string_view text) {
  json::Limits limits;
  limits.depth_max = 8;
  limits.bytes_max = 64 * 1024;
  json::Parsed parsed = json::parse(text, limits);
  if (!parsed) return std::unexpected("byte " + std::to_string(parsed.error.offset) + ": " + parsed.error.message);
  if (!parsed->object()) return std::unexpected("write a JSON object");
  return std::move(*parsed.value);
}

/// Which instrument the register means that it issued by itself.
void instrument(const json::Value& value, Body& body, SourceEvent& event) {
  if (!value.object()) return body.complain("instrument", "write an object with id, code or reference");
  Body which(value);
  static constexpr std::array<std::string_view, 3> kNames = {"id", "code", "reference"};
  which.known(kNames, "instrument.");
  std::string id = which.text("id", false), reference = which.text("reference", false);
  event.code = which.text("code", false);
  if (id.empty() && reference.empty() && event.code.empty())
    which.complain("instrument", "give its id, its code or the reference it was issued under");
  if (!id.empty()) event.refs.emplace_back("instrument", id);
  if (!reference.empty()) event.refs.emplace_back("reference", reference);
  if (!which.problem().empty()) body.complain("instrument", which.problem());
}

void customer(const json::Value& given, Body& body, SourceEvent& event) {
  if (!given.is_null() && !given.object()) body.complain("customer", "write an object");
  Body who(given);
  static constexpr std::array<std::string_view, 3> kIdentifiers = {"email", "phone", "loyalty"};
  who.known(kIdentifiers, "customer.");
  event.email = who.identifier("email");
  event.phone = who.identifier("phone");
  event.loyalty = who.identifier("loyalty");
  if (!who.problem().empty()) body.complain("customer", who.problem());
}

void value_of(Body& body, SourceEvent& event) {
  event.amount = body.amount();
  event.balance_type = body.text("balance_type", false);
  if (event.balance_type.empty()) event.balance_type = "general";
  event.expires_at = body.text("expires_at", false);
  if (!event.expires_at.empty() && !unix_ms(event.expires_at))
    body.complain("expires_at", "'" + beginning(event.expires_at, kQuotedMax) + "' is no time; write 2027-11-23T00:00:00Z");
}

}  // namespace

std::string far_off(std::string_view date, const BusinessDates& dates, std::int64_t now_ms) {
  constexpr std::int64_t kDayMs = 86'400'000;
  std::int64_t today = (now_ms + dates.utc_offset_ms) / kDayMs, ahead = days_from_date(date).value_or(0) - today;
  std::string which = "business_date: " + std::string(date) + " is more than ";
  std::string what = "; correct the register's date, or widen [retailer] business_dates";
  if (ahead > dates.ahead_days) return which + std::to_string(dates.ahead_days) + " days ahead" + what;
  if (-ahead > dates.back_days) return which + std::to_string(dates.back_days) + " days ago" + what;
  return {};
}

std::expected<SourceEvent, std::string> parse_manual_credit(std::string_view text) {
  auto value = object(text);
  if (!value) return std::unexpected(value.error());
  SourceEvent event;
  event.kind = "credit.issued";
  Body body(*value);
  static constexpr std::array<std::string_view, 8> kMembers = {"key",          "store",    "amount",     "currency",
                                                               "balance_type", "customer", "expires_at", "reason"};
  body.known(kMembers, "");
  event.unique_id = body.text("key", true);
  event.store = body.text("store", true);
  event.reason = body.text("reason", true);
  value_of(body, event);
  customer(value->at("customer"), body, event);
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return event;
}

std::expected<SourceEvent, std::string> parse_register_credit(std::string_view text, Issued issued) {
  auto value = object(text);
  if (!value) return std::unexpected(value.error());
  SourceEvent event;
  event.kind = "credit.issued";
  Body body(*value);
  static constexpr std::array<std::string_view, 14> kMembers = {
      "transaction",  "line",     "business_date", "store",    "terminal", "staff",     "amount", "currency",
      "balance_type", "customer", "expires_at",    "campaign", "refs",     "instrument"};
  body.known(kMembers, "");
  if (issued == Issued::by_register)
    instrument(value->at("instrument"), body, event);
  else if (!value->at("instrument").is_null())
    body.complain("instrument", "belongs to POST /v1/register/confirmations: here the hub issues");
  identity(body, event);
  value_of(body, event);
  event.campaign = body.text("campaign", false);
  customer(value->at("customer"), body, event);
  for (const json::Value& ref : value->at("refs").as_array()) {
    Body pair(ref);
    event.refs.emplace_back(pair.text("type", true), pair.text("id", true));
    if (!pair.problem().empty()) body.complain("refs", pair.problem());
  }
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return event;
}

std::expected<SourceEvent, std::string> parse_register_movement(std::string_view text) {
  auto value = object(text);
  if (!value) return std::unexpected(value.error());
  SourceEvent event;
  Body body(*value);
  static constexpr std::array<std::string_view, 6> kMembers = {"event", "credit", "instrument",
                                                               "store", "terminal", "staff"};
  static constexpr std::array<std::string_view, 5> kEvents = {"redeemed", "refunded", "adjusted", "expired", "voided"};
  body.known(kMembers, "");
  std::string what = body.text("event", true);
  if (std::ranges::find(kEvents, what) == kEvents.end())
    body.complain("event", "write redeemed, refunded, adjusted, expired or voided");
  event.kind = "credit." + what;
  event.store = body.text("store", true);
  event.terminal = body.text("terminal", false);
  event.staff = body.text("staff", false);
  std::string credit = body.text("credit", false), id = body.text("instrument", false);
  if (credit.empty() == id.empty()) body.complain("credit", "name the credit by its id, or its instrument, not both");
  event.refs.emplace_back(credit.empty() ? "instrument" : "credit", credit.empty() ? id : credit);
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return event;
}

std::expected<SourceEvent, std::string> parse_register_cancellation(std::string_view text) {
  auto value = object(text);
  if (!value) return std::unexpected(value.error());
  SourceEvent event;
  event.kind = "credit.cancelled";
  Body body(*value);
  static constexpr std::array<std::string_view, 6> kMembers = {"transaction", "line",     "business_date",
                                                               "store",       "terminal", "staff"};
  body.known(kMembers, "");
  identity(body, event);
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return event;
}

}  // namespace handoff::serve
