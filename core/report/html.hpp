#pragma once
// An audit as one HTML file: no network, light and dark, printable.

#include <string>

#include "core/report/audit.hpp"

namespace handoff::report {

/// More rows than that make a page that nobody scrolls and few browsers like. The page says how many there are beyond.
inline constexpr std::size_t kRowsMax = 3000;

std::string html(const Audit& audit, std::size_t rows_max = kRowsMax);

}  // namespace handoff::report
