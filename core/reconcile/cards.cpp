#include "core/reconcile/cards.hpp"

#include <unordered_map>

namespace handoff::reconcile {

namespace {

/// Between card and reference of an owner; stands in neither.
constexpr char kOwns = '\x1f';

struct Owner {
  std::string_view reference;
  bool several = false;
};

}  // namespace

bool moves_a_card(const Record& record, std::string_view card) {
  bool moves = record.what == What::redeem || record.what == What::refund || record.what == What::adjust ||
               record.what == What::cancel;
  return moves && record.key.empty() && !card.empty() && card.size() < kKeyMax / 2;
}

bool CardWriter::movement(const Record& record, std::string_view card) {
  Record out = record;
  out.key = card;
  return writer_.put(out, partition_of(card));
}

bool CardWriter::owner(Record issue, std::string_view card, std::string_view reference) {
  if (card.size() + reference.size() + 1 > kKeyMax) return true;
  key_.assign(card).append(1, kOwns).append(reference);
  issue.key = key_;
  return writer_.put(issue, partition_of(card));
}

std::expected<CardSums, std::string> settle_cards(Shelf& by_card, Shelf& shelf) {
  CardSums out;
  ShelfWriter writer(shelf);
  std::vector<char> bytes;
  std::unordered_map<std::string_view, Owner> owners;
  for (std::size_t partition = 0; partition < kPartitions; ++partition) {
    if (!by_card.take(partition, bytes)) return std::unexpected(by_card.error());
    owners.clear();
    const char* end = bytes.data() + bytes.size();
    for (const char* at = bytes.data(); at < end;) {
      std::string_view key = packed_key(at, &at);
      std::size_t sign = key.find(kOwns);
      if (sign == std::string_view::npos) continue;
      std::string_view reference = key.substr(sign + 1);
      auto [owner, added] = owners.try_emplace(key.substr(0, sign), Owner{reference});
      owner->second.several |= owner->second.reference != reference;
    }
    for (const char* at = bytes.data(); at < end;) {
      Record record = unpack(at);
      if (record.key.find(kOwns) != std::string_view::npos) continue;
      auto owner = owners.find(record.key);
      record.key = {};
      if (owner == owners.end()) {
        ++out.unknown;
      } else if (owner->second.several) {
        ++out.several;
      } else {
        ++out.found;
        record.key = owner->second.reference;
      }
      if (!writer.put(record)) return std::unexpected(shelf.error());
    }
  }
  if (!writer.finish()) return std::unexpected(shelf.error());
  return out;
}

}  // namespace handoff::reconcile
