#pragma once
// The rows behind the findings, read a second time: what the comparison did not keep.

#include <expected>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/reconcile/load.hpp"

namespace handoff::reconcile {

/// Text as the export has it.
struct RowText {
  std::uint64_t line = 0;
  std::string reference, store, terminal, transaction, receipt_line, business_date, staff, customer, email, phone,
      loyalty, instrument, author, time;
};
using RowTexts = std::unordered_map<std::uint64_t, RowText>;  // by place

/// The rows at `places`. Refused if a file is not any more what it was when it was compared.
std::expected<RowTexts, Refusal> read_details(const Request& request, const Loaded& loaded,
                                              std::vector<std::uint64_t> places);

/// "j***@example.com", "***4567": enough to recognise somebody who stands there with a receipt, no more.
std::string masked_customer(const RowText& row);
/// The last four characters: a code is as good as money.
std::string masked_code(const std::string& code);

}  // namespace handoff::reconcile
