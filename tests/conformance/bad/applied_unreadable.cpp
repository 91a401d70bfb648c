// Takes the activation as done because the status is 200, whatever the answer says.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string activated(Replay& c, const Reply& reply, const IssueInput& in) const override {
    if (!reply.ok() || to_sighting(read_body(reply).at("card"))) return Acme::activated(c, reply, in);
    c.applied(reply, Echoes());
    return {};
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
