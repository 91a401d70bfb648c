#pragma once
// The real systems asked in their own words, without a line of the connectors: what wallets and books hold.

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace handoff::live {

/// A value of the environment that tests/live/run.sh sets; throws std::runtime_error if it is missing.
std::string setting(const char* name);

struct Wallet {
  std::string id, customer, currency;
  std::int64_t balance = 0;
  std::vector<std::int64_t> entries;
};
/// All wallets of the shop whose name ends in a credit's ref, by that. The API key is the hub's: nobody else has one.
std::multimap<std::string, Wallet> wallets();

struct Move {
  std::int64_t id = 0, liability = 0;  // hundredths added to the account
  bool posted = false, balanced = false;
  std::string party;
};
/// All moves that have a line on the account with a credit's ref in its text, by that; asked as the administrator.
std::multimap<std::string, Move> moves(const std::string& account);
/// What the server itself says the account holds, drafts left out: credit less debit, in hundredths.
std::int64_t balance(const std::string& account);

}  // namespace handoff::live
