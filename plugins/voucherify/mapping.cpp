#include "mapping.hpp"

#include <handoff/sdk/time.hpp>
#include <limits>

namespace handoff::voucherify {

namespace {
std::int64_t power_of_ten(int exponent) {
  std::int64_t value = 1;
  while (exponent-- > 0) value *= 10;
  return value;
}

/// Whether `value` can be multiplied by `factor`, either sign.
bool fits(std::int64_t value, std::int64_t factor) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  return value <= kMax / factor && value >= -(kMax / factor);
}

/// What was spent, by the sums of the record (spec: Gift): gift.balance = gift.amount - gift.subtracted_amount -
/// redemption.redeemed_amount. Nothing if they do not fit into 64 bits.
std::optional<std::int64_t> spent_of(const json::Value& voucher) {
  const json::Value& gift = voucher.at("gift");
  std::int64_t rest = 0;
  bool whole = !__builtin_sub_overflow(gift.at("amount").as_integer().value_or(0),
                                       gift.at("subtracted_amount").as_integer().value_or(0), &rest) &&
               !__builtin_sub_overflow(rest, gift.at("balance").as_integer().value_or(0), &rest);
  return whole ? std::optional(rest) : std::nullopt;
}

/// Where a record shows what was redeemed, one that does not add up does not tell what a void took away (INVARIANTS G5).
bool adds_up(const json::Value& voucher) {
  std::optional<std::int64_t> redeemed = voucher.at("redemption").at("redeemed_amount").as_integer();
  return !redeemed || redeemed == spent_of(voucher);
}

/// Of a voucher that is switched on. A day without a time is not said to begin or end in any time zone.
std::string state_at(const json::Value& voucher, std::int64_t now_ms) {
  const json::Value& begin = voucher.at("start_date");
  const json::Value& end = voucher.at("expiration_date");
  std::optional<std::int64_t> from = to_unix_ms(begin.as_string()), until = to_unix_ms(end.as_string());
  if ((!begin.is_null() && !from) || (!end.is_null() && !until)) return "unknown";
  if (until && now_ms > *until) return "inactive";
  return from && now_ms < *from ? "pending" : "active";
}

}  // namespace

std::int64_t to_hundredths(const Money& amount, const std::string& currency) {
  if (amount.currency() != currency)
    throw Failure(Failed::unsupported, "this Voucherify project holds " + currency + ", not " + amount.currency());
  std::int64_t scale = power_of_ten(amount.exponent());
  if (!fits(amount.minor(), 100))
    throw Failure(Failed::unsupported, amount.text() + " is more than Voucherify can hold");
  if (amount.minor() * 100 % scale != 0)
    throw Failure(Failed::unsupported, amount.text() + " is finer than the hundredths that Voucherify holds");
  return amount.minor() * 100 / scale;
}

std::optional<Money> from_hundredths(std::int64_t hundredths, const std::string& currency) {
  std::optional<int> exponent = currency_exponent(currency);
  if (!exponent) return std::nullopt;
  std::int64_t scale = power_of_ten(*exponent);
  if (!fits(hundredths, scale)) return std::nullopt;
  if (hundredths * scale % 100 != 0) return std::nullopt;
  return Money(hundredths * scale / 100, currency);
}

std::optional<Sighting> to_sighting(const json::Value& voucher, const std::string& currency, std::int64_t now_ms) {
  const json::Value& gift = voucher.at("gift");
  std::optional<std::int64_t> balance = gift.at("balance").as_integer();
  std::optional<std::int64_t> issued = gift.at("amount").as_integer();
  if (!voucher.at("id").string() || !voucher.at("active").is_bool() || !balance || !issued) return std::nullopt;
  Sighting out;
  out.instrument = voucher.at("id").as_string();
  out.amount = from_hundredths(*balance, currency);
  out.issued = from_hundredths(*issued, currency);
  out.state = voucher.at("active").as_bool() ? state_at(voucher, now_ms) : "inactive";
  bool told = adds_up(voucher);
  std::optional<std::int64_t> spent = voucher.at("redemption").at("redeemed_amount").as_integer();
  if (told && spent) out.redeemed = from_hundredths(*spent, currency);
  if (told && out.state == "inactive") out.removed = out.amount;  // a voucher that is over keeps showing its balance
  out.customer = voucher.at("holder_id").as_string();
  out.reference = voucher.at("metadata").at("handoff_key").as_string();
  out.credit = voucher.at("metadata").at("handoff_credit").as_string();
  out.made = voucher.at("created_at").as_string();
  return out;
}

bool Transactions::add(const json::Value& transaction) {
  const json::Value& balance = transaction.at("details").at("balance");
  std::optional<std::int64_t> moved = balance.at("amount").as_integer(), after = balance.at("balance").as_integer();
  std::string_view type = transaction.at("type").as_string();
  last_ = transaction.at("id").as_string();
  if (last_.empty() || type.empty() || !moved || !after) return false;
  bool spent = type == "CREDITS_REDEMPTION" || type == "CREDITS_REFUND";  // a redemption is negative
  return !spent || !__builtin_sub_overflow(redeemed_, *moved, &redeemed_);
}

bool Transactions::tell(Sighting& seen, const json::Value& voucher, const std::string& currency) const {
  seen.redeemed = from_hundredths(redeemed_, currency);
  return spent_of(voucher) == redeemed_;
}

json::Value voucher_body(const IssueInput& in, std::int64_t hundredths, const std::string& category) {
  json::Object gift;
  gift.set("amount", hundredths);
  gift.set("effect", "APPLY_TO_ORDER");
  json::Object metadata;
  metadata.set("handoff_credit", in.credit.ref);
  metadata.set("handoff_key", in.reference);
  metadata.set("store", in.credit.store);
  json::Object body;
  body.set("type", "GIFT_VOUCHER");
  if (!category.empty()) body.set("category", category);
  body.set("gift", std::move(gift));
  if (!in.credit.expires_at.empty()) body.set("expiration_date", in.credit.expires_at);
  body.set("active", true);
  body.set("metadata", std::move(metadata));
  return json::Value(std::move(body));
}

json::Value customer_body(const CustomerInfo& customer) {
  json::Object body;
  if (!customer.id.empty()) {
    body.set("id", customer.id);
    return json::Value(std::move(body));
  }
  body.set("source_id", customer.hub);
  if (!customer.name.empty()) body.set("name", customer.name);
  if (!customer.email.empty()) body.set("email", customer.email);
  if (!customer.phone.empty()) body.set("phone", customer.phone);
  return json::Value(std::move(body));
}

std::optional<std::string> just_before(const std::string& time) {
  std::optional<std::int64_t> ms = to_unix_ms(time);
  return ms ? std::optional(to_rfc3339(*ms - 1)) : std::nullopt;
}

CustomerInfo to_customer(const json::Value& customer) {
  CustomerInfo out;
  out.id = customer.at("id").as_string();
  out.name = customer.at("name").as_string();
  out.email = customer.at("email").as_string();
  out.phone = customer.at("phone").as_string();
  return out;
}

std::string compact(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool inside = false, escaped = false;
  for (char c : text) {
    if (!inside && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) continue;
    out += c;
    if (c == '"' && !escaped) inside = !inside;
    escaped = inside && c == '\\' && !escaped;
  }
  return out;
}

std::optional<Hint> to_hint(const json::Value& notification) {
  std::string_view type = notification.at("type").as_string();
  const json::Value& data = notification.at("data");
  const json::Value& voucher = data.at("voucher");
  Hint out;
  out.object = voucher.at("id").as_string();
  if (type == "voucher.gift.transaction.created") {
    const json::Value& transaction = data.at("transaction");
    out.id = transaction.at("id").as_string();
    out.type = transaction.at("type").as_string();
    out.object = transaction.at("voucher_id").as_string();
    return out;
  }
  bool told = type == "voucher.disabled" || type == "voucher.enabled" || type == "voucher.deleted";
  if (!told || voucher.at("type").as_string() != "GIFT_VOUCHER") return std::nullopt;
  out.id = notification.at("event").at("id").as_string();
  out.type = type;
  return out;
}

bool is_as_made(const json::Value& voucher) {
  constexpr std::int64_t kMakingMs = 600'000;
  std::optional<std::int64_t> made = to_unix_ms(voucher.at("created_at").as_string()),
                              changed = to_unix_ms(voucher.at("updated_at").as_string());
  const json::Value& gift = voucher.at("gift");
  std::optional<std::int64_t> amount = gift.at("amount").as_integer(), balance = gift.at("balance").as_integer();
  return voucher.at("active").as_bool() && amount && amount == balance && made && changed &&
         *changed - *made <= kMakingMs;
}

Hint changed_hint(const json::Value& voucher) {
  Hint out;
  out.type = voucher.at("active").as_bool() ? "voucher.changed" : "voucher.disabled";
  out.object = voucher.at("id").as_string();
  out.id = "changed:" + out.object + ":" + std::string(voucher.at("updated_at").as_string());
  return out;
}

std::string movement_of(std::string_view type) {
  if (type == "CREDITS_REDEMPTION") return "credit.redeemed";
  if (type == "CREDITS_REFUND") return "credit.refunded";
  return type == "voucher.disabled" || type == "voucher.deleted" ? "credit.voided" : "credit.adjusted";
}

}  // namespace handoff::voucherify
