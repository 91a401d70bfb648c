// Compares the signature itself, with one that it knows.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<InboundResult> inbound(Context& c, const InboundInput& in) const override {
    std::optional<Signature> signature = to_signature(in.header("acme-signature"));
    if (!signature || signature->mac != "c0ffee") throw Failure(Failed::forged, "the signature is wrong");
    c.emit(to_hint(c.payload()));
    co_return InboundResult();
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
