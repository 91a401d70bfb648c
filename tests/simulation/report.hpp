#pragma once
// What a run reports (INVARIANTS M): one line and one JSON file.

#include <vector>

#include "tests/simulation/simulation.hpp"

namespace handoff::simulation {

/// A seed that failed, what of it, and how to see it again.
struct Finding {
  std::uint64_t seed = 0;
  std::string rule, what;
  Time at = 0;
  std::uint64_t event = 0;  // of the trace
  std::string command;
};
std::string replay(std::uint64_t seed, const char* how = "");

/// How a planted bug was found; `seeds` 0: it was not.
struct PlantRow {
  std::string id, rule, what;
  std::uint64_t seeds = 0;
};

struct Report {
  std::uint64_t first = 1, seeds = 0;
  Tally tally;
  std::vector<Finding> findings;
  std::uint64_t reruns = 0, reruns_equal = 0, orders = 0, orders_equal = 0;
  std::int64_t wall_ms = 0;
  std::string commit, compiler, flags;
  std::vector<PlantRow> plants;  // of the last `make sim-planted`
};

/// INVARIANTS M: a run counts only if every crash point and saga state was hit so often, every fault reached an effect in
/// flight so often, and every goal was reached. What is short of that.
inline constexpr std::uint64_t kHitsMin = 100;
std::vector<std::string> lacking(const Report& report);

/// The table that `simulate --plant` writes.
std::vector<PlantRow> read_plants(const std::string& path);

std::string summary(const Report& report);
std::string as_json(const Report& report);

}  // namespace handoff::simulation
