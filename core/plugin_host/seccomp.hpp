#pragma once
// What takes powers away from the process that runs a connector: system calls by number, and resource limits. The kit
// and the hub's children both use it, each with a list of its own. Nothing here can be undone in the same process.

#include <linux/filter.h>
#include <sys/resource.h>

#include <cstdint>
#include <vector>

namespace handoff::plugin_host {

/// "open a socket": what a connector wanted with this system call, for a person. Async-signal-safe.
const char* what_was_tried(long number);

/// A filter in the making. Calls it does not name get `otherwise` (SECCOMP_RET_ALLOW, SECCOMP_RET_TRAP).
class SystemCallFilter {
 public:
  explicit SystemCallFilter(std::uint32_t otherwise);

  void add(long number, std::uint32_t action);
  /// Only where the low half of argument `argument` is `value`.
  void add(long number, unsigned argument, std::uint32_t value, std::uint32_t action);
  /// For this thread and what it starts, for ever. False: the kernel has no filters. A second filter only takes more
  /// away.
  bool install();

 private:
  std::uint32_t otherwise_;
  std::vector<sock_filter> program_;
};

/// RLIMIT_*, soft and hard.
void limit(int what, rlim_t most);

/// RLIMIT_AS: `bytes` on top of what is mapped now. Nothing under a sanitizer, which maps terabytes and touches little.
void limit_memory(std::int64_t bytes);

}  // namespace handoff::plugin_host
