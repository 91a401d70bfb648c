// Refresh tokens that work once, over real sockets: one exchange however many wait, and the disk before the use.

#include <gtest/gtest.h>

#include <deque>
#include <mutex>

#include "core/net/asio_transport.hpp"
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

std::string status(int code, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(code) + " x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

/// Gives a new refresh token for each, and revokes all of them when one comes twice. "r0" is the first.
class TokenServer {
 public:
  TokenServer()
      : peer_([this](RawStream& stream, int) {
          for (std::string request = peer_.request(stream); !request.empty(); request = peer_.request(stream))
            if (!answer(stream, request)) return;
        }) {}

  std::string url() const { return peer_.url() + "/token"; }
  /// The next answers are lost; the exchanges happen.
  void lose(int answers) {
    std::scoped_lock lock(mutex_);
    lose_ = answers;
  }
  /// A spent token is still good, as at vendors that give a lost answer time.
  void be_patient() { patient_ = true; }
  bool revoked() {
    std::scoped_lock lock(mutex_);
    return revoked_;
  }
  std::vector<std::string> shown() {
    std::scoped_lock lock(mutex_);
    return shown_;
  }
  bool wait_for_requests(int count) { return peer_.wait_for_requests(count); }

 private:
  bool answer(RawStream& stream, const std::string& request) {
    std::scoped_lock lock(mutex_);
    const auto at = request.find("&refresh_token=") + 15;
    const std::string token = request.substr(at, request.find('&', at) - at);
    shown_.push_back(token);
    const bool good =
        token == "r" + std::to_string(given_) || (patient_ && given_ > 0 && token == "r" + std::to_string(given_ - 1));
    if (!good) revoked_ = true;
    if (revoked_) return stream.write(status(400, R"({"error":"invalid_grant"})"));
    ++given_;
    if (lose_ > 0) {
      --lose_;
      return false;
    }
    const std::string number = std::to_string(given_);
    return stream.write(
        ok(R"({"access_token":"a)" + number + R"(","expires_in":3600,"refresh_token":"r)" + number + "\"}"));
  }

  std::mutex mutex_;
  int given_ = 0, lose_ = 0;
  std::atomic<bool> patient_ = false;
  bool revoked_ = false;
  std::vector<std::string> shown_;
  ScriptedPeer peer_;  // last: its threads use the others
};

/// A disk that writes when it is told to, on the io thread.
class FakeDisk final : public RefreshTokens {
 public:
  std::string current() const override { return token; }
  void showing(Done done) override { write("showing " + token, std::move(done)); }
  void keep(std::string next, Done done) override {
    write("keep " + next, [this, next, done = std::move(done)](std::expected<void, std::string> written) {
      if (written) token = next;
      done(std::move(written));
    });
  }
  void refused(std::string answer, Done done) override { write("refused " + answer, std::move(done)); }
  std::string advice() const override { return "authorise it again"; }

  void write(std::string what, Done done) {
    {
      std::scoped_lock lock(mutex);
      log.push_back(std::move(what));
    }
    if (full > 0) {
      --full;
      return done(std::unexpected("no space left"));
    }
    if (slow) {
      waiting.push_back(std::move(done));
      return arrived.set_value();
    }
    done({});
  }
  std::vector<std::string> lines() {
    std::scoped_lock lock(mutex);
    return log;
  }

  std::string token = "r0";
  int full = 0;       // so many writes fail
  bool slow = false;  // writes wait in `waiting`
  std::promise<void> arrived;
  std::vector<Done> waiting;

 private:
  std::mutex mutex;
  std::vector<std::string> log;
};

class RefreshTokensTest : public testing::Test {
 protected:
  RefreshTokensTest()
      : vendor_([this](RawStream& stream, int) {
          for (std::string request = vendor_.request(stream); !request.empty(); request = vendor_.request(stream)) {
            const auto at = request.find("Authorization: Bearer ") + 22;
            const std::string token = request.substr(at, request.find('\r', at) - at);
            stream.write(is_refused(token) ? status(401, "") : ok(token));
          }
        }) {}

  /// This access token is answered with 401 from now on.
  void refuse(const std::string& token) {
    std::scoped_lock lock(mutex_);
    refused_ = token;
  }
  bool is_refused(const std::string& token) {
    std::scoped_lock lock(mutex_);
    return token == refused_;
  }

  std::uint32_t connect() {
    OAuth2Auth auth{tokens_.url(), "me", "s3cret", "", {}};
    auth.refresh = disk_;
    ConnectionSettings settings;
    settings.base_url = vendor_.url();
    settings.concurrency_max = 64;
    settings.auth = std::move(auth);
    return transport_.add_connection(settings).value();
  }

  TokenServer tokens_;
  std::shared_ptr<FakeDisk> disk_ = std::make_shared<FakeDisk>();
  std::mutex mutex_;
  std::string refused_ = "-";
  ScriptedPeer vendor_;
  IoThread io_;
  AsioTransport transport_{io_.loop()};
};

TEST_F(RefreshTokensTest, FiftyThatWaitCostOneExchange) {
  const auto id = connect();
  std::vector<std::future<Result>> sends;
  for (int i = 0; i < 50; ++i) sends.push_back(start(transport_, post_to(id)));
  for (auto& one : sends) EXPECT_EQ(one.get().reply.body, "a1");
  EXPECT_EQ(tokens_.shown(), std::vector<std::string>{"r0"});
  EXPECT_EQ(disk_->lines(), (std::vector<std::string>{"showing r0", "keep r1"}));
}

TEST_F(RefreshTokensTest, NothingIsSentBeforeTheNewTokenIsOnDisk) {
  disk_->slow = true;
  const auto id = connect();
  const auto open = test::connect_to(transport_, vendor_.url());
  auto waiting = start(transport_, post_to(id));
  for (int write = 0; write < 2; ++write) {  // that it is shown, then the new one
    disk_->arrived.get_future().wait();
    EXPECT_EQ(tokens_.shown().size(), static_cast<std::size_t>(write));
    send(transport_, post_to(open));  // whatever was sent too early is there before this one
    EXPECT_EQ(vendor_.requests(), write + 1);
    io_.loop().run_and_wait([this] {
      disk_->arrived = {};
      std::exchange(disk_->waiting, {}).front()({});
    });
  }
  EXPECT_EQ(waiting.get().reply.body, "a1");
  EXPECT_EQ(vendor_.requests(), 3);
}

TEST_F(RefreshTokensTest, RefusedAccessTokenIsReplacedForTheNextSendAndTheCallIsNotSentAgain) {
  refuse("a1");
  const auto id = connect();
  EXPECT_EQ(send(transport_, post_to(id)).reply.status, 401);
  EXPECT_EQ(vendor_.requests(), 1);
  EXPECT_EQ(send(transport_, post_to(id)).reply.body, "a2");
  EXPECT_EQ(vendor_.requests(), 2);
  EXPECT_EQ(tokens_.shown(), (std::vector<std::string>{"r0", "r1"}));
  EXPECT_FALSE(tokens_.revoked());
}

TEST_F(RefreshTokensTest, LostAnswerShowsTheSameTokenAgainWhichAPatientVendorTakes) {
  tokens_.be_patient();
  tokens_.lose(1);
  const auto id = connect();
  const auto lost = send(transport_, post_to(id));
  EXPECT_EQ(lost.ended, Ended::not_sent);
  EXPECT_EQ(send(transport_, post_to(id)).reply.body, "a2");
  EXPECT_EQ(tokens_.shown(), (std::vector<std::string>{"r0", "r0"}));
  EXPECT_EQ(disk_->lines(), (std::vector<std::string>{"showing r0", "showing r0", "keep r2"}));
}

TEST_F(RefreshTokensTest, RefusedTokenSaysWhatToDoAndIsNotShownAgainAtOnce) {
  tokens_.lose(1);
  const auto id = connect();
  send(transport_, post_to(id));
  for (int i = 0; i < 5; ++i) {
    const auto refused = send(transport_, post_to(id));
    EXPECT_EQ(refused.ended, Ended::not_sent);
    EXPECT_EQ(refused.error, "token: the refresh token was refused (400 invalid_grant); authorise it again");
  }
  EXPECT_EQ(tokens_.shown(), (std::vector<std::string>{"r0", "r0"}));
  EXPECT_EQ(disk_->lines().back(), "refused 400 invalid_grant");
  EXPECT_EQ(vendor_.requests(), 0);
}

TEST_F(RefreshTokensTest, FullDiskSendsNothingAndAsksForNothingElseUntilTheTokenIsKept) {
  const auto id = connect();
  disk_->full = 1;
  EXPECT_EQ(send(transport_, post_to(id)).error, "token: cannot note that the refresh token is shown: no space left");
  EXPECT_TRUE(tokens_.shown().empty());
  io_.loop().run_and_wait([this] { disk_->full = 0; });
  EXPECT_EQ(send(transport_, post_to(id)).reply.body, "a1");
  refuse("a1");
  send(transport_, post_to(id));
  disk_->slow = true;
  auto waiting = start(transport_, post_to(id));
  disk_->arrived.get_future().wait();
  io_.loop().run_and_wait([this] {
    disk_->slow = false;
    disk_->full = 0;
    std::exchange(disk_->waiting, {}).front()({});
    disk_->full = 2;  // the new token cannot be kept, twice
  });
  EXPECT_EQ(waiting.get().error, "token: cannot keep the new refresh token: no space left");
  EXPECT_EQ(send(transport_, post_to(id)).error, "token: cannot keep the new refresh token: no space left");
  EXPECT_EQ(send(transport_, post_to(id)).reply.body, "a2");
  EXPECT_EQ(tokens_.shown(), (std::vector<std::string>{"r0", "r1"}));
  EXPECT_FALSE(tokens_.revoked());
}

}  // namespace
}  // namespace handoff::net
