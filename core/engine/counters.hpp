#pragma once
// What the engine tells of itself while it runs.

#include <cstdint>
#include <string>
#include <vector>

namespace handoff::engine {

/// A system that did not answer, or refuses the credentials, since then.
struct Failing {
  std::string connector, address, error;
  std::int64_t since = 0;     // Unix ms: the first failure in a row
  std::int64_t failures = 0;  // in a row
  std::int64_t next_try = 0;  // Unix ms: not before; of the past where nothing waits for it
};

struct EngineCounters {
  std::uint64_t turns = 0, commits = 0, submissions = 0, duplicates = 0, attempts = 0, reads = 0;
  std::uint64_t outcomes[5] = {};  // by Outcome
  std::uint64_t rules[6] = {};     // UNKNOWN calls resolved by rule 1, 2, 3, (4), 5 of F
  std::uint64_t found_in_flight = 0;
  std::vector<Failing> failing;
};

}  // namespace handoff::engine
