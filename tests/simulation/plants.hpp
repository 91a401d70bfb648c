#pragma once
// The planted bugs (INVARIANTS M): which the simulator finds, and how many seeds that takes.

#include <cstdint>
#include <string>

namespace handoff::simulation {

/// Plays seeds from `first` on, at most `count` of them, with one bug planted at a time, until one is violated
/// that is not without the bug. Prints a row for each, and writes it to the file `table` if one is named. `which`: "all" or an
/// id like "B7". 0 if every one was found, 1 if not, 2 if this build has none.
int try_plants(const std::string& which, std::uint64_t first, std::uint64_t count, int jobs, const std::string& table);

}  // namespace handoff::simulation
