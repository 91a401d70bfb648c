#include "core/net/asio_transport.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/net/support/raw_peer.hpp"
#include "tests/unit/net/support/sends.hpp"

namespace handoff::net {
namespace {

using test::connect_to;
using test::ok;
using test::post_to;
using test::RawStream;
using test::ScriptedPeer;
using test::send;
using test::start;

class AsioTransportTest : public testing::Test {
 protected:
  std::uint32_t connect(const std::string& url) { return connect_to(transport, url); }

  IoThread io;
  AsioTransport transport{io.loop()};
};

/// A peer whose script may call back into it.
struct Peer {
  explicit Peer(std::function<void(ScriptedPeer&, RawStream&, int)> script)
      : peer([this, script](RawStream& stream, int number) {
          ready.wait();
          script(peer, stream, number);
        }) {
    made.set_value();
  }
  std::promise<void> made;
  std::shared_future<void> ready = made.get_future().share();
  ScriptedPeer peer;
};

void answer_all(ScriptedPeer& peer, RawStream& stream, int number) {
  while (!peer.request(stream).empty()) stream.write(ok(std::to_string(number)));
}

TEST_F(AsioTransportTest, SendsAndReuses) {
  Peer vendor(answer_all);
  const auto id = connect(vendor.peer.url());
  for (int i = 0; i < 5; ++i) {
    const auto result = send(transport, post_to(id));
    ASSERT_EQ(result.ended, Ended::replied) << result.error;
    EXPECT_EQ(result.reply.body, "0");
    EXPECT_GT(result.elapsed_us, 0);
  }
  EXPECT_EQ(vendor.peer.connections(), 1);
}

TEST_F(AsioTransportTest, PrependsThePathOfTheBaseUrl) {
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) {
    const auto request = peer.request(stream);
    stream.write(ok(request.substr(0, request.find('\r'))));
    stream.wait_for_end();
  });
  const auto id = connect(vendor.peer.url() + "/api/");
  EXPECT_EQ(send(transport, post_to(id)).reply.body, "POST /api/v1/cards HTTP/1.1");
}

TEST_F(AsioTransportTest, FreshNeverReuses) {
  Peer vendor(answer_all);
  const auto id = connect(vendor.peer.url());
  send(transport, post_to(id));
  for (int i = 1; i < 5; ++i) EXPECT_EQ(send(transport, post_to(id, true)).reply.body, std::to_string(i));
  EXPECT_EQ(vendor.peer.connections(), 5);
}

TEST_F(AsioTransportTest, FreshTakesStreamOpenedAhead) {
  Peer vendor(answer_all);
  ConnectionSettings settings;
  settings.base_url = vendor.peer.url();
  settings.spare_max = 1;
  const auto id = transport.add_connection(settings).value();
  // Each send opens the spare that the next may take, or a stream of its own: never one twice.
  std::vector<std::string> streams;
  for (int i = 0; i < 20; ++i) streams.push_back(send(transport, post_to(id, true)).reply.body);
  std::ranges::sort(streams);
  EXPECT_EQ(std::ranges::adjacent_find(streams), streams.end());
}

TEST_F(AsioTransportTest, RefusedConnectionIsNotSent) {
  const auto result = send(transport, post_to(connect("http://127.0.0.1:" + std::to_string(test::closed_port()))));
  EXPECT_EQ(result.ended, Ended::not_sent);
  EXPECT_TRUE(result.error.starts_with("connect: connection refused (127.0.0.1:")) << result.error;
}

TEST_F(AsioTransportTest, UnresolvedNameIsNotSent) {
  auto out = post_to(connect("http://does-not-exist.invalid"));
  EXPECT_EQ(send(transport, out).ended, Ended::not_sent);
}

TEST_F(AsioTransportTest, UnknownConnectionIsNotSent) {
  EXPECT_EQ(send(transport, post_to(7)).error, "no such connection");
}

TEST_F(AsioTransportTest, ResetAfterTheRequestIsUnknownAndNotResent) {
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) {
    peer.request(stream);
    stream.reset();
  });
  const auto result = send(transport, post_to(connect(vendor.peer.url())));
  EXPECT_EQ(result.ended, Ended::unknown) << result.error;
  EXPECT_EQ(vendor.peer.requests(), 1);
}

TEST_F(AsioTransportTest, ResetInTheMiddleOfTheAnswerIsUnknown) {
  for (const std::string_view part : {"H", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"}) {
    Peer vendor([part](ScriptedPeer& peer, RawStream& stream, int) {
      peer.request(stream);
      stream.write(part);
      stream.end_writing();
      stream.wait_for_end();
    });
    const auto result = send(transport, post_to(connect(vendor.peer.url())));
    EXPECT_EQ(result.ended, Ended::unknown);
    EXPECT_EQ(vendor.peer.requests(), 1);
  }
}

TEST_F(AsioTransportTest, DeadReusedStreamIsUnknownAndNotResent) {
  // The vendor reads the second POST of the stream and closes silently: a client that resends is counted twice.
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) {
    peer.request(stream);
    stream.write(ok("first"));
    peer.request(stream);
  });
  const auto id = connect(vendor.peer.url());
  EXPECT_EQ(send(transport, post_to(id)).ended, Ended::replied);
  EXPECT_EQ(send(transport, post_to(id)).ended, Ended::unknown);
  EXPECT_EQ(vendor.peer.requests(), 2);
  EXPECT_EQ(vendor.peer.connections(), 1);
}

TEST_F(AsioTransportTest, StreamThatEndedWhileIdleIsNotUsed) {
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) {
    peer.request(stream);
    stream.write(ok("bye"));
    stream.close();
  });
  const auto id = connect(vendor.peer.url());
  for (int i = 0; i < 20; ++i) ASSERT_NE(send(transport, post_to(id)).ended, Ended::not_sent);
}

TEST_F(AsioTransportTest, RedirectIsAReplyLikeAnyOther) {
  Peer other(answer_all);
  Peer vendor([&other](ScriptedPeer& peer, RawStream& stream, int) {
    peer.request(stream);
    stream.write("HTTP/1.1 307 x\r\nLocation: " + other.peer.url() + "/\r\nContent-Length: 0\r\n\r\n");
    stream.wait_for_end();
  });
  EXPECT_EQ(send(transport, post_to(connect(vendor.peer.url()))).reply.status, 307);
  EXPECT_EQ(other.peer.connections(), 0);
  EXPECT_EQ(vendor.peer.requests(), 1);
}

TEST_F(AsioTransportTest, BlackHoleEndsAtTheFirstByteDeadline) {
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) {
    peer.request(stream);
    stream.wait_for_end();
  });
  auto out = post_to(connect(vendor.peer.url()));
  out.deadlines = {.connect_ms = 2000, .first_byte_ms = 50, .total_ms = 4000};
  const auto result = send(transport, out);
  EXPECT_EQ(result.ended, Ended::unknown);
  EXPECT_EQ(result.error, "timed out: first byte");
  EXPECT_LT(result.elapsed_us, 1'500'000);
}

TEST_F(AsioTransportTest, DrippingAnswerEndsAtTheTotalDeadline) {
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) {
    peer.request(stream);
    stream.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    stream.wait_for_end();
  });
  auto out = post_to(connect(vendor.peer.url()));
  out.deadlines = {.connect_ms = 2000, .first_byte_ms = 60, .total_ms = 120};
  EXPECT_EQ(send(transport, out).error, "timed out: total");
}

TEST_F(AsioTransportTest, EndlessAnswerEndsAtItsLimit) {
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) {
    peer.request(stream);
    stream.write("HTTP/1.1 200 OK\r\n\r\n");
    while (stream.write(std::string(16 * 1024, 'x'))) {
    }
  });
  auto out = post_to(connect(vendor.peer.url()));
  out.reply_bytes_max = 100'000;
  const auto result = send(transport, out);
  EXPECT_EQ(result.ended, Ended::unknown);
  EXPECT_EQ(result.error, "reply: larger than allowed");
}

TEST_F(AsioTransportTest, QueueIsFirstInFirstOutAndLateOnesAreNotSent) {
  std::promise<void> go;
  auto gone = go.get_future().share();
  Peer vendor([gone](ScriptedPeer& peer, RawStream& stream, int) {
    for (auto request = peer.request(stream); !request.empty(); request = peer.request(stream)) {
      gone.wait();
      stream.write(ok(std::to_string(peer.requests())));
    }
  });
  ConnectionSettings settings;
  settings.base_url = vendor.peer.url();
  settings.concurrency_max = 1;
  settings.queue_max = 3;
  const auto id = transport.add_connection(settings).value();
  auto first = start(transport, post_to(id));
  auto late = post_to(id);
  late.deadlines.total_ms = 30;
  auto timed_out = start(transport, late);
  auto second = start(transport, post_to(id));
  auto third = start(transport, post_to(id));
  auto over = start(transport, post_to(id));
  EXPECT_EQ(over.get().error, "queue: full");
  const auto result = timed_out.get();
  EXPECT_EQ(result.ended, Ended::not_sent);
  EXPECT_EQ(result.error, "timed out: in the queue");
  go.set_value();
  EXPECT_EQ(first.get().reply.body, "1");
  EXPECT_EQ(second.get().reply.body, "2");
  EXPECT_EQ(third.get().reply.body, "3");
  EXPECT_EQ(vendor.peer.requests(), 3);
}

TEST_F(AsioTransportTest, DoneIsNeverCalledFromInsideSend) {
  std::promise<bool> called_inside;
  io.loop().run_and_wait([&] {
    const auto inside = std::make_shared<bool>(true);
    transport.send(post_to(99), [&, inside](Result) { called_inside.set_value(*inside); });
    *inside = false;
  });
  EXPECT_FALSE(called_inside.get_future().get());
}

TEST(AsioTransport, EndEndsWhatIsUnderWay) {
  IoThread io;
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) {
    peer.request(stream);
    stream.wait_for_end();
  });
  std::future<Result> waiting;
  std::future<Result> queued;
  {
    AsioTransport transport(io.loop());
    ConnectionSettings settings;
    settings.base_url = vendor.peer.url();
    settings.concurrency_max = 1;
    const auto id = transport.add_connection(settings).value();
    waiting = start(transport, post_to(id));
    queued = start(transport, post_to(id));
    ASSERT_TRUE(vendor.peer.wait_for_requests(1));
  }
  EXPECT_EQ(waiting.get().ended, Ended::unknown);
  EXPECT_EQ(queued.get().ended, Ended::not_sent);
}

// --- tokens

class TransportTokens : public AsioTransportTest {
 protected:
  /// Answers 401 to whatever carries a token of `bad`.
  static void vendor_script(ScriptedPeer& peer, RawStream& stream, const std::string& bad) {
    for (auto request = peer.request(stream); !request.empty(); request = peer.request(stream)) {
      const auto at = request.find("Authorization: Bearer ");
      const auto token = at == std::string::npos ? "" : request.substr(at + 22, request.find('\r', at) - at - 22);
      stream.write(token == bad ? "HTTP/1.1 401 x\r\nContent-Length: 0\r\n\r\n" : ok(token));
    }
  }

  std::uint32_t connect(const std::string& url, const std::string& token_url) {
    ConnectionSettings settings;
    settings.base_url = url;
    settings.concurrency_max = 64;
    settings.auth = OAuth2Auth{token_url, "me", "s3cret", "", {}};
    return transport.add_connection(settings).value();
  }
};

TEST_F(TransportTokens, OneFetchServesFiftyWaitingSends) {
  std::promise<void> go;
  auto gone = go.get_future().share();
  Peer tokens([gone](ScriptedPeer& peer, RawStream& stream, int) {
    while (!peer.request(stream).empty()) {
      gone.wait();
      stream.write(ok(R"({"access_token":"t)" + std::to_string(peer.requests()) + R"(","expires_in":3600})"));
    }
  });
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) { vendor_script(peer, stream, "-"); });
  const auto id = connect(vendor.peer.url(), tokens.peer.url() + "/token");
  std::vector<std::future<Result>> sends;
  for (int i = 0; i < 50; ++i) sends.push_back(start(transport, post_to(id)));
  ASSERT_TRUE(tokens.peer.wait_for_requests(1));
  go.set_value();
  for (auto& one : sends) EXPECT_EQ(one.get().reply.body, "t1");
  EXPECT_EQ(tokens.peer.requests(), 1);
  EXPECT_EQ(vendor.peer.requests(), 50);
}

TEST_F(TransportTokens, RefusedTokenIsReplacedForTheNextSendOnly) {
  Peer tokens([](ScriptedPeer& peer, RawStream& stream, int) {
    while (!peer.request(stream).empty())
      stream.write(ok(R"({"access_token":"t)" + std::to_string(peer.requests()) + R"(","expires_in":3600})"));
  });
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) { vendor_script(peer, stream, "t1"); });
  const auto id = connect(vendor.peer.url(), tokens.peer.url() + "/token?x=1");
  EXPECT_EQ(send(transport, post_to(id)).reply.status, 401);
  EXPECT_EQ(vendor.peer.requests(), 1);
  EXPECT_EQ(send(transport, post_to(id)).reply.body, "t2");
  EXPECT_EQ(vendor.peer.requests(), 2);
}

TEST_F(TransportTokens, FailingFetchEndsAllWaitingSendsNotSent) {
  Peer tokens([](ScriptedPeer& peer, RawStream& stream, int) {
    peer.request(stream);
    stream.write("HTTP/1.1 400 x\r\nContent-Length: 26\r\n\r\n{\"error\":\"invalid_client\"} ");
    stream.wait_for_end();
  });
  Peer vendor([](ScriptedPeer& peer, RawStream& stream, int) { vendor_script(peer, stream, "-"); });
  const auto id = connect(vendor.peer.url(), tokens.peer.url() + "/token");
  std::vector<std::future<Result>> sends;
  for (int i = 0; i < 5; ++i) sends.push_back(start(transport, post_to(id)));
  for (auto& one : sends) {
    const auto result = one.get();
    EXPECT_EQ(result.ended, Ended::not_sent);
    EXPECT_EQ(result.error, "token: the token endpoint answered 400 invalid_client");
  }
  EXPECT_EQ(vendor.peer.requests(), 0);
}

TEST_F(AsioTransportTest, RefusesSettingsThatCannotWork) {
  ConnectionSettings settings;
  settings.base_url = "api.example.com";
  EXPECT_FALSE(transport.add_connection(settings));
  settings.base_url = "https://api.example.com";
  settings.ca_file = "/does/not/exist.pem";
  EXPECT_FALSE(transport.add_connection(settings));
  settings.ca_file = {};
  settings.auth = OAuth2Auth{"not a url", "me", "s3cret", "", {}};
  const auto number = transport.add_connection(settings);
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace handoff::net
