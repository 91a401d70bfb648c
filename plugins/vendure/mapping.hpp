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

/// What a ledger shows under one description: how often, and how much in all.
struct Entries {
  Entries() = default;
  std::size_t count = 0;
  Money sum;
};
/// Nothing if it is no whole list of adjustments, or one in it has another description.
std::optional<Entries> to_entries(const json::Value& list, const std::string& reference, const json::Value& currency);

/// The wallet as it stands. `ours` is what was ever put on it: twice the amount where it was put on twice. Without any
/// it is "inactive" while it is empty, else "unknown": it holds what is not ours.
Sighting to_sighting(const Wallet& wallet, const Entries& ours);

/// A wallet as a list shows it: in the list nothing but its balance tells whether it may be spent.
Sighting listed(const Wallet& wallet);

/// Nothing if it is no customer.
std::optional<CustomerInfo> to_customer(const json::Value& customer);

}  // namespace handoff::vendure
