// simulate: many seeds on all processors.
//
//   simulate --seeds 1:400 [--jobs 2] [--json FILE] [--hashes FILE]     exit 1 if anything was violated
//   simulate --plant all [--seeds 1:2000]                              (build preset `planted`) which bugs are found
//   simulate --replay 17                                               one seed, with the story of what went wrong
//
// Each worker is a process of its own with one thread, and sends one line for each seed.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "tests/simulation/plants.hpp"
#include "tests/simulation/report.hpp"

namespace handoff::simulation {
namespace {

struct Options {
  std::uint64_t first = 1, count = 20, replay = 0;
  std::uint64_t order = 0;  // of a replay: without faults, the messages in that order
  int jobs = 2;
  std::int64_t minutes = 0;  // no seed is begun after that many; 0: all of them
  bool demand = false;
  std::string json, hashes, plant, planted;
};

constexpr std::uint64_t kLong = 8'000;  // seeds of a run that has to come across everything

std::string explain(std::uint64_t seed, std::uint64_t order) {
  Play play;
  play.faults = order == 0;
  play.permutation = order;
  play.seed = seed;
  play.tell = true;
  Result told = run_seed(play);
  std::string out = "seed " + std::to_string(seed) + " (" + std::to_string(told.violations.size()) + " violations)\n";
  std::size_t shown = 0;
  for (const Violation& violation : told.violations)
    if (shown++ < 5) out += "at " + std::to_string(violation.at) + " " + violation.rule + ": " + violation.what + "\n";
  for (const auto& [ref, fold] : told.finals)
    if (order > 0) out += ref + " " + fold + "\n";
  if (std::getenv("HANDOFF_TRACE")) return out + told.story + told.trace;
  return out + told.story;
}

json::Value line_of(const Result& result, bool again, bool equal, bool ordered, const std::string& unequal) {
  json::Object line;
  line.set("seed", static_cast<std::int64_t>(result.seed));
  line.set("hash", std::to_string(result.hash));
  line.set("again", again);
  line.set("equal", equal);
  line.set("ordered", ordered);
  line.set("unequal", unequal);
  line.set("tally", result.tally.json());
  if (!result.violations.empty()) {
    const Violation& first = result.violations.front();
    line.set("rule", first.rule);
    line.set("what", first.what);
    line.set("at", first.at);
    line.set("event", static_cast<std::int64_t>(first.event));
  }
  return json::Value(std::move(line));
}

/// One in a hundred seeds runs twice, and another one with its messages in two orders.
void work(const Options& options, std::uint64_t worker, std::FILE* to) {
  auto begun = std::chrono::steady_clock::now();
  for (std::uint64_t i = worker; i < options.count; i += static_cast<std::uint64_t>(options.jobs)) {
    if (options.minutes > 0 && std::chrono::steady_clock::now() - begun > std::chrono::minutes(options.minutes)) return;
    Play play;
    play.seed = options.first + i;
    Result result = run_seed(play);
    bool again = play.seed % 100 == 1, ordered = play.seed % 100 == 2;
    bool equal = again && run_seed(play).hash == result.hash;
    std::string unequal = ordered ? compare_orders(play.seed) : "";
    std::string text = json::write(line_of(result, again, equal, ordered, unequal)) + "\n";
    std::fwrite(text.data(), 1, text.size(), to);
    std::fflush(to);
  }
}

/// The seed that the line is about; 0 if it is none.
std::uint64_t take(const std::string& text, Report& report, std::ostream* hashes) {
  json::Limits limits;
  limits.bytes_max = 16u << 20;
  json::Parsed line = json::parse(text, limits);
  if (!line) return 0;
  auto seed = static_cast<std::uint64_t>(line->at("seed").as_integer().value_or(0));
  ++report.seeds;
  report.tally.add(Tally::from(line->at("tally")));
  report.reruns += line->at("again").as_bool();
  report.reruns_equal += line->at("equal").as_bool();
  report.orders += line->at("ordered").as_bool();
  std::string unequal(line->at("unequal").as_string()), rule(line->at("rule").as_string());
  report.orders_equal += line->at("ordered").as_bool() && unequal.empty();
  if (hashes) *hashes << seed << " " << line->at("hash").as_string() << "\n";
  if (!unequal.empty())
    report.findings.push_back({seed, "N3", unequal, 0, 0, replay(seed, " ORDER=1") + "; " + replay(seed, " ORDER=2")});
  if (line->at("again").as_bool() && !line->at("equal").as_bool())
    report.findings.push_back({seed, "determinism", "the second run came out different", 0, 0, replay(seed)});
  if (!rule.empty())
    report.findings.push_back({seed, rule, std::string(line->at("what").as_string()),
                               line->at("at").as_integer().value_or(0),
                               static_cast<std::uint64_t>(line->at("event").as_integer().value_or(0)), replay(seed)});
  return seed;
}

Report run(const Options& options) {
  Report report;
  report.first = options.first;
  auto begun = std::chrono::steady_clock::now();
  std::vector<int> pipes;
  std::vector<pid_t> workers;
  for (int i = 0; i < options.jobs; ++i) {
    int ends[2];
    if (pipe(ends) != 0) continue;
    ::fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);  // a line takes some 15 KiB: no worker waits for a slow seed of another
    pid_t child = fork();
    if (child == 0) {
      ::close(ends[0]);
      std::FILE* to = fdopen(ends[1], "w");
      work(options, static_cast<std::uint64_t>(i), to);
      std::fclose(to);
      _exit(0);
    }
    ::close(ends[1]);
    pipes.push_back(ends[0]);
    workers.push_back(child);
  }
  std::ofstream hashes;
  if (!options.hashes.empty()) hashes.open(options.hashes);
  std::vector<std::uint64_t> playing;  // the seed that each worker is at
  for (std::size_t i = 0; i < pipes.size(); ++i) playing.push_back(options.first + i);
  // Round by round: the workers are alike, and a pipe holds what is not read yet.
  std::vector<std::FILE*> from;
  for (int end : pipes) from.push_back(fdopen(end, "r"));
  char* buffer = nullptr;
  std::size_t room = 0;
  for (bool any = true; any;) {
    any = false;
    for (std::size_t i = 0; i < from.size(); ++i) {
      ssize_t size = getline(&buffer, &room, from[i]);
      if (size <= 0) continue;
      any = true;
      std::string line(buffer, static_cast<std::size_t>(size));
      std::uint64_t seed = take(line, report, options.hashes.empty() ? nullptr : &hashes);
      if (seed > 0) playing[i] = seed + static_cast<std::uint64_t>(options.jobs);
    }
  }
  std::free(buffer);
  for (std::FILE* pipe_end : from) std::fclose(pipe_end);
  for (std::size_t i = 0; i < workers.size(); ++i) {
    int status = 0;
    waitpid(workers[i], &status, 0);
    std::uint64_t seed = playing[i];
    if (status != 0)
      report.findings.push_back(
          {seed, "crash", "the simulator ended with status " + std::to_string(status), 0, 0, replay(seed)});
    else if (options.minutes == 0 && seed < options.first + options.count)
      report.findings.push_back({seed, "crash", "this seed and those after it did not come back", 0, 0, replay(seed)});
  }
  report.wall_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count();
  const char* commit = std::getenv("HANDOFF_COMMIT");
  report.commit = commit ? commit : "unknown";
  report.compiler = HANDOFF_COMPILER;
  report.flags = HANDOFF_FLAGS;
  report.plants = read_plants(options.planted);
  return report;
}

int finish(const Options& options, const Report& report) {
  std::cout << summary(report);
  if (!options.json.empty()) std::ofstream(options.json) << as_json(report);
  std::size_t shown = 0;
  for (const Finding& finding : report.findings) {
    if (shown++ == 20) break;
    std::cout << "VIOLATION " << finding.rule << " seed " << finding.seed << ": " << finding.what
              << "\n  replay: " << finding.command << "\n";
  }
  if (!options.demand && options.count < kLong) return report.findings.empty() ? 0 : 1;
  std::vector<std::string> less = lacking(report);
  for (const std::string& what : less) std::cout << "LACKING " << what << "\n";
  return report.findings.empty() && less.empty() ? 0 : 1;
}

bool parse(int count, char** words, Options& out) {
  for (int i = 1; i < count; ++i) {
    std::string word = words[i];
    if (word == "--demand") {
      out.demand = true;
      continue;
    }
    const char* value = i + 1 < count ? words[++i] : nullptr;
    if (!value) return false;
    if (word == "--seeds") {
      char* end = nullptr;
      out.first = std::strtoull(value, &end, 10);
      out.count = *end == ':' ? std::strtoull(end + 1, nullptr, 10) : out.count;
    } else if (word == "--jobs") {
      out.jobs = std::max(1, std::atoi(value));
    } else if (word == "--minutes") {
      out.minutes = std::atoi(value);
    } else if (word == "--json") {
      out.json = value;
    } else if (word == "--hashes") {
      out.hashes = value;
    } else if (word == "--plant") {
      out.plant = value;
    } else if (word == "--planted") {
      out.planted = value;
    } else if (word == "--order") {
      out.order = std::strtoull(value, nullptr, 10);
    } else if (word == "--replay") {
      out.replay = std::strtoull(value, nullptr, 10);
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace
}  // namespace handoff::simulation

int main(int count, char** words) {
  using namespace handoff::simulation;
  Options options;
  if (!parse(count, words, options)) {
    std::cerr
        << "simulate [--seeds FIRST:COUNT] [--jobs N] [--minutes N] [--json FILE] [--hashes FILE] [--planted FILE] [--demand] |\n"
           "  --replay SEED [--order N] | --plant all|ID [--seeds FIRST:COUNT] [--jobs N]\n";
    return 2;
  }
  if (options.replay > 0) {
    std::cout << explain(options.replay, options.order);
    return 0;
  }
  if (!options.plant.empty())
    return try_plants(options.plant, options.first, options.count, options.jobs, options.planted);
  return finish(options, run(options));
}
