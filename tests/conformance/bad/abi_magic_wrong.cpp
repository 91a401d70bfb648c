// Its entry does not begin with the magic.

#include "acme.hpp"

namespace acme {

constexpr handoff_plugin bad() {
  handoff_plugin out = plugin_of<Acme>();
  out.magic = 0x12345678u;
  return out;
}

}  // namespace acme

ACME_ENTRY(acme::bad())
