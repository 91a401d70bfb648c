// handoff-connector-host: one connector in a process that can only compute. The hub starts it; it is of no use by hand.

#include "core/plugin_host/child_host.hpp"

int main() { return handoff::plugin_host::run_child_host(); }
