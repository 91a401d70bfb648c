// Voids the old card before it issues the new one, in one operation.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<IssueResult> issue(Context& c, const IssueInput& in) const override {
    Request remove = write(c, "void-old", "POST", "/v2/cards/" + percent(in.credit.ref) + "/void", json::Object());
    Reply removed = co_await c.send(remove);
    Echoes echoes;
    echoes.reference = readable_card(c, removed).reference;
    c.applied(removed, echoes);
    Task<IssueResult> rest = Acme::issue(c, in);
    IssueResult out = co_await rest;
    co_return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
