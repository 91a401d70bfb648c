#include "core/net/client_exchange.hpp"

#include <algorithm>
#include <utility>

#include "core/model/planted.hpp"
#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

constexpr std::string_view kBegins = "HTTP/1.";
constexpr std::size_t kReserveMax = 64 * 1024;  // what a peer can make us allocate by a mere promise

/// Headers that decide where a message ends, or that the transport owns.
bool is_ours(std::string_view name) {
  for (const std::string_view ours : {"host", "content-length", "transfer-encoding", "connection", "keep-alive",
                                      "upgrade", "te", "trailer", "expect"})
    if (iequals(name, ours)) return true;
  return false;
}

/// Why this header cannot be sent; empty if it can. Never tells the value.
std::string refusal(const std::string& name, const std::string& value) {
  if (!is_token(name)) return "request: a header name is not a token";
  if (is_ours(name)) return "request: header " + name + " belongs to the transport";
  if (!is_field_value(value)) return "request: header " + name + " has a value that cannot be sent";
  return {};
}

std::string refusal(const Request& request, const Headers* auth) {
  if (!is_token(request.method) || request.method == "CONNECT") return "request: the method cannot be sent";
  if (!is_origin_form(request.target)) return "request: the target is not a path";
  for (const auto& [name, value] : request.headers)
    if (auto error = refusal(name, value); !error.empty()) return error;
  if (auth != nullptr)
    for (const auto& [name, value] : *auth)
      if (auto error = refusal(name, value); !error.empty()) return error;
  return {};
}

void add(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

bool has_body(const Request& request) {
  const auto& method = request.method;
  return !request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
}

const char* text_of(ParseError error) {
  switch (error) {
    case ParseError::framing:
      return "reply: unreadable framing";
    case ParseError::body_too_large:
      return "reply: larger than allowed";
    case ParseError::malformed:
      break;
  }
  return "reply: unreadable head";
}

}  // namespace

ClientExchange::ClientExchange(const Request& request, const ExchangeContext& context)
    : head_request_(request.method == "HEAD"), reply_bytes_max_(context.reply_bytes_max) {
  if (auto error = refusal(request, context.auth); !error.empty()) {
    fail(std::move(error));
    return;
  }
  write_head(request, context);
  out_body_ = request.body;
}

void ClientExchange::write_head(const Request& request, const ExchangeContext& context) {
  auto& head = out_head_;
  head.reserve(512);
  head.append(request.method).append(" ").append(context.path_prefix).append(request.target).append(" HTTP/1.1\r\n");
  add(head, "Host", context.host);
  bool names_agent = false;
  for (const auto& [name, value] : request.headers) {
    names_agent = names_agent || iequals(name, "user-agent");
    add(head, name, value);
  }
  if (!names_agent) add(head, "User-Agent", "handoff");
  if (context.auth != nullptr)
    for (const auto& [name, value] : *context.auth) add(head, name, value);
  if (has_body(request)) add(head, "Content-Length", std::to_string(request.body.size()));
  head.append("\r\n");
}

std::array<std::string_view, 2> ClientExchange::to_write() const {
  const std::string_view head = out_head_;
  const std::string_view body = out_body_;
  if (written_ < head.size()) return {head.substr(written_), body};
  return {std::string_view{}, body.substr(std::min(written_ - head.size(), body.size()))};
}

void ClientExchange::received(std::string_view bytes) {
  if (done_ || bytes.empty()) return;
  if (!write_started_) return fail("the peer spoke before the request was sent");
  answering_ = true;
  if (reading_body_) return read_body(bytes);
  in_.append(bytes);
  read_heads();
}

void ClientExchange::read_heads() {
  while (!done_ && !reading_body_) {
    const auto known = std::min(in_.size(), kBegins.size());
    if (in_.compare(0, known, kBegins, 0, known) != 0) return fail("reply: not HTTP/1");
    switch (scan_.advance(in_)) {
      case HeadScan::Verdict::more:
        return;
      case HeadScan::Verdict::bad_line:
        return fail("reply: unreadable head");
      case HeadScan::Verdict::too_large:
        return fail("reply: head larger than allowed");
      case HeadScan::Verdict::complete:
        if (!take_head()) return;
    }
  }
  if (done_) return;
  const auto rest = std::exchange(in_, {});
  read_body(rest);
}

/// Takes one whole head from the front of in_: an interim one is dropped, a final one begins the body.
bool ClientExchange::take_head() {
  const auto size = scan_.head_bytes();
  head_ = {};
  const auto text = std::string_view(in_).substr(0, size);
  if (const auto error = parser_.parse_head(text, reply_bytes_max_, head_request_, head_)) {
    fail(text_of(*error));
    return false;
  }
  if (head_.status < 200) {
    interim_bytes_ += size;
    if (head_.status == 101 || interim_bytes_ > kHeadBytesMax) {
      fail("reply: an interim reply that was not asked for");
      return false;
    }
  } else {
    result_.reply.status = head_.status;
    for (const auto& field : head_.fields)
      result_.reply.headers.emplace_back(to_lower(field.name.in(text)), std::string(field.value.in(text)));
    const bool bodyless = head_request_ || head_.status == 204 || head_.status == 304;
    body_ = bodyless               ? Body::none
            : head_.chunked        ? Body::chunked
            : head_.content_length ? Body::length
                                   : Body::to_close;
    body_left_ = head_.content_length.value_or(0);
    if (body_ == Body::length) result_.reply.body.reserve(std::min<std::uint64_t>(body_left_, kReserveMax));
    reading_body_ = true;
  }
  in_.erase(0, size);
  scan_.reset();
  return true;
}

void ClientExchange::read_body(std::string_view bytes) {
  switch (body_) {
    case Body::none:
      return complete(bytes.size());
    case Body::length:
      return read_length(bytes);
    case Body::chunked:
      return read_chunks(bytes);
    case Body::to_close:
      if (bytes.size() > reply_bytes_max_ - result_.reply.body.size()) return fail("reply: larger than allowed");
      result_.reply.body.append(bytes);
  }
}

void ClientExchange::read_length(std::string_view bytes) {
  const auto take = std::min<std::uint64_t>(bytes.size(), body_left_);
  result_.reply.body.append(bytes.substr(0, take));
  body_left_ -= take;
  if (body_left_ == 0) complete(bytes.size() - take);
}

void ClientExchange::read_chunks(std::string_view bytes) {
  in_.append(bytes);
  const auto chunks = parser_.decode_chunks(in_, result_.reply.body);
  if (chunks.error) return fail(text_of(*chunks.error));
  in_.erase(0, chunks.consumed);
  if (chunks.done) complete(in_.size());
}

void ClientExchange::complete(std::size_t bytes_left) {
  result_.ended = Ended::replied;
  const bool all_written = written_ == out_head_.size() + out_body_.size();
  may_keep_ = all_written && bytes_left == 0 && head_.keep_alive && body_ != Body::to_close;
  done_ = true;
}

void ClientExchange::closed(bool clean, std::string_view why) {
  if (done_) return;
  if (planted(Bug::b28_resent_on_dead_connection) && !answering_ && written_ > 0) {
    written_ = 0;
    return;
  }
  if (clean && reading_body_ && body_ == Body::to_close) return complete(0);
  if (!answering_) return fail("closed before an answer: " + std::string(why));
  fail("closed in the middle of the answer: " + std::string(why));
}

void ClientExchange::timed_out(std::string_view which) {
  if (!done_) fail("timed out: " + std::string(which));
}

void ClientExchange::failed(std::string_view error) {
  if (!done_) fail(std::string(error));
}

/// A broken answer is no answer: what was read of it is dropped.
void ClientExchange::fail(std::string error) {
  result_.ended = write_started_ ? Ended::unknown : Ended::not_sent;
  result_.reply = {};
  result_.error = std::move(error);
  done_ = true;
}

}  // namespace handoff::net
