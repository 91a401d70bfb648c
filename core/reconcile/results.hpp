#pragma once
// The files that an audit leaves, and the history beside them.

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/reconcile/history.hpp"
#include "core/report/json.hpp"

namespace handoff::reconcile {

/// A file to be, and what it will hold.
struct NewFile {
  using Text = std::function<void(const report::Sink&)>;
  NewFile(std::filesystem::path to, Text from) : path(std::move(to)), text(std::move(from)) {}
  NewFile(std::filesystem::path to, std::string whole)
      : path(std::move(to)), text([whole = std::move(whole)](const report::Sink& out) { out(whole); }) {}
  std::filesystem::path path;
  Text text;
};

/// Each whole or not at all, and none before all are written: they are written beside and then renamed. False if one
/// could not be.
bool write_together(const std::vector<NewFile>& files);
/// One of them.
bool write_whole(const std::filesystem::path& path, const std::string& text);

/// report.html, summary.json, findings.json, findings.csv; gives the audit its id. The error names the folder.
std::expected<void, std::string> write_results(report::Audit& audit, const std::string& folder);

/// Why a folder's files are not those of one audit, or empty: a run that ended between the first and the last leaves some of
/// each.
std::string mixed(const std::string& folder);

/// history.json of a folder; empty if there is none yet.
std::expected<History, std::string> load_history(const std::string& folder);
std::expected<void, std::string> save_history(const History& history, const std::string& folder);

/// unjudged.txt beside the exports of a running hub: references about which they allow no conclusion, one a line.
std::set<std::string> load_unjudged(const std::string& folder);

}  // namespace handoff::reconcile
