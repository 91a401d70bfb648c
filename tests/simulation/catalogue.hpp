#pragma once
// The catalogue of faults (INVARIANTS K), in one place: what can be armed for a seed, how strong, and what came of it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace handoff::simulation {

enum class Fault {
  none,
  // on a request to a vendor; drawn for each
  refused,
  request_lost,
  request_cut,
  reply_lost,
  reply_cut,
  late,
  much_later,
  duplicated,
  duplicated_later,
  error_before,
  error_after,
  throttled,
  throttled_after,
  garbage,
  wrong_body,
  wrong_amount,
  queued,
  queued_and_dropped,
  slow,
  endless,
  redirected,
  unauthorized_after,
  error_stored,
  drifted,
  // of a vendor
  stale_reads,
  key_forgotten,
  outage,
  brownout,
  quota_shared,
  skewed_date,
  void_untrue,
  void_clears,
  long_history,
  notice_lost,
  notice_late,
  notice_doubled,
  notice_forged,
  redeemed,
  given_back,
  spent_dead,
  returned_dead,
  other_party,
  right_taken,
  vendor_restored,
  // of the hub's process
  crash,
  crash_in_recovery,
  pause,
  clock_step,
  clock_drift,
  restart_changed,
  tiny_room,
  // of the disk
  disk_full,
  disk_error,
  power_loss,
  disk_lost,
  disk_torn,
  bit_flipped,
  disk_slow,
  disk_read_only,
  restored,
  restored_elsewhere,
  // of the sources
  repeated,
  repeated_late,
  respelled,
  contradicted,
  cancel_first,
  offline_burst,
  numbers_reset,
  wrong_customer,
  expires,
  register_clock,
  hung_up,
  count
};

inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::count);

struct FaultKind {
  Fault fault;
  const char* id;  // of INVARIANTS K
  const char* name;
  std::int64_t low, high;  // per million opportunities, drawn log-uniformly when armed; 0 = drawn elsewhere
  bool writes_only = false;
  bool lie = false;  // breaks the vendor's sheet
};

/// In the order of the enum.
std::span<const FaultKind> catalogue();
const FaultKind& kind_of(Fault fault);

/// What a seed armed, how often it fired, and how often an effect was in flight or in doubt then.
struct FaultBook {
  std::function<bool()> in_flight;
  std::array<std::uint64_t, kFaults> armed_seeds{}, fired_times{}, reached_times{};

  void armed(Fault fault) { armed_seeds[static_cast<std::size_t>(fault)] = 1; }
  void hit(Fault fault) { hit(fault, in_flight && in_flight()); }
  void hit(Fault fault, bool reached) {
    ++fired_times[static_cast<std::size_t>(fault)];
    reached_times[static_cast<std::size_t>(fault)] += reached;
  }
  bool is_armed(Fault fault) const { return armed_seeds[static_cast<std::size_t>(fault)] > 0; }
  std::uint64_t times(Fault fault) const { return fired_times[static_cast<std::size_t>(fault)]; }
};

}  // namespace handoff::simulation
