#pragma once
// Maps made from the exports' headers and first rows: names propose, values decide, and the sides are held against one
// another. A guess is shown, never hidden: a person looks at it once and keeps it. (ADR 0023)

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "core/config/export_map.hpp"
#include "core/reconcile/input.hpp"
#include "core/report/audit.hpp"

namespace handoff::reconcile {

struct Guess {
  config::ExportMap map;
  std::vector<std::string> doubts;  // what the first rows do not tell, and what was concluded from them
  std::string missing;              // "the amount cannot be told from the columns A, B": the map is not whole yet
};

/// The maps of all sides that have files; `written` ones stay as they are. `region` (ISO 3166, may be empty) decides
/// whether the day or the month comes first where nothing else tells; `currency` is that of rows which name none. A guess is
/// not whole if the reference, or both amount and balance, are not among the columns.
std::expected<report::BySide<Guess>, Refusal> guess_maps(
    const report::BySide<std::vector<std::string>>& files,
    const report::BySide<std::optional<config::ExportMap>>& written, const std::string& region,
    const std::string& currency = {});

struct LogGuess {
  config::LogMap map;
  std::vector<std::string> doubts;
};
/// The same for an integration's log. Refused if the reference, the system or the outcome are not among the columns.
std::expected<LogGuess, Refusal> guess_log_map(const std::string& path);

}  // namespace handoff::reconcile
