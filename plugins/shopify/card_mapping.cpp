#include "card_mapping.hpp"

#include <algorithm>
#include <handoff/sdk/retry_after.hpp>
#include <handoff/sdk/text.hpp>
#include <handoff/sdk/time.hpp>
#include <vector>

namespace handoff::shopify {

namespace {

constexpr std::size_t kCodeMax = 20;
constexpr std::string_view kOurs = "handoff";
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kDayMs = 24 * kHourMs;
/// Where a day begins first, and where it ends last: UTC+14 and UTC-12.
constexpr std::int64_t kEarliestMs = 14 * kHourMs;
constexpr std::int64_t kLatestMs = 12 * kHourMs;

std::optional<Money> money_in(const json::Value& value) {
  return money_from_decimal(value.at("amount").as_string(), value.at("currencyCode").as_string());
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    std::size_t blank = std::min(text.find(' '), text.size());
    if (blank > 0) out.push_back(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return out;
}

/// Of a card that is enabled.
std::string state_at(const json::Value& expires, std::int64_t now_ms) {
  if (expires.is_null()) return "active";
  std::optional<std::int64_t> day = to_unix_ms(std::string(expires.as_string()) + "T00:00:00Z");
  if (!day) return "unknown";
  return now_ms >= *day + kDayMs + kLatestMs ? "inactive" : "active";
}

}  // namespace

std::string card_code(std::string_view code) {
  std::string out;
  for (char c : code) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out.substr(0, kCodeMax);
}

std::string note_of(const IssueInput& in) { return std::string(kOurs) + " " + in.credit.ref + " " + in.reference; }

std::string expires_on(const std::string& expires_at) {
  std::optional<std::int64_t> ms = to_unix_ms(expires_at);
  if (!ms) throw Failure(Failed::unsupported, "'" + expires_at + "' is no time at which a gift card could expire");
  return to_date(*ms + kEarliestMs + kDayMs - 1);
}

json::Value create_input(const IssueInput& in) {
  json::Object amount;
  amount.set("amount", in.amount.decimal());
  amount.set("currencyCode", in.amount.currency());
  json::Object out;
  out.set("initialAmount", std::move(amount));
  out.set("code", card_code(in.code));
  out.set("note", note_of(in));
  if (!in.credit.expires_at.empty()) out.set("expiresOn", expires_on(in.credit.expires_at));
  return json::Value(std::move(out));
}

std::int64_t not_after(std::int64_t now_ms, const Reply& reply) {
  return std::min(now_ms, said_at_ms(reply).value_or(now_ms));
}

Sighting to_card(const json::Value& card, std::int64_t now_ms) {
  Sighting out;
  out.instrument = card.at("id").as_string();
  if (out.instrument.empty() || !card.at("enabled").is_bool())
    throw Failure(Failed::unreadable, "the answer holds what is no gift card");
  out.surface = "gift_cards";
  out.amount = money_in(card.at("balance"));
  if (out.amount) out.issued = money_in(card.at("initialValue"));
  out.state = state_at(card.at("expiresOn"), now_ms);
  // It can be enabled by nobody (schema: GiftCard), and goes on showing what it held (example).
  if (!card.at("enabled").as_bool()) {
    out.state = "void";
    out.removed = out.amount;
  }
  out.customer = card.at("customer").at("id").as_string();
  out.made = card.at("createdAt").as_string();
  std::vector<std::string_view> note = words_of(card.at("note").as_string());
  if (note.size() >= 3 && note[0] == kOurs) {
    out.credit = note[1];
    out.reference = note[2];
  }
  return out;
}

bool ends_like(const json::Value& card, std::string_view code) {
  std::string_view last = card.at("lastCharacters").as_string();
  if (last.empty()) throw Failure(Failed::unreadable, "the answer holds what is no gift card");
  return code.size() >= last.size() && equal_ignoring_case(code.substr(code.size() - last.size()), last);
}

}  // namespace handoff::shopify
