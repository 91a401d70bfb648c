#pragma once
// The hub under test: the production engine over the production store, one turn after the other on virtual time, with
// process crashes between any two commits, and among the acts of a turn.

#include <filesystem>

#include "core/crypto/vault.hpp"
#include "core/engine/engine.hpp"
#include "tests/simulation/checkers.hpp"
#include "tests/simulation/network.hpp"

namespace handoff::simulation {

inline constexpr const char* kTenant = "t1";

/// Where in a turn the process dies. K2 to K8 of INVARIANTS are these, seen from the effect.
enum class CrashPoint { before_commit, before_acts, among_acts, after_acts, in_recovery, count };

struct Crashes {
  std::int64_t per_million = 0;  // of a turn
  std::int64_t left = 0;         // as many may still come: a crash loop is one thing, no progress another
  Time restart_max = kSecond;
  std::array<std::uint64_t, static_cast<std::size_t>(CrashPoint::count)> hit{};
  std::uint64_t found_in_flight = 0;
};

class Hub {
 public:
  Hub(World& world, Network& network, VirtualClock& clock, Checkers& checkers, std::filesystem::path store);
  ~Hub();

  bool up() const { return engine_ != nullptr; }
  void submit(engine::Submission submission);
  void order(engine::Command command) { post(std::move(command)); }
  /// For acts other than sends: throws when the process is to die here.
  void acting();

  Crashes& crashes() { return crashes_; }
  const engine::EngineCounters& total() const { return total_; }
  void start();
  /// The end of the seed: counts what the last incarnation did.
  void stop();

 private:
  class Transport;
  struct Crash {};

  void post(engine::Input input);
  void plan(Time when);
  void turn();
  void arm();
  void die(CrashPoint point);
  void count();

  World& world_;
  Network& network_;
  VirtualClock& clock_;
  Checkers& checkers_;
  std::filesystem::path path_;
  Stream crash_dice_, engine_dice_, vault_dice_;
  Crashes crashes_;
  engine::EngineCounters total_;

  crypto::Vault vault_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<journal::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<engine::Input> queue_;
  std::uint64_t incarnation_ = 0;
  std::size_t at_work_max_;
  Time last_turn_ = -1;
  int turns_at_once_ = 0;
  Time planned_;
  std::optional<CrashPoint> armed_;
  std::int64_t acts_left_ = 0;
  std::int64_t crash_count_ = 0;
};

/// The retailer of every seed: four systems, one route.
engine::Setup make_setup();

}  // namespace handoff::simulation
