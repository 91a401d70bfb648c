// How the daemon starts, and how it refuses to.

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <thread>

#include <boost/json.hpp>

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

using Start = Journey;

/// Where a service manager listens: sd_notify(3). A name that begins with '@' is in the abstract space.
class Manager {
 public:
  explicit Manager(const std::string& name) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, name.c_str(), sizeof address.sun_path - 1);
    if (name.front() == '@') address.sun_path[0] = '\0';
    auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    timeval patience = {60, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0)
      throw std::runtime_error("cannot listen at " + name);
  }
  ~Manager() { ::close(socket_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  /// The next message; empty if none comes in a minute.
  std::string told() const {
    std::array<char, 64> text{};
    ssize_t size = ::recv(socket_, text.data(), text.size(), 0);
    return size < 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(size));
  }

 private:
  int socket_;
};

TEST_F(Start, SecondDaemonOnOneStoreRefuses) {
  start();
  EXPECT_EQ(start_in_vain().code, 2);
  EXPECT_NE(log().find("another handoff process uses this store"), std::string::npos) << log();
  EXPECT_EQ(submit(credit("T1")).status, 201) << "the first one goes on";
}

/// A thousand tills that hold their connections would leave none for a vendor.
TEST_F(Start, AsManyFilesAreOpenedAsTheMachineAllows) {
  rlimit files{}, few{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  few = files;
  few.rlim_cur = std::min<rlim_t>(256, files.rlim_max);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  start();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
  rlimit of_hub{};
  ASSERT_EQ(::prlimit(hub_->process().pid(), RLIMIT_NOFILE, nullptr, &of_hub), 0);
  EXPECT_EQ(of_hub.rlim_cur, files.rlim_max);
}

TEST_F(Start, WrongConfigurationIsRefusedInTheWordsOfLint) {
  config_.extra = "[retailers]\nname = \"acme\"\n";
  support::write_file(folder() + "/handoff.toml", config_.text(sandbox_));
  EXPECT_EQ(start_in_vain().code, 2);
  support::Process::Options options;
  options.arguments = {HANDOFF, "lint", "handoff.toml"};
  options.environment = hub_options_.environment;
  options.stderr_file = folder() + "/lint.log";
  options.folder = folder();
  support::Process lint(options);
  std::string words = lint.rest(std::chrono::seconds(20)) + support::read_file(folder() + "/lint.log");
  std::string complaint = "handoff.toml:";
  std::size_t at = log().find(complaint);
  ASSERT_NE(at, std::string::npos) << log();
  std::string line = log().substr(at, log().find('\n', at) - at);
  EXPECT_NE(line.find("retailers"), std::string::npos) << line;
  EXPECT_NE(words.find(line), std::string::npos) << "lint says:\n" << words << "\nthe daemon says:\n" << log();
}

TEST_F(Start, FolderThatCannotBeWrittenIsRefused) {
  config_.store = "sqlite:/proc/handoff.db";  // not even root can write there
  support::write_file(folder() + "/handoff.toml", config_.text(sandbox_));
  EXPECT_EQ(start_in_vain().code, 2);
  EXPECT_NE(log().find("/proc/handoff.db"), std::string::npos) << log();
}

TEST_F(Start, MissingSecretIsRefusedByName) {
  hub_options_.environment.erase("STRIPE_KEY");
  unsetenv("STRIPE_KEY");
  support::write_file(folder() + "/handoff.toml", config_.text(sandbox_));
  EXPECT_EQ(start_in_vain().code, 2);
  EXPECT_NE(log().find("STRIPE_KEY"), std::string::npos) << log();
}

TEST_F(Start, NameOfARenamedConnectorIsRefusedForAnotherAccount) {
  auto gifts = [&](const std::string& name, const std::string& more) {
    return "[connector." + name + "]\nrole = \"platform\"\nplugin = \"voucherify\"\nsettings = { base_url = \"" +
           sandbox_.url("voucherify") +
           "\", currency = \"USD\" }\nsecrets = { app_id = { env = \"VOUCHERIFY_ID\" }, app_token = { env = "
           "\"VOUCHERIFY_TOKEN\" } }\n" +
           more;
  };
  for (const std::string& extra : {gifts("gifts", ""), gifts("old-gifts", "formerly = [\"gifts\"]\n")}) {
    config_.extra = extra;
    start();
    stop();
  }
  config_.extra = gifts("gifts", "") + gifts("old-gifts", "");
  support::write_file(folder() + "/handoff.toml", config_.text(sandbox_));
  EXPECT_EQ(start_in_vain().code, 2);
  EXPECT_NE(log().find("the store knows both old-gifts and gifts as \"gifts\": one of them was renamed"),
            std::string::npos)
      << log();
}

TEST_F(Start, KeyOfAnotherStoreIsRefused) {
  start();
  submit(credit("T1"));
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  stop();
  support::write_file(folder() + "/handoff.db.key", std::string(32, 'x'));
  EXPECT_EQ(start_in_vain().code, 2);
  EXPECT_NE(log().find("handoff.db.key: is the key of another store; put back the one that belongs to"),
            std::string::npos)
      << log();
}

TEST_F(Start, FirstStartThatEndedBetweenTheStoreAndItsKeyIsStartedAgain) {
  support::write_file(folder() + "/handoff.toml", config_.text(sandbox_));
  std::filesystem::create_directory(folder() + "/handoff.db.key.new");  // so it cannot be written
  EXPECT_EQ(start_in_vain().code, 2);
  ASSERT_TRUE(std::filesystem::exists(folder() + "/handoff.db"));
  std::filesystem::remove(folder() + "/handoff.db.key.new");
  start();
  EXPECT_EQ(submit(credit("T1")).status, 201);
  stop();
  std::filesystem::remove(folder() + "/handoff.db.key");
  EXPECT_EQ(start_in_vain().code, 2) << "but of a store that has rows the key is never made anew";
  EXPECT_NE(log().find("put back the key"), std::string::npos) << log();
}

TEST_F(Start, AdminTokenThatWasDeletedStaysDeleted) {
  start();
  std::string file = folder() + "/handoff.db.admin-token";
  stop();
  ASSERT_EQ(std::remove(file.c_str()), 0);
  start();
  stop();
  EXPECT_EQ(support::read_file(file), "");
  int code = 0;
  std::string list = offline("token list", code);
  std::size_t first = list.find("local-admin-");
  EXPECT_NE(first, std::string::npos) << list;
  EXPECT_EQ(list.find("local-admin-", first + 1), std::string::npos) << list;
}

TEST_F(Start, AdminTokenOfAStartThatEndedTooEarlyIsMadeAnew) {
  support::write_file(folder() + "/handoff.db.admin-token", "htk_written_and_never_stored\n");
  start();
  EXPECT_EQ(support::HttpClient(hub_->admin()).get("/v1/status", hub_->authorization()).status, 200);
  std::string before = support::read_file(folder() + "/handoff.db.admin-token");
  stop();
  start();
  EXPECT_EQ(support::read_file(folder() + "/handoff.db.admin-token"), before);
}

TEST_F(Start, ServiceManagerIsToldWhenItIsReadyAndWhenItStops) {
  support::write_file(folder() + "/handoff.toml", config_.text(sandbox_));
  for (const std::string& name : {folder() + "/notify", "@handoff-start-" + std::to_string(::getpid())}) {
    Manager manager(name);
    support::Process::Options options;
    options.arguments = {HANDOFFD, "-c", "handoff.toml", "--pidfile=hub.pid"};
    options.environment = hub_options_.environment;
    options.environment["NOTIFY_SOCKET"] = name;
    options.stderr_file = folder() + "/handoffd.log";
    options.folder = folder();
    support::Process hub(options);
    EXPECT_EQ(manager.told(), "READY=1") << name << "\n" << log();
    std::optional<std::string> line = hub.line(std::chrono::seconds(1));
    ASSERT_TRUE(line) << "it is ready, and nobody was told where";
    std::string admin(boost::json::parse(*line).at("admin").as_string());
    EXPECT_EQ(support::HttpClient(admin).get("/healthz").status, 200) << "it is ready, and does not answer";
    EXPECT_EQ(support::read_file(folder() + "/hub.pid"), std::to_string(hub.pid()) + "\n");
    hub.signal(SIGTERM);
    EXPECT_EQ(manager.told(), "STOPPING=1") << name;
    EXPECT_EQ(hub.wait(std::chrono::seconds(30)).code, 0) << log();
    EXPECT_FALSE(std::filesystem::exists(folder() + "/hub.pid"));
  }
}

TEST_F(Start, HangUpIsAnsweredInTheLogAndNothingElseHappens) {
  start();
  hub_->process().signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return log().find("SIGHUP: nothing was reloaded") != std::string::npos; })) << log();
  EXPECT_EQ(submit(credit("T1")).status, 201);
  stop();
}

TEST_F(Start, AskedToReopenItsLogItGoesOn) {
  start();
  hub_->process().signal(SIGUSR1);
  hub_->process().signal(SIGUSR2);
  EXPECT_EQ(submit(credit("T1")).status, 201);
  stop();
}

TEST_F(Start, WhatItWouldNotDoIsRefusedAtOnce) {
  support::write_file(folder() + "/handoff.toml", config_.text(sandbox_));
  for (auto [word, said] : {std::pair("--daemon", "there is no --daemon"), {"other.toml", "handoffd -c other.toml"}}) {
    support::Process::Options options;
    options.arguments = {HANDOFFD, word};
    options.environment = hub_options_.environment;
    options.stderr_file = folder() + "/refused.log";
    options.folder = folder();
    support::Process hub(options);
    EXPECT_EQ(hub.rest(std::chrono::seconds(20)), "") << word;
    EXPECT_EQ(hub.wait(std::chrono::seconds(20)).code, 2) << word;
    EXPECT_NE(support::read_file(folder() + "/refused.log").find(said), std::string::npos)
        << support::read_file(folder() + "/refused.log");
  }
  EXPECT_FALSE(std::filesystem::exists(folder() + "/handoff.db"));
}

TEST_F(Start, CheckSaysWhoLetsTheHubInAndStatusWhoDoesNotAnswer) {
  start();
  int code = 0;
  std::string said = handoff("check", code);
  EXPECT_EQ(code, 0) << said;
  EXPECT_NE(said.find("cards  ok"), std::string::npos) << said;
  EXPECT_NE(said.find("books  ok"), std::string::npos) << said;
  sandbox_.post("/faults", R"({"vendor":"business_central","mode":"outage"})");
  said = handoff("check books", code);
  EXPECT_EQ(code, 1) << said;
  EXPECT_NE(said.find("books  failed: "), std::string::npos) << said;
  EXPECT_EQ(said.find("cards"), std::string::npos) << said;
  said = handoff("status", code);
  EXPECT_NE(said.find("Failing   books for "), std::string::npos) << said;
  for (int i = 0; i < 5; ++i) handoff("check books", code);
  EXPECT_NE(log().find("books at http://"), std::string::npos) << log();
  sandbox_.heal();
  EXPECT_EQ((handoff("check books", code), code), 0);
  EXPECT_EQ(handoff("status", code).find("Failing"), std::string::npos);
  EXPECT_NE(log().find("books answers again"), std::string::npos) << log();
  EXPECT_NE(handoff("check nobody", code).find("no connector named nobody"), std::string::npos);
}

/// P7: a booking without a key and without an answer waits until its absence is proof. How long is the first question.
TEST_F(Start, TraceSaysUntilWhenADoubtWaits) {
  start();
  sandbox_.post(
      "/faults",
      R"({"vendor":"business_central","match":{"path_prefix":"/v2.0","method":"POST"},"mode":"lost_before"})");
  std::string ref(boost::json::parse(submit(credit("T1")).body).at("id").as_string());
  std::string shown;
  int code = 0;
  EXPECT_TRUE(eventually([&] {
    return (shown = handoff("trace " + ref, code)).contains("books.record is in doubt, until ");
  })) << shown;
}

TEST_F(Start, FiveSecondsAsleepDoNothingTwice) {
  start();
  sandbox_.post("/latency", R"({"vendor":"voucherify","ms":1000})");
  Answer first;
  std::thread till([&] { first = submit(credit("T1")); });
  EXPECT_TRUE(eventually([this] {
    return support::StoreView(folder() + "/handoff.db")
               .number("SELECT count(*) FROM calls WHERE state = 'in_flight'") == 1;
  })) << "the voucher is being asked for";
  hub_->process().signal(SIGSTOP);
  std::this_thread::sleep_for(std::chrono::seconds(5));
  hub_->process().signal(SIGCONT);
  till.join();
  EXPECT_EQ(first.status, 201) << first.body << first.error;
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  EXPECT_EQ(agree(1), 0);
}

TEST_F(Start, SigtermEndsItCleanlyAndTheNextStartGoesOn) {
  start();
  ASSERT_EQ(submit(credit("T1")).status, 201);
  hub_->process().signal(SIGTERM);
  EXPECT_EQ(hub_->process().wait(std::chrono::seconds(10)).code, 0);
  start();
  EXPECT_EQ(submit(credit("T1")).status, 200);
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  EXPECT_EQ(agree(1), 0);
}

TEST_F(Start, SigtermWaitsForTheAnswerToWhatIsUnderWayAndSendsNothingMore) {
  sandbox_.post("/latency", R"({"vendor":"business_central","ms":700})");
  start();
  ASSERT_EQ(submit(credit("T1")).status, 201);
  auto number = [&](const std::string& query) { return support::StoreView(folder() + "/handoff.db").number(query); };
  const std::string under_way = "SELECT count(*) FROM calls WHERE state = 'in_flight'";
  ASSERT_TRUE(eventually([&] { return number(under_way) == 1; }));
  stop();
  sandbox_.post("/latency", R"({"vendor":"business_central","ms":0})");
  EXPECT_EQ(number(under_way), 0) << log();
  EXPECT_EQ(number("SELECT count(*) FROM attempts WHERE outcome IN ('', 'UNKNOWN')"), 0) << log();
  EXPECT_EQ(number("SELECT count(*) FROM effects WHERE op = 'record' AND connector = 'books' AND open = 1"), 1)
      << "its other calls were not made";
  start();
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  EXPECT_EQ(number("SELECT count(*) FROM attempts WHERE outcome = 'UNKNOWN'"), 0);
  EXPECT_EQ(agree(1), 0);
}

TEST_F(Start, SigtermTellsTheRegisterThatWaitsThatItsCreditIsStored) {
  sandbox_.post("/latency", R"({"vendor":"voucherify","ms":3000})");
  start();
  Answer told;
  std::thread till([&] { told = submit(credit("T1")); });
  auto number = [&](const std::string& query) { return support::StoreView(folder() + "/handoff.db").number(query); };
  EXPECT_TRUE(eventually([&] { return number("SELECT count(*) FROM calls WHERE state = 'in_flight'") == 1; })) << log();
  stop();
  till.join();
  EXPECT_EQ(told.status, 201) << told.error;
  EXPECT_TRUE(told.body.contains(R"("status":"accepted")")) << told.body;
}

}  // namespace handoff::integration
