// Creates a second card where the host has found the first.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<IssueResult> issue(Context& c, const IssueInput& in) const override {
    Request first = write(c, "create-card", "POST", "/v2/cards", card_body(c, in));
    Reply made = co_await c.send(first);
    std::string instrument = created(c, made);
    if (made.adopted()) {
      Request again = write(c, "create-card-again", "POST", "/v2/cards", card_body(c, in));
      Reply remade = co_await c.send(again);
      instrument = created(c, remade);
    }
    Request activate = write(c, "activate-card", "POST", card_path(instrument) + "/activate", value_body(in.amount));
    Reply reply = co_await c.send(activate);
    IssueResult out;
    out.instrument = activated(c, reply, in);
    co_return out;
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
