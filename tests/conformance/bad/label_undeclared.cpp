// Writes under a label that the sheet does not know.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<IssueResult> issue(Context& c, const IssueInput& in) const override {
    Request notify(Retry::unsafe, "notify", "POST", "/v2/notifications");
    Reply told = co_await c.send(notify);
    c.accepted(told, "202");
    Task<IssueResult> rest = Acme::issue(c, in);
    IssueResult out = co_await rest;
    co_return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
