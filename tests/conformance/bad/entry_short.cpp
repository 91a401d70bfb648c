// Its entry is shorter than the contract's.

#include "acme.hpp"

namespace acme {

constexpr handoff_plugin bad() {
  handoff_plugin out = plugin_of<Acme>();
  out.struct_size = 8;
  return out;
}

}  // namespace acme

ACME_ENTRY(acme::bad())
