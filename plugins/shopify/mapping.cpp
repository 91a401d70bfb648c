#include "mapping.hpp"

namespace handoff::shopify {

namespace {

std::optional<Money> to_money(const json::Value& entry) {
  return money_from_decimal(entry.at("amount").as_string(), entry.at("currency").as_string());
}

}  // namespace

json::Value mirror_value(const MirrorInput& in) {
  json::Array balances;
  for (const Money& balance : in.balances) {
    json::Object entry;
    entry.set("currency", balance.currency());
    entry.set("amount", balance.decimal());
    balances.emplace_back(std::move(entry));
  }
  json::Array credits;
  for (const MirrorEntry& credit : in.credits) {
    json::Object entry;
    entry.set("ref", credit.credit);
    entry.set("amount", credit.amount.decimal());
    entry.set("currency", credit.amount.currency());
    credits.emplace_back(std::move(entry));
  }
  json::Object out;
  out.set("version", in.version);
  out.set("balances", std::move(balances));
  out.set("credits", std::move(credits));
  return json::Value(std::move(out));
}

std::optional<Mirror> to_mirror(std::string_view text) {
  json::Parsed parsed = json::parse(text);
  if (!parsed) return std::nullopt;
  std::optional<std::int64_t> version = parsed->at("version").as_integer();
  if (!version || *version < 0 || !parsed->at("balances").array() || !parsed->at("credits").array())
    return std::nullopt;
  Mirror out;
  out.version = *version;
  for (const json::Value& entry : parsed->at("balances").as_array()) {
    std::optional<Money> amount = to_money(entry);
    if (!amount) return std::nullopt;
    out.balances.push_back(*amount);
  }
  for (const json::Value& entry : parsed->at("credits").as_array()) {
    std::optional<Money> amount = to_money(entry);
    if (!amount || entry.at("ref").as_string().empty()) return std::nullopt;
    out.credits.emplace_back(entry.at("ref").as_string(), *amount);
  }
  return out;
}

std::vector<Sighting> to_sightings(const Mirror& mirror, std::string_view metafield, std::string_view customer) {
  Sighting common;
  common.instrument = metafield;
  common.customer = customer;
  common.version = mirror.version;
  std::vector<Sighting> out;
  for (const auto& [ref, amount] : mirror.credits) {
    Sighting seen = common;
    seen.credit = ref;
    seen.amount = amount;
    seen.state = "active";
    out.push_back(std::move(seen));
  }
  if (out.empty()) {
    common.state = "inactive";
    out.push_back(std::move(common));
  }
  return out;
}

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
