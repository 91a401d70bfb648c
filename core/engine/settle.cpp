// From UNKNOWN to a fact (INVARIANTS F): the first rule that applies, and HOLD when none does. Never a blind resend.

#include <algorithm>

#include "core/engine/engine.hpp"
#include "core/model/planted.hpp"

namespace handoff::engine {

namespace {

constexpr int kSendsWithoutLook = 3;  // P14
constexpr int kRefusals = 6;          // L2: then a person looks, and again that many after they said to go on
// ms, for a key after the first two; the n-th waits n * n / 2 times as long.
constexpr std::int64_t kRevisionsApart = 150'000;
constexpr std::int64_t kRevisionsSlower = 72;  // so many times at most: three hours

}  // namespace

void Engine::settle(Live& live) {
  CallRow* call = open_call(live);
  if (!call) return drive(live);
  const CallSheet& sheet = *live.operation->call(call->label);
  if (!lock(live, sheet)) return;          // P10: a person opened it again, and another went on meanwhile
  bool decided = call->state == "resend";  // and waits for a slot: the key may have run out meanwhile (P6)
  bool unknown = decided || call->state == name(Outcome::unknown);
  if (unknown && must_look_first(live, sheet, call)) return doubt(live, call->call, sheet);
  bool resend_allowed = !look_is_better(sheet, *call) && key_still_protects(sheet, call->first_sent_at, now_) &&
                        !key_is_spent(sheet, *call) && live.sends_since_look < kSendsWithoutLook &&
                        key_is_datable(live, *call);
  // Whoever refuses every repeat says nothing of the first, and goes on refusing: the looks say what became of it (P14).
  if (live.refusals >= kRefusals && has_look_up(sheet)) resend_allowed = false;
  bool repeats = live.row.op == "reverse";
  if (repeats && call->state == name(Outcome::accepted))
    return verified(live, "accepted; the call it takes back is read", live.row.amount);
  if (repeats) resend_allowed = may_repeat_reversal(live);
  if (unknown && resend_allowed) {
    if (decided) return drive(live);
    if (live.settle_at == 0) {
      live.settle_at = std::max(boot_now_ + std::max(backoff(live.tries++), sends_apart(*call)), flights_end_);  // P10
      return later(live.settle_at - boot_now_, 'e', live.row.no);
    }
    if (boot_now_ < live.settle_at) return;
    if (planted(Bug::b2_fresh_key_on_retry)) revise(live, *call);
    return settled(live, *call, "resend", repeats ? 4 : 1, repeats ? "reversed again" : "same key, same bytes");
  }
  if (reversal_of(live, *call)) return see_it_gone(live);
  if (sheet.lookup_by != LookupBy::none) return look_up(live, std::string(name(sheet.lookup_by)), 2);
  if (sheet.history) return look_up(live, "history", 3);
  reverse_or_hold(
      live, *call,
      "'" + call->label + "' may or may not have happened, and " + live.connector->name + " offers no way to find out");
}

/// Writes how an open call was resolved.
void Engine::note_settled(Live& live, CallRow& call, const char* how, int rule, const std::string& evidence,
                          const std::string& actor) {
  journal::CallSettled event;
  event.effect = live.row.no;
  event.call = call.call;
  event.how = how;
  event.rule = rule;
  event.evidence = evidence;
  note(cid_of(live), actor, event);
  ++counters_.rules[rule];
  call.state = how;
  call.rule = rule;
  live.row.state = "intent";
  live.settle_at = 0;
}

/// And goes on from there.
void Engine::settled(Live& live, CallRow& call, const char* how, int rule, const std::string& evidence,
                     const std::string& actor) {
  note_settled(live, call, how, rule, evidence, actor);
  if (rule != 1) live.tries = 0;
  drive(live);
}

/// Rule 5.
void Engine::hold_unknown(Live& live, CallRow& call, const std::string& why) {
  note_settled(live, call, "held", 5, why);
  held_from_[live.row.no] = live.quiet_from;
  end(live, "held", "unknown outcome", why);
}

ReadInput Engine::read_input(const Live& live, const std::string& by) const {
  ReadInput input;
  input.by = by;
  input.reference = live.expected.reference;
  input.instrument = live.row.instrument.empty() ? live.expected.instrument : live.row.instrument;
  input.code = live.expected.code;
  input.credit = live.expected.credit;
  input.customer = live.customer;
  input.amount = live.row.amount.currency().empty() ? std::nullopt : std::optional(live.row.amount);
  if (!live.arguments.ids.empty()) input.ref20 = live.arguments.ids.front().ref20;
  return input;
}

void Engine::look_up(Live& live, const std::string& by, int rule) {
  live.phase = Phase::looking_up;
  std::int64_t no = live.row.no;
  bool customer_unknown = live.row.op == "link" && live.customer.id.empty();
  std::optional<CreditRow> owned = customer_unknown ? read().credit(live.row.credit) : std::nullopt;
  if (owned && live.connector->operation("find_customer")) {
    // To judge a link we must know what the vendor calls the customer: of a repair, its new one.
    owned->customer = read().customer_by_hub(live.customer.hub).value_or(owned->customer);
    return with_customer(*owned, *live.connector, [this, no, by, rule](Customer customer) {
      auto found = live_.find(no);
      if (found == live_.end()) return;
      Live& effect = found->second;
      effect.phase = Phase::idle;
      if (!customer && customer.error() == NoCustomer::unreachable) return later(backoff(effect.tries++), 'e', no);
      if (customer) effect.expected.customer = customer->id;
      effect.phase = Phase::looking_up;
      start_read(*effect.connector, "read", encode(read_input(effect, by)), false,
                 [this, no, rule](ReadOutcome read_outcome) { looked_up(no, rule, std::move(read_outcome)); });
    });
  }
  start_read(*live.connector, "read", encode(read_input(live, by)), false,
             [this, no, rule](ReadOutcome outcome) { looked_up(no, rule, std::move(outcome)); });
}

void Engine::looked_up(std::int64_t no, int rule, ReadOutcome outcome) {
  auto found = live_.find(no);
  if (found == live_.end()) return;
  Live& live = found->second;
  live.phase = Phase::idle;
  ReadResult seen;
  if (outcome.ok && decode(outcome.result, seen).empty()) return judge_look_up(live, rule, seen);
  if (outcome.hopeless() && live.tries >= kHopelessLooks)
    return hold_unknown(live, *open_call(live), "it cannot be looked up: " + outcome.detail);
  later(backoff(live.tries++), 'e', no);
}

void Engine::judge_look_up(Live& live, int rule, const ReadResult& seen) {
  CallRow& call = *open_call(live);
  const CallSheet& sheet = *live.operation->call(call.label);
  LookUp look = judge_sightings(*live.operation, sheet, seen, live.expected);
  live.sends_since_look = 0;
  if (ended_by_others(live, call, seen)) {
    std::optional<CreditRow> credit = read().credit(live.row.credit);
    bool expired = credit && unix_ms(credit->expires_at).value_or(now_ + 1) <= now_;
    std::string who = expired ? ", and its time is" : ", and not by what this journal knows; somebody ended it there";
    std::string lost = perhaps_by_the_lost(live.row.credit);
    return hold_unknown(live, call,
                        "'" + call.label + "': " + live.connector->name + " shows it as over" + who +
                            (lost.empty() ? ": ask whether the customer is still owed it" : lost));
  }
  switch (look.found) {
    case LookUp::Found::matching:
      return adopt(live, rule, look.sighting, "found " + look.sighting.instrument + ", state " + look.sighting.state);
    case LookUp::Found::different:
    case LookUp::Found::several:
      return hold_unknown(live, call, "'" + call.label + "': " + look.why);
    case LookUp::Found::nothing:
    case LookUp::Found::incomplete:
      return nothing_found(live, call, sheet, rule, look.found == LookUp::Found::nothing);
  }
}

/// There and over is neither absent nor ours to send again: that would give twice what somebody took away. Of a void, G8:
/// the hub that was lost may have made it, and issued another instrument of which nobody here knows.
bool Engine::ended_by_others(const Live& live, const CallRow& call, const ReadResult& seen) const {
  // Then by our own reversal, perhaps.
  bool taken_back = live.operation->call(call.label)->retry == RetryClass::reverse;
  bool counts = live.row.op == "issue" ? !taken_back : live.row.op == "void" && call.doubted != 0 && call.sends == 0;
  return counts && std::ranges::any_of(seen.sightings, [&](const Sighting& one) {
           return live.expected.ours(one.reference) && is_over(live.connector->manifest(), one);
         });
}

/// P7: absence is evidence only after the quiet period, on a path that proves, and twice. Counted on the boot clock.
void Engine::nothing_found(Live& live, CallRow& call, const CallSheet& sheet, int rule, bool complete) {
  std::int64_t provable_at = live.quiet_from + live.connector->quiet_ms(sheet) + setup_.clock_error_ms;
  if (boot_now_ < provable_at && !planted(Bug::b5_resent_right_after_not_found)) {
    std::int64_t wait = std::min(provable_at - boot_now_, backoff(live.tries++) + 200);
    return later(wait, 'e', live.row.no);
  }
  bool asked_for = live.row.reason == "reopened";
  if (std::int64_t rest = live.quiet_from + sends_apart(call) - boot_now_; rest > 0 && !asked_for)
    return later(rest, 'e', live.row.no);
  bool reversible = sheet.retry == RetryClass::reverse && live.connector->operation("reverse");
  if (!sheet.lookup_is_proof && reversible)
    return reverse_or_hold(live, call, "'" + call.label + "' shows no trace, which proves nothing");
  if (!complete || !sheet.lookup_is_proof) {
    if (boot_now_ < provable_at + kHour) return later(backoff(live.tries++) + 1000, 'e', live.row.no);
    return hold_unknown(
        live, call,
        "'" + call.label + "' shows no trace, but the reads of " + live.connector->name + " prove no absence");
  }
  std::int64_t apart = std::max<std::int64_t>(live.connector->visibility_ms(sheet), 1);
  if (live.not_found_at == 0 || boot_now_ - live.not_found_at < apart) {
    if (live.not_found_at == 0) live.not_found_at = boot_now_;
    return later(std::max<std::int64_t>(1, apart - (boot_now_ - live.not_found_at)), 'e', live.row.no);
  }
  // The same call may be sent again under the same key and bytes; under a new key if an error sticks to the old one.
  std::int64_t first_look = now_ - (boot_now_ - live.not_found_at);
  std::string evidence = "read twice as absent, at " + rfc3339(first_look) + " and " + rfc3339(now_);
  live.not_found_at = 0;
  if (std::string error = refused_again_and_again(live, call); !error.empty()) {
    note_settled(live, call, "not_applied", rule, evidence);
    return end(live, "rejected", "vendor refused",
               "every send was answered with an error and had no effect, the last with " + error);
  }
  if (!key_is_spent(sheet, call)) return settled(live, call, "not_applied", rule, evidence);
  revise(live, call);
  note_settled(live, call, "not_applied", rule, evidence);
  live.tries = 0;
  // An error that sticks to one key after the other is the vendor's trouble: more and more slowly, to hours (L5).
  std::int64_t before = call.revision - 1;
  std::int64_t apart_at_least = kRevisionsApart * std::min(std::max(before, before * before / 2), kRevisionsSlower);
  later(apart_at_least + s_.random.below(apart_at_least + 1), 'e', live.row.no);
}

/// L2: an answer that the sheet does not list as without effect, but every look proves to be, is a refusal in the end.
std::string Engine::refused_again_and_again(const Live& live, const CallRow& call) {
  int refusals = 0;
  std::string last;
  for (const journal::AttemptRow& attempt : read().attempts(live.row.no)) {
    if (attempt.call != call.call || attempt.revision != call.revision) continue;
    if (!is_error(attempt.code) || attempt.outcome == name(Outcome::not_sent)) continue;
    ++refusals;
    last = attempt.code;
  }
  return refusals >= kRefusals && live.refusals >= kRefusals ? last : std::string();
}

void Engine::adopt(Live& live, int rule, const Sighting& sighting, const std::string& evidence,
                   const std::string& actor) {
  CallRow& call = *open_call(live);
  plugin_host::Answer answer;
  answer.kind = HANDOFF_REPLY_ADOPTED;
  answer.label = call.label;
  answer.http.body = json::write(encode(sighting));
  live.answers.push_back(std::move(answer));
  store_answers(live, live.answers.size());
  settled(live, call, "adopted", rule, evidence, actor);
}

}  // namespace handoff::engine
