#pragma once
// The vendor's words for a record's state, and what the connector's reads make of each: learned by putting every word
// that some answer has in a member of that name into the answers of the reads.

#include "core/conformance/bench.hpp"

namespace handoff::conformance {

/// The last name of a path: "status" of "cards[0].status".
std::string member_of(const std::string& path);

struct StateShown {
  const Cassette* cassette = nullptr;  // of the read
  std::string member, value;           // "status", "voided"
  std::string state;                   // of the record with it; empty: it is shown as before
  bool hidden = false;                 // the read is complete and shows a record less
};

/// Of the members by which some record's state is another. What hides a record and never changes a state is a filter.
std::vector<StateShown> states_shown(Bench& bench);

}  // namespace handoff::conformance
