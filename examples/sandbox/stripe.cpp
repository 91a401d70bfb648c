#include "stripe.hpp"

#include <algorithm>

#include "listing.hpp"

namespace sandbox {

using stripe::bad_param;
using stripe::error;
using stripe::missing;

namespace {

constexpr std::string_view kKey = "sk_test_sandbox";
constexpr std::size_t kIdempotencyKeyMax = 255;

std::optional<std::string> form_value(const Pairs& form, std::string_view name) {
  for (const auto& [key, value] : form)
    if (key == name) return value;
  return std::nullopt;
}

void read_metadata(const Pairs& form, std::map<std::string, std::string>& out) {
  for (const auto& [key, value] : form) {
    if (!key.starts_with("metadata[") || !key.ends_with(']')) continue;
    const std::string name = key.substr(9, key.size() - 10);
    if (value.empty()) {
      out.erase(name);
    } else {
      out[name] = value;
    }
  }
}

// The order of parameters does not count.
std::string fingerprint_of(const Request& request) {
  Pairs form = parse_form(request.body);
  std::ranges::sort(form);
  std::string text = request.method + " " + request.path;
  for (const auto& [key, value] : form) text += "\n" + key + "=" + value;
  return sha256_hex(text);
}

Json list_json(Json data, bool more, std::string_view url) {
  return Json::object({{"object", "list"}, {"data", std::move(data)}, {"has_more", more}, {"url", url}});
}

bool authorised(const Request& request) {
  const std::string_view given = request.header("authorization");
  return given == "Bearer " + std::string(kKey) || given == "Basic c2tfdGVzdF9zYW5kYm94Og==";
}

}  // namespace

Response Stripe::too_many_requests(const RateLimit&) const {
  Response response = error(429, "invalid_request_error", "rate_limit",
                            "Request rate limit exceeded. Learn more about rate limits in the documentation.");
  response.headers.emplace_back("Stripe-Should-Retry", "true");
  return response;
}

Response Stripe::server_error() const { return error(500, "api_error", "", "An unknown error occurred"); }

std::optional<std::string> Stripe::configure(const Json& settings) {
  for (const auto& [key, value] : settings.members()) {
    if (key == "vendor") continue;
    const auto number = value.integer();
    if (!number || *number < 0) return key + " must be a whole number";
    if (key == "search_lag_ms") {
      search_lag_ms_ = *number;
    } else if (key == "key_window_s") {
      key_window_ms_ = *number * 1000;
    } else {
      return "stripe knows search_lag_ms and key_window_s, not " + key;
    }
  }
  return std::nullopt;
}

std::optional<Response> Stripe::enter(const Request& request) {
  const std::string key(request.header("idempotency-key"));
  if (key.empty() || request.method != "POST") return std::nullopt;
  const std::lock_guard lock(in_flight_mutex_);
  if (in_flight_.insert(key).second) return std::nullopt;
  return error(409, "idempotency_error", "idempotency_key_in_use",
               "There is currently another in-progress request using this Idempotent Key (" + key +
                   "). Please try again later.");
}

void Stripe::leave(const Request& request) {
  const std::lock_guard lock(in_flight_mutex_);
  in_flight_.erase(std::string(request.header("idempotency-key")));
}

void Stripe::remember_answer(const Request& request, const Response& answer) {
  with_state([&](State& state) {
    const auto found = state.keys.find(request.header("idempotency-key"));
    if (found != state.keys.end()) found->second.response = answer;
    return 0;
  });
}

Response Stripe::serve(State& state, const Request& request) {
  Response response = authorised(request) ? serve_once(state, request)
                                          : error(401, "invalid_request_error", "", "Invalid API Key provided.");
  response.headers.emplace_back("Request-Id", "req_" + state.ids.alphanumeric(14));
  return response;
}

Response Stripe::serve_once(State& state, const Request& request) {
  const std::string key(request.header("idempotency-key"));
  if (key.empty() || request.method != "POST") return route(state, request);
  if (key.size() > kIdempotencyKeyMax)
    return error(400, "idempotency_error", "", "Idempotency keys are limited to 255 characters.");
  const std::string fingerprint = fingerprint_of(request);
  const auto found = state.keys.find(key);
  if (found != state.keys.end() && clock_.now_ms() - found->second.at_ms < key_window_ms_) {
    if (found->second.fingerprint != fingerprint) {
      return error(400, "idempotency_error", "",
                   "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                   "Try using a key other than '" +
                       key + "' if you meant to execute a different request.");
    }
    Response replayed = found->second.response;
    replayed.headers.emplace_back("Idempotent-Replayed", "true");
    return replayed;
  }
  Response response = route(state, request);
  if (response.status < 400) state.keys[key] = {fingerprint, response, clock_.now_ms()};  // refusals are not stored
  return response;
}

Response Stripe::route(State& state, const Request& request) {
  const std::size_t depth = request.segments.size();
  if (request.segment(0) != "v1" || request.segment(1) != "customers")
    return error(404, "invalid_request_error", "",
                 "Unrecognized request URL (" + request.method + ": " + request.path + ").");
  if (depth == 2 && request.method == "GET") return list_customers(state, request);
  if (request.path == "/v1/customers/search" && request.method == "GET") return search_customers(state, request);
  const auto found = state.customers.find(request.segment(2));
  if (found == state.customers.end()) return missing("customer", request.segment(2), depth == 3 ? "id" : "customer");
  if (depth == 3 && request.method == "GET") return Response::json(200, stripe::customer_json(found->second));
  if (request.segment(3) == "balance_transactions") return route_transactions(state, request, found->second);
  return error(404, "invalid_request_error", "",
               "Unrecognized request URL (" + request.method + ": " + request.path + ").");
}

Response Stripe::route_transactions(State& state, const Request& request, State::Customer& customer) {
  const bool post = request.method == "POST";
  if (request.segments.size() == 4)
    return post ? create_transaction(state, request, customer) : list_transactions(request, customer);
  const auto found = std::ranges::find(customer.transactions, request.segment(4), &State::Transaction::id);
  if (found == customer.transactions.end()) return missing("customer_balance_transaction", request.segment(4), "id");
  if (post) {
    const Pairs form = parse_form(request.body);
    if (const auto description = form_value(form, "description")) found->description = *description;
    read_metadata(form, found->metadata);
  }
  return Response::json(200, stripe::transaction_json(customer, *found));
}

Response Stripe::create_transaction(State& state, const Request& request, State::Customer& customer) {
  if (request.header("content-type").starts_with("application/json"))
    return error(400, "invalid_request_error", "", "Request bodies are form-encoded, not JSON.");
  const Pairs form = parse_form(request.body);
  const auto amount_text = form_value(form, "amount");
  const auto currency = form_value(form, "currency");
  if (!amount_text) return bad_param("amount", "Missing required param: amount.", "parameter_missing");
  if (!currency) return bad_param("currency", "Missing required param: currency.", "parameter_missing");
  for (const auto& [key, value] : form) {
    if (key != "amount" && key != "currency" && key != "description" && !key.starts_with("metadata[") &&
        !key.starts_with("expand["))
      return bad_param(key, "Received unknown parameter: " + key, "parameter_unknown");
  }
  const auto amount = whole_number(*amount_text);
  if (!amount) return bad_param("amount", "Invalid integer: " + *amount_text);
  const std::string code = lower(*currency);
  if (code.size() != 3) return bad_param("currency", "Invalid currency: " + *currency, "");
  if (!customer.currency.empty() && customer.currency != code) {
    return bad_param("currency",
                     "The customer's balance is in " + customer.currency + "; it cannot be combined with " + code + ".",
                     "");
  }
  customer.currency = code;
  customer.balance += *amount;
  State::Transaction transaction{"cbtxn_" + state.ids.alphanumeric(24),
                                 code,
                                 form_value(form, "description").value_or(""),
                                 *amount,
                                 customer.balance,
                                 clock_.now_s(),
                                 {}};
  read_metadata(form, transaction.metadata);
  customer.transactions.push_back(std::move(transaction));
  return Response::json(200, stripe::transaction_json(customer, customer.transactions.back()));
}

Response Stripe::list_transactions(const Request& request, const State::Customer& customer) const {
  const auto limit = bounded_param(request, "limit", 10, 1, 100);
  if (!limit) return bad_param("limit", "This value must be from 1 to 100.");
  std::vector<const State::Transaction*> rows;
  for (const State::Transaction& transaction : customer.transactions) rows.push_back(&transaction);
  std::ranges::reverse(rows);
  auto begin = rows.begin();
  if (const auto after = request.param("starting_after")) {
    begin = std::ranges::find(rows, *after, &State::Transaction::id);
    if (begin == rows.end()) return missing("customer_balance_transaction", *after, "starting_after");
    ++begin;
  }
  const auto count = std::min<std::ptrdiff_t>(*limit, rows.end() - begin);
  Json data = Json::array();
  for (auto it = begin; it != begin + count; ++it) data.push(stripe::transaction_json(customer, **it));
  return Response::json(200, list_json(std::move(data), begin + count != rows.end(), request.path));
}

Response Stripe::list_customers(const State& state, const Request& request) const {
  const auto limit = bounded_param(request, "limit", 10, 1, 100);
  if (!limit) return bad_param("limit", "This value must be from 1 to 100.");
  std::vector<std::string> ids = state.order;
  if (const auto email = request.param("email")) {
    ids.clear();
    const auto [begin, end] = state.by_email.equal_range(*email);
    for (auto it = begin; it != end; ++it) ids.push_back(it->second);
  }
  std::ranges::reverse(ids);
  auto begin = ids.begin();
  if (const auto after = request.param("starting_after")) {
    begin = std::ranges::find(ids, *after);
    if (begin == ids.end()) return missing("customer", *after, "starting_after");
    ++begin;
  }
  const auto count = std::min<std::ptrdiff_t>(*limit, ids.end() - begin);
  Json data = Json::array();
  for (auto it = begin; it != begin + count; ++it) data.push(stripe::customer_json(state.customers.find(*it)->second));
  return Response::json(200, list_json(std::move(data), begin + count != ids.end(), "/v1/customers"));
}

Response Stripe::search_customers(const State& state, const Request& request) const {
  const auto limit = bounded_param(request, "limit", 10, 1, 100);
  const auto terms = stripe::read_search(request.param("query").value_or(""));
  const auto skip = bounded_param(request, "page", 0, 0, INT64_MAX);
  if (!limit || !skip) return bad_param("limit", "This value must be from 1 to 100.");
  if (!terms) return bad_param("query", "We were unable to parse your search query.", "");
  const std::int64_t indexed_until = clock_.now_ms() - search_lag_ms_;
  std::vector<const State::Customer*> rows;
  for (const auto& [id, customer] : state.customers) {
    const auto holds = [&customer](const stripe::Term& term) { return stripe::matches(customer, term); };
    if (customer.created_ms <= indexed_until && std::ranges::all_of(*terms, holds)) rows.push_back(&customer);
  }
  Json data = Json::array();
  const auto begin = std::min(rows.size(), static_cast<std::size_t>(*skip));
  const auto end = std::min(rows.size(), begin + static_cast<std::size_t>(*limit));
  for (std::size_t i = begin; i < end; ++i) data.push(stripe::customer_json(*rows[i]));
  Json body = list_json(std::move(data), end < rows.size(), "/v1/customers/search");
  body.set("object", "search_result");
  body.set("next_page", end < rows.size() ? Json(std::to_string(end)) : Json());
  return Response::json(200, body);
}

void Stripe::add_customer(State& state, const Customer& customer) {
  State::Customer added;
  added.id = "cus_" + ids_for(customer).alphanumeric(14);
  added.name = customer.name;
  added.email = customer.email;
  added.phone = customer.phone;
  added.created_ms = clock_.now_ms();
  if (!customer.loyalty_id.empty()) added.metadata["loyalty_id"] = customer.loyalty_id;
  state.by_email.emplace(added.email, added.id);
  state.order.push_back(added.id);
  state.customers[added.id] = std::move(added);
}

Json Stripe::ledger_of(const State& state) const {
  Json customers = Json::array();
  for (const std::string& id : state.order) {
    const State::Customer& customer = state.customers.find(id)->second;
    Json transactions = Json::array();
    for (const State::Transaction& transaction : customer.transactions) {
      transactions.push(Json::object({{"id", transaction.id},
                                      {"amount_minor", transaction.amount},
                                      {"currency", transaction.currency},
                                      {"metadata", stripe::metadata_json(transaction.metadata)}}));
    }
    customers.push(Json::object({{"id", id},
                                 {"email", customer.email},
                                 {"balance_minor", customer.balance},
                                 {"currency", Json::string_or_null(customer.currency)},
                                 {"transactions", std::move(transactions)}}));
  }
  return Json::object({{"customers", std::move(customers)}});
}

}  // namespace sandbox
