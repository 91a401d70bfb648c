#include "core/net/request_reader.hpp"

#include <algorithm>
#include <utility>

#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

constexpr std::size_t kMethodBytesMax = 32;
constexpr std::size_t kKeptBytes = 2048;  // of buffer, while a connection idles (BARS R23)

/// The path of a target in absolute form (RFC 9112, 3.2.2), which some send as to a proxy; any other target as it is. Where
/// there is no path it is the slash before the authority.
Slice path_of(Slice target, std::string_view in) {
  const std::string_view text = target.in(in);
  const std::size_t scheme = iequals(text.substr(0, 7), "http://") ? 7 : iequals(text.substr(0, 8), "https://") ? 8 : 0;
  if (scheme == 0) return target;
  const std::size_t end = std::min(text.find_first_of("/?#", scheme), text.size());
  if (end == scheme) return target;
  auto at = [&](std::size_t from, std::size_t size) {
    return Slice{target.at + static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(size)};
  };
  return end == text.size() ? at(scheme - 1, 1) : at(end, text.size() - end);
}

}  // namespace

RequestReader::RequestReader(std::size_t header_bytes_max, std::size_t body_bytes_max)
    : body_bytes_max_(body_bytes_max), scan_(header_bytes_max) {}

RequestReader::State RequestReader::advance() { return reading_body_ ? read_body() : read_head(); }

RequestReader::State RequestReader::read_head() {
  // RFC 9112, 2.2: some send a line end after a body that has none. One is taken, so that nobody can go on with them.
  if (!line_skipped_ && in_.starts_with("\r\n")) {
    line_skipped_ = true;
    in_.erase(0, 2);
    scan_.reset();
  }
  if (in_.size() > kMethodBytesMax && std::string_view(in_).substr(0, kMethodBytesMax).find(' ') == std::string::npos)
    return fail(400, "bad_request", "the request line has no method");
  switch (scan_.advance(in_)) {
    case HeadScan::Verdict::more:
      return State::more;
    case HeadScan::Verdict::bad_line:
      return fail(400, "bad_request", "a header line does not end as it must");
    case HeadScan::Verdict::too_large:
      return fail(431, "header_too_large", "the request head is larger than allowed");
    case HeadScan::Verdict::complete:
      break;
  }
  head_bytes_ = scan_.head_bytes();
  head_.fields.clear();
  auto fields = std::move(head_.fields);
  head_ = {};
  head_.fields = std::move(fields);
  head_.fields.reserve(16);
  const auto text = std::string_view(in_).substr(0, head_bytes_);
  if (const auto error = parser_.parse_head(text, body_bytes_max_, false, head_)) return fail(*error);
  if (!check_head()) return State::failed;
  for (const auto& field : head_.fields)
    std::transform(in_.begin() + field.name.at, in_.begin() + field.name.at + field.name.size,
                   in_.begin() + field.name.at, ascii_lower);
  reading_body_ = true;
  continue_said_ = false;
  if (head_.chunked) {
    head_text_ = in_.substr(0, head_bytes_);
    in_.erase(0, head_bytes_);
    chunked_.clear();
  }
  return read_body();
}

bool RequestReader::check_head() {
  head_.target = path_of(head_.target, in_);
  const auto target = head_.target.in(in_);
  const auto method = head_.method.in(in_);
  if (!is_origin_form(target) && !(method == "OPTIONS" && target == "*")) {
    fail(400, "bad_target", "the request target is not a path");
  } else if (head_.hosts > 1 || (head_.http_1_1 && head_.hosts == 0)) {
    fail(400, "bad_request", "exactly one Host header is needed");
  } else if (head_.authorizations > 1) {
    fail(400, "bad_request", "only one Authorization header can be sent");  // two readers could take two callers
  } else if (head_.expects && !head_.expects_continue) {
    fail(417, "expectation_failed", "only 100-continue can be expected");
  }
  return refusal_.status == 0;
}

RequestReader::State RequestReader::read_body() {
  if (head_.chunked) {
    const auto chunks = parser_.decode_chunks(in_, chunked_);
    if (chunks.error) return fail(*chunks.error);
    in_.erase(0, chunks.consumed);
    if (chunks.done) return State::complete;
  } else if (in_.size() - head_bytes_ >= head_.content_length.value_or(0)) {
    return State::complete;
  }
  if (head_.expects_continue && head_.http_1_1 && !std::exchange(continue_said_, true)) return State::expects_continue;
  return State::more;
}

ServerRequest RequestReader::take() {
  ServerRequest out;
  out.fields_ = std::move(head_.fields);
  out.method_ = head_.method;
  out.target_ = head_.target;
  out.body_at_ = head_bytes_;
  if (head_.chunked) {
    out.bytes_ = std::move(head_text_);
    out.bytes_.append(chunked_);
  } else if (const auto whole = head_bytes_ + head_.content_length.value_or(0); in_.size() == whole) {
    out.bytes_ = std::exchange(in_, {});
  } else {
    out.bytes_ = in_.substr(0, whole);
    in_.erase(0, whole);
  }
  reading_body_ = line_skipped_ = false;
  scan_.reset();
  return out;
}

void RequestReader::shrink() {
  if (in_.empty() && in_.capacity() > kKeptBytes) in_ = {};
  if (chunked_.capacity() > kKeptBytes) chunked_ = {};
}

RequestReader::State RequestReader::fail(int status, std::string_view code, std::string_view message) {
  refusal_ = {status, code, message};
  return State::failed;
}

RequestReader::State RequestReader::fail(ParseError error) {
  switch (error) {
    case ParseError::body_too_large:
      return fail(413, "body_too_large", "the request body is larger than allowed");
    case ParseError::framing:
      return fail(400, "bad_framing", "the length of the body is not readable");
    case ParseError::malformed:
      break;
  }
  return fail(400, "bad_request", "the request head is not readable");
}

}  // namespace handoff::net
