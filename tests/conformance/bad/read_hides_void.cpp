// Shows no card that is void.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  bool belongs(const Sighting& card, const ReadInput&) const override { return card.state != "void"; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
