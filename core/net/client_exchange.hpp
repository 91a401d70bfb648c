#pragma once
// One HTTP/1.1 request and its reply as a state machine over a byte stream: no sockets, no clock. AsioTransport drives
// it over TCP and TLS, the simulator over bytes it cuts, loses and delays.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/net/head_scan.hpp"
#include "core/net/message_parser.hpp"
#include "core/net/transport.hpp"

namespace handoff::net {

/// What the connection adds to a request.
struct ExchangeContext {
  std::string_view host = {};         // value of the Host header: "api.example.com" or "127.0.0.1:8481"
  std::string_view path_prefix = {};  // path of the base URL without a slash at the end; may be empty
  const Headers* auth = nullptr;      // added per send; values are secrets and never appear in an error
  std::size_t reply_bytes_max = 1u << 20;
};

/// The rules it keeps (INVARIANTS F, P11), whatever the cut of the bytes:
///  1. `replied` only for a complete, well-formed final reply; 1xx are skipped, redirects are replies like others.
///  2. `not_sent` only if wrote_started() was never called.
///  3. Everything else is `unknown`.
///  4. After done() nothing changes any more.
/// Owns all its bytes. Not thread safe. Never throws but for memory.
class ClientExchange {
 public:
  static constexpr std::size_t kHeadBytesMax = 64 * 1024;

  /// A request that cannot be put on the wire (a line break in a header, a header that belongs to the transport) is
  /// done() at once, as not_sent.
  ClientExchange(const Request& request, const ExchangeContext& context);

  /// What is still to be written: head and body, for one gather write. Views stay valid until the next wrote().
  std::array<std::string_view, 2> to_write() const;

  /// Call before the first write is started: from here on nobody may say that nothing was sent.
  void wrote_started() { write_started_ = true; }
  void wrote(std::size_t bytes) { written_ += bytes; }

  void received(std::string_view bytes);
  /// The stream ended. `clean`: the peer ended it (FIN; with TLS close_notify). `why` for the error text.
  void closed(bool clean, std::string_view why);
  /// A deadline passed: `which` names it for the error text ("first_byte").
  void timed_out(std::string_view which);
  /// It failed before or beside the stream: "connect: connection refused".
  void failed(std::string_view error);

  bool done() const { return done_; }
  /// True once a byte of an answer came.
  bool answering() const { return answering_; }
  /// After done(): the stream is at a message boundary and the peer keeps it open.
  bool may_keep() const { return may_keep_; }
  /// After done(), once. `elapsed_us` is left to the caller.
  Result take_result() { return std::move(result_); }

 private:
  enum class Body { none, length, chunked, to_close };

  void write_head(const Request& request, const ExchangeContext& context);
  void read_heads();
  bool take_head();
  void read_body(std::string_view bytes);
  void read_length(std::string_view bytes);
  void read_chunks(std::string_view bytes);
  void complete(std::size_t bytes_left);
  void fail(std::string error);

  bool head_request_ = false;
  std::size_t reply_bytes_max_;
  std::string out_head_;
  std::string out_body_;
  std::size_t written_ = 0;
  bool write_started_ = false;
  bool answering_ = false;
  bool done_ = false;
  bool may_keep_ = false;

  MessageParser parser_{MessageParser::Kind::reply};
  HeadScan scan_{kHeadBytesMax};
  std::string in_;  // the head so far, or a chunk line so far
  Head head_;
  std::size_t interim_bytes_ = 0;
  bool reading_body_ = false;
  Body body_ = Body::none;
  std::uint64_t body_left_ = 0;
  Result result_;
};

}  // namespace handoff::net
