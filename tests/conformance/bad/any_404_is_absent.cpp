// Takes everybody's 404 for Acme's word that there is no such card.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  bool is_absent(const Reply& reply) const override { return reply.status() == 404; }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
