#include "voucherify_json.hpp"

namespace sandbox::voucherify {
namespace {

Json time_or_null(std::int64_t ms) { return ms == 0 ? Json() : Json(iso_from_ms(ms)); }

Json list_link(std::string_view code, std::string_view what, std::int64_t count) {
  return Json::object({{"object", "list"},
                       {"count", count},
                       {"url", "/v1/vouchers/" + std::string(code) + "/" + std::string(what) + "?page=1&limit=10"}});
}

}  // namespace

Response error(int status, std::string_view key, std::string_view message, std::string_view details,
               std::string_view resource_id, std::string_view resource_type) {
  Json body = Json::object({{"code", status},
                            {"key", key},
                            {"message", message},
                            {"details", details},
                            {"request_id", "v-" + sha256_hex(std::string(key) + std::string(details)).substr(0, 18)}});
  if (!resource_id.empty()) body.set("resource_id", resource_id);
  if (!resource_type.empty()) body.set("resource_type", resource_type);
  return Response::json(status, body);
}

Response not_found(std::string_view type, std::string_view id) {
  return error(404, "not_found", "Resource not found",
               "Cannot find " + std::string(type) + " with id " + std::string(id), id, type);
}

Json customer_json(const VoucherifyState::Customer& customer) {
  return Json::object({{"id", customer.id},
                       {"source_id", Json::string_or_null(customer.source_id)},
                       {"name", Json::string_or_null(customer.name)},
                       {"description", Json::string_or_null(customer.description)},
                       {"email", Json::string_or_null(customer.email)},
                       {"phone", Json::string_or_null(customer.phone)},
                       {"metadata", customer.metadata},
                       {"system_metadata", Json::object()},
                       {"created_at", iso_from_ms(customer.created_ms)},
                       {"updated_at", time_or_null(customer.updated_ms)},
                       {"object", "customer"}});
}

Json voucher_json(const VoucherifyState::Voucher& voucher) {
  return Json::object(
      {{"id", voucher.id},
       {"code", voucher.code},
       {"campaign", nullptr},
       {"campaign_id", nullptr},
       {"category", voucher.category},
       {"category_id", nullptr},
       {"type", "GIFT_VOUCHER"},
       {"discount", nullptr},
       {"gift", Json::object({{"amount", voucher.amount},
                              {"subtracted_amount", voucher.subtracted},
                              {"balance", voucher.balance()},
                              {"effect", voucher.effect}})},
       {"loyalty_card", nullptr},
       {"start_date", voucher.start_date},
       {"expiration_date", voucher.expiration_date},
       {"validity_timeframe", nullptr},
       {"validity_day_of_week", nullptr},
       {"active", voucher.active},
       {"additional_info", voucher.additional_info},
       {"metadata", voucher.metadata},
       {"is_referral_code", false},
       {"created_at", iso_from_ms(voucher.created_ms)},
       {"updated_at", time_or_null(voucher.updated_ms)},
       {"holder_id", Json::string_or_null(voucher.holder_id)},
       {"redemption", Json::object({{"quantity", nullptr},
                                    {"redeemed_quantity", voucher.redeemed_count},
                                    {"redeemed_amount", voucher.redeemed},
                                    {"object", "list"},
                                    {"url", "/v1/vouchers/" + voucher.code + "/redemptions?page=1&limit=10"}})},
       {"publish", list_link(voucher.code, "publications", voucher.publications)},
       {"object", "voucher"}});
}

Json balance_json(const VoucherifyState::Voucher& voucher, const VoucherifyState::Transaction& transaction) {
  return Json::object({{"amount", transaction.amount},
                       {"total", transaction.total},
                       {"balance", transaction.balance},
                       {"type", "gift_voucher"},
                       {"object", "balance"},
                       {"related_object", Json::object({{"type", "voucher"}, {"id", voucher.id}})}});
}

Json transaction_json(const VoucherifyState::Voucher& voucher, const VoucherifyState::Transaction& transaction) {
  return Json::object({{"id", transaction.id},
                       {"source_id", Json::string_or_null(transaction.source_id)},
                       {"voucher_id", voucher.id},
                       {"campaign_id", nullptr},
                       {"source", transaction.source},
                       {"reason", Json::string_or_null(transaction.reason)},
                       {"type", transaction.type},
                       {"details", Json::object({{"balance", balance_json(voucher, transaction)}})},
                       {"related_transaction_id", nullptr},
                       {"created_at", iso_from_ms(transaction.created_ms)}});
}

namespace {

Json without_nulls(const Json& json) {
  Json out = Json::object();
  for (const Json::Member& member : json.members()) {
    if (member.value.is_null()) continue;
    out.set(member.key, member.value.is_object() ? without_nulls(member.value) : member.value);
  }
  return out;
}

}  // namespace

Json event_json(std::string_view type, const VoucherifyState::Voucher& voucher,
                const VoucherifyState::Transaction* transaction, const std::string& url, IdMaker& ids,
                std::int64_t now_ms) {
  const std::string at = iso_from_ms(now_ms);
  Json shown = without_nulls(voucher_json(voucher));
  shown.set("gift",
            Json::object({{"amount", voucher.amount}, {"balance", voucher.balance()}, {"effect", voucher.effect}}));
  Json data = Json::object({{"voucher", std::move(shown)}});
  if (transaction) {
    Json balance = balance_json(voucher, *transaction);
    balance.set("operation_type", transaction->type == "CREDITS_REDEMPTION" ? "AUTOMATIC" : "MANUAL");
    if (transaction->type != "CREDITS_REDEMPTION") data.set("balance", balance);
    Json told = transaction_json(voucher, *transaction);
    told.set("details", Json::object({{"balance", std::move(balance)}}));
    data.set("transaction", std::move(told));
  }
  return Json::object({{"id", "whs_" + ids.hex(18)},
                       {"project_id", "proj_sandbox"},
                       {"created_at", at},
                       {"type", type},
                       {"data", std::move(data)},
                       {"source", Json::object({{"id", "wh_sandbox"}, {"object", "webhook"}, {"target_url", url}})},
                       {"event", Json::object({{"id", "ev_" + ids.hex(18)},
                                               {"type", type},
                                               {"created_at", at},
                                               {"entity_id", voucher.id},
                                               {"group_id", "v-" + ids.hex(18)},
                                               {"event_source", Json::object({{"channel", "API"}})}})}});
}

}  // namespace sandbox::voucherify
