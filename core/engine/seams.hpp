#pragma once
// What the engine may not do by itself: tell the time, roll dice, answer a register. Production and simulator each
// bring their own (INVARIANTS J).

#include <cstdint>
#include <memory>
#include <string>

namespace handoff::engine {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t wall_ms() = 0;  // Unix time: rows, vendor windows
  virtual std::int64_t boot_ms() = 0;  // never jumps, runs on in suspend: timers, retries (J11)
};

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
  /// Uniform in [0, below); 0 if below is 0.
  std::int64_t below(std::int64_t bound) {
    return bound <= 0 ? 0 : static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(bound));
  }
};

/// Where a credit stands, for whoever asked (DESIGN 6). `status`: confirmed, accepted, rejected.
struct Standing {
  std::string ref;
  std::string status;
  std::string decision;  // accepted: hold, reenter_identifier, manual_link, supervisor
  std::string reason;    // machine-readable: no_identifier, no_match, ambiguous, pending, ...
  bool duplicate = false;
  int http = 200;       // 201 new, 200 known, 422 conflict, ...
  std::string problem;  // for people, when http is 4xx
  std::string store;    // the credit's, where its tables were read; of what was cancelled before it came the scope's
};

/// Someone waits for an answer: a register, or a webhook's sender. Both functions are called on the engine's thread,
/// only after the commit that makes them true.
class Waiter {
 public:
  virtual ~Waiter() = default;
  /// The event is durable (J1). More may follow.
  virtual void durable(const Standing& standing) = 0;
  /// The last word.
  virtual void settled(const Standing& standing) = 0;
  /// Nothing was stored: 503 and try again.
  virtual void unavailable(const std::string& why) = 0;
  /// It was answered by now, or gave up: nothing is hurried on its account any more.
  virtual bool gone() const { return false; }
  /// False: that it is durable is all it asks, and nobody at a counter waits for the rest.
  virtual bool waits() const { return true; }
};
using WaiterPtr = std::shared_ptr<Waiter>;

}  // namespace handoff::engine
