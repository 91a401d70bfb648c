#pragma once
// Every handoff of a configuration: what starts it, how long it has taken so far, and the one-page statement of who
// says what is right.

#include <string>

#include "core/config/settings.hpp"
#include "core/journal/reader.hpp"
#include "core/report/map.hpp"

namespace handoff::serve {

/// So many credits, the newest, are measured.
inline constexpr std::int64_t kCreditsMeasured = 10'000;

/// Routes and hops with their triggers; nothing is measured.
report::Map chain_of(const config::Settings& settings);
/// Fills in what the journal shows of them.
void measure(journal::Reader& read, report::Map& map);

/// Markdown, for vendors and teams: whose balance counts, what each system may do, what a register is told. `store`
/// empty: of the retailer, with what differs in each store.
std::string charter(const config::Settings& settings, const std::string& store);

}  // namespace handoff::serve
