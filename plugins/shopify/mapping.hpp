#pragma once
// Their words and ours: customers. Pure. What the metafield says: sdk/mirror.hpp.

#include <handoff/sdk/call.hpp>
#include <handoff/sdk/mirror.hpp>

namespace handoff::shopify {

/// Nothing if the answer is no customer.
std::optional<CustomerInfo> to_customer(const json::Value& customer);

/// Of which customer a notification tells; of a merge "DELETED KEPT". Empty if of none.
std::string to_told(const json::Value& notification);

/// Whether there is nothing on it, for certain.
bool is_empty(const Sighting& seen);

/// What a customer's store credit accounts hold, one for each currency (schema: StoreCreditAccount). Empty ones are
/// left out.
std::vector<Sighting> accounts_of(const json::Value& customer);

}  // namespace handoff::shopify
