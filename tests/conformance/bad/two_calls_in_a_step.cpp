// Asks for the activation in the same step as for the card.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<IssueResult> issue(Context& c, const IssueInput& in) const override {
    Request create = write(c, "create-card", "POST", "/v2/cards", card_body(c, in));
    Context::Sent creating = c.send(create);
    Request activate = write(c, "activate-card", "POST", card_path(in.reference) + "/activate", value_body(in.amount));
    Context::Sent activating = c.send(activate);
    Reply made = co_await creating;
    created(c, made);
    Reply reply = co_await activating;
    IssueResult out;
    out.instrument = activated(c, reply, in);
    co_return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
