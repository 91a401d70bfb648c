#include "gift_cards.hpp"

#include <algorithm>
#include <handoff/sdk/list.hpp>
#include <handoff/sdk/text.hpp>
#include <handoff/sdk/time.hpp>

#include "card_mapping.hpp"
#include "errors.hpp"
#include "mapping.hpp"

namespace handoff::square {

namespace {

/// A card of store credit has a handful of activities; this many pages of a hundred are no card of ours.
constexpr int kPagesMax = 20;
/// Before Square had gift cards; left out, the range of a list is a year.
constexpr const char* kBeginning = "2009-01-01T00:00:00Z";

bool is_holder(const json::Value& card, std::string_view customer) {
  const json::Array& ids = card.at("customer_ids").as_array();
  return std::any_of(ids.begin(), ids.end(), [&](const json::Value& id) { return id.as_string() == customer; });
}

/// The card in an answer that must hold one.
Sighting card_in(const Reply& reply, const json::Value& body) {
  if (!readable(reply, body)) fail_read(reply, body);
  std::optional<Sighting> card = to_card(body.at("gift_card"));
  if (!card) throw Failure(Failed::unreadable, "the answer is no gift card");
  return *card;
}

/// Of a page that must hold some or none.
const json::Array& activities_in(const Reply& reply, const json::Value& body) {
  if (!readable(reply, body)) fail_read(reply, body);
  const json::Value& list = body.at("gift_card_activities");
  if (!list.is_null() && !list.array()) throw Failure(Failed::unreadable, "the answer is no list of activities");
  return list.as_array();
}

}  // namespace

Request GiftCards::request(Retry retry, std::string label, std::string method, std::string target) const {
  Request out(retry, std::move(label), std::move(method), std::move(target));
  out.header("Square-Version", version_);
  return out;
}

Task<Nothing> GiftCards::check(Context& c) const {
  Request cards = request(Retry::safe, "list-gift-cards", "GET", "/v2/gift-cards?limit=1");
  Reply reply = co_await c.send(cards);
  json::Value body = reply.json();
  if (!readable(reply, body)) fail_read(reply, body);
  co_return Nothing();
}

Task<FindCustomerResult> GiftCards::find_customer(Context& c, const FindCustomerInput& in) const {
  const std::pair<const char*, const std::string*> ways[] = {
      {"email_address", &in.email}, {"phone_number", &in.phone}, {"reference_id", &in.loyalty}};
  FindCustomerResult out;
  for (const auto& [field, value] : ways) {
    if (value->empty()) continue;
    Request look = request(Retry::safe, "find-by-" + std::string(field), "POST", "/v2/customers/search");
    look.json(search_body(field, *value));
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    if (!readable(reply, body)) fail_read(reply, body);
    if (!body.at("customers").is_null() && !body.at("customers").array())
      throw Failure(Failed::unreadable, "the answer is no list of customers");
    if (!body.at("cursor").as_string().empty())
      throw Failure(Failed::unreadable, std::string(field) + " names over a hundred customers");
    for (const json::Value& customer : body.at("customers").as_array()) {
      CustomerInfo found = to_candidate(customer);
      if (found.id.empty()) throw Failure(Failed::unreadable, "the list holds what is no customer");
      bool known = std::any_of(out.candidates.begin(), out.candidates.end(),
                               [&](const CustomerInfo& other) { return other.id == found.id; });
      if (!known) out.candidates.push_back(std::move(found));
    }
  }
  co_return out;
}

/// The id of the new, empty card.
Task<std::string> GiftCards::create(Context& c, const IssueInput& in) const {
  Request make = request(Retry::unsafe, "create-gift-card", "POST", "/v2/gift-cards");
  make.json(create_body(c.key("create-gift-card"), location_, in.code));
  Reply reply = co_await c.send(make);
  if (reply.adopted()) co_return reply.sighting().instrument;
  json::Value body = reply.json();
  if (!readable(reply, body)) refuse_write(c, reply, body);
  std::optional<Sighting> made = to_card(body.at("gift_card"));
  if (!made || (made->state != "pending" && made->state != "active"))
    c.unclear(reply, code_of(reply, body), "the answer is no new gift card");
  std::string_view gan = body.at("gift_card").at("gan").as_string();
  Echoes echoes;
  echoes.code = gan == gan_of(in.code) ? in.code : std::string(gan);
  c.applied(reply, echoes);
  co_return made->instrument;
}

Task<IssueResult> GiftCards::issue(Context& c, const IssueInput& in) const {
  if (location_.empty()) throw config_error("/gift_card_location", "gift cards are issued at a location: name it");
  Task<std::string> creating = create(c, in);
  IssueResult out;
  out.instrument = co_await creating;
  Request activate = request(Retry::unsafe, "activate", "POST", "/v2/gift-cards/activities");
  activate.json(activate_body(c.key("activate"), location_, out.instrument, in));
  Reply reply = co_await c.send(activate);
  if (reply.adopted()) {
    out.instrument = reply.sighting().instrument;
    co_return out;
  }
  json::Value body = reply.json();
  if (!readable(reply, body)) refuse_write(c, reply, body);
  const json::Value& activity = body.at("gift_card_activity");
  const json::Value& details = activity.at("activate_activity_details");
  if (activity.at("gift_card_id").as_string() != out.instrument)
    c.unclear(reply, code_of(reply, body), "the answer is no activity of that card");
  Echoes echoes;
  echoes.amount = to_money(details.at("amount_money"));
  echoes.reference = details.at("reference_id").as_string();
  c.applied(reply, echoes);
  co_return out;
}

Task<LinkResult> GiftCards::link(Context& c, const LinkInput& in) const {
  if (in.customer.id.empty()) throw Failure(Failed::not_found, "Square knows no such customer: a card is linked by id");
  const std::string card = "/v2/gift-cards/" + percent(in.instrument);
  Request look = request(Retry::safe, "get-gift-card", "GET", card);
  Reply seen = co_await c.send(look);
  json::Value before = seen.json();
  // It was made a moment ago, and how late a read sees that is not known: look again, and refuse nothing.
  if (seen.status() == 404) throw Failure(Failed::unreadable, "the card is not shown: " + code_of(seen, before));
  card_in(seen, before);
  std::string others;
  for (const json::Value& id : before.at("gift_card").at("customer_ids").as_array()) {
    if (id.as_string() == in.customer.id) continue;
    if (!others.empty()) throw Failure(Failed::rejected, "the card is on file for several other customers");
    others = id.as_string();
  }
  if (!others.empty()) {
    json::Object whom;
    whom.set("customer_id", others);
    Request unlink = request(Retry::unsafe, "unlink-customer", "POST", card + "/unlink-customer");
    unlink.json(json::Value(std::move(whom)));
    Reply reply = co_await c.send(unlink);
    json::Value body = reply.json();
    if (!reply.adopted()) {
      if (!readable(reply, body)) refuse_write(c, reply, body);
      std::optional<Sighting> left = to_card(body.at("gift_card"));
      bool still = left && is_holder(body.at("gift_card"), others);
      if (!left || still) c.unclear(reply, code_of(reply, body), "the customer is not shown as unlinked");
      Echoes echoes;
      echoes.instrument = left->instrument;
      c.applied(reply, echoes);
    }
  }
  json::Object whom;
  whom.set("customer_id", in.customer.id);
  Request link = request(Retry::unsafe, "link-customer", "POST", card + "/link-customer");
  link.json(json::Value(std::move(whom)));
  Reply reply = co_await c.send(link);
  LinkResult out;
  if (reply.adopted()) {
    out.customer = reply.sighting().customer;
    co_return out;
  }
  json::Value body = reply.json();
  if (!readable(reply, body)) refuse_write(c, reply, body);
  std::optional<Sighting> linked = to_card(body.at("gift_card"));
  if (!linked) c.unclear(reply, code_of(reply, body), "the answer is no gift card");
  Echoes echoes;
  echoes.instrument = linked->instrument;
  echoes.customer = linked->customer;
  c.applied(reply, echoes);
  out.customer = linked->customer;
  co_return out;
}

Task<ReadResult> GiftCards::read(Context& c, const ReadInput& in) const {
  Request look = request(Retry::safe, "get-gift-card", "GET", "/v2/gift-cards/" + percent(in.instrument));
  if (in.by == "code") {
    json::Object body;
    body.set("gan", gan_of(in.code));
    look = request(Retry::safe, "get-by-gan", "POST", "/v2/gift-cards/from-gan");
    look.json(json::Value(std::move(body)));
  }
  Reply reply = co_await c.send(look);
  json::Value body = reply.json();
  ReadResult out;
  out.complete = true;
  if (code_of(reply, body) == "404/NOT_FOUND") co_return out;
  Sighting card = card_in(reply, body);
  Task<bool> telling = tell_history(c, card, std::string(body.at("gift_card").at("created_at").as_string()));
  out.complete = co_await telling;
  out.sightings.push_back(std::move(card));
  co_return out;
}

/// Every activity of the card, oldest first. False if they do not explain how it stands. The default range is a year.
Task<bool> GiftCards::tell_history(Context& c, Sighting& card, std::string since) const {
  History history;
  std::string page;
  for (int number = 1;; ++number) {
    if (number > kPagesMax) throw Failure(Failed::unreadable, "the card has thousands of activities");
    Form query;
    query.add("gift_card_id", card.instrument).add("sort_order", "ASC").add("limit", "100");
    if (!since.empty()) query.add("begin_time", since);
    if (!page.empty()) query.add("cursor", page);
    Request look = request(Retry::safe, "list-activities-" + std::to_string(number), "GET",
                           "/v2/gift-cards/activities?" + query.text());
    Reply reply = co_await c.send(look);
    json::Value body = reply.json();
    for (const json::Value& activity : activities_in(reply, body))
      if (activity.at("gift_card_id").as_string() != card.instrument || !history.add(activity))
        throw Failure(Failed::unreadable, "the list holds what is no activity of that card");
    page = body.at("cursor").as_string();
    if (page.empty()) break;
  }
  co_return history.tell(card);
}

/// The cursor: {"activations", "page", "count"}.
Task<ListResult> GiftCards::list(Context& c, const ListInput& in) const {
  bool activations = in.cursor.at("activations").as_bool();
  std::string page(in.cursor.at("page").as_string());
  Form query;
  query.add("limit", activations ? "100" : "200");
  if (activations) query.add("type", "ACTIVATE").add("sort_order", "ASC");
  if (activations) query.add("begin_time", in.since.empty() ? kBeginning : in.since);
  if (!page.empty()) query.add("cursor", page);
  const char* what = activations ? "gift_card_activities" : "gift_cards";
  Request look = request(Retry::safe, activations ? "list-activations" : "list-gift-cards", "GET",
                         (activations ? "/v2/gift-cards/activities?" : "/v2/gift-cards?") + query.text());
  Reply reply = co_await c.send(look);
  json::Value body = reply.json();
  if (!readable(reply, body)) fail_read(reply, body);
  if (!body.at(what).is_null() && !body.at(what).array())
    throw Failure(Failed::unreadable, std::string("the answer is no list of ") + what);
  std::int64_t count = counted(in);
  for (const json::Value& row : body.at(what).as_array()) {
    std::optional<Sighting> seen = activations ? to_activation(row) : to_card(row);
    if (!seen) throw Failure(Failed::unreadable, std::string("the list holds what is none of ") + what);
    c.emit(*seen);
    ++count;
  }
  page = body.at("cursor").as_string();
  if (!page.empty() || !activations) {
    json::Object next;
    next.set("activations", activations || page.empty()).set("page", page);
    co_return next_page(std::move(next), count);
  }
  co_return list_end(in, count);
}

/// "cards" is {"watermark"} between runs, and {"watermark","begin","page"} inside one. The list is by when an activity
/// was made: a redemption that is pending and cancelled later is told of by a notification only.
Task<PullResult> GiftCards::pull(Context& c, const PullInput& in) const {
  const json::Value place = in.cursor.at("cards");
  std::optional<std::int64_t> newest = to_unix_ms(place.at("watermark").as_string(in.since));
  if (!newest) throw Failure(Failed::bug, "pull without a time to start at");
  const std::string begin(place.at("begin").as_string()), page(place.at("page").as_string());
  Form query;
  query.add("begin_time", begin).add("sort_order", "ASC").add("limit", "100");
  if (!page.empty()) query.add("cursor", page);
  Request look = request(Retry::safe, "list-moves", "GET", "/v2/gift-cards/activities?" + query.text());
  Reply reply = co_await c.send(look);
  json::Value body = reply.json();
  for (const json::Value& activity : activities_in(reply, body)) {
    if (auto made = to_unix_ms(activity.at("created_at").as_string())) newest = std::max(*newest, *made);
    std::optional<Hint> hint = to_hint(activity);
    if (hint && !hint->whole()) throw Failure(Failed::unreadable, "the list holds what is no activity");
    if (hint) c.emit(*hint);
  }
  std::string next(body.at("cursor").as_string());
  json::Object cards, cursor;
  cards.set("watermark", to_rfc3339(*newest));
  if (!next.empty()) cards.set("begin", begin).set("page", next);
  cursor.set("watermark", in.cursor.at("watermark")).set("cards", std::move(cards));
  PullResult out;
  out.more = !next.empty();
  out.cursor = json::Value(std::move(cursor));
  co_return out;
}

Task<VoidResult> GiftCards::void_credit(Context& c, const VoidInput& in) const {
  if (location_.empty()) throw config_error("/gift_card_location", "activities are booked at a location: name it");
  Request end = request(Retry::unsafe, "deactivate", "POST", "/v2/gift-cards/activities");
  end.json(deactivate_body(c.key("deactivate"), location_, in.instrument));
  Reply reply = co_await c.send(end);
  VoidResult out;
  if (reply.adopted()) {
    out.removed = reply.sighting().removed;
    co_return out;
  }
  json::Value body = reply.json();
  if (!readable(reply, body)) refuse_write(c, reply, body);
  const json::Value& activity = body.at("gift_card_activity");
  if (activity.at("type").as_string() != "DEACTIVATE")
    c.unclear(reply, code_of(reply, body), "the answer is no deactivation");
  Echoes echoes;
  echoes.instrument = activity.at("gift_card_id").as_string();
  c.applied(reply, echoes);
  co_return out;  // what was removed stands in the activities before this one: read tells
}

}  // namespace handoff::square
