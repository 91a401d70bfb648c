// kill -9 of what makes an audit and a plan, at many points: run again, they are the same. How far a program is is told by
// the bytes that it has read and written.

#include <gtest/gtest.h>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <thread>

#include "examples/exports/month.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::integration {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class Killed : public testing::Test {
 protected:
  Killed() {
    month_ = exports::write_month({7, 6'000, 12}, dir_.path().string());
    const char* rounds = std::getenv("KILL_ROUNDS");
    if (rounds != nullptr) rounds_ = std::max(1, std::atoi(rounds));
  }
  support::Process::Options audit(const std::string& out) const {
    support::Process::Options options;
    options.arguments = {HANDOFF,  "audit", "--map", "map.toml", "--as-of",   month_.as_of,
                         "--sla",  "24h",   "--sla", "erp=48h",  "--memory",  "16M",
                         "--work", "work",  "-o",    out,        "--history", out + "-history"};
    for (auto [side, files] : {std::pair("--pos", &month_.pos),
                               {"--platform", &month_.platform},
                               {"--storefront", &month_.storefront},
                               {"--payments", &month_.payments},
                               {"--erp", &month_.erp}}) {
      options.arguments.push_back(side);
      options.arguments.insert(options.arguments.end(), files->begin(), files->end());
    }
    options.folder = dir_.path().string();
    return options;
  }
  support::Process::Options plan(const std::string& to) const {
    support::Process::Options options;
    options.arguments = {HANDOFF, "repair", "--from", "whole", "--plan", to + "/plan.json"};
    options.folder = dir_.path().string();
    return options;
  }
  /// Until its end. How many bytes it moved.
  std::int64_t whole(const support::Process::Options& options, int code) {
    support::Process process(options);
    std::int64_t most = 0;
    while (process.running()) {
      most = std::max(most, support::bytes_moved(process.pid()).value_or(0));
      std::this_thread::yield();
    }
    EXPECT_EQ(process.wait(std::chrono::seconds(60)).code, code);
    return most;
  }
  /// Ends it once it has moved so many bytes. Whether that was before its own end.
  bool killed_after(const support::Process::Options& options, std::int64_t bytes) {
    support::Process process(options);
    while (process.running() && support::bytes_moved(process.pid()).value_or(0) < bytes) std::this_thread::yield();
    process.signal(SIGKILL);
    return process.wait(std::chrono::seconds(60)).signal == SIGKILL;
  }
  std::map<std::string, std::string> files(const std::string& folder) const {
    std::map<std::string, std::string> out;
    std::error_code none;
    for (const auto& file : std::filesystem::directory_iterator(dir_.path() / folder, none))
      if (file.path().extension() != ".new") out[file.path().filename().string()] = contents(file.path());
    return out;
  }
  /// Kills it at points that `seed` chooses, more of them near its end, where it writes; what stands there is always whole.
  int rounds(const support::Process::Options& options, std::int64_t all, const std::string& folder,
             const std::string& reference) {
    const std::map<std::string, std::string> wanted = files(reference);
    std::uint64_t seed = 2026;
    int hits = 0;
    for (int i = 0; i < rounds_; ++i) {
      seed = seed * 6364136223846793005 + 1442695040888963407;
      std::int64_t share = static_cast<std::int64_t>((seed >> 33) % 1000), from = i % 2 == 0 ? 0 : 900;
      hits += killed_after(options, all * (from + share * (1000 - from) / 1000) / 1000) ? 1 : 0;
      for (const auto& [name, text] : files(folder))
        EXPECT_EQ(text == wanted.at(name), true) << name << " is not whole, round " << i;
      EXPECT_TRUE(std::filesystem::is_empty(dir_.path() / "work")) << "round " << i;
    }
    return hits;
  }

  support::TempDir dir_;
  exports::Month month_;
  int rounds_ = 12;
};

/// KILL_ROUNDS=200 makes it long.
TEST_F(Killed, AnAuditRunAgainIsTheSameAndLeavesNothingBehind) {
  std::filesystem::create_directory(dir_.path() / "work");
  std::int64_t all = whole(audit("whole"), 1);
  int hits = rounds(audit("again"), all, "again", "whole");
  EXPECT_GT(hits, rounds_ / 2) << "most of them must meet it at work";
  whole(audit("again"), 1);
  EXPECT_EQ(files("again") == files("whole"), true);
  EXPECT_EQ(files("again-history") == files("whole-history"), true) << "one cut-off counts once";
}

TEST_F(Killed, APlanRunAgainIsTheSame) {
  std::filesystem::create_directory(dir_.path() / "work");
  whole(audit("whole"), 1);
  for (const char* folder : {"one", "two"}) std::filesystem::create_directory(dir_.path() / folder);
  std::int64_t all = whole(plan("one"), 0);
  rounds(plan("two"), all, "two", "one");
  whole(plan("two"), 0);
  EXPECT_EQ(files("two") == files("one"), true);
}

}  // namespace
}  // namespace handoff::integration
