// net::RequestReader: raw bytes of a register or a webhook. However they are cut, they are the same requests, and a
// body never holds another one (BARS R28, R29). Input: how to cut (a byte), then the stream.

#include "core/net/request_reader.hpp"

#include <charconv>

#include "core/net/http_text.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

using net::RequestReader;
using State = RequestReader::State;

constexpr std::size_t kHeadMax = 1024;
constexpr std::size_t kBodyMax = 4096;
constexpr std::string_view kNext = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";

void judge(const net::ServerRequest& request) {
  must(net::is_token(request.method()), "a method is a token", request.method());
  must(net::is_origin_form(request.target()) || request.target() == "*", "a target is a path", request.target());
  must(request.body().size() <= kBodyMax, "a body is not larger than allowed");
  std::size_t lengths = 0, codings = 0, hosts = 0;
  for (const auto& [name, value] : request.headers()) {
    must(net::is_token(name) && net::to_lower(name) == name, "a header's name is a token in lower case", name);
    must(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos, "a value is one line", value);
    hosts += name == "host";
    if (name == "transfer-encoding") {
      ++codings;
      must(net::iequals(value, "chunked"), "a body is chunked or as long as it says", value);
    } else if (name == "content-length") {
      ++lengths;
      std::uint64_t size = 0;
      auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), size);
      must(error == std::errc{} && end == value.data() + value.size(), "a length is digits", value);
      must(size == request.body().size(), "a body is as long as it says", value);
    }
  }
  must(lengths + codings <= 1, "there is one way to read where a body ends");
  must(hosts <= 1, "a request is for one host");
  if (lengths + codings == 0) must(request.body().empty(), "a request that announces no body has none");
}

/// Everything the reader makes of the stream, as text.
std::string read(const std::vector<std::string_view>& stream) {
  RequestReader reader(kHeadMax, kBodyMax);
  std::string out;
  for (std::string_view piece : stream) {
    reader.append(piece);
    for (State state = reader.advance(); state != State::more; state = reader.advance()) {
      if (state == State::failed) {
        must(reader.refusal().status >= 400 && reader.refusal().status < 500, "a refusal blames the sender");
        return out + std::to_string(reader.refusal().status) + " " + std::string(reader.refusal().code);
      }
      if (state == State::expects_continue) continue;
      net::ServerRequest request = reader.take();
      judge(request);
      out += std::string(request.method()) + " " + std::string(request.target()) + "\n";
      for (const auto& [name, value] : request.headers()) out += std::string(name) + ":" + std::string(value) + "\n";
      out += std::to_string(request.body().size()) + " " + std::string(request.body()) + "\n";
    }
  }
  return out + (reader.idle() ? "" : "...");
}

/// The bytes as the body of a request, with a second request behind it.
void as_body(std::string_view body, const std::string& message, std::uint8_t how) {
  std::string stream = message + std::string(kNext);
  RequestReader reader(kHeadMax, kBodyMax);
  std::vector<std::string> seen;
  for (std::string_view piece : pieces(stream, how)) {
    reader.append(piece);
    for (State state = reader.advance(); state != State::more; state = reader.advance()) {
      must(state != State::failed, "a body of any bytes is taken", reader.refusal().message);
      net::ServerRequest request = reader.take();
      seen.push_back(std::string(request.target()) + " " + std::string(request.body()));
    }
  }
  must(seen.size() == 2, "no request hides in a body", std::to_string(seen.size()));
  must(seen[0] == "/body " + std::string(body), "a body comes out byte for byte");
  must(seen[1] == "/next ", "what follows a body is the next request");
}

std::string with_length(std::string_view body) {
  return "POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

std::string with_chunks(std::string_view body, std::uint8_t how) {
  return "POST /body HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + in_chunks(body, how);
}

}  // namespace

void one_input(std::string_view bytes) {
  Input input(bytes);
  std::uint8_t how = input.byte();
  std::string_view stream = input.rest();
  std::string whole = read({stream});
  must(read(pieces(stream, how)) == whole, "every cut of the bytes is read the same", whole);
  std::string_view body = stream.substr(0, kBodyMax);
  as_body(body, with_length(body), how);
  as_body(body, with_chunks(body, how), how);
}

}  // namespace handoff::fuzz
