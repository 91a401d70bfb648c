// Throws across the boundary where a body is nested deeply.

#include <algorithm>
#include <stdexcept>

#include "acme.hpp"

namespace acme {

constexpr std::size_t kIssue = 1;  // of kOperations

void issue(const handoff_instance* instance, const handoff_args* args, const handoff_reply* const* replies,
           std::size_t count, handoff_sink* sink) {
  for (std::size_t i = 0; i < count; ++i) {
    std::string_view body = Reply(*replies[i]).body();
    if (std::ranges::count(body, '[') > 64) throw std::length_error("nested too deeply");
  }
  kOperations[kIssue].step(instance, args, replies, count, sink);
}

const handoff_operation kBad[] = {kOperations[0], {sizeof(handoff_operation), 0, {"issue/1", 7}, &issue},
                                  kOperations[2], kOperations[3],
                                  kOperations[4], kOperations[5],
                                  kOperations[6], kOperations[7],
                                  kOperations[8]};

constexpr handoff_plugin bad() {
  handoff_plugin out = plugin_of<Acme>();
  out.operations = kBad;
  return out;
}

}  // namespace acme

ACME_ENTRY(acme::bad())
