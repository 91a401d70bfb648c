// damage_rounds [--rounds N] [--seed S]: flips 1 to 8 bytes of a store's database, of its log or of a backup, and asks
// `handoff store verify` (BARS R6). It refuses and names a place, or every amount and every row is what it was. Then handoffd is
// started on it. It refuses in words, or goes on; a log that lost rows it takes for the older copy that it is. It does not walk the
// file: how often it goes on with what only `store verify` notices is counted.
//
// Exit 0: never a silently different amount. 1: findings. 2: it did not run.

#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

#include "tests/support/rig.hpp"
#include "tests/support/store_view.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::crash {

namespace {

constexpr int kCredits = 12;

/// What the queries say, as text; what is wrong where they cannot be answered.
std::string answers(const std::string& store, std::initializer_list<const char*> queries) try {
  support::StoreView view(store);
  std::string out;
  for (const char* sql : queries)
    for (const auto& [name, number] : view.counts(sql)) out += name + "=" + std::to_string(number) + "\n";
  return out;
} catch (const std::exception& error) {
  return error.what();
}

std::string amounts_of_credits(const std::string& store) {
  return answers(store, {"SELECT no || txn || state, amount FROM credits",
                         "SELECT no || from_account || to_account || currency, amount FROM postings"});
}
/// All that says who has how much.
std::string amounts(const std::string& store) {
  return amounts_of_credits(store) + answers(store, {"SELECT 'rows', count(*) FROM journal"});
}

class Damage {
 public:
  explicit Damage(std::uint64_t seed) : dice_(seed) {
    make_store();
    for (const char* name : {"handoff.db", "stopped.db", "copy.db"}) {
      whole_[name] = amounts(path(name));
      whole_credits_[name] = amounts_of_credits(path(name));
    }
  }

  bool run(int rounds) {
    for (int round = 0; round < rounds; ++round) trial(round);
    for (const auto& [what, count] : counts_) std::printf("%-44s %d\n", what.c_str(), count);
    for (const std::string& finding : findings_) std::printf("FINDING %s\n", finding.c_str());
    if (findings_.empty()) std::printf("no amount changed without being noticed\n");
    return findings_.empty();
  }

 private:
  std::string path(const std::string& name) const { return folder_.file(name); }

  /// Three stores: of a hub that was stopped, whose log is worked into the file; of one that was killed, whose newest rows
  /// are in the log; and a backup.
  void make_store() {
    support::SandboxProcess sandbox(HANDOFF_SANDBOX);
    support::ConfigText config;
    config.plugin_directories = {HANDOFF_TEST_PLUGINS, HANDOFF_PLUGINS};
    support::write_file(path("handoff.toml"), config.text(sandbox));
    support::HubProcess::Options options;
    options.program = HANDOFFD;
    options.folder = folder_.path().string();
    live(options, 1);
    for (const char* part : {"", ".head", ".key"})
      std::filesystem::copy_file(path(std::string("handoff.db") + part), path(std::string("stopped.db") + part));
    live(options, 1 + kCredits);
  }

  void live(const support::HubProcess::Options& options, int first) {
    support::HubProcess hub(options);
    support::HttpClient registers(hub.registers());
    for (int i = first; i < first + kCredits; ++i)
      registers.post("/v1/register/credits",
                     R"({"transaction":"T)" + std::to_string(i) +
                         R"(","business_date":"2026-11-23","store":"S14","amount":")" + std::to_string(10 + i) +
                         R"(.00","currency":"USD","customer":{"email":"ada@example.com"}})",
                     hub.authorization());
    // Each look is closed again: the last connection of all works the log into the file.
    for (int waits = 0; support::StoreView(path("handoff.db")).active() > 0 && waits < 1000; ++waits)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (first == 1) {
      hub.process().signal(SIGTERM);
      hub.process().wait(std::chrono::seconds(10));
      return;
    }
    if (ask("backup copy.db").code != 0) throw std::runtime_error("no backup");
    hub.process().kill();
  }

  struct Said {
    int code = 0;
    std::string text;
  };
  Said ask(const std::string& words) {
    std::string line = "cd '" + folder_.path().string() + "' && " + HANDOFF + " store " + words + " 2>&1";
    Said out;
    FILE* pipe = popen(line.c_str(), "r");
    char part[4096];
    for (std::size_t got = 0; (got = fread(part, 1, sizeof part, pipe)) > 0;) out.text.append(part, got);
    out.code = WEXITSTATUS(pclose(pipe));
    return out;
  }

  std::string flip(const std::string& file) {
    std::string bytes = support::read_file(file), where;
    for (int left = 1 + static_cast<int>(dice_() % 8); left > 0; --left) {
      std::size_t at = dice_() % bytes.size();
      bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + dice_() % 255));
      where += " " + std::to_string(at);
    }
    support::write_file(file, bytes);
    return where;
  }

  void trial(int round) {
    static constexpr const char* kVictims[] = {"handoff.db", "handoff.db-wal", "stopped.db", "copy.db"};
    std::string victim = kVictims[round % 4], base = round % 4 == 1 ? "handoff.db" : victim;
    support::TempDir scratch;
    for (const char* part : {"", "-wal", ".head", ".key"})
      if (std::filesystem::exists(path(base + part)))
        std::filesystem::copy_file(path(base + part), scratch.file(std::string("handoff.db") + part));
    bool log = round % 4 == 1;
    std::string where = flip(scratch.file(log ? "handoff.db-wal" : "handoff.db"));
    judge_verify(victim, base, scratch, where);
    judge_start(victim, base, scratch, log ? where : "");
  }

  /// `of_log`: the bytes that are damaged, of a log.
  void judge_start(const std::string& victim, const std::string& base, const support::TempDir& scratch,
                   const std::string& of_log) {
    std::filesystem::copy_file(path("handoff.toml"), scratch.file("handoff.toml"));
    support::Process hub(
        {{HANDOFFD, "-c", "handoff.toml"}, support::sandbox_secrets(), scratch.file("said"), scratch.path().string()});
    bool ready = hub.line(std::chrono::seconds(20)).has_value();
    if (ready) hub.kill();
    support::Ended ended = hub.wait(std::chrono::seconds(20));
    std::string said = support::read_file(scratch.file("said"));
    if (!ready) {
      ++counts_[victim + ": handoffd refuses"];
      if ((ended.code != 2 && ended.code != 3) || !said.contains("handoff.db"))
        findings_.push_back(victim + ": handoffd ended with " + std::to_string(ended.code) + ", signal " +
                            std::to_string(ended.signal) + ": " + said);
      return;
    }
    bool same = amounts_of_credits(scratch.file("handoff.db")) == whole_credits_[base],
         noticed = said.contains("older copy of itself");
    ++counts_[victim + (same      ? ": handoffd starts"
                        : noticed ? ": handoffd starts as an older copy"
                                  : ": handoffd starts, only verify notices")];
    if (!of_log.empty() && !same && !noticed)
      findings_.push_back(victim + ", bytes" + of_log + ": handoffd went on with less, and did not say so");
  }

  void judge_verify(const std::string& victim, const std::string& base, const support::TempDir& scratch,
                    const std::string& where) {
    Said said = ask("verify '" + scratch.file("handoff.db") + "'");
    if (said.code == 0) {
      bool same = amounts(scratch.file("handoff.db")) == whole_[base];
      ++counts_[victim + ": reads as before"];
      if (!same) findings_.push_back(victim + ", bytes" + where + ": called whole, and amounts or rows differ");
      return;
    }
    ++counts_[victim + ": refused"];
    bool named = said.text.find("journal") != std::string::npos || said.text.find("table ") != std::string::npos ||
                 said.text.find("database file: ") != std::string::npos ||
                 said.text.find("meta: ") != std::string::npos || said.text.find("postings of ") != std::string::npos;
    bool crashed = said.code != 1 && said.code != 3;
    if (!named || crashed)
      findings_.push_back(victim + ", bytes" + where + ": exit " + std::to_string(said.code) + ": " + said.text);
  }

  std::mt19937_64 dice_;
  support::TempDir folder_;
  std::map<std::string, std::string> whole_, whole_credits_;
  std::map<std::string, int> counts_;
  std::vector<std::string> findings_;
};

}  // namespace

int main(int argc, char** argv) {
  int rounds = 2000, seed = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--rounds") == 0) rounds = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--seed") == 0) seed = std::atoi(argv[i + 1]);
  }
  std::printf("damage rounds %d, seed %d\n", rounds, seed);
  return Damage(static_cast<std::uint64_t>(seed)).run(rounds) ? 0 : 1;
}

}  // namespace handoff::crash

int main(int argc, char** argv) try { return handoff::crash::main(argc, argv); } catch (const std::exception& error) {
  std::cerr << "damage_rounds: " << error.what() << "\n";
  return 2;
}
