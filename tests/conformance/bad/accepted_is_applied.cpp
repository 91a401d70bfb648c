// Takes 202 for done.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  bool answered(const Reply& reply) const override { return reply.status() == 202 || Acme::answered(reply); }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
