// net::ClientExchange: raw bytes of a vendor. However they are cut, the send ends the same way: `replied` with a whole
// reply, or `unknown` without one; once writing began it is never `not_sent` (INVARIANTS F, P11).
// Input: how to cut (a byte), what to ask and how the stream ends (a byte), then the stream.

#include "core/net/client_exchange.hpp"
#include "core/net/http_text.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

constexpr std::size_t kReplyMax = 4096;
constexpr std::string_view kSecret = "Bearer secret-of-the-vendor";

struct Ending {
  bool head = false;   // a HEAD request was sent
  bool cuts = false;   // the stream is reset, not ended
  bool waits = false;  // it stays open until a deadline
};

net::Result exchange(const std::vector<std::string_view>& stream, const Ending& how) {
  net::Request request;
  request.method = how.head ? "HEAD" : "POST";
  request.target = "/v1/cards";
  if (!how.head) request.body = "{}";
  net::Headers auth = {{"Authorization", std::string(kSecret)}};
  net::ExchangeContext context;
  context.host = "vendor.example";
  context.auth = &auth;
  context.reply_bytes_max = kReplyMax;
  net::ClientExchange exchange(request, context);
  must(!exchange.done(), "a plain request can be sent");
  exchange.wrote_started();
  for (auto part = exchange.to_write(); part[0].size() + part[1].size() > 0; part = exchange.to_write())
    exchange.wrote(part[0].size() + part[1].size());
  for (std::string_view piece : stream) exchange.received(piece);
  if (how.waits) exchange.timed_out("total");
  if (how.cuts) exchange.failed("read: connection reset");
  exchange.closed(true, "end of stream");
  must(exchange.done(), "every send ends");
  exchange.received("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  return exchange.take_result();
}

std::string describe(const net::Result& result) {
  must(result.ended != net::Ended::not_sent, "after the first byte nobody says that nothing was sent");
  must(result.error.find("secret") == std::string::npos, "an error holds no secret", result.error);
  if (result.ended == net::Ended::unknown) {
    must(!result.error.empty() && result.reply.status == 0 && result.reply.body.empty() && result.reply.headers.empty(),
         "a broken answer is no answer");
    return "unknown";  // the words may depend on the cut, the outcome may not
  }
  must(result.reply.status >= 200 && result.reply.status <= 599, "a reply is final",
       std::to_string(result.reply.status));
  must(result.reply.body.size() <= kReplyMax, "a reply is not larger than allowed");
  std::string out = std::to_string(result.reply.status) + "\n";
  for (const auto& [name, value] : result.reply.headers) {
    must(net::is_token(name) && net::to_lower(name) == name, "a header's name is a token in lower case", name);
    must(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos, "a value is one line", value);
    out += name + ":" + value + "\n";
  }
  return out + result.reply.body;
}

void as_body(std::string_view body, std::uint8_t how) {
  std::string length = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  std::string chunks = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  chunks += in_chunks(body, how);
  for (const std::string& stream : {length + std::string(body), chunks}) {
    net::Result result = exchange(pieces(stream, how), {});
    must(result.ended == net::Ended::replied && result.reply.body == body, "a body comes out byte for byte",
         result.error);
    net::Result less = exchange(pieces(std::string_view(stream).substr(0, stream.size() - 1), how), {});
    must(body.empty() || less.ended == net::Ended::unknown, "an answer that lacks a byte is no answer");
  }
}

}  // namespace

void one_input(std::string_view bytes) {
  Input input(bytes);
  std::uint8_t how = input.byte();
  std::uint8_t flags = input.byte();
  Ending ending{(flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0};
  std::string_view stream = input.rest();
  std::string whole = describe(exchange({stream}, ending));
  must(describe(exchange(pieces(stream, how), ending)) == whole, "every cut of the bytes ends the same", whole);
  as_body(stream.substr(0, kReplyMax), how);
}

}  // namespace handoff::fuzz
