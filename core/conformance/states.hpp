#pragma once
// The vendor's words for a record's state, and what the connector's reads and lists make of each: learned by putting every
// word that some answer has in a member of that name into their answers.

#include <compare>
#include <set>

#include "core/conformance/bench.hpp"

namespace handoff::conformance {

/// The last name of a path: "status" of "cards[0].status" and of "status[byte 40]".
std::string member_of(const std::string& path);

struct StateShown {
  const Cassette* cassette = nullptr;  // of the read or the list
  std::string member, value;           // "status", "voided"
  std::string state;                   // of the record with it; empty: it is shown as before
  bool hidden = false;                 // the read is complete, or the list goes on, and shows a record less
};

/// Of the members by which some record's state is another. What hides a record and never changes a state is a filter.
std::vector<StateShown> states_shown(Bench& bench);

/// One member whose value tells a booking from the one that takes it back: with the other the read shows the amount
/// with the other sign.
struct SignShown {
  std::string member, was, value;  // "type", "credit", "reversal"
  auto operator<=>(const SignShown&) const = default;
};
std::set<SignShown> signs_shown(Bench& bench);

}  // namespace handoff::conformance
