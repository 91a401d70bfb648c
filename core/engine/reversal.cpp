// INVARIANTS F rule 4: a call whose answer was lost, at a vendor without keys, is taken back by reference until that is
// acknowledged, then read as gone; then it may be made again under a new revision. The reversal is an effect of its own,
// with its own rows, so that it goes on after a crash.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

/// Derived like every key, from what is reversed: the operation, the call and its revision (P3).
std::string subject_of(const EffectRow& effect, const CallRow& call) {
  return effect.subject + "/" + effect.op + "/" + call.label;
}

constexpr std::int64_t kRevisionsMax = 1000;
constexpr std::int64_t kReversalsMax = 3;  // L2: then a person looks, and again that many after they said to go on

std::int64_t ordinal_of(const EffectRow& effect, const CallRow& call) {
  return effect.ordinal * kRevisionsMax + call.revision;
}

}  // namespace

std::optional<EffectRow> Engine::reversal_of(const Live& live, const CallRow& call) {
  const CallSheet* sheet = live.operation->call(call.label);
  if (!sheet || sheet->retry != RetryClass::reverse) return std::nullopt;
  return read().effect_of(subject_of(live.row, call), live.row.surface, "reverse", live.row.generation,
                          ordinal_of(live.row, call));
}

/// Rules 1 to 3 led nowhere.
void Engine::reverse_or_hold(Live& live, CallRow& call, const std::string& why) {
  const CallSheet& sheet = *live.operation->call(call.label);
  bool offered = sheet.retry == RetryClass::reverse && live.connector->operation("reverse");
  if (!offered) return hold_unknown(live, call, why);
  if (now_ >= call.first_sent_at + sheet.reversal_window_s * 1000)
    return hold_unknown(live, call, why + ", and it is too late to reverse it");
  // What is made anew after each reversal and never understood would go on for ever. Rule 4: nobody opened it again.
  if (call.revision > 0 && call.revision % kReversalsMax == 0 && call.rule == 4)
    return hold_unknown(live, call,
                        why + ", and it was reversed and made anew " + std::to_string(call.revision) + " times");
  plan_reversal(live, call);
}

void Engine::plan_reversal(Live& live, const CallRow& call) {
  const CallSheet& sheet = *live.operation->call(call.label);
  journal::EffectPlanned planned;
  planned.effect = s_.store.next_effect();
  planned.credit = live.row.credit;
  planned.customer = live.row.customer;
  planned.subject = subject_of(live.row, call);
  planned.hop = live.row.hop;
  planned.connector = live.row.connector;
  planned.surface = live.row.surface;
  planned.op = "reverse";
  planned.generation = live.row.generation;
  planned.ordinal = ordinal_of(live.row, call);
  planned.amount = live.row.amount;
  planned.entry = "reversed";
  planned.vault = live.row.vault;
  ReverseInput input;
  decode(json::parse(live.arguments.input)->at("credit"), input.credit);
  input.operation = live.row.op;
  input.label = call.label;
  input.key = call.key;
  input.ref20 = call_ref20(live.key, call.label, static_cast<int>(call.revision));
  input.until = call.first_sent_at + sheet.reversal_window_s * 1000;
  input.reference = live.expected.reference;
  input.instrument = live.row.instrument.empty() ? live.expected.instrument : live.row.instrument;
  input.code = live.expected.code;
  input.amount = live.row.amount;
  input.customer = live.customer;
  std::string cid = cid_of(live);
  live.phase = Phase::idle;
  note_planned(cid, planned, encode(input));
  later(0, 'e', planned.effect);
}

/// Removals are repeated until they are acknowledged, as long as the vendor takes them.
bool Engine::may_repeat_reversal(const Live& live) const {
  return now_ < json::parse(live.arguments.input)->at("until").as_integer().value_or(0);
}

/// Acknowledged or refused, only what is read counts: gone twice after the quiet period, or still there.
void Engine::see_it_gone(Live& live) {
  CallRow& call = *open_call(live);
  const CallSheet& sheet = *live.operation->call(call.label);
  EffectRow reversal = *reversal_of(live, call);
  if (reversal.open) return;  // its end wakes this effect
  if (reversal.state == "held")
    return hold_unknown(live, call, "the reversal of '" + call.label + "' is not acknowledged: " + reversal.reason);
  std::int64_t quiet =
      sheet.reversal_tombstones_late_original ? live.connector->visibility_ms(sheet) : live.connector->quiet_ms(sheet);
  if (live.reversed.first != reversal.no)
    live.reversed = {reversal.no, boot_now_};  // in the turn of its end, or at a start
  std::int64_t since = std::max(live.quiet_from, live.reversed.second);
  if (std::int64_t provable_at = since + quiet + setup_.clock_error_ms; boot_now_ < provable_at)
    return later(provable_at - boot_now_, 'e', live.row.no);
  const OperationSheet* reading = live.connector->operation("read");
  ReadInput input = read_input(live, "");
  if (!reading || (input.by = way_to_read(*reading, input)).empty())
    return hold_unknown(live, call,
                        "'" + call.label + "' was reversed, and " + live.connector->name + " cannot show it");
  live.phase = Phase::looking_up;
  start_read(*live.connector, "read", encode(input), false,
             [this, no = live.row.no](ReadOutcome outcome) { seen_after_reversal(no, std::move(outcome)); });
}

void Engine::seen_after_reversal(std::int64_t no, ReadOutcome outcome) {
  auto found = live_.find(no);
  if (found == live_.end()) return;
  Live& live = found->second;
  live.phase = Phase::idle;
  CallRow& call = *open_call(live);
  const CallSheet& sheet = *live.operation->call(call.label);
  ReadResult seen;
  if (!outcome.ok || !decode(outcome.result, seen).empty() || !seen.complete) {
    if (outcome.hopeless() && live.tries >= kHopelessLooks)
      return hold_unknown(live, call, "it cannot be read after its reversal: " + outcome.detail);
    return later(backoff(live.tries++), 'e', no);
  }
  LookUp look = judge_sightings(*live.operation, sheet, seen, live.expected);
  if (look.found != LookUp::Found::nothing) {
    live.not_found_at = 0;
    if (++live.verify_tries < kHopelessLooks) return later(backoff(live.tries++), 'e', no);
    return hold_unknown(live, call, "'" + call.label + "' is still there after its reversal");
  }
  std::int64_t apart = std::max<std::int64_t>(live.connector->visibility_ms(sheet), 1);
  if (live.not_found_at == 0) live.not_found_at = boot_now_;
  if (std::int64_t wait = live.not_found_at + apart - boot_now_; wait > 0) return later(wait, 'e', no);
  live.not_found_at = 0;
  revise(live, call);
  settled(live, call, "not_applied", 4, "reversed, and read twice as gone");
}

}  // namespace handoff::engine
