// Neither asks for a call nor ends.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<CheckResult> check(Context&, const CheckInput&) const override {
    co_await std::suspend_always();
    co_return CheckResult();
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
