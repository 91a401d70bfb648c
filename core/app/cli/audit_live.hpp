#pragma once
// handoff audit --live: the running hub fetches what its systems show, and this side audits it like any exports.

#include "core/app/cli/console.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/options.hpp"

namespace handoff::cli {

struct LiveExports {
  Options options;                    // as if the files had been given
  std::vector<std::string> notes;     // what was not compared
  std::vector<std::string> left_out;  // connectors that could not be compared
};

/// Orders them, waits, and puts them into `exports` in the folder of -o.
std::expected<LiveExports, Failure> fetch_live(const Options& options, Console& console);

}  // namespace handoff::cli
