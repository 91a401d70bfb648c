// Sees no error inside of a 200.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  bool answered(const Reply& reply) const override { return reply.ok(); }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
