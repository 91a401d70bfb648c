#include "mapping.hpp"

#include <limits>

namespace handoff::vendure {

namespace {

constexpr std::string_view kSurface = "wallets";

Sighting sighting(const Wallet& wallet, std::string state) {
  Sighting out;
  out.instrument = wallet.id;
  out.surface = kSurface;
  out.amount = wallet.balance;
  out.state = std::move(state);
  out.reference = wallet.reference;
  out.credit = wallet.credit;
  out.made = wallet.made;
  return out;
}

}  // namespace

std::string wallet_name(const std::string& credit) {
  if (credit.empty()) throw Failure(Failed::bug, "a wallet is found by the credit's ref, and none is given");
  return "Store credit " + credit;
}

std::int64_t to_units(const Money& amount, const std::string& currency) {
  if (amount.currency() != currency)
    throw Failure(Failed::unsupported, "this channel holds " + currency + ", not " + amount.currency());
  if (!amount.is_positive() || amount.minor() > std::numeric_limits<std::int32_t>::max())
    throw Failure(Failed::unsupported, amount.text() + " is outside of what Vendure holds");
  return amount.minor();
}

std::optional<Money> to_money(const json::Value& units, const json::Value& currency) {
  std::optional<std::int64_t> minor = units.as_integer();
  std::string code(currency.as_string());
  if (!minor || !currency_exponent(code)) return std::nullopt;
  return Money(*minor, std::move(code));
}

std::optional<Wallet> to_wallet(const json::Value& wallet) {
  std::optional<Money> balance = to_money(wallet.at("balance"), wallet.at("currencyCode"));
  if (wallet.at("id").as_string().empty() || !balance || !wallet.at("name").string()) return std::nullopt;
  Wallet out;
  out.id = wallet.at("id").as_string();
  out.code = wallet.at("code").as_string();
  out.name = wallet.at("name").as_string();
  out.balance = *balance;
  out.credit = wallet.at("metadata").at("handoff_credit").as_string();
  out.reference = wallet.at("metadata").at("handoff_reference").as_string();
  out.made = wallet.at("createdAt").as_string();
  return out;
}

json::Value wallet_input(const IssueInput& in) {
  json::Object metadata;
  metadata.set("handoff_credit", in.credit.ref);
  metadata.set("handoff_reference", in.reference);
  metadata.set("store", in.credit.store);
  json::Object input;
  input.set("customerId", in.customer->id);
  input.set("name", wallet_name(in.credit.ref));
  input.set("code", in.code);
  input.set("metadata", std::move(metadata));
  return json::Value(std::move(input));
}

json::Value adjustment_input(const std::string& wallet, std::int64_t units, const std::string& reference) {
  json::Object input;
  input.set("walletId", wallet);
  input.set("amount", units);
  input.set("description", reference);
  return json::Value(std::move(input));
}

std::optional<Entries> to_entries(const json::Value& list, const std::string& reference, const json::Value& currency) {
  const json::Array* items = list.at("items").array();
  if (!items || list.at("totalItems").as_integer() != static_cast<std::int64_t>(items->size())) return std::nullopt;
  Entries out;
  std::int64_t sum = 0;
  for (const json::Value& item : *items) {
    std::optional<Money> amount = to_money(item.at("amount"), currency);
    if (!amount || item.at("description").as_string() != reference) return std::nullopt;
    if (__builtin_add_overflow(sum, amount->minor(), &sum)) return std::nullopt;
    ++out.count;
  }
  out.sum = Money(sum, std::string(currency.as_string()));
  return out;
}

Sighting to_sighting(const Wallet& wallet, const Entries& ours) {
  if (ours.count == 0) return sighting(wallet, wallet.balance.minor() == 0 ? "inactive" : "unknown");
  Sighting out = sighting(wallet, "active");
  out.issued = ours.sum;
  return out;
}

Sighting listed(const Wallet& wallet) { return sighting(wallet, "active"); }

std::optional<CustomerInfo> to_customer(const json::Value& customer) {
  CustomerInfo out;
  out.id = customer.at("id").as_string();
  if (out.id.empty()) return std::nullopt;
  out.email = customer.at("emailAddress").as_string();
  out.phone = customer.at("phoneNumber").as_string();
  std::string last(customer.at("lastName").as_string());
  out.name = customer.at("firstName").as_string();
  if (!out.name.empty() && !last.empty()) out.name += ' ';
  out.name += last;
  return out;
}

}  // namespace handoff::vendure
