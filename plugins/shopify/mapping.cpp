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

}  // namespace handoff::shopify
