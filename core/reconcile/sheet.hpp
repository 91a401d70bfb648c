#pragma once
// A small CSV as it comes back from a person's spreadsheet: whole in memory, rows by the names of their columns.

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::reconcile {

struct SheetRow {
  std::uint64_t line = 0;  // its first
  std::map<std::string, std::string, std::less<>> fields;

  /// One line, trimmed, and without the apostrophe by which a spreadsheet keeps "+1202..." a text. Empty where there is no such column.
  std::string operator[](std::string_view column) const;
};

/// Commas, semicolons or tabs between; columns in any order; empty lines are left out. Refused with file and line: no CSV,
/// a column of `needed` that is not there, a row that has not as many fields as the header, a quote that is not closed.
std::expected<std::vector<SheetRow>, std::string> read_sheet(const std::string& path,
                                                             std::span<const std::string_view> needed);

}  // namespace handoff::reconcile
