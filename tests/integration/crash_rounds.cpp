// crash_rounds [--how HOW] [--rounds N] [--seed S] [--settle SECONDS] [--longest MS] [--keep]: a hub under load, over real sockets, comes
// to harm again and again, and then the other side's books decide. Nothing acknowledged may be lost, nothing doubled.
//
//   kill   kill -9 at a random time, also while it starts
//   point  kill -9 inside a drawn system call: before a commit, in it, before an acknowledgement, before a first byte, ...,
//          each by the name that it has in INVARIANTS G (K1 to K7, K14, K16)
//   sync   a sync fails (INVARIANTS J6), in 200 rounds the first of a life, the second, ... the two hundredth: nothing may leave
//          afterwards, and the process ends within a second
//   pause  SIGSTOP for up to --longest, and on as if nothing had been
//
// Exit 0: every cent is where it was promised. 1: findings, each with the credit and how to look at it. 2: it did not
// run.

#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <thread>

#include "tests/integration/ledgers.hpp"
#include "tests/integration/load.hpp"
#include "tests/integration/telex_ledger.hpp"
#include "tests/integration/trace.hpp"
#include "tests/support/rig.hpp"
#include "tests/support/store_view.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::crash {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

struct Arguments {
  std::string how = "kill";
  int rounds = 200;
  std::uint64_t seed = 1;
  int settle_s = 600;
  int longest_ms = 2500;  // stop
  bool keep = false;
};

struct Chance {
  const char* mode;
  const char* probability;
  int delay_ms;
};
// Of all requests to every vendor. The first that fires decides, so the later ones happen a little less often.
constexpr Chance kChances[] = {{"lost_after", "0.016", 0}, {"http_500_after", "0.015", 0}, {"lost_before", "0.011", 0},
                               {"http_500", "0.011", 0},   {"http_429", "0.009", 0},       {"garbage", "0.009", 0},
                               {"latency", "0.02", 250}};
constexpr int kSkipped = 77;
constexpr int kLastSync = 200;  // of a life
constexpr const char* kVendors[] = {"voucherify", "stripe", "business_central", "shopify"};

std::string extra_config(const TelexLedger& telex) {
  return "[connector.telex]\nplugin = \"telex\"\nsettings = { base_url = \"" + telex.url() + "\" }\n" + R"(
[[route]]
name = "with-telex"
when = { event = "credit.issued", from = ["register"], balance_type = ["goodwill"] }
confirm = { deadline = "1500ms", otherwise = "hold" }
hops = [
  { to = "cards", do = "issue" },
  { to = "payments", do = "record", after = ["cards"] },
  { to = "books", do = "record", after = ["cards"] },
  { to = "telex", do = "record", after = ["cards"], verify = "none" },
  { to = "shop", do = "mirror", after = ["cards"] },
]
)";
}

class Rounds {
 public:
  explicit Rounds(const Arguments& arguments)
      : arguments_(arguments),
        dice_(arguments.seed),
        telex_(arguments.seed),
        sandbox_(HANDOFF_SANDBOX, {"--seed", std::to_string(arguments.seed)}),
        load_(load_options(arguments)) {
    sandbox_.post("/customers", R"({"generate":{"count":200,"start":1}})");
    support::ConfigText config;
    config.plugin_directories = {HANDOFF_TEST_PLUGINS, HANDOFF_PLUGINS};
    config.limits = "requests_per_minute = 60000";  // the sheets' own pacing would leave little to interrupt
    config.extra = extra_config(telex_);
    support::write_file(folder() + "/handoff.toml", config.text(sandbox_));
    hub_options_.program = HANDOFFD;
    hub_options_.folder = folder();
  }

  void run() {
    start_hub();
    break_everything();
    load_.start();
    for (int round = 1; round <= arguments_.rounds; ++round) {
      harm(round);
      sandbox_.must_live();
      if (round % 25 == 0) print_progress(round);
    }
    load_.finish();
    sandbox_.heal();
    telex_.heal();
    wait_until_settled();
  }

  /// Prints the table; false if anything is wrong.
  bool report();

  std::string folder() const { return folder_.path().string(); }

 private:
  static Load::Options load_options(const Arguments& arguments) {
    Load::Options out;
    out.seed = arguments.seed;
    return out;
  }

  int between(int least, int most) {
    return least + static_cast<int>(dice_() % static_cast<std::uint64_t>(most - least + 1));
  }

  void start_hub() {
    hub_.reset();
    hub_ = std::make_unique<support::HubProcess>(hub_options_);
    slowest_start_ = std::max(slowest_start_, hub_->ready_seconds());
    load_.point_at(hub_->registers(), hub_->authorization());
  }

  void harm(int round) {
    if (arguments_.how == "pause") return pause();
    if (arguments_.how != "kill") return run_traced(round);
    // Every fifth life is long enough to work off what the short ones left.
    std::this_thread::sleep_for(milliseconds(round % 5 == 0 ? between(2000, 4000) : between(150, 1300)));
    hub_->process().kill();
    ++kills_;
    if (round % 8 == 0) kill_while_starting();
    start_hub();
  }

  void pause() {
    std::this_thread::sleep_for(milliseconds(between(50, 800)));
    hub_->process().signal(SIGSTOP);
    std::this_thread::sleep_for(milliseconds(between(50, arguments_.longest_ms)));
    hub_->process().signal(SIGCONT);
    ++points_["SIGSTOP and SIGCONT"];
  }

  /// A life under the tracer: it ends where the drawn system call is made, or after ten seconds without it.
  void run_traced(int round) {
    static constexpr const char* kCalls[] = {"fdatasync", "fdatasync", "sendmsg", "sendmsg", "recvmsg", "pwrite64"};
    bool sync = arguments_.how == "sync";
    std::string which = sync ? "fdatasync,fsync:error=EIO" : std::string(kCalls[between(0, 5)]) + ":signal=KILL";
    // Counted for each thread. Of the drawn ones a quarter are few, so that the start is hit, too.
    int drawn = round % 4 == 0 ? between(1, 12) : between(5, kLastSync),
        next = 1 + (round - 1) * kLastSync / arguments_.rounds;
    int when = sync ? next : drawn;
    std::string log = folder() + "/trace." + std::to_string(round);
    hub_->process().kill();
    hub_.reset();
    support::HubProcess::Options options = hub_options_;
    options.before = traced(log, which + ":when=" + std::to_string(when));
    bool ended = false;
    try {
      hub_ = std::make_unique<support::HubProcess>(options);
      load_.point_at(hub_->registers(), hub_->authorization());
      auto until = steady_clock::now() + std::chrono::seconds(10);
      while (hub_->process().running() && steady_clock::now() < until) std::this_thread::sleep_for(milliseconds(5));
      ended = !hub_->process().running();
      if (!ended) kill_holder();
    } catch (const std::runtime_error&) {
      ended = true;  // it fell while it started
      ++kills_while_starting_;
    }
    if (ended) judge_trace(read_trace(log), sync);
    if (trace_findings_.empty()) std::filesystem::remove(log);  // else it is the evidence
    start_hub();
  }

  /// The tracer's end would leave the hub behind.
  void kill_holder() {
    int holder = std::atoi(support::read_file(folder() + "/handoff.db.lock").c_str());
    if (holder > 0) ::kill(holder, SIGKILL);
    hub_->process().wait(std::chrono::seconds(10));
  }

  void judge_trace(const Trace& trace, bool sync) {
    if (!(sync ? trace.injected : trace.killed)) return trace_findings_.push_back("it ended, and nobody had ended it");
    ++kills_;
    ++points_[(sync ? "failed " : "killed ") + trace.point];
    if (!sync) return;
    slowest_exit_ = std::max(slowest_exit_, trace.until_exit_s);
    if (trace.until_exit_s > 1)
      trace_findings_.push_back("it lived on for " + std::to_string(trace.until_exit_s) + " s");
    for (const std::string& line : trace.after) trace_findings_.push_back("left after a failed sync: " + line);
  }

  /// K14: a crash while it recovers from the last one.
  void kill_while_starting() {
    support::Process::Options start;
    start.arguments = {HANDOFFD, "-c", "handoff.toml"};
    start.environment = hub_options_.environment;
    start.stderr_file = folder() + "/handoffd.log";
    start.folder = folder();
    support::Process starting(start);
    std::this_thread::sleep_for(milliseconds(between(5, 120)));
    starting.kill();
    ++kills_while_starting_;
  }

  void print_progress(int round) {
    StoreView store(folder() + "/handoff.db");
    std::printf("  round %d: %zu credits acknowledged, %lld under way\n", round, load_.acknowledged().size(),
                static_cast<long long>(store.active()));
    std::fflush(stdout);
  }

  void break_everything() {
    for (const char* vendor : kVendors) {
      const std::string vendor_text = R"({"vendor":")" + std::string(vendor) + "\"";
      sandbox_.post("/latency", vendor_text + R"(,"ms":20})");
      for (const Chance& chance : kChances)
        sandbox_.post("/faults", vendor_text + R"(,"mode":")" + chance.mode + R"(","probability":)" +
                                     chance.probability + R"(,"retry_after_s":1,"delay_ms":)" +
                                     std::to_string(chance.delay_ms) + "}");
    }
    // Errors that the vendor repeats for ever under their key: only its history tells (rule 3).
    sandbox_.post("/faults",
                  R"({"vendor":"stripe","match":{"method":"POST"},"mode":"http_500_after","probability":0.03})");
  }

  void wait_until_settled() {
    StoreView store(folder() + "/handoff.db");
    auto begin = steady_clock::now();
    while (store.active() > 0 && steady_clock::now() - begin < std::chrono::seconds(arguments_.settle_s))
      std::this_thread::sleep_for(milliseconds(200));
    settled_after_ = std::chrono::duration<double>(steady_clock::now() - begin).count();
  }

  bool hit_anything();
  bool print_shares();
  void print_counts(const char* title, const std::map<std::string, std::int64_t>& counts);
  bool enough(const char* what, std::int64_t got, std::int64_t wanted);
  std::vector<Finding> second_opinion(const std::map<std::string, HubCredit>& hub);

  Arguments arguments_;
  support::TempDir folder_;
  std::mt19937_64 dice_;
  TelexLedger telex_;
  support::SandboxProcess sandbox_;
  Load load_;
  support::HubProcess::Options hub_options_;
  std::unique_ptr<support::HubProcess> hub_;
  int kills_ = 0, kills_while_starting_ = 0;
  double slowest_start_ = 0, settled_after_ = 0, slowest_exit_ = 0;
  std::map<std::string, std::int64_t> points_;
  std::vector<std::string> trace_findings_;
};

void line(const char* title, const std::string& value) { std::printf("%-34s %s\n", title, value.c_str()); }

std::string percent(std::int64_t part, std::int64_t whole) {
  char out[64];
  std::snprintf(out, sizeof out, "%lld (%.2f %%)", static_cast<long long>(part),
                whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return out;
}

bool Rounds::enough(const char* what, std::int64_t got, std::int64_t wanted) {
  bool counts = arguments_.rounds >= 200 && arguments_.how == "kill";  // a short run proves the money, not the coverage
  line(what, std::to_string(got) + (counts ? " (at least " + std::to_string(wanted) + ")" : ""));
  return !counts || got >= wanted;
}

/// A run in which no drawn call was ever made proves nothing.
bool Rounds::hit_anything() {
  if (arguments_.how == "kill" || arguments_.how == "pause") return true;
  line("rounds that hit their call", std::to_string(kills_) + " of " + std::to_string(arguments_.rounds));
  return kills_ > 0;
}

/// How often what went wrong. The fault shares are part of the claim.
bool Rounds::print_shares() {
  std::map<std::string, std::int64_t> by_mode = telex_.counts();
  const json::value stats = sandbox_.get("/stats");
  for (const char* vendor : kVendors) {
    by_mode["requests"] += stats.at(vendor).at("requests").to_number<std::int64_t>();
    for (const auto& [mode, count] : stats.at(vendor).at("faults").as_object())
      by_mode[std::string(mode)] += count.to_number<std::int64_t>();
  }
  std::int64_t requests = by_mode["requests"], others = 0;
  for (const auto& [mode, count] : by_mode)
    if (mode != "requests" && mode != "lost_after" && mode != "http_500_after") others += count;
  line("requests to vendors", std::to_string(requests));
  line("  reply lost after the effect", percent(by_mode["lost_after"], requests));
  line("  5xx with effect", percent(by_mode["http_500_after"], requests));
  line("  other faults", percent(others, requests));
  return arguments_.rounds < 200 || arguments_.how != "kill" ||
         (by_mode["lost_after"] * 100 >= requests && by_mode["http_500_after"] * 100 >= requests &&
          others * 100 >= requests * 3);
}

void Rounds::print_counts(const char* title, const std::map<std::string, std::int64_t>& counts) {
  std::string out;
  for (const auto& [name, count] : counts) out += (out.empty() ? "" : ", ") + name + " " + std::to_string(count);
  line(title, out);
}

/// The sandbox's own audit. It knows nothing of held credits: what it misses must be what the hub holds.
std::vector<Finding> Rounds::second_opinion(const std::map<std::string, HubCredit>& hub) {
  support::Process agree({{HANDOFF_SANDBOX_AGREE, "--control", sandbox_.url("control"), "--json"}, {}, "", ""});
  const json::value said = json::parse(agree.rest(std::chrono::seconds(60)));
  std::map<std::string, const HubCredit*> by_ref;
  for (const Acknowledged& credit : load_.acknowledged())
    if (auto found = hub.find(credit.transaction); found != hub.end()) by_ref[credit.ref] = &found->second;
  std::vector<Finding> out;
  for (const json::value& finding : said.at("findings").as_array())
    out.push_back({"", "handoff-sandbox-agree: " + std::string(finding.as_string())});
  for (const json::value& credit : said.at("credits").as_array()) {
    const std::string ref(credit.at("ref").as_string());
    auto known = by_ref.find(ref);
    bool held = known != by_ref.end() && known->second->state == "held";
    for (const json::value& problem : credit.at("problems").as_array()) {
      const std::string what(problem.as_string());
      bool excused = held && (what.ends_with(": missing") || what.ends_with("has no holder"));
      if (!excused) out.push_back({ref, "handoff-sandbox-agree: " + what});
    }
  }
  return out;
}

bool Rounds::report() {
  StoreView store(folder() + "/handoff.db");
  const std::map<std::string, HubCredit> hub = store.credits();
  const std::vector<Acknowledged> promised = load_.acknowledged();
  std::printf("\n");
  line("crash rounds",
       std::to_string(arguments_.rounds) + ", " + arguments_.how + ", seed " + std::to_string(arguments_.seed));
  line("credits acknowledged", std::to_string(promised.size()));
  print_counts("registers saw", load_.counts());
  for (const auto& [point, count] : points_) line(("  " + point).c_str(), std::to_string(count));
  if (arguments_.how == "sync") line("slowest exit, s", std::to_string(slowest_exit_));
  line("ends",
       std::to_string(kills_) + ", and " + std::to_string(kills_while_starting_) + " while it was starting (K14)");
  bool good = hit_anything();
  good = print_shares() && good;
  auto in_flight = store.counts(
      "SELECT 'kills', count(DISTINCT epoch) FROM journal WHERE kind = 'attempt.ended' AND "
      "json_extract(payload, '$.error') = 'in flight when handoff stopped' UNION ALL "
      "SELECT 'attempts', count(*) FROM journal WHERE kind = 'attempt.ended' AND "
      "json_extract(payload, '$.error') = 'in flight when handoff stopped'");
  good = enough("kills that found a call in flight", in_flight["kills"], 100) && good;
  line("  calls found in flight", std::to_string(in_flight["attempts"]));
  auto rules = store.counts(
      "SELECT json_extract(payload, '$.rule'), count(DISTINCT json_extract(payload, '$.effect') || '/' || "
      "json_extract(payload, '$.call')) FROM journal WHERE kind = 'call.settled' GROUP BY 1");
  good = enough("calls resolved by rule 1, resend", rules["1"], 20) && good;
  good = enough("  rule 2, look-up", rules["2"], 20) && good;
  good = enough("  rule 3, history", rules["3"], 20) && good;
  good = enough("  rule 5, held for a person", rules["5"], 20) && good;
  print_counts("attempts by outcome", store.counts("SELECT outcome, count(*) FROM attempts GROUP BY 1"));
  print_counts("calls settled how", store.counts("SELECT json_extract(payload, '$.how'), count(*) FROM journal WHERE "
                                                 "kind = 'call.settled' GROUP BY 1"));
  line("most sends of one call", std::to_string(store.counts("SELECT 'most', max(sends) FROM calls")["most"]));
  print_counts("credits by state", store.counts("SELECT state, count(*) FROM credits GROUP BY 1"));
  print_counts("open cases", store.counts("SELECT kind || ' (' || CASE kind WHEN 'identity' THEN reason ELSE "
                                          "substr(reason, 1, 60) END || ')', count(*) FROM cases WHERE state = 'open' "
                                          "GROUP BY 1"));
  char times[96];
  std::snprintf(times, sizeof times, "%.1f s after the last fault; slowest start %.2f s", settled_after_,
                slowest_start_);
  line("settled", times);

  std::vector<Finding> findings = judge(promised, hub, read_ledgers(sandbox_, telex_.entries()));
  for (Finding& finding : second_opinion(hub)) findings.push_back(std::move(finding));
  for (const std::string& complaint : load_.complaints()) findings.push_back({"", complaint});
  for (const std::string& finding : trace_findings_) findings.push_back({"", finding});
  if (store.counts("SELECT 'sum', count(*) FROM postings WHERE amount <= 0")["sum"] != 0)
    findings.push_back({"", "postings of nothing"});
  for (const Finding& finding : findings)
    std::printf("FINDING %s: %s%s\n", finding.ref.c_str(), finding.what.c_str(),
                finding.ref.empty() ? "" : ("; look at it: handoff trace " + finding.ref).c_str());
  if (findings.empty()) std::printf("nothing acknowledged is lost, nothing is doubled\n");
  if (!good) std::printf("the run did not reach the coverage it claims\n");
  hub_->process().signal(SIGTERM);
  support::Ended ended = hub_->process().wait(std::chrono::seconds(10));
  if (ended.code != 0)
    std::printf("FINDING : handoffd did not stop cleanly: exit %d, signal %d\n", ended.code, ended.signal);
  return good && findings.empty() && ended.code == 0;
}

bool read_arguments(int argc, char** argv, Arguments& out) {
  for (int i = 1; i < argc; ++i) {
    std::string name = argv[i];
    if (name == "--keep") {
      out.keep = true;
      continue;
    }
    if (i + 1 == argc) return false;
    int value = std::atoi(argv[++i]);
    if (name == "--how")
      out.how = argv[i];
    else if (name == "--rounds")
      out.rounds = value;
    else if (name == "--seed")
      out.seed = static_cast<std::uint64_t>(value);
    else if (name == "--settle")
      out.settle_s = value;
    else if (name == "--longest")
      out.longest_ms = value;
    else
      return false;
  }
  return out.how == "kill" || out.how == "point" || out.how == "sync" || out.how == "pause";
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read_arguments(argc, argv, arguments)) {
    std::cerr
        << "usage: crash_rounds [--how kill|point|sync|pause] [--rounds N] [--seed S] [--settle SECONDS] [--longest MS] [--keep]\n";
    return 2;
  }
  if ((arguments.how == "point" || arguments.how == "sync") && !can_trace()) {
    std::cout << "SKIPPED: strace is missing or may not trace here\n";
    return kSkipped;
  }
  Rounds rounds(arguments);
  rounds.run();
  bool good = rounds.report();
  if (!good || arguments.keep) {
    std::string kept = rounds.folder() + "-kept";
    std::filesystem::copy(rounds.folder(), kept, std::filesystem::copy_options::recursive);
    std::cout << "the store and the log are in " << kept << "\n";
  }
  return good ? 0 : 1;
}

}  // namespace handoff::crash

int main(int argc, char** argv) try { return handoff::crash::main(argc, argv); } catch (const std::exception& error) {
  std::cerr << "crash_rounds: " << error.what() << "\n";
  return 2;
}
