// A folder as a connection: what each action leaves behind, done once, done again, and cut off by somebody else.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <handoff/sdk/json.hpp>
#include <mutex>
#include <sstream>
#include <thread>

#include "core/files/folder_transport.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::files {
namespace {

namespace fs = std::filesystem;

net::Request request(const std::string& action, const std::string& path, net::Headers headers = {},
                     const std::string& body = "") {
  net::Request out;
  out.method = action;
  out.target = "/" + path;
  out.headers = std::move(headers);
  out.body = body;
  return out;
}

class FolderTest : public ::testing::Test {
 protected:
  FolderTest() { fs::create_directories(root() / "in"); }
  fs::path root() const { return temp_.path(); }
  Folder mine() const { return Folder(root(), "hub-a"); }
  Folder others() const { return Folder(root(), "hub-b"); }

  void put(const std::string& path, const std::string& text) const {
    fs::create_directories((root() / path).parent_path());
    std::ofstream(root() / path, std::ios::binary) << text;
  }
  std::string text(const std::string& path) const {
    std::ostringstream out;
    out << std::ifstream(root() / path, std::ios::binary).rdbuf();
    return out.str();
  }
  /// "200", "404/no_such_file", "not_sent"
  static std::string said(const net::Result& result) {
    if (result.ended == net::Ended::not_sent) return "not_sent";
    if (result.ended == net::Ended::unknown) return "unknown";
    json::Parsed body = json::parse(result.reply.body);
    std::string code(body ? body->at("code").as_string() : "");
    return std::to_string(result.reply.status) + (code.empty() ? "" : "/" + code);
  }
  std::string claim(const Folder& hub, const std::string& path) const {
    return said(hub.perform(request("CLAIM", path)));
  }
  std::string move(const std::string& path, const std::string& to) const {
    return said(mine().perform(request("MOVE", path, {{"to", "/" + to}})));
  }
  std::string write(const std::string& path, const std::string& content) const {
    return said(mine().perform(request("WRITE", path, {}, content)));
  }

  support::TempDir temp_;
};

TEST_F(FolderTest, ListsPlainVisibleFilesOldestFirst) {
  put("in/new.csv", "12345");
  put("in/old.csv", "1");
  put("in/.hidden.csv", "1");
  fs::create_directories(root() / "in" / "folder.csv");
  fs::create_symlink(root() / "in" / "new.csv", root() / "in" / "link.csv");
  ASSERT_EQ(mkfifo((root() / "in" / "pipe.csv").c_str(), 0600), 0);
  put(std::string("in/line\nend.csv"), "1");
  fs::last_write_time(root() / "in" / "old.csv", fs::file_time_type::clock::now() - std::chrono::hours(1));
  net::Result result = mine().perform(request("LIST", "in"));
  json::Value body = *json::parse(result.reply.body);
  ASSERT_EQ(body.at("files").as_array().size(), 2u) << result.reply.body;
  EXPECT_EQ(body.at("files").at(0).at("name").as_string(), "old.csv");
  EXPECT_EQ(body.at("files").at(1).at("name").as_string(), "new.csv");
  EXPECT_EQ(body.at("files").at(1).at("size").as_integer(), 5);
  EXPECT_EQ(said(mine().perform(request("LIST", "nowhere"))), "404/no_such_file");
}

TEST_F(FolderTest, ListOfMoreThanAThousandSaysSoAndGoesOnBehindWhatIsPassedOver) {
  for (int i = 0; i < 1001; ++i) put("in/marker" + std::to_string(i) + ".done", "");
  put("in/new.csv", "1");
  for (const auto& entry : fs::directory_iterator(root() / "in"))
    if (entry.path().extension() == ".done")
      fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::hours(1));
  auto listed = [this](net::Headers headers) {
    return *json::parse(mine().perform(request("LIST", "in", std::move(headers))).reply.body);
  };
  json::Value first = listed({});
  EXPECT_EQ(first.at("files").as_array().size(), 1000u);
  EXPECT_TRUE(first.at("more").as_bool());
  json::Value rest = listed({{"offset", "1000"}});
  ASSERT_EQ(rest.at("files").as_array().size(), 2u);
  EXPECT_EQ(rest.at("files").at(1).at("name").as_string(), "new.csv");
  EXPECT_FALSE(rest.at("more").as_bool(true));
  EXPECT_TRUE(listed({{"offset", "5000"}}).at("files").as_array().empty());
}

TEST_F(FolderTest, ReadsARangeAsItIs) {
  put("in/a.csv", std::string("ab\0\xff\ncd", 7));
  net::Result result = mine().perform(request("READ", "in/a.csv", {{"offset", "1"}, {"length", "4"}}));
  EXPECT_EQ(result.reply.body, std::string("b\0\xff\n", 4));
  EXPECT_EQ(result.reply.header("size"), "7");
  EXPECT_EQ(mine().perform(request("READ", "in/a.csv", {{"offset", "9"}, {"length", "4"}})).reply.body, "");
  EXPECT_EQ(said(mine().perform(request("READ", "in/b.csv", {{"length", "4"}}))), "404/no_such_file");
}

TEST_F(FolderTest, ReadsNoPipeAndNoLink) {
  ASSERT_EQ(mkfifo((root() / "in" / "pipe").c_str(), 0600), 0);
  put("secret", "x");
  fs::create_symlink(root() / "secret", root() / "in" / "link");
  EXPECT_EQ(said(mine().perform(request("READ", "in/pipe", {{"length", "4"}}))), "403/not_allowed");
  EXPECT_EQ(said(mine().perform(request("READ", "in/link", {{"length", "4"}}))), "403/not_allowed");
}

TEST_F(FolderTest, NeverLeavesTheFolder) {
  support::TempDir elsewhere;
  std::ofstream(elsewhere.file("secret")) << "x";
  fs::create_directory_symlink(elsewhere.path(), root() / "way");
  for (const char* path : {"../secret", "in/../../secret", "/etc/passwd", "way/secret", "in//a", "", ".hidden"})
    EXPECT_EQ(said(mine().perform(request("READ", path, {{"length", "1"}}))), "403/not_allowed") << path;
  EXPECT_EQ(write("way/planted", "x"), "403/not_allowed");
  EXPECT_FALSE(fs::exists(elsewhere.path() / "planted"));
  put("in/a.csv", "1");
  ASSERT_EQ(claim(mine(), "in/a.csv"), "200");
  EXPECT_EQ(move("claimed/a.csv", "way/a.csv"), "403/not_allowed");
  EXPECT_EQ(move("claimed/a.csv", "../a.csv"), "403/not_allowed");
}

TEST_F(FolderTest, ClaimIsForOneHubAloneAndCanBeRepeated) {
  put("in/a.csv", "one");
  EXPECT_EQ(claim(mine(), "in/a.csv"), "200");
  EXPECT_EQ(claim(mine(), "in/a.csv"), "200") << "after a crash it is asked for again";
  EXPECT_EQ(claim(others(), "in/a.csv"), "409/taken");
  EXPECT_EQ(claim(others(), "in/b.csv"), "404/no_such_file");
  EXPECT_EQ(mine().perform(request("READ", "claimed/a.csv", {{"length", "9"}})).reply.body, "one");
  EXPECT_EQ(said(others().perform(request("READ", "claimed/a.csv", {{"length", "9"}}))), "404/no_such_file");
  EXPECT_FALSE(fs::exists(root() / "in" / "a.csv"));
}

TEST_F(FolderTest, ClaimOfTwentyHubsAtOnceIsOnesAlone) {
  for (int round = 0; round < 20; ++round) {
    put("in/a.csv", std::to_string(round));
    std::atomic<int> won = 0;
    std::vector<std::thread> hubs;
    for (int hub = 0; hub < 20; ++hub)
      hubs.emplace_back([&, hub] {
        if (claim(Folder(root(), "hub-" + std::to_string(round) + "-" + std::to_string(hub)), "in/a.csv") == "200")
          ++won;
      });
    for (std::thread& hub : hubs) hub.join();
    EXPECT_EQ(won, 1);
  }
}

TEST_F(FolderTest, SecondFileOfTheNameWaitsUntilTheFirstIsDoneWith) {
  put("in/a.csv", "one");
  ASSERT_EQ(claim(mine(), "in/a.csv"), "200");
  put("in/a.csv", "two");
  EXPECT_EQ(claim(mine(), "in/a.csv"), "409/taken");
  EXPECT_EQ(text("in/a.csv"), "two") << "nothing is lost";
  EXPECT_EQ(move("claimed/a.csv", "archive/a.1.csv"), "200");
  EXPECT_EQ(claim(mine(), "in/a.csv"), "200");
}

TEST_F(FolderTest, ClaimsAreFilledByClaimAlone) {
  put("claimed/hub-b/a.csv", "theirs");
  EXPECT_EQ(claim(mine(), "claimed/hub-b/a.csv"), "403/not_allowed");
  EXPECT_EQ(write("claimed/a.csv", "x"), "403/not_allowed");
  put("in/b.csv", "mine");
  ASSERT_EQ(claim(mine(), "in/b.csv"), "200");
  EXPECT_EQ(move("claimed/b.csv", "claimed/hub-b/b.csv"), "403/not_allowed");
}

TEST_F(FolderTest, MoveCanBeRepeatedAndNeverReplaces) {
  put("in/a.csv", "one");
  ASSERT_EQ(claim(mine(), "in/a.csv"), "200");
  EXPECT_EQ(move("claimed/a.csv", "archive/a.csv"), "200");
  EXPECT_EQ(move("claimed/a.csv", "archive/a.csv"), "200") << "after a crash";
  put("in/a.csv", "one");
  ASSERT_EQ(claim(mine(), "in/a.csv"), "200");
  EXPECT_EQ(move("claimed/a.csv", "archive/a.csv"), "200") << "the same content is there already";
  EXPECT_FALSE(fs::exists(root() / "claimed" / "hub-a" / "a.csv"));
  put("in/a.csv", "two");
  ASSERT_EQ(claim(mine(), "in/a.csv"), "200");
  EXPECT_EQ(move("claimed/a.csv", "archive/a.csv"), "409/taken");
  EXPECT_EQ(text("archive/a.csv"), "one");
  EXPECT_EQ(move("claimed/nothing.csv", "archive/b.csv"), "404/no_such_file");
}

TEST_F(FolderTest, WriteIsWholeOrNotAtAllAndCanBeRepeated) {
  net::Result result = mine().perform(request("WRITE", "out/a.json", {}, "one\n"));
  EXPECT_EQ(result.reply.status, 200);
  EXPECT_EQ(result.reply.body, "one\n") << "answered with what lies there";
  EXPECT_EQ(write("out/a.json", "one\n"), "200");
  EXPECT_EQ(write("out/a.json", "two\n"), "409/other_content");
  EXPECT_EQ(write("out/a.json", "one"), "409/other_content");
  EXPECT_EQ(text("out/a.json"), "one\n");
  fs::create_directories(root() / "out" / "folder.json");
  EXPECT_EQ(write("out/folder.json", "x"), "403/not_allowed");
}

TEST_F(FolderTest, DraftThatACrashLeftIsNoDocumentAndNoHindrance) {
  put("claimed/hub-a/.a.json", "half of some");
  EXPECT_EQ(write("out/a.json", "one\n"), "200");
  EXPECT_EQ(text("out/a.json"), "one\n");
  EXPECT_FALSE(fs::exists(root() / "claimed" / "hub-a" / ".a.json"));
}

TEST_F(FolderTest, WriteThatFailsHalfwayLeavesNothing) {
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_IGN);
  rlimit small = {16, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  std::string answer = write("out/a.json", std::string(1000, 'x'));
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(answer, "500/io");
  EXPECT_FALSE(fs::exists(root() / "out" / "a.json"));
  EXPECT_EQ(write("out/a.json", std::string(1000, 'x')), "200");
}

TEST_F(FolderTest, FolderThatIsGoneWasNotStarted) {
  Folder gone(root() / "gone", "hub-a");
  EXPECT_EQ(said(gone.perform(request("WRITE", "out/a.json", {}, "x"))), "not_sent");
}

TEST_F(FolderTest, SaysWhyAFolderCannotBeAConnection) {
  EXPECT_EQ(folder_problem(root()), "");
  EXPECT_EQ(folder_problem("drop"), "write the folder as an absolute path");
  EXPECT_EQ(folder_problem(root() / "gone"), (root() / "gone").string() + ": No such file or directory");
  put("file", "");
  EXPECT_EQ(folder_problem(root() / "file"), (root() / "file").string() + " is no folder");
  fs::permissions(root(), fs::perms::others_write, fs::perm_options::add);
  EXPECT_NE(folder_problem(root()).find("chmod o-w"), std::string::npos);
}

TEST_F(FolderTest, FolderBelowThatEverybodyMayWriteToCannotBeOneEither) {
  fs::create_directories(root() / "by" / "store" / "in");
  for (const fs::path& below : {root() / "in", root() / "by" / "store" / "in"}) {
    fs::permissions(below, fs::perms::others_write, fs::perm_options::add);
    EXPECT_EQ(folder_problem(root()), below.string() +
                                          " can be written by everybody, and whoever writes there issues credits; "
                                          "chmod o-w it");
    fs::permissions(below, fs::perms::others_write, fs::perm_options::remove);
  }
  support::TempDir elsewhere;
  fs::permissions(elsewhere.path(), fs::perms::others_write, fs::perm_options::add);
  fs::create_directory_symlink(elsewhere.path(), root() / "way");
  EXPECT_EQ(folder_problem(root()), "") << "no link is followed";
}

TEST_F(FolderTest, NothingIsTakenOutOfAFolderThatWasOpenedToAllLater) {
  put("in/a.csv", "one");
  for (const fs::path& opened : {root() / "in", root()}) {
    fs::permissions(opened, fs::perms::others_write, fs::perm_options::add);
    EXPECT_EQ(said(mine().perform(request("LIST", "in"))), "403/not_allowed") << opened;
    EXPECT_EQ(claim(mine(), "in/a.csv"), "403/not_allowed") << opened;
    fs::permissions(opened, fs::perms::others_write, fs::perm_options::remove);
  }
  EXPECT_EQ(claim(mine(), "in/a.csv"), "200");
}

/// Takes down what reaches the network.
class Network final : public net::Transport {
 public:
  void send(std::vector<net::Departure> all) override {
    for (const net::Departure& one : all) connections.push_back(one.out.connection);
  }
  std::vector<std::uint32_t> connections;
};

TEST_F(FolderTest, TransportTellsFoldersFromTheNetwork) {
  Network network;
  std::mutex mutex;
  std::condition_variable came;
  std::vector<std::string> answers;
  {
    FolderTransport transport(network);
    std::uint32_t one = transport.add_folder(mine());
    put("in/a.csv", "one");
    auto send = [&](std::uint32_t connection, const net::Request& what) {
      net::Outbound out;
      out.connection = connection;
      out.request = what;
      transport.send(std::move(out), [&](const net::Result& result) {
        std::scoped_lock lock(mutex);
        answers.push_back(said(result));
        came.notify_one();
      });
    };
    send(7, request("GET", ""));
    send(one, request("CLAIM", "in/a.csv"));
    send(one, request("CLAIM", "in/b.csv"));
    std::unique_lock lock(mutex);
    came.wait(lock, [&] { return answers.size() == 2; });
  }
  EXPECT_EQ(network.connections, std::vector<std::uint32_t>{7});
  EXPECT_EQ(answers, (std::vector<std::string>{"200", "404/no_such_file"})) << "in order";
}

}  // namespace
}  // namespace handoff::files
