#pragma once
// Customers in memory, found by what they are known under, and by what is a typing error away from it. One thread
// writes, none reads meanwhile. A million customers with an e-mail, a phone and a loyalty id take about 0.5 GB.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/identity/match.hpp"

namespace handoff::identity {

class Index {
 public:
  static constexpr std::size_t kCrowd = 64;

  /// Adds a record, or what it says now to what it said before.
  void put(Person person);
  /// What the record says now, and nothing that it said before. Its former keys stay in memory until the next start.
  void replace(Person person);
  /// The record is gone (erased at the vendor): it matches nothing any more.
  void remove(const std::string& id);
  /// `from` was merged into `into` at the vendor: what it was known under leads to `into` from now on.
  void merge(const std::string& from, const std::string& into);
  std::size_t size() const { return by_id_.size(); }
  std::size_t keys() const { return used_; }  // of all, also of what they were known under before

  /// Whoever shares an identifier with `wanted`. Where more than kCrowd share one (a store's own number, written into the
  /// records of whoever gave none) only so many, and the answer is crowded.
  Sharing sharing(const Identifiers& wanted) const;
  /// Whoever has identifiers that are a typing error away. Costs some hundred look-ups: for what parks.
  Sharing near(const Identifiers& wanted) const;
  /// The judgement over `sharing`; where that parks, ranked together with `near`.
  Judgement find(const Identifiers& wanted) const;

 private:
  /// One key of one person: an identifier, or the name in an address. The hash only leads there; the person's own text
  /// decides.
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t person = 0;  // number + 1; 0 = free
  };

  /// Nobody looks at more of one key: a list in which it is everybody's would stop the only thread that writes.
  static constexpr std::size_t kSlotsMax = 1024;
  static constexpr std::size_t kPersonsMax = 1024;  // of one answer

  void enter(Field field, const std::string& value, std::uint32_t person);
  void occupy(std::uint64_t hash, std::uint32_t person);
  void place(const Slot& slot);
  void grow();
  bool perhaps(std::uint64_t hash) const;
  std::size_t place_of(std::uint64_t hash) const;  // in seen_
  /// Whoever has a slot of this hash and is meant by it.
  template <class IsMeant>
  void visit(std::uint64_t hash, IsMeant is_meant, Sharing& out) const;
  void collect(Field field, std::string_view value, Sharing& out) const;
  void collect(Field field, std::uint64_t hash, std::string_view key, Sharing& out) const;
  void collect_unread(const std::string& phone, Sharing& out) const;
  /// Whoever has this hash and an address that is a slip away: the same name at another domain (gmial.com), a foreign letter.
  void collect_near(std::uint64_t hash, const std::string& email, Sharing& out) const;
  void collect_slips(Field field, const std::string& value, std::size_t begin, std::size_t end,
                     std::string_view alphabet, Sharing& out) const;

  std::vector<Person> persons_;
  std::unordered_map<std::string, std::uint32_t> by_id_;
  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  /// Eight bits for each slot, two set for each key, in one word: ninety-nine of a hundred slips that nobody has end at
  /// one look.
  std::vector<std::uint64_t> seen_ = std::vector<std::uint64_t>(128);
  std::size_t used_ = 0;
};

}  // namespace handoff::identity
