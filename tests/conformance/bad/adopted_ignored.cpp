// Does not know that the host may have found the effect: it calls it refused.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  bool took_effect_unanswered(const Reply&) const override { return false; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
