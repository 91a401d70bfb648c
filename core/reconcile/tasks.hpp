#pragma once
// What somebody should do about a finding, in one sentence. Any gap is a task for the store that issued it.

#include <string>

#include "core/report/audit.hpp"

namespace handoff::reconcile {

std::string task_for(const report::Finding& finding);

}  // namespace handoff::reconcile
