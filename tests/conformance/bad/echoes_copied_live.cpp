// Looks at the state of the card, and echoes what was asked.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string activated(Replay& c, const Reply& reply, const IssueInput& in) const override {
    if (!reply.ok()) return Acme::activated(c, reply, in);
    Sighting card = readable_card(c, reply);
    if (card.state != "active") c.unclear(reply, "200", "the card is not shown as active");
    Echoes echoes;
    echoes.amount = in.amount;
    echoes.reference = in.reference;
    c.applied(reply, echoes);
    return card.instrument;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
