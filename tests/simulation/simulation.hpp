#pragma once
// One seed from beginning to end: chaos, then calm, then what must be true.

#include "tests/simulation/registers.hpp"

namespace handoff::simulation {

/// What the seeds of a run came across, added up.
struct Coverage {
  engine::EngineCounters engine;
  std::array<std::uint64_t, static_cast<std::size_t>(CrashPoint::count)> crashes{};
  std::array<std::uint64_t, static_cast<std::size_t>(Fault::count)> faults{};
  std::map<std::string, std::uint64_t> credits;  // by final state
  std::map<std::string, std::uint64_t> held;     // by kind of case
  std::uint64_t seeds = 0, events = 0, restarts_with_flights = 0;
  Time virtual_time = 0;

  void add(const Coverage& other);
  std::string text() const;
};

struct Result {
  std::uint64_t seed = 0;
  std::uint64_t hash = 0;
  Coverage coverage;
  std::vector<Violation> violations;
  std::string story;  // of a failed seed: what happened to the credit, in order
};

/// With `tell` a failed seed brings its story.
Result run_seed(std::uint64_t seed, bool tell);

/// The world at the end, for final_check.
struct Ending {
  const std::vector<Person>& people;
  const std::vector<Sale>& sales;
  const VoucherifyModel& cards;
  const StripeModel& payments;
  const BusinessCentralModel& books;
  const ShopifyModel& shop;
  bool doubled_lines;  // the network doubled a journal line: then one posting may be held
};

/// L1, M2, J1 and the agreement of all ledgers, after the hub came to rest.
void final_check(const Ending& ending, Checkers& checkers, Coverage& coverage);

}  // namespace handoff::simulation
