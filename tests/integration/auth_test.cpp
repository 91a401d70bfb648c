// Doors that vendors keep, each passed by a credit on its way into the books, and what a crash between a vendor's answer
// and the disk leaves behind (docs/adr/0021-credentials.md).

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <set>

#include "core/crypto/hash.hpp"
#include "tests/integration/journey.hpp"
#include "tests/integration/small_server.hpp"
#include "tests/support/store_view.hpp"
#include "tests/unit/net/support/keys.hpp"

namespace handoff::integration {

using support::SmallReply;
using support::SmallRequest;

namespace {

/// Of a form body; tokens here need no decoding.
std::string field(const std::string& body, const std::string& name) {
  const auto at = ("&" + body).find("&" + name + "=");
  return at == std::string::npos ? "" : body.substr(at + name.size() + 1, body.find('&', at) - at - name.size() - 1);
}

std::string header(const SmallRequest& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

/// Books that take an entry from whoever `lets_in`, and answer their other paths by `door`.
class GuardedBooks {
 public:
  using Door = std::function<SmallReply(const SmallRequest&)>;
  using Guard = std::function<bool(const SmallRequest&)>;
  GuardedBooks(Door door, Guard lets_in) : door_(std::move(door)), lets_in_(std::move(lets_in)) {}

  std::string url() const { return server_.url(); }
  int entries() const { return entries_; }
  int turned_away() const { return turned_away_; }

 private:
  SmallReply answer(const SmallRequest& request) {
    if (request.path != "/entries") return door_(request);
    if (!lets_in_(request)) {
      ++turned_away_;
      return {401, "{}", false};
    }
    const std::string number = std::to_string(++entries_);
    return {200, request.body.substr(0, request.body.rfind('}')) + R"(,"number":"N)" + number + "\"}", false};
  }

  Door door_;
  Guard lets_in_;
  std::atomic<int> entries_ = 0, turned_away_ = 0;
  support::SmallServer server_{[this](const SmallRequest& request) { return answer(request); }};
};

/// Every refresh token works once; one that comes a second time ends them all.
class OnceOnly {
 public:
  SmallReply answer(const SmallRequest& request) {
    std::scoped_lock lock(mutex_);
    const std::string token = field(request.body, "refresh_token");
    shown_.push_back(token);
    if (token != refresh_ || revoked_) {
      revoked_ = true;
      return {400, R"({"error":"invalid_grant"})", false};
    }
    authorise("canary-refresh-" + std::to_string(++given_));
    access_ = "canary-access-" + std::to_string(given_);
    if (crash_) {
      std::exchange(crash_, nullptr)();
      return {0, "", true};
    }
    return {200, R"({"access_token":")" + access_ + R"(","expires_in":3600,"refresh_token":")" + refresh_ + "\"}",
            false};
  }
  bool lets_in(const SmallRequest& request) {
    std::scoped_lock lock(mutex_);
    return !access_.empty() && header(request, "authorization") == "Bearer " + access_;
  }
  /// A person has been at the vendor's page.
  std::string authorise_again() {
    std::scoped_lock lock(mutex_);
    revoked_ = false;
    authorise("canary-again-1");
    return refresh_;
  }
  /// After the next exchange, instead of its answer.
  void then_crash(std::function<void()> crash) { crash_ = std::move(crash); }
  std::vector<std::string> shown() {
    std::scoped_lock lock(mutex_);
    return shown_;
  }
  bool revoked() {
    std::scoped_lock lock(mutex_);
    return revoked_;
  }

 private:
  void authorise(const std::string& token) { refresh_ = token; }

  std::mutex mutex_;
  std::string refresh_ = "canary-refresh-0", access_;
  int given_ = 0;
  bool revoked_ = false;
  std::function<void()> crash_;
  std::vector<std::string> shown_;
};

}  // namespace

class Doors : public Journey {
 protected:
  Doors() { config_.plugin_directories.insert(config_.plugin_directories.begin(), HANDOFF_TEST_PLUGINS); }

  /// `secrets`: name and value; each in a file of its own.
  void book_behind(const std::string& door, const std::string& url, const std::map<std::string, std::string>& secrets,
                   const std::string& isolation = "process") {
    std::string listed;
    for (const auto& [name, value] : secrets) {
      keep_secret(name, value);
      listed += (listed.empty() ? "" : ", ") + name + " = { file = \"" + name + "\" }";
    }
    config_.extra = "[connector.ledger]\nplugin = \"toll_" + door + "\"\nsettings = { base_url = \"" + url +
                    "\" }\nsecrets = { " + listed + " }\nisolation = \"" + isolation + "\"\n";
    config_.hops.push_back({"ledger", "record", "cards", ""});
  }
  void keep_secret(const std::string& name, const std::string& value) {
    support::write_file(folder() + "/" + name, value + "\n");
    std::filesystem::permissions(folder() + "/" + name,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  bool complete(std::size_t credits) {
    return eventually(
        [&] {
          const std::vector<std::string> all = states();
          return all.size() == credits && std::ranges::count(all, "complete") == static_cast<std::ptrdiff_t>(credits);
        },
        std::chrono::seconds(40));
  }
  /// Files of the folder that hold the text, but those that hold secrets by right.
  std::vector<std::string> files_that_tell(const std::string& text, const std::set<std::string>& by_right) {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder()))
      if (entry.is_regular_file() && !by_right.contains(entry.path().filename().string()) &&
          support::read_file(entry.path().string()).find(text) != std::string::npos)
        out.push_back(entry.path().filename().string());
    return out;
  }
};

class DoorOfRefreshTokens : public Doors {
 protected:
  DoorOfRefreshTokens() {
    book_behind("refresh", books_.url(),
                {{"client_id", "me"}, {"client_secret", "canary-client"}, {"refresh_token", "canary-refresh-0"}});
  }
  std::string said(const std::string& words) {
    int code = 0;
    return handoff(words, code);
  }
  std::string linted() {
    support::Process::Options options;
    options.arguments = {HANDOFF, "lint", "handoff.toml"};
    options.environment = hub_options_.environment;
    options.folder = folder();
    return support::Process(options).rest(std::chrono::seconds(20));
  }

  OnceOnly tokens_;
  GuardedBooks books_{[this](const SmallRequest& request) { return tokens_.answer(request); },
                      [this](const SmallRequest& request) { return tokens_.lets_in(request); }};
};

TEST_F(DoorOfRefreshTokens, OpensOverRestartsAndTellsNobody) {
  start();
  submit(credit("T1"));
  EXPECT_TRUE(complete(1)) << log();
  stop();
  start();
  submit(credit("T2"));
  EXPECT_TRUE(complete(2)) << log();
  EXPECT_EQ(books_.entries(), 2);
  EXPECT_EQ(tokens_.shown(), (std::vector<std::string>{"canary-refresh-0", "canary-refresh-1"}));
  EXPECT_EQ(std::filesystem::status(folder() + "/handoff.db.refresh.ledger").permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  int code = 0;
  std::string copied = store("backup copy.db", code);
  EXPECT_NE(copied.find("the refresh token of ledger is not in it"), std::string::npos) << copied;
  EXPECT_FALSE(said("trace T1 --bodies").empty());
  stop();
  EXPECT_EQ(files_that_tell("canary-", {"client_secret", "refresh_token"}), std::vector<std::string>{});
}

/// The configured one was spent long ago: shown again, it would end them all.
TEST_F(DoorOfRefreshTokens, FileOfTheNewestTokenThatCannotBeReadStopsTheStart) {
  start();
  submit(credit("T1"));
  EXPECT_TRUE(complete(1)) << log();
  stop();
  const std::string file = folder() + "/handoff.db.refresh.ledger";
  std::filesystem::rename(file, folder() + "/aside");
  std::filesystem::create_directory(file);
  EXPECT_EQ(start_in_vain().code, 2);
  EXPECT_NE(
      log().find(
          "ledger.secrets.refresh_token: handoff.db.refresh.ledger: cannot be read: it is a folder. It holds the newest "
          "refresh token"),
      std::string::npos)
      << log();
  std::filesystem::remove(file);
  std::filesystem::rename(folder() + "/aside", file);
  start();
  submit(credit("T2"));
  EXPECT_TRUE(complete(2)) << log();
  EXPECT_FALSE(tokens_.revoked());
}

TEST_F(DoorOfRefreshTokens, FileOfTheNewestTokenThatIsDamagedStopsTheStartUntilItIsAuthorisedAgain) {
  start();
  submit(credit("T1"));
  EXPECT_TRUE(complete(1)) << log();
  stop();
  const std::string file = folder() + "/handoff.db.refresh.ledger";
  std::string bytes = support::read_file(file);
  bytes[bytes.find("\"token\":\"") + 12] ^= 1;
  support::write_file(file, bytes);
  EXPECT_EQ(start_in_vain().code, 2);
  const std::string words =
      "handoff.db.refresh.ledger: is damaged, or of a store with another key. It holds the newest refresh token: bring "
      "it back as it was; or let the vendor give a new refresh token, write it to the file refresh_token, take that "
      "file away, and start the hub again";
  EXPECT_NE(log().find("error: ledger.secrets.refresh_token: " + words), std::string::npos) << log();
  const std::string lint = linted();
  EXPECT_NE(lint.find("error: ledger.secrets.refresh_token: " + words), std::string::npos) << lint;
  EXPECT_EQ(support::read_file(file), bytes);
  EXPECT_EQ(tokens_.shown().size(), 1u) << "the configured one was spent";

  keep_secret("refresh_token", tokens_.authorise_again());
  std::filesystem::remove(file);
  start();
  submit(credit("T2"));
  EXPECT_TRUE(complete(2)) << log();
  EXPECT_FALSE(tokens_.revoked());
}

TEST_F(DoorOfRefreshTokens, FileOfTheNewestTokenIsOfTheStoresOwnerAlsoWhenRootRunsTheHub) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  start();
  stop();
  constexpr ::uid_t kHub = 12345;
  ASSERT_EQ(::chown((folder() + "/handoff.db").c_str(), kHub, kHub), 0);
  start();
  submit(credit("T1"));
  EXPECT_TRUE(complete(1)) << log();
  struct ::stat info = {};
  ASSERT_EQ(::stat((folder() + "/handoff.db.refresh.ledger").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, kHub);
}

TEST_F(DoorOfRefreshTokens, CrashBetweenTheAnswerAndTheDiskSaysWhatToDoAndIsOverWhenItIsDone) {
  tokens_.then_crash([this] { hub_->process().signal(SIGKILL); });
  start();
  submit(credit("T1"));
  hub_->process().wait(std::chrono::seconds(20));
  hub_.reset();
  start();
  submit(credit("T2"));  // these books have no look-up: what was on its way to them in the crash is held
  ASSERT_TRUE(eventually([&] { return said("status").find("must be authorised again") != std::string::npos; }))
      << log();
  EXPECT_TRUE(tokens_.revoked());
  EXPECT_NE(log().find("and no answer was kept; it is shown again"), std::string::npos) << log();
  EXPECT_NE(
      log().find(
          "authorise it again: let the vendor give a new refresh token, write it to the file refresh_token, and start the hub again"),
      std::string::npos)
      << log();
  const std::string status = said("status"), lint = linted();
  EXPECT_NE(status.find("ledger must be authorised again: its vendor refused the refresh token at "), std::string::npos)
      << status;
  EXPECT_NE(status.find("the hub had shown it and kept no answer, so the vendor may have taken it then"),
            std::string::npos)
      << status;
  EXPECT_NE(lint.find("warning: ledger.secrets.refresh_token: must be authorised again"), std::string::npos) << lint;
  EXPECT_EQ(books_.entries(), 0);
  auto is_a_case = [&] {
    return said("cases").find("ledger: must be authorised again: its vendor refused") != std::string::npos;
  };
  ASSERT_TRUE(eventually(is_a_case)) << said("cases");
  const std::string number =
      std::to_string(support::StoreView(folder() + "/handoff.db").number("SELECT no FROM cases WHERE kind = 'source'"));
  EXPECT_NE(said("cases").find("What goes there waits, and nothing is lost."), std::string::npos) << said("cases");
  EXPECT_NE(said("case close " + number + " --reason no").find("nobody has authorised it"), std::string::npos);
  EXPECT_NE(said("case retry " + number).find("a person must get it another"), std::string::npos);
  stop();
  start();
  EXPECT_TRUE(is_a_case()) << "it is one case, over restarts";

  ASSERT_TRUE(eventually([&] { return tokens_.shown().size() == 3; }))
      << "else it is shown after the new one was given, and ends that";
  keep_secret("refresh_token", tokens_.authorise_again());
  stop();
  start();
  EXPECT_TRUE(eventually([&] { return std::ranges::count(states(), "complete") == 1; }, std::chrono::seconds(40)))
      << log();
  EXPECT_EQ(books_.entries(), 1);
  EXPECT_EQ(said("status").find("authorised"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return !is_a_case(); })) << said("cases");
  EXPECT_EQ(support::StoreView(folder() + "/handoff.db").number("SELECT count(*) FROM cases WHERE kind = 'source'"), 1);
  EXPECT_EQ(linted().find("authorised"), std::string::npos);
  EXPECT_EQ(tokens_.shown(),
            (std::vector<std::string>{"canary-refresh-0", "canary-refresh-0", "canary-refresh-0", "canary-again-1"}));
}

TEST_F(DoorOfRefreshTokens, RestoredStoreGoesOnWithTheNewestToken) {
  config_.extra += "assume = { inflight_max = \"1s\", visibility_lag = \"1s\" }\n";
  start();
  submit(credit("T1"));
  EXPECT_TRUE(complete(1)) << log();
  int code = 0;
  std::string copied = store("backup old.db", code);
  EXPECT_EQ(code, 0) << copied;
  stop();
  start();
  submit(credit("T2"));
  EXPECT_TRUE(complete(2)) << log();
  stop();
  std::string restored = store("restore old.db", code);
  EXPECT_EQ(code, 0) << restored;
  EXPECT_NE(restored.find("the refresh token of ledger was left as it is"), std::string::npos) << restored;
  start();
  ASSERT_TRUE(eventually([&] { return log().find("the recovery after the restore is over") != std::string::npos; }))
      << log();
  submit(credit(
      "T3"));  // these books have no look-up, and the lost hub may have sent it: somebody must say that it had not
  EXPECT_TRUE(eventually([&] {
    return said("case settle 1 --not-happened --reason 'not in the ledger'").find("is sent again") != std::string::npos;
  })) << said("cases");
  EXPECT_TRUE(eventually([&] { return books_.entries() == 3; }, std::chrono::seconds(40))) << log();
  EXPECT_FALSE(tokens_.revoked());
}

class DoorOfAssertions : public Doors {
 protected:
  DoorOfAssertions() { book_behind("assertion", books_.url(), {{"signing_key", pair_.private_pem}}); }

  SmallReply answer(const SmallRequest& request) {
    const std::string assertion = field(request.body, "assertion");
    const bool good =
        net::test::jwt_is_of(pair_.public_pem, assertion) &&
        net::test::jwt_part(assertion, 1).find(R"("iss":"acme","aud":"http://127.0.0.1:)") != std::string::npos;
    if (!good) return {400, R"({"error":"invalid_grant"})", false};
    return {200, R"({"access_token":"canary-access","expires_in":3600})", false};
  }

  net::test::KeyPair pair_ = net::test::ec_key();
  GuardedBooks books_{
      [this](const SmallRequest& request) { return answer(request); },
      [](const SmallRequest& request) { return header(request, "authorization") == "Bearer canary-access"; }};
};

TEST_F(DoorOfAssertions, OpensToAKeyAndTellsNobody) {
  start();
  submit(credit("T1"));
  EXPECT_TRUE(complete(1)) << log();
  stop();
  EXPECT_EQ(books_.turned_away(), 0);
  EXPECT_EQ(files_that_tell("canary-", {}), std::vector<std::string>{});
  EXPECT_EQ(files_that_tell(pair_.private_pem.substr(40, 30), {"signing_key"}), std::vector<std::string>{});
}

class DoorOfOAuth1 : public Doors {
 protected:
  DoorOfOAuth1() {
    book_behind("oauth1", books_.url(),
                {{"consumer_key", "canary-consumer"},
                 {"consumer_secret", "canary-secret"},
                 {"token", "canary-token"},
                 {"token_secret", "canary-token-secret"}});
  }
  std::mutex mutex_;
  std::set<std::string> seen_;
  GuardedBooks books_{[](const SmallRequest&) { return SmallReply{404, "{}", false}; },
                      [this](const SmallRequest& request) {
                        const std::string shown = header(request, "authorization");
                        std::scoped_lock lock(mutex_);
                        return shown.starts_with("OAuth realm=\"books\", oauth_consumer_key=\"canary-consumer\", ") &&
                               shown.find("oauth_signature_method=\"HMAC-SHA256\"") != std::string::npos &&
                               seen_.insert(shown).second;
                      }};
};

TEST_F(DoorOfOAuth1, OpensToASignatureOfEachAttemptAndTellsNobody) {
  start();
  submit(credit("T1"));
  submit(credit("T2"));
  EXPECT_TRUE(complete(2)) << log();
  stop();
  EXPECT_EQ(seen_.size(), 2u);
  EXPECT_EQ(files_that_tell("canary-", {"consumer_key", "consumer_secret", "token", "token_secret"}),
            std::vector<std::string>{});
}

class DoorOfSessions : public Doors {
 protected:
  DoorOfSessions() { book_behind("session", books_.url(), {{"user", "me"}, {"password", "canary-password"}}); }

  SmallReply answer(const SmallRequest& request) {
    ++logins_;
    const boost::json::value asked = boost::json::parse(request.body);
    const boost::json::object params = {{"user", "me"}, {"password", "canary-password"}, {"at", books_.url()}};
    const bool good = request.path == "/login" && asked == boost::json::value{{"method", "login"}, {"params", params}};
    return good ? SmallReply{200, R"({"result":{"token":"canary-session"}})", false} : SmallReply{403, "{}", false};
  }

  std::atomic<int> logins_ = 0;
  GuardedBooks books_{[this](const SmallRequest& request) { return answer(request); },
                      [](const SmallRequest& request) { return header(request, "x-session") == "canary-session"; }};
};

TEST_F(DoorOfSessions, OpensToOneLoginForAllAndTellsNobody) {
  start();
  for (const char* transaction : {"T1", "T2", "T3"}) submit(credit(transaction));
  EXPECT_TRUE(complete(3)) << log();
  stop();
  EXPECT_EQ(logins_, 1);
  EXPECT_EQ(files_that_tell("canary-", {"password"}), std::vector<std::string>{});
}

/// The connector's own steps: a ticket by a proof, and a signature over method, address, body, time and nonce.
class DoorOfSteps : public Doors, public ::testing::WithParamInterface<const char*> {
 protected:
  DoorOfSteps() {
    book_behind("steps", books_.url(), {{"user", "canary-user"}, {"password", "canary-password"}}, GetParam());
  }

  static std::string proof(const std::string& text) {
    return std::string(crypto::bytes(crypto::hmac_sha256("canary-password", text)));
  }

  SmallReply answer(const SmallRequest& request) {
    ++logins_;
    const boost::json::value asked = boost::json::parse(request.body);
    const std::string nonce(asked.at("nonce").as_string());
    const bool good = asked.at("user").as_string() == "canary-user" &&
                      asked.at("proof").as_string() == crypto::hex(proof("login " + nonce)) && is_new(nonce);
    return good ? SmallReply{200, R"({"ticket":"canary-ticket"})", false} : SmallReply{403, "{}", false};
  }
  bool lets_in(const SmallRequest& request) {
    const std::string signature = header(request, "x-signature");
    const auto first = signature.find(' '), second = signature.find(' ', first + 1);
    if (second == std::string::npos) return false;
    const std::string body = crypto::hex(crypto::bytes(crypto::sha256(request.body)));
    const std::string text = "POST " + header(request, "host") + "/entries " + body + " " + signature.substr(0, second);
    return header(request, "x-ticket") == "canary-ticket" && header(request, "x-user") == "canary-user" &&
           signature.substr(second + 1) == crypto::base64(proof(text)) && is_new(signature.substr(first + 1, 32));
  }
  bool is_new(const std::string& nonce) {
    std::scoped_lock lock(mutex_);
    return nonce.size() == 32 && seen_.insert(nonce).second;
  }

  std::mutex mutex_;
  std::set<std::string> seen_;
  std::atomic<int> logins_ = 0;
  GuardedBooks books_{[this](const SmallRequest& request) { return answer(request); },
                      [this](const SmallRequest& request) { return lets_in(request); }};
};

TEST_P(DoorOfSteps, OpensToOneLoginAndASignatureOfEachAttemptAndTellsNobody) {
  start();
  for (const char* transaction : {"T1", "T2", "T3"}) submit(credit(transaction));
  EXPECT_TRUE(complete(3)) << log();
  EXPECT_EQ(books_.entries(), 3);
  EXPECT_EQ(books_.turned_away(), 0);
  EXPECT_EQ(logins_, 1);
  int code = 0;
  handoff("trace T1 --bodies", code);
  stop();
  EXPECT_EQ(files_that_tell("canary-", {"user", "password"}), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Run, DoorOfSteps, ::testing::Values("none", "process"), [](const auto& where) {
  return std::string(where.param) == "none" ? "InTheHub" : "InAProcessOfItsOwn";
});

}  // namespace handoff::integration
