// Believes a body whatever the status is, if it can be read.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  bool answered(const Reply& reply) const override {
    return reply.ok() || (reply.status() >= 500 && reply.json().object() != nullptr);
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
