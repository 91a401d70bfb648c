#include "acme.hpp"

namespace acme {

namespace {

Request get(std::string label, std::string target) {
  return Request(Retry::safe, std::move(label), "GET", std::move(target));
}

}  // namespace

Acme::Acme(const json::Value& settings)
    : currency_(settings.at("currency").as_string()), page_size_(settings.at("page_size").as_integer().value_or(50)) {
  if (!currency_exponent(currency_)) throw config_error("/currency", "'" + currency_ + "' is no ISO 4217 currency");
  const json::Value& size = settings.at("page_size");
  if (!size.is_null() && !size.as_integer()) throw config_error("/page_size", "write a whole number");
}

Task<CheckResult> Acme::check(Context& c, const CheckInput&) const {
  Request look = get("get-account", "/v2/account");
  Reply reply = co_await c.send(look);
  if (!answered(reply)) fail_read(reply);
  CheckResult out;
  out.account = read_body(reply).at("name").as_string();
  if (out.account.empty()) throw Failure(Failed::unreadable, "the answer is no account");
  co_return out;
}

Task<IssueResult> Acme::issue(Context& c, const IssueInput& in) const {
  check_currency(in.amount);
  Request create = write(c, "create-card", "POST", "/v2/cards", card_body(c, in));
  Reply made = co_await c.send(create);
  std::string instrument = created(c, made);

  Request activate = write(c, "activate-card", "POST", card_path(instrument) + "/activate", value_body(in.amount));
  Reply reply = co_await c.send(activate);
  IssueResult out;
  out.instrument = activated(c, reply, in);
  co_return out;
}

Task<LinkResult> Acme::link(Context& c, const LinkInput& in) const {
  json::Object owner;
  owner.set("owner", in.customer.id.empty() ? in.customer.hub : in.customer.id);
  owner.set("email", in.customer.email);
  Request set = write(c, "set-owner", "PUT", card_path(in.instrument) + "/owner", std::move(owner));
  Reply reply = co_await c.send(set);
  LinkResult out;
  if (took_effect_unanswered(reply)) {
    out.customer = reply.sighting().customer;
    co_return out;
  }
  if (!answered(reply)) refuse_write(c, reply);
  Sighting card = readable_card(c, reply);
  Echoes echoes;
  echoes.instrument = card.instrument;
  echoes.customer = card.customer;
  c.applied(reply, echoes);
  out.customer = card.customer;
  co_return out;
}

Task<ReadResult> Acme::read(Context& c, const ReadInput& in) const {
  ReadResult out;
  out.complete = true;
  if (in.by == "instrument") {
    Request look = get("get-card", card_path(in.instrument));
    Reply reply = co_await c.send(look);
    if (is_absent(reply)) co_return out;
    if (!answered(reply)) fail_read(reply);
    std::optional<Sighting> seen = to_sighting(read_body(reply).at("card"));
    if (!seen) throw Failure(Failed::unreadable, "the answer is no card");
    if (belongs(*seen, in)) out.sightings.push_back(*seen);
    co_return out;
  }
  if (in.by != "reference") throw Failure(Failed::bug, "read by '" + in.by + "' is not declared");
  std::string after;
  for (int page = 1; page <= pages_max(); ++page) {
    Form query;
    query.add("reference", looked_for(in)).add("limit", std::to_string(page_size_));
    if (!after.empty()) query.add("after", after);
    Request look = get("list-cards-" + std::to_string(page), "/v2/cards?" + query.text());
    Reply reply = co_await c.send(look);
    if (!answered(reply)) fail_read(reply);
    json::Value body = read_body(reply);
    json::Array cards = cards_of(body);
    for (const json::Value& card : cards) {
      std::optional<Sighting> seen = to_sighting(card);
      if (!seen) throw Failure(Failed::unreadable, "the list holds what is no card");
      if (belongs(*seen, in)) out.sightings.push_back(*seen);
    }
    after = next_cards(body);
    if (after.empty()) co_return out;
  }
  out.complete = whole_at_the_last();
  co_return out;
}

Task<VoidResult> Acme::void_credit(Context& c, const VoidInput& in) const {
  json::Object why;
  why.set("reason", in.reason);
  Request remove = write(c, "void-card", "POST", card_path(in.instrument) + "/void", std::move(why));
  Reply reply = co_await c.send(remove);
  VoidResult out;
  out.removed = voided(c, reply, in);
  co_return out;
}

Task<FreezeResult> Acme::freeze(Context& c, const FreezeInput& in) const {
  Request block = write(c, "block-card", "POST", card_path(in.instrument) + "/block", json::Object());
  Reply reply = co_await c.send(block);
  if (took_effect_unanswered(reply)) co_return FreezeResult();
  if (!answered(reply)) refuse_write(c, reply);
  Sighting card = readable_card(c, reply);
  if (card.state != "inactive") c.unclear(reply, code_of(reply), "the card is not shown as blocked");
  Echoes echoes;
  echoes.instrument = card.instrument;
  c.applied(reply, echoes);
  co_return FreezeResult();
}

Task<InboundResult> Acme::inbound(Context& c, const InboundInput& in) const {
  std::optional<Signature> signature = to_signature(in.header("acme-signature"));
  if (!signature) throw Failure(Failed::forged, "the notification is not signed");
  std::int64_t age_ms = c.now_ms() - signature->at_ms;
  if (age_ms > tolerance_ms() || age_ms < -tolerance_ms())
    throw Failure(Failed::forged, "the notification was signed at another time");
  MacCheck mac("check-signature", "webhook_key", signed_text(*signature, c.payload()), signature->mac,
               HANDOFF_ENCODING_HEX);
  Reply checked = co_await c.check(mac);
  if (checked.status() != 1) throw Failure(Failed::forged, "the signature is wrong");
  c.emit(to_hint(c.payload()));
  co_return InboundResult();
}

Task<Nothing> Acme::fetch(Context& c, const FetchInput& in) const {
  Request look = get("get-event", event_path(in.object));
  Reply reply = co_await c.send(look);
  if (!answered(reply)) fail_read(reply);
  c.emit(read_event(read_body(reply).at("event")));
  co_return Nothing();
}

/// The cursor is {"since"} between runs, and {"since", "page", "newest"} inside one.
Task<PullResult> Acme::pull(Context& c, const PullInput& in) const {
  const std::string since(in.cursor.at("since").as_string(in.since));
  std::string newest(in.cursor.at("newest").as_string(since));
  const std::string page = page_of(in);
  Form query;
  query.add("since", since).add("limit", std::to_string(page_size_));
  if (!page.empty()) query.add("after", page);
  Request look = get("list-events", "/v2/events?" + query.text());
  Reply reply = co_await c.send(look);
  json::Value body = page_body(reply);
  json::Array events = events_of(body);
  for (const json::Value& event : events) {
    c.emit(read_event(event));
    std::string at(event.at("at").as_string());
    if (at > newest) newest = at;  // Acme writes UTC with a Z, so the text orders as the time does
  }
  json::Object cursor;
  std::string next(body.at("next").as_string());
  cursor.set("since", next.empty() ? newest : since);
  if (!next.empty()) cursor.set("page", next).set("newest", newest);
  PullResult out;
  out.more = !next.empty();
  out.cursor = json::Value(std::move(cursor));
  co_return out;
}

const handoff_operation kOperations[kOperationCount] = {
    HANDOFF_OPERATION(Acme, check, "check/1"),      HANDOFF_OPERATION(Acme, issue, "issue/1"),
    HANDOFF_OPERATION(Acme, link, "link/1"),        HANDOFF_OPERATION(Acme, read, "read/1"),
    HANDOFF_OPERATION(Acme, void_credit, "void/1"), HANDOFF_OPERATION(Acme, freeze, "freeze/1"),
    HANDOFF_OPERATION(Acme, inbound, "inbound/1"),  HANDOFF_OPERATION(Acme, fetch, "fetch/1"),
    HANDOFF_OPERATION(Acme, pull, "pull/1")};

}  // namespace acme
