#include "core/journal/rows.hpp"

#include <algorithm>

namespace handoff::journal {

std::int64_t could_start(const HopRow& hop, const std::vector<HopRow>& hops) {
  return hop.done_at != 0 && hop.state != "done" ? hop.changed_at : first_start(hop, hops);
}

std::int64_t first_start(const HopRow& hop, const std::vector<HopRow>& hops) {
  std::int64_t out = hop.planned_at;
  for (std::size_t at = 0; at < hop.after.size();) {
    std::size_t comma = std::min(hop.after.find(',', at), hop.after.size());
    std::string_view id = std::string_view(hop.after).substr(at, comma - at);
    for (const HopRow& other : hops) {
      if (other.id != id) continue;
      if (other.done_at == 0) return 0;
      out = std::max(out, other.done_at);
    }
    at = comma + 1;
  }
  return out;
}

}  // namespace handoff::journal
