#pragma once
// Probabilities in whole numbers: no floating point stands beside money, and every machine says the same.

#include <cstdint>
#include <vector>

namespace handoff::reconcile {

inline constexpr std::uint64_t kCertain = 1'000'000'000'000;  // probabilities are in parts of it

/// Of `all` credits `bad` are bad; `drawn` of them are looked at. The chance that at least (at most) `seen` of those
/// are bad if bad ones fall anywhere alike: a tail of the hypergeometric distribution, one-sided. `all` below 2^31.
std::uint64_t chance_of_at_least(std::uint64_t all, std::uint64_t bad, std::uint64_t drawn, std::uint64_t seen);
std::uint64_t chance_of_at_most(std::uint64_t all, std::uint64_t bad, std::uint64_t drawn, std::uint64_t seen);

/// Holm's step-down correction for having made all these tests: what may be held against the level, in the given order.
std::vector<std::uint64_t> holm(const std::vector<std::uint64_t>& chances);

}  // namespace handoff::reconcile
