#pragma once
// The text in which a storefront holds what a customer is shown, where it gives us one field of text for it. One form for
// all of them, so that a theme can be taken from one shop to another.

#include <handoff/sdk/operations.hpp>

namespace handoff {

/// What the field says, when it is one of ours.
struct Mirror {
  Mirror() = default;
  std::int64_t version = 0;
  std::vector<Money> balances;
  std::vector<std::pair<std::string, Money>> credits;  // by credit ref
  friend bool operator==(const Mirror&, const Mirror&) = default;
};

namespace detail {
inline std::optional<Money> mirror_money(const json::Value& entry) {
  return money_from_decimal(entry.at("amount").as_string(), entry.at("currency").as_string());
}
}  // namespace detail

/// {"version":7,"balances":[{"currency":"USD","amount":"25.00"}],"credits":[{"ref":"sc_1","amount":..,"currency":..}]}
inline json::Value mirror_value(const MirrorInput& in) {
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

/// Nothing if the text is not wholly of that shape: themes read it, so a half-readable one is a broken one.
inline std::optional<Mirror> to_mirror(std::string_view text) {
  json::Parsed parsed = json::parse(text);
  if (!parsed) return std::nullopt;
  std::optional<std::int64_t> version = parsed->at("version").as_integer();
  if (!version || *version < 0 || !parsed->at("balances").array() || !parsed->at("credits").array())
    return std::nullopt;
  Mirror out;
  out.version = *version;
  for (const json::Value& entry : parsed->at("balances").as_array()) {
    std::optional<Money> amount = detail::mirror_money(entry);
    if (!amount) return std::nullopt;
    out.balances.push_back(*amount);
  }
  for (const json::Value& entry : parsed->at("credits").as_array()) {
    std::optional<Money> amount = detail::mirror_money(entry);
    if (!amount || entry.at("ref").as_string().empty()) return std::nullopt;
    out.credits.emplace_back(entry.at("ref").as_string(), *amount);
  }
  return out;
}

/// One sighting per credit; a mirror without credits is one sighting that carries the version alone. `record`: the vendor's
/// id of what holds the text.
inline std::vector<Sighting> to_sightings(const Mirror& mirror, std::string_view record, std::string_view customer) {
  Sighting common;
  common.instrument = record;
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

}  // namespace handoff
