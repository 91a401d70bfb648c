#include "square.hpp"

#include <algorithm>

#include "listing.hpp"

namespace sandbox {

using square::bad_request;
using square::error;
using square::not_found;

namespace {

constexpr std::string_view kMerchant = "MSANDBOX1";
constexpr std::string_view kLocation = "LSANDBOX1";

std::string digits_of(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c >= '0' && c <= '9'; });
  return out;
}

Json locations() {
  return Json::object({{"locations", Json::array({Json::object({{"id", kLocation},
                                                                {"name", "Sandbox"},
                                                                {"merchant_id", kMerchant},
                                                                {"currency", "USD"},
                                                                {"country", "US"},
                                                                {"status", "ACTIVE"}})})}});
}

std::string upper_id(IdMaker& ids, std::size_t length) {
  std::string id = ids.alphanumeric(length);
  std::ranges::transform(id, id.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return id;
}

}  // namespace

bool Square::is_read(const Request& request) const {
  return request.method == "GET" || request.path.ends_with("/search") || request.path.ends_with("/from-gan") ||
         request.path == "/v2/events";
}

Response Square::too_many_requests(const RateLimit&) const {
  return error(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", "Too many requests");
}

Response Square::server_error() const {
  return error(500, "API_ERROR", "INTERNAL_SERVER_ERROR",
               "An internal error has occurred, and the API was unable to service your request.");
}

std::optional<std::string> Square::configure(const Json&) { return "square has no settings"; }

Response Square::serve(State& state, const Request& request) {
  if (request.header("authorization") != "Bearer sq-sandbox-token")
    return error(401, "AUTHENTICATION_ERROR", "UNAUTHORIZED", "This request could not be authorized.");
  if (request.method == "GET") return route(state, request, Json());
  const auto body = request.body.empty() ? std::optional<Json>(Json::object()) : Json::parse(request.body);
  if (!body || !body->is_object()) return bad_request("EXPECTED_JSON_BODY", "The body is not a JSON object.");
  return route(state, request, *body);
}

Response Square::route(State& state, const Request& request, const Json& body) {
  const std::string call = request.method + " " + request.path;
  if (request.segment(0) != "v2") return not_found("Resource");
  if (call == "POST /v2/customers/search") return search_customers(state, body);
  if (call == "POST /v2/loyalty/accounts/search") return search_loyalty(state, body);
  if (call == "GET /v2/customers") return list_customers(state, request);
  if (call == "GET /v2/refunds") return list_refunds(state, request);
  if (call == "POST /v2/events") return search_events(state, body);
  if (call == "GET /v2/locations") return Response::json(200, locations());
  if (request.segment(1) == "gift-cards") return route_gift_cards(state, request, body);
  if (request.method != "GET" || request.segments.size() != 3) return not_found("Resource");
  const std::string_view id = request.segment(2);
  if (request.segment(1) == "customers") {
    const auto found = state.customers.find(id);
    if (found == state.customers.end()) return not_found("Customer");
    return Response::json(200, Json::object({{"customer", square::customer_json(found->second)}}));
  }
  if (request.segment(1) == "refunds") {
    const auto found = state.refunds.find(id);
    if (found == state.refunds.end()) return not_found("Refund");
    return Response::json(200, Json::object({{"refund", square::refund_json(found->second)}}));
  }
  if (request.segment(1) == "payments") return get_payment(state, id);
  return not_found("Resource");
}

Response Square::list_customers(const State& state, const Request& request) const {
  const auto limit = bounded_param(request, "limit", 100, 1, 100);
  if (!limit) return bad_request("VALUE_TOO_LOW", "limit must be 1 to 100.", "limit");
  std::vector<square::Row> rows;
  for (const auto& [id, customer] : state.customers)
    rows.push_back({customer.created_ms, id, [&customer] { return square::customer_json(customer); }});
  return square::page("customers", std::move(rows),
                      {request.param("cursor").value_or(""), *limit, request.param("sort_order") != "DESC"});
}

Response Square::search_customers(const State& state, const Json& body) const {
  const Json& filter = body["query"]["filter"];
  struct Wanted {
    const char* field;
    std::string State::Customer::* member;
    bool phone;
  };
  static constexpr Wanted kFields[] = {{"email_address", &State::Customer::email, false},
                                       {"phone_number", &State::Customer::phone, true},
                                       {"reference_id", &State::Customer::reference_id, false}};
  const auto normal = [](const Wanted& wanted, std::string_view text) {
    return wanted.phone ? digits_of(text) : lower(text);
  };
  const auto fits = [&](const State::Customer& customer) {
    return std::ranges::all_of(kFields, [&](const Wanted& wanted) {
      const Json& rule = filter[wanted.field];
      const std::string have = normal(wanted, customer.*wanted.member);
      if (rule.has("exact") && have != normal(wanted, rule["exact"].text())) return false;
      return !rule.has("fuzzy") || have.find(normal(wanted, rule["fuzzy"].text())) != std::string::npos;
    });
  };
  for (const auto& [key, value] : filter.members()) {
    if (key != "updated_at" && std::ranges::find(kFields, key, &Wanted::field) == std::end(kFields))
      return bad_request("BAD_REQUEST", "The sandbox does not filter by " + key, "query.filter");
  }
  std::vector<square::Row> rows;
  const auto changed_from = ms_from_iso(filter["updated_at"]["start_at"].text());
  const auto add = [&](const State::Customer& customer) {
    if (fits(customer) && customer.created_ms >= changed_from.value_or(0))
      rows.push_back({customer.created_ms, customer.id, [&customer] { return square::customer_json(customer); }});
  };
  const auto exact = [&](const auto& index, const std::string& key) {
    const auto [begin, end] = index.equal_range(key);
    for (auto it = begin; it != end; ++it) add(state.customers.find(it->second)->second);
  };
  if (filter["email_address"].has("exact")) {
    exact(state.by_email, lower(filter["email_address"]["exact"].text()));
  } else if (filter["phone_number"].has("exact")) {
    exact(state.by_phone, digits_of(filter["phone_number"]["exact"].text()));
  } else if (filter["reference_id"].has("exact")) {
    exact(state.by_reference, lower(filter["reference_id"]["exact"].text()));
  } else {
    for (const auto& [id, customer] : state.customers) add(customer);
  }
  const std::int64_t limit = std::clamp<std::int64_t>(body["limit"].integer().value_or(100), 1, 100);
  return square::page("customers", std::move(rows),
                      {std::string(body["cursor"].text()), limit, body["query"]["sort"]["order"].text() == "ASC"});
}

Response Square::search_loyalty(const State& state, const Json& body) const {
  const Json& query = body["query"];
  if (query.has("mappings") && query.has("customer_ids"))
    return bad_request("BAD_REQUEST", "Only one of mappings and customer_ids can be given.", "query");
  std::vector<square::Row> rows;
  const auto add = [&](const State::Customer& customer) {
    if (customer.loyalty_account.empty()) return;
    rows.push_back(
        {customer.created_ms, customer.loyalty_account, [&customer] { return square::loyalty_json(customer); }});
  };
  for (const Json& mapping : query["mappings"].items()) {
    const auto [begin, end] = state.by_phone.equal_range(digits_of(mapping["phone_number"].text()));
    for (auto it = begin; it != end; ++it) add(state.customers.find(it->second)->second);
  }
  for (const Json& id : query["customer_ids"].items())
    if (const auto found = state.customers.find(id.text()); found != state.customers.end()) add(found->second);
  return square::page("loyalty_accounts", std::move(rows), {std::string(body["cursor"].text()), 30, true});
}

void Square::add_customer(State& state, const Customer& customer) {
  State::Customer added;
  IdMaker ids = ids_for(customer);
  added.id = upper_id(ids, 26);
  added.given_name = customer.first_name();
  added.family_name = customer.last_name();
  added.email = customer.email;
  added.phone = customer.phone;
  added.reference_id = customer.loyalty_id;
  added.created_ms = clock_.now_ms();
  if (!added.phone.empty()) {
    added.loyalty_account = ids.uuid();
    state.by_loyalty_account[added.loyalty_account] = added.id;
    state.by_phone.emplace(digits_of(added.phone), added.id);
  }
  state.by_email.emplace(lower(added.email), added.id);
  if (!added.reference_id.empty()) state.by_reference.emplace(lower(added.reference_id), added.id);
  state.customers[added.id] = std::move(added);
}

Json Square::ledger_of(const State& state) const {
  Json customers = Json::array();
  for (const auto& [id, customer] : state.customers)
    customers.push(Json::object(
        {{"id", id}, {"email", customer.email}, {"phone", customer.phone}, {"reference_id", customer.reference_id}}));
  Json cards = Json::array();
  for (const auto& [id, card] : state.cards) {
    Json holders = Json::array();
    for (const std::string& holder : card.customer_ids) holders.push(holder);
    cards.push(Json::object({{"id", id},
                             {"gan", card.gan},
                             {"state", card.state},
                             {"balance_minor", card.balance},
                             {"currency", card.currency},
                             {"customer_ids", std::move(holders)}}));
  }
  Json activities = Json::array();
  for (const State::Activity& activity : state.activities)
    activities.push(Json::object({{"id", activity.id},
                                  {"type", activity.type},
                                  {"gift_card_id", activity.card_id},
                                  {"balance_minor", activity.balance},
                                  {"details", activity.details}}));
  Json refunds = Json::array();
  for (const auto& [id, refund] : state.refunds)
    refunds.push(Json::object({{"id", id},
                               {"payment_id", refund.payment_id},
                               {"order_id", refund.order_id},
                               {"customer_id", Json::string_or_null(refund.customer_id)},
                               {"amount_minor", refund.amount},
                               {"currency", refund.currency},
                               {"status", refund.status},
                               {"created_at", iso_from_ms(refund.created_ms)}}));
  return Json::object({{"customers", std::move(customers)},
                       {"gift_cards", std::move(cards)},
                       {"gift_card_activities", std::move(activities)},
                       {"refunds", std::move(refunds)}});
}

}  // namespace sandbox
