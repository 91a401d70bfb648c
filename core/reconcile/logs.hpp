#pragma once
// The integration's own logs as evidence: which system was tried for a credit, what it answered, how long that took.

#include <expected>

#include "core/reconcile/input.hpp"
#include "core/reconcile/request.hpp"

namespace handoff::reconcile {

/// Reads the logs once and adds what they say of a finding to its evidence, with file and line. A try that failed where
/// the credit is missing explains what nothing else did. Rows that cannot be read become a warning; half of them or
/// more: refused, it is the wrong map.
std::expected<void, Refusal> add_logs(const Request& request, report::Audit& audit);

/// A log's message without what may be personal: words with '@' and runs of digits are dropped; at most 120 bytes.
std::string plain_message(std::string_view text);

}  // namespace handoff::reconcile
