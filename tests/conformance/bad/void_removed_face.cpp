// Says that the whole amount was removed, whatever was left on the card.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::optional<Money> voided(Replay& c, const Reply& reply, const VoidInput& in) const override {
    Acme::voided(c, reply, in);
    return in.amount;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
