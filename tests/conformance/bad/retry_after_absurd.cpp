// Does not look at Retry-After, and asks for thirty days.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::uint64_t wait_ms(const Reply&) const override { return 30ull * 24 * 3600 * 1000; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
