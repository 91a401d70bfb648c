// Takes a rate limit for a refusal for good.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  [[noreturn]] void refuse_write(Replay& c, const Reply& reply) const override {
    c.rejected(reply, code_of(reply), words(reply));
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
