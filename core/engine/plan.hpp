#pragma once
// Which effect of a credit's hop is meant: its operation, and the numbers that are a part of its identity (INVARIANTS A).

#include <cstdint>
#include <handoff/sdk/money.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/engine/rows.hpp"

namespace handoff::engine {

/// An effect to be planned.
struct Plan {
  Plan() = default;
  explicit Plan(std::string operation) : op(std::move(operation)) {}
  std::string op;
  std::string entry = "issued";  // of a booking: or "cancelled"
  std::int64_t generation = 0;   // of the instrument
  std::int64_t ordinal = 0;      // 0: the journey's; 1: the cancellation's; from 2: a repair's
  std::optional<Money> amount;   // the credit's face value unless given
};

/// What the postings say: what is on an instrument; what was spent of its credit, less what came back.
struct Books {
  std::int64_t held = 0, spent = 0;
  std::int64_t ended = 0;  // expired there: the instrument's record goes on showing it
  std::int64_t taken = 0;  // that, and what voids took from the instrument
};

/// What a void took away; what had been spent before it, negative if others had put more there than the hub knew; and what had
/// come back of what the hub held for spent.
struct Removal {
  Money removed, redeemed, returned;
};

/// Whether an effect is a repair's: the journey's own have generation and ordinal 0, the cancellation's the ordinal 1.
inline bool of_repair(const EffectRow& effect) {
  return effect.op != "mirror" && effect.op != "reverse" &&
         (effect.ordinal > 1 || (effect.generation > 0 && effect.ordinal == 0));
}

/// Whether it is this one's. What an earlier repair was refused is over with it (G7): nobody sends it again.
inline bool of_repair(const EffectRow& effect, const RepairRow& repair) {
  bool reissue = effect.ordinal == 0 && effect.generation == repair.generation + 1;
  return of_repair(effect) && (reissue || effect.ordinal / 2 == repair.round);
}

/// The hop at whose system the value is spent: the first that puts it there, or looks for what a register put there. Any
/// other holds a copy (M7).
inline const HopRow* issuing_hop(const std::vector<HopRow>& hops) {
  for (const HopRow& hop : hops)
    if (hop.op == "issue" || hop.op == "read") return &hop;
  return nullptr;
}

}  // namespace handoff::engine
