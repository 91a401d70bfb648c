// Parses the body of a webhook before its signature is checked.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<InboundResult> inbound(Context& c, const InboundInput& in) const override {
    to_hint(c.payload());
    Task<InboundResult> rest = Acme::inbound(c, in);
    InboundResult out = co_await rest;
    co_return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
