#include <array>

#include "core/model/identity.hpp"
#include "core/model/receipt_name.hpp"
#include "core/model/sources.hpp"
#include "core/serve/register_api.hpp"
#include "core/serve/request_body.hpp"

namespace handoff::serve {

namespace {

void whereabouts(Body& body, SourceEvent& event) {
  event.store = body.key("store", true);
  event.terminal = body.key("terminal", false);
  event.staff = body.text("staff", false);
}

void identity(Body& body, SourceEvent& event) {
  event.transaction = body.key("transaction", true);
  event.line = body.key("line", false);
  event.business_date = body.date("business_date");
  whereabouts(body, event);
}

/// Which instrument the register means that it issued by itself.
void instrument(const json::Value& value, Body& body, SourceEvent& event) {
  if (!value.object()) return body.complain("instrument", "write an object with id, code or reference");
  Body which(value);
  static constexpr std::array<std::string_view, 3> kNames = {"id", "code", "reference"};
  which.known(kNames);
  std::string id = which.text("id", false), reference = which.text("reference", false);
  event.code = which.text("code", false);
  if (!which.problem().empty()) return body.complain("instrument", which.problem());
  if (id.empty() && reference.empty() && event.code.empty())
    body.complain("instrument", "give its id, its code or the reference it was issued under");
  if (!id.empty()) event.refs.emplace_back("instrument", id);
  if (!reference.empty()) event.refs.emplace_back("reference", reference);
}

void customer(const json::Value& given, Body& body, SourceEvent& event) {
  if (!given.is_null() && !given.object()) body.complain("customer", "write an object");
  Body who(given);
  static constexpr std::array<std::string_view, 3> kIdentifiers = {"email", "phone", "loyalty"};
  who.known(kIdentifiers);
  event.email = who.email();
  event.phone = who.identifier("phone");
  event.loyalty = who.identifier("loyalty");
  if (!who.problem().empty()) body.complain("customer", who.problem());
}

void refs(const json::Value& given, Body& body, SourceEvent& event) {
  if (!given.is_null() && !given.array()) body.complain("refs", "write a list of objects with type and id");
  for (const json::Value& ref : given.as_array()) {
    if (!ref.object()) body.complain("refs", "write objects with type and id");
    Body pair(ref);
    static constexpr std::array<std::string_view, 2> kMembers = {"type", "id"};
    pair.known(kMembers);
    event.refs.emplace_back(pair.text("type", true), pair.text("id", true));
    // A credit that carries another's instrument would be taken for it where that is redeemed.
    std::string_view kind = std::string_view(event.refs.back().first).substr(event.refs.back().first.find('/') + 1);
    if (kind == "instrument" || kind == "reference")
      pair.complain("type",
                    "'" + std::string(kind) + "' is what a confirmation says in `instrument`; name other records here");
    if (!pair.problem().empty()) body.complain("refs", pair.problem());
  }
}

void value_of(Body& body, SourceEvent& event) {
  event.amount = body.amount();
  event.balance_type = body.text("balance_type", false);
  if (event.balance_type.empty()) event.balance_type = "general";
  event.expires_at = body.time("expires_at");
}

}  // namespace

std::string far_off(std::string_view date, const BusinessDates& dates, std::int64_t now_ms) {
  std::int64_t today = (now_ms + dates.utc_offset_ms) / kDayMs, ahead = days_from_date(date).value_or(0) - today;
  std::string which = "business_date: " + std::string(date) + " is more than ";
  std::string what = "; correct the register's date, or widen [retailer] business_dates";
  if (ahead > dates.ahead_days) return which + std::to_string(dates.ahead_days) + " days ahead" + what;
  if (-ahead > dates.back_days) return which + std::to_string(dates.back_days) + " days ago" + what;
  return {};
}

std::expected<SourceEvent, std::string> parse_manual_credit(std::string_view text) {
  auto value = parse_object(text);
  if (!value) return std::unexpected(value.error());
  SourceEvent event;
  event.kind = "credit.issued";
  Body body(*value);
  static constexpr std::array<std::string_view, 9> kMembers = {
      "key", "store", "amount", "currency", "balance_type", "customer", "expires_at", "reason", "adopts"};
  body.known(kMembers);
  event.unique_id = body.key("key", true);
  event.store = body.key("store", true);
  event.reason = body.text("reason", true);
  value_of(body, event);
  customer(value->at("customer"), body, event);
  if (std::string letters = letters_digits(body.text("adopts", false)); !letters.empty())
    event.refs.emplace_back(kAdopted, adopted_name(event.store, letters));
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return event;
}

std::expected<SourceEvent, std::string> parse_register_credit(std::string_view text, Issued issued) {
  auto value = parse_object(text);
  if (!value) return std::unexpected(value.error());
  SourceEvent event;
  event.kind = "credit.issued";
  Body body(*value);
  static constexpr std::array<std::string_view, 14> kMembers = {
      "transaction", "line",         "business_date", "store",      "terminal", "staff", "amount",
      "currency",    "balance_type", "customer",      "expires_at", "campaign", "refs",  "instrument"};
  body.known(kMembers);
  if (issued == Issued::by_register)
    instrument(value->at("instrument"), body, event);
  else if (!value->at("instrument").is_null())
    body.complain("instrument",
                  "belongs to POST /v1/register/confirmations, where the register issued: here the hub does");
  identity(body, event);
  value_of(body, event);
  event.campaign = body.text("campaign", false);
  customer(value->at("customer"), body, event);
  refs(value->at("refs"), body, event);
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return event;
}

std::expected<SourceEvent, std::string> parse_register_movement(std::string_view text) {
  auto value = parse_object(text);
  if (!value) return std::unexpected(value.error());
  SourceEvent event;
  Body body(*value);
  static constexpr std::array<std::string_view, 6> kMembers = {"event", "credit",   "instrument",
                                                               "store", "terminal", "staff"};
  static constexpr std::array<std::string_view, 5> kEvents = {"redeemed", "refunded", "adjusted", "expired", "voided"};
  body.known(kMembers);
  std::string what = body.text("event", true);
  if (std::ranges::find(kEvents, what) == kEvents.end())
    body.complain("event", "write redeemed, refunded, adjusted, expired or voided");
  event.kind = "credit." + what;
  whereabouts(body, event);
  std::string credit = body.text("credit", false), id = body.text("instrument", false);
  if (credit.empty() == id.empty()) body.complain("credit", "name the credit by its id, or its instrument, not both");
  event.refs.emplace_back(credit.empty() ? "instrument" : "credit", credit.empty() ? id : credit);
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return event;
}

std::expected<SourceEvent, std::string> parse_register_cancellation(std::string_view text) {
  auto value = parse_object(text);
  if (!value) return std::unexpected(value.error());
  SourceEvent event;
  event.kind = "credit.cancelled";
  Body body(*value);
  static constexpr std::array<std::string_view, 6> kMembers = {"transaction", "line",     "business_date",
                                                               "store",       "terminal", "staff"};
  body.known(kMembers);
  identity(body, event);
  if (!body.problem().empty()) return std::unexpected(body.problem());
  return event;
}

}  // namespace handoff::serve
