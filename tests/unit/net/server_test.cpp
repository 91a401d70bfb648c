#include "core/net/server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "tests/unit/net/support/raw_peer.hpp"

namespace handoff::net {
namespace {

using std::chrono::milliseconds;
using test::RawStream;

std::string get(std::string_view path = "/") { return "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n"; }

std::string post(std::string_view body) {
  return "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Handlers park their responders here, and the test answers them when it likes.
class Parked {
 public:
  void put(Responder responder) {
    const std::lock_guard lock(mutex_);
    parked_.push_back(std::move(responder));
    came_.notify_all();
  }
  std::vector<Responder> take(std::size_t count) {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, std::chrono::seconds(5), [&] { return parked_.size() >= count; });
    return std::exchange(parked_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Responder> parked_;
};

class ServerTest : public testing::Test {
 protected:
  static ListenerSettings local() {
    ListenerSettings settings;
    settings.address = "127.0.0.1:0";
    return settings;
  }
  std::uint16_t echo(ListenerSettings settings = local()) {
    return server
        ->listen(std::move(settings),
                 [](ServerRequest&& request, Responder to) {
                   ServerResponse response;
                   response.body = std::string(request.method()) + " " + std::string(request.body());
                   to.respond(std::move(response));
                 })
        .value();
  }
  std::uint16_t park(ListenerSettings settings = local()) {
    return server->listen(std::move(settings), [this](ServerRequest&&, Responder to) { parked.put(std::move(to)); })
        .value();
  }

  Parked parked;  // outlives the server: handlers use it
  IoThread io;
  std::unique_ptr<Server> server = std::make_unique<Server>(io.loop());
};

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  auto client = RawStream::connect(echo());
  for (int i = 0; i < 3; ++i) {
    client.write(post("hello"));
    EXPECT_EQ(client.read_message(),
              "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\nPOST hello");
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  auto client = RawStream::connect(echo());
  client.write(post("one") + post("two") + get() + post("three"));
  for (const char* expected : {"POST one", "POST two", "GET ", "POST three"})
    EXPECT_TRUE(client.read_message().ends_with(expected)) << expected;
}

TEST_F(ServerTest, HeadHasLengthAndNoBody) {
  auto client = RawStream::connect(echo());
  client.write("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto response = client.read_to_end();
  EXPECT_TRUE(has(response, "Content-Length: 5\r\n"));
  EXPECT_TRUE(response.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, HonoursVersionAndConnectionHeader) {
  const auto port = echo();
  auto old = RawStream::connect(port);
  old.write("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(has(old.read_to_end(), "Connection: close\r\n"));
  auto kept = RawStream::connect(port);
  kept.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(has(kept.read_message(), "Connection: keep-alive\r\n"));
  kept.write("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(has(kept.read_to_end(), "Connection: close\r\n"));
}

TEST_F(ServerTest, SaysContinueBeforeTheBody) {
  auto client = RawStream::connect(echo());
  client.write("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read_message(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.write("hi");
  EXPECT_TRUE(client.read_message().ends_with("POST hi"));
}

TEST_F(ServerTest, RefusesTooLargeBodyInsteadOfContinue) {
  auto client = RawStream::connect(echo());
  client.write("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");
  const auto response = client.read_to_end();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 413 ")) << response;
  EXPECT_TRUE(has(response, R"({"error":{"code":"body_too_large")"));
}

TEST_F(ServerTest, RefusalReachesPeerThatIsStillSending) {
  auto client = RawStream::connect(echo());
  client.write("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "1000\r\n" + std::string(4096, 'x') + "\r\n";
  for (int i = 0; i < 40; ++i) client.write(chunk);
  client.end_writing();
  EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 413 "));
}

TEST_F(ServerTest, MalformedRequestIsAnsweredAndClosedAndNothingBehindItIsRead) {
  auto client = RawStream::connect(echo());
  client.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n" + get());
  const auto response = client.read_to_end();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 400 "));
  EXPECT_EQ(response.find("HTTP/1.1", 1), std::string::npos);
  EXPECT_EQ(server->counts()[0].refused, 1U);
}

TEST_F(ServerTest, SlowHeadAndSlowBodyAreCut) {
  auto settings = local();
  settings.header_deadline_ms = 50;
  settings.body_deadline_ms = 50;
  const auto port = echo(settings);
  for (const char* part : {"GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe"}) {
    auto client = RawStream::connect(port);
    client.write(part);
    EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 408 ")) << part;
  }
  auto silent = RawStream::connect(port);
  EXPECT_EQ(silent.read_to_end(), "");
}

TEST_F(ServerTest, IdleConnectionIsClosed) {
  auto settings = local();
  settings.idle_ms = 50;
  auto client = RawStream::connect(echo(settings));
  client.write(get());
  EXPECT_FALSE(client.read_message().empty());
  EXPECT_TRUE(client.wait_for_end());
}

TEST_F(ServerTest, SlowReaderIsCut) {
  auto settings = local();
  settings.write_deadline_ms = 50;
  const auto port = server
                        ->listen(settings,
                                 [](ServerRequest&&, Responder to) {
                                   ServerResponse response;
                                   response.body.assign(32U << 20, 'x');
                                   to.respond(std::move(response));
                                 })
                        .value();
  auto client = RawStream::connect(port);
  client.small_receive_buffer();
  client.write(get());
  // The peer reads nothing: only the deadline can end it.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (server->counts()[0].accepted == 0 || server->counts()[0].connections > 0)
    ASSERT_LT(std::chrono::steady_clock::now(), until);
}

TEST_F(ServerTest, DroppedResponderAnswers500) {
  const auto port = server->listen(local(), [](ServerRequest&&, Responder) {}).value();
  auto client = RawStream::connect(port);
  client.write(get());
  EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 500 "));
  client.write(get());
  EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 500 "));
}

TEST_F(ServerTest, ThrowingHandlerAnswers500) {
  const auto port = server->listen(local(), [](ServerRequest&&, Responder) { throw 1; }).value();
  auto client = RawStream::connect(port);
  client.write(get());
  EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 500 "));
}

TEST_F(ServerTest, RespondsFromAnotherThreadInOneBatch) {
  const auto port = park();
  std::vector<RawStream> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(RawStream::connect(port));
    clients.back().write(get());
  }
  std::vector<Responder> responders;
  while (responders.size() < clients.size()) {
    auto some = parked.take(1);
    ASSERT_FALSE(some.empty());
    std::ranges::move(some, std::back_inserter(responders));
  }
  std::vector<Answer> answers;
  for (auto& responder : responders) answers.push_back({std::move(responder), {.status = 202, .body = "{}"}});
  respond_all(std::move(answers));
  for (auto& client : clients) EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 202 "));
}

TEST_F(ServerTest, SecondAnswerIsIgnored) {
  const auto port = park();
  auto client = RawStream::connect(port);
  client.write(get());
  auto responders = parked.take(1);
  ASSERT_EQ(responders.size(), 1U);
  responders[0].respond({.status = 201});
  responders[0].respond({.status = 500});
  EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 201 "));
  client.write(get());
  responders = parked.take(1);
  responders.clear();
  EXPECT_TRUE(client.read_message().starts_with("HTTP/1.1 500 "));
}

TEST_F(ServerTest, AboveInFlightLimitIsShedWithRetryAfter) {
  auto settings = local();
  settings.in_flight_max = 1;
  const auto busy = park(settings);
  const auto other = echo();
  auto first = RawStream::connect(busy);
  first.write(get());
  auto held = parked.take(1);
  auto second = RawStream::connect(busy);
  second.write(get());
  const auto response = second.read_message();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(has(response, "Retry-After: 1\r\n"));
  // One listener's limit is not another's.
  auto third = RawStream::connect(other);
  third.write(get());
  EXPECT_TRUE(third.read_message().starts_with("HTTP/1.1 200 "));
  held[0].respond({});
  EXPECT_TRUE(first.read_message().starts_with("HTTP/1.1 200 "));
  second.write(get());
  EXPECT_EQ(parked.take(1).size(), 1U);
}

TEST_F(ServerTest, WhoWaitsForAPeerLearnsThatItHungUp) {
  const auto port = park();
  auto leaves = RawStream::connect(port);
  auto stays = RawStream::connect(port);
  leaves.write(get() + get());  // and with bytes that nobody has read
  auto held = parked.take(1);
  stays.write(get());
  held.push_back(std::move(parked.take(1).front()));
  EXPECT_FALSE(held[0].hung_up());
  leaves.end_writing();
  while (!held[0].hung_up()) std::this_thread::yield();
  EXPECT_FALSE(held[1].hung_up());
  held[0].respond({});
  EXPECT_TRUE(leaves.read_message().starts_with("HTTP/1.1 200 ")) << "it may still read";
}

TEST_F(ServerTest, AboveConnectionLimitIsTurnedAway) {
  auto settings = local();
  settings.connections_max = 1;
  const auto port = echo(settings);
  auto first = RawStream::connect(port);
  first.write(get());
  EXPECT_FALSE(first.read_message().empty());
  auto second = RawStream::connect(port);
  const auto response = second.read_message();
  EXPECT_TRUE(response.starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(response.ends_with("open\"}}")) << response;
  EXPECT_EQ(server->counts()[0].turned_away, 1U);
  first.write(get());
  EXPECT_FALSE(first.read_message().empty());
}

TEST_F(ServerTest, ServesSixtyFourClientsAtOnce) {
  const auto port = echo();
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 64; ++i)
      threads.emplace_back([&right, port, i] {
        auto client = RawStream::connect(port);
        for (int n = 0; n < 50; ++n) {
          const auto body = std::to_string(i) + "-" + std::to_string(n);
          client.write(post(body));
          right += client.read_message().ends_with("POST " + body) ? 1 : 0;
        }
      });
  }
  EXPECT_EQ(right, 64 * 50);
  EXPECT_EQ(server->counts()[0].accepted, 64U);
}

TEST_F(ServerTest, StopLetsRequestsUnderWayFinish) {
  const auto port = park();
  auto idle = RawStream::connect(port);
  auto busy = RawStream::connect(port);
  busy.write(get());
  auto held = parked.take(1);
  std::promise<void> stopped;
  server->stop(milliseconds(5000), [&] { stopped.set_value(); });
  EXPECT_TRUE(idle.wait_for_end());
  held[0].respond({.body = "done"});
  const auto response = busy.read_to_end();
  EXPECT_TRUE(response.ends_with("done"));
  EXPECT_TRUE(has(response, "Connection: close"));
  stopped.get_future().wait();
  EXPECT_LT(RawStream::connect(port).fd(), 0);
}

TEST_F(ServerTest, StopDoesNotWaitLongerThanItsGrace) {
  const auto port = park();
  auto client = RawStream::connect(port);
  client.write(get());
  auto held = parked.take(1);
  std::promise<void> stopped;
  server->stop(milliseconds(30), [&] { stopped.set_value(); });
  stopped.get_future().wait();
  EXPECT_TRUE(client.wait_for_end());
}

TEST_F(ServerTest, EndWithRequestsInFlightIsSafe) {
  const auto port = park();
  std::vector<RawStream> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(RawStream::connect(port));
    clients.back().write(get());
  }
  auto held = parked.take(1);
  server.reset();
  for (auto& client : clients) EXPECT_TRUE(client.wait_for_end());
  for (auto& responder : held) responder.respond({});  // goes nowhere
}

TEST(Responder, OutlivesTheServerAndItsLoop) {
  Parked parked;
  auto io = std::make_unique<IoThread>();
  auto server = std::make_unique<Server>(io->loop());
  ListenerSettings settings;
  settings.address = "127.0.0.1:0";
  auto client = RawStream::connect(
      server->listen(settings, [&](ServerRequest&&, Responder to) { parked.put(std::move(to)); }).value());
  client.write(get());
  auto held = parked.take(1);
  ASSERT_EQ(held.size(), 1U);
  server.reset();
  io.reset();
  held[0].respond({});  // goes nowhere
}

TEST_F(ServerTest, RefusesAddressesThatCannotBe) {
  for (const char* address : {"", "127.0.0.1", "localhost:1", "127.0.0.1:x", "127.0.0.1:70000", "192.0.2.1:80"}) {
    auto settings = local();
    settings.address = address;
    EXPECT_FALSE(server->listen(settings, {})) << address;
  }
  auto taken = local();
  taken.address = "127.0.0.1:" + std::to_string(echo());
  EXPECT_FALSE(server->listen(taken, {}));
}

TEST(IoLoop, RunsPostsInOrderAndTimersInTime) {
  IoThread io;
  std::vector<int> order;
  std::promise<void> last;
  io.loop().run_and_wait([&] {
    auto& loop = io.loop();
    loop.after(milliseconds(20), [&] {
      order.push_back(3);
      last.set_value();
    });
    const auto cancelled = loop.after(milliseconds(5), [&] { order.push_back(99); });
    loop.after(milliseconds(1), [&] { order.push_back(2); });
    loop.post([&] { order.push_back(1); });
    loop.cancel(cancelled);
  });
  last.get_future().wait();
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(IoLoop, RunAndWaitWorksWithoutAThread) {
  IoLoop loop;
  bool ran = false;
  loop.run_and_wait([&] { ran = true; });
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace handoff::net
