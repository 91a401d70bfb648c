#pragma once
// Lines for spreadsheets. What begins like a formula gets an apostrophe: spreadsheets would run it.

#include <string>
#include <vector>

namespace handoff::report {

std::string csv_field(std::string text);
/// Commas between, a line end behind.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace handoff::report
