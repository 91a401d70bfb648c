#pragma once
// The HTTP/1.1 server: several listeners on one io thread, each with limits of its own (INVARIANTS B1, B2).

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/net/io_loop.hpp"
#include "core/net/server_message.hpp"

namespace handoff::net {

class Outbox;
struct Answer;

/// The right to answer one request, once, from any thread. Dropped unused, it answers 500. May outlive the server:
/// then the answer goes nowhere.
class Responder {
 public:
  Responder(std::shared_ptr<Outbox> outbox, std::uint64_t session, std::uint32_t serial,
            std::shared_ptr<const std::atomic<bool>> hung_up = {});
  Responder(Responder&&) noexcept = default;
  Responder& operator=(Responder&& other) noexcept;
  ~Responder();

  /// Does nothing the second time. [any thread]
  void respond(ServerResponse response);

  /// The peer has ended its side of the connection, to about 100 ms: perhaps it still reads, most likely it is gone. Who
  /// waits only on its account answers now. [any thread]
  bool hung_up() const { return hung_up_ && hung_up_->load(); }

 private:
  friend void respond_all(std::vector<Answer> answers);
  std::shared_ptr<Outbox> outbox_;  // null once used
  std::uint64_t session_ = 0;
  std::uint32_t serial_ = 0;
  std::shared_ptr<const std::atomic<bool>> hung_up_;
};

struct Answer {
  Responder to;
  ServerResponse response;
};

/// Answers many at the price of one wakeup of the io thread. [any thread]
void respond_all(std::vector<Answer> answers);

struct ListenerSettings {
  std::string name;           // for messages: "register"
  std::string address;        // "127.0.0.1:8481", "[::1]:0"; port 0: any free one
  std::string tls_cert_file;  // PEM; both or none
  std::string tls_key_file;
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t body_bytes_max = 64 * 1024;
  int header_deadline_ms = 10'000;         // from the first byte of a request to the end of its head
  int body_deadline_ms = 10'000;           // from there to the end of its body
  int write_deadline_ms = 10'000;          // until the peer has taken the whole response
  int idle_ms = 60'000;                    // between requests
  std::uint32_t connections_max = 10'000;  // more are answered 503 and closed
  std::uint32_t in_flight_max = 4'096;     // requests with the handler; more are answered 503 with Retry-After
  /// Told of each answer of 400 to 499, also to what reached no handler, with the peer's address. Must not block. [io thread]
  std::function<void(const std::string& peer, const ServerResponse& answer)> refused;
};

/// Called on the io thread with every whole request; must not block. One that throws answers 500.
using Handler = std::function<void(ServerRequest&&, Responder)>;

/// Requests of one connection are handled one at a time, in order. Malformed ones never reach a handler: they are
/// answered {"error":{...}} and the connection is closed. Deadlines are kept to about 100 ms. `loop` must outlive it.
class Server {
 public:
  explicit Server(IoLoop& loop);
  /// Closes everything at once; no handler runs afterwards.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Opens a listener and gives the port it is bound to. [any thread]
  std::expected<std::uint16_t, std::string> listen(ListenerSettings settings, Handler handler);

  /// Closes listeners and idle connections, lets the others finish their request for up to `grace`, then calls `done`
  /// on the io thread. [any thread]
  void stop(std::chrono::milliseconds grace, Task done);

  struct Counts {
    std::uint64_t connections = 0;  // open now
    std::uint64_t in_flight = 0;    // with a handler now
    std::uint64_t accepted = 0;     // ever
    std::uint64_t turned_away = 0;  // ever: over connections_max
    std::uint64_t shed = 0;         // ever: over in_flight_max
    std::uint64_t refused = 0;      // ever: malformed, too large or too slow
  };
  /// In the order of listen(). [any thread]
  std::vector<Counts> counts() const;

 private:
  IoLoop& loop_;
  std::shared_ptr<class ServerCore> core_;
};

}  // namespace handoff::net
