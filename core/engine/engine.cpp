#include "core/engine/engine.hpp"

#include <algorithm>
#include <limits>

#include "core/crypto/hash.hpp"
#include "core/model/planted.hpp"

namespace handoff::engine {

namespace {
constexpr int kDuePerTurn = 256;
constexpr std::int64_t kDueMs = 2;  // of a turn: what waits for it is answered only after its commit
constexpr int kScannedPerTurn = 32;
constexpr std::int64_t kClockJump = 2000;  // J11
constexpr std::int64_t kFullRetry = 1000;
constexpr std::int64_t kDiskSeenMs = 1000;
constexpr const char* kNearlyFull = "the disk is nearly full";
constexpr std::int64_t kFlightMax = 35'000;  // longer than any request may take (net/transport.hpp: total_ms)
constexpr std::int64_t kBodiesPerTurn = 200;

bool brings_news(const Input& input) {
  return std::holds_alternative<Submission>(input) || std::holds_alternative<Webhook>(input);
}

}  // namespace

Engine::Engine(Setup setup, Services services) : setup_(std::move(setup)), s_(std::move(services)) {}
Engine::~Engine() = default;

std::expected<void, std::string> Engine::recover(const std::string& version) {
  now_ = s_.clock.wall_ms();
  boot_now_ = s_.clock.boot_ms();
  started_ = std::max(boot_now_, flights_end_);
  look_at_clock();
  begin_recovery();
  journal::EpochStarted started;
  started.epoch = s_.store.epoch() + 1;
  started.version = version;
  s_.store.set_epoch(started.epoch);
  note("", "engine", started);
  // J5: an attempt without an outcome may have happened. There is no third possibility.
  for (const EffectRow& effect : read().open_effects()) {
    for (const journal::AttemptRow& attempt : read().attempts(effect.no)) {
      if (attempt.outcome != "IN_FLIGHT") continue;
      journal::AttemptEnded ended;
      ended.effect = effect.no;
      ended.call = attempt.call;
      ended.revision = attempt.revision;
      ended.attempt = attempt.attempt;
      ended.outcome = name(planted(Bug::b10_in_flight_is_not_sent) ? Outcome::not_sent : Outcome::unknown);
      ended.error = "in flight when handoff stopped";
      note("", "engine", ended);
      ++counters_.found_in_flight;
    }
    later(0, 'e', effect.no);
  }
  auto committed = s_.store.commit();
  if (!committed) return std::unexpected(committed.error().message);
  // P10: a call whose fate is open still holds its lock; nobody may send beside it. Of two it is the one that was sent last:
  // the other was opened again by a person, and waits. Clocks jump, so what it has not sent since counts first.
  std::vector<std::tuple<bool, std::int64_t, std::int64_t>> in_doubt;  // not just opened again, last sent at, effect
  for (const EffectRow& effect : read().open_effects())
    if (effect.state == "unknown" || effect.state == "accepted" || effect.reason == "resend")
      if (Live* restored = live(effect.no))
        if (CallRow* call = open_call(*restored))
          in_doubt.emplace_back(effect.reason != "reopened", call->last_sent_at, effect.no);
  std::ranges::sort(in_doubt, std::greater());
  for (const auto& [holds, sent_at, no] : in_doubt)
    if (Live* restored = live(no)) lock(*restored, *restored->operation->call(open_call(*restored)->label));
  queues_[""].any = true;
  for (const Connector& connector : setup_.connectors) queues_[connector.id].any = true;
  scanned_ = 0;
  scan_done_ = false;
  later(0, 'h', 0);
  later(kHour, 'b', 0);
  expired_after_ = 0;
  over_.clear();
  later(0, 'o', 0);
  if (setup_.look_again_ms > 0) later(setup_.look_again_ms, 'i', 0);
  later(0, 'x', 0);
  if (knows_lateness()) later(1000, 'w', 0);
  probes_watched_ = false;
  if (setup_.probing.every_ms > 0 || !read().open_probes().empty()) watch_probes();
  for (std::size_t i = 0; i < setup_.connectors.size(); ++i)
    if (setup_.connectors[i].operation("pull")) later(1000, 'p', static_cast<std::int64_t>(i));
  return {};
}

Turn Engine::turn(std::vector<Input> inputs) {
  ++counters_.turns;
  boot_now_ = s_.clock.boot_ms();
  now_ = s_.clock.wall_ms();
  look_at_clock();
  look_at_disk();
  if (full_) {
    if (low_) {
      for (Input& input : inputs) turn_away(input, "the disk is full");
      due_ = {};  // only the next look at the disk; recovery makes the rest again
      later(kFullRetry, 'f', 0);
      return {};
    }
    full_ = false;
    s_.log("the disk has space again; going on");
    if (auto recovered = recover("after a full disk"); !recovered) return {true, recovered.error()};
  }
  forget_gone_waiters();
  for (Input& input : inputs) low_&& brings_news(input) ? turn_away(input, kNearlyFull) : take(input);
  run_due();
  scan();
  admit_waiting();
  tell_of_lines();
  auto committed = s_.store.commit();
  if (!committed) return after_failed_commit(committed.error(), inputs);
  counters_.commits = static_cast<std::uint64_t>(s_.store.commits());
  std::vector<std::function<void()>> acts = std::exchange(acts_, {});
  for (auto& action : acts) action();
  if (!departures_.empty()) s_.transport.send(std::exchange(departures_, {}));
  if (auto tidied = s_.store.checkpoint(); !tidied) return {true, "storage: " + tidied.error().message};
  return {};
}

/// J7: below the reserve nothing new is taken, so that what is in flight can be brought to its end with it.
void Engine::look_at_disk() {
  if (!s_.disk_has_reserve || (boot_now_ - disk_seen_ < kDiskSeenMs && !full_)) return;
  disk_seen_ = boot_now_;
  bool low = !s_.disk_has_reserve();
  if (low && !low_ && !full_) {
    s_.log(std::string(kNearlyFull) + ": new credits get 503; what is in flight goes on");
    disk_runs_out();  // while there is room to note it
  }
  if (!low && low_ && !full_) s_.log("the disk has its reserve again; going on");
  if (!low && !full_ && std::exchange(may_have_disk_case_, false)) disk_has_room();
  low_ = low;
  if (low_) later(kFullRetry, 'f', 0);
}

/// Nothing of it is kept: whoever sent it is told to send it again.
void Engine::turn_away(Input& input, const char* why) {
  if (auto* submission = std::get_if<Submission>(&input)) {
    if (submission->waiter) submission->waiter->unavailable(why);
  } else if (auto* webhook = std::get_if<Webhook>(&input)) {
    webhook->answer(503, std::string(why) + "; send it again");
  } else if (auto* command = std::get_if<Command>(&input)) {
    if (command->answer) command->answer(false, std::string(why) + ": nothing can be noted");
  } else if (auto* look = std::get_if<Look>(&input)) {
    ReadOutcome nothing;
    nothing.detail = why;
    look->answer(std::move(nothing));
  }
}

/// J11: a wall clock that was set, now or while no process ran, says nothing of the windows of keys sent before. What
/// the two clocks were apart is kept beside the journal; a restart of the machine looks like a jump, which is safe.
void Engine::look_at_clock() {
  std::int64_t apart = now_ - boot_now_;
  if (!clock_read_) {
    json::Parsed kept = json::parse(read().meta("clock"));
    boot_to_wall_ = kept ? kept->at("apart").as_integer().value_or(apart) : apart;
    clock_epoch_ = kept ? kept->at("epoch").as_integer().value_or(0) : 0;
  }
  bool jumped = std::abs(apart - boot_to_wall_) > kClockJump;
  if (clock_read_ && !jumped) return;
  if (jumped) {
    s_.log("the wall clock jumped; idempotency keys sent before count as expired (J11)");
    clock_epoch_ = s_.store.epoch();
  }
  clock_read_ = true;
  boot_to_wall_ = apart;
  json::Object kept;
  kept.set("apart", apart);
  kept.set("epoch", clock_epoch_);
  s_.store.set_meta("clock", json::write(json::Value(std::move(kept))));
}

bool Engine::key_is_datable(const Live& live, const CallRow& call) {
  if (call.doubted != 0 && call.doubted <= clock_epoch_) return false;
  for (const journal::AttemptRow& attempt : read().attempts(live.row.no))
    if (attempt.call == call.call && attempt.revision == call.revision && attempt.epoch <= clock_epoch_) return false;
  return true;
}

void Engine::take(Input& input) {
  std::visit([this](auto& what) { take(what); }, input);
}

/// J6, J7, N5: nothing of the batch happened. What memory believes is worth nothing either. Inputs are whole and can be
/// taken again, but for replies: they belonged to attempts that recovery calls UNKNOWN. Requests of earlier batches may
/// still be on their way.
Turn Engine::after_failed_commit(const journal::DbError& error, std::vector<Input>& inputs) {
  // On storage doubt nobody is told anything, not even what was true before: the caller ends the process.
  if (error.kind == journal::DbErrorKind::broken || error.kind == journal::DbErrorKind::busy)
    return {true, "storage: " + error.message};
  forget_everything();
  if (error.kind == journal::DbErrorKind::full) {
    if (!full_) s_.log("the disk is full: new credits get 503 until there is space");
    full_ = true;
    later(kFullRetry, 'f', 0);
    for (Input& input : inputs) turn_away(input, "the disk is full");
    return {};
  }
  if (auto recovered = recover("after a refused batch"); !recovered) return {true, recovered.error()};
  if (set_aside(error)) {
    if (auto committed = s_.store.commit(); !committed) return {true, "storage: " + committed.error().message};
    return inputs.empty() ? Turn() : turn(std::move(inputs));
  }
  // One of the inputs cannot be stored: find it by taking them one at a time.
  if (inputs.size() > 1) {
    for (Input& input : inputs) {
      std::vector<Input> one;
      one.push_back(std::move(input));
      if (Turn turned = turn(std::move(one)); turned.fatal) return turned;
    }
    return {};
  }
  s_.log((inputs.empty() ? "what was due cannot be stored: " : "an input cannot be stored and is parked: ") +
         error.message);
  for (Input& input : inputs) turn_away(input, ("it cannot be stored: " + error.message).c_str());
  return {};
}

/// N5: what comes next for one credit cannot be stored. That credit is held, and all others go on.
bool Engine::set_aside(const journal::DbError& error) {
  std::optional<CreditRow> credit = error.cid.empty() ? std::nullopt : read().credit_by_id(error.cid);
  if (!credit || !poisoned_.insert(credit->no).second) return false;
  s_.log(credit->ref + " is held: what comes next for it cannot be stored: " + error.message);
  if (credit->active) move(*credit, "held", "it cannot be stored", false);
  open_case(*credit, "quarantined", "what comes next for it cannot be stored: " + error.message, "ops");
  return true;
}

void Engine::forget_everything() {
  flights_end_ = boot_now_ + kFlightMax;
  acts_.clear();
  departures_.clear();
  live_.clear();
  reads_.clear();
  tickets_.clear();
  lines_.clear();
  queues_.clear();
  at_work_.clear();
  touched_.clear();
  issued_ = Issued();
  locks_.clear();
  lock_waiters_.clear();
  busy_.clear();
  look_tries_.clear();
  balance_due_.clear();
  hints_busy_.clear();
  hints_seen_ = 0;
  people_ = identity::Index();
  listed_after_.clear();
  customers_changed_ = false;
  waiting_looked_for_ = false;
  waiting_after_ = 0;
  due_ = {};
  for (auto& [credit, list] : waiters_)
    for (const Waiting& waiting : list) waiting.waiter->unavailable("storage");
  waiters_.clear();
}

/// The credit is looked at in this turn, once for all that happened to it.
void Engine::touch(std::int64_t credit) {
  if (touched_.insert(credit).second) later(0, 'c', credit);
}

void Engine::later(std::int64_t delay_ms, char kind, std::int64_t no) {
  due_.push({boot_now_ + delay_ms, ++next_order_, kind, no});
}

std::int64_t Engine::next_due() const {
  return due_.empty() ? std::numeric_limits<std::int64_t>::max() : due_.top().at;
}

/// Full jitter: anything between nothing and twice as long each time, at most five minutes (P14).
std::int64_t Engine::backoff(int tries) {
  std::int64_t ceiling = std::min<std::int64_t>(300'000, std::int64_t{500} << std::min(tries, 10));
  return 50 + s_.random.below(ceiling);
}

void Engine::run_due() {
  for (int done = 0; done < kDuePerTurn && !due_.empty() && due_.top().at <= boot_now_; ++done) {
    if (done % 8 == 7 && s_.clock.boot_ms() - boot_now_ >= kDueMs) return;
    Due due = due_.top();
    due_.pop();
    if (low_ && (due.kind == 'h' || due.kind == 'p')) {  // they would bring new credits
      later(kFullRetry, due.kind, due.no);
      continue;
    }
    switch (due.kind) {
      case 'c':
        touched_.erase(due.no);
        advance(due.no);
        break;
      case 'd':
        slept(static_cast<std::uint64_t>(due.no));
        break;
      case 'e':
        advance_effect(due.no);
        break;
      case 'l':
        pump(setup_.connectors[static_cast<std::size_t>(due.no)]);
        break;
      case 'h':
        if (due.no == 0)
          fetch_hints();
        else if (std::optional<journal::HintRow> hint = read().hint(due.no))
          fetch_hint(*hint);
        break;
      case 'b':
        bodies_after_ = s_.store.drop_old_bodies(bodies_after_, now_ - setup_.keep_bodies_ms, kBodiesPerTurn);
        later(bodies_after_ > 0 ? 50 : kHour, 'b', 0);
        break;
      case 'i':
        look_again();
        break;
      case 'j':
        look_for_waiting_now();
        break;
      case 'k':
        pull_customers();
        break;
      case 'x':
        load_customers();
        break;
      case 'w':
        look_for_late();
        break;
      case 'o':
        look_for_expired();
        break;
      case 'q':
        look_at_probes();
        break;
      case 'r':
        end_recovery();
        break;
      case 'p':
        pull(setup_.connectors[static_cast<std::size_t>(due.no)]);
        break;
      default:
        break;
    }
  }
}

/// After a start every active credit is looked at once, oldest first, a few in each turn.
void Engine::scan() {
  if (scan_done_) return;
  std::vector<std::int64_t> next = read().active_credits(scanned_, kScannedPerTurn);
  scan_done_ = next.empty();
  for (std::int64_t credit : next) {
    scanned_ = credit;
    advance(credit);
  }
  if (!scan_done_) later(0, 's', 0);
}

void Engine::take(Arrived& arrived) {
  auto found = tickets_.find(arrived.ticket);
  if (found == tickets_.end()) return;  // from before a failed commit: its attempt is UNKNOWN by now
  Pending pending = found->second;
  tickets_.erase(found);
  sent_ended(*pending.connector, arrived.result);
  if (pending.is_read) {
    read_answered(pending, std::move(arrived.result));
  } else if (Live* effect = live(pending.effect); effect && effect->ticket == arrived.ticket) {
    answered(*effect, std::move(arrived.result));
  }
  pump(*pending.connector);
}

void Engine::take(AlertNote& alert) {
  for (const auto& event : alert.events) std::visit([this](const auto& one) { note("", "alerts", one); }, event);
  if (alert.kept) act([kept = alert.kept] { kept(); });
}

void Engine::take(Command& command) {
  bool done = false;
  std::string text;
  if (command.kind == Command::Kind::add_token) {
    journal::TokenAdded added;
    added.hash = command.text;
    added.name = command.name;
    added.role = command.role;
    added.store = command.store;
    note("", command.actor, added);
    done = true;
  } else if (command.kind == Command::Kind::revoke_token) {
    journal::TokenRevoked revoked;
    revoked.hash = command.text;
    note("", command.actor, revoked);
    done = true;
  } else if (looks_first(command)) {
    return;
  } else {
    text = decide(command);
    done = text.empty();
  }
  if (command.answer) act([answer = command.answer, done, text] { answer(done, text); });
}

}  // namespace handoff::engine
