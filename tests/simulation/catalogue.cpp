#include "tests/simulation/catalogue.hpp"

namespace handoff::simulation {

namespace {

constexpr FaultKind kCatalogue[] = {
    {Fault::none, "", "none", 0, 0},
    {Fault::refused, "V01", "refused", 100, 200'000},
    {Fault::request_lost, "V02", "request lost", 100, 100'000},
    {Fault::request_cut, "V02", "request cut", 100, 60'000},
    {Fault::reply_lost, "V03", "reply lost", 100, 100'000},
    {Fault::reply_cut, "V03", "reply cut", 100, 60'000},
    {Fault::late, "V04", "effect late", 100, 50'000, true},
    {Fault::much_later, "V04", "effect later than declared", 1'000, 20'000, true, true},
    {Fault::duplicated, "V05", "delivered twice", 100, 50'000, true},
    {Fault::duplicated_later, "V05", "delivered twice, later than declared", 1'000, 20'000, true, true},
    {Fault::error_before, "V06", "5xx without effect", 100, 100'000},
    {Fault::error_after, "V06", "5xx with effect", 100, 100'000},
    {Fault::throttled, "V07", "429", 1'000, 200'000},
    {Fault::throttled_after, "V07", "429 and executed", 100, 20'000, true},
    {Fault::garbage, "V08", "unreadable 2xx", 10, 20'000},
    {Fault::wrong_body, "V08", "another's body", 10, 20'000, true},
    {Fault::wrong_amount, "V08", "wrong amount in the answer", 10, 20'000, true},
    {Fault::queued, "V09", "202, done later", 1'000, 60'000, true},
    {Fault::queued_and_dropped, "V09", "202, dropped", 1'000, 60'000, true},
    {Fault::slow, "V10", "drips", 100, 20'000},
    {Fault::endless, "V10", "body without end", 100, 20'000},
    {Fault::redirected, "V11", "3xx to another host", 10, 10'000},
    {Fault::unauthorized_after, "V11", "401 after the effect", 10'000, 60'000, true, true},
    {Fault::error_stored, "V12", "5xx stored with the key", 100, 60'000, true},
    {Fault::drifted, "V18", "numbers as strings, unknown fields", 10, 10'000},
    {Fault::stale_reads, "V13", "reads lag behind", 0, 0},
    {Fault::key_forgotten, "V12", "key forgotten early", 0, 0, false, true},
    {Fault::outage, "V19", "outage", 0, 0},
    {Fault::brownout, "V19", "one in ten succeeds", 0, 0},
    {Fault::quota_shared, "V25", "others use up the limit", 0, 0},
    {Fault::skewed_date, "V17", "Date header lies", 0, 0},
    {Fault::void_untrue, "V21", "void acknowledged; not done, done late or undone", 0, 0, false, true},
    {Fault::void_clears, "V22", "void clears the balance and leaves the card active", 0, 0, false, true},
    {Fault::long_history, "V14", "newer rows push ours beyond what is read", 0, 0},
    {Fault::notice_lost, "V15", "notification lost", 0, 0},
    {Fault::notice_late, "V15", "notification days late", 0, 0},
    {Fault::notice_doubled, "V15", "notification up to twenty times", 0, 0},
    {Fault::notice_forged, "V16", "notification forged", 0, 0},
    {Fault::redeemed, "V23", "redemption races", 0, 0},
    {Fault::given_back, "V23", "what was spent is given back", 0, 0},
    {Fault::spent_dead, "V23", "a redemption of a dead card posted late", 0, 0},
    {Fault::returned_dead, "V23", "what was spent is given back on a dead card", 0, 0},
    {Fault::other_party, "V24", "somebody else disables a voucher", 0, 0, false, true},
    {Fault::right_taken, "V24", "somebody takes a right from the key", 0, 0},
    {Fault::vendor_restored, "V20", "the vendor puts a backup back", 0, 0},
    {Fault::crash, "H01", "process dies", 0, 0},
    {Fault::crash_in_recovery, "H02", "dies in recovery", 0, 0},
    {Fault::pause, "H03", "stopped for a while", 0, 0},
    {Fault::clock_step, "H05", "wall clock steps", 0, 0},
    {Fault::clock_drift, "H05", "clocks drift", 0, 0},
    {Fault::restart_changed, "H08", "restarted with another configuration", 0, 0},
    {Fault::tiny_room, "H09", "room for few", 0, 0},
    {Fault::disk_full, "D01", "no space", 0, 0},
    {Fault::disk_error, "D02", "write or sync fails", 0, 0},
    {Fault::power_loss, "D03", "power fails", 0, 0},
    {Fault::disk_lost, "D03", "unsynced writes lost", 0, 0},
    {Fault::disk_torn, "D03", "page torn", 0, 0},
    {Fault::bit_flipped, "D04", "bit flipped", 0, 0},
    {Fault::disk_slow, "D05", "sync takes seconds", 0, 0},
    {Fault::disk_read_only, "D10", "mounted read-only", 0, 0},
    {Fault::restored, "D09", "a backup put back", 0, 0},
    {Fault::restored_elsewhere, "D09", "a backup put back on another machine", 0, 0},
    {Fault::repeated, "S01", "repeated", 0, 0},
    {Fault::repeated_late, "S01", "repeated after days", 0, 0},
    {Fault::respelled, "S02", "repeated in another spelling", 0, 0},
    {Fault::contradicted, "S03", "same identity, other money", 0, 0},
    {Fault::cancel_first, "S04", "cancelled before it came", 0, 0},
    {Fault::offline_burst, "S05", "register offline, then a burst", 0, 0},
    {Fault::numbers_reset, "S06", "numbers start again", 0, 0},
    {Fault::wrong_customer, "S07", "nobody, or the wrong one", 0, 0},
    {Fault::expires, "S07", "its time is over", 0, 0},
    {Fault::register_clock, "S08", "register's date is wrong", 0, 0},
    {Fault::hung_up, "S11", "hangs up before the answer", 0, 0},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kFaults; ++i)
    if (static_cast<std::size_t>(kCatalogue[i].fault) != i) return false;
  return std::size(kCatalogue) == kFaults;
}
static_assert(in_order());

}  // namespace

std::span<const FaultKind> catalogue() { return kCatalogue; }
const FaultKind& kind_of(Fault fault) { return kCatalogue[static_cast<std::size_t>(fault)]; }

}  // namespace handoff::simulation
