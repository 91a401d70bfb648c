// What became of a credit's value after its issue (docs/adr/0009-balances-are-read.md): told of by anybody, read at the
// authority, compared with what the hub believed.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

bool at_rest(const journal::CreditRow& credit) { return credit.state == "available" || credit.state == "complete"; }

}  // namespace

/// N4: a reason to look, no more. `instrument`: the one that was named; empty if none was.
void Engine::ask_balance(const journal::CreditRow& credit, const std::string& what, const std::string& source,
                         const std::string& actor, const std::string& instrument) {
  const std::string& moved_on = instrument.empty() ? credit.instrument : instrument;
  bool dead = !moved_on.empty() && was_voided(credit, moved_on);
  if (dead && what == "credit.voided") return;  // its vendor tells of what the hub did itself
  journal::BalanceAsked asked;
  asked.credit = credit.no;
  asked.what = what;
  asked.source = source;
  note(credit.id, actor, asked);
  touch(credit.no);
  if (!dead) return;
  // G9, G10: value moved on an instrument that was ended before.
  std::string why = "told of " + what + " on " + moved_on + ", which was voided";
  open_case(credit, "late", why, "ops");
  std::optional<journal::RepairRow> repair = open_repair(credit.no);
  if (!repair) return;
  bool unplanned = std::ranges::none_of(read().effects(credit.no), [&](const journal::EffectRow& effect) {
    return effect.op == "issue" && effect.generation > repair->generation;
  });
  if (repair->state == "confirmed" || (repair->state == "reissue" && unplanned)) hold_repair(credit, why);
}

/// G9: why a planned reissue is not to be sent; empty if nothing was told of since its plan.
std::string Engine::value_moved_since(const journal::EffectRow& reissue) {
  std::optional<journal::CreditRow> credit = read().credit(reissue.credit);
  if (!credit || credit->look_at < reissue.at) return {};
  for (const journal::CaseRow& one : read().cases_of(reissue.credit))
    if (one.state == "open" && one.kind == "late") return "case " + std::to_string(one.no) + " comes first: " + one.reason;
  return {};
}

bool Engine::was_voided(const journal::CreditRow& credit, const std::string& instrument) {
  if (!credit.instrument.empty() && instrument != credit.instrument) return true;  // of an earlier generation
  return std::ranges::any_of(read().effects(credit.no), [&](const journal::EffectRow& effect) {
    return effect.op == "void" && effect.state == "verified" && effect.instrument == instrument;
  });
}

/// A movement of a credit that a source told of.
void Engine::take_movement(const Submission& submission, std::optional<journal::CreditRow> known) {
  const SourceEvent& event = submission.event;
  std::string instrument;
  for (const auto& [type, value] : event.refs) {
    if (type == "instrument") instrument = value;
    if (known) continue;
    if (std::optional<std::string> id = type == "credit" ? credit_id_from_ref(value) : std::nullopt)
      known = read().credit_by_id(*id);
  }
  Standing answer;
  if (known) {
    ask_balance(*known, event.kind, submission.source, submission.actor, instrument);
    answer = standing(read(), *known, setup_);
  } else {
    // Whatever it was is read with the credit, if it ever comes: nothing is lost by forgetting this (N3). A platform
    // tells of every card it has.
    if (submission.waiter) s_.log(submission.source + ": " + event.kind + " of a credit that is not known");
    answer.status = "rejected";
    answer.reason = "no_such_credit";
    answer.http = 404;
    answer.problem = "no credit is known under these names";
  }
  if (submission.waiter) act([waiter = submission.waiter, answer] { waiter->settled(answer); });
}

/// True if the credit's value is to be looked at, now or soon; nothing else is to be done for it then.
bool Engine::look_at_balance(const journal::CreditRow& credit) {
  if (credit.look_at == 0 || !at_rest(credit) || credit.instrument.empty()) {
    if (!balance_due_.empty()) balance_due_.erase(credit.no);
    return false;
  }
  if (busy_.contains({credit.no, "balance"})) return true;
  journal::HopRow issued;
  for (const journal::HopRow& hop : read().hops(credit.no))
    if (hop.op == "issue" || hop.op == "read") issued = hop;
  const Connector* connector = setup_.connector_by_id(issued.connector);
  const OperationSheet* issue = connector ? connector->operation("issue") : nullptr;
  if (!issue) return false;
  std::int64_t lag = 0;
  for (const CallSheet& sheet : issue->calls) lag = std::max(lag, connector->visibility_ms(sheet));
  // Once, on the boot clock: a wall clock that was set back must not put the look off for as long (J11).
  auto& [asked_at, due] = balance_due_[credit.no];
  if (asked_at != credit.look_at) due = boot_now_ + std::clamp<std::int64_t>(credit.look_at + lag - now_, 0, lag);
  asked_at = credit.look_at;
  if (due > boot_now_) {
    later(due - boot_now_, 'c', credit.no);
    return true;
  }
  balance_due_.erase(credit.no);
  std::int64_t generation = 0;
  for (const journal::EffectRow& effect : read().effects(credit.no))
    if (effect.op == "issue") generation = effect.generation;
  read_instrument(credit, issued, *connector, generation, "balance",
                  [this, asked = credit.look_at, no = credit.no, connector](std::expected<Sighting, std::string> seen) {
                    std::optional<journal::CreditRow> now_credit = read().credit(no);
                    if (!now_credit || !at_rest(*now_credit)) return touch(no);
                    if (seen) return balance_seen(*now_credit, asked, *connector, *seen);
                    balance_case(*now_credit, asked, connector->name + ": " + seen.error());
                  });
  return true;
}

/// The look is answered, by a case.
void Engine::balance_case(const journal::CreditRow& credit, std::int64_t asked, const std::string& why) {
  journal::BalanceSeen event;
  event.credit = credit.no;
  event.asked = asked;
  event.instrument = credit.instrument;
  event.state = "unknown";
  event.available = Money(credit.available.value_or(0), credit.amount.currency());
  note(credit.id, "engine", event);
  open_case(credit, "balance", why, "ops");
  touch(credit.no);
}

void Engine::balance_seen(const journal::CreditRow& credit, std::int64_t asked, const Connector& connector,
                          const Sighting& seen) {
  const std::string& currency = credit.amount.currency();
  bool ended = is_over(connector.manifest(), seen);
  bool expired = ended && unix_ms(credit.expires_at).value_or(now_ + 1) <= now_;
  std::optional<Money> left = ended && seen.removed ? seen.removed : seen.amount;
  if (!left || left->currency() != currency || left->minor() < 0)
    return balance_case(credit, asked, "its balance at " + connector.name + " is no amount of " + currency);
  std::int64_t held = 0, spent = 0;
  for (const journal::PostingRow& posting : read().postings(credit.no)) {
    std::int64_t amount = posting.amount.minor();
    if (posting.to == "INSTRUMENT:" + credit.instrument) held += amount;
    if (posting.from == "INSTRUMENT:" + credit.instrument) held -= amount;
    if (posting.to == "REDEEMED") spent += amount;
    if (posting.from == "REDEEMED") spent -= amount;
  }
  std::int64_t returned = std::clamp<std::int64_t>(left->minor() - held, 0, spent);
  std::int64_t excess = std::max<std::int64_t>(0, left->minor() - held - returned);
  journal::BalanceSeen event;
  event.credit = credit.no;
  event.asked = asked;
  event.instrument = credit.instrument;
  event.state = expired ? "expired" : seen.state;
  event.available = Money(ended || seen.state != "active" ? 0 : left->minor(), currency);
  event.redeemed = Money(std::max<std::int64_t>(0, held - left->minor()), currency);
  event.returned = Money(returned, currency);
  event.ended = Money(expired ? std::min(left->minor(), held + returned) : 0, currency);
  note(credit.id, "engine", event);
  if (excess > 0)
    open_case(credit, "balance",
              connector.name + " shows " + Money(excess, currency).text() + " more than was ever put on it", "ops");
  if (ended && !expired)
    open_case(credit, "balance",
              "somebody ended it at " + connector.name + "; " + left->text() + " is gone from the customer" + perhaps_by_the_lost(credit.no), "ops");
  if (expired || credit.available != event.available.minor()) show_again(credit, expired ? "expired" : "");
  touch(credit.no);
}

/// The mirrors are asked for a new version, and the credit is on its way until they show it.
void Engine::show_again(const journal::CreditRow& credit, const std::string& reason) {
  for (const journal::HopRow& hop : read().hops(credit.no)) {
    if (hop.op != "mirror" || hop.state != "done") continue;
    journal::HopMoved again;
    again.credit = credit.no;
    again.hop = hop.id;
    again.state = "waiting";
    again.effect = hop.effect;
    again.version = hop.version;
    note(credit.id, "engine", again);
  }
  move(credit, "available", reason, true);
}

}  // namespace handoff::engine
