// Uses one label for two calls.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<CheckResult> check(Context& c, const CheckInput& in) const override {
    Request look(Retry::safe, "get-account", "GET", "/v2/account");
    Reply first = co_await c.send(look);
    if (!first.ok()) fail_read(first);
    Task<CheckResult> rest = Acme::check(c, in);
    CheckResult out = co_await rest;
    co_return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
