// Takes a conflict for "done already", with echoes of what was asked.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string activated(Replay& c, const Reply& reply, const IssueInput& in) const override {
    if (took_effect_unanswered(reply) || reply.status() != 409) return Acme::activated(c, reply, in);
    Echoes echoes;
    echoes.amount = in.amount;
    echoes.reference = in.reference;
    c.applied(reply, echoes);
    return "ag_71";
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
