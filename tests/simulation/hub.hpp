#pragma once
// The hub under test: the production engine over the production store on a modelled disk, one turn after the other on
// virtual time. It dies between any two commits, inside one, among the acts of a turn and in recovery; it is stopped
// and goes on; the power fails.

#include "core/crypto/vault.hpp"
#include "core/engine/engine.hpp"
#include "tests/simulation/checkers.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/vfs.hpp"

namespace handoff::simulation {

inline constexpr const char* kTenant = "t1";
inline constexpr const char* kNoticeUrl = "https://hub.example/in/pos";
inline constexpr const char* kNoticeKey = "canary-notice-key";
inline constexpr const char* kStore = "handoff.db";
inline constexpr const char* kBackup = "backup.db";

/// What is not the same in every seed.
struct Retailer {
  bool with_pos = false;    // a register that tells by notifications
  bool keys_alone = false;  // the payments processor has keys and no look-up
  bool gift_cards = false;  // the platform has gift cards, and no vouchers
};

/// Where in a turn the process dies.
enum class CrashPoint { before_commit, in_commit, before_acts, among_acts, after_acts, in_recovery, storage, count };

struct Crashes {
  std::int64_t per_million = 0;        // of a turn
  std::int64_t pause_per_million = 0;  // of a turn
  std::int64_t left = 0;               // as many may still come: a crash loop is one thing, no progress another
  std::int64_t kept = 0;               // of these for repairs that have voided or are about to: they are few
  std::int64_t recoveries_left = 0;    // that fail too
  Time restart_max = kSecond;
  std::array<std::uint64_t, static_cast<std::size_t>(CrashPoint::count)> hit{};
  int recoveries_in_a_row = 0, most_recoveries_in_a_row = 0;
};

class Hub {
 public:
  Hub(World& world, Network& network, VirtualClock& clock, Disk& disk, FaultBook& book, Checkers& checkers);
  ~Hub();

  /// Recovered, and open to whoever calls: a slow sync of its recovery lets the world go on.
  bool up() const { return engine_ != nullptr && checkers_.reads(); }
  /// A listener's backlog ends somewhere: what comes while the process stands still is not kept for ever.
  void submit(engine::Submission submission) {
    if (queue_.size() < kBacklog) post(std::move(submission));
  }
  void notify(engine::Webhook webhook) {
    if (queue_.size() < kBacklog) post(std::move(webhook));
  }
  /// Before start().
  Retailer& retailer() { return retailer_; }
  void order(engine::Command command) { post(std::move(command)); }
  /// For acts other than sends: throws when the process is to die here.
  void acting();

  Crashes& crashes() { return crashes_; }
  const engine::EngineCounters& total() const { return total_; }
  /// Hits of K1 to K16 of INVARIANTS, by what a crash found half done.
  const std::array<std::uint64_t, 17>& failpoints() const { return failpoints_; }
  void start();
  /// As `handoff store backup` does it, whether the hub runs or not. False: the disk refused.
  bool back_up();
  /// As `handoff store restore` does it. `made`: when the backup was. `elsewhere`: another machine, that knows nothing of
  /// the store that was lost. The hub is stopped, and starts after `wait`. False: the disk refused; all is as it was.
  bool restore(Time made, bool elsewhere, Time wait);
  /// The end of the seed: counts what the last incarnation did.
  void stop();

 private:
  class Transport;
  struct Crash {};
  static constexpr std::size_t kBacklog = 200;

  void post(engine::Input input);
  void plan(Time when);
  void turn();
  void arm();
  void stand_still(Time wait);
  void die(CrashPoint point);
  void go_down(bool power);
  bool exchange(bool elsewhere);
  void look_around(CrashPoint point);
  void refused_to_start(const std::string& why);
  void count();

  World& world_;
  Network& network_;
  VirtualClock& clock_;
  Disk& disk_;
  FaultBook& book_;
  Checkers& checkers_;
  Stream crash_dice_, aim_, engine_dice_, vault_dice_;
  Crashes crashes_;
  engine::EngineCounters total_;
  std::array<std::uint64_t, 17> failpoints_{};

  crypto::Vault vault_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<journal::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<engine::Input> queue_;
  std::uint64_t incarnation_ = 0;
  std::size_t at_work_max_;
  std::int64_t checkpoint_pages_;
  Time last_turn_ = -1;
  int turns_at_once_ = 0;
  Time planned_;
  std::optional<CrashPoint> armed_;
  bool pausing_ = false;
  bool exchanging_ = false;                     // the store's place is being taken by a backup
  bool first_act_ = false, submitted_ = false;  // of this turn: nothing was done yet; it took a register's event
  Retailer retailer_;
  std::int64_t acts_left_ = 0;
  void aim();
  bool reissuing();
  std::int64_t crash_count_ = 0;
};

/// Four systems, or five, and one route. `variant`: as another release or configuration would have it.
engine::Setup make_setup(const Retailer& retailer, bool variant);

}  // namespace handoff::simulation
