#pragma once
// What the sessions of a server share. For the sources of this folder only: includes Asio.

#include <poll.h>

#include <array>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/net/io_loop_impl.hpp"
#include "core/net/session.hpp"

namespace handoff::net {

/// Carries answers from any thread to the io thread: one wakeup however many wait. Outlives the server as long as a
/// Responder does.
class Outbox : public std::enable_shared_from_this<Outbox> {
 public:
  struct Delivery {
    std::uint64_t session = 0;
    std::uint32_t serial = 0;
    ServerResponse response;
  };

  Outbox(IoLoop& loop, ServerCore& core) : loop_(&loop), core_(&core) {}
  /// [any thread]
  void put(Delivery delivery);
  void put_all(std::vector<Delivery> deliveries);
  /// From here on answers go nowhere. [io thread, or no io thread]
  void close();

 private:
  void deliver_all();
  void deliver(std::vector<Delivery> batch);

  IoLoop* loop_;      // there as long as the core is
  ServerCore* core_;  // changed by the io thread only, under the mutex
  std::mutex mutex_;
  std::vector<Delivery> waiting_;
  bool woken_ = false;
};

/// [io thread]
class ServerCore {
 public:
  explicit ServerCore(IoLoop& loop);

  std::expected<std::uint16_t, std::string> listen(ListenerSettings settings, Handler handler);
  void deliver(Outbox::Delivery&& delivery);
  void forget(Session& session);
  void stop(std::chrono::milliseconds grace, Task done);
  void close_all();
  std::vector<Server::Counts> counts() const;

  const std::shared_ptr<Outbox>& outbox() const { return outbox_; }
  bool stopping() const { return stopping_; }
  /// Monotonic.
  static std::int64_t now_ms();
  /// Bytes just read from some socket; for one read and its parse, never across them.
  std::array<char, 16 * 1024>& scratch() { return scratch_; }

 private:
  void accept(Listener& listener);
  void admit(Listener& listener, Session::Socket socket);
  void on_accept_error(Listener& listener);
  bool close_longest_idle();
  void tick();
  void notice_hang_ups();
  void say_if_stopped();

  IoLoop& loop_;
  std::shared_ptr<Outbox> outbox_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Session>> sessions_;
  std::vector<std::shared_ptr<Session>> ticking_;
  std::vector<pollfd> polled_;
  std::uint64_t sessions_made_ = 0;
  bool stopping_ = false;
  bool closed_ = false;
  Task stopped_;
  TimerId ticks_;
  TimerId grace_;
  std::vector<TimerId> accept_retries_;
  std::array<char, 16 * 1024> scratch_;
};

}  // namespace handoff::net
