#pragma once
// Their words and ours: wallets, what was put on them, customers. Pure.

#include <handoff/sdk/call.hpp>

namespace handoff::vendure {

/// The wallet's name: by it a wallet is found again, so it follows from the credit and from nothing else.
std::string wallet_name(const std::string& credit);

/// What the shop is asked to put on a wallet. Throws Failure(unsupported) for another currency, or for more than the 32
/// bits that the shop keeps.
std::int64_t to_units(const Money& amount, const std::string& currency);
/// Nothing if it is no integer, or the currency is none.
std::optional<Money> to_money(const json::Value& units, const json::Value& currency);

/// One wallet, as every answer shows it.
struct Wallet {
  Wallet() = default;
  std::string id, code, name, credit, reference, made;  // `credit`, `reference`: from our metadata, empty without it
  Money balance;
};
/// Nothing if it is none.
std::optional<Wallet> to_wallet(const json::Value& wallet);

/// CreateWalletInput
json::Value wallet_input(const IssueInput& in);
/// AdjustBalanceForWalletInput
json::Value adjustment_input(const std::string& wallet, std::int64_t units, const std::string& reference);

/// What a ledger shows under one description: the amounts, in order.
struct Adjustments {
  Adjustments() = default;
  std::vector<Money> amounts;
};
/// Nothing if it is no whole list of adjustments, or one in it has another description.
std::optional<Adjustments> to_adjustments(const json::Value& list, const std::string& reference,
                                          const json::Value& currency);

/// A sighting for each time the credit was put on the wallet; one that is "inactive" if it never was and the wallet is
/// empty, "unknown" if it holds what is not ours.
std::vector<Sighting> to_sightings(const Wallet& wallet, const Adjustments& ours);

/// A wallet as a list shows it: in the list nothing but its balance tells whether it may be spent.
Sighting listed(const Wallet& wallet);

/// Nothing if it is no customer.
std::optional<CustomerInfo> to_customer(const json::Value& customer);

}  // namespace handoff::vendure
