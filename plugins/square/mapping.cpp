#include "mapping.hpp"

#include <algorithm>
#include <handoff/sdk/text.hpp>

namespace handoff::square {

namespace {

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
