#include "core/report/csv.hpp"

#include <algorithm>

namespace handoff::report {

namespace {

/// A spreadsheet takes a cell that begins so for a formula and carries it out. The wide signs are those of East Asian keyboards.
bool is_formula(std::string_view cell) {
  static constexpr std::string_view kSigns[] = {"=",  "+",      "-",      "@",      "\t",    "\r",
                                                "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
  bool number = cell.size() > 1 && cell.front() == '-' &&
                std::ranges::all_of(cell.substr(1), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return !number && std::ranges::any_of(kSigns, [&](std::string_view sign) { return cell.starts_with(sign); });
}

/// Where commas are decimal, spreadsheets part a line at semicolons, quotes or not; and then at the line ends within them.
constexpr std::string_view kOtherSeparators = ";\t|\n\r";

}  // namespace

std::string csv_field(std::string text) {
  for (std::size_t at = text.size(); at-- > 0;) {
    bool begins = at == 0 || kOtherSeparators.find(text[at - 1]) != std::string_view::npos;
    if (begins && is_formula(std::string_view(text).substr(at))) text.insert(at, 1, '\'');
  }
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) out += (i == 0 ? "" : ",") + csv_field(fields[i]);
  return out + "\n";
}

}  // namespace handoff::report
