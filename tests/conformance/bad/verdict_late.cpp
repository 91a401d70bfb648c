// Asks how the card is before it gives its verdict on the activation.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<IssueResult> issue(Context& c, const IssueInput& in) const override {
    Request create = write(c, "create-card", "POST", "/v2/cards", card_body(c, in));
    Reply made = co_await c.send(create);
    IssueResult out;
    out.instrument = created(c, made);
    Request activate =
        write(c, "activate-card", "POST", card_path(out.instrument) + "/activate", value_body(in.amount));
    Reply reply = co_await c.send(activate);
    Request look(Retry::safe, "get-card", "GET", card_path(out.instrument));
    Reply seen = co_await c.send(look);
    if (seen.ok()) activated(c, reply, in);
    co_return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
