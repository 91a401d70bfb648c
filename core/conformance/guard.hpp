#pragma once
// Memory that ends where it ends: each piece lies directly before a page that cannot be read, and all of it is taken
// away when the step is over. A connector that reads past a text, or keeps a view of one, crashes here and not in a shop.

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace handoff::conformance {

class GuardedMemory {
 public:
  GuardedMemory() = default;
  ~GuardedMemory() { clear(); }
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;

  /// A copy that ends at the end of its page. Valid until clear().
  const char* place(std::string_view bytes);
  /// Takes everything away: whoever looks at it again crashes.
  void clear();

 private:
  std::vector<std::pair<void*, std::size_t>> maps_;
};

}  // namespace handoff::conformance
