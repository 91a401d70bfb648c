#pragma once
// One accepted connection. For the sources of this folder only: includes Asio.

#include <array>
#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/net/request_reader.hpp"
#include "core/net/server.hpp"
#include "core/net/tls_context.hpp"

namespace handoff::net {

class ServerCore;

/// A listener and its share of everything. [io thread]
struct Listener {
  ListenerSettings settings;
  Handler handler;
  std::unique_ptr<TlsContext> tls;
  boost::asio::ip::tcp::acceptor acceptor;
  Server::Counts counts;
};

/// Reads a request, hands it over, writes the answer, and again. Deadlines are looked at by the server's tick, so that
/// a request costs no timer; while idle it holds no buffer (2.1 KiB of resident memory each, at 8,000). [io thread]
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  Session(ServerCore& core, Listener& listener, Socket socket, std::uint64_t id);

  void start();
  /// The answer to request number `serial`; a stale one is dropped.
  void answer(std::uint32_t serial, ServerResponse response);
  /// `now_ms` is on the clock of ServerCore::now_ms().
  void tick(std::int64_t now_ms);
  /// Closes if idle, else after the answer under way.
  void wind_down();
  void close();

  /// While a request is with the handler, else -1.
  int in_handler_socket() { return state_ == State::handling ? socket_.native_handle() : -1; }
  /// The peer ended its side: its responders say so.
  void peer_left() { hung_up_->store(true); }

  std::uint64_t id() const { return id_; }
  /// When the connection began to wait for a request, or -1 while it is busy.
  std::int64_t idle_since() const { return waits_ == Waits::request ? since_ms_ : -1; }

 private:
  enum class State { reading, handling, writing, lingering, closed };
  /// What the deadline in force is for.
  enum class Waits { nothing, handshake, request, head, body, write, linger };

  void await(Waits what, int within_ms);
  void await_bytes();
  void handshake();
  void read();
  void read_tls();
  void on_readable();
  void process();
  void say_continue();
  void dispatch();
  void refuse(int status, std::string_view code, std::string_view message);
  void write(ServerResponse response, ResponseTerms terms);
  void write_plain();
  void write_tls();
  void write_rest(std::array<boost::asio::const_buffer, 2> rest);
  void written();
  void linger();
  void drain_input();
  void left_handler();

  ServerCore& core_;
  Listener& listener_;
  Socket socket_;
  std::unique_ptr<boost::asio::ssl::stream<Socket&>> tls_;
  std::unique_ptr<std::array<char, 4096>> tls_in_;
  std::uint64_t id_;
  std::string peer_;
  RequestReader reader_;
  State state_ = State::reading;
  Waits waits_ = Waits::nothing;
  std::int64_t since_ms_ = 0;
  std::int64_t deadline_ms_ = 0;
  std::uint32_t serial_ = 0;
  std::shared_ptr<std::atomic<bool>> hung_up_ = std::make_shared<std::atomic<bool>>(false);
  bool in_handler_ = false;
  bool head_request_ = false;
  bool close_after_ = false;
  bool linger_after_ = false;
  std::size_t drained_ = 0;
  std::optional<ServerResponse> early_;  // answered inside the handler
  std::string out_head_;
  std::string out_body_;
};

}  // namespace handoff::net
