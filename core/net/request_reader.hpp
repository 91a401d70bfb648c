#pragma once
// Requests out of a byte stream, one after the other: limits before buffering, and no request that two readers could
// read differently (BARS R28, R29). No sockets, no clock.

#include <string>
#include <string_view>

#include "core/net/head_scan.hpp"
#include "core/net/message_parser.hpp"
#include "core/net/server_message.hpp"

namespace handoff::net {

/// Not thread safe. Holds at most a head, a body and one append() beyond.
class RequestReader {
 public:
  enum class State {
    more,              // append() more
    expects_continue,  // the sender waits for "100 Continue"; said once, then go on
    complete,          // take() it
    failed             // refusal() says how to answer; the stream is lost
  };
  struct Refusal {
    int status = 0;
    std::string_view code;
    std::string_view message;
  };

  RequestReader(std::size_t header_bytes_max, std::size_t body_bytes_max);

  void append(std::string_view bytes) { in_.append(bytes); }
  State advance();
  /// After complete: the request; what lies behind it stays for the next advance().
  ServerRequest take();
  const Refusal& refusal() const { return refusal_; }

  /// No byte of a request is here.
  bool idle() const { return in_.empty() && !reading_body_; }
  bool reading_body() const { return reading_body_; }
  /// Of the request last completed.
  ResponseTerms terms() const { return {head_.http_1_1, head_.keep_alive}; }
  /// Gives memory back while nothing is here.
  void shrink();

 private:
  State read_head();
  State read_body();
  State fail(int status, std::string_view code, std::string_view message);
  State fail(ParseError error);
  bool check_head();

  std::size_t body_bytes_max_;
  MessageParser parser_{MessageParser::Kind::request};
  HeadScan scan_;
  std::string in_;
  Head head_;
  bool reading_body_ = false;
  bool continue_said_ = false;
  bool line_skipped_ = false;  // an empty one before this head
  std::size_t head_bytes_ = 0;
  std::string head_text_;  // with chunks: the head, taken out of in_
  std::string chunked_;    // decoded so far
  Refusal refusal_;
};

}  // namespace handoff::net
