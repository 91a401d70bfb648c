#pragma once
// The whole audit of files: read, compare item by item, classify, count. Reads only (INVARIANTS C1). Two runs over the
// same files say the same, whatever the threads do (C6).

#include <expected>

#include "core/reconcile/input.hpp"
#include "core/reconcile/request.hpp"
#include "core/report/audit.hpp"

namespace handoff::reconcile {

std::expected<report::Audit, Refusal> audit(const Request& request);

}  // namespace handoff::reconcile
