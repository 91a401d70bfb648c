#include "shopify.hpp"

#include <algorithm>

#include "money.hpp"

namespace sandbox {

using graphql::Field;
using graphql::Object;
using graphql::Value;

namespace {

constexpr std::string_view kPath = "/admin/api/2026-10/graphql.json";
constexpr std::int64_t kMutationCost = 10;

const graphql::Schema& schema() {
  static const graphql::Schema kSchema(shopify::schema_text());
  return kSchema;
}

// Scalars are free, an object costs 1, a mutation 10. The vendor also weighs the page size of a connection; the exact
// formula is not published in what the sandbox was built from.
std::int64_t cost_of(const std::vector<Field>& selection) {
  std::int64_t cost = 0;
  for (const Field& field : selection)
    if (!field.selection.empty()) cost += 1 + cost_of(field.selection);
  return cost;
}

Json problem_json(const graphql::Problem& problem) {
  Json extensions = Json::object({{"code", problem.code}});
  for (const auto& [key, value] : problem.extensions.members()) extensions.set(key, value);
  return Json::object(
      {{"message", problem.message}, {"locations", Json::array()}, {"extensions", std::move(extensions)}});
}

Response errors_response(int status, std::string_view text) {
  return Response::json(status, Json::object({{"errors", text}}));
}

}  // namespace

bool Shopify::is_read(const Request& request) const {
  const auto body = Json::parse(request.body);
  if (!body) return true;
  // Too careful is harmless: a query with the word in it is only never answered from the past.
  return (*body)["query"].text().find("mutation") == std::string_view::npos;
}

Json Shopify::merge(std::string_view deleted, std::string_view kept) {
  return change_state([&](State& state) { return shopify::merge_customers(state, deleted, kept, clock_.now_ms()); });
}

std::optional<std::string> Shopify::pay(std::string_view code, std::int64_t amount) {
  return change_state([&](State& state) -> std::optional<std::string> {
    const auto found = state.gift_card_by_code.find(lower(code));
    if (found == state.gift_card_by_code.end()) return "no such gift card";
    State::GiftCard& card = state.gift_cards.at(found->second);
    if (card.deactivated_ms != 0) return "the gift card is deactivated";
    if (amount <= 0 || amount > card.balance) return "there is not so much on it";
    card.balance -= amount;
    card.updated_ms = clock_.now_ms();
    return std::nullopt;
  });
}

Response Shopify::too_many_requests(const RateLimit& limit) const {
  Json body = Json::object(
      {{"errors",
        Json::array({Json::object(
            {{"message", "Throttled"},
             {"extensions", Json::object({{"code", "THROTTLED"},
                                          {"documentation", "https://shopify.dev/api/usage/rate-limits"}})}})})}});
  const Json rate = cost_json(0, true)["throttleStatus"]["restoreRate"];
  const std::int64_t per_second = minor_from_decimal(rate.number_text(), 1).value_or(10) / 10;
  Json cost = cost_json(per_second * std::max<std::int64_t>(1, limit.retry_after_s), true);
  Json throttle = cost["throttleStatus"];
  throttle.set("currentlyAvailable", 0);
  cost.set("throttleStatus", std::move(throttle));
  body.set("extensions", Json::object({{"cost", std::move(cost)}}));
  return Response::json(200, body);
}

Response Shopify::server_error() const { return errors_response(500, "Internal Server Error"); }

std::optional<std::string> Shopify::configure(const Json& settings) {
  Bucket next;
  for (const auto& [key, value] : settings.members()) {
    const auto number = value.integer();
    if (key == "vendor") continue;
    if (!number || *number < 1) return key + " must be a whole number above 0";
    if (key == "restore_rate") {
      next.restore_rate = *number;
    } else if (key == "maximum") {
      next.maximum = *number;
    } else {
      return "shopify knows restore_rate and maximum, not " + key;
    }
  }
  next.level_milli = next.maximum * 1000;
  next.at_ms = clock_.now_ms();
  const std::lock_guard lock(bucket_mutex_);
  bucket_ = next;
  return std::nullopt;
}

bool Shopify::spend(std::int64_t cost) {
  const std::lock_guard lock(bucket_mutex_);
  const std::int64_t now = clock_.now_ms();
  const std::int64_t elapsed = std::clamp<std::int64_t>(now - bucket_.at_ms, 0, 1'000'000);
  bucket_.level_milli = std::min(bucket_.maximum * 1000, bucket_.level_milli + elapsed * bucket_.restore_rate);
  bucket_.at_ms = now;
  if (bucket_.level_milli < cost * 1000) return false;
  bucket_.level_milli -= cost * 1000;
  return true;
}

Json Shopify::cost_json(std::int64_t requested, bool throttled) const {
  const std::lock_guard lock(bucket_mutex_);
  const auto with_point = [](std::int64_t value) { return Json::number(std::to_string(value) + ".0"); };
  return Json::object({{"requestedQueryCost", requested},
                       {"actualQueryCost", throttled ? Json() : Json(requested)},
                       {"throttleStatus", Json::object({{"maximumAvailable", with_point(bucket_.maximum)},
                                                        {"currentlyAvailable", bucket_.level_milli / 1000},
                                                        {"restoreRate", with_point(bucket_.restore_rate)}})}});
}

Response Shopify::serve(State& state, const Request& request) {
  if (request.path != kPath) return errors_response(404, "Not Found");
  if (request.header("x-shopify-access-token") != "shpat_sandbox") {
    return errors_response(401, "[API] Invalid API key or access token (unrecognized login or wrong password)");
  }
  if (request.method != "POST") return errors_response(405, "Method Not Allowed");
  const auto body = Json::parse(request.body);
  if (!body || (*body)["query"].text().empty())
    return errors_response(400, "Required parameter missing or invalid: query");
  auto [operation, problems] =
      graphql::parse((*body)["query"].text(), (*body)["variables"], (*body)["operationName"].text());
  if (problems.empty()) problems = schema().check(operation);
  if (!problems.empty()) {
    Json errors = Json::array();
    for (const graphql::Problem& problem : problems) errors.push(problem_json(problem));
    return Response::json(200, Json::object({{"errors", std::move(errors)}}));
  }
  std::int64_t cost = cost_of(operation.selection);
  if (operation.mutation) cost += (kMutationCost - 1) * static_cast<std::int64_t>(operation.selection.size());
  if (!spend(cost)) {
    Response throttled = too_many_requests({});
    Json answer = *Json::parse(throttled.body);
    answer.set("extensions", Json::object({{"cost", cost_json(cost, true)}}));
    return Response::json(200, answer);
  }
  Json data = graphql::run(operation.mutation ? mutation_root(state) : query_root(state), operation.selection);
  return Response::json(
      200, Json::object({{"data", std::move(data)}, {"extensions", Json::object({{"cost", cost_json(cost, false)}})}}));
}

namespace {

/// What the sandbox's token may do: everything the connectors ask for.
Value app_installation() {
  return Object{"AppInstallation", [](const Field& field) -> Value {
                  if (field.name == "id") return Json("gid://shopify/AppInstallation/1");
                  std::vector<Object> scopes;
                  for (const char* handle : {"read_customers", "write_customers", "read_gift_cards", "write_gift_cards",
                                             "read_store_credit_accounts", "read_store_credit_account_transactions",
                                             "write_store_credit_account_transactions"})
                    scopes.push_back(
                        shopify::json_object("AccessScope", Json::object({{"handle", handle}, {"description", ""}})));
                  return scopes;
                }};
}

}  // namespace

Object Shopify::query_root(State& state) {
  return {"QueryRoot", [&state](const Field& field) -> Value {
            const Json& arguments = field.arguments;
            if (field.name == "customers") return shopify::customers_by_query(state, arguments);
            if (field.name == "giftCards") return shopify::gift_cards_by_query(state, arguments);
            if (field.name == "customerByIdentifier")
              return shopify::customer_by_identifier(state, arguments["identifier"]);
            if (field.name == "shop") {
              return shopify::json_object("Shop", Json::object({{"id", "gid://shopify/Shop/1"},
                                                                {"name", "Sandbox"},
                                                                {"myshopifyDomain", "sandbox.myshopify.com"},
                                                                {"currencyCode", "USD"}}));
            }
            if (field.name == "currentAppInstallation") return app_installation();
            const std::string_view id = arguments["id"].text();
            if (const auto number = shopify::number_of(id, "Customer");
                field.name == "customer" && number && state.customers.contains(*number))
              return shopify::customer_object(state, *number);
            if (const auto number = shopify::number_of(id, "StoreCreditAccount");
                field.name == "storeCreditAccount" && number && state.accounts.contains(*number))
              return shopify::account_object(state, *number);
            if (const auto number = shopify::number_of(id, "GiftCard");
                field.name == "giftCard" && number && state.gift_cards.contains(*number))
              return shopify::gift_card_object(state, *number);
            return Json();
          }};
}

Object Shopify::mutation_root(State& state) {
  return {"Mutation", [&state, now = clock_.now_ms()](const Field& field) -> Value {
            const Json& arguments = field.arguments;
            if (field.name == "metafieldsSet") return shopify::metafields_set(state, arguments["metafields"], now);
            if (field.name == "storeCreditAccountCredit")
              return shopify::store_credit_change(state, arguments, true, now);
            if (field.name == "storeCreditAccountDebit")
              return shopify::store_credit_change(state, arguments, false, now);
            if (field.name == "giftCardCreate") return shopify::gift_card_create(state, arguments["input"], now);
            if (field.name == "giftCardUpdate") return shopify::gift_card_update(state, arguments, now);
            if (field.name == "giftCardDeactivate") return shopify::gift_card_deactivate(state, arguments, now);
            return Json();
          }};
}

void Shopify::add_customer(State& state, const Customer& customer) {
  State::Customer added;
  added.number = state.next_number++;
  added.first_name = customer.first_name();
  added.last_name = customer.last_name();
  added.email = customer.email;
  added.phone = customer.phone;
  added.created_ms = added.updated_ms = clock_.now_ms();
  state.by_email[lower(added.email)] = added.number;
  if (!added.phone.empty()) state.by_phone[added.phone] = added.number;
  if (!customer.loyalty_id.empty()) {
    State::Metafield metafield{shopify::gid("Metafield", state.next_number++),
                               "custom",
                               "loyalty_id",
                               "id",
                               customer.loyalty_id,
                               added.created_ms,
                               added.created_ms};
    added.metafields["custom.loyalty_id"] = std::move(metafield);
    state.by_custom_id["custom.loyalty_id=" + customer.loyalty_id] = added.number;
  }
  state.customers[added.number] = std::move(added);
}

Json Shopify::ledger_of(const State& state) const {
  Json customers = Json::array();
  for (const auto& [number, customer] : state.customers) {
    Json metafields = Json::object();
    for (const auto& [key, metafield] : customer.metafields) metafields.set(key, metafield.value);
    Json credit = Json::object();
    for (const auto& [currency, account] : customer.accounts) credit.set(currency, state.accounts.at(account).balance);
    customers.push(Json::object({{"id", shopify::gid("Customer", number)},
                                 {"email", customer.email},
                                 {"metafields", std::move(metafields)},
                                 {"store_credit", std::move(credit)}}));
  }
  Json cards = Json::array();
  for (const auto& [number, card] : state.gift_cards) {
    cards.push(Json::object({{"id", shopify::gid("GiftCard", number)},
                             {"code", card.code},
                             {"balance_minor", card.balance},
                             {"currency", card.currency},
                             {"enabled", card.deactivated_ms == 0},
                             {"customer", card.customer ? Json(shopify::gid("Customer", card.customer)) : Json()},
                             {"note", card.note}}));
  }
  return Json::object({{"customers", std::move(customers)}, {"gift_cards", std::move(cards)}});
}

}  // namespace sandbox
