// Attempts (INVARIANTS C): nothing leaves before its row is durable, nothing is sent twice on hope.

#include <algorithm>

#include "core/engine/engine.hpp"
#include "core/model/planted.hpp"

namespace handoff::engine {

namespace {

constexpr int kReruns = 6;  // compare-and-set lost, unreadable reads: then a person looks

/// Why the connector has no word on the answer that it was shown; empty if it has.
std::string no_word(const plugin_host::Step& step) {
  return step.lost ? std::string(step.result.at("message").as_string()) : step.misbehaviour;
}

/// What was sent of it, if anything, is proven to have done nothing. After rule 1's resend its state says otherwise.
bool is_without_effect(const CallRow& call) {
  return call.sends == 0 || call.state == name(Outcome::not_sent) || call.state == "not_applied";
}

/// Replies are known by their place. A connector that was replaced under way may ask for the same in another one.
const CallRow* sent_elsewhere(const Live& live, std::int64_t position, const std::string& label) {
  for (const auto& [at, call] : live.calls)
    if (at != position && call.label == label && call.sends > 0) return &call;
  return nullptr;
}

bool value_moves(Sign sign) { return sign == Sign::adding || sign == Sign::removing; }

}  // namespace

void Engine::advance_effect(std::int64_t no) {
  Live* effect = live(no);
  if (!effect || poisoned_.contains(effect->row.credit) || effect->phase == Phase::calling ||
      effect->phase == Phase::looking_up || effect->phase == Phase::verifying)
    return;
  effect->phase = Phase::idle;
  if (effect->not_before > boot_now_) return later(effect->not_before - boot_now_, 'e', no);
  if (effect->row.op == "read") return observe(*effect);
  if (effect->row.state == "applied") return proven_by_link(*effect) ? void() : verify(*effect);
  if (open_call(*effect)) return settle(*effect);
  drive(*effect);
}

void Engine::drive(Live& live) {
  plugin_host::Step step = live.connector->instance->step(live.row.op, live.arguments, live.answers, live.asked);
  ask(live, step);
}

void Engine::ask(Live& live, const plugin_host::Step& step) {
  if (!step.misbehaviour.empty()) return end(live, "held", "connector", step.misbehaviour);
  if (step.end == plugin_host::StepEnd::done) return finish(live, step.result);
  if (step.end != plugin_host::StepEnd::waiting) return fail(live, step);
  live.asked = step.asked;
  // Of several safe ones the first: the others are asked for again beside its reply.
  const plugin_host::Asked& call = live.asked[live.answers.size()];
  auto position = static_cast<std::int64_t>(live.answers.size());
  if (call.kind == HANDOFF_CALL_SLEEP) return rest(live, call.sleep_ms);
  if (!can_be_sent(*live.connector, call))
    return end(live, "held", "connector", "'" + call.label + "' is no call that this connection can take");
  if (!call.safe) {
    if (const CallRow* sent = sent_elsewhere(live, position, call.label))
      return end(live, "held", "connector",
                 "'" + call.label + "' was sent as call " + std::to_string(sent->call + 1) + " and is call " +
                     std::to_string(position + 1) +
                     " now; was the connector replaced by one that asks in another order?");
    auto known = live.calls.find(position);
    bool is_known = known != live.calls.end() && known->second.label == call.label;
    bool sent_before = is_known && known->second.sends > 0;
    // Its reply is missing among the stored ones, and a second send would be a second effect.
    if (is_known && took_effect(known->second))
      return end(live, "held", "unknown outcome", "the stored reply to '" + call.label + "' cannot be read");
    if (sent_before) return resend(live, known->second);
    return attempt(live, position, call.label, call.http, call.digest);
  }
  if (!may_send(*live.connector, Sending::read, urgent(live.row.credit),
                [this, no = live.row.no] { advance_effect(no); })) {
    live.phase = Phase::waiting_for_slot;
    return;
  }
  ++counters_.reads;
  live.phase = Phase::calling;
  live.ticket = ++next_ticket_;
  Pending pending;
  pending.effect = live.row.no;
  send(*live.connector, false, call.http, pending, live.ticket);
}

/// Its answer is that time has passed. Nothing of it is kept: a restart sleeps anew.
void Engine::rest(Live& live, std::int64_t ms) {
  if (live.wakes_at == 0) {
    live.wakes_at = boot_now_ + ms;
    return later(ms, 'e', live.row.no);
  }
  if (boot_now_ < live.wakes_at) return;
  live.wakes_at = 0;
  live.answers.push_back(plugin_host::sleep_answer(live.asked.back().label));
  drive(live);
}

/// P1: the row, the bytes and the replies it depends on are in this batch; the send is an act after its commit.
void Engine::attempt(Live& live, std::int64_t position, const std::string& label, const HttpRequest& request,
                     const std::string& digest) {
  const CallSheet* sheet = live.operation->call(label);
  if (!sheet) return end(live, "held", "connector", "the call '" + label + "' is not declared in connector.json");
  if (!lock(live, *sheet)) return;
  auto known = live.calls.find(position);
  if (must_look_first(live, *sheet, known == live.calls.end() ? nullptr : &known->second))
    return doubt(live, position, *sheet);
  if (came_too_late(live, *sheet, position))
    return not_wanted(live, "not sent: its source had cancelled the credit", "engine");
  bool again = known != live.calls.end() && known->second.sends > 0;
  bool in_doubt = again && known->second.state != name(Outcome::not_sent);
  bool without = known == live.calls.end() || is_without_effect(known->second);
  if (without && sheet->sign == Sign::adding && of_repair(live.row))
    if (std::string why = value_moved_since(live.row); !why.empty()) return end(live, "held", "repair", why);
  if (std::int64_t wait = in_doubt ? resend_waits(*live.connector) : 0; wait > 0) {
    live.phase = Phase::idle;
    return later(wait, 'e', live.row.no);
  }
  Sending what = in_doubt ? Sending::resend : Sending::first_write;
  if (!may_send(*live.connector, what, urgent(live.row.credit), [this, no = live.row.no] { advance_effect(no); })) {
    live.phase = Phase::waiting_for_slot;
    return;
  }
  CallRow& call = live.calls[position];
  if (call.sends == 0) {
    call.effect = live.row.no;
    call.call = position;
    call.label = label;
    if (call.first_sent_at == 0) call.first_sent_at = now_;  // else the lost hub may have sent it then (J10)
  }
  journal::AttemptSent sent;
  sent.effect = live.row.no;
  sent.call = position;
  sent.label = label;
  sent.revision = call.revision;
  sent.attempt = ++call.sends;
  sent.key = key_of(live, label, call.revision);
  sent.digest = digest;
  note(cid_of(live), "engine", sent);
  store_answers(live, static_cast<std::size_t>(position));
  if (sent.attempt == 1) put_sealed(live, position, "request", json::write(encode(request)));
  call.key = sent.key;
  call.state = "in_flight";
  call.last_sent_at = now_;
  live.row.state = "in_flight";
  live.phase = Phase::calling;
  live.ticket = ++next_ticket_;
  ++live.sends_since_look;
  live.not_found_at = 0;
  live.quiet_from = boot_now_;
  ++counters_.attempts;
  Pending pending;
  pending.effect = live.row.no;
  pending.writes = true;
  send(*live.connector, value_moves(sheet->sign), request, pending, live.ticket);
}

/// Its source wants the value no more, and none of it was ever there: it is not made to be taken away again. What may have
/// happened comes to its end first (P5).
bool Engine::came_too_late(const Live& live, const CallSheet& sheet, std::int64_t position) {
  if (live.row.op != "issue" || sheet.sign != Sign::adding) return false;
  for (const auto& [at, call] : live.calls) {
    bool without = at == position && is_without_effect(call);
    const CallSheet* other = live.operation->call(call.label);
    if (!without && other && other->sign == Sign::adding) return false;
  }
  std::optional<CreditRow> credit = read().credit(live.row.credit);
  return credit && is_cancelled(*credit);
}

void Engine::not_wanted(Live& live, const std::string& why, const std::string& actor) {
  journal::EffectEnded ended;
  ended.effect = live.row.no;
  ended.state = "rejected";
  ended.reason = why;
  std::int64_t credit = live.row.credit;
  note(cid_of(live), actor, ended);
  unlock(live);
  live_.erase(ended.effect);
  touch(credit);
}

/// P2: the bytes of the first send, not what newer code would write.
void Engine::resend(Live& live, const CallRow& call) {
  if (planted(Bug::b27_body_rebuilt) && !live.asked.empty() && live.asked.back().label == call.label)
    return attempt(live, call.call, call.label, live.asked.back().http, "");
  std::optional<std::string> text = open_sealed(live, call.call, "request");
  json::Parsed parsed = json::parse(text.value_or(""));
  HttpRequest request;
  if (!parsed || !decode(*parsed, request).empty())
    return end(live, "held", "unknown outcome", "the stored request of '" + call.label + "' cannot be read");
  attempt(live, call.call, call.label, request, "");
}

void Engine::answered(Live& live, net::Result result) {
  live.phase = Phase::idle;
  live.ticket = 0;
  if (CallRow* call = open_call(live); call && call->state == "in_flight") {
    plugin_host::Asked asked;
    asked.label = call->label;
    return answered_write(live, asked, std::move(result));
  }
  if (result.ended != net::Ended::replied) return later(backoff(live.tries++), 'e', live.row.no);
  plugin_host::Answer answer;
  answer.label = live.asked[live.answers.size()].label;
  answer.http = std::move(result.reply);
  live.answers.push_back(std::move(answer));
  drive(live);
}

void Engine::answered_write(Live& live, const plugin_host::Asked& asked, net::Result result) {
  const CallSheet& sheet = *live.operation->call(asked.label);
  auto position = static_cast<std::int64_t>(live.answers.size());
  if (result.ended != net::Ended::replied)
    return conclude(live, position, judge_silence(result), "", result.elapsed_us);
  plugin_host::Answer answer;
  answer.label = asked.label;
  answer.http = std::move(result.reply);
  int status = answer.http.status;
  if (planted(Bug::b25_redirect_followed) && status > 300 && status < 400) {
    json::Parsed again = json::parse(open_sealed(live, position, "request").value_or(""));
    HttpRequest request;
    if (again && decode(*again, request).empty()) {
      Pending pending;
      pending.effect = live.row.no;
      live.phase = Phase::calling;
      live.ticket = ++next_ticket_;
      return send(*live.connector, true, request, pending, live.ticket);
    }
  }
  live.answers.push_back(std::move(answer));
  plugin_host::Step step = live.connector->instance->step(live.row.op, live.arguments, live.answers, live.asked);
  const plugin_host::Verdict* verdict = step.verdict(asked.label);
  Judgement judgement = judge_answer(sheet, status, step.misbehaviour.empty() ? verdict : nullptr, live.expected);
  if (std::string why = no_word(step); !why.empty() && judgement.outcome == Outcome::unknown) judgement.why = why;
  std::string code = verdict && !verdict->code.empty() ? verdict->code : std::to_string(status);
  if (judgement.outcome == Outcome::rejected && status == 401) {  // it is we who are refused, and not this request
    credentials_refused(*live.connector, code);
    judgement = {Outcome::not_sent, judgement.why, kMinute};
  }
  if (judgement.outcome != Outcome::applied) {
    live.answers.pop_back();
    return conclude(live, position, judgement, code, result.elapsed_us);
  }
  conclude(live, position, judgement, code, result.elapsed_us);
  ask(live, step);
}

/// J4: one outcome for this attempt, for ever; then what follows from it.
void Engine::conclude(Live& live, std::int64_t position, const Judgement& judgement, const std::string& code,
                      std::int64_t elapsed_us) {
  CallRow& call = live.calls[position];
  journal::AttemptEnded ended;
  ended.effect = live.row.no;
  ended.call = position;
  ended.revision = call.revision;
  ended.attempt = call.sends;
  ended.outcome = name(judgement.outcome);
  ended.code = code;
  ended.error = judgement.why;
  ended.elapsed_us = elapsed_us;
  note(cid_of(live), "engine", ended);
  ++counters_.outcomes[static_cast<int>(judgement.outcome)];
  call.state = ended.outcome;
  call.cached_error = code.starts_with("5");
  live.refusals += judgement.outcome != Outcome::not_sent && is_error(code);  // a limit refuses nothing for good
  live.row.state = "intent";
  const CallSheet& sheet = *live.operation->call(call.label);
  // P14: nothing left, or nothing was taken. Where nobody can be asked, the key is all there is.
  if (judgement.outcome == Outcome::not_sent && !has_look_up(sheet)) --live.sends_since_look;
  bool without_effect = judgement.outcome == Outcome::not_sent || judgement.outcome == Outcome::rejected;
  if (without_effect && call.rule == 1) {
    // That says nothing of the sends before it, whose outcome rule 1 left open (P5).
    call.state = name(Outcome::unknown);
    live.row.state = "unknown";
    if (judgement.wait_ms > 0) pause(*live.connector, judgement.wait_ms);
    return settle(live);
  }
  switch (judgement.outcome) {
    case Outcome::applied:
      live.tries = 0;
      live.sends_since_look = 0;
      return store_answers(live, live.answers.size());
    case Outcome::not_sent: {
      std::int64_t wait = std::max(judgement.wait_ms, backoff(live.tries++));
      // The vendor answers, and takes no more. Where it does not know us, whoever repairs that waits for what follows.
      bool limited = !code.empty() && !lines_[live.connector->name].refused;
      if (std::int64_t apart = limited ? limit_apart(call) : 0; apart > 0)
        wait = std::max(wait, apart + s_.random.below(apart / 3));
      if (judgement.wait_ms > 0) pause(*live.connector, judgement.wait_ms);
      return later(wait, 'e', live.row.no);
    }
    case Outcome::rejected:
      if (!sheet.compare_and_set || live.tries++ >= kReruns)
        return end(live, "rejected", "vendor refused", judgement.why);
      restart_run(live);
      revise(live, call);
      return later(backoff(live.tries), 'e', live.row.no);
    case Outcome::accepted:
    case Outcome::unknown:
      live.row.state = judgement.outcome == Outcome::accepted ? "accepted" : "unknown";
      live.quiet_from = boot_now_;  // a process may stand still between commit and send, but not after its end (P7)
      live.row.op == "mirror" ? leave_mirror(live.row) : leave(live.row.credit, live.row.hop);
      return settle(live);
  }
}

/// P3: a new revision is a new first send, with a key and bytes of its own. Grows only when the last one is proven
/// to have no effect and sending it again would change nothing.
void Engine::revise(Live& live, CallRow& call) {
  ++call.revision;
  call.sends = call.first_sent_at = 0;
  call.cached_error = false;
  set_ids(live);
}

/// Runs the operation anew from what is journalled: replies of reads that no write depends on are thrown away.
void Engine::restart_run(Live& live) {
  bool wrote = std::ranges::any_of(live.calls, [](const auto& entry) { return took_effect(entry.second); });
  live.answers.resize(wrote ? live.stored_answers : 0);
  if (!wrote) {
    live.stored_answers = 0;
    s_.store.drop_replies(live.row.no);
  }
  live.asked.resize(std::min(live.asked.size(), live.answers.size()));
  live.wakes_at = 0;
}

void Engine::finish(Live& live, const json::Value& result) {
  journal::EffectApplied applied;
  applied.effect = live.row.no;
  applied.instrument = std::string(result.at("instrument").as_string(live.expected.instrument));
  applied.customer = result.at("customer").as_string();
  std::string cid = cid_of(live);
  if (live.row.op == "issue") applied.moved = live.row.amount;
  note(cid, "engine", applied);
  if (!applied.customer.empty() && live.customer.id.empty() && live.row.customer != 0) {
    journal::CustomerRefAdded ref;
    ref.customer = live.row.customer;
    ref.surface = live.connector->id;
    ref.id = applied.customer;
    note(cid, "engine", ref);
  }
  live.row.state = "applied";
  live.row.instrument = applied.instrument;
  live.row.linked = applied.customer;
  unlock(live);
  live.tries = 0;
  if (live.row.op == "issue" || live.row.op == "link") tell_waiters(live.row.credit, false);
  if (live.row.op == "reverse") return verified(live, "acknowledged; the call it takes back is read", live.row.amount);
  if (!live.verify) return verified(live, "the hop asks for no read-back", live.row.amount);
  if (proven_by_link(live)) return touch(live.row.credit);
  verify(live);
}

void Engine::fail(Live& live, const plugin_host::Step& step) {
  std::string why(step.result.at("message").as_string("failed without a reason"));
  std::int64_t wait = backoff(live.tries);
  switch (step.failure) {
    case HANDOFF_FAIL_AUTH:
      credentials_refused(*live.connector, why);
      break;
    case HANDOFF_FAIL_RATE_LIMITED:
      wait = std::clamp<std::int64_t>(step.result.at("retry_after_ms").as_integer().value_or(0), wait, kHour);
      pause(*live.connector, wait);
      break;
    case HANDOFF_FAIL_RETRYABLE:
      break;
    case HANDOFF_FAIL_UNREADABLE:
      if (live.tries >= kReruns) return end(live, "held", "unreadable", why);
      break;
    case HANDOFF_FAIL_UNSUPPORTED:
      return end(live, "rejected", "mapping", why);
    case HANDOFF_FAIL_NOT_FOUND:
      if (live.row.op == "mirror") live.nobody_there = true;
      [[fallthrough]];
    case HANDOFF_FAIL_REJECTED:
      return end(live, "rejected", "vendor refused", why);
    default:
      return end(live, "held", "connector", why);
  }
  ++live.tries;
  restart_run(live);
  later(wait, 'e', live.row.no);
}

/// rejected: definitely without effect; held: a person must look before anything else happens.
void Engine::end(Live& live, const std::string& state, const std::string& kind, const std::string& reason) {
  journal::EffectEnded ended;
  ended.effect = live.row.no;
  ended.state = state;
  ended.reason = reason;
  note(cid_of(live), "engine", ended);
  unlock(live);
  EffectRow row = live.row;
  CustomerInfo customer = live.customer;
  bool nobody_there = live.nobody_there;
  live_.erase(row.no);
  if (row.op == "mirror") return mirror_held(row, customer, kind, reason, nobody_there);
  if (of_repair(row)) return repair_effect_ended(row, state, reason);
  if (row.op == "reverse") return wake_effects(row.credit);
  if (std::optional<CreditRow> credit = read().credit(row.credit)) hop_held(*credit, row.hop, kind, reason);
}

/// P10: one effect at a time per customer, instrument or surface, where the sheet says so.
bool Engine::lock(Live& live, const CallSheet& sheet) {
  if (!live.lock.empty() || sheet.serialize_by == SerializeBy::credit) return true;
  std::string name = live.row.surface;
  if (sheet.serialize_by == SerializeBy::customer) name += "|c" + std::to_string(live.row.customer);
  if (sheet.serialize_by == SerializeBy::instrument) name += "|i" + live.expected.instrument;
  if (!locks_.insert(name).second) {
    live.phase = Phase::waiting_for_slot;
    lock_waiters_[name].insert(live.row.no);
    return false;
  }
  live.lock = name;
  return true;
}

/// Wakes all who wait: one of them may have no use for the lock any more, and then the others must not miss it.
void Engine::unlock(Live& live) {
  if (live.lock.empty()) return;
  locks_.erase(live.lock);
  auto waiting = lock_waiters_.extract(live.lock);
  if (!waiting.empty())
    for (std::int64_t effect : waiting.mapped()) later(0, 'e', effect);
  live.lock.clear();
}

}  // namespace handoff::engine
