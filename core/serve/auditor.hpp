#pragma once
// Live audits of a running hub (docs/adr/0018-live-audit.md): on demand, and on a schedule. A thread of its own that waits
// for the engine's answers most of the time; one run at a time.

#include <condition_variable>
#include <expected>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "core/config/settings.hpp"
#include "core/reconcile/input.hpp"
#include "core/serve/hub.hpp"
#include "core/serve/snapshot_exports.hpp"

namespace handoff::serve {

/// A run, as its folder's run.json keeps it.
struct AuditRun {
  std::string id;                     // when it was asked for: "20261130T060000Z"
  std::int64_t since = 0, until = 0;  // Unix ms: which credits
  std::int64_t as_of = 0;             // Unix ms: when everything was read; 0: not yet
  std::int64_t slot = 0;              // Unix ms: of the schedule; 0: somebody asked
  std::string state = "running";      // running, done, failed
  std::string why;                    // failed
  std::vector<std::string> notes;
  std::vector<std::string> left_out;  // connectors that could not be compared
};
json::Value encode(const AuditRun& run);
AuditRun decode_run(const json::Value& value);

class Auditor {
 public:
  struct Settings {
    std::string folder;  // beside the store
    std::string store_path;
    std::int64_t window_ms = 0;                  // of runs of the programme
    std::optional<config::Programme> programme;  // none: only when somebody asks
    report::BySide<std::int64_t> sla_s{};
    std::function<void(const std::string&)> log;
  };
  /// Goes on with what a killed process left. `hub` outlives it.
  Auditor(Hub& hub, Settings settings);
  ~Auditor();
  Auditor(const Auditor&) = delete;
  Auditor& operator=(const Auditor&) = delete;

  /// The id of the run that begins, or of the one under way. [any thread]
  std::string ask(std::int64_t window_ms);
  /// {"audit","state","step","as_of","notes","files":[{"name","bytes"}]}; null: no such run. [any thread]
  json::Value view(const std::string& id) const;
  /// The same, once the run is at another step than `seen`, or in about half a second. [any thread]
  void watch(const std::string& id, const std::string& seen, std::function<void(json::Value)> answer);
  /// A piece of a finished run's file: {"text","next"}, next 0 at the end. Null: no such file. [any thread]
  json::Value piece(const std::string& id, const std::string& name, std::int64_t from) const;

 private:
  void work();
  AuditRun begin(std::int64_t window_ms, std::int64_t slot);
  std::int64_t due();
  void take_slot(std::int64_t slot);
  void forget_old() const;
  void run(AuditRun& run);
  std::string conclude(const AuditRun& run, const Exports& exports, const Credits& credits);
  bool tell_of_entries(const report::Audit& audit, const std::vector<report::Gone>& all_gone, const Credits& credits);
  bool tell_stores(const report::Audit& audit, const std::vector<report::Gone>& all_gone, const Credits& credits);
  bool order(engine::Command command);
  std::expected<report::Audit, reconcile::Refusal> compare(const AuditRun& run, const Exports& exports,
                                                           std::int64_t as_of_s,
                                                           const report::BySide<std::int64_t>& sla_s,
                                                           std::map<std::string, std::string> known = {}) const;
  Going take(const AuditRun& run, const LineFolder& folder, std::map<std::string, Listed>& listings);
  Going look_again(const AuditRun& run, const LineFolder& folder, const Credits& credits,
                   const std::map<std::string, Listed>& listings, std::set<std::string>& cut);
  std::optional<std::set<std::int64_t>> in_doubt(const AuditRun& run, const Exports& exports, const Credits& credits,
                                                 std::string& why) const;
  std::optional<engine::ReadOutcome> ask_engine(engine::Look look);
  bool pause(std::int64_t ms);
  void tell();
  void step(const std::string& text);
  bool save(const AuditRun& run) const;
  std::string folder_of(const std::string& id) const { return settings_.folder + "/" + id; }

  Hub& hub_;
  Settings settings_;
  std::vector<Viewed> systems_;
  std::vector<std::string> system_notes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::optional<AuditRun> current_;
  std::optional<AuditRun> unsaved_;  // the last that ended and could not be written down
  std::int64_t taken_ = 0;           // the newest slot of the programme
  std::string step_;
  struct Watching {
    std::string id, seen;
    std::int64_t since = 0;  // boot ms
    std::function<void(json::Value)> answer;
  };
  std::vector<Watching> watching_;
  std::thread thread_;
};

}  // namespace handoff::serve
