// Square: how objects, errors and pages are written.

#include <algorithm>

#include "square.hpp"

namespace sandbox::square {

Response error(int status, std::string_view category, std::string_view code, std::string_view detail,
               std::string_view field) {
  Json one = Json::object({{"category", category}, {"code", code}, {"detail", detail}});
  if (!field.empty()) one.set("field", field);
  return Response::json(status, Json::object({{"errors", Json::array({std::move(one)})}}));
}

Response bad_request(std::string_view code, std::string_view detail, std::string_view field) {
  return error(400, "INVALID_REQUEST_ERROR", code, detail, field);
}

Response not_found(std::string_view what) {
  return error(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", std::string(what) + " not found");
}

Json money_json(std::int64_t amount, std::string_view currency) {
  return Json::object({{"amount", amount}, {"currency", currency}});
}

namespace {

void set_text(Json& json, std::string_view key, std::string_view text) {
  if (!text.empty()) json.set(key, text);
}

}  // namespace

Json customer_json(const SquareState::Customer& customer) {
  Json json = Json::object({{"id", customer.id}});
  set_text(json, "given_name", customer.given_name);
  set_text(json, "family_name", customer.family_name);
  set_text(json, "email_address", customer.email);
  set_text(json, "phone_number", customer.phone);
  set_text(json, "reference_id", customer.reference_id);
  json.set("created_at", iso_from_ms(customer.created_ms));
  json.set("updated_at", iso_from_ms(customer.created_ms));
  json.set("preferences", Json::object({{"email_unsubscribed", false}}));
  json.set("creation_source", "DIRECTORY");
  json.set("version", 0);
  return json;
}

Json loyalty_json(const SquareState::Customer& customer) {
  const Json mapping =
      Json::object({{"id", sha256_hex(customer.loyalty_account).substr(0, 36)}, {"phone_number", customer.phone}});
  return Json::object({{"id", customer.loyalty_account},
                       {"program_id", "sandbox-program"},
                       {"balance", 0},
                       {"lifetime_points", 0},
                       {"customer_id", customer.id},
                       {"created_at", iso_from_ms(customer.created_ms)},
                       {"updated_at", iso_from_ms(customer.created_ms)},
                       {"mapping", mapping}});
}

Json card_json(const SquareState::GiftCard& card) {
  Json json = Json::object({{"id", card.id},
                            {"type", card.type},
                            {"gan_source", card.gan_source},
                            {"state", card.state},
                            {"balance_money", money_json(card.balance, card.currency)},
                            {"gan", card.gan},
                            {"created_at", iso_from_ms(card.created_ms)}});
  if (!card.customer_ids.empty()) {
    Json ids = Json::array();
    for (const std::string& id : card.customer_ids) ids.push(id);
    json.set("customer_ids", std::move(ids));
  }
  return json;
}

Json activity_json(const SquareState::Activity& activity, std::string_view currency) {
  return Json::object({{"id", activity.id},
                       {"type", activity.type},
                       {"location_id", activity.location_id},
                       {"created_at", iso_from_ms(activity.created_ms)},
                       {"gift_card_id", activity.card_id},
                       {"gift_card_gan", activity.gan},
                       {"gift_card_balance_money", money_json(activity.balance, currency)},
                       {activity.details_name, activity.details}});
}

Json refund_json(const SquareState::Refund& refund) {
  Json external = Json::object({{"type", refund.external_type}, {"source", refund.external_source}});
  set_text(external, "source_id", refund.external_source_id);
  return Json::object({{"id", refund.id},
                       {"status", refund.status},
                       {"location_id", refund.location_id},
                       {"unlinked", false},
                       {"destination_type", "EXTERNAL"},
                       {"destination_details", Json::object({{"external_details", std::move(external)}})},
                       {"amount_money", money_json(refund.amount, refund.currency)},
                       {"payment_id", refund.payment_id},
                       {"order_id", refund.order_id},
                       {"reason", refund.reason},
                       {"created_at", iso_from_ms(refund.created_ms)},
                       {"updated_at", iso_from_ms(refund.updated_ms)}});
}

Json event_json(std::string_view type, std::string_view name, std::string_view id, Json object,
                std::string_view event_id, std::int64_t now_ms) {
  return Json::object({{"merchant_id", "MSANDBOX1"},
                       {"type", type},
                       {"event_id", event_id},
                       {"created_at", iso_from_ms(now_ms)},
                       {"data", Json::object({{"type", name},
                                              {"id", id},
                                              {"object", Json::object({{std::string(name), std::move(object)}})}})}});
}

Json payment_json(const SquareState::Refund& refund) {
  const Json sum = money_json(refund.amount, refund.currency);
  Json json = Json::object({{"id", refund.payment_id},
                            {"created_at", iso_from_ms(refund.created_ms)},
                            {"updated_at", iso_from_ms(refund.payment_updated_ms)},
                            {"amount_money", sum},
                            {"total_money", sum},
                            {"refunded_money", sum},
                            {"status", "COMPLETED"},
                            {"source_type", refund.source_type},
                            {"location_id", refund.location_id},
                            {"order_id", refund.order_id},
                            {"refund_ids", Json::array({refund.id})}});
  set_text(json, "customer_id", refund.customer_id);
  return json;
}

namespace {

std::string cursor_of(const Row& row) { return "after-" + row.id; }

}  // namespace

Response page(std::string_view key, std::vector<Row> rows, const PageOptions& options) {
  const auto place = [](const Row& row) { return std::pair<std::int64_t, std::string_view>(row.at_ms, row.id); };
  std::ranges::sort(rows, {}, place);
  if (!options.ascending) std::ranges::reverse(rows);
  auto begin = rows.begin();
  if (!options.cursor.empty()) {
    begin = std::ranges::find_if(rows, [&](const Row& row) { return cursor_of(row) == options.cursor; });
    if (begin == rows.end()) return bad_request("INVALID_CURSOR", "The pagination cursor is invalid.", "cursor");
    ++begin;
  }
  const auto count = std::min<std::ptrdiff_t>(options.limit, rows.end() - begin);
  Json list = Json::array();
  for (auto it = begin; it != begin + count; ++it) list.push(it->json());
  Json body = Json::object();
  if (count > 0) body.set(key, std::move(list));  // the vendor leaves an empty list out
  if (count > 0 && begin + count != rows.end()) body.set("cursor", cursor_of(*(begin + count - 1)));
  return Response::json(200, body);
}

}  // namespace sandbox::square
