#pragma once
// The shelf, partition by partition, compared by all threads.

#include <expected>
#include <vector>

#include "core/reconcile/compare.hpp"
#include "core/reconcile/input.hpp"
#include "core/reconcile/row_reader.hpp"
#include "core/reconcile/shelf.hpp"

namespace handoff::reconcile {

struct Joined {
  Counts counts;
  std::vector<Item> open;  // by key and time
  std::vector<Item> met;   // in no order
  std::vector<Share> shares;
};

/// So many items that differ mean that the wrong columns are compared.
inline constexpr std::size_t kOpenMax = 2'000'000;

std::expected<Joined, Refusal> join(const Request& request, const Frame& frame, const Dictionaries& dictionaries,
                                    Shelf& shelf);

}  // namespace handoff::reconcile
