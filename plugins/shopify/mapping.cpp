#include "mapping.hpp"

namespace handoff::shopify {

namespace {

/// Value in a pool. Of an amount that cannot be read it is said that it is there.
Sighting value_in(const json::Value& account, std::string_view customer) {
  Sighting out;
  out.instrument = account.at("id").as_string();
  if (out.instrument.empty()) throw Failure(Failed::unreadable, "the list holds what is no store credit account");
  out.surface = "store_credit";
  const json::Value& balance = account.at("balance");
  out.amount = money_from_decimal(balance.at("amount").as_string(), balance.at("currencyCode").as_string());
  out.state = out.amount ? "active" : "unknown";
  out.customer = customer;
  return out;
}

}  // namespace

bool is_empty(const Sighting& seen) { return seen.amount && seen.amount->minor() == 0; }

std::optional<CustomerInfo> to_customer(const json::Value& customer) {
  if (customer.at("id").as_string().empty()) return std::nullopt;
  CustomerInfo out;
  out.id = customer.at("id").as_string();
  out.name = customer.at("displayName").as_string();
  out.email = customer.at("defaultEmailAddress").at("emailAddress").as_string();
  out.phone = customer.at("defaultPhoneNumber").at("phoneNumber").as_string();
  out.loyalty = customer.at("loyalty").at("value").as_string();
  return out;
}

std::string to_told(const json::Value& notification) {
  std::string deleted(notification.at("admin_graphql_api_customer_deleted_id").as_string());
  std::string kept(notification.at("admin_graphql_api_customer_kept_id").as_string());
  if (!deleted.empty() && !kept.empty()) return deleted + " " + kept;
  return std::string(notification.at("admin_graphql_api_id").as_string());
}

std::vector<Sighting> accounts_of(const json::Value& customer) {
  std::string_view id = customer.at("id").as_string();
  const json::Array* accounts = customer.at("storeCreditAccounts").at("nodes").array();
  if (id.empty() || !accounts) throw Failure(Failed::unreadable, "the list holds what is no customer");
  std::vector<Sighting> out;
  for (const json::Value& account : *accounts) {
    Sighting seen = value_in(account, id);
    if (!is_empty(seen)) out.push_back(std::move(seen));
  }
  return out;
}

}  // namespace handoff::shopify
