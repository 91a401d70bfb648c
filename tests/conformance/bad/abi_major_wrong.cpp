// Speaks another major of the contract.

#include "acme.hpp"

namespace acme {

constexpr handoff_plugin bad() {
  handoff_plugin out = plugin_of<Acme>();
  out.abi_major = 9;
  return out;
}

}  // namespace acme

ACME_ENTRY(acme::bad())
