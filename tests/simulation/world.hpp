#pragma once
// What a seed decides: virtual time, random streams by name, the order of events, and the trace of all that happened.

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/seams.hpp"

namespace handoff::simulation {

using Time = std::int64_t;  // virtual milliseconds since the seed began

inline constexpr Time kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
inline constexpr std::int64_t kEpochMs = 1'790'000'000'000;  // what the wall clock shows when a seed begins

/// One stream of random numbers (SplitMix64). Streams are split by name: a new consumer shifts no other.
class Stream : public engine::Random {
 public:
  Stream(std::uint64_t seed, std::string_view name);
  std::uint64_t next() override;
  std::int64_t between(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }
  bool chance(std::int64_t per_million) { return below(1'000'000) < per_million; }
  /// Log-uniform between the two: small values are as likely as large ones.
  std::int64_t scale(std::int64_t low, std::int64_t high);

 private:
  std::uint64_t state_;
};

/// Everything that happened, as a 64-bit hash; as lines too if `keep`.
class Trace {
 public:
  explicit Trace(bool keep) : keep_(keep) {}
  void add(Time now, std::string_view kind, std::string_view detail);
  std::uint64_t hash() const { return hash_; }
  std::uint64_t events() const { return events_; }
  bool keeps() const { return keep_; }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  bool keep_;
  std::uint64_t hash_ = 14695981039346656037ull;
  std::uint64_t events_ = 0;
  std::vector<std::string> lines_;
};

class World {
 public:
  World(std::uint64_t seed, bool keep_trace) : trace(keep_trace), seed_(seed), ties_(seed, "ties") {}

  std::uint64_t seed() const { return seed_; }
  Stream stream(std::string_view name) const { return Stream(seed_, name); }

  Time now() const { return now_; }
  /// Runs `what` at that instant; among equal instants the seed chooses.
  void at(Time when, std::function<void()> what);
  void after(Time delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  /// Runs the next event; false if there is none up to `until` (then it is `until`).
  bool step(Time until);
  /// Time passes for everybody else while somebody stands still in the middle of something.
  void stall(Time wait);
  bool stalled() const { return stalls_ > 0; }

  void note(std::string_view kind, std::string_view detail) { trace.add(now_, kind, detail); }

  Trace trace;

 private:
  struct Event {
    Time at;
    std::uint64_t tie, order;
    std::function<void()> run;
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const;
  };

  std::uint64_t seed_;
  Stream ties_;
  Time now_ = 0;
  std::uint64_t order_ = 0;
  int stalls_ = 0;
  std::vector<Event> events_;  // a heap
};

/// The hub's clocks. The wall can be set and drifts; the boot clock drifts, and begins anew with the machine.
class VirtualClock : public engine::Clock {
 public:
  explicit VirtualClock(const World& world) : world_(world) {}
  std::int64_t wall_ms() override { return kEpochMs + drifted(world_.now(), wall_drift_ppm_) + shift_; }
  std::int64_t boot_ms() override { return kMinute + drifted(world_.now() - booted_, boot_drift_ppm_); }
  void shift(Time by) { shift_ += by; }
  void drift(std::int64_t wall_ppm, std::int64_t boot_ppm) {
    wall_drift_ppm_ = wall_ppm;
    boot_drift_ppm_ = boot_ppm;
  }
  void reboot() { booted_ = world_.now(); }

 private:
  static Time drifted(Time time, std::int64_t ppm) { return time + time * ppm / 1'000'000; }

  const World& world_;
  Time shift_ = 0, booted_ = 0;
  std::int64_t wall_drift_ppm_ = 0, boot_drift_ppm_ = 0;
};

}  // namespace handoff::simulation
