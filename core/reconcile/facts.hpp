#pragma once
// What an audit left behind in summary.json, read back: the hops and the sums, for maps and for a diagnosis.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/report/audit.hpp"
#include "core/report/map.hpp"

namespace handoff::reconcile {

struct Lost {  // one currency
  std::string currency;
  report::Tally gap, issued;
};

struct Facts {
  std::string from, as_of, trend, trend_why;
  std::vector<report::Hop> hops;
  std::vector<report::LogFigures> logs;
  std::vector<Lost> lost;
  std::array<std::int64_t, report::kCauses> causes{};
  std::int64_t credits = 0, with_gap = 0, unreadable = 0;
};

std::expected<Facts, std::string> read_facts(std::string_view summary);

/// The hops as a map of systems.
report::Map map_of(const Facts& facts);

}  // namespace handoff::reconcile
