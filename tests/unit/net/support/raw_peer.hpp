#pragma once
// A vendor of a few lines over a real socket, that counts what reaches it; and a client that writes any bytes.
// Blocking, with time limits, so that a broken test fails instead of hanging.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace handoff::net::test {

/// One blocking TCP stream. Closes at the end.
class RawStream {
 public:
  explicit RawStream(int fd) : fd_(fd) {}
  RawStream(RawStream&& other) noexcept;
  ~RawStream() { close(); }
  /// To 127.0.0.1.
  static RawStream connect(std::uint16_t port);

  bool write(std::string_view bytes);
  /// Up to the end of one message with a length; empty if the stream ends first.
  std::string read_message();
  /// Everything until the peer ends or 5 s of silence.
  std::string read_to_end();
  /// True if the peer ends the stream within 5 s.
  bool wait_for_end();
  /// Ends with a reset instead of a FIN.
  void reset();
  void end_writing();
  /// Makes a later write of the peer block early.
  void small_receive_buffer();
  void close();
  int fd() const { return fd_; }

 private:
  bool more();
  int fd_;
  std::string in_;
};

/// Listens on 127.0.0.1 and runs `script` on a thread per connection, with the connection's number from 0.
class ScriptedPeer {
 public:
  using Script = std::function<void(RawStream&, int)>;
  explicit ScriptedPeer(Script script);
  ~ScriptedPeer();
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }

  /// Reads one request and counts it: for scripts.
  std::string request(RawStream& stream);
  int requests() const { return requests_; }
  /// True once `count` requests have come; false after 5 s.
  bool wait_for_requests(int count);

 private:
  void accept();

  Script script_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::atomic<int> connections_ = 0;
  std::atomic<int> requests_ = 0;
  std::mutex mutex_;  // guards streams_ and handlers_
  std::condition_variable came_;
  std::vector<int> streams_;
  std::vector<std::thread> handlers_;
  std::thread acceptor_;
};

/// A port nobody listens on.
std::uint16_t closed_port();

/// "HTTP/1.1 200 OK" with that body.
std::string ok(std::string_view body);

}  // namespace handoff::net::test
