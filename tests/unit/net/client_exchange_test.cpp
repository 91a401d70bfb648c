#include "core/net/client_exchange.hpp"

#include <gtest/gtest.h>

namespace handoff::net {
namespace {

constexpr std::size_t kReplyMax = 1000;

Request post() { return {"POST", "/v1/cards", {{"Idempotency-Key", "k1"}}, R"({"amount":"25.00"})"}; }

ClientExchange sent(const Request& request = post()) {
  ClientExchange exchange(request, {.host = "api.example.com", .path_prefix = "", .reply_bytes_max = kReplyMax});
  exchange.wrote_started();
  const auto out = exchange.to_write();
  exchange.wrote(out[0].size() + out[1].size());
  return exchange;
}

/// What ends after the last byte: the stream stays open, or ends, cleanly or not.
enum class Then { open, clean_end, broken_end };

struct Seen {
  Ended ended;
  int status;
  Headers headers;
  std::string body;
  std::string error;
  bool operator==(const Seen&) const = default;
};

Seen finish(ClientExchange& exchange, Then then) {
  if (then != Then::open) exchange.closed(then == Then::clean_end, "end of file");
  exchange.timed_out("total");
  auto result = exchange.take_result();
  return {result.ended, result.reply.status, result.reply.headers, result.reply.body, result.error};
}

Seen feed(std::string_view bytes, Then then, std::size_t cut, std::size_t step, const Request& request = post()) {
  auto exchange = sent(request);
  exchange.received(bytes.substr(0, cut));
  for (std::size_t at = cut; at < bytes.size(); at += step) exchange.received(bytes.substr(at, step));
  return finish(exchange, then);
}

Seen whole(std::string_view bytes, Then then = Then::open, const Request& request = post()) {
  return feed(bytes, then, bytes.size(), 1, request);
}

std::string chunk_flood() {
  std::string out = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 40; ++i) out += "1;ext=" + std::string(60, 'x') + "\r\na\r\n";
  return out + "0\r\n\r\n";
}

struct Case {
  const char* name;
  std::string bytes;
  Then then;
  Ended ended;
  int status = 0;
  std::string body = {};
};

std::vector<Case> corpus() {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";
  const auto replied = Ended::replied;
  const auto unknown = Ended::unknown;
  return {
      {"length", ok + "X-Id: 7\r\nContent-Length: 5\r\n\r\nhello", Then::open, replied, 200, "hello"},
      {"empty", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", Then::open, replied, 201},
      {"no content", "HTTP/1.1 204 No Content\r\n\r\n", Then::open, replied, 204},
      {"not modified with length", "HTTP/1.1 304 x\r\nContent-Length: 50\r\n\r\n", Then::open, replied, 304},
      {"chunked", chunked + "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n", Then::open, replied, 200, "hello world"},
      {"trailers", chunked + "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", Then::open, replied, 200, "hello"},
      {"interim",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok + "Content-Length: 2\r\n\r\nhi",
       Then::open, replied, 200, "hi"},
      {"redirect", "HTTP/1.1 307 x\r\nLocation: http://evil/\r\nContent-Length: 0\r\n\r\n", Then::open, replied, 307},
      {"to close", ok + "\r\nhello", Then::clean_end, replied, 200, "hello"},
      {"to close, old", "HTTP/1.0 200 OK\r\n\r\nhello", Then::clean_end, replied, 200, "hello"},
      {"to close, broken", ok + "\r\nhello", Then::broken_end, unknown},
      {"to close, open", ok + "\r\nhello", Then::open, unknown},
      {"nothing", "", Then::clean_end, unknown},
      {"nothing, ever", "", Then::open, unknown},
      {"interim, then end", "HTTP/1.1 100 Continue\r\n\r\n", Then::clean_end, unknown},
      {"switching", "HTTP/1.1 101 x\r\n\r\n", Then::open, unknown},
      {"cut head", "HTTP/1.1 200 OK\r\nContent-Le", Then::clean_end, unknown},
      {"cut body", ok + "Content-Length: 10\r\n\r\nhello", Then::clean_end, unknown},
      {"cut chunk", chunked + "5\r\nhel", Then::clean_end, unknown},
      {"no last chunk", chunked + "5\r\nhello\r\n", Then::clean_end, unknown},
      {"garbage", "SSH-2.0-OpenSSH_9.2p1\r\n", Then::open, unknown},
      {"other version", "HTTP/2.0 200 OK\r\n\r\n", Then::open, unknown},
      {"bad status", "HTTP/1.1 2x0 OK\r\n\r\n", Then::open, unknown},
      {"status out of range", "HTTP/1.1 999 OK\r\n\r\n", Then::open, unknown},
      {"bare line feed", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", Then::open, unknown},
      {"folded", ok + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n", Then::open, unknown},
      {"two lengths", ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", Then::open, unknown},
      {"length and chunks", ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", Then::open,
       unknown},
      {"other coding", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", Then::open, unknown},
      {"bad chunk size", chunked + "5x\r\nhello\r\n0\r\n\r\n", Then::open, unknown},
      {"negative length", ok + "Content-Length: -5\r\n\r\n", Then::open, unknown},
      {"chunk too long for its size", chunked + "2\r\nhello\r\n0\r\n\r\n", Then::open, unknown},
      {"extension flood", chunk_flood(), Then::open, unknown},
      {"declared too large", ok + "Content-Length: 1001\r\n\r\n", Then::open, unknown},
      {"chunked too large", chunked + "3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n", Then::open,
       unknown},
      {"to close too large", ok + "\r\n" + std::string(1001, 'x'), Then::clean_end, unknown},
  };
}

TEST(ClientExchange, ClassifiesEveryReplyOfTheCorpus) {
  for (const auto& test : corpus()) {
    const auto seen = whole(test.bytes, test.then);
    EXPECT_EQ(seen.ended, test.ended) << test.name << ": " << seen.error;
    EXPECT_EQ(seen.status, test.status) << test.name;
    EXPECT_EQ(seen.body, test.body) << test.name;
    EXPECT_EQ(seen.error.empty(), test.ended == Ended::replied) << test.name;
  }
}

TEST(ClientExchange, EveryCutOfTheBytesGivesTheSameResult) {
  for (const auto& test : corpus()) {
    const auto expected = whole(test.bytes, test.then);
    for (std::size_t cut = 0; cut <= test.bytes.size(); ++cut)
      ASSERT_EQ(feed(test.bytes, test.then, cut, test.bytes.size()), expected) << test.name << " cut at " << cut;
    for (const std::size_t step : {1U, 2U, 3U, 7U})
      ASSERT_EQ(feed(test.bytes, test.then, 0, step), expected) << test.name << " in steps of " << step;
  }
}

TEST(ClientExchange, EveryLossOfTheEndIsUnknown) {
  for (const auto& test : corpus()) {
    if (test.ended != Ended::replied || test.then != Then::open) continue;
    for (std::size_t kept = 0; kept < test.bytes.size(); ++kept)
      for (const auto then : {Then::open, Then::clean_end, Then::broken_end}) {
        const auto seen = whole(std::string_view(test.bytes).substr(0, kept), then);
        ASSERT_EQ(seen.ended, Ended::unknown) << test.name << " cut off at " << kept;
        ASSERT_EQ(seen.body, "");
      }
  }
}

TEST(ClientExchange, LimitsTheHead) {
  const std::string ok = "HTTP/1.1 200 OK\r\nX: ";
  const auto head = [&ok](std::size_t bytes) { return ok + std::string(bytes - ok.size() - 4, 'x') + "\r\n\r\n"; };
  constexpr auto kMax = ClientExchange::kHeadBytesMax;
  EXPECT_EQ(whole(head(kMax), Then::clean_end).ended, Ended::replied);
  EXPECT_EQ(whole(head(kMax + 1), Then::clean_end).ended, Ended::unknown);
  for (const std::size_t cut : {kMax - 1, kMax, kMax + 1})
    EXPECT_EQ(feed(head(kMax + 1), Then::clean_end, cut, 1), whole(head(kMax + 1), Then::clean_end));
  EXPECT_EQ(whole(ok + std::string(kMax, 'x')).error, "reply: head larger than allowed");
}

TEST(ClientExchange, WritesRequestWithPrefixAuthAndLength) {
  const Headers auth{{"Authorization", "Bearer s3cret"}};
  ClientExchange exchange(post(), {.host = "api.example.com:8443", .path_prefix = "/api", .auth = &auth});
  const auto out = exchange.to_write();
  EXPECT_EQ(
      out[0],
      "POST /api/v1/cards HTTP/1.1\r\nHost: api.example.com:8443\r\nIdempotency-Key: k1\r\nUser-Agent: handoff\r\n"
      "Authorization: Bearer s3cret\r\nContent-Length: 18\r\n\r\n");
  EXPECT_EQ(out[1], R"({"amount":"25.00"})");
  exchange.wrote_started();
  exchange.wrote(out[0].size() + 3);
  EXPECT_EQ(exchange.to_write()[0], "");
  EXPECT_EQ(exchange.to_write()[1], R"(mount":"25.00"})");
}

TEST(ClientExchange, NotSentOnlyWhileNoWriteWasStarted) {
  for (const bool started : {false, true}) {
    ClientExchange exchange(post(), {.host = "h"});
    if (started) exchange.wrote_started();
    exchange.failed("reset");
    EXPECT_EQ(exchange.take_result().ended, started ? Ended::unknown : Ended::not_sent);
  }
}

TEST(ClientExchange, PeerThatSpeaksFirstIsNotSent) {
  ClientExchange exchange(post(), {.host = "h"});
  exchange.received("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(exchange.done());
  EXPECT_EQ(exchange.take_result().ended, Ended::not_sent);
}

TEST(ClientExchange, RefusesWhatCannotBePutOnTheWire) {
  const std::vector<Request> bad = {{"GET", "/", {{"X", "a\r\nY: b"}}, ""},
                                    {"GET", "/", {{"X Y", "a"}}, ""},
                                    {"GET", "/a b", {}, ""},
                                    {"GET", "http://other/", {}, ""},
                                    {"G T", "/", {}, ""},
                                    {"POST", "/", {{"Content-Length", "3"}}, ""},
                                    {"POST", "/", {{"host", "x"}}, ""},
                                    {"CONNECT", "/", {}, ""},
                                    {"GET", "/", {{"X", std::string("a\0b", 3)}}, ""}};
  for (const auto& request : bad) {
    ClientExchange exchange(request, {.host = "h"});
    ASSERT_TRUE(exchange.done()) << request.target;
    EXPECT_EQ(exchange.take_result().ended, Ended::not_sent);
  }
}

TEST(ClientExchange, RefusalDoesNotTellTheSecret) {
  const Headers auth{{"Authorization", "s3cret\r\n"}};
  ClientExchange exchange(post(), {.host = "h", .auth = &auth});
  ASSERT_TRUE(exchange.done());
  EXPECT_EQ(exchange.take_result().error.find("s3cret"), std::string::npos);
}

TEST(ClientExchange, KeepsStreamOnlyAtACleanBoundary) {
  const auto keeps = [](std::string_view bytes, const Request& request = post()) {
    auto exchange = sent(request);
    exchange.received(bytes);
    return exchange.done() && exchange.may_keep();
  };
  EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
  EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", {"HEAD", "/", {}, ""}));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiX"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"));
  EXPECT_FALSE(keeps("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
}

TEST(ClientExchange, AnswerBeforeTheRequestIsWrittenCountsButEndsTheStream) {
  ClientExchange exchange(post(), {.host = "h"});
  exchange.wrote_started();
  exchange.wrote(10);
  exchange.received("HTTP/1.1 413 x\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(exchange.done());
  EXPECT_FALSE(exchange.may_keep());
  EXPECT_EQ(exchange.take_result().reply.status, 413);
}

TEST(ClientExchange, HeaderNamesAreLowerCased) {
  const auto seen = whole("HTTP/1.1 200 OK\r\nRetry-AFTER:  7 \r\nContent-Length: 0\r\n\r\n");
  ASSERT_EQ(seen.headers.size(), 2U);
  EXPECT_EQ(seen.headers[0], (std::pair<std::string, std::string>("retry-after", "7")));
}

}  // namespace
}  // namespace handoff::net
