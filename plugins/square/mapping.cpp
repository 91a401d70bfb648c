#include "mapping.hpp"

#include <algorithm>
#include <chrono>
#include <handoff/sdk/text.hpp>

namespace handoff::square {

namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kDayMs = 86'400'000;

/// The digits at `at`, as a number; nothing if one is missing.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  int value = 0;
  for (char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::string padded(std::int64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& entry) { return equal_ignoring_case(entry, wanted); });
}

std::string state_of(std::string_view status) {
  if (status == "COMPLETED") return "active";
  if (status == "PENDING") return "pending";
  if (status == "REJECTED" || status == "FAILED") return "void";
  return "unknown";
}

}  // namespace

std::optional<int> to_offset_minutes(std::string_view text) {
  std::optional<int> hours = digits(text, 1, 2);
  std::optional<int> minutes = digits(text, 4, 2);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || !hours || !minutes)
    return std::nullopt;
  if (*hours > 23 || *minutes > 59) return std::nullopt;
  int total = *hours * 60 + *minutes;
  return text[0] == '-' ? -total : total;
}

std::optional<std::int64_t> to_unix_ms(std::string_view text) {
  std::optional<int> year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  std::optional<int> hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::string_view rest = text.substr(19);
  std::int64_t fraction_ms = 0;
  if (!rest.empty() && rest[0] == '.') {
    std::size_t count = 1;
    for (int scale = 100; count < rest.size() && rest[count] >= '0' && rest[count] <= '9'; ++count, scale /= 10)
      fraction_ms += scale * (rest[count] - '0');
    if (count == 1) return std::nullopt;
    rest.remove_prefix(count);
  }
  std::optional<int> offset = rest == "Z" ? std::optional<int>(0) : to_offset_minutes(rest);
  if (!offset) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * kDayMs + (*hour * 60 + *minute - *offset) * kMinuteMs + *second * 1000 + fraction_ms;
}

std::string to_date(std::int64_t unix_ms, int offset_minutes) {
  const std::chrono::sys_time<std::chrono::milliseconds> local{
      std::chrono::milliseconds(unix_ms + offset_minutes * kMinuteMs)};
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(local));
  return padded(static_cast<int>(day.year()), 4) + "-" + padded(static_cast<unsigned>(day.month()), 2) + "-" +
         padded(static_cast<unsigned>(day.day()), 2);
}

std::string to_rfc3339(std::int64_t unix_ms) {
  std::int64_t in_day = (unix_ms % kDayMs + kDayMs) % kDayMs;
  return to_date(unix_ms, 0) + "T" + padded(in_day / 3'600'000, 2) + ":" + padded(in_day / kMinuteMs % 60, 2) + ":" +
         padded(in_day / 1000 % 60, 2) + "." + padded(in_day % 1000, 3) + "Z";
}

std::optional<Money> to_money(const json::Value& money) {
  std::optional<std::int64_t> amount = money.at("amount").as_integer();
  std::string_view currency = money.at("currency").as_string();
  if (!amount || !currency_exponent(currency)) return std::nullopt;
  return Money(*amount, std::string(currency));
}

bool is_store_credit(const json::Value& refund, const Rules& rules) {
  if (refund.at("status").as_string() != "COMPLETED") return false;
  if (refund.at("destination_type").as_string() != "EXTERNAL") return false;
  if (!rules.locations.empty() && !contains(rules.locations, refund.at("location_id").as_string())) return false;
  std::string_view type = refund.at("destination_details").at("external_details").at("type").as_string();
  std::string_view reason = refund.at("reason").as_string();
  return (!type.empty() && contains(rules.external_types, type)) ||
         (!reason.empty() && contains(rules.reasons, reason));
}

std::optional<Sighting> to_sighting(const json::Value& refund) {
  std::optional<Money> amount = to_money(refund.at("amount_money"));
  if (refund.at("id").as_string().empty() || !amount) return std::nullopt;
  Sighting out;
  out.instrument = refund.at("id").as_string();
  out.reference = out.instrument;
  out.amount = amount;
  out.state = state_of(refund.at("status").as_string());
  return out;
}

SourceEvent to_event(const json::Value& refund, const json::Value& payment, const json::Value& customer,
                     const Rules& rules) {
  std::optional<Money> amount = to_money(refund.at("amount_money"));
  std::optional<std::int64_t> created = to_unix_ms(refund.at("created_at").as_string());
  if (refund.at("id").as_string().empty() || !amount || !amount->is_positive() || !created)
    throw Failure(Failed::unreadable, "the refund lacks its id, amount or time");
  SourceEvent out;
  out.kind = "credit.issued";
  out.unique_id = refund.at("id").as_string();
  out.store = refund.at("location_id").as_string();
  out.terminal = payment.at("device_details").at("device_id").as_string();
  out.staff = refund.at("team_member_id").as_string();
  out.business_date = to_date(*created, rules.utc_offset_minutes);
  out.transaction = refund.at("payment_id").as_string();
  out.amount = *amount;
  out.balance_type = "refund";
  out.email = customer.at("email_address").as_string();
  out.phone = customer.at("phone_number").as_string();
  out.customer = payment.at("customer_id").as_string();
  out.refs.emplace_back("refund", out.unique_id);
  return out;
}

}  // namespace handoff::square
