// Logging in at the vendor itself, over real sockets.

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "core/net/asio_transport.hpp"
#include "core/net/session_source.hpp"
#include "tests/unit/net/support/raw_peer.hpp"
#include "tests/unit/net/support/sends.hpp"

namespace handoff::net {
namespace {

using test::ok;
using test::post_to;
using test::RawStream;
using test::ScriptedPeer;
using test::send;
using test::start;

std::string status(int code) { return "HTTP/1.1 " + std::to_string(code) + " x\r\nContent-Length: 0\r\n\r\n"; }

Reply reply(const std::string& body, Headers headers = {}) { return {200, std::move(headers), body}; }

TEST(Session, TokenIsTakenFromWhereTheSheetSays) {
  SessionAuth auth;
  auth.name = "/result/session~1id";
  EXPECT_EQ(session_token_in(auth, reply(R"({"result":{"session/id":"t1"}})")), "t1");
  EXPECT_EQ(session_token_in(auth, reply(R"({"result":{"session/id":71}})")), "71");
  for (const char* body : {"", "{}", "[", R"({"result":{"session/id":null}})", R"({"result":{"session/id":{}}})"})
    EXPECT_EQ(session_token_in(auth, reply(body)), "") << body;
  auth.in = SessionAuth::In::cookie;
  auth.name = "sid";
  EXPECT_EQ(session_token_in(auth, reply("", {{"set-cookie", "xsid=no"}, {"set-cookie", "sid=t2; Path=/; HttpOnly"}})),
            "t2");
  EXPECT_EQ(session_token_in(auth, reply("", {{"set-cookie", "sid=t3"}})), "t3");
  auth.in = SessionAuth::In::header;
  auth.name = "x-auth";
  EXPECT_EQ(session_token_in(auth, reply("", {{"x-auth", "t4"}})), "t4");
}

class SessionLogin : public testing::Test {
 protected:
  SessionLogin()
      : vendor_([this](RawStream& stream, int) {
          for (std::string request = vendor_.request(stream); !request.empty(); request = vendor_.request(stream))
            stream.write(answer(request));
        }) {
    auth_.login = {"POST", "/login", {{"Content-Type", "application/json"}}, R"({"password":"s3cret"})"};
    auth_.name = "/token";
    auth_.header = "X-Session";
    auth_.prefix = "Key ";
    auth_.renew_at = {401, 403};
  }

  std::string answer(const std::string& request) {
    std::scoped_lock lock(mutex_);
    if (request.starts_with("POST /login ")) {
      ++logins_;
      if (refuses_) return status(403);
      return ok(R"({"token":"t)" + std::to_string(logins_.load()) + "\"}");
    }
    ++calls_;
    const auto at = request.find("X-Session: Key ");
    const std::string token = at == std::string::npos ? "" : request.substr(at + 15, request.find('\r', at) - at - 15);
    return token == ended_ ? status(403) : ok(token);
  }

  std::uint32_t connect() {
    ConnectionSettings settings;
    settings.base_url = vendor_.url();
    settings.concurrency_max = 64;
    settings.auth = auth_;
    return transport_.add_connection(settings).value();
  }

  std::mutex mutex_;
  std::atomic<int> logins_ = 0, calls_ = 0;
  bool refuses_ = false;
  std::string ended_ = "-";
  SessionAuth auth_;
  ScriptedPeer vendor_;
  IoThread io_;
  AsioTransport transport_{io_.loop()};
};

TEST_F(SessionLogin, OneLoginServesAllThatWait) {
  const auto id = connect();
  std::vector<std::future<Result>> sends;
  for (int i = 0; i < 30; ++i) sends.push_back(start(transport_, post_to(id)));
  for (auto& one : sends) EXPECT_EQ(one.get().reply.body, "t1");
  EXPECT_EQ(logins_, 1);
}

TEST_F(SessionLogin, EndedSessionIsRenewedForTheNextSendAndTheCallIsNotSentAgain) {
  {
    std::scoped_lock lock(mutex_);
    ended_ = "t1";
  }
  const auto id = connect();
  EXPECT_EQ(send(transport_, post_to(id)).reply.status, 403);
  EXPECT_EQ(calls_, 1);
  EXPECT_EQ(send(transport_, post_to(id)).reply.body, "t2");
  EXPECT_EQ(calls_, 2);
}

TEST_F(SessionLogin, WrongPasswordIsNotTriedAgainAtOnce) {
  {
    std::scoped_lock lock(mutex_);
    refuses_ = true;
  }
  const auto id = connect();
  for (int i = 0; i < 5; ++i) {
    const auto result = send(transport_, post_to(id));
    EXPECT_EQ(result.ended, Ended::not_sent);
    EXPECT_EQ(result.error, "login: it was answered with 403");
  }
  EXPECT_EQ(logins_, 1);
  EXPECT_EQ(calls_, 0);
}

}  // namespace
}  // namespace handoff::net
