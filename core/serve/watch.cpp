#include "core/serve/watch.hpp"

#include <algorithm>

namespace handoff::serve {

namespace {

constexpr auto kTick = std::chrono::milliseconds(100);

}  // namespace

Watch::Watch(Hub& hub, net::IoLoop& loop)
    : Watch(Door{[&hub] { return hub.counters().commits; }, [&hub] { return hub.boot_now(); },
                 [&hub](std::function<void(journal::Reader&)> task) { return hub.query(std::move(task), Hub::Desk::registers); },
                 [&loop](std::chrono::milliseconds delay, net::Task task) {
                   loop.post([&loop, delay, task = std::move(task)]() mutable { loop.after(delay, std::move(task)); });
                 }}) {}

void Watch::add(net::Responder responder, std::chrono::milliseconds patience, Look look) {
  {
    std::scoped_lock lock(mutex_);
    if (waiting_.size() >= kWaitingMax)
      return responder.respond(net::error_response(503, "unavailable", "too many wait already; ask without wait"));
    waiting_.push_back({std::move(responder), door_.boot_now() + patience.count(), std::move(look), false});
  }
  tick();
}

/// Asks the reader if there is a reason to, and comes back while somebody waits.
void Watch::tick() {
  std::scoped_lock lock(mutex_);
  std::uint64_t commits = door_.commits();
  std::int64_t now = door_.boot_now();
  bool reason = commits != commits_ || std::ranges::any_of(waiting_, [now](const Waiting& one) {
                  return !one.looked || one.until_ms <= now;
                });
  if (reason && !looking_ && !waiting_.empty()) {
    commits_ = commits;
    looking_ = door_.query([self = shared_from_this()](journal::Reader& read) { self->look(read); });
  }
  arm();
}

/// With the mutex held. A look that has all who wait arms when it gives them back.
void Watch::arm() {
  if (ticking_ || waiting_.empty()) return;
  ticking_ = true;
  door_.after(kTick, [weak = weak_from_this()] {
    std::shared_ptr<Watch> self = weak.lock();
    if (!self) return;
    {
      std::scoped_lock again(self->mutex_);
      self->ticking_ = false;
    }
    self->tick();
  });
}

void Watch::look(journal::Reader& read) {
  std::vector<Waiting> mine;
  {
    std::scoped_lock lock(mutex_);
    mine.swap(waiting_);
  }
  std::int64_t now = door_.boot_now();
  std::erase_if(mine, [&](Waiting& one) {
    one.looked = true;
    std::optional<net::ServerResponse> answer = one.look(read, one.until_ms <= now);
    if (answer) one.responder.respond(std::move(*answer));
    return answer.has_value();
  });
  std::scoped_lock lock(mutex_);
  std::ranges::move(mine, std::back_inserter(waiting_));
  looking_ = false;
  arm();
}

}  // namespace handoff::serve
