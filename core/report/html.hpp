#pragma once
// An audit as one HTML file: no network, light and dark, printable.

#include <string>

#include "core/report/audit.hpp"

namespace handoff::report {

std::string html(const Audit& audit);

}  // namespace handoff::report
