#pragma once
// The seam between the engine and the network: one request to a vendor, one result. Production is AsioTransport; the
// simulator has its own. No implementation resends, follows redirects or sends early data (INVARIANTS P11).

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/model/http.hpp"

namespace handoff::net {

using Headers = HttpHeaders;
using Request = HttpRequest;
using Reply = HttpReply;

/// How one send ended (INVARIANTS F).
enum class Ended {
  replied,   // `reply` is whole
  not_sent,  // no write of the request was ever started: refused, unresolved, handshake failed, no token
  unknown    // at least one byte may have left: timed out, cut, unreadable
};

struct Result {
  Ended ended = Ended::not_sent;
  Reply reply;
  std::string error;            // for not_sent and unknown: "connect: connection refused (127.0.0.1:9)"
  std::int64_t elapsed_us = 0;  // from send() to the end
};

/// Deadlines of one send, each from the moment send() is called (P13).
struct Deadlines {
  int connect_ms = 5'000;
  int first_byte_ms = 20'000;
  int total_ms = 30'000;
};

struct Outbound {
  std::uint32_t connection = 0;  // as add_connection() numbered it
  bool fresh = false;            // must go on a stream that has never carried a request (adding and removing calls)
  Request request;
  Deadlines deadlines;
  std::size_t reply_bytes_max = 1u << 20;
};

/// `done` is called exactly once, on the transport's thread, never from inside send().
struct Departure {
  Outbound out;
  std::function<void(Result)> done;
};

class Transport {
 public:
  virtual ~Transport() = default;
  /// Starts these sends. Together, since each call may wake a thread. [any thread]
  virtual void send(std::vector<Departure> all) = 0;
  void send(Outbound out, std::function<void(Result)> done) {
    std::vector<Departure> one;
    one.push_back({std::move(out), std::move(done)});
    send(std::move(one));
  }
};

}  // namespace handoff::net
