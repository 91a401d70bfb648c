#pragma once
// Their words and ours: the balance metafield, customers. Pure.

#include <handoff/sdk/call.hpp>

namespace handoff::shopify {

/// What the metafield says, when it is one of ours.
struct Mirror {
  Mirror() = default;
  std::int64_t version = 0;
  std::vector<Money> balances;
  std::vector<std::pair<std::string, Money>> credits;  // by credit ref
  friend bool operator==(const Mirror&, const Mirror&) = default;
};

/// {"version":7,"balances":[{"currency":"USD","amount":"25.00"}],"credits":[{"ref":"sc_1","amount":..,"currency":..}]}
json::Value mirror_value(const MirrorInput& in);

/// Nothing if the text is not wholly of that shape: themes read it, so a half-readable one is a broken one.
std::optional<Mirror> to_mirror(std::string_view text);

/// One sighting per credit; a mirror without credits is one sighting that carries the version alone.
std::vector<Sighting> to_sightings(const Mirror& mirror, std::string_view metafield, std::string_view customer);

/// Nothing if the answer is no customer.
std::optional<CustomerInfo> to_customer(const json::Value& customer);

}  // namespace handoff::shopify
