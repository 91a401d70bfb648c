#pragma once
// Where the cases about answers put theirs: one request of one cassette, to a vendor or a folder.

#include "core/conformance/bench.hpp"

namespace handoff::conformance {

/// A call, with the run in which it is made.
struct Spot {
  const Cassette* cassette;
  Subject subject;
  Run recorded;
  std::size_t position;

  const plugin_host::Asked& asked() const { return recorded.asked[position]; }
  const Exchange& exchange() const { return cassette->exchanges[position]; }
  const CallSheet* sheet() const { return subject.operation->call(asked().label); }
  /// What the vendor answers in the cassette.
  plugin_host::Answer answer() const { return answer_of(exchange(), subject.variables); }
};

/// "'create-card'"
std::string label(const Spot& spot);

void for_spots(Bench& bench, const std::function<void(const Spot&)>& visit);

/// The run with another answer at that call.
Run run_with(Bench& bench, const Spot& spot, const plugin_host::Answer& answer);

/// The vendor's answer with one value changed, of its body or of a header.
struct ChangedAnswer {
  std::string path, was;
  plugin_host::Answer answer;
};
std::vector<ChangedAnswer> changed_answers(const plugin_host::Answer& good);

}  // namespace handoff::conformance
