// Needs a minor of the contract that no host has yet.

#include "acme.hpp"

namespace acme {

constexpr handoff_plugin bad() {
  handoff_plugin out = plugin_of<Acme>();
  out.abi_minor_needed = 77;
  return out;
}

}  // namespace acme

ACME_ENTRY(acme::bad())
