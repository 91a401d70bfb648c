#include "core/net/request_reader.hpp"

#include <gtest/gtest.h>

namespace handoff::net {
namespace {

using State = RequestReader::State;

constexpr std::size_t kHeadMax = 512;
constexpr std::size_t kBodyMax = 100;

/// What a stream is read as: "POST /a [hello] | GET /b [] | 400 bad_framing".
std::string read(std::string_view bytes, std::size_t step) {
  RequestReader reader(kHeadMax, kBodyMax);
  std::string out;
  const auto add = [&out](const std::string& text) { out += (out.empty() ? "" : " | ") + text; };
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.append(bytes.substr(at, step));
    for (auto state = reader.advance(); state != State::more; state = reader.advance()) {
      if (state == State::failed) {
        add(std::to_string(reader.refusal().status) + " " + std::string(reader.refusal().code));
        return out;
      }
      if (state == State::expects_continue) continue;
      const auto request = reader.take();
      add(std::string(request.method()) + " " + std::string(request.target()) + " [" + std::string(request.body()) +
          "]");
    }
  }
  return reader.idle() ? out : out + "...";
}

struct WrittenRequest {
  const char* name;
  std::string bytes;
  const char* expected;
};

const std::string kHost = "Host: h\r\n";

std::string post(const std::string& headers, const std::string& rest) {
  return "POST /a HTTP/1.1\r\n" + kHost + headers + "\r\n" + rest;
}

std::string many(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

/// What would be taken for a second request if the body were read wrongly.
const std::string kSmuggled = "GET /evil HTTP/1.1\r\nHost: h\r\n\r\n";

std::vector<WrittenRequest> requests() {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  return {
      {"plain", "GET /a?b=c HTTP/1.1\r\n" + kHost + "\r\n", "GET /a?b=c []"},
      {"length", post("Content-Length: 5\r\n", "hello"), "POST /a [hello]"},
      {"chunks", post(chunked, "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n"), "POST /a [hello!]"},
      {"pipelined", post("Content-Length: 5\r\n", "hello") + post(chunked, "2\r\nhi\r\n0\r\n\r\n") + post("", ""),
       "POST /a [hello] | POST /a [hi] | POST /a []"},
      {"unknown method", "BREW /a HTTP/1.1\r\n" + kHost + "\r\n", "BREW /a []"},
      {"old version", "GET /a HTTP/1.0\r\n\r\n", "GET /a []"},
      {"options of the server", "OPTIONS * HTTP/1.1\r\n" + kHost + "\r\n", "OPTIONS * []"},
      {"length and chunks", post("Content-Length: 5\r\n" + chunked, "0\r\n\r\n" + kSmuggled), "400 bad_framing"},
      {"chunks and length", post(chunked + "Content-Length: 5\r\n", "0\r\n\r\n" + kSmuggled), "400 bad_framing"},
      {"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), "400 bad_framing"},
      {"two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), "400 bad_framing"},
      {"list of lengths", post("Content-Length: 5, 5\r\n", "hello"), "400 bad_framing"},
      {"length with sign", post("Content-Length: +5\r\n", "hello"), "400 bad_framing"},
      {"negative length", post("Content-Length: -5\r\n", "hello"), "400 bad_framing"},
      {"length with space", post("Content-Length: 5 5\r\n", "hello"), "400 bad_framing"},
      {"empty length", post("Content-Length:\r\n", "hello"), "400 bad_framing"},
      {"hex length", post("Content-Length: 0x5\r\n", "hello"), "400 bad_framing"},
      {"endless length", post("Content-Length: 99999999999999999999999\r\n", ""), "400 bad_framing"},
      {"space before colon", post("Content-Length : 5\r\n", "hello"), "400 bad_request"},
      {"two codings", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "400 bad_framing"},
      {"identity", post("Transfer-Encoding: identity\r\n", kSmuggled), "400 bad_framing"},
      {"hidden coding", post("Transfer-Encoding: xchunked\r\n", kSmuggled), "400 bad_framing"},
      {"coding twice", post(chunked + chunked, "0\r\n\r\n"), "400 bad_framing"},
      {"coding in 1.0", "POST /a HTTP/1.0\r\n" + chunked + "\r\n0\r\n\r\n", "400 bad_framing"},
      {"bare line feeds", "GET /a HTTP/1.1\nHost: h\n\n", "400 bad_request"},
      {"bare line feed in a header", "GET /a HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", "400 bad_request"},
      {"bare carriage return", "GET /a HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", "400 bad_request"},
      {"folded", "GET /a HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", "400 bad_request"},
      {"folded with tab", "GET /a HTTP/1.1\r\nHost: h\r\n\tfolded\r\n\r\n", "400 bad_request"},
      {"folded at once", "GET /a HTTP/1.1\r\n Host: h\r\n\r\n", "400 bad_request"},
      {"nul in a value", std::string("GET /a HTTP/1.1\r\nHost: h\0\r\n\r\n", 29), "400 bad_request"},
      {"nul in a target", std::string("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 28), "400 bad_request"},
      {"empty line first", "\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a []"},
      {"empty lines first", "\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n", "400 bad_request"},
      {"bare line feed first", "\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n", "400 bad_request"},
      {"line end after a body",
       post("Content-Length: 5\r\n", "hello\r\n") + post("Content-Length: 2\r\n", "hi\r\n") + post("", ""),
       "POST /a [hello] | POST /a [hi] | POST /a []"},
      {"line end after the last body", post("Content-Length: 5\r\n", "hello\r\n"), "POST /a [hello]"},
      {"two authorizations", post("Authorization: Bearer a\r\nauthorization: Bearer b\r\n", ""), "400 bad_request"},
      {"two equal authorizations", post("Authorization: Bearer a\r\nAuthorization: Bearer a\r\n", ""),
       "400 bad_request"},
      {"absolute form", "GET http://h:80/a?b=//c HTTP/1.1\r\n" + kHost + "\r\n", "GET /a?b=//c []"},
      {"absolute form in capitals", "GET HTTPS://h/ HTTP/1.1\r\n" + kHost + "\r\n", "GET / []"},
      {"absolute form without a path", "GET http://h HTTP/1.1\r\n" + kHost + "\r\n", "GET / []"},
      {"absolute form with a query only", "GET http://h?a HTTP/1.1\r\n" + kHost + "\r\n", "400 bad_target"},
      {"absolute form of nobody", "GET http:///a HTTP/1.1\r\n" + kHost + "\r\n", "400 bad_target"},
      {"absolute form with a fragment", "GET http://h/a#b HTTP/1.1\r\n" + kHost + "\r\n", "400 bad_target"},
      {"absolute form of another scheme", "GET ftp://h/a HTTP/1.1\r\n" + kHost + "\r\n", "400 bad_target"},
      {"authority form", "CONNECT h:80 HTTP/1.1\r\n" + kHost + "\r\n", "400 bad_target"},
      {"fragment", "GET /a#b HTTP/1.1\r\n" + kHost + "\r\n", "400 bad_target"},
      {"eight bit target", "GET /\xC3\xA9 HTTP/1.1\r\n" + kHost + "\r\n", "400 bad_target"},
      {"no host", "GET /a HTTP/1.1\r\n\r\n", "400 bad_request"},
      {"two hosts", "GET /a HTTP/1.1\r\n" + kHost + kHost + "\r\n", "400 bad_request"},
      {"no version", "GET /a\r\n\r\n", "400 bad_request"},
      {"version 2", "GET /a HTTP/2.0\r\n" + kHost + "\r\n", "400 bad_request"},
      {"unknown expectation", post("Expect: magic\r\n", ""), "417 expectation_failed"},
      {"declared too large", post("Content-Length: 101\r\n", ""), "413 body_too_large"},
      {"declared as large as can be", post("Content-Length: 1073741824\r\n", ""), "413 body_too_large"},
      {"chunked too large", post(chunked, "64\r\n" + std::string(100, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n"),
       "413 body_too_large"},
      {"endless chunk", post(chunked, "ffffffffffffffff\r\nx"), "413 body_too_large"},
      {"chunk size overflow", post(chunked, "10000000000000000\r\nx"), "400 bad_framing"},
      {"chunk size with sign", post(chunked, "+5\r\nhello\r\n0\r\n\r\n"), "400 bad_framing"},
      {"chunk size with 0x", post(chunked, "0x5\r\nhello\r\n0\r\n\r\n"), "400 bad_framing"},
      {"empty chunk size", post(chunked, "\r\nhello\r\n0\r\n\r\n"), "400 bad_framing"},
      {"chunk size that is none", post(chunked, "G\r\n"), "400 bad_framing"},
      {"chunk size below zero", post(chunked, "-1\r\n"), "400 bad_framing"},
      {"later chunk size that is none", post(chunked, "1\r\nx\r\nG\r\n"), "400 bad_framing"},
      {"chunk longer than its size", post(chunked, "3\r\nhello\r\n0\r\n\r\n"), "400 bad_framing"},
      {"extension flood", post(chunked, "1;" + std::string(3000, 'x') + "\r\na\r\n0\r\n\r\n"), "400 bad_framing"},
      {"extension that is never closed", post(chunked, "1;a=\"\r\n" + std::string(9000, 'x')), "400 bad_framing"},
      {"trailer flood", post(chunked, "0\r\n" + std::string(9000, 'x')), "400 bad_framing"},
      {"trailers flood", post(chunked, "0\r\n" + many("A: b\r\n", 2000) + "\r\n"), "400 bad_framing"},
      {"length in a trailer", post(chunked, "0\r\nContent-Length: 5\r\n\r\n"), "400 bad_framing"},
  };
}

TEST(RequestReader, ReadsTheCorpusAsTheStandardSays) {
  for (const auto& test : requests()) {
    const auto seen = read(test.bytes, test.bytes.size());
    EXPECT_EQ(seen, test.expected) << test.name;
    EXPECT_EQ(seen.find("/evil"), std::string::npos) << test.name;
  }
}

TEST(RequestReader, EveryCutOfTheBytesIsReadTheSame) {
  for (const auto& test : requests())
    for (const std::size_t step : {1U, 2U, 3U, 5U, 11U})
      EXPECT_EQ(read(test.bytes, step), test.expected) << test.name << " in steps of " << step;
}

TEST(RequestReader, RefusesWhatBeginsLikeNothingKnown) {
  EXPECT_EQ(read(std::string(64, '\x16'), 64), "400 bad_request");
  EXPECT_EQ(read(std::string(1U << 20, 'A'), 4096), "400 bad_request");
}

TEST(RequestReader, LimitsTheHeadBeforeItIsWhole) {
  EXPECT_EQ(read("GET /" + std::string(kHeadMax, 'a'), 64), "431 header_too_large");
  std::string many = "GET / HTTP/1.1\r\nHost: h\r\n";
  while (many.size() < 10 * kHeadMax) many += "A: b\r\n";
  EXPECT_EQ(read(many, many.size()), "431 header_too_large");
}

TEST(RequestReader, HeadMayBeExactlyAsLongAsAllowed) {
  const std::string begin = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
  const auto head = [&begin](std::size_t size) {
    return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(read(head(kHeadMax), 7), "GET / []");
  EXPECT_EQ(read(head(kHeadMax + 1), 7), "431 header_too_large");
}

TEST(RequestReader, AsksForContinueOnceAndNotIfTheBodyIsThere) {
  RequestReader reader(kHeadMax, kBodyMax);
  reader.append(post("Expect: 100-continue\r\nContent-Length: 2\r\n", ""));
  EXPECT_EQ(reader.advance(), State::expects_continue);
  EXPECT_EQ(reader.advance(), State::more);
  reader.append("hi");
  EXPECT_EQ(reader.advance(), State::complete);
  EXPECT_EQ(reader.take().body(), "hi");
  reader.append(post("Expect: 100-continue\r\nContent-Length: 2\r\n", "yo"));
  EXPECT_EQ(reader.advance(), State::complete);
}

TEST(ServerRequest, FindsHeadersByLowerCaseName) {
  RequestReader reader(kHeadMax, kBodyMax);
  reader.append("GET /p?q=1 HTTP/1.1\r\nHOST: h\r\nX-Key:  v \r\nX-Empty:\r\n\r\n");
  ASSERT_EQ(reader.advance(), State::complete);
  const auto request = reader.take();
  EXPECT_EQ(request.header("x-key"), "v");
  EXPECT_EQ(request.header("x-empty"), "");
  EXPECT_EQ(request.path(), "/p");
  EXPECT_EQ(request.query(), "q=1");
  EXPECT_EQ(request.headers().size(), 3U);
}

TEST(ServerRequest, CanBeMadeForTestsOfHandlers) {
  auto request = ServerRequest::make("POST", "/a?b", {{"X-Key", "v"}}, "body");
  const auto moved = std::move(request);
  EXPECT_EQ(moved.method(), "POST");
  EXPECT_EQ(moved.query(), "b");
  EXPECT_EQ(moved.header("x-key"), "v");
  EXPECT_EQ(moved.body(), "body");
}

TEST(ServerResponse, SaysWhenToComeAgainWithEvery503) {
  EXPECT_EQ(error_response(503, "busy", "").headers, (Headers{{"Retry-After", "1"}}));
  EXPECT_TRUE(error_response(400, "invalid", "").headers.empty());
}

TEST(ServerResponse, HeaderValueCannotBeginALine) {
  ServerResponse response;
  response.headers = {{"X", "a\r\nSet-Cookie: b"}, {"Bad Name", "c"}};
  std::string head;
  append_response_head(head, response, {});
  EXPECT_EQ(head.find("\nSet-Cookie"), std::string::npos);
  EXPECT_EQ(head.find("Bad Name"), std::string::npos);
}

}  // namespace
}  // namespace handoff::net
