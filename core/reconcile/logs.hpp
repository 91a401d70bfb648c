#pragma once
// The integration's own logs: which system was tried for a credit, what it answered, how long that took. They are read
// twice: before the credits are compared for times that an export lacks, and after it for what they say of the findings.

#include <expected>

#include "core/reconcile/input.hpp"
#include "core/reconcile/request.hpp"
#include "core/reconcile/shelf.hpp"

namespace handoff::reconcile {

/// Puts when the systems answered beside the rows of their exports, for those of which a row has no time (`timeless`). The
/// logs are not read if there is none.
std::expected<void, Refusal> shelve_answers(const Request& request, const report::BySide<bool>& timeless, Shelf& shelf);

/// Reads the logs once and adds what they say of a finding to its evidence, with file and line. A try that failed where
/// the credit is missing explains what nothing else did. Rows that cannot be read become a warning; half of them or
/// more: refused, it is the wrong map.
std::expected<void, Refusal> add_logs(const Request& request, report::Audit& audit);

/// A log's message without what may be personal: words with '@' and runs of digits are dropped; at most 120 bytes.
std::string plain_message(std::string_view text);

}  // namespace handoff::reconcile
