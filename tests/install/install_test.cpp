// cmake --install --component hub, and the hub that lies there then: found by nothing but its own place.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "tests/support/http.hpp"
#include "tests/support/process.hpp"
#include "tests/support/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::support {
namespace {

constexpr auto kLong = std::chrono::seconds(60);

struct Ran {
  int code = -1;
  std::string out, err;
};

class Installed : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    place_ = std::make_unique<TempDir>();
    Process install({.arguments = {CMAKE, "--install", BUILD, "--component", "hub", "--prefix", prefix()},
                     .environment = {},
                     .stderr_file = place_->file("install.log"),
                     .folder = ""});
    std::string said = install.rest(kLong);
    ASSERT_EQ(install.wait(kLong).code, 0) << said << read_file(place_->file("install.log"));
  }
  static void TearDownTestSuite() { place_.reset(); }

  Installed() {
    write_file(dir.file("handoff.toml"), R"([retailer]
name = "acme"
default_region = "US"
authority = "cards"
[listen]
register = "127.0.0.1:0"
inbound = "127.0.0.1:0"
admin = "127.0.0.1:0"
[connector.cards]
plugin = "voucherify"
role = "platform"
settings = { currency = "USD" }
secrets = { app_id = { env = "CARDS_ID" }, app_token = { env = "CARDS_TOKEN" } }
[[route]]
name = "register-credit"
when = { event = "credit.issued", from = "register", balance_type = ["general"] }
hops = [{ to = "cards", do = "issue" }]
)");
  }

  static std::string prefix() { return place_->file("usr"); }
  static std::string program(const std::string& name) { return prefix() + "/bin/" + name; }

  Process::Options start(const std::string& name, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), program(name));
    return {.arguments = std::move(arguments),
            .environment = {{"CARDS_ID", "id"}, {"CARDS_TOKEN", "token"}},
            .stderr_file = dir.file("stderr"),
            .folder = dir.path().string()};
  }
  Ran run(const std::string& name, std::vector<std::string> arguments) const {
    std::filesystem::remove(dir.file("stderr"));
    Process process(start(name, std::move(arguments)));
    std::string out = process.rest(kLong);
    return {process.wait(kLong).code, out, read_file(dir.file("stderr"))};
  }
  void change(const std::string& from, const std::string& to) const {
    std::string text = read_file(dir.file("handoff.toml"));
    text.replace(text.find(from), from.size(), to);
    write_file(dir.file("handoff.toml"), text);
  }

  TempDir dir;
  static inline std::unique_ptr<TempDir> place_;
};

TEST_F(Installed, TheReferenceConfigurationIsFineWhereItLies) {
  Ran lint = run("handoff", {"lint", "--no-secrets", prefix() + "/share/handoff/handoff.toml"});
  EXPECT_EQ(lint.code, 0) << lint.out << lint.err;
  Ran test = run("handoff", {"test", prefix() + "/share/handoff/handoff.toml"});
  EXPECT_EQ(test.code, 0) << test.out << test.err;
  EXPECT_NE(run("handoff", {"connector", "list"}).out.find("voucherify"), std::string::npos);
}

TEST_F(Installed, TheServiceStartsTheProgramThatWasInstalled) {
  std::string unit = read_file(prefix() + "/lib/systemd/system/handoff.service");
  EXPECT_NE(unit.find("\nType=notify\n"), std::string::npos) << unit;
  EXPECT_NE(unit.find("\nExecStart=" + program("handoffd") + " "), std::string::npos) << unit;
  EXPECT_TRUE(std::filesystem::exists(prefix() + "/share/doc/handoff/LICENSE"));
}

TEST_F(Installed, StartsAnswersAndStopsAndKeepsItsFilesToItsUser) {
  EXPECT_EQ(run("handoff", {"lint", "handoff.toml"}).code, 0);
  Process hub(start("handoffd", {"-c", "handoff.toml"}));
  std::optional<std::string> ready = hub.line(kLong);
  ASSERT_TRUE(ready) << read_file(dir.file("stderr"));
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    struct stat info = {};
    ASSERT_EQ(stat(entry.path().c_str(), &info), 0);
    bool of_the_store = entry.path().filename().string().starts_with("handoff.db") && entry.is_regular_file();
    EXPECT_TRUE(!of_the_store || (info.st_mode & 077u) == 0u) << entry.path();
  }
  Ran second = run("handoffd", {"-c", "handoff.toml"});
  EXPECT_EQ(second.code, 2);
  EXPECT_NE(second.err.find("another handoff process uses this store"), std::string::npos) << second.err;
  hub.signal(SIGTERM);
  EXPECT_EQ(hub.wait(kLong).code, 0);
}

TEST_F(Installed, MakesAnOlderStoreItsUsersAlone) {
  {
    Process hub(start("handoffd", {"-c", "handoff.toml"}));
    ASSERT_TRUE(hub.line(kLong)) << read_file(dir.file("stderr"));
    hub.signal(SIGTERM);
    EXPECT_EQ(hub.wait(kLong).code, 0);
  }
  ASSERT_EQ(chmod(dir.file("handoff.db").c_str(), 0644), 0);
  Process hub(start("handoffd", {"-c", "handoff.toml"}));
  ASSERT_TRUE(hub.line(kLong)) << read_file(dir.file("stderr"));
  struct stat info = {};
  ASSERT_EQ(stat(dir.file("handoff.db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST_F(Installed, TheDaemonSaysWhichAddressIsTakenAndEndsWithTwo) {
  Process hub(start("handoffd", {"-c", "handoff.toml"}));
  std::optional<std::string> ready = hub.line(kLong);
  ASSERT_TRUE(ready) << read_file(dir.file("stderr"));
  std::size_t at = ready->find("\"inbound\":\"http://") + 18;
  std::string taken = ready->substr(at, ready->find('"', at) - at);
  change("inbound = \"127.0.0.1:0\"", "inbound = \"" + taken + "\"");
  change("[listen]", "[store]\nurl = \"sqlite:other.db\"\n[listen]");
  Ran second = run("handoffd", {"-c", "handoff.toml"});
  EXPECT_EQ(second.code, 2);
  EXPECT_NE(second.err.find("[listen] inbound: " + taken + ": Address already in use; "), std::string::npos)
      << second.err;
}

TEST_F(Installed, TheDaemonEndsWithTwoWhereItCannotStart) {
  Ran wrong = run("handoffd", {"--confg", "handoff.toml"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_NE(wrong.err.find("confg"), std::string::npos) << wrong.err;
  Ran help = run("handoffd", {"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_NE(help.out.find("usage: handoffd [-c FILE] [OPTIONS]"), std::string::npos) << help.out;
  EXPECT_EQ(run("handoffd", {"-c", "nowhere.toml"}).code, 2);
}

TEST_F(Installed, TheReferenceHasTheHelpOfTheOtherPrograms) {
  std::string page = read_file(TREE "/docs/reference/programs.md");
  EXPECT_NE(page.find("```text\n" + run("handoffd", {"--help"}).out + "```\n"), std::string::npos);
  Process sandbox(
      {.arguments = {BUILD "/bin/handoff-sandbox", "--help"}, .environment = {}, .stderr_file = "", .folder = ""});
  EXPECT_NE(page.find("```text\n" + sandbox.rest(kLong) + "```\n"), std::string::npos);
}

TEST_F(Installed, LintRefusesWhatTheDaemonRefusesInTheSameWords) {
  for (const char* url : {"postgresql://db/handoff", "sqlite:/nowhere/x.db"}) {
    SCOPED_TRACE(url);
    std::string before = read_file(dir.file("handoff.toml"));
    change("[listen]", "[store]\nurl = \"" + std::string(url) + "\"\n[listen]");
    Ran lint = run("handoff", {"lint", "handoff.toml"}), daemon = run("handoffd", {"-c", "handoff.toml"});
    EXPECT_EQ(lint.code, 1);
    EXPECT_EQ(daemon.code, 2);
    EXPECT_TRUE(lint.out.starts_with("handoff.toml:6:7: error: ")) << lint.out;
    EXPECT_EQ(lint.out, daemon.err);
    write_file(dir.file("handoff.toml"), before);
  }
}

TEST_F(Installed, LintNamesAMissingCertificateAsItsKey) {
  change("register = \"127.0.0.1:0\"",
         "register = { address = \"127.0.0.1:0\", cert = \"till.pem\", key = \"till.key\" }");
  std::string said = run("handoff", {"lint", "handoff.toml"}).out;
  EXPECT_NE(said.find("listen.register.cert: cannot use till.pem: No such file or directory"), std::string::npos)
      << said;
  EXPECT_NE(said.find("listen.register.key: cannot use till.key: No such file or directory"), std::string::npos)
      << said;
}

}  // namespace
}  // namespace handoff::support
