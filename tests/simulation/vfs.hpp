#pragma once
// SQLite on a modelled disk: two VFS of one process, both over the disk of the seed that runs.

#include "tests/simulation/disk.hpp"

namespace handoff::simulation {

inline constexpr const char* kHubVfs = "handoff-simulated";      // faults reach it, and its handles die with the hub
inline constexpr const char* kObserverVfs = "handoff-observed";  // of the checkers: no faults

/// Registers both, once, and gives them the disk until this value ends.
class Mounted {
 public:
  Mounted(World& world, Disk& disk);
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  ~Mounted();
};

}  // namespace handoff::simulation
