// Read-backs (T10, P8): an acknowledgement is not an effect.

#include <algorithm>

#include "core/engine/engine.hpp"
#include "core/model/planted.hpp"

namespace handoff::engine {

namespace {

constexpr int kLooks = 12;
constexpr int kVoids = 3;  // sends of one that is acknowledged and not done (G)

std::string sighting_text(const std::string& by, const Sighting& proof) {
  return "read by " + by + ": " + proof.instrument + ", state " + proof.state;
}

/// The void changed nothing that shows. One that took the balance and left the rest must not be sent again: what the second
/// finds to take away would hide what the first took (G5).
bool untouched(const EffectRow& removal, const ReadResult& seen) {
  return std::ranges::any_of(seen.sightings, [&](const Sighting& one) {
    return one.instrument == removal.instrument && one.amount == removal.amount;
  });
}

/// When somebody last told of a movement of the credit. Told while a void is read, it may be of what that read does not show (G9).
std::int64_t told_at(journal::Reader& read, const Live& live) {
  std::optional<CreditRow> credit = read.credit(live.row.credit);
  return credit ? credit->look_at : 0;
}

}  // namespace

/// An issue that a link follows is read back with it: one read shows instrument, amount and customer (T10).
bool Engine::proven_by_link(const Live& live) {
  if (live.row.op != "issue" || !live.verify || live.operation->links) return false;
  std::optional<CreditRow> credit = read().credit(live.row.credit);
  if (!credit || credit->state != "routed") return false;
  for (const HopRow& hop : read().hops(credit->no))
    if (hop.id == live.row.hop && hop.state != "running") return false;
  for (const EffectRow& effect : read().effects(credit->no))
    if (effect.hop == live.row.hop && effect.op == "link") return effect.open;
  return true;
}

/// What was read for a link may prove its issue; what does not is read again, for itself.
void Engine::prove_issue(const Live& link, const ReadResult& seen, const std::string& by) {
  for (const EffectRow& row : read().effects(link.row.credit)) {
    if (row.hop != link.row.hop || row.op != "issue" || row.state != "applied") continue;
    Live* issue = live(row.no);
    if (!issue) return;
    Expected expected = issue->expected;
    expected.instrument = row.instrument;
    Sighting proof;
    if (disproof(*issue->operation, seen, expected, proof).empty())
      return verified(*issue, sighting_text(by, proof), proof.amount.value_or(row.amount));
    later(0, 'e', row.no);
  }
}

/// G4: not before a read can see it, and twice where reads may be stale. Zero once it counts.
std::int64_t Engine::removal_settles_in(Live& live, bool seen_over) {
  std::int64_t lag = 0;
  for (const CallSheet& sheet : live.operation->calls) lag = std::max(lag, live.connector->visibility_ms(sheet));
  if (!seen_over) return std::max<std::int64_t>(0, live.quiet_from + lag - boot_now_);
  if (live.over_at == 0) live.over_at = boot_now_;
  return std::max<std::int64_t>(0, live.over_at + lag - boot_now_);
}

/// G5: from the record of the dead instrument, or from the look after a freeze. What it took away beyond what the books have
/// there had come back after it was spent, or others had put it there. The error says why it is not known.
std::expected<Removal, std::string> Engine::removal(const Live& live, const Sighting& proof) {
  const std::string& currency = live.row.amount.currency();
  std::optional<Money> removed = proof.removed;
  if (planted(Bug::b9_balance_before_void_is_removed)) removed = live.row.amount;
  for (const EffectRow& effect : read().effects(live.row.credit))
    if (!removed && effect.op == "freeze" && effect.generation == live.row.generation &&
        effect.ordinal == live.row.ordinal && effect.state == "verified")
      removed = live.row.amount;
  if (!removed)
    return std::unexpected("it is void, but " + live.connector->name + " does not show what that took away");
  if (removed->currency() != currency || removed->minor() < 0)
    return std::unexpected("the void took away " + removed->text() + ", which is no amount of " + currency);
  Books books = books_of(read(), live.row.credit, live.row.instrument);
  const std::int64_t known = books.held + books.ended;
  if (removed->minor() > known && !accounts_for(live, proof, *removed)) {
    std::string why =
        live.connector->name + " says that the void took away " + removed->text() + ", and the hub knows of " +
        Money(known, currency).text() +
        " there: see in its history what was spent, came back and was added. If the record is wrong, have it "
        "corrected first: a retry looks again, and takes that sum for true if it is still shown";
    if (!said_by_a_person(live.row.credit, why)) return std::unexpected(why);
  }
  Removal out;
  out.removed = Money(std::max<std::int64_t>(0, removed->minor() - books.ended), currency);
  out.returned = Money(std::clamp<std::int64_t>(removed->minor() - known, 0, books.spent), currency);
  out.redeemed = Money(books.held + out.returned.minor() - out.removed.minor(), currency);
  return out;
}

/// Whether more than the books have there is believed: the hub saw it there while it was alive, or the record's own sums say
/// so. One that shows of every dead instrument all that was ever put on it would make spent money whole.
bool Engine::accounts_for(const Live& live, const Sighting& proof, const Money& removed) {
  std::optional<CreditRow> credit = read().credit(live.row.credit);
  std::int64_t seen = credit ? credit->available.value_or(0) : 0;
  if (of_repair(live.row)) seen = std::max(seen, live.row.amount.minor());  // of the look right before the void
  if (removed.minor() <= seen) return true;
  if (!proof.issued || !proof.redeemed || proof.issued->currency() != removed.currency()) return false;
  if (proof.redeemed->currency() != removed.currency()) return false;
  return proof.issued->minor() - proof.redeemed->minor() == removed.minor();
}

/// A retry of the case that says exactly this was their word for it.
bool Engine::said_by_a_person(std::int64_t credit, const std::string& why) {
  return std::ranges::any_of(read().cases_of(credit), [&](const CaseRow& one) {
    return one.reason.ends_with(why) && one.closed_why.starts_with("retried by ");
  });
}

/// What the books lacked of it comes in with the same commit (M3).
void Engine::removed(Live& live, const Sighting& proof, const std::string& evidence, const Removal& took) {
  std::optional<CreditRow> credit = read().credit(live.row.credit);
  if (credit && took.returned.minor() > 0) {
    journal::BalanceSeen came_back;
    came_back.credit = credit->no;
    came_back.asked = credit->look_at;
    came_back.instrument = live.row.instrument;
    came_back.state = proof.state;
    came_back.available = came_back.redeemed = came_back.ended = Money(0, took.removed.currency());
    came_back.returned = took.returned;
    note(credit->id, "engine", came_back);
  }
  if (credit && took.redeemed.minor() < 0)
    say(*credit, "balance",
        "the void at " + live.connector->name + " took away " + took.redeemed.negated().text() +
            " more than was ever put on it");
  verified(live, evidence, took.removed, took.redeemed);
}

/// G: acknowledged, and after the quiet period still not done by reads that prove it: rule 2 as for any other send.
bool Engine::void_again(Live& live, const std::string& seen) {
  CallRow* call = nullptr;
  for (auto& [position, row] : live.calls)
    if (row.state == name(Outcome::applied)) call = &row;
  if (!call || call->sends >= kVoids) return false;
  const CallSheet& sheet = *live.operation->call(call->label);
  if (sheet.key_supported || !sheet.lookup_is_proof) return false;
  std::int64_t provable_at = live.quiet_from + live.connector->quiet_ms(sheet) + setup_.clock_error_ms;
  if (boot_now_ < provable_at) {
    later(provable_at - boot_now_, 'e', live.row.no);
    return true;
  }
  note_settled(live, *call, "not_applied", 2, "acknowledged, but " + std::to_string(kLooks) + " looks show: " + seen);
  live.answers.resize(static_cast<std::size_t>(call->call));
  live.asked.resize(live.answers.size());
  live.stored_answers = 0;  // what is before the call is stored again with the next send
  s_.store.drop_replies(live.row.no);
  live.verify_tries = 0;
  drive(live);
  return true;
}

void Engine::verify(Live& live) {
  if (planted(Bug::b7_reissued_on_acknowledgement) && live.row.op == "void")
    return verified(live, "acknowledged", live.row.amount, Money(0, live.row.amount.currency()));
  if (std::int64_t wait = live.row.op == "void" ? removal_settles_in(live, false) : 0; wait > 0)
    return later(wait, 'e', live.row.no);
  const OperationSheet* reading = live.connector->operation("read");
  ReadInput input = read_input(live, "");
  input.by = reading ? way_to_read(*reading, input) : "";
  if (input.by.empty() && live.row.op == "void")
    return end(live, "held", "verification",
               live.connector->name + " has no way to read it back, so it proves nothing");
  if (input.by.empty()) return verified(live, live.connector->name + " has no way to read it back", live.row.amount);
  live.phase = Phase::verifying;
  if (live.row.op == "void" && live.over_at == 0) live.told_at = told_at(read(), live);
  start_read(*live.connector, "read", encode(input), false,
             [this, no = live.row.no, by = input.by](ReadOutcome outcome) {
               auto found = live_.find(no);
               if (found == live_.end()) return;
               Live& effect = found->second;
               effect.phase = Phase::idle;
               ReadResult seen;
               if (!outcome.ok || !decode(outcome.result, seen).empty()) {
                 if (outcome.hopeless() && ++effect.verify_tries >= kLooks)
                   return end(effect, "held", "verification", "it cannot be read back: " + outcome.detail);
                 return later(backoff(effect.tries++), 'e', no);
               }
               Expected expected = effect.expected;
               if (!effect.row.instrument.empty()) expected.instrument = effect.row.instrument;
               if (effect.row.op == "link" && !effect.row.linked.empty()) expected.customer = effect.row.linked;
               Sighting proof;
               std::string wrong = disproof(*effect.operation, seen, expected, proof);
               if (planted(Bug::b8_zero_balance_is_void) && effect.row.op == "void" && !wrong.empty() &&
                   !seen.sightings.empty() && seen.sightings.front().amount == Money(0, effect.row.amount.currency())) {
                 proof = seen.sightings.front();
                 proof.removed = proof.amount;
                 wrong.clear();
               }
               if (wrong.empty() && effect.row.op == "void") {
                 if (told_at(read(), effect) != effect.told_at) {
                   effect.over_at = boot_now_;
                   effect.told_at = told_at(read(), effect);
                   return later(removal_settles_in(effect, true), 'e', no);
                 }
                 if (std::int64_t wait = removal_settles_in(effect, true); wait > 0) return later(wait, 'e', no);
                 std::expected<Removal, std::string> took = removal(effect, proof);
                 bool told_later = !took && !seen.complete && !proof.removed;
                 if (told_later && ++effect.verify_tries < kLooks) return later(backoff(effect.verify_tries), 'e', no);
                 if (!took) return end(effect, "held", "verification", took.error());
                 return removed(effect, proof, sighting_text(by, proof), *took);
               }
               effect.over_at = 0;
               if (wrong.empty()) {
                 if (effect.row.op == "link") prove_issue(effect, seen, by);
                 return verified(effect, sighting_text(by, proof), proof.amount.value_or(effect.row.amount));
               }
               leave(effect.row.credit, effect.row.hop);
               if (++effect.verify_tries < kLooks) return later(backoff(effect.verify_tries), 'e', no);
               if (effect.row.op == "void" && untouched(effect.row, seen) && void_again(effect, wrong)) return;
               bool over = std::ranges::any_of(
                   seen.sightings, [&](const Sighting& one) { return is_over(effect.connector->manifest(), one); });
               end(effect, "held", "verification", over ? wrong + perhaps_by_the_lost(effect.row.credit) : wrong);
             });
}

void Engine::verified(Live& live, const std::string& evidence, const Money& seen, const Money& redeemed) {
  journal::EffectVerified event;
  event.effect = live.row.no;
  event.evidence = evidence;
  event.seen = seen;
  event.redeemed = redeemed;
  note(cid_of(live), "engine", event);
  unlock(live);
  EffectRow row = live.row;
  CustomerInfo customer = live.customer;
  live_.erase(row.no);
  if (row.op == "mirror") return mirror_done(row, customer);
  if (row.op == "reverse") wake_effects(row.credit);
  touch(row.credit);
}

}  // namespace handoff::engine
