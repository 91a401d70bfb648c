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
Json balance_json(const VoucherifyState::Voucher& voucher, const VoucherifyState::Transaction& transaction);

}  // namespace sandbox::voucherify
