// Echoes what was asked, not what the answer says.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string activated(Replay& c, const Reply& reply, const IssueInput& in) const override {
    if (!reply.ok()) return Acme::activated(c, reply, in);
    Echoes echoes;
    echoes.amount = in.amount;
    echoes.reference = in.reference;
    c.applied(reply, echoes);
    return readable_card(c, reply).instrument;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
