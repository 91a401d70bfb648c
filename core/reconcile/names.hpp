#pragma once
// Words that repeat (currencies, balance types, the places where credits are issued) as small numbers.

#include <algorithm>
#include <cstring>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/reconcile/record.hpp"

namespace handoff::reconcile {

/// Shared by all threads. Number 0 is "", always. A word beyond `most` is number 0, too.
class Names {
 public:
  explicit Names(std::size_t most) : most_(most) { id(""); }

  std::uint32_t id(std::string_view word) {
    std::lock_guard lock(mutex_);
    if (auto found = ids_.find(word); found != ids_.end()) return found->second;
    if (words_.size() >= most_) return 0;
    const std::string& kept = words_.emplace_back(word);
    auto number = static_cast<std::uint32_t>(words_.size() - 1);
    ids_.emplace(kept, number);
    return number;
  }
  /// Only when nobody adds any more.
  const std::string& word(std::uint32_t id) const { return words_[id]; }
  std::size_t size() const { return words_.size(); }

 private:
  std::size_t most_;
  std::mutex mutex_;
  std::deque<std::string> words_;
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

/// One thread's view of them: what it saw before costs no lock, and one look.
class LocalNames {
 public:
  explicit LocalNames(Names& names) : names_(names) {}

  std::uint32_t id(std::string_view word) {
    if (word.empty()) return 0;
    if (known_ * 2 >= slots_.size()) grow();
    Slot wanted = slot_of(word);
    Slot& slot = place_of(wanted, word);
    if (slot.size != 0) return slot.id;
    wanted.id = names_.id(word) & kIdMax;
    if (word.size() > kShort) {
      wanted.high = static_cast<std::uint32_t>(words_.size());
      words_.emplace_back(word);
    }
    slot = wanted;
    ++known_;
    return wanted.id;
  }

 private:
  static constexpr std::size_t kShort = 12;
  static constexpr std::uint32_t kIdMax = (1u << 24) - 1;

  /// A word and its number. A short word is in it, of a long one its digest and its place in words_.
  struct Slot {
    std::uint64_t low = 0;
    std::uint32_t high = 0;
    std::uint32_t id : 24 = 0;
    std::uint32_t size : 8 = 0;  // kShort + 1: longer; 0: nothing is here
  };

  static Slot slot_of(std::string_view word) {
    Slot out;
    out.size = static_cast<std::uint32_t>(std::min(word.size(), kShort + 1)) & 0xff;
    if (word.size() > kShort) {
      out.low = digest(word);
    } else if (word.size() >= 8) {
      std::memcpy(&out.low, word.data(), 8);
      out.high = static_cast<std::uint32_t>(few_bytes(word.data() + 8, word.size() - 8));
    } else {
      out.low = few_bytes(word.data(), word.size());
    }
    return out;
  }
  /// Where it is, or would be.
  Slot& place_of(const Slot& wanted, std::string_view word) {
    constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15;
    bool is_long = wanted.size > kShort;
    std::uint64_t hash = (wanted.low ^ (is_long ? 0 : wanted.high) * kSpread ^ wanted.size) * kSpread;
    for (std::size_t at = hash >> 32;; ++at) {
      Slot& slot = slots_[at & (slots_.size() - 1)];
      if (slot.size == 0) return slot;
      if (slot.size != wanted.size || slot.low != wanted.low) continue;
      if (is_long ? words_[slot.high] == word : slot.high == wanted.high) return slot;
    }
  }
  void grow() {
    std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(std::max<std::size_t>(64, slots_.size() * 2)));
    for (const Slot& slot : old)
      if (slot.size != 0) place_of(slot, slot.size > kShort ? std::string_view(words_[slot.high]) : "") = slot;
  }

  Names& names_;
  std::vector<Slot> slots_;  // a power of two of them
  std::size_t known_ = 0;
  std::deque<std::string> words_;  // the long ones
};

}  // namespace handoff::reconcile
