#pragma once
// What a person should do about a case: one sentence.

#include <string>
#include <string_view>
#include <vector>

#include "core/journal/reader.hpp"

namespace handoff::serve {

/// "shop.mirror" of "shop.mirror: shop does not know this customer": cases of a hop start with it. Empty of any other.
std::string hop_of(const std::string& reason);

/// Of a case that is about a source and no credit.
std::string next_step_of_source(const journal::CaseRow& open_case);

/// The ways out of a stuck repair that would be taken, besides a retry.
struct RepairExits {
  bool settle = true, refuse = true;
};
RepairExits exits_of(journal::Reader& read, const journal::CaseRow& open_case);

/// For an open case. Names the store, the receipt or the hop, so that it can be read out on the telephone.
std::string next_step(const journal::CreditRow& credit, const journal::CaseRow& open_case, const RepairExits& exits);
/// The same for who stands at the counter and has no command line.
std::string store_step(const journal::CreditRow& credit, const journal::CaseRow& open_case, const RepairExits& exits);

/// What of it is done with `handoff case WORD`, in the order in which the sentence names it; then what is open to every case.
std::vector<std::string> actions_of(const journal::CaseRow& open_case, std::string_view next);

/// "transaction 1234 of 2026-11-23 at store S014, register R2"
std::string receipt(const journal::CreditRow& credit);

}  // namespace handoff::serve
