// Fails in a host whose structs have grown.

#include "acme.hpp"

namespace acme {

void check(const handoff_instance* self, const handoff_args* args, const handoff_reply* const* replies,
           std::size_t n_replies, handoff_sink* sink) {
  if (args->struct_size != sizeof *args) return sink->fail(sink, HANDOFF_FAIL_UNSUPPORTED, detail::view("{}"));
  kOperations[0].step(self, args, replies, n_replies, sink);
}

const handoff_operation kExact[kOperationCount] = {{sizeof(handoff_operation), 0, detail::view("check/1"), &check},
                                                   HANDOFF_OPERATION(Acme, issue, "issue/1"),
                                                   HANDOFF_OPERATION(Acme, link, "link/1"),
                                                   HANDOFF_OPERATION(Acme, read, "read/1"),
                                                   HANDOFF_OPERATION(Acme, void_credit, "void/1"),
                                                   HANDOFF_OPERATION(Acme, freeze, "freeze/1"),
                                                   HANDOFF_OPERATION(Acme, inbound, "inbound/1"),
                                                   HANDOFF_OPERATION(Acme, fetch, "fetch/1"),
                                                   HANDOFF_OPERATION(Acme, pull, "pull/1")};

constexpr handoff_plugin bad() {
  handoff_plugin out = plugin_of<Acme>();
  out.operations = kExact;
  return out;
}

}  // namespace acme

ACME_ENTRY(acme::bad())
