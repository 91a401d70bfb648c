// How much of the backlog is in memory (INVARIANTS B1 to B3). Each connector has its own room, and so have identity
// look-ups: what a vendor that is down leaves behind fills that vendor's room and waits in the tables, oldest first,
// and no other's. A hop takes room when it starts and gives it back when it is over, or as soon as it has to wait for
// the vendor's truth: those are as few as were sent.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {
constexpr std::int64_t kWaitersSeenMs = 1000;
}  // namespace

/// B2, B3: a register that got its answer at the deadline hurries nobody, and its place is free.
void Engine::forget_gone_waiters() {
  if (boot_now_ - waiters_seen_ < kWaitersSeenMs) return;
  waiters_seen_ = boot_now_;
  for (auto at = waiters_.begin(); at != waiters_.end();) {
    std::erase_if(at->second, [](const Waiting& waiting) { return waiting.waiter->gone(); });
    at = at->second.empty() ? waiters_.erase(at) : std::next(at);
  }
}

/// Somebody waits at a counter.
bool Engine::urgent(std::int64_t credit) const {
  auto found = waiters_.find(credit);
  return found != waiters_.end() &&
         std::ranges::any_of(found->second, [](const Waiting& one) { return one.waiter->waits(); });
}

/// A quarter of the room is for credits that a register waits for.
bool Engine::has_room(const Queue& queue, std::int64_t credit) const {
  auto most = static_cast<int>(setup_.at_work_max);
  return queue.at_work < (urgent(credit) ? most : most - most / 4);
}

bool Engine::admit(const CreditRow& credit, const HopRow& hop) {
  std::pair<std::int64_t, std::string> item(credit.no, hop.id);
  if (at_work_.contains(item)) return true;
  Queue& queue = queues_[hop.connector];
  bool queued = hop.state == "queued";
  bool in_turn = queued || !queue.any || urgent(credit.no);
  if (in_turn && has_room(queue, credit.no)) {
    at_work_[item] = hop.connector;
    ++queue.at_work;
    return true;
  }
  queue.any = queue.met = true;
  if (queued) return false;
  journal::HopMoved moved;
  moved.credit = credit.no;
  moved.hop = hop.id;
  moved.state = "queued";
  note(credit.id, "engine", moved);
  return false;
}

/// What has no room stays `accepted`: the table is the queue.
bool Engine::admit_look_up(const CreditRow& credit) {
  std::pair<std::int64_t, std::string> item(credit.no, "");
  if (at_work_.contains(item)) return true;
  Queue& queue = queues_[""];
  if (!has_room(queue, credit.no)) {
    queue.any = queue.met = true;
    return false;
  }
  at_work_[item] = "";
  ++queue.at_work;
  return true;
}

void Engine::leave(std::int64_t credit, const std::string& hop) {
  auto found = at_work_.find({credit, hop});
  if (found == at_work_.end()) return;
  --queues_[found->second].at_work;
  at_work_.erase(found);
}

/// The credit's own way is over; what is still open for it is awaited, not worked on.
void Engine::leave_all(std::int64_t credit) {
  for (auto item = at_work_.lower_bound({credit, ""}); item != at_work_.end() && item->first.first == credit;) {
    --queues_[item->second].at_work;
    item = at_work_.erase(item);
  }
}

void Engine::leave_mirror(const EffectRow& mirror) {
  for (const HopRow& hop : read().mirror_hops(mirror.customer, mirror.connector, mirror.version))
    leave(hop.credit, hop.id);
}

bool Engine::at_work(std::int64_t credit, const std::string& connector) const {
  for (auto item = at_work_.lower_bound({credit, ""}); item != at_work_.end() && item->first.first == credit; ++item)
    if (item->second == connector) return true;
  return false;
}

/// Fills the room there is from the tables. A pass goes over all that waits; one that gives nobody a place is the last
/// until somebody queues again.
void Engine::admit_waiting() {
  for (auto& [connector, queue] : queues_) {
    auto room = static_cast<int>(setup_.at_work_max - setup_.at_work_max / 4) - queue.at_work;
    if (!queue.any || room <= 0) continue;
    std::vector<std::int64_t> next = connector.empty() ? read().accepted_credits(queue.after, room)
                                                       : read().queued_credits(connector, queue.after, room);
    if (next.empty()) {
      queue.any = std::exchange(queue.met, false);
      queue.after = 0;
      continue;
    }
    queue.after = next.back();
    int before = queue.at_work;
    for (std::int64_t credit : next)
      if (!at_work(credit, connector)) advance(credit);
    queue.met = queue.met || queue.at_work > before;
    later(0, 's', 0);
  }
}

}  // namespace handoff::engine
