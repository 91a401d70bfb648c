#pragma once
// Bugs that the simulator must find (INVARIANTS M, B1 to B30). `planted(Bug::b3)` stands where the bug would be. It is
// a constant false, and costs nothing, unless the build option HANDOFF_PLANT is on; the release build refuses that.

#include <cstdint>

namespace handoff {

enum class Bug {
  none,
  b1_acknowledged_before_commit,
  b2_fresh_key_on_retry,
  b3_timeout_is_failure,
  b4_time_in_identity,
  b5_resent_right_after_not_found,
  b6_face_value_reissued,
  b7_reissued_on_acknowledgement,
  b8_zero_balance_is_void,
  b9_balance_before_void_is_removed,
  b10_in_flight_is_not_sent,
  b11_dedupe_forgets,
  b12_webhook_lowers_a_state,
  b13_partial_page_is_absence,
  b14_no_saga_lock,
  b15_sync_off,
  b16_sync_error_ignored,
  b17_random_keys,
  b18_every_429_is_not_executed,
  b20_breaker_probes_with_a_write,
  b21_amount_through_floating_point,
  b22_unreadable_is_success,
  b23_early_cancel_dropped,
  b24_poison_blocks_the_queue,
  b25_redirect_followed,
  b27_body_rebuilt,
  b28_resent_on_dead_connection,
  b29_key_after_its_window,
  b30_pool_credited_by_copy,
  count
};

#ifdef HANDOFF_PLANTED
/// The one that is planted now.
inline Bug planted_bug = Bug::none;
inline bool planted(Bug bug) { return planted_bug == bug; }
/// Of B21, whose arithmetic has no place here: the simulator brings it.
inline std::int64_t (*through_floating_point)(std::int64_t minor) = nullptr;
#else
constexpr bool planted(Bug) { return false; }
constexpr std::int64_t through_floating_point(std::int64_t minor) { return minor; }
#endif

}  // namespace handoff
