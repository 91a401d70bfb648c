// What became of a credit's value after its issue (docs/adr/0009-balances-are-read.md): told of by anybody, read at the
// authority, compared with what the hub believed.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

constexpr std::int64_t kExpiriesAtOnce = 1000;
constexpr std::size_t kNotesMax = 20;  // of a case, by the hub
const char* const kEndedBySomebody = "somebody ended it at ";
const char* const kMoreThanPut = " more than was ever put on it";

/// Its value can be looked at: nothing of ours is about to move it. What is closed only if something was told of since.
bool at_rest(const CreditRow& credit) {
  if (credit.state == "closed") return credit.look_at >= credit.changed_at;
  bool stands_still = credit.state == "held" && credit.reason == "a hop is held";
  return credit.state == "available" || credit.state == "complete" || stands_still;
}

/// Also one under way: what it shows was fixed when it was planned.
bool shows_again(const HopRow& hop) { return hop.op == "mirror" && (hop.state == "done" || hop.state == "running"); }

}  // namespace

/// By the postings: what is on the instrument, and what was spent of the credit and did not come back.
Books Engine::books_of(journal::Reader& read, std::int64_t credit, const std::string& instrument) {
  Books out;
  for (const journal::PostingRow& posting : read.postings(credit)) {
    std::int64_t amount = posting.amount.minor();
    if (posting.to == "INSTRUMENT:" + instrument) out.held += amount;
    if (posting.from == "INSTRUMENT:" + instrument) out.held -= amount;
    if (posting.from == "INSTRUMENT:" + instrument && posting.to == "CLOSED") out.ended += amount;
    if (posting.from == "INSTRUMENT:" + instrument && posting.to != "REDEEMED") out.taken += amount;
    if (posting.to == "REDEEMED") out.spent += amount;
    if (posting.from == "REDEEMED") out.spent -= amount;
  }
  return out;
}

/// Opens the case, or adds what it says to one of the kind that is open already; so often, and no more (B2).
void Engine::say(const CreditRow& credit, const std::string& kind, const std::string& text) {
  for (const CaseRow& known : read().cases_of(credit.no)) {
    if (known.state != "open" || known.kind != kind) continue;
    std::vector<journal::CaseNoteRow> notes = read().case_notes(known.no);
    if (notes.size() >= kNotesMax || known.reason == text ||
        std::ranges::find(notes, text, &journal::CaseNoteRow::text) != notes.end())
      return;
    journal::CaseNoted noted;
    noted.case_no = known.no;
    noted.text = text;
    return note(credit.id, "engine", noted);
  }
  open_case(credit, kind, text, "ops");
}

/// N4: a reason to look, no more. `instrument`: the one that was named; empty if none was.
void Engine::ask_balance(const CreditRow& credit, const std::string& what, const std::string& source,
                         const std::string& actor, const std::string& instrument) {
  const std::string& moved_on = instrument.empty() ? credit.instrument : instrument;
  bool voided = !moved_on.empty() && was_voided(credit, moved_on);
  bool dead = voided || (!moved_on.empty() && credit.state == "closed");
  if (dead && (what == "credit.voided" || what == "credit.expired"))
    return look_at_dead(credit, what, source, actor, moved_on);
  journal::BalanceAsked asked;
  asked.credit = credit.no;
  asked.what = what;
  asked.source = source;
  note(credit.id, actor, asked);
  touch(credit.no);
  // What a repair found spent, and ended: a look tells whether anything came back.
  if (!dead || (ended_when_empty(credit) && moved_on == credit.instrument)) return;
  // G9, G10: value moved on an instrument that was ended before.
  std::string why = "told of " + what + " on " + moved_on + (voided ? ", which was voided" : ", which is closed");
  say(credit, "late", why);
  std::optional<RepairRow> repair = open_repair(credit.no);
  if (!repair) return;
  bool unplanned = std::ranges::none_of(read().effects(credit.no), [&](const EffectRow& effect) {
    return effect.op == "issue" && effect.generation > repair->generation;
  });
  if (repair->state == "confirmed" || (repair->state == "reissue" && unplanned)) hold_repair(credit, why);
}

/// A repair ended it when nothing was left on it, so that there was nothing to issue anew: it is what the credit still has.
bool Engine::ended_when_empty(const CreditRow& credit) {
  return at_rest(credit) && credit.state != "closed" && was_voided(credit, credit.instrument);
}

/// Its vendor tells of what the hub itself did, perhaps; or of what came back to it after that (G10). The records differ.
void Engine::look_at_dead(const CreditRow& credit, const std::string& what, const std::string& source,
                          const std::string& actor, const std::string& instrument) {
  if (credit.state == "closed" || ended_when_empty(credit)) {
    journal::BalanceAsked asked;
    asked.credit = credit.no;
    asked.what = what;
    asked.source = source;
    note(credit.id, actor, asked);
    return touch(credit.no);
  }
  if (instrument == credit.instrument || busy_.contains({credit.no, "dead"})) return;
  std::vector<HopRow> hops = read().hops(credit.no);
  const HopRow* issuing = issuing_hop(hops);
  const Connector* connector = issuing ? setup_.connector_by_id(issuing->connector) : nullptr;
  std::int64_t generation = -1;
  for (const EffectRow& effect : read().effects(credit.no))
    if (effect.op == "issue" && effect.instrument == instrument) generation = effect.generation;
  if (!connector || generation < 0) return;
  CreditRow of_before = credit;  // looked at once: what is lost with the answer, an audit finds
  of_before.instrument = instrument;
  read_instrument(of_before, *issuing, *connector, generation, "dead",
                  [this, no = credit.no, instrument, connector](std::expected<Sighting, std::string> seen) {
                    std::optional<CreditRow> now_credit = read().credit(no);
                    if (!now_credit || !seen || !is_over(connector->manifest(), *seen) || !seen->removed) return;
                    std::int64_t more = seen->removed->minor() - books_of(read(), no, instrument).taken;
                    const std::string& currency = now_credit->amount.currency();
                    if (more > 0 && seen->removed->currency() == currency)
                      say(*now_credit, "late",
                          connector->name + " shows " + Money(more, currency).text() + " that came back to " +
                              instrument + " after a repair ended it");
                  });
}

/// G9: why a planned reissue is not to be sent; empty if nothing was told of since its plan.
std::string Engine::value_moved_since(const EffectRow& reissue) {
  std::optional<CreditRow> credit = read().credit(reissue.credit);
  if (!credit || credit->look_at < reissue.at) return {};
  for (const CaseRow& one : read().cases_of(reissue.credit))
    if (one.state == "open" && one.kind == "late")
      return "case " + std::to_string(one.no) + " comes first: " + one.reason;
  return {};
}

bool Engine::was_voided(const CreditRow& credit, const std::string& instrument) {
  if (!credit.instrument.empty() && instrument != credit.instrument) return true;  // of an earlier generation
  return std::ranges::any_of(read().effects(credit.no), [&](const EffectRow& effect) {
    return effect.op == "void" && effect.state == "verified" && effect.instrument == instrument;
  });
}

/// A movement of a credit that a source told of.
void Engine::take_movement(const Submission& submission, std::optional<CreditRow> known) {
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
bool Engine::look_at_balance(const CreditRow& credit) {
  if (credit.look_at == 0 || !at_rest(credit) || credit.instrument.empty()) {
    if (!balance_due_.empty()) balance_due_.erase(credit.no);
    return false;
  }
  if (busy_.contains({credit.no, "balance"})) return true;
  std::vector<HopRow> hops = read().hops(credit.no);
  const HopRow* issuing = issuing_hop(hops);
  if (!issuing) return false;
  const HopRow issued = *issuing;
  if (credit.state == "held" && issued.state != "done") return false;  // what is there is a question already
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
  for (const EffectRow& effect : read().effects(credit.no))
    if (effect.op == "issue") generation = std::max(generation, effect.generation);
  read_instrument(credit, issued, *connector, generation, "balance",
                  [this, asked = credit.look_at, no = credit.no, connector](std::expected<Sighting, std::string> seen) {
                    std::optional<CreditRow> now_credit = read().credit(no);
                    if (!now_credit || !at_rest(*now_credit)) return touch(no);
                    if (now_credit->state == "closed") return seen_after_its_end(*now_credit, asked, *connector, seen);
                    if (seen) return balance_seen(*now_credit, asked, *connector, *seen);
                    balance_case(*now_credit, asked, connector->name + ": " + seen.error());
                  });
  return true;
}

/// The look is answered, by a case.
void Engine::balance_case(const CreditRow& credit, std::int64_t asked, const std::string& why) {
  journal::BalanceSeen event;
  event.credit = credit.no;
  event.asked = asked;
  event.instrument = credit.instrument;
  event.state = "unknown";
  event.available = Money(credit.available.value_or(0), credit.amount.currency());
  note(credit.id, "engine", event);
  say(credit, "balance", why);
  touch(credit.no);
}

void Engine::balance_seen(const CreditRow& credit, std::int64_t asked, const Connector& connector,
                          const Sighting& seen) {
  const std::string& currency = credit.amount.currency();
  bool ended = is_over(connector.manifest(), seen);
  bool expired = ended && unix_ms(credit.expires_at).value_or(now_ + 1) <= now_;
  std::optional<Money> left = ended && seen.removed ? seen.removed : seen.amount;
  if (!left || left->currency() != currency || left->minor() < 0)
    return balance_case(credit, asked, "its balance at " + connector.name + " is no amount of " + currency);
  const Books books = books_of(read(), credit.no, credit.instrument);
  const std::int64_t known = books.held + books.ended;
  const std::int64_t returned = std::clamp<std::int64_t>(left->minor() - known, 0, books.spent);
  const std::int64_t excess = std::max<std::int64_t>(0, left->minor() - known - returned);
  const std::int64_t redeemed = std::clamp<std::int64_t>(known - left->minor(), 0, books.held);
  journal::BalanceSeen event;
  event.credit = credit.no;
  event.asked = asked;
  event.instrument = credit.instrument;
  event.state = expired ? "expired" : seen.state;
  event.available = Money(ended || seen.state != "active" ? 0 : left->minor(), currency);
  event.redeemed = Money(redeemed, currency);
  event.returned = Money(returned, currency);
  event.ended = Money(expired ? books.held + returned - redeemed : 0, currency);
  note(credit.id, "engine", event);
  const std::string shows = connector.name + " shows ";
  if (!ended)
    close_balance_cases(credit, kEndedBySomebody,
                        shows + "it " + seen.state + " again, with " + left->text() + " on it");
  if (excess == 0) close_balance_cases(credit, shows, shows + left->text() + " on it, and no more than was put there");
  if (excess > 0) say(credit, "balance", shows + Money(excess, currency).text() + kMoreThanPut);
  bool by_us = ended && ended_when_empty(credit);
  if (by_us && returned > 0)  // G10: nobody can spend it there
    say(credit, "late", shows + Money(returned, currency).text() + " that came back to it after a repair ended it");
  if (ended && !expired && !by_us)
    say(credit, "balance",
        kEndedBySomebody + connector.name + "; " + left->text() + " is gone from the customer" +
            perhaps_by_the_lost(credit.no));
  if (expired || credit.available != event.available.minor()) show_again(credit, expired ? "expired" : "");
  touch(credit.no);
}

/// C7: the look that contradicts them is the evidence.
void Engine::close_balance_cases(const CreditRow& credit, const std::string& begin, const std::string& why) {
  for (const CaseRow& known : read().cases_of(credit.no)) {
    bool same = known.kind == "balance" && known.reason.starts_with(begin) &&
                (begin == kEndedBySomebody || known.reason.ends_with(kMoreThanPut));
    if (known.state != "open" || !same) continue;
    journal::CaseClosed closed;
    closed.case_no = known.no;
    closed.why = why;
    note(credit.id, "engine", closed);
  }
}

/// G10: of a credit that is closed, and what was told of is in a case. Nothing is posted: it is nobody's to give.
void Engine::seen_after_its_end(const CreditRow& credit, std::int64_t asked, const Connector& connector,
                                const std::expected<Sighting, std::string>& seen) {
  const std::string& currency = credit.amount.currency();
  std::int64_t taken = books_of(read(), credit.no, credit.instrument).taken;
  std::string what = seen ? "does not show how much is on it" : "shows nothing: " + seen.error();
  bool over = seen && is_over(connector.manifest(), *seen), same = false;
  if (seen && !over && seen->amount) what = "shows it " + seen->state + ", with " + seen->amount->text() + " on it";
  if (over && seen->removed && seen->removed->currency() == currency) {
    std::int64_t more = seen->removed->minor() - taken;
    same = more == 0;
    what = same       ? "shows nothing on it that was not taken back"
           : more > 0 ? "shows " + Money(more, currency).text() + " more on it than was taken back"
                      : "shows " + Money(-more, currency).text() + " less on it than was taken back: it was spent";
  }
  bool open = std::ranges::any_of(read().cases_of(credit.no),
                                  [](const CaseRow& one) { return one.state == "open" && one.kind == "late"; });
  if (open || !same) say(credit, "late", connector.name + " " + what);
  journal::BalanceSeen event;
  event.credit = credit.no;
  event.asked = asked;
  event.instrument = credit.instrument;
  event.state = seen ? seen->state : "unknown";
  event.available = event.redeemed = event.returned = event.ended = Money(0, currency);
  note(credit.id, "engine", event);
}

/// By the hub's clock its time is over. Whoever has it may never tell of that; or takes it still, by a clock of its own or
/// for good: then it is looked at again, more and more seldom. After a start not all at once.
void Engine::ask_if_expired(const CreditRow& credit) {
  std::optional<std::int64_t> over = unix_ms(credit.expires_at);
  if (!over || *over > now_ || credit.look_at != 0 || !at_rest(credit)) return;
  if (credit.available.value_or(0) <= 0) {
    over_.erase(credit.no);
    return;
  }
  auto [known, first] = over_.try_emplace(credit.no);
  auto& [wait, due] = known->second;
  if (first && credit.changed_at >= *over)
    wait = kHour + credit.no % (24 * 60) * kMinute;
  else if (due > boot_now_)
    return;
  else {
    ask_balance(credit, "credit.expired", "engine", "engine", "");
    wait = std::clamp(2 * wait, kMinute, 7 * 24 * kHour);
  }
  due = boot_now_ + wait;
  later(wait, 'c', credit.no);
}

/// A part at a time in a round: whose time is over within the hour, and what was to be looked at when the hub stopped.
void Engine::look_for_expired() {
  std::vector<std::int64_t> round = read().to_be_looked_at(expired_after_, expired_after_ + kExpiriesAtOnce);
  bool last = expired_after_ + kExpiriesAtOnce >= read().max_of("credits");
  expired_after_ = last ? 0 : expired_after_ + kExpiriesAtOnce;
  for (std::int64_t no : round)
    if (std::optional<CreditRow> credit = read().credit(no)) watch_expiry(*credit);
  later(last ? kHour : 50, 'o', 0);
}

void Engine::watch_expiry(const CreditRow& credit) {
  std::int64_t wait = credit.look_at != 0 ? 0 : unix_ms(credit.expires_at).value_or(now_ + 2 * kHour) - now_;
  if (wait <= kHour) later(std::max<std::int64_t>(wait, 0), 'c', credit.no);
}

/// The mirrors are asked for a new version, and the credit is on its way until they show it. One of which a hop is held comes
/// back to that.
void Engine::show_again(const CreditRow& credit, const std::string& reason) {
  std::vector<HopRow> hops = read().hops(credit.no);
  if (credit.state == "held" && std::ranges::none_of(hops, shows_again)) return;
  for (const HopRow& hop : hops) {
    if (!shows_again(hop)) continue;
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
