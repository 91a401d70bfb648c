#pragma once
// Words that repeat (currencies, balance types, the places where credits are issued) as small numbers.

#include <cstring>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
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

/// One thread's view of them: what it saw before costs no lock, and mostly no look-up either.
class LocalNames {
 public:
  explicit LocalNames(Names& names) : names_(names) {}

  std::uint32_t id(std::string_view word) {
    if (recent_.empty()) recent_.resize(kRecent);  // many a reader needs none
    Recent& recent = recent_[digest(word) >> 32 & (kRecent - 1)];
    Recent wanted(word);
    if (recent.same(wanted)) return recent.id;
    auto found = ids_.find(word);
    if (found == ids_.end()) {
      const std::string& kept = words_.emplace_back(word);
      found = ids_.emplace(kept, names_.id(word)).first;
    }
    wanted.id = found->second;
    if (word.size() <= Recent::kLong) recent = wanted;
    return found->second;
  }

 private:
  static constexpr std::size_t kRecent = 16'384;
  struct Recent {  // a short word and its number; at first "": 0, as it is in every dictionary
    static constexpr std::size_t kLong = 15;
    Recent() = default;
    explicit Recent(std::string_view word) : size(static_cast<std::uint32_t>(word.size())) {
      if (size > kLong) return;
      if (size >= 8) std::memcpy(&low, word.data(), 8);
      (size >= 8 ? high : low) = few_bytes(word.data() + (size & 8), size & 7);
    }
    bool same(const Recent& other) const {
      return size == other.size && low == other.low && high == other.high && size <= kLong;
    }
    std::uint64_t low = 0, high = 0;
    std::uint32_t size = 0, id = 0;
  };
  Names& names_;
  std::vector<Recent> recent_;
  std::deque<std::string> words_;
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

}  // namespace handoff::reconcile
