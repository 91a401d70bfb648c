#include "mapping.hpp"

namespace handoff::shopify {

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

}  // namespace handoff::shopify
