#pragma once
// Their words and ours: vouchers to sightings, amounts both ways. Pure.

#include <handoff/sdk/call.hpp>

namespace handoff::voucherify {

/// Voucherify writes every amount times 100, whatever the currency (spec: Gift.amount). Throws Failure(unsupported)
/// for an amount it cannot hold (a third decimal) or another currency than the project's.
std::int64_t to_hundredths(const Money& amount, const std::string& currency);

/// Nothing if the currency cannot express it (50 hundredths of a yen).
std::optional<Money> from_hundredths(std::int64_t hundredths, const std::string& currency);

/// Nothing if the body is no gift voucher.
std::optional<Sighting> to_sighting(const json::Value& voucher, const std::string& currency);

/// spec: VoucherCreateGift
json::Value voucher_body(const IssueInput& in, std::int64_t hundredths, const std::string& category);

/// The customer by their id if it is known, else created or updated by our own id (source_id).
json::Value customer_body(const CustomerInfo& customer);

CustomerInfo to_customer(const json::Value& customer);

}  // namespace handoff::voucherify
