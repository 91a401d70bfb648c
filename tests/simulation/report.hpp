#pragma once
// What a run reports (INVARIANTS M): one line and one JSON file.

#include <vector>

#include "tests/simulation/simulation.hpp"

namespace handoff::simulation {

/// A seed that failed, and what of it.
struct Finding {
  std::uint64_t seed = 0;
  std::string rule, what;
  Time at = 0;
};

struct Report {
  std::uint64_t first = 1, seeds = 0;
  Tally tally;
  std::vector<Finding> findings;
  std::uint64_t reruns = 0, reruns_equal = 0, orders = 0, orders_equal = 0;
  std::int64_t wall_ms = 0;
  std::string commit, build;
  std::string plants;  // "17/17"; empty if none was tried
};

std::string summary(const Report& report);
std::string as_json(const Report& report);

}  // namespace handoff::simulation
