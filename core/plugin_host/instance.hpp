#pragma once
// One configured connector and its pure step (abi.h). What a step said comes back as values; what it did wrong comes
// back as `misbehaviour` and is counted.

#include <atomic>
#include <chrono>
#include <functional>
#include <handoff/sdk/codec.hpp>
#include <memory>

#include "core/model/http.hpp"
#include "core/plugin_host/plugin.hpp"

namespace handoff::plugin_host {

/// A call a step asked for. `digest` covers everything it said: two steps are compared by it.
struct Asked {
  std::uint32_t kind = HANDOFF_CALL_HTTP;
  std::uint32_t retry = HANDOFF_RETRY_UNSAFE;
  bool safe = false;
  std::string label;
  std::string digest;
  HttpRequest http;  // of HTTP and, in the form of http.hpp, of FILE and SLEEP
  std::int64_t sleep_ms = 0;
  struct Mac {
    std::uint32_t algorithm = 0, encoding = 0;
    std::string secret, message, expected;  // `expected` of MAC_CHECK
  } mac;                                    // of MAC_CHECK and MAC
};

/// A reply as it is fed to the next step.
struct Answer {
  std::uint32_t kind = HANDOFF_REPLY_HTTP;
  std::string label;
  HttpReply http;  // status and body also carry a check's result, a MAC and an adopted sighting
};

/// What a SLEEP is answered when its time has passed.
inline Answer sleep_answer(std::string label) {
  Answer out;
  out.label = std::move(label);
  out.http.status = 200;
  return out;
}

struct Verdict {
  std::uint32_t kind = HANDOFF_VERDICT_UNKNOWN;
  std::string label, code, message;
  Echoes echoes;
  std::uint64_t retry_after_ms = 0;
};

enum class StepEnd { waiting, done, more, failed };

struct Step {
  StepEnd end = StepEnd::waiting;
  std::vector<Asked>
      asked;  // all of this run; when `waiting`, what is behind the answers is new: one, or several safe ones
  std::vector<Verdict> verdicts;
  std::vector<json::Value> emitted;
  json::Value result;  // of done; the cursor of more; the detail of failed
  std::uint32_t failure = 0;
  std::string misbehaviour;  // a broken rule; the run must not go on
  bool lost = false;         // the child ended at it, and nothing of it was heard; `failed`, to be run again
  std::int64_t elapsed_ns = 0;

  const Verdict* verdict(std::string_view label) const {
    for (const Verdict& verdict : verdicts)
      if (verdict.label == label) return &verdict;
    return nullptr;
  }
};

struct CallIds {
  std::string label, key, ref20;
};

/// Everything a run depends on: equal arguments, equal steps.
struct Arguments {
  std::int64_t now_ms = 0;
  std::string input;    // JSON
  std::string payload;  // raw body of a webhook
  std::vector<CallIds> ids;
};

/// How a host lays its memory out. The hub takes what is natural; the conformance kit plays hosts that are older or newer
/// and puts every text where reading past its end is noticed.
struct Layout {
  /// Copies bytes to where they shall lie until the step returns. Null: they stay where they are.
  std::function<const char*(std::string_view)> place;
  std::uint32_t extra_bytes = 0;  // of args, replies and sink behind what this header knows: a newer host
};

/// Where the steps of a connector run. Private to this folder, as the two that there are.
class Runner {
 public:
  virtual ~Runner() = default;
  /// Takes down what the step `id` ("issue/1") says. The rules of a whole step are the caller's to judge. [any thread]
  virtual void step(const std::string& id, const Arguments& arguments, const std::vector<Answer>& answers,
                    const Layout& layout, Step& out) const = 0;
};

/// How a connector is run in a process of its own (docs/concepts/isolation.md).
struct Apart {
  std::filesystem::path program;  // handoff-connector-host; connector_host_program() as a rule
  std::string name;               // the operator's, for the log
  std::chrono::milliseconds step_limit{2000};
  std::chrono::milliseconds start_limit{10'000};  // before anything waits for it
  std::chrono::milliseconds restart_limit{2000};  // as a step: the engine waits
  std::chrono::milliseconds pause{1000};          // the first of pause_after()
  int held_after = 3;  // ends at the same step: then it is the connector's fault and no accident
};

/// Before it is started again, by how often it ended in a row: none after the first end, then `first`, doubled with each
/// end, five minutes at most.
std::chrono::milliseconds pause_after(int ends, std::chrono::milliseconds first);

/// handoff-connector-host beside the program that runs.
std::filesystem::path connector_host_program();

/// Where the connectors that came with handoff lie: ../plugins and ../lib/handoff/plugins beside the program, as far as
/// they are there.
std::vector<std::filesystem::path> shipped_folders();

/// A configured connector. [step: any thread]
class Instance {
 public:
  /// In this process. `settings` are valid and complete. The error is the connector's own complaint: {pointer,
  /// message}.
  static std::expected<std::unique_ptr<Instance>, json::Value> create(const Plugin& plugin,
                                                                      const json::Value& settings);
  /// In a child that can only compute. None of its code runs here. A step at which the child ends says that it failed
  /// and may be run again (HANDOFF_FAIL_RETRYABLE, nothing was sent by it); after `held_after` ends at the same step it
  /// is misbehaviour. The error also says why there is no child.
  static std::expected<std::unique_ptr<Instance>, json::Value> create_apart(std::shared_ptr<const Image> image,
                                                                            const json::Value& settings,
                                                                            const Apart& how);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const Manifest& manifest() const { return manifest_; }

  /// Runs one step. `before`: the calls the last step had asked for, in order; each must come out the same. The layout
  /// is for a connector in this process.
  Step step(std::string_view operation, const Arguments& arguments, const std::vector<Answer>& answers,
            const std::vector<Asked>& before, const Layout& layout = {}) const;

  struct Counters {
    std::atomic<std::uint64_t> steps = 0, nanoseconds = 0, slowest_ns = 0, misbehaved = 0;
  };
  const Counters& counters() const { return counters_; }

 private:
  Instance(Manifest manifest, std::unique_ptr<Runner> runner);

  Manifest manifest_;
  std::unique_ptr<Runner> runner_;
  mutable Counters counters_;
};

}  // namespace handoff::plugin_host
