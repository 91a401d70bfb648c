#pragma once
// The hub under strace(1): a system call fails or ends the process where it is made, and a record of what left before
// and after. No seam in the program under test: what is tested is what is shipped.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace handoff::crash {

/// Whether this machine lets us trace.
bool can_trace();

/// What to put before the program. `injection`: "fdatasync,fsync:error=EIO:when=7".
std::vector<std::string> traced(const std::string& log, const std::string& injection);

struct Trace {
  bool injected = false;
  bool killed = false;             // by SIGKILL
  double until_exit_s = 0;         // from the injection to the end of the process
  std::string point;               // what the process was about to do, in words
  std::vector<std::string> after;  // acknowledgements and vendor requests that left after it
};
Trace read_trace(const std::string& log);

/// What to put before a program that is only watched; it stays the process that was started.
std::vector<std::string> watched(const std::string& log);

/// Credits of registers that were answered 2xx: with a sync of the store's log in between, begun after the request was read and
/// ended before the answer; and the answers without one.
struct Acknowledgements {
  int synced = 0;
  std::vector<std::string> unsynced;
};
Acknowledgements read_acknowledgements(const std::string& log);

}  // namespace handoff::crash
