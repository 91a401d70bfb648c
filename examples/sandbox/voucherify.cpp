#include "voucherify.hpp"

#include <charconv>

#include "voucherify_json.hpp"

namespace sandbox {

using voucherify::balance_json;
using voucherify::error;
using voucherify::event_json;
using voucherify::not_found;
using voucherify::voucher_json;

namespace {

constexpr std::string_view kMoved = "voucher.gift.transaction.created";

Response invalid(std::string_view details) { return error(400, "invalid_payload", "Invalid payload", details); }

Response no_route(const Request& request) {
  return error(404, "resource_not_found", "Resource not found", request.method + " " + request.path + " is not served");
}

}  // namespace

Response Voucherify::too_many_requests(const RateLimit& limit) const {
  Response response = error(429, "too_many_requests", "Too many requests", "Too many requests hit the API too quickly");
  response.headers.emplace_back("Retry-After", std::to_string(limit.retry_after_s));
  response.headers.emplace_back("X-Rate-Limit-Type", "API");
  if (limit.limit == 0) show_limit(limit, response);
  return response;
}

Response Voucherify::server_error() const {
  return error(500, "internal_error", "Internal server error", "Unexpected error");
}

void Voucherify::show_limit(const RateLimit& limit, Response& response) const {
  response.headers.emplace_back("X-Rate-Limit-Limit", std::to_string(limit.limit));
  response.headers.emplace_back("X-Rate-Limit-Remaining", std::to_string(limit.remaining));
  response.headers.emplace_back("X-Rate-Limit-Retry", std::to_string(clock_.now_s() + limit.retry_after_s));
}

std::optional<std::string> Voucherify::configure(const Json&) { return "voucherify has no settings"; }

Response Voucherify::serve(State& state, const Request& request) {
  if (request.header("x-app-id") != "sandbox-app" || request.header("x-app-token") != "sandbox-token") {
    return error(401, "unauthorized", "Unauthorized", "Invalid X-App-Id or X-App-Token");
  }
  if (request.segment(0) != "v1") return no_route(request);
  if (request.segment(1) == "customers") return serve_customers(state, request);
  if (request.segment(1) == "vouchers") return serve_vouchers(state, request);
  if (request.segment(1) == "publications") return serve_publications(state, request);
  return no_route(request);
}

Response Voucherify::serve_customers(State& state, const Request& request) {
  if (request.segments.size() == 2 && request.method == "GET") return list_customers(state, request);
  if (request.segments.size() == 2 && request.method == "POST") return upsert_customer(state, request);
  if (request.segments.size() == 3 && request.method == "GET") return get_customer(state, request.segment(2));
  return no_route(request);
}

Response Voucherify::serve_vouchers(State& state, const Request& request) {
  const std::size_t depth = request.segments.size();
  const bool get = request.method == "GET";
  const bool post = request.method == "POST";
  if (depth == 2 && get) return list_vouchers(state, request);
  if (depth == 2 && post) return create_voucher(state, request, state.ids.alphanumeric(8));
  if (depth == 3 && post) return create_voucher(state, request, std::string(request.segment(2)));
  if (depth < 3) return no_route(request);

  const auto found = state.vouchers.find(request.segment(2));
  if (found == state.vouchers.end()) return not_found("voucher", request.segment(2));
  State::Voucher& voucher = found->second;
  if (depth == 3 && get) return Response::json(200, voucher_json(voucher));
  const std::string_view action = request.segment(3);
  if (depth == 4 && post && action == "balance") return change_balance(state, request, voucher);
  if (depth == 4 && post && action == "disable") return set_active(state, voucher, false);
  if (depth == 4 && post && action == "enable") return set_active(state, voucher, true);
  if (depth == 4 && get && action == "transactions") return list_transactions(request, voucher);
  return no_route(request);
}

Response Voucherify::create_voucher(State& state, const Request& request, std::string code) {
  const auto body = Json::parse(request.body);
  if (!body || !body->is_object()) return invalid("The body is not a JSON object");
  if ((*body)["type"].text() != "GIFT_VOUCHER") return invalid("The sandbox creates type GIFT_VOUCHER only");
  const auto amount = (*body)["gift"]["amount"].integer();
  if (!amount || *amount < 0) return invalid("gift.amount must be an integer that is not negative");
  if (state.vouchers.contains(code)) {
    return error(400, "duplicate_found", "Duplicated resource found",
                 "Voucher with the same code already exists: " + code, code, "voucher");
  }
  State::Voucher voucher;
  voucher.id = "v_" + state.ids.alphanumeric(32);
  voucher.code = code;
  voucher.effect = (*body)["gift"].has("effect") ? (*body)["gift"]["effect"].text() : "APPLY_TO_ORDER";
  voucher.amount = *amount;
  voucher.category = (*body)["category"];
  voucher.additional_info = (*body)["additional_info"];
  voucher.start_date = (*body)["start_date"];
  voucher.expiration_date = (*body)["expiration_date"];
  if ((*body)["metadata"].is_object()) voucher.metadata = (*body)["metadata"];
  voucher.active = !(*body)["active"].is_bool() || (*body)["active"].truthy();
  voucher.created_ms = clock_.now_ms();
  state.voucher_order.push_back(code);
  const auto stored = state.vouchers.emplace(std::move(code), std::move(voucher)).first;
  return Response::json(200, voucher_json(stored->second));
}

Response Voucherify::change_balance(State& state, const Request& request, State::Voucher& voucher) {
  const auto body = Json::parse(request.body);
  if (!body || !body->is_object()) return invalid("The body is not a JSON object");
  const auto amount = (*body)["amount"].integer();
  if (!amount || *amount == 0) {
    return error(400, "invalid_add_balance_params", "Invalid add balance parameters",
                 "amount must be an integer but not 0", voucher.code, "voucher");
  }
  if (voucher.balance() + *amount < 0) {
    return error(400, "gift_amount_exceeded", "Gift amount exceeded",
                 "Cannot take " + std::to_string(-*amount) + " from a balance of " + std::to_string(voucher.balance()),
                 voucher.code, "voucher");
  }
  (*amount > 0 ? voucher.amount : voucher.subtracted) += *amount > 0 ? *amount : -*amount;
  voucher.updated_ms = clock_.now_ms();
  voucher.transactions.push_back({"vtx_" + state.ids.hex(18), std::string((*body)["source_id"].text()),
                                  std::string((*body)["reason"].text()),
                                  *amount > 0 ? "CREDITS_ADDITION" : "CREDITS_REMOVAL", "API", *amount, voucher.amount,
                                  voucher.balance(), voucher.updated_ms});
  tell(state, kMoved, voucher, DeliveryOptions());
  return Response::json(200, balance_json(voucher, voucher.transactions.back()));
}

Response Voucherify::set_active(State& state, State::Voucher& voucher, bool active) {
  voucher.active = active;
  voucher.updated_ms = clock_.now_ms();
  tell(state, active ? "voucher.enabled" : "voucher.disabled", voucher, DeliveryOptions());
  return Response::json(200, voucher_json(voucher));
}

void Voucherify::tell(State& state, std::string_view type, const State::Voucher& voucher,
                      const std::optional<DeliveryOptions>& delivery) {
  const State::Transaction* transaction = type == kMoved ? &voucher.transactions.back() : nullptr;
  const Json event = event_json(type, voucher, transaction, webhooks_.url(), state.ids, clock_.now_ms());
  if (delivery) webhooks_.send(event.dump(), *delivery);
}

std::optional<std::string> Voucherify::redeem(std::string_view code, std::int64_t amount,
                                              const std::optional<DeliveryOptions>& delivery) {
  return change_state([&](State& state) -> std::optional<std::string> {
    const auto found = state.vouchers.find(code);
    if (found == state.vouchers.end()) return "no such voucher";
    State::Voucher& voucher = found->second;
    if (!voucher.active) return "the voucher is disabled";
    const auto from = ms_from_iso(voucher.start_date.text()), until = ms_from_iso(voucher.expiration_date.text());
    if (from && clock_.now_ms() < *from) return "the voucher cannot be spent yet";
    if (until && clock_.now_ms() > *until) return "the voucher has expired";
    if (amount <= 0 || amount > voucher.balance()) return "the balance does not cover the amount";
    voucher.redeemed += amount;
    ++voucher.redeemed_count;
    voucher.updated_ms = clock_.now_ms();
    voucher.transactions.push_back({"vtx_" + state.ids.hex(18), "", "", "CREDITS_REDEMPTION", "API", -amount,
                                    voucher.amount, voucher.balance(), voucher.updated_ms});
    tell(state, kMoved, voucher, delivery);
    return std::nullopt;
  });
}

std::optional<std::string> Voucherify::assign(std::string_view code, std::string_view email) {
  return change_state([&](State& state) -> std::optional<std::string> {
    const auto found = state.vouchers.find(code);
    if (found == state.vouchers.end()) return "no such voucher";
    for (const auto& [id, customer] : state.customers) {
      if (customer.email != email) continue;
      found->second.holder_id = id;
      return std::nullopt;
    }
    return "no such customer";
  });
}

Json Voucherify::ledger_of(const State& state) const {
  Json vouchers = Json::array();
  for (const std::string& code : state.voucher_order) {
    const State::Voucher& voucher = state.vouchers.find(code)->second;
    const auto holder = state.customers.find(voucher.holder_id);
    Json transactions = Json::array();
    for (const State::Transaction& transaction : voucher.transactions) {
      transactions.push(Json::object({{"id", transaction.id},
                                      {"source_id", Json::string_or_null(transaction.source_id)},
                                      {"type", transaction.type},
                                      {"amount_minor", transaction.amount},
                                      {"created_at", iso_from_ms(transaction.created_ms)}}));
    }
    vouchers.push(Json::object({{"code", voucher.code},
                                {"balance_minor", voucher.balance()},
                                {"amount_minor", voucher.amount},
                                {"redeemed_minor", voucher.redeemed},
                                {"currency", nullptr},
                                {"active", voucher.active},
                                {"holder", Json::string_or_null(voucher.holder_id)},
                                {"holder_email", holder == state.customers.end() ? Json() : Json(holder->second.email)},
                                {"metadata", voucher.metadata},
                                {"created_at", iso_from_ms(voucher.created_ms)},
                                {"transactions", std::move(transactions)}}));
  }
  return Json::object({{"vouchers", std::move(vouchers)}});
}

}  // namespace sandbox
