#include "tests/simulation/models.hpp"

namespace handoff::simulation {

namespace {

HttpReply data(const char* name, json::Value value) {
  return reply(200, object({{"data", object({{name, std::move(value)}})}}));
}

json::Value refused(const char* code) {
  json::Array errors;
  errors.emplace_back(object({{"code", code}, {"field", json::Value()}, {"message", "model"}}));
  return object({{"metafields", json::Value()}, {"userErrors", std::move(errors)}});
}

}  // namespace

ShopifyModel::ShopifyModel(World& world, const std::vector<Person>& people) : Vendor(world, "shop") {
  for (const Person& person : people)
    if (person.in_shop) add(person);
}

void ShopifyModel::add(const Person& person) {
  Customer customer;
  customer.id = "gid://shopify/Customer/" + std::to_string(500 + customers_.size());
  customer.email = person.email;
  customer.phone = person.phone;
  customer.metafield.set(0, Metafield());
  customers_.push_back(std::move(customer));
}

void ShopifyModel::sign_up(Person& person) {
  person.in_shop = true;
  add(person);
}

bool ShopifyModel::writes(const VendorRequest& request) const {
  return request.json().at("query").as_string().starts_with("mutation");
}

HttpReply ShopifyModel::handle(const VendorRequest& request) {
  json::Value body = request.json();
  std::string_view query = body.at("query").as_string();
  const json::Value& variables = body.at("variables");
  if (query.starts_with("query Find")) return find(variables.at("by"));
  if (query.starts_with("query GetMirror")) return get(variables);
  if (query.starts_with("mutation SetMirror")) return set(variables.at("metafields").at(0));
  return reply(400, object({{"errors", "model: unknown query"}}));
}

HttpReply ShopifyModel::find(const json::Value& by) const {
  for (const Customer& customer : customers_) {
    if (by.at("emailAddress").as_string() != customer.email && by.at("phoneNumber").as_string() != customer.phone)
      continue;
    return data("customerByIdentifier", object({{"id", customer.id},
                                                {"displayName", "Somebody"},
                                                {"defaultEmailAddress", object({{"emailAddress", customer.email}})},
                                                {"defaultPhoneNumber", object({{"phoneNumber", customer.phone}})}}));
  }
  return data("customerByIdentifier", json::Value());
}

ShopifyModel::Customer* ShopifyModel::customer(std::string_view id) {
  for (Customer& customer : customers_)
    if (customer.id == id) return &customer;
  return nullptr;
}

HttpReply ShopifyModel::get(const json::Value& variables) {
  Customer* found = customer(variables.at("id").as_string());
  if (!found) return data("customer", json::Value());
  const Metafield& seen = found->metafield.at(seen_at());
  json::Object metafield =
      object({{"id", found->id + "/metafield"}, {"value", seen.value}, {"compareDigest", seen.digest}});
  return data("customer",
              object({{"id", found->id}, {"metafield", seen.digest.empty() ? json::Value() : json::Value(metafield)}}));
}

HttpReply ShopifyModel::set(const json::Value& input) {
  Customer* found = customer(input.at("ownerId").as_string());
  if (!found) return data("metafieldsSet", refused("INVALID"));
  const std::string& digest = found->metafield.now().digest;
  if (input.at("compareDigest").as_string() != digest) return data("metafieldsSet", refused("STALE_OBJECT"));
  std::string value(input.at("value").as_string());
  std::string next = "digest-" + std::to_string(effects() + 1);
  found->metafield.set(world_.now(), {value, next});
  effect("metafield of " + found->id + ": " + value);
  json::Array metafields;
  metafields.emplace_back(
      object({{"id", found->id + "/metafield"}, {"value", value}, {"owner", object({{"id", found->id}})}}));
  return data("metafieldsSet", object({{"metafields", std::move(metafields)}, {"userErrors", json::Array()}}));
}

/// Rate limits come with HTTP 200 and no data.
HttpReply ShopifyModel::throttle(const VendorRequest&, const std::string&) {
  json::Array errors;
  errors.emplace_back(object({{"message", "Throttled"}, {"extensions", object({{"code", "THROTTLED"}})}}));
  return reply(200, object({{"errors", std::move(errors)}}));
}

std::optional<std::string> ShopifyModel::shown(const std::string& email, const std::string& credit) const {
  for (const Customer& customer : customers_) {
    if (customer.email != email) continue;
    json::Parsed value = json::parse(customer.metafield.now().value);
    if (!value) return std::nullopt;
    for (const json::Value& entry : value->at("credits").as_array())
      if (entry.at("ref").as_string() == credit) return std::string(entry.at("amount").as_string());
  }
  return std::nullopt;
}

}  // namespace handoff::simulation
