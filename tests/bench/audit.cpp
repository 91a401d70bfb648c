// The audit of three exports against an analytical database that joins the same files: time and memory, side by side.
// The database is asked for far less: counts and sums of a full outer join.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/bench/bench.hpp"

namespace handoff::bench {

namespace {

std::string two(std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

/// A month of credits on three sides, about 90 bytes a row; one in a thousand is missing at each of the two.
void write_exports(long rows, const std::string& folder) {
  std::ofstream pos(folder + "/pos.csv"), platform(folder + "/platform.csv"), shop(folder + "/storefront.csv");
  pos << "reference,store,terminal,created_at,staff,amount,currency,balance_type,email\n";
  platform << "card_id,reference,created_at,amount,balance,currency,balance_type,email\n";
  shop << "entry_id,reference,email,amount,currency,created_at\n";
  std::uint64_t state = 42;
  auto below = [&state](std::uint64_t n) {
    state = state * 6364136223846793005 + 1442695040888963407;
    return (state >> 33) % n;
  };
  for (long i = 0; i < rows; ++i) {
    auto minute = static_cast<std::uint64_t>(i) * 30 * 24 * 60 / static_cast<std::uint64_t>(rows);
    std::string day = two(1 + minute / 1440), store = "S" + std::to_string(100 + below(400)),
                till = "R" + std::to_string(below(6));
    std::string time = "2026-11-" + day + "T" + two(minute % 1440 / 60) + ":" + two(minute % 60) + ":";
    std::string reference = store + "-" + till + "-202611" + day + "-" + std::to_string(1'000'000 + i);
    std::string amount = std::to_string(5 + below(200)) + "." + two(below(100));
    std::string email = "c" + std::to_string(100'000 + below(300'000)) + "@example.com";
    pos << reference << ',' << store << ',' << till << ',' << time << two(below(60)) << "Z,E" << store << below(20)
        << ',' << amount << ",USD,refund," << email << '\n';
    if (below(1000) != 0)
      platform << "gc_" << i * 7919L << ',' << reference << ',' << time << two(below(60)) << "Z," << amount << ','
               << amount << ",USD,refund," << email << '\n';
    if (below(1000) != 0)
      shop << "sc-" << i << ',' << reference << ',' << email << ',' << amount << ",USD," << time << two(below(60))
           << "Z\n";
  }
}

struct Cost {
  double seconds = 0, cpu_s = 0, peak_mib = 0;
  int exit = -1;
};

Cost run(const std::vector<std::string>& command, const std::string& folder) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  auto begin = std::chrono::steady_clock::now();
  pid_t child = fork();
  if (child == 0) {
    std::string out = folder + "/out.txt";
    if (chdir(folder.c_str()) != 0 || freopen(out.c_str(), "w", stdout) == nullptr || dup2(1, 2) < 0) _exit(127);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child) throw std::runtime_error("cannot run " + command.front());
  auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
          seconds(usage.ru_utime) + seconds(usage.ru_stime), static_cast<double>(usage.ru_maxrss) / 1024,
          WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

Cost best_of(int rounds, const std::vector<std::string>& command, const std::string& folder, int exit) {
  Cost best;
  for (int i = 0; i < rounds; ++i) {
    Cost cost = run(command, folder);
    if (cost.exit != exit) throw std::runtime_error(command.front() + " ended with " + std::to_string(cost.exit));
    if (i == 0 || cost.seconds < best.seconds) best = cost;
  }
  return best;
}

/// The database from npm, kept in the build folder; false where there is no npm.
bool install_database(const std::string& folder) {
  std::filesystem::create_directories(folder);
  if (std::filesystem::exists(folder + "/node_modules/@duckdb/node-api")) return true;
  return run({"npm", "install", "--no-audit", "--no-fund", "--prefix", folder, "@duckdb/node-api@1.5.6-r.1"}, folder)
             .exit == 0;
}

}  // namespace

void measure_audit(const Size& size, Figures& figures) {
  support::TempDir folder;
  write_exports(size.audit_rows, folder.path().string());
  std::string rows = std::to_string(size.audit_rows) + " rows a file";
  Cost ours =
      best_of(size.rounds,
              {HANDOFF, "audit", "--pos", "pos.csv", "--platform", "platform.csv", "--storefront", "storefront.csv"},
              folder.path().string(), 1);
  std::string database = BENCH_DATABASE;
  if (!install_database(database)) {
    figures.add("audit of three exports", ours.seconds, "s", 0, rows + "; no npm here, so no database to compare with");
    figures.add("audit of three exports, peak memory", ours.peak_mib, "MiB");
    return;
  }
  std::filesystem::copy_file(BENCH_JOIN, database + "/join.mjs", std::filesystem::copy_options::overwrite_existing);
  Cost theirs = best_of(size.rounds, {"node", database + "/join.mjs"}, folder.path().string(), 0);
  figures.add("audit of three exports, against a join in DuckDB", ours.seconds, "s", theirs.seconds, rows);
  figures.add("audit of three exports, processor time", ours.cpu_s, "s", theirs.cpu_s);
  figures.add("audit of three exports, peak memory", ours.peak_mib, "MiB", theirs.peak_mib);
}

void measure_audit_size(const Size& size, Figures& figures) {
  support::TempDir folder;
  write_exports(size.audit_rows, folder.path().string());
  for (const char* memory : {"64M", "256M"}) {
    Cost cost = run({HANDOFF, "audit", "--pos", "pos.csv", "--platform", "platform.csv", "--storefront",
                     "storefront.csv", "--memory", memory, "-o", "out"},
                    folder.path().string());
    if (cost.exit != 1) throw std::runtime_error("the audit ended with " + std::to_string(cost.exit));
    std::string name = "audit of three exports, --memory " + std::string(memory);
    figures.add(name, cost.seconds, "s", 0, std::to_string(size.audit_rows) + " rows a file");
    figures.add(name + ", peak memory", cost.peak_mib, "MiB");
  }
}

}  // namespace handoff::bench
