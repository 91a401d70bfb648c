#include "core/reconcile/guess.hpp"

#include <algorithm>
#include <functional>
#include <future>
#include <span>

#include "core/reconcile/guess_parts.hpp"

namespace handoff::reconcile {

namespace {

/// What one side's file alone tells.
std::expected<Draft, Refusal> draft_of(report::Side side, const std::string& file,
                                       const std::optional<config::ExportMap>& written, const std::string& region,
                                       const std::string& currency) {
  auto sample = read_sample(file);
  if (!sample) return std::unexpected(sample.error());
  Draft out;
  out.side = side;
  out.sample = std::move(*sample);
  out.written = written.has_value();
  if (written)
    out.guess.map = *written;
  else
    choose_columns(out, region, currency);
  return out;
}

std::expected<std::vector<Draft>, Refusal> drafts_of(const report::BySide<std::vector<std::string>>& files,
                                                     const report::BySide<std::optional<config::ExportMap>>& written,
                                                     const std::string& region, const std::string& currency) {
  std::vector<std::future<std::expected<Draft, Refusal>>> coming;  // somebody waits for them, and for nothing else
  for (std::size_t s = 0; s < report::kSides; ++s)
    if (!files[s].empty())
      coming.push_back(std::async(std::launch::async, draft_of, static_cast<report::Side>(s),
                                  std::cref(files[s].front()), std::cref(written[s]), std::cref(region),
                                  std::cref(currency)));
  std::vector<Draft> out;
  for (auto& one : coming) {
    std::expected<Draft, Refusal> draft = one.get();
    if (!draft) return std::unexpected(draft.error());
    out.push_back(std::move(*draft));
  }
  return out;
}

const std::string& amount_column(const Draft& draft) {
  const config::ExportMap& map = draft.guess.map;
  return map.amount.empty() ? map.balance : map.amount;
}

/// Somebody has to say it: a wrong number would be so by a thousand.
void say_untold(Draft& draft) {
  config::ExportMap& map = draft.guess.map;
  if (draft.untold.empty()) return;
  std::string sign(1, map.decimal), other(1, map.decimal == '.' ? ',' : '.');
  map.decimal = map.thousands = 0;
  map.three_decimals = false;
  if (!draft.guess.missing.empty()) return;
  draft.guess.missing =
      "whether '" + draft.untold + "' in column " + amount_column(draft) +
      " has three decimals or is a thousand times as much cannot be told from its amounts (decimal = \"" + sign +
      "\" and three_decimals = true, or decimal = \"" + other + "\" and thousands = \"" + sign + "\")";
}

std::string find_name(const std::vector<std::string>& columns, std::span<const std::string_view> names) {
  for (std::string_view name : names)
    for (const std::string& column : columns) {
      std::string whole;
      for (const std::string& word : words_of(column.substr(column.rfind('.') + 1))) whole += word;
      if (whole == name) return column;
    }
  return {};
}

}  // namespace

std::expected<report::BySide<Guess>, Refusal> guess_maps(
    const report::BySide<std::vector<std::string>>& files,
    const report::BySide<std::optional<config::ExportMap>>& written, const std::string& region,
    const std::string& currency) {
  report::BySide<Guess> out;
  bool all_written = true;
  for (std::size_t s = 0; s < report::kSides; ++s) all_written &= files[s].empty() || written[s].has_value();
  if (all_written) {
    for (std::size_t s = 0; s < report::kSides; ++s)
      if (written[s]) out[s].map = *written[s];
    return out;
  }
  auto drafts = drafts_of(files, written, region, currency);
  if (!drafts) return std::unexpected(drafts.error());
  if (drafts->front().side == report::Side::pos) {
    choose_references(*drafts);
    compare_sides(*drafts);
  }
  for (Draft& draft : *drafts) say_untold(draft);
  for (Draft& draft : *drafts)
    if (draft.whole)
      draft.doubt("all amounts of column " + amount_column(draft) +
                  " are whole numbers and are taken as whole units: if 2500 means 25.00, say minor_units = true");
  for (Draft& draft : *drafts) out[report::at(draft.side)] = std::move(draft.guess);
  return out;
}

std::expected<LogGuess, Refusal> guess_log_map(const std::string& path) {
  static constexpr std::string_view kReferences[] = {
      "reference", "creditreference", "externalreference", "referenz", "orderid", "transactionid", "receipt"};
  static constexpr std::string_view kTimes[] = {"time", "timestamp", "ts", "at", "datetime", "createdat", "date"};
  static constexpr std::string_view kSystems[] = {"system", "target", "service", "vendor", "hop", "to", "destination"};
  static constexpr std::string_view kOutcomes[] = {"outcome", "result", "statuscode", "httpstatus", "status", "code"};
  static constexpr std::string_view kDurations[] = {"durationms", "elapsedms", "latencyms", "tookms",
                                                    "duration",   "elapsed",   "latency",   "took"};
  static constexpr std::string_view kMessages[] = {"message", "error", "detail", "msg", "reason"};
  auto sample = read_sample(path);
  if (!sample) return std::unexpected(sample.error());
  const std::vector<std::string>& columns = sample->names;
  LogGuess out;
  config::ExportMap& map = out.map.columns;
  if (std::string reference = find_name(columns, kReferences); !reference.empty()) map.reference = {reference};
  map.time = find_name(columns, kTimes);
  map.store = find_name(columns, kSystems);
  map.type = find_name(columns, kOutcomes);
  map.balance = find_name(columns, kDurations);
  map.author = find_name(columns, kMessages);
  if (map.reference.empty() || map.store.empty() || map.type.empty())
    return std::unexpected(
        Refusal{path, 1,
                "the reference, the system or the outcome cannot be told from the columns " + names_of_columns(columns),
                "write a [logs] table in the map"});
  if (!map.balance.empty() && words_of(map.balance).back() != "ms" && !map.balance.ends_with("ms"))
    out.doubts.push_back("durations are taken as milliseconds; say duration_unit");
  if (map.time.empty()) return out;
  auto form = time_form_of(sample->columns[static_cast<std::size_t>(sample->column(map.time))], true);
  if (!form) {
    out.doubts.push_back("times: not all of the first rows fit one format; say time_format");
    return out;
  }
  map.time_format = form->format;
  if (!form->zoned) out.doubts.push_back("times name no zone and are taken as UTC; say utc_offset");
  return out;
}

}  // namespace handoff::reconcile
