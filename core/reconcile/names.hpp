#pragma once
// Words that repeat (currencies, balance types, the places where credits are issued) as small numbers.

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
  explicit LocalNames(Names& names) : names_(names), recent_(kRecent) {}

  std::uint32_t id(std::string_view word) {
    Recent& recent = recent_[digest(word) >> 32 & (kRecent - 1)];
    if (recent.word == word) return recent.id;
    auto found = ids_.find(word);
    if (found == ids_.end()) {
      const std::string& kept = words_.emplace_back(word);
      found = ids_.emplace(kept, names_.id(word)).first;
    }
    recent = {found->first, found->second};
    return recent.id;
  }

 private:
  static constexpr std::size_t kRecent = 4096;
  struct Recent {
    std::string_view word;  // "": number 0, as it is in every dictionary
    std::uint32_t id = 0;
  };
  Names& names_;
  std::vector<Recent> recent_;
  std::deque<std::string> words_;
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

}  // namespace handoff::reconcile
