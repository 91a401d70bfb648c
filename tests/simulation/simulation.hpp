#pragma once
// One seed from beginning to end (INVARIANTS J): chaos, then calm, then what must be true.

#include "tests/simulation/registers.hpp"
#include "tests/simulation/tally.hpp"

namespace handoff::simulation {

struct Play {
  std::uint64_t seed = 1;
  bool tell = false;  // a failed seed brings its story
  bool faults = true;
  std::uint64_t permutation = 0;  // the same messages in another order (N3)
};

struct Result {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0;
  Tally tally;
  std::vector<Violation> violations;
  std::string story;                          // of a failed seed: what happened to the credit, in order
  std::string trace;                          // of a told seed: every event
  std::map<std::string, std::string> finals;  // where each sale came to rest
};

Result run_seed(const Play& play);

/// N3: the same messages in two orders, without faults. Empty if they end alike.
std::string compare_orders(std::uint64_t seed);

/// The world at the end, for final_check.
struct Ending {
  const std::vector<Person>& people;
  const std::vector<Sale>& sales;
  const PlatformModel& cards;
  const StripeModel& payments;
  const BusinessCentralModel& books;
  const ShopifyModel& shop;
  bool doubled_lines;  // the network doubled a journal line: then one posting may be held
  bool garbled;        // there were answers that nobody can read
  bool flooded;        // a customer's history can be too long to be read
  bool cards_honest, payments_honest, books_honest, shop_honest;  // kept to their sheets
  bool payments_refuse;                                           // for a while
  bool keys_alone;       // what is in doubt at payments, and older than its key, nobody can look up
  bool gift_cards;       // the platform's list of customers knows phones
  std::int64_t wall_ms;  // what the hub's clock shows
  Time now;
};

/// L1, M2, J1 and the agreement of all ledgers, after the hub came to rest.
void final_check(const Ending& ending, Checkers& checkers, Tally& tally, std::map<std::string, std::string>& finals);

}  // namespace handoff::simulation
