// Square: gift cards and their activities.

#include <algorithm>
#include <array>

#include "listing.hpp"
#include "square.hpp"

namespace sandbox {

using square::bad_request;
using square::not_found;

namespace {

constexpr std::size_t kKeyCharactersMax = 128;

}  // namespace

template <class Action>
Response Square::once(State& state, const Request& request, const Json& body, Action action) {
  const std::string_view key = body["idempotency_key"].text();
  if (key.empty()) return bad_request("MISSING_REQUIRED_PARAMETER", "Missing required parameter.", "idempotency_key");
  if (key.size() > kKeyCharactersMax) return bad_request("VALUE_TOO_LONG", "The key is too long.", "idempotency_key");
  const std::string slot = request.path + " " + std::string(key);
  if (const auto known = state.replays.find(slot); known != state.replays.end()) {
    if (known->second.body == body) return known->second.response;
    return bad_request("IDEMPOTENCY_KEY_REUSED",
                       "Different request parameters used for the same idempotency_key: " + std::string(key),
                       "idempotency_key");
  }
  Response response = action();
  if (response.status == 200) state.replays[slot] = {body, response};
  return response;
}

Response Square::route_gift_cards(State& state, const Request& request, const Json& body) {
  const std::string call = request.method + " " + request.path;
  if (call == "POST /v2/gift-cards") return once(state, request, body, [&] { return create_card(state, body); });
  if (call == "GET /v2/gift-cards") return list_cards(state, request);
  if (call == "POST /v2/gift-cards/activities")
    return once(state, request, body, [&] { return create_activity(state, body); });
  if (call == "GET /v2/gift-cards/activities") return list_activities(state, request);
  std::string id(request.segment(2));
  if (call == "POST /v2/gift-cards/from-gan") {
    const auto known = state.card_by_gan.find(body["gan"].text());
    id = known == state.card_by_gan.end() ? "" : known->second;
  }
  const auto found = state.cards.find(id);
  if (found == state.cards.end()) return not_found("Gift card");
  const std::string_view action = request.segment(3);
  if (request.method == "POST" && action == "link-customer") return link(found->second, state, body, true);
  if (request.method == "POST" && action == "unlink-customer") return link(found->second, state, body, false);
  if (!action.empty()) return not_found("Resource");
  return Response::json(200, Json::object({{"gift_card", square::card_json(found->second)}}));
}

Response Square::create_card(State& state, const Json& body) {
  const Json& wanted = body["gift_card"];
  const std::string_view type = wanted["type"].text();
  if (body["location_id"].text().empty())
    return bad_request("MISSING_REQUIRED_PARAMETER", "Missing required parameter.", "location_id");
  if (type != "DIGITAL" && type != "PHYSICAL")
    return bad_request("INVALID_VALUE", "type must be DIGITAL or PHYSICAL.", "gift_card.type");
  State::GiftCard card;
  card.id = "gftc:" + state.ids.hex(32);
  card.type = type;
  card.gan = wanted["gan"].text();
  card.gan_source = card.gan.empty() ? "SQUARE" : "OTHER";
  if (card.gan.empty()) card.gan = "77833" + state.ids.digits(11);
  if (state.card_by_gan.contains(card.gan))
    return bad_request("GAN_ALREADY_EXISTS", "A gift card with this GAN exists.", "gift_card.gan");
  card.created_ms = clock_.now_ms();
  state.card_by_gan[card.gan] = card.id;
  const Json json = square::card_json(card);
  state.cards[card.id] = std::move(card);
  return Response::json(200, Json::object({{"gift_card", json}}));
}

Response Square::list_cards(const State& state, const Request& request) const {
  const auto limit = bounded_param(request, "limit", 30, 1, 200);
  if (!limit) return bad_request("VALUE_TOO_HIGH", "limit must be 1 to 200.", "limit");
  std::vector<square::Row> rows;
  const auto customer = request.param("customer_id");
  const auto wanted_state = request.param("state");
  const auto type = request.param("type");
  for (const auto& [id, card] : state.cards) {
    if (customer && std::ranges::find(card.customer_ids, *customer) == card.customer_ids.end()) continue;
    if (wanted_state && *wanted_state != card.state) continue;
    if (type && *type != card.type) continue;
    rows.push_back({card.created_ms, id, [&card] { return square::card_json(card); }});
  }
  return square::page("gift_cards", std::move(rows), {request.param("cursor").value_or(""), *limit, true});
}

Response Square::link(State::GiftCard& card, const State& state, const Json& body, bool linked) const {
  const std::string customer(body["customer_id"].text());
  if (!state.customers.contains(customer))
    return bad_request("CUSTOMER_NOT_FOUND", "Customer not found.", "customer_id");
  const auto there = std::ranges::find(card.customer_ids, customer);
  if (linked && there == card.customer_ids.end()) card.customer_ids.push_back(customer);
  if (!linked && there == card.customer_ids.end())
    return bad_request("INVALID_VALUE", "The customer is not linked to the gift card.", "customer_id");
  if (!linked) card.customer_ids.erase(there);
  return Response::json(200, Json::object({{"gift_card", square::card_json(card)}}));
}

Response Square::create_activity(State& state, const Json& body) {
  const Json& wanted = body["gift_card_activity"];
  const std::string type(wanted["type"].text());
  const std::string name = square::details_name(type);
  if (name.empty()) return bad_request("INVALID_VALUE", "The activity type is not known.", "gift_card_activity.type");
  if (wanted["location_id"].text().empty())
    return bad_request("MISSING_REQUIRED_PARAMETER", "Missing required parameter.", "gift_card_activity.location_id");
  std::string id(wanted["gift_card_id"].text());
  if (const auto by_gan = state.card_by_gan.find(wanted["gift_card_gan"].text());
      id.empty() && by_gan != state.card_by_gan.end())
    id = by_gan->second;
  const auto card = state.cards.find(id);
  if (card == state.cards.end()) return not_found("Gift card");
  if (auto refusal = square::apply_activity(card->second, wanted)) return std::move(*refusal);
  State::Activity activity{"gcact_" + state.ids.hex(32),
                           type,
                           std::string(wanted["location_id"].text()),
                           id,
                           card->second.gan,
                           name,
                           wanted[name],
                           card->second.balance,
                           clock_.now_ms()};
  Json json = square::activity_json(activity, card->second.currency);
  tell(state,
       square::event_json("gift_card.activity.created", "gift_card_activity", activity.id, json, state.ids.uuid(),
                          activity.created_ms),
       DeliveryOptions());
  state.activities.push_back(std::move(activity));
  return Response::json(200, Json::object({{"gift_card_activity", std::move(json)}}));
}

Response Square::list_activities(const State& state, const Request& request) const {
  const auto limit = bounded_param(request, "limit", 50, 1, 100);
  const auto from = ms_from_iso(request.param("begin_time").value_or("1970-01-01"));
  const auto to = ms_from_iso(request.param("end_time").value_or("9999-12-31"));
  if (!limit || !from || !to) return bad_request("INVALID_VALUE", "limit or a time is not valid.");
  std::vector<square::Row> rows;
  const auto card = request.param("gift_card_id");
  const auto type = request.param("type");
  const auto location = request.param("location_id");
  for (const State::Activity& activity : state.activities) {
    if (card && *card != activity.card_id) continue;
    if (type && *type != activity.type) continue;
    if (location && *location != activity.location_id) continue;
    if (activity.created_ms < *from || activity.created_ms > *to) continue;
    const std::string& currency = state.cards.find(activity.card_id)->second.currency;
    rows.push_back({activity.created_ms, activity.id,
                    [&activity, &currency] { return square::activity_json(activity, currency); }});
  }
  return square::page("gift_card_activities", std::move(rows),
                      {request.param("cursor").value_or(""), *limit, request.param("sort_order") == "ASC"});
}

namespace square {
namespace {

struct Rule {
  std::string_view type, details;
  int sign;               // of the amount; 0 = none is given
  std::string_view from;  // the state the card must be in; empty = any but DEACTIVATED
  std::string_view to;    // the state afterwards; empty = as before
  bool reason;            // the details need a reason
};

constexpr std::array<Rule, 8> kRules = {{
    {"ACTIVATE", "activate_activity_details", 1, "PENDING", "ACTIVE", false},
    {"LOAD", "load_activity_details", 1, "ACTIVE", "", false},
    {"REDEEM", "redeem_activity_details", -1, "ACTIVE", "", false},
    {"CLEAR_BALANCE", "clear_balance_activity_details", 0, "ACTIVE", "", true},
    {"DEACTIVATE", "deactivate_activity_details", 0, "", "DEACTIVATED", true},
    {"ADJUST_INCREMENT", "adjust_increment_activity_details", 1, "ACTIVE", "", true},
    {"ADJUST_DECREMENT", "adjust_decrement_activity_details", -1, "ACTIVE", "", true},
    {"UNLINKED_ACTIVITY_REFUND", "unlinked_activity_refund_activity_details", 1, "ACTIVE", "", false},
}};  // others, BLOCK and UNBLOCK too, are managed by Square and cannot be created (spec: GiftCardActivityType)

const Rule* rule_for(std::string_view type) {
  const auto found = std::ranges::find(kRules, type, &Rule::type);
  return found == kRules.end() ? nullptr : &*found;
}

std::optional<Response> move_money(SquareState::GiftCard& card, const Rule& rule, const Json& money,
                                   const std::string& where) {
  const auto amount = money["amount"].integer();
  if (!amount || *amount <= 0)
    return bad_request("INVALID_VALUE", "A positive amount is required.", where + ".amount_money.amount");
  const std::string_view currency = money["currency"].text();
  if (currency.empty())
    return bad_request("MISSING_REQUIRED_PARAMETER", "Missing required parameter.", where + ".amount_money.currency");
  if (rule.type == "ACTIVATE") card.currency = currency;
  if (currency != card.currency)
    return bad_request("CURRENCY_MISMATCH", "The currency is not the card's.", where + ".amount_money.currency");
  if (rule.sign < 0 && *amount > card.balance)
    return bad_request("INSUFFICIENT_FUNDS", "The gift card does not have enough balance.", where + ".amount_money");
  card.balance += rule.sign * *amount;
  return std::nullopt;
}

}  // namespace

std::string details_name(std::string_view type) {
  const Rule* rule = rule_for(type);
  return rule ? std::string(rule->details) : std::string();
}

std::optional<Response> apply_activity(SquareState::GiftCard& card, const Json& activity) {
  const Rule& rule = *rule_for(activity["type"].text());
  const Json& details = activity[rule.details];
  const std::string where = "gift_card_activity." + std::string(rule.details);
  if (!details.is_object()) return bad_request("MISSING_REQUIRED_PARAMETER", "Missing required parameter.", where);
  if (rule.reason && details["reason"].text().empty())
    return bad_request("MISSING_REQUIRED_PARAMETER", "Missing required parameter.", where + ".reason");
  const std::string_view reason = details["reason"].text();
  if (reason == "UNKNOWN_REASON" || reason == "CHARGEBACK_DEACTIVATE")
    return bad_request("INVALID_VALUE", "This reason is read-only.", where + ".reason");
  const bool wrong_state = rule.from.empty() ? card.state == "DEACTIVATED" : card.state != rule.from;
  if (wrong_state)
    return bad_request("BAD_REQUEST",
                       "A gift card in state " + card.state + " does not take " + std::string(rule.type) + ".");
  if (rule.sign != 0) {
    if (auto refusal = move_money(card, rule, details["amount_money"], where)) return refusal;
  }
  if (rule.type == "CLEAR_BALANCE") card.balance = 0;
  if (!rule.to.empty()) card.state = rule.to;
  return std::nullopt;
}

}  // namespace square
}  // namespace sandbox
