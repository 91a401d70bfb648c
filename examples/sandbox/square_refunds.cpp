// Square: payments and refunds made at the register, and the notifications about them.

#include <algorithm>

#include "listing.hpp"
#include "square.hpp"

namespace sandbox {

using square::bad_request;
using square::not_found;

namespace {

constexpr std::int64_t kEndOfTime = INT64_MAX;

// A time parameter: `fallback` when absent, nothing when it cannot be read.
std::optional<std::int64_t> time_param(const Request& request, std::string_view name, std::int64_t fallback) {
  const auto text = request.param(name);
  return text && !text->empty() ? ms_from_iso(*text) : fallback;
}

Json told(std::string_view type, const SquareState::Refund& refund, std::string_view event_id, std::int64_t now_ms) {
  Json object = square::refund_json(refund);
  object.set("version", refund.updated_ms % 1000);
  return square::event_json(type, "refund", refund.id, std::move(object), event_id, now_ms);
}

}  // namespace

Response Square::list_refunds(const State& state, const Request& request) const {
  const bool by_update = request.param("sort_field") == "UPDATED_AT";
  const std::int64_t year_ago = clock_.now_ms() - 365LL * 24 * 3600 * 1000;
  const auto created_from = time_param(request, "begin_time", year_ago);
  const auto created_to = time_param(request, "end_time", kEndOfTime);
  const auto updated_from = time_param(request, "updated_at_begin_time", 0);
  const auto updated_to = time_param(request, "updated_at_end_time", kEndOfTime);
  const auto limit = bounded_param(request, "limit", 100, 1, INT64_MAX);
  if (!created_from || !created_to || !updated_from || !updated_to)
    return bad_request("INVALID_TIME", "A time is not RFC 3339.");
  if (!limit) return bad_request("VALUE_TOO_LOW", "limit must be at least 1.", "limit");
  const auto location = request.param("location_id");
  const auto status = request.param("status");
  const auto source = request.param("source_type");
  const auto same = [](const std::optional<std::string>& wanted, const std::string& value) {
    return !wanted || wanted->empty() || *wanted == value;
  };
  std::vector<square::Row> rows;
  for (const auto& [id, refund] : state.refunds) {
    if (refund.created_ms < *created_from || refund.created_ms > *created_to) continue;
    if (refund.updated_ms < *updated_from || refund.updated_ms > *updated_to) continue;
    if (!same(location, refund.location_id) || !same(status, refund.status) || !same(source, refund.source_type))
      continue;
    rows.push_back(
        {by_update ? refund.updated_ms : refund.created_ms, id, [&refund] { return square::refund_json(refund); }});
  }
  return square::page("refunds", std::move(rows),
                      {request.param("cursor").value_or(""), std::min<std::int64_t>(*limit, 100),
                       request.param("sort_order") == "ASC"});
}

Response Square::get_payment(const State& state, std::string_view id) const {
  const auto found = state.refund_by_payment.find(id);
  if (found == state.refund_by_payment.end()) return not_found("Payment");
  return Response::json(200,
                        Json::object({{"payment", square::payment_json(state.refunds.find(found->second)->second)}}));
}

Response Square::search_events(const State& state, const Json& body) const {
  const Json& filter = body["query"]["filter"];
  const auto from = filter["created_at"].has("start_at") ? ms_from_iso(filter["created_at"]["start_at"].text()) : 0;
  const auto to = filter["created_at"].has("end_at") ? ms_from_iso(filter["created_at"]["end_at"].text()) : kEndOfTime;
  if (!from || !to) return bad_request("INVALID_TIME", "A time is not RFC 3339.", "query.filter.created_at");
  std::vector<square::Row> rows;
  for (const Json& event : state.events) {
    const std::int64_t at = ms_from_iso(event["created_at"].text()).value_or(0);
    const auto& types = filter["event_types"].items();
    const bool wanted = types.empty() || std::ranges::find(types, event["type"]) != types.end();
    if (wanted && at >= *from && at < *to)
      rows.push_back({at, std::string(event["event_id"].text()), [&event] { return event; }});
  }
  const std::int64_t limit = std::clamp<std::int64_t>(body["limit"].integer().value_or(100), 1, 100);
  const bool ascending = body["query"]["sort"]["order"].text() == "ASC";
  return square::page("events", std::move(rows), {std::string(body["cursor"].text()), limit, ascending});
}

Json Square::refund_at_register(const RegisterRefund& wanted) {
  return change_state([&](State& state) {
    State::Refund refund;
    refund.customer_id = wanted.customer_id;
    const auto from = [&](const auto& index, const std::string& key) {
      const auto found = index.find(lower(key));
      if (found != index.end()) refund.customer_id = found->second;
    };
    if (!wanted.customer_email.empty()) from(state.by_email, wanted.customer_email);
    if (!wanted.loyalty_id.empty()) from(state.by_reference, wanted.loyalty_id);
    const bool named = !(wanted.customer_id + wanted.customer_email + wanted.loyalty_id).empty();
    if (named && !state.customers.contains(refund.customer_id)) return Json::object({{"error", "no such customer"}});
    refund.payment_id = state.ids.alphanumeric(28) + "ZY";
    refund.id = refund.payment_id + "_" + state.ids.alphanumeric(43);
    refund.order_id = wanted.order_id.empty() ? state.ids.alphanumeric(27) + "Y" : wanted.order_id;
    refund.location_id = wanted.location_id;
    refund.status = "PENDING";
    refund.reason = wanted.reason;
    refund.source_type = wanted.source_type;
    refund.external_type = wanted.external_type;
    refund.external_source = wanted.external_source;
    refund.external_source_id = wanted.external_source_id;
    refund.currency = wanted.currency;
    refund.amount = wanted.amount;
    refund.created_ms = refund.updated_ms = clock_.now_ms();
    const Json created = told("refund.created", refund, state.ids.uuid(), refund.created_ms);
    refund.status = "COMPLETED";
    refund.updated_ms = refund.payment_updated_ms = refund.created_ms + 1;
    const Json updated = told("refund.updated", refund, state.ids.uuid(), refund.updated_ms);
    Json answer = Json::object({{"refund_id", refund.id},
                                {"payment_id", refund.payment_id},
                                {"order_id", refund.order_id},
                                {"event_ids", Json::array({created["event_id"], updated["event_id"]})}});
    state.refund_by_payment[refund.payment_id] = refund.id;
    state.refunds[refund.id] = std::move(refund);
    for (const Json* event : {&created, &updated}) tell(state, *event, wanted.delivery);
    return answer;
  });
}

Json Square::add_to_payment(std::string_view payment_id, std::string_view customer_email,
                            const std::optional<DeliveryOptions>& delivery) {
  return change_state([&](State& state) {
    const auto paid = state.refund_by_payment.find(payment_id);
    const auto customer = state.by_email.find(lower(customer_email));
    if (paid == state.refund_by_payment.end()) return Json::object({{"error", "no such payment"}});
    if (customer == state.by_email.end()) return Json::object({{"error", "no such customer"}});
    State::Refund& refund = state.refunds.find(paid->second)->second;
    refund.customer_id = customer->second;
    refund.payment_updated_ms = clock_.now_ms();
    const Json updated = square::event_json("payment.updated", "payment", payment_id, square::payment_json(refund),
                                            state.ids.uuid(), refund.payment_updated_ms);
    tell(state, updated, delivery);
    return Json::object({{"payment_id", payment_id}, {"event_ids", Json::array({updated["event_id"]})}});
  });
}

void Square::announce(std::span<const Customer> customers) {
  change_state([&](State& state) {
    for (const Customer& customer : customers) {
      const auto found = state.by_email.find(lower(customer.email));
      if (found == state.by_email.end()) continue;
      const State::Customer& made = state.customers.find(found->second)->second;
      tell(state,
           square::event_json("customer.created", "customer", made.id, square::customer_json(made), state.ids.uuid(),
                              clock_.now_ms()),
           DeliveryOptions());
    }
    return true;
  });
}

void Square::tell(State& state, const Json& event, const std::optional<DeliveryOptions>& delivery) {
  state.events.push_back(event);
  if (delivery) webhooks_.send(event.dump(), *delivery);
}

}  // namespace sandbox
