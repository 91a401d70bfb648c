#include "core/conformance/spot.hpp"

#include "core/conformance/mutate.hpp"

namespace handoff::conformance {

std::string label(const Spot& spot) { return "'" + spot.asked().label + "'"; }

void for_spots(Bench& bench, const std::function<void(const Spot&)>& visit) {
  for (const Cassette* cassette : bench.cassettes()) {
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    Run recorded = bench.play_as_written(*cassette, subject);
    for (std::size_t i = 0; i < recorded.answers.size() && i < cassette->exchanges.size(); ++i)
      if (recorded.asked[i].kind == HANDOFF_CALL_HTTP || recorded.asked[i].kind == HANDOFF_CALL_FILE)
        visit(Spot{cassette, subject, recorded, i});
  }
}

Run run_with(Bench& bench, const Spot& spot, const plugin_host::Answer& answer) {
  return play(*bench.instance(*spot.cassette), spot.subject, script_with(spot.subject, spot.position, answer));
}

std::vector<ChangedAnswer> changed_answers(const plugin_host::Answer& good) {
  std::vector<ChangedAnswer> out;
  for (Change& change : single_changes(good.http.body)) {
    out.push_back({change.path, change.was, good});
    out.back().answer.http.body = std::move(change.body);
  }
  for (std::size_t i = 0; i < good.http.headers.size(); ++i) {
    const auto& [name, value] = good.http.headers[i];
    out.push_back({"header " + name, value, good});
    out.back().answer.http.headers[i].second = another_value(value);
  }
  return out;
}

}  // namespace handoff::conformance
