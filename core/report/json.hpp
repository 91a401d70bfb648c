#pragma once
// An audit for programs: summary.json and findings.json (docs/reference/audit.schema.json), findings.csv.

#include <functional>
#include <handoff/sdk/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/report/audit.hpp"

namespace handoff::report {

inline constexpr int kSchemaVersion = 1;

/// Two spaces a level, one member a line.
std::string pretty(const json::Value& value);
json::Array texts(const std::vector<std::string>& list);

json::Value summary_json(const Audit& audit);
/// What a history keeps of this audit, and how that is written.
Snapshot snapshot_of(const Audit& audit);
/// The same currency and balance type in another audit; null: it had none of it.
const Counted* same_in(const Snapshot& other, const Counted& one);
json::Value snapshot_json(const Snapshot& one);
json::Value finding_json(const Finding& finding);
/// Takes a text piece by piece: with a hundred thousand findings one string of them all is as much memory again.
using Sink = std::function<void(std::string_view)>;
/// {"schema":1,"as_of":...,"findings":[...]}, one finding a line.
void findings_json(const Audit& audit, const Sink& out);
/// One finding a line. What begins like a formula gets an apostrophe: spreadsheets would run it.
void findings_csv(const Audit& audit, const Sink& out);

}  // namespace handoff::report
