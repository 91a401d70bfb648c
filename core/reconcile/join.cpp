#include "core/reconcile/join.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <tuple>

namespace handoff::reconcile {

namespace {

/// The records of one partition, those with the same key in a chain.
class Chains {
 public:
  void build(const std::vector<char>& bytes) {
    links_.clear();
    for (const char *at = bytes.data(), *end = at + bytes.size(); at < end;) {
      const char* record = at;
      links_.push_back({record, digest(packed_key(record, &at)), 0, true});
    }
    heads_.assign(std::bit_ceil(links_.size() * 2 + 1), 0);
    // From the last one, so that each chain begins with what came first.
    for (std::size_t i = links_.size(); i-- > 0;) insert(static_cast<std::uint32_t>(i));
  }

  /// Calls `each` with the records of every key, and with those that have none. The files mostly have the credits in the same
  /// order, so that in this one what comes next is near.
  void for_groups(const std::function<void(std::span<Record>)>& each) {
    for (const Link& first : links_) {
      if (!first.begins) continue;
      group_.clear();
      for (const Link* link = &first;; link = &links_[link->next - 1]) {
        const char* at = link->record;
        unpack(at, group_.emplace_back());
        if (link->next == 0) break;
      }
      each(group_);
    }
  }

 private:
  struct Link {
    const char* record;
    std::uint64_t key_digest;
    std::uint32_t next;  // one more than the place in links_; 0 ends the chain
    bool begins;         // a chain
  };

  void insert(std::uint32_t i) {
    Link& link = links_[i];
    std::size_t mask = heads_.size() - 1;
    // The lowest bits chose the partition and are the same for all of them.
    for (std::size_t at = link.key_digest >> 20 & mask;; at = (at + 1) & mask) {
      std::uint32_t& head = heads_[at];
      if (head != 0) {
        Link& second = links_[head - 1];
        if (second.key_digest != link.key_digest || packed_key(second.record) != packed_key(link.record)) continue;
        second.begins = false;
      }
      link.next = head;
      head = i + 1;
      return;
    }
  }

  std::vector<Link> links_;
  std::vector<std::uint32_t> heads_;
  std::vector<Record> group_;
};

class Join {
 public:
  Join(const Request& request, const Frame& frame, const Dictionaries& dictionaries, Shelf& shelf)
      : request_(request), frame_(frame), dictionaries_(dictionaries), shelf_(shelf) {}

  std::expected<Joined, Refusal> run() {
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < request_.threads; ++i) threads.emplace_back([this] { work(); });
    work();
    for (std::thread& thread : threads) thread.join();
    if (std::string error = shelf_.error(); !error.empty())
      return std::unexpected(Refusal{"", 0, error, "give --work a folder with room"});
    if (too_many_)
      return std::unexpected(
          Refusal{"", 0, "more than " + std::to_string(kOpenMax) + " items differ",
                  "the references of the sides do not match: correct the map, or take a shorter window"});
    auto order = [](const Item& item) { return std::tie(item.key, item.issued_s, item.places.front()); };
    std::ranges::sort(joined_.open, {}, order);
    std::ranges::sort(joined_.shares, {}, [](const Share& share) { return std::tie(share.place, share.item.key); });
    return std::move(joined_);
  }

 private:
  void work() {
    Comparer comparer(frame_, dictionaries_);
    std::vector<char> bytes;
    Chains chains;
    for (std::size_t partition = 0; (partition = next_++) < kPartitions && !too_many_;) {
      if (!shelf_.take(partition, bytes)) return;
      chains.build(bytes);
      std::uint64_t rows = 0;
      chains.for_groups([&](std::span<Record> group) {
        rows += group.size();
        comparer.group(group);
      });
      if (comparer.open.size() > kOpenMax) too_many_ = true;
      if (request_.progress) {
        std::lock_guard lock(mutex_);
        request_.progress({++done_, kPartitions, rows_ += rows, true});
      }
    }
    std::lock_guard lock(mutex_);
    if (joined_.counts.by_origin.empty())
      joined_.counts = std::move(comparer.counts);
    else
      joined_.counts += comparer.counts;
    std::ranges::move(comparer.open, std::back_inserter(joined_.open));
    std::ranges::move(comparer.met, std::back_inserter(joined_.met));
    std::ranges::move(comparer.shares, std::back_inserter(joined_.shares));
    if (joined_.open.size() > kOpenMax) too_many_ = true;
  }

  const Request& request_;
  const Frame& frame_;
  const Dictionaries& dictionaries_;
  Shelf& shelf_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> too_many_ = false;
  std::mutex mutex_;
  std::uint64_t done_ = 0, rows_ = 0;
  Joined joined_;
};

}  // namespace

std::expected<Joined, Refusal> join(const Request& request, const Frame& frame, const Dictionaries& dictionaries,
                                    Shelf& shelf) {
  return Join(request, frame, dictionaries, shelf).run();
}

}  // namespace handoff::reconcile
