#pragma once
// Their words and ours: metafields, customers, their store credit. Pure. What a metafield says: sdk/mirror.hpp.

#include <handoff/sdk/call.hpp>
#include <handoff/sdk/mirror.hpp>

namespace handoff::bigcommerce {

/// One metafield of a customer.
struct Metafield {
  Metafield() = default;
  std::string id, customer, value, modified;
};

/// The metafield in the answer to a write: the spec shows a list of one, others an object. Nothing if it is none.
std::optional<Metafield> written(const json::Value& body);
/// Nothing if it is no metafield.
std::optional<Metafield> to_metafield(const json::Value& metafield);

/// What the field shows: one sighting per credit; of a text that handoff did not write, one in an unknown state.
std::vector<Sighting> shown_by(const Metafield& metafield);

/// Nothing if it is no customer.
std::optional<CustomerInfo> to_customer(const json::Value& customer);

/// The customer's native store credit, which the shop spends on its own say-so. Nothing if the customer has none.
/// One that cannot be read is "unknown" and has no amount: it is the customer's, and the others are listed all the same.
std::optional<Sighting> native_credit(const json::Value& customer, const std::string& currency);

}  // namespace handoff::bigcommerce
