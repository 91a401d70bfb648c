#pragma once
// What stands beside an amount and says its currency: signs, abbreviations, codes. Pure.

#include <string_view>

namespace handoff::reconcile {

/// Whether all that stands beside an amount of `currency` (ISO 4217) names that currency and nothing else: "$", "US$",
/// "USD", "kr." of Denmark. Case does not count; blanks and quotes say nothing.
bool only_names(std::string_view marks, std::string_view currency);

}  // namespace handoff::reconcile
