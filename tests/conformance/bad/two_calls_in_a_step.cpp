// Asks for the activation before it knows the card.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  Task<IssueResult> issue(Context& c, const IssueInput& in) const override {
    json::Object card;
    card.set("reference", in.reference);
    Request create = write(c, "create-card", "POST", "/v2/cards", std::move(card));
    Context::Sent creating = c.send(create);
    json::Object value;
    value.set("amount", amount_text(in.amount)).set("currency", currency_);
    Request activate = write(c, "activate-card", "POST", "/v2/cards/" + in.code + "/activate", std::move(value));
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
