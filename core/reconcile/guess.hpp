#pragma once
// A map made from an export's header and first rows. A guess is shown, never hidden: a person looks at it once and
// keeps it.

#include <expected>
#include <string>
#include <vector>

#include "core/config/export_map.hpp"
#include "core/reconcile/input.hpp"
#include "core/report/audit.hpp"

namespace handoff::reconcile {

struct Guess {
  config::ExportMap map;
  std::vector<std::string> doubts;  // what the sample does not tell
  std::string missing;              // "the amount cannot be told from the columns A, B": the map is not whole yet
};

/// `region` (ISO 3166, may be empty) decides whether the day or the month comes first where both are possible. Not
/// whole if the reference, or both amount and balance, are not among the columns.
Guess guess_map(report::Side side, const Input& input, const std::string& region);

struct LogGuess {
  config::LogMap map;
  std::vector<std::string> doubts;
};
/// The same for an integration's log. Refused if the reference, the system or the outcome are not among the columns.
std::expected<LogGuess, Refusal> guess_log_map(const Input& input);

}  // namespace handoff::reconcile
