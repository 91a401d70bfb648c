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

}  // namespace sandbox::voucherify
