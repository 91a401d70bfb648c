#pragma once
// Cases as a file that people edit in a spreadsheet, and what they decided in it.

#include <cstdint>
#include <expected>
#include <handoff/sdk/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace handoff::cli {

/// Of a cases view: one line a case, the last columns empty, to be filled in.
std::string cases_csv(const json::Value& view);

/// What one line asks for. `problem`: why it cannot be asked; then `body` is nothing.
struct Decision {
  std::uint64_t line = 0;
  std::int64_t case_no = 0;
  std::string action;                      // link, retry, close, approve, refuse, assign, note
  std::string was;                         // the assignee in the file
  std::string credit, amount;              // of whose case the line says it is
  std::optional<std::string> transaction;  // if there is such a column
  json::Value body;
  std::string problem;
};

/// The lines that have an action, of what `cases_csv` wrote.
std::expected<std::vector<Decision>, std::string> read_decisions(const std::string& path);

/// What tells that lines were mixed up (a column was sorted apart from the others, a line was copied): one text for each
/// line that is not of the case it names, or whose case stands on another line, too. `view`: the open cases; of one that is not
/// among them the hub itself says why nothing is done.
std::vector<std::string> mixed_up(const std::vector<Decision>& decisions, const json::Value& view);

}  // namespace handoff::cli
