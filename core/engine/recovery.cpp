// After the journal went back in time (INVARIANTS J10, docs/adr/0010-backup-and-restore.md): the hub that was lost may
// have sent what this one is about to plan. So a first send is a look first, sources are asked again from before the
// restore point, and sending is normal again when both have come to their end.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

constexpr std::int64_t kLongAgo = 1;
constexpr std::int64_t kAskAgainEvery = 1000;
constexpr std::int64_t kVersionsOfARestore = 1'000'000;

}  // namespace

/// Notices a copy that was put back by hand, and takes up a recovery that is not closed.
void Engine::begin_recovery() {
  if (const auto& newer = s_.store.older_than(); newer && !older_noticed_) {
    s_.store.set_epoch(std::max(s_.store.epoch(), newer->epoch + 1));
    s_.log("the store is an older copy of itself: rows up to " + std::to_string(newer->seq) +
           " were here before; recovering as after a restore (J10)");
    s_.store.note_restored(now_, "engine", "older copy");
  }
  older_noticed_ = true;
  restore_ = read().last_restore();
  if (restored_lately()) later(0, 'r', 0);
}

bool Engine::restored_lately() const { return restore_ && restore_->closed_at == 0; }

/// Since when sources are to be asked that have no cursor: `usual`, or longer ago.
std::int64_t Engine::pull_since(std::int64_t usual) const {
  return restored_lately() ? std::min(usual, restore_->point - setup_.recovery_margin_ms) : usual;
}

bool Engine::lived_before_restore(const Live& live) {
  if (live.row.no <= restore_->last_effect) return true;
  std::optional<CreditRow> credit = read().credit(live.row.credit);
  return !credit || lived_before_restore(*credit);
}

/// Whether the lost journal may have known this credit: it is an old one, or its day was not over when the store was put
/// back. A day that has not come yet, and a clock that was behind the backup then, say nothing: then it may have.
bool Engine::lived_before_restore(const CreditRow& credit) const {
  if (credit.no <= restore_->last_credit || credit.business_date.empty() || restore_->at < restore_->point) return true;
  return credit.business_date <= rfc3339(restore_->at + kDayMs).substr(0, 10) ||
         credit.business_date > rfc3339(now_ + setup_.utc_offset_ms).substr(0, 10);
}

/// A credit that this journal never sent anything of, and the lost one may have: a cancellation cannot just close it.
bool Engine::sent_by_the_lost(const CreditRow& credit) {
  return perhaps_booked_by_the_lost(credit) && read().effects(credit.no).empty();
}

bool Engine::perhaps_booked_by_the_lost(const CreditRow& credit) {
  return restore_ && (restored_lately() || lived_before_restore(credit));
}

/// J10, for everything that would count twice if it was sent twice. Mirrors are rewritten with a newer version, a link
/// is the same link again, a reversal is repeated until it is acknowledged.
bool Engine::must_look_first(const Live& live, const CallSheet& sheet, const CallRow* call) {
  if (!restore_ || live.row.op == "mirror" || live.row.op == "link" || live.row.op == "reverse") return false;
  if (call && call->doubted >= restore_->epoch) return false;
  if (call && call->sends > 0 && sent_in_this_life(*call)) return false;
  if (sheet.sign == Sign::neutral && !has_look_up(sheet)) return false;
  return restored_lately() || lived_before_restore(live);
}

bool Engine::sent_in_this_life(const CallRow& call) {
  for (const journal::AttemptRow& attempt : read().attempts(call.effect))
    if (attempt.call == call.call && attempt.revision == call.revision && attempt.epoch >= restore_->epoch) return true;
  return false;
}

/// For whoever would put right what is over at a vendor: after a restore it may have been the hub itself (G8).
std::string Engine::perhaps_by_the_lost(std::int64_t credit) {
  std::optional<CreditRow> row = restore_ ? read().credit(credit) : std::nullopt;
  if (!row || !lived_before_restore(*row)) return {};
  return "; the hub that was lost before the restore may have done that, and issued another in its place: look for that first";
}

/// Rule 1 rests on knowing when the key was first used, and after a restore that is a guess: look, if one can.
bool Engine::look_is_better(const CallSheet& sheet, const CallRow& call) const {
  return call.doubted != 0 && has_look_up(sheet);
}

/// From here on the call is UNKNOWN, as if it had been sent right after the restore point and not been answered.
void Engine::doubt(Live& live, std::int64_t position, const CallSheet& sheet) {
  CallRow& call = live.calls[position];
  // A point that has not come yet is one of a clock that was ahead: nobody knows how long ago it was sent (P6, J11).
  if (call.sends == 0) call.first_sent_at = restore_->point <= now_ ? restore_->point : kLongAgo;
  call.effect = live.row.no;
  call.call = position;
  call.label = sheet.label;
  call.key = key_of(live, sheet.label, call.revision);
  call.state = name(Outcome::unknown);
  call.last_sent_at = now_;
  call.rule = 0;
  call.cached_error = false;
  call.doubted = s_.store.epoch();
  journal::CallDoubted event;
  event.effect = live.row.no;
  event.call = position;
  event.label = sheet.label;
  event.revision = call.revision;
  event.key = call.key;
  event.since = call.first_sent_at;
  note(cid_of(live), "engine", event);
  store_answers(live, static_cast<std::size_t>(position));
  live.row.state = "unknown";
  live.phase = Phase::idle;
  live.settle_at = 0;
  live.not_found_at = 0;
  live.quiet_from = boot_now_;
  later(0, 'e', live.row.no);
}

/// D4: newer than any version the lost hub may have written.
std::int64_t Engine::next_version(std::int64_t last) const {
  return std::max(last + 1, restore_ ? restore_->epoch * kVersionsOfARestore : 0);
}

void Engine::source_read(const Connector& connector, std::size_t records, std::uint64_t fresh, bool done) {
  if (!restored_lately()) return;
  for (const journal::RestoreSourceRow& row : read().restore_sources(restore_->epoch))
    if (row.connector == connector.id && row.done) return;
  journal::SourceRead event;
  event.restored = restore_->epoch;
  event.connector = connector.id;
  event.records = static_cast<std::int64_t>(records);
  event.fresh = static_cast<std::int64_t>(fresh);
  event.done = done;
  note("", "engine", event);
}

bool Engine::sources_read_again() {
  std::set<std::string> done;
  for (const journal::RestoreSourceRow& row : read().restore_sources(restore_->epoch))
    if (row.done) done.insert(row.connector);
  for (const Connector& connector : setup_.connectors)
    if (connector.operation("pull") && !done.contains(connector.id)) return false;
  return true;
}

void Engine::end_recovery() {
  if (!restored_lately()) return;
  if (!sources_read_again() || read().open_effects_up_to(restore_->last_effect) > 0)
    return later(kAskAgainEvery, 'r', 0);
  journal::RecoveryClosed closed;
  closed.restored = restore_->epoch;
  note("", "engine", closed);
  restore_->closed_at = now_;
  s_.log("the recovery after the restore is over; sending is normal again");
}

}  // namespace handoff::engine
