// Acme Gift as the gift card platform: each credit is one card, found again by our reference.

#include <handoff/sdk/connector.hpp>

#include "mapping.hpp"

namespace acme_gift {

using namespace handoff;

namespace {

/// Ends a run whose read was not answered with what was asked for.
[[noreturn]] void fail_read(const Reply& reply) {
  std::string code = code_of(reply);
  if (reply.status() == 429) throw Failure(Failed::rate_limited, code);
  if (reply.status() == 401 || reply.status() == 403) throw Failure(Failed::auth, code);
  if (reply.status() >= 500) throw Failure(Failed::retryable, code);
  throw Failure(Failed::rejected, code);
}

}  // namespace

class AcmeGift {
 public:
  explicit AcmeGift(const json::Value& settings) : currency_(settings.at("currency").as_string()) {
    if (!currency_exponent(currency_)) throw config_error("/currency", "'" + currency_ + "' is no ISO 4217 currency");
  }

  Task<IssueResult> issue(Context& c, const IssueInput& in) const {
    if (in.amount.currency() != currency_)
      throw Failure(Failed::unsupported, "this account holds " + currency_ + ", not " + in.amount.currency());
    Request create(Retry::idempotent, "create-card", "POST", "/v1/cards");
    create.header("Idempotency-Key", c.key("create-card")).json(card_body(in));
    Reply reply = co_await c.send(create);

    IssueResult out;
    if (reply.adopted()) {  // the answer was lost, but the host found the card
      out.instrument = reply.sighting().instrument;
      co_return out;
    }
    if (reply.status() == 429) c.refused(reply, "429", retry_after_ms(reply, c.now_ms()));
    if (!reply.ok()) c.rejected(reply, code_of(reply), "Acme refused");  // the sheet decides what this proves
    std::optional<Sighting> card = to_sighting(reply.json());
    if (!card || card->state != "active") c.unclear(reply, code_of(reply), "the answer is no card that can be spent");
    Echoes echoes;
    echoes.amount = card->issued;
    echoes.reference = card->reference;
    c.applied(reply, echoes);
    out.instrument = card->instrument;
    co_return out;
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    ReadResult out;
    out.complete = true;  // by reference Acme answers with a list of one or none; it has no pages
    std::string target = "/v1/cards?reference=" + percent(in.reference);
    if (in.by == "instrument") target = "/v1/cards/" + percent(in.instrument);
    Request look(Retry::safe, "get-card", "GET", target);
    Reply reply = co_await c.send(look);
    if (code_of(reply) == "404/not_found") co_return out;  // a gateway's 404 proves nothing
    if (!reply.ok()) fail_read(reply);
    json::Value body = reply.json();
    json::Array cards = body.at("cards").as_array();
    if (in.by == "instrument") cards.push_back(body);
    if (in.by != "instrument" && !body.at("cards").array())
      throw Failure(Failed::unreadable, "the answer has no \"cards\"");
    for (const json::Value& card : cards) {
      std::optional<Sighting> seen = to_sighting(card);
      if (!seen) throw Failure(Failed::unreadable, "the answer is no card");
      out.sightings.push_back(*seen);
    }
    co_return out;
  }

  /// The same as a plain function, for compilers whose coroutines are not to be trusted.
  CheckResult check(PlainContext& c, const CheckInput&) const {
    Request look(Retry::safe, "get-account", "GET", "/v1/account");
    Reply reply = c.send(look);
    if (!reply.ok()) fail_read(reply);
    CheckResult out;
    out.account = reply.json().at("name").as_string();
    if (out.account.empty()) throw Failure(Failed::unreadable, "the answer is no account");
    return out;
  }

 private:
  std::string currency_;
};

}  // namespace acme_gift

using acme_gift::AcmeGift;
HANDOFF_CONNECTOR(AcmeGift, HANDOFF_OPERATION(AcmeGift, issue, "issue/1"), HANDOFF_OPERATION(AcmeGift, read, "read/1"),
                  HANDOFF_OPERATION(AcmeGift, check, "check/1"))
