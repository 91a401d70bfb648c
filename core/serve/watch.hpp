#pragma once
// Requests that wait for something to become true in the store: a register that wants to know how a credit ended. All of
// them share one timer and one task of the reader, however many there are.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/net/server.hpp"
#include "core/serve/hub.hpp"

namespace handoff::serve {

class Watch : public std::enable_shared_from_this<Watch> {
 public:
  /// Nothing = not yet. `last`: time is over, there must be an answer; none of a read that failed counts. [reader thread]
  using Look = std::function<std::optional<net::ServerResponse>(journal::Reader&, bool last)>;

  /// What it needs of a hub and of the io thread.
  struct Door {
    std::function<std::uint64_t()> commits;                            // [any thread]
    std::function<std::int64_t()> boot_now;                            // [any thread]
    std::function<bool(std::function<void(journal::Reader&)>)> query;  // false: its queue is full [any thread]
    std::function<void(std::chrono::milliseconds, net::Task)> after;   // on the io thread [any thread]
  };
  explicit Watch(Door door) : door_(std::move(door)) {}
  /// Both must outlive every request they answer.
  Watch(Hub& hub, net::IoLoop& loop);

  /// What becomes of a request that wants to wait where too many do already.
  enum class Crowded { turned_away, looks_once };

  /// Looks now, then after commits, about ten times a second at most, until `look` answers, `patience` is over, or who
  /// asked has hung up. A place is taken by who waits, of those that `token` has and of all; who has no patience needs
  /// none. [any thread]
  void add(net::Responder responder, const std::string& token, std::chrono::milliseconds patience, Look look,
           Crowded crowded = Crowded::turned_away);

  /// The hub ends: whoever waits, and whoever still comes, is told at once how it stands. [any thread]
  void end();

  static constexpr std::size_t kWaitingMax = 2'000, kOfATokenMax = 500;

 private:
  struct Waiting {
    net::Responder responder;
    std::string token;
    std::int64_t until_ms;
    bool has_place;
    Look look;
    bool looked = false;
  };
  std::string no_place(const std::string& token) const;
  void tick();
  void arm();
  void look(journal::Reader& read);

  Door door_;
  std::mutex mutex_;
  std::vector<Waiting> waiting_;               // empty while a look has them
  std::map<std::string, std::size_t> places_;  // taken, by token
  std::size_t places_taken_ = 0;
  std::uint64_t commits_ = 0;  // of the hub, at the last look
  bool ticking_ = false, looking_ = false, ending_ = false;
};

}  // namespace handoff::serve
