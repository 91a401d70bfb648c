#pragma once
// Requests that wait for something to become true in the store: a register that wants to know how a credit ended. All of
// them share one timer and one task of the reader, however many there are.

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/net/server.hpp"
#include "core/serve/hub.hpp"

namespace handoff::serve {

class Watch : public std::enable_shared_from_this<Watch> {
 public:
  /// Nothing = not yet. `last`: time is over, there must be an answer. [reader thread]
  using Look = std::function<std::optional<net::ServerResponse>(journal::Reader&, bool last)>;

  /// What it needs of a hub and of the io thread.
  struct Door {
    std::function<std::uint64_t()> commits;                                // [any thread]
    std::function<std::int64_t()> boot_now;                                // [any thread]
    std::function<bool(std::function<void(journal::Reader&)>)> query;      // false: its queue is full [any thread]
    std::function<void(std::chrono::milliseconds, net::Task)> after;       // on the io thread [any thread]
  };
  explicit Watch(Door door) : door_(std::move(door)) {}
  /// Both must outlive every request they answer.
  Watch(Hub& hub, net::IoLoop& loop);

  /// Looks now, then after commits, about ten times a second at most, until `look` answers or `patience` is over.
  /// Answers 503 if too many wait already. [any thread]
  void add(net::Responder responder, std::chrono::milliseconds patience, Look look);

 private:
  struct Waiting {
    net::Responder responder;
    std::int64_t until_ms;
    Look look;
    bool looked = false;
  };
  void tick();
  void arm();
  void look(journal::Reader& read);

  static constexpr std::size_t kWaitingMax = 2'000;

  Door door_;
  std::mutex mutex_;
  std::vector<Waiting> waiting_;  // empty while a look has them
  std::uint64_t commits_ = 0;  // of the hub, at the last look
  bool ticking_ = false, looking_ = false;
};

}  // namespace handoff::serve
