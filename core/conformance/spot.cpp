#include "core/conformance/spot.hpp"

namespace handoff::conformance {

std::string label(const Spot& spot) { return "'" + spot.asked().label + "'"; }

void for_spots(Bench& bench, const std::function<void(const Spot&)>& visit) {
  for (const Cassette* cassette : bench.cassettes()) {
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    Run recorded = bench.play_as_written(*cassette, subject);
    for (std::size_t i = 0; i < recorded.answers.size() && i < cassette->exchanges.size(); ++i)
      if (recorded.asked[i].kind == HANDOFF_CALL_HTTP || recorded.asked[i].kind == HANDOFF_CALL_FILE) visit(Spot{cassette, subject, recorded, i});
  }
}

Run run_with(Bench& bench, const Spot& spot, const plugin_host::Answer& answer) {
  return play(*bench.instance(*spot.cassette), spot.subject, script_with(spot.subject, spot.position, answer));
}

}  // namespace handoff::conformance
