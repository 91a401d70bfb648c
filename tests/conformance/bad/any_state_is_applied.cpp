// Believes an activation whose answer shows a card that nobody can spend.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string activated(Replay& c, const Reply& reply, const IssueInput& in) const override {
    if (!answered(reply) || took_effect_unanswered(reply)) return Acme::activated(c, reply, in);
    Sighting card = readable_card(c, reply);
    Echoes echoes;
    echoes.amount = card.issued;
    echoes.reference = card.reference;
    c.applied(reply, echoes);
    return card.instrument;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
