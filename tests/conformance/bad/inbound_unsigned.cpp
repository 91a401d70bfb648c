// Believes a webhook without asking whether it is signed.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<InboundResult> inbound(Context& c, const InboundInput&) const override {
    c.emit(to_hint(c.payload()));
    co_return InboundResult();
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
