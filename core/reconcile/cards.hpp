#pragma once
// Movements that name their card and not the credit: lists of redemptions do. Their card's issue says which credit it is.

#include <cstdint>
#include <expected>
#include <string>

#include "core/reconcile/load.hpp"

namespace handoff::reconcile {

/// One thread's movements of cards, while the files are read.
class CardWriter {
 public:
  explicit CardWriter(Shelf& shelf) : writer_(shelf) {}
  /// A movement without a reference; false if the shelf has no room.
  bool movement(const Record& record, std::string_view card);
  /// Whose card it is.
  bool owner(Record issue, std::string_view card, std::string_view reference);
  bool finish() { return writer_.finish(); }

 private:
  ShelfWriter writer_;
  std::string key_;
};

/// Whether it is one: redeemed, refunded, adjusted or voided, of a card, and of no credit that is named.
bool moves_a_card(const Record& record, std::string_view card);

struct CardSums {
  std::int64_t found = 0;    // movements whose credit is known now
  std::int64_t unknown = 0;  // of cards whose issue is not in the files
  std::int64_t several = 0;  // of cards that hold several credits
};
/// Gives every movement on `by_card` its credit, and puts it onto `shelf`.
std::expected<CardSums, std::string> settle_cards(Shelf& by_card, Shelf& shelf);

}  // namespace handoff::reconcile
