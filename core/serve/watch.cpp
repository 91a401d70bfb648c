#include "core/serve/watch.hpp"

#include <algorithm>

namespace handoff::serve {

namespace {

constexpr auto kTick = std::chrono::milliseconds(100);

}  // namespace

Watch::Watch(Hub& hub, net::IoLoop& loop)
    : Watch(Door{[&hub] { return hub.counters().commits; }, [&hub] { return hub.boot_now(); },
                 [&hub](std::function<void(journal::Reader&)> task) {
                   return hub.query(std::move(task), Hub::Desk::registers);
                 },
                 [&loop](std::chrono::milliseconds delay, net::Task task) {
                   loop.post([&loop, delay, task = std::move(task)]() mutable { loop.after(delay, std::move(task)); });
                 }}) {}

/// Why nobody else of this token waits, or empty. With the mutex held.
std::string Watch::no_place(const std::string& token) const {
  auto taken = places_.find(token);
  if (taken != places_.end() && taken->second >= kOfATokenMax)
    return std::to_string(kOfATokenMax) + " requests of this token wait already; end some of them";
  return places_taken_ >= kWaitingMax ? "too many requests wait already; how a credit stands is told without ?wait"
                                      : "";
}

void Watch::add(net::Responder responder, const std::string& token, std::chrono::milliseconds patience, Look look,
                Crowded crowded) {
  {
    std::scoped_lock lock(mutex_);
    std::string problem = patience.count() > 0 ? no_place(token) : "";
    if (!problem.empty() && crowded == Crowded::turned_away)
      return responder.respond(net::error_response(503, "unavailable", problem));
    bool waits = patience.count() > 0 && problem.empty();
    if (waits) {
      ++places_[token];
      ++places_taken_;
    }
    std::int64_t until = door_.boot_now() + (waits ? patience.count() : 0);
    waiting_.push_back({std::move(responder), token, until, waits, std::move(look)});
  }
  tick();
}

void Watch::end() {
  {
    std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  tick();
}

/// Asks the reader if there is a reason to, and comes back while somebody waits.
void Watch::tick() {
  std::scoped_lock lock(mutex_);
  std::uint64_t commits = door_.commits();
  std::int64_t now = door_.boot_now();
  bool reason = ending_ || commits != commits_ || std::ranges::any_of(waiting_, [now](const Waiting& one) {
                  return !one.looked || one.until_ms <= now || one.responder.hung_up();
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
  bool ends = false;
  {
    std::scoped_lock lock(mutex_);
    mine.swap(waiting_);
    ends = ending_;
  }
  std::int64_t now = door_.boot_now();
  std::vector<std::string> left;  // whose places are free again
  std::erase_if(mine, [&](Waiting& one) {
    bool last = ends || one.until_ms <= now || one.responder.hung_up();
    std::optional<net::ServerResponse> answer;
    if (!read.failed()) answer = one.look(read, last);
    one.looked = !read.failed();  // who has patience looks again over a connection that reads
    if (read.failed()) answer = last ? std::optional(unread(read)) : std::nullopt;
    if (!answer) return false;
    one.responder.respond(std::move(*answer));
    if (one.has_place) left.push_back(std::move(one.token));
    return true;
  });
  std::scoped_lock lock(mutex_);
  places_taken_ -= left.size();
  for (const std::string& token : left)
    if (auto taken = places_.find(token); --taken->second == 0) places_.erase(taken);
  std::ranges::move(mine, std::back_inserter(waiting_));
  looking_ = false;
  arm();
}

}  // namespace handoff::serve
