#pragma once
// An audit for programs: summary.json and findings.json (docs/reference/audit.schema.json), findings.csv.

#include <handoff/sdk/json.hpp>
#include <string>

#include "core/report/audit.hpp"

namespace handoff::report {

inline constexpr int kSchemaVersion = 1;

/// Two spaces a level, one member a line.
std::string pretty(const json::Value& value);

json::Value summary_json(const Audit& audit);
json::Value finding_json(const Finding& finding);
/// {"schema":1,"as_of":...,"findings":[...]}, one finding a line.
std::string findings_json(const Audit& audit);
/// One finding a line. What begins like a formula gets an apostrophe: spreadsheets would run it.
std::string findings_csv(const Audit& audit);

}  // namespace handoff::report
