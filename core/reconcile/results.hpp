#pragma once
// The files that an audit leaves, and the history beside them.

#include <expected>
#include <filesystem>
#include <functional>
#include <string>

#include "core/reconcile/history.hpp"
#include "core/report/json.hpp"

namespace handoff::reconcile {

/// Whole or not at all: written beside and renamed. False if it could not be.
bool write_whole(const std::filesystem::path& path, const std::function<void(const report::Sink&)>& text);
bool write_whole(const std::filesystem::path& path, const std::string& text);

/// report.html, summary.json, findings.json, findings.csv. The error names the folder.
std::expected<void, std::string> write_results(const report::Audit& audit, const std::string& folder);

/// history.json of a folder; empty if there is none yet.
std::expected<History, std::string> load_history(const std::string& folder);
std::expected<void, std::string> save_history(const History& history, const std::string& folder);

/// unjudged.txt beside the exports of a running hub: references about which they allow no conclusion, one a line.
std::set<std::string> load_unjudged(const std::string& folder);

}  // namespace handoff::reconcile
