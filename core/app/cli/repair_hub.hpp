#pragma once
// What the running hub says about one credit, for a plan and when it is carried out.

#include <expected>
#include <string>

#include "core/app/cli/hub.hpp"
#include "core/report/plan.hpp"

namespace handoff::cli {

/// GET /v1/trace of it. A failure with the code "not_found" or "ambiguous" is an answer, too.
std::expected<json::Value, Failure> traced(const Hub& hub, const std::string& what);

/// GET /v1/receipts: the trace of the credit behind the register's row of a finding, never of one that is only like it. A failure
/// with the code "not_found", "unlike" or "ambiguous" says in words why there is none.
std::expected<json::Value, Failure> traced(const Hub& hub, const report::Finding& finding);

/// Whether it is anything that can be asked for: no code, of which only the end is known.
bool has_reference(const report::Finding& finding);
/// The hub has a credit of that number, and cannot say that it is this one or another.
bool is_near(const Failure& why);

report::HubView hub_view(const json::Value& trace);

/// "it is held, was complete; its balance is 18.00, was 25.00"; empty: nothing is another.
std::string changes(const report::HubView& seen, const report::HubView& now);

/// The case of that number; null if the trace has none.
const json::Value& case_in(const json::Value& trace, std::int64_t number);

}  // namespace handoff::cli
