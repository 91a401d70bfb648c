// Believes an activation only if it saw all steps before it: after a crash another process goes on.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  std::string note(const Replay& c, const CreditInfo& credit) const override {
    ++steps_;
    return Acme::note(c, credit);
  }
  std::string activated(Replay& c, const Reply& reply, const IssueInput& in) const override {
    bool saw_all = steps_ == 3;
    steps_ = 0;
    if (!saw_all) c.unclear(reply, "restarted", "the card was made by another run");
    return Acme::activated(c, reply, in);
  }

  mutable int steps_ = 0;
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
