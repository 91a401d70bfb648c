#pragma once
// Their words and ours: amounts both ways, balance transactions, customers. Pure.

#include <handoff/sdk/call.hpp>

namespace handoff::stripe {

/// Stripe's unit is the currency's smallest, except where its currency page says otherwise (mapping.cpp). Throws
/// Failure(unsupported) for an amount that Stripe cannot hold.
std::int64_t to_stripe(const Money& amount);

/// `currency` in any case. Nothing if the currency is unknown or cannot express the amount.
std::optional<Money> from_stripe(std::int64_t units, std::string_view currency);

/// Stripe's sign for the entry: a credit to the customer is negative. Throws Failure(unsupported) for another entry.
std::int64_t sign_of(const std::string& entry);

/// The form of PostCustomersCustomerBalanceTransactions.
std::string transaction_form(const RecordInput& in);

/// Nothing if it is no balance transaction. The amount is positive where the customer was credited.
std::optional<Sighting> to_sighting(const json::Value& transaction);

/// Whether the transaction puts on or takes off a balance by itself: those of invoices only use it (spec: type).
bool is_credit(const json::Value& transaction);

/// Nothing if it is no customer. `loyalty_metadata`: the metadata key of the loyalty id, or empty.
std::optional<CustomerInfo> to_customer(const json::Value& customer, const std::string& loyalty_metadata);

/// 'O\'Hara': a string in the search query language.
std::string search_literal(std::string_view text);

}  // namespace handoff::stripe
