// register_deadline [--calls N] [--registers N] [--grace MS] [--seed S]: registers ask while a fifth of what the platform is asked
// goes wrong: black holes, answers after seconds, errors after the effect, cut connections. Every call must be answered within
// the route's deadline, and whatever was answered `confirmed` must have been on the platform, the customer's, and once.

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "tests/support/rig.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::deadline {

namespace {

using Steady = std::chrono::steady_clock;
constexpr int kCustomers = 200;
constexpr int kDeadlineMs = 1500;
// Each of four faults hits a twentieth of the calls; the first in the list that fires decides, so those behind it are dealt more.
constexpr std::pair<const char*, const char*> kFaults[] = {
    {"black_hole", R"("probability":0.05,"delay_ms":25000)"},  // longer than the hub waits
    {"latency", R"("probability":0.052632,"delay_ms":4000)"},
    {"http_500_after", R"("probability":0.055556)"},
    {"lost_after", R"("probability":0.058824)"},
};

struct Options {
  int calls = 100'000, registers = 256, grace_ms = 0;
  std::uint64_t seed = 1;
};

struct Confirmed {
  std::string ref, email, at;  // when the answer was there, as the ledger writes times
};

std::string now_text() {
  auto now = std::chrono::system_clock::now();
  std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32], out[48];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::snprintf(out, sizeof out, "%s.%03dZ", text, static_cast<int>(ms));
  return out;
}

/// Before whatever else runs on this machine, where it is allowed: a register has a processor of its own, and what is measured
/// is how long the hub lets it wait.
void goes_first(pid_t thread) {
  sched_param first{};
  first.sched_priority = 1;
  sched_setscheduler(thread, SCHED_RR, &first);
}

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options), sandbox_(HANDOFF_SANDBOX, {"--seed", std::to_string(options.seed)}) {
    support::ConfigText config;
    config.plugin_directories = {HANDOFF_PLUGINS};
    config.confirm = "{ deadline = \"" + std::to_string(kDeadlineMs) + "ms\", otherwise = \"hold\" }";
    config.limits =
        "concurrency = 256, requests_per_minute = 60000";  // so that most calls wait for the platform, and not for their turn
    config.hops = {{"cards", "issue", "", ""}};
    support::write_file(folder_.file("handoff.toml"), config.text(sandbox_));
    sandbox_.post(
        "/settings",
        R"({"vendor":"shopify","restore_rate":100000,"maximum":200000})");  // who the customer is, is asked there
    sandbox_.post("/customers", R"({"generate":{"count":)" + std::to_string(kCustomers) + "}}");
    support::HubProcess::Options hub;
    hub.program = HANDOFFD;
    hub.folder = folder_.path().string();
    hub_ = std::make_unique<support::HubProcess>(hub);
    for (const auto& [mode, how] : kFaults)
      sandbox_.post("/faults", R"({"vendor":"voucherify","mode":")" + std::string(mode) + "\"," + how + "}");
  }

  bool judge() {
    for (const auto& task :
         std::filesystem::directory_iterator("/proc/" + std::to_string(hub_->process().pid()) + "/task"))
      if (support::read_file(task.path().string() + "/comm") == "registers\n")
        goes_first(std::stoi(task.path().filename().string()));
    auto begin = Steady::now();
    std::vector<std::thread> registers;
    for (int i = 0; i < options_.registers; ++i) registers.emplace_back([this] { ask(); });
    for (std::thread& one : registers) one.join();
    double seconds = std::chrono::duration<double>(Steady::now() - begin).count();
    look_at_confirmed();
    std::ranges::sort(took_);
    auto at = [this](double share) {
      return took_.empty() ? 0 : took_[static_cast<std::size_t>(share * static_cast<double>(took_.size() - 1))];
    };
    std::cout << options_.calls << " calls in " << static_cast<int>(seconds) << " s, deadline " << kDeadlineMs
              << " ms: p50 " << at(0.5) << " ms, p99 " << at(0.99) << " ms, longest " << at(1)
              << " ms, later than the deadline and " << options_.grace_ms << " ms " << late_ << "\n";
    for (const auto& [what, count] : answers_) std::cout << "  " << what << " " << count << "\n";
    const boost::json::value stats = sandbox_.get("/stats");
    std::cout << "  platform faults " << boost::json::serialize(stats.at("voucherify").at("faults")) << " of "
              << boost::json::serialize(stats.at("voucherify").at("requests")) << " requests\n";
    for (const std::string& one : complaints_) std::cout << "FAILED: " << one << "\n";
    bool good = late_ == 0 && complaints_.empty();
    std::cout << (good ? "every call was answered in time, and whatever was confirmed was there\n" : "");
    return good;
  }

 private:
  void ask() {
    goes_first(gettid());
    support::HttpClient client(hub_->registers(), std::chrono::milliseconds(10 * kDeadlineMs));
    const support::Headers who = hub_->authorization();
    for (int no = next_++; no < options_.calls; no = next_++) {
      std::string email = "load" + std::to_string(no % kCustomers + 1) + "@example.com";
      std::string body =
          R"({"transaction":"D)" + std::to_string(no) +
          R"(","business_date":"2026-11-23","store":"S14","terminal":"R2","amount":"1.00","currency":"USD",)" +
          R"("customer":{"email":")" + email + R"("}})";
      auto begin = Steady::now();
      support::Answer answer = client.post("/v1/register/credits", body, who);
      auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begin).count();
      note(answer, email, static_cast<int>(ms), no);
    }
  }

  void note(const support::Answer& answer, const std::string& email, int ms, int no) {
    std::string at = now_text();
    boost::system::error_code wrong;
    boost::json::value told = boost::json::parse(answer.body, wrong);
    std::string status = !wrong && told.is_object() && told.as_object().contains("status")
                             ? std::string(told.at("status").as_string())
                             : "";
    std::lock_guard lock(mutex_);
    took_.push_back(ms);
    if (ms > kDeadlineMs + options_.grace_ms) ++late_;
    ++answers_[answer.status == 503 ? "unavailable"
               : status.empty()     ? "HTTP " + std::to_string(answer.status)
                                    : status];
    if (answer.status != 503 && status != "confirmed" && status != "accepted")
      complaints_.push_back("D" + std::to_string(no) + ": HTTP " + std::to_string(answer.status) + " " + answer.error +
                            answer.body.substr(0, 200));
    if (status == "confirmed") confirmed_.push_back({std::string(told.at("id").as_string()), email, at});
  }

  /// By the platform's own ledger: there before it was said, the customer's, spendable, and once.
  void look_at_confirmed() {
    std::map<std::string, const boost::json::value*> by_ref;
    std::map<std::string, int> vouchers;
    const boost::json::value ledger = sandbox_.get("/ledger/voucherify");
    for (const boost::json::value& one : ledger.at("vouchers").as_array()) {
      std::string ref(one.at("metadata").at("handoff_credit").as_string());
      by_ref[ref] = &one;
      if (++vouchers[ref] == 2) complaints_.push_back(ref + " is on the platform twice");
    }
    for (const Confirmed& one : confirmed_) {
      auto found = by_ref.find(one.ref);
      if (found == by_ref.end()) {
        complaints_.push_back(one.ref + " was confirmed and is not on the platform");
        continue;
      }
      const boost::json::value& voucher = *found->second;
      const boost::json::value& holder = voucher.at("holder_email");
      bool theirs = holder.is_string() && holder.as_string() == std::string_view(one.email);
      if (!theirs || !voucher.at("active").as_bool() || voucher.at("balance_minor").to_number<int>() != 100)
        complaints_.push_back(one.ref + " was confirmed and is not " + one.email + "'s 1.00 USD there");
      if (std::string(voucher.at("created_at").as_string()) > one.at)
        complaints_.push_back(one.ref + " was confirmed before it was issued");
    }
  }

  Options options_;
  support::TempDir folder_;
  support::SandboxProcess sandbox_;
  std::unique_ptr<support::HubProcess> hub_;
  std::atomic<int> next_ = 0;
  std::mutex mutex_;
  std::vector<int> took_;
  int late_ = 0;
  std::map<std::string, std::int64_t> answers_;
  std::vector<Confirmed> confirmed_;
  std::vector<std::string> complaints_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    int value = std::atoi(argv[i + 1]);
    if (std::strcmp(argv[i], "--calls") == 0) options.calls = value;
    if (std::strcmp(argv[i], "--registers") == 0) options.registers = value;
    if (std::strcmp(argv[i], "--grace") == 0) options.grace_ms = value;
    if (std::strcmp(argv[i], "--seed") == 0) options.seed = static_cast<std::uint64_t>(value);
  }
  return Run(options).judge() ? 0 : 1;
}

}  // namespace handoff::deadline

int main(int argc, char** argv) try {
  return handoff::deadline::main(argc, argv);
} catch (const std::exception& error) {
  std::cerr << "register_deadline: " << error.what() << "\n";
  return 2;
}
