// A register is answered within its deadline whatever holds up the hub: its own threads, its disk, its vendors.

#include <sys/ptrace.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>

#include "tests/integration/journey.hpp"
#include "tests/integration/trace.hpp"

namespace handoff::integration {

namespace {

/// Every thread of a process but one stands still, until this ends. [one thread]
class Standstill {
 public:
  Standstill(pid_t process, const std::string& but) {
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
      std::string name = support::read_file(task.path().string() + "/comm");
      if (name != but + "\n") stop(static_cast<pid_t>(std::stol(task.path().filename().string())));
    }
  }
  ~Standstill() {
    for (pid_t thread : stopped_) ptrace(PTRACE_DETACH, thread, nullptr, nullptr);
  }
  Standstill(const Standstill&) = delete;
  Standstill& operator=(const Standstill&) = delete;

  std::size_t threads() const { return stopped_.size(); }

 private:
  void stop(pid_t thread) {
    if (ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0) return;
    stopped_.push_back(thread);
    int status = 0;
    ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr);
    waitpid(thread, &status, __WALL);
  }

  std::vector<pid_t> stopped_;
};

}  // namespace

class Deadline : public Journey {
 protected:
  static constexpr std::int64_t kDeadlineMs = 1500;  // of the configuration that Journey writes

  Answer timed(const std::string& transaction) { return timed_body(credit(transaction)); }
  Answer timed_body(const std::string& body) {
    auto begin = std::chrono::steady_clock::now();
    Answer answer = submit(body);
    auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count();
    EXPECT_LE(took, kDeadlineMs) << answer.status << " " << answer.body;
    return answer;
  }
  bool completes(std::size_t credits) {
    return eventually([&] { return states() == std::vector<std::string>(credits, "complete"); },
                      std::chrono::seconds(60));
  }
};

TEST_F(Deadline, IsKeptWhileEveryOtherThreadOfTheHubStandsStill) {
  start();
  ASSERT_EQ(timed("T1").status, 201);
  ASSERT_TRUE(completes(1));
  {
    Standstill all(hub_->process().pid(), "registers");
    if (all.threads() == 0) GTEST_SKIP() << "this machine lets nobody trace";
    EXPECT_GE(all.threads(), 4u) << "io, engine, reader and main at least";
    EXPECT_EQ(timed("T2").status, 503);
    EXPECT_EQ(timed("T2").status, 503);
  }
  EXPECT_TRUE(eventually([this] { return timed("T2").body.contains("confirmed"); }));
  EXPECT_TRUE(completes(2));
  EXPECT_EQ(agree(2), 0);
}

TEST_F(Deadline, OfWhatIsStoredAfterItNobodyWasToldThatItIsNot) {
  start();
  {
    Standstill all(hub_->process().pid(), "registers");
    if (all.threads() == 0) GTEST_SKIP() << "this machine lets nobody trace";
    Answer answer = timed("T1");
    EXPECT_EQ(answer.status, 503);
    EXPECT_TRUE(answer.body.contains(R"("code":"in_doubt")")) << answer.body;
    EXPECT_TRUE(answer.body.contains("it may be stored (not in time)")) << answer.body;
    EXPECT_TRUE(answer.body.contains("pay nothing out")) << answer.body;
  }
  EXPECT_TRUE(completes(1)) << "though it was not sent again";
}

TEST_F(Deadline, IsKeptForWhatIsToBeRefused) {
  start();
  std::string far = credit("T1");
  far.replace(far.find("2026"), 4, "1926");
  ASSERT_EQ(timed_body(far).status, 400);
  Standstill all(hub_->process().pid(), "registers");
  if (all.threads() == 0) GTEST_SKIP() << "this machine lets nobody trace";
  EXPECT_EQ(timed_body(far).status, 503) << "whether it is known nobody could look up";
}

TEST_F(Deadline, IsKeptWhileASyncTakesLonger) {
  if (!crash::can_trace()) GTEST_SKIP() << "this machine lets nobody trace";
  // First, for its quick books: of the real ones a posting in flight is in doubt for ten minutes.
  config_.plugin_directories.insert(config_.plugin_directories.begin(), HANDOFF_TEST_PLUGINS);
  hub_options_.before = {"/usr/bin/env",
                         "strace",
                         "-D",
                         "-f",
                         "-q",
                         "-o",
                         folder() + "/trace",
                         "-e",
                         "trace=fdatasync,fsync",
                         "-e",
                         "inject=fdatasync,fsync:delay_enter=2500000:when=12+"};
  start();
  constexpr std::size_t kCredits = 4;
  std::size_t unavailable = 0;
  for (std::size_t i = 0; i < kCredits; ++i) {
    Answer answer = timed("T" + std::to_string(i));
    if (answer.status == 503)
      ++unavailable;
    else
      EXPECT_TRUE(answer.body.contains("confirmed") || answer.body.contains("accepted")) << answer.body;
  }
  EXPECT_GE(unavailable, 1u) << "no sync was slow";
  hub_->process().kill();  // perhaps with a posting in flight
  hub_options_.before.clear();
  start();
  for (std::size_t i = 0; i < kCredits; ++i) EXPECT_LE(timed("T" + std::to_string(i)).status, 201);
  EXPECT_TRUE(completes(kCredits));
  EXPECT_EQ(agree(kCredits), 0);
}

TEST_F(Deadline, IsKeptWhileNoVendorAnswers) {
  start();
  ASSERT_EQ(timed("T1").status, 201);
  sandbox_.process().signal(SIGSTOP);
  Answer answer = timed("T2");
  sandbox_.process().signal(SIGCONT);
  EXPECT_EQ(answer.status, 201);
  EXPECT_TRUE(answer.body.contains("accepted")) << answer.body;
  EXPECT_TRUE(completes(2));
  EXPECT_EQ(agree(2), 0);
}

}  // namespace handoff::integration
