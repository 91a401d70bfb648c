// Shows a card only if it holds what the hub believes.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  bool belongs(const Sighting& card, const ReadInput& in) const override {
    return !in.amount || card.amount == in.amount;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
