#pragma once
// What exports call the kinds of their rows. Pure.

#include <optional>
#include <string_view>

#include "core/reconcile/record.hpp"

namespace handoff::reconcile {

/// Where a map says nothing else. `word` is upper case. What::share stands for a row to leave out.
std::optional<What> kind_of_row(Side side, std::string_view word);

/// By a part of the word ("STORE_CREDIT.ISSUED", "EINLÖSUNG"), or as one to leave out ("TRAINING", "VERFALL"): for a guess,
/// which is shown.
std::optional<What> likely_kind_of_row(Side side, std::string_view word);

/// By the whole word, or by a long part that it begins with: "Toulouse" has a use in it, and "Paddington" an addition.
std::optional<What> plain_kind_of_row(Side side, std::string_view word);

/// A status that says that the credit is no more.
bool closed_status(std::string_view word);
/// One of them that is also said of a credit that was spent.
bool inactive_status(std::string_view word);

/// "issue", as a map writes it.
std::string_view name_of(What what);
What kind_named(std::string_view name);

}  // namespace handoff::reconcile
