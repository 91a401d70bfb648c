#pragma once
// Cases as a file that people edit in a spreadsheet, and what they decided in it.

#include <cstdint>
#include <expected>
#include <handoff/sdk/json.hpp>
#include <string>
#include <vector>

namespace handoff::cli {

/// Of a cases view: one line a case, the last columns empty, to be filled in.
std::string cases_csv(const json::Value& view);

/// What one line asks for. `problem`: why it cannot be asked; then `body` is nothing.
struct Decision {
  std::uint64_t line = 0;
  std::int64_t case_no = 0;
  std::string action;   // link, retry, close, approve, refuse, assign, note
  std::string was;      // the assignee in the file
  json::Value body;
  std::string problem;
};

/// The lines that have an action, of what `cases_csv` wrote; other columns are ignored.
std::expected<std::vector<Decision>, std::string> read_decisions(const std::string& path);

}  // namespace handoff::cli
