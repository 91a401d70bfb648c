#include "gift_cards.hpp"

#include <handoff/sdk/text.hpp>

#include "card_mapping.hpp"
#include "errors.hpp"
#include "graphql.hpp"

namespace handoff::shopify {

namespace {

constexpr std::string_view kCreate =
    "mutation CreateCard($input:GiftCardCreateInput!){giftCardCreate(input:$input){giftCardCode giftCard{id "
    "balance{amount currencyCode} initialValue{amount currencyCode} enabled expiresOn createdAt note customer{id}} "
    "userErrors{code field message}}}";
constexpr std::string_view kAssign =
    "mutation AssignCard($id:ID!,$input:GiftCardUpdateInput!){giftCardUpdate(id:$id,input:$input){giftCard{id "
    "customer{id}} userErrors{field message}}}";
constexpr std::string_view kDeactivate =
    "mutation DeactivateCard($id:ID!){giftCardDeactivate(id:$id){giftCard{id enabled} userErrors{code field message}}}";
constexpr std::string_view kGetCard =
    "query GetCard($id:ID!){giftCard(id:$id){id balance{amount currencyCode} initialValue{amount currencyCode} enabled "
    "expiresOn createdAt note customer{id}}}";
// Without a name a term of the query is looked for in codes, too (schema: giftCards, the filter "default"). Its other finds
// are told by how their codes end.
constexpr std::string_view kFindCard =
    "query FindCard($code:String!){giftCards(first:10,query:$code){nodes{id lastCharacters balance{amount "
    "currencyCode} initialValue{amount currencyCode} enabled expiresOn createdAt note customer{id}} "
    "pageInfo{hasNextPage}}}";

/// What the mutation `payload` made of its card; ends the run if it made nothing of one.
const json::Value& card_in(Replay& c, const Reply& reply, const json::Value& body, std::string_view payload) {
  const json::Value& result = body.at("data").at(payload);
  bool clean = readable(reply, body) && result.at("userErrors").array() && result.at("userErrors").as_array().empty();
  if (!clean && !result.at("giftCard").is_null()) c.unclear(reply, "200", "an answer with both a gift card and errors");
  if (!clean) refuse_write(c, reply, body, payload);
  if (result.at("giftCard").at("id").as_string().empty()) c.unclear(reply, "200", "the answer is no gift card");
  return result.at("giftCard");
}

}  // namespace

GiftCards::GiftCards(std::string currency) : currency_(std::move(currency)) {
  if (in_use() && !currency_exponent(currency_))
    throw config_error("/gift_card_currency", "'" + currency_ + "' is no ISO 4217 currency");
}

void GiftCards::must_be_in_use() const {
  if (!in_use()) throw config_error("/gift_card_currency", "gift cards are issued in the shop's currency: name it");
}

void GiftCards::check(const json::Value& shop) const {
  std::string held(shop.at("currencyCode").as_string());
  if (held.empty()) throw Failure(Failed::unreadable, "the answer does not say in which currency the shop is kept");
  if (held != currency_) throw config_error("/gift_card_currency", "the shop is kept in " + held);
}

Task<IssueResult> GiftCards::issue(Context& c, const IssueInput& in) const {
  must_be_in_use();
  if (in.amount.currency() != currency_)
    throw Failure(Failed::unsupported, "this shop is kept in " + currency_ + ", not in " + in.amount.currency());
  json::Object variables;
  variables.set("input", create_input(in));
  Request create = graphql(Retry::unsafe, "create-gift-card", kCreate, std::move(variables));
  Reply reply = co_await c.send(create);
  IssueResult out;
  if (reply.adopted()) {
    Sighting found = reply.sighting();
    // Somebody else's; or ours, and its note was taken away. Only a person can tell.
    if (!found.reference.empty() && found.reference != in.reference)
      throw Failure(Failed::unreadable,
                    "the code is taken by " + found.instrument + ", which does not carry our reference");
    out.instrument = found.instrument;
    co_return out;
  }
  json::Value body = reply.json();
  const json::Value& card = card_in(c, reply, body, "giftCardCreate");
  std::string_view code = body.at("data").at("giftCardCreate").at("giftCardCode").as_string();
  bool told = card.at("enabled").is_bool();
  Sighting made = told ? to_card(card, 0) : Sighting();  // when it expires is none of the question
  if (made.state != "active" || made.amount != made.issued)
    c.unclear(reply, "200", "the answer is no gift card that can be spent");
  Echoes echoes;
  echoes.amount = made.issued;
  echoes.code = equal_ignoring_case(code, card_code(in.code)) ? in.code : std::string(code);
  echoes.reference = made.reference;
  c.applied(reply, echoes);
  out.instrument = made.instrument;
  co_return out;
}

Task<LinkResult> GiftCards::link(Context& c, const LinkInput& in) const {
  if (in.customer.id.empty())
    throw Failure(Failed::not_found, "the shop knows no such customer: a card is assigned by id");
  json::Object whose, variables;
  whose.set("customerId", in.customer.id);
  variables.set("id", in.instrument).set("input", std::move(whose));
  Request assign = graphql(Retry::unsafe, "assign-customer", kAssign, std::move(variables));
  Reply reply = co_await c.send(assign);
  LinkResult out;
  if (reply.adopted()) {
    out.customer = reply.sighting().customer;
    co_return out;
  }
  json::Value body = reply.json();
  const json::Value& card = card_in(c, reply, body, "giftCardUpdate");
  Echoes echoes;
  echoes.instrument = card.at("id").as_string();
  echoes.customer = card.at("customer").at("id").as_string();
  c.applied(reply, echoes);
  out.customer = card.at("customer").at("id").as_string();
  co_return out;
}

Task<ReadResult> GiftCards::read(Context& c, const ReadInput& in) const {
  const bool by_code = in.by == "code";
  const std::string code = card_code(in.code);
  if (by_code ? code.empty() : in.instrument.empty())
    throw Failure(Failed::bug, "a gift card is read by " + in.by + ", and that is not given");
  json::Object variables;
  variables.set(by_code ? "code" : "id", by_code ? code : in.instrument);
  Request look = graphql(Retry::safe, by_code ? "find-gift-card" : "get-gift-card", by_code ? kFindCard : kGetCard,
                         std::move(variables));
  Reply reply = co_await c.send(look);
  json::Value body = reply.json();
  if (!readable(reply, body)) fail_read(reply, body);
  const json::Value& data = body.at("data");
  const json::Value& more = data.at("giftCards").at("pageInfo").at("hasNextPage");
  bool told =
      by_code ? data.at("giftCards").at("nodes").array() && more.is_bool() : data.object()->find("giftCard") != nullptr;
  if (!told) throw Failure(Failed::unreadable, "the answer says nothing of a gift card");
  ReadResult out;
  out.complete = !more.as_bool();
  for (const json::Value& card : data.at("giftCards").at("nodes").as_array()) {
    if (!ends_like(card, code)) continue;
    out.sightings.push_back(to_card(card, not_after(c.now_ms(), reply)));
    // Somebody else made it, or took our note away: by an empty reference it would be taken for ours.
    if (out.sightings.back().reference.empty()) out.sightings.back().reference = out.sightings.back().instrument;
  }
  const json::Value& card = data.at("giftCard");
  if (by_code || card.is_null()) co_return out;
  out.sightings.push_back(to_card(card, not_after(c.now_ms(), reply)));
  if (out.sightings.back().instrument != in.instrument)
    throw Failure(Failed::unreadable, "the answer is another gift card");
  co_return out;
}

Task<VoidResult> GiftCards::void_credit(Context& c, const VoidInput& in) const {
  json::Object variables;
  variables.set("id", in.instrument);
  Request end = graphql(Retry::unsafe, "deactivate", kDeactivate, std::move(variables));
  Reply reply = co_await c.send(end);
  VoidResult out;
  if (reply.adopted()) {
    out.removed = reply.sighting().removed;
    co_return out;
  }
  json::Value body = reply.json();
  const json::Value& card = card_in(c, reply, body, "giftCardDeactivate");
  if (!card.at("enabled").is_bool() || card.at("enabled").as_bool())
    c.unclear(reply, "200", "the gift card is not shown as deactivated");
  Echoes echoes;
  echoes.instrument = card.at("id").as_string();
  c.applied(reply, echoes);
  co_return out;  // what it held then is read
}

}  // namespace handoff::shopify
