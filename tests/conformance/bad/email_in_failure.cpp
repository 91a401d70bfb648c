// Names the customer by e-mail address where it fails.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<LinkResult> link(Context& c, const LinkInput& in) const override {
    try {
      Task<LinkResult> right = Acme::link(c, in);
      LinkResult out = co_await right;
      co_return out;
    } catch (const Failure& failure) {
      throw Failure(failure.kind(), in.customer.email + ": " + failure.what());
    }
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
