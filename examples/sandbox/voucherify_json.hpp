#pragma once
// How Voucherify writes its objects and its errors.

#include "voucherify.hpp"

namespace sandbox::voucherify {

Response error(int status, std::string_view key, std::string_view message, std::string_view details,
               std::string_view resource_id = {}, std::string_view resource_type = {});
Response not_found(std::string_view type, std::string_view id);

Json customer_json(const VoucherifyState::Customer& customer);
Json voucher_json(const VoucherifyState::Voucher& voucher);
Json transaction_json(const VoucherifyState::Voucher& voucher, const VoucherifyState::Transaction& transaction);
/// A notification about a voucher. `transaction`: of the type that tells of one, else null. Members without a value are
/// left out.
Json event_json(std::string_view type, const VoucherifyState::Voucher& voucher,
                const VoucherifyState::Transaction* transaction, const std::string& url, IdMaker& ids,
                std::int64_t now_ms);
Json balance_json(const VoucherifyState::Voucher& voucher, const VoucherifyState::Transaction& transaction);

}  // namespace sandbox::voucherify
