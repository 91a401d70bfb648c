// A source takes a credit back (INVARIANTS E, CANCELLING; M8): remove, confirm, book the opposite, mirror, close.

#include <algorithm>

#include "core/engine/engine.hpp"
#include "core/model/case_kinds.hpp"
#include "core/model/sources.hpp"

namespace handoff::engine {

namespace {

constexpr std::string_view kLookThere = "; look there, and take it back by hand, then retry";
constexpr const char* kPerhapsIssued =
    "the hub that was lost before the restore may have issued it; look there, and take it back by hand, then retry";

const std::string kTakenBack = "cancelled by the source";

/// Whether a person retried the case that begins so, and no other of the cancellation.
bool retried(const std::vector<CaseRow>& cases, const std::string& begin) {
  return std::ranges::any_of(cases, [&](const CaseRow& one) {
    return one.kind == "cancel" && one.reason.starts_with(begin) && one.closed_why.starts_with("retried by ");
  });
}

std::string by_itself(const Connector& connector) {
  return "the register issued it at " + connector.name + " by itself";
}

/// The cancellation's own effects have the ordinal 1.
Plan taken_back(const char* op, std::int64_t generation) {
  Plan plan(op);
  plan.entry = "cancelled";
  plan.ordinal = 1;
  plan.generation = generation;
  return plan;
}

}  // namespace

/// Its source took it back, whether or not that is at its end.
bool Engine::is_cancelled(const CreditRow& credit) {
  bool noted = credit.cancel_noted || credit.reason.starts_with(kTakenBack);
  if (credit.state == "closed") return noted;
  return noted || credit.state == "cancelling" || credit.state == "tombstone" ||
         credit.reason.starts_with("cancelling");
}

void Engine::cancel(const Submission& submission, const CreditRow& credit) {
  const std::string& because = submission.event.reason;  // a person's
  std::string why = because.empty() ? kTakenBack : kTakenBack + (": " + because);
  bool over = credit.state == "closed" || credit.state == "cancelling" || credit.state == "tombstone";
  bool again = is_cancelled(credit);
  if (!over && open_repair(credit.no)) {
    over = credit.cancel_noted;
    if (!over) note_cancel(credit, submission.actor);
  } else if (!over) {
    leave_all(credit.no);
    bool unsent = read().effects(credit.no).empty();
    if (std::string there = unsent ? perhaps_there(credit) : ""; !there.empty()) {
      close_cases(credit.no, why, is_identity);
      hold_cancel(credit, there);
    } else if (unsent) {
      journal::CreditClosed closed;
      closed.credit = credit.no;
      closed.reason = why;
      closed.left = credit.amount;
      note(credit.id, submission.actor, closed);
      close_cases(credit.no, why, ends_with_the_credit);
    } else {
      move(credit, "cancelling", why, true);
      wake_effects(credit.no);
      touch(credit.no);
    }
    tell_waiters(credit.no, true);
  }
  if (submission.waiter) {
    CreditRow now_credit = as_noted(credit);
    Standing answer = standing(read(), now_credit, setup_);
    answer.http = again || over ? 200 : 202;
    act([waiter = submission.waiter, answer] { waiter->settled(answer); });
  }
}

/// Whether nothing of it can be spent any more, whatever is still to be booked or shown.
bool Engine::is_taken_away(journal::Reader& read, const CreditRow& credit) {
  bool under_way = credit.state == "cancelling" || (credit.state == "held" && credit.reason.starts_with("cancelling"));
  if (!under_way || credit.instrument.empty()) return false;
  Books books = books_of(read, credit.no, credit.instrument);
  Effects effects = read.effects(credit.no);
  // What the books hold for spent may have come back since they were read (G9): its end was read back, or nothing is known.
  bool ended = books.ended > 0 || std::ranges::any_of(effects, [&](const EffectRow& effect) {
                 return effect.op == "void" && effect.state == "verified" && effect.instrument == credit.instrument;
               });
  if (!ended || books.held > 0) return false;
  std::vector<HopRow> hops = read.hops(credit.no);
  const HopRow* issuing = issuing_hop(hops);
  return issuing && std::ranges::none_of(effects, [&](const EffectRow& effect) {
           bool copy = effect.hop != issuing->id && effect.state != "rejected";
           return effect.op == "issue" && (effect.open || effect.state == "held" || copy);
         });
}

/// Until what it holds was read back as gone it can be spent, and who pays it out may pay twice. Nothing: nobody took
/// it back.
std::optional<Standing> Engine::cancellation(journal::Reader& read, const CreditRow& credit) {
  if (!is_cancelled(credit)) return std::nullopt;
  bool doubted = credit.state == "tombstone" && std::ranges::any_of(read.cases_of(credit.no), [](const CaseRow& one) {
                   return one.state == "open" && one.kind == "cancel";
                 });
  bool done = (credit.state == "tombstone" && !doubted) || credit.state == "closed" || is_taken_away(read, credit);
  Standing out;
  out.ref = credit.ref;
  out.store = credit.store.empty() ? credit.scope.substr(0, credit.scope.find('/')) : credit.store;
  out.status = done ? "rejected" : "accepted";
  out.decision = done ? "" : "hold";
  out.reason = done ? "cancelled" : "cancelling";
  if (std::int64_t spent = done ? books_of(read, credit.no, "").spent : 0; spent > 0) {
    out.reason = "spent";
    out.problem = Money(spent, credit.amount.currency()).text();
  }
  return out;
}

std::string Engine::cancel_manual(const Command& command) {
  std::optional<std::string> id = credit_id_from_ref(command.credit);
  std::optional<CreditRow> credit = id ? read().credit_by_id(*id) : std::nullopt;
  if (!credit) return "there is no credit " + command.credit;
  if (credit->source != kManualSource)
    return credit->ref + " was not given by hand: it is cancelled where it was issued";
  return take_back(command, *credit);
}

/// Goodwill has no register that could take it back: a person is its source.
std::string Engine::take_back(const Command& command, const CreditRow& credit) {
  if (command.text.empty()) return "say why: what was given is taken back with a reason";
  if (credit.state == "closed") return credit.ref + " is closed already";
  if (is_cancelled(credit)) return credit.ref + " is being cancelled already";
  if (command.dry) return {};
  Submission said;
  said.actor = command.actor;
  said.event.reason = command.text;
  cancel(said, credit);
  return {};
}

/// While a repair is open nothing else acts on the credit: it ends the repair where that may end (repair.cpp).
void Engine::note_cancel(const CreditRow& credit, const std::string& actor) {
  journal::CancelNoted noted;
  noted.credit = credit.no;
  note(credit.id, actor, noted);
  if (credit.state == "held") move(credit, "repairing", "", true);
  touch(credit.no);
  tell_waiters(credit.no, true);
}

void Engine::advance_cancel(const CreditRow& credit) {
  Effects effects = read().effects(credit.no);
  const EffectRow *issue = nullptr, *removal = nullptr, *unseen = nullptr, *copy = nullptr;
  std::vector<HopRow> hops = read().hops(credit.no);
  const HopRow* issuing_one = issuing_hop(hops);
  const std::string issuing = issuing_one ? issuing_one->id : "";
  bool others_open = false;
  for (const EffectRow& effect : effects) {
    // P5: first what is under way comes to its end. Taking the value away waits for its own system alone: until then it can
    // be spent, and another may be down for days.
    if (effect.open && effect.hop == issuing) return;
    others_open = others_open || effect.open;
    if (effect.op == "issue" && effect.hop != issuing && effect.state != "rejected") copy = &effect;
    if (effect.hop != issuing) continue;
    if (effect.op == "issue" && effect.state == "held")
      return hold_cancel(credit, "whether it was issued at " + system_of(effect) + " is not known");
    if (effect.op == "read" && effect.state == "held") unseen = &effect;
    bool proven = (effect.op == "issue" || effect.op == "read") && effect.state == "verified";
    if (proven) issue = &effect;  // the newest generation
    // What a repair was refused, and gave up, is nothing that the cancellation tried.
    if (effect.op == "void" && (effect.ordinal == 1 || effect.state == "verified")) removal = &effect;
  }
  constexpr const char* kNotAsTold = ", and it was not seen there as told (sent again as another credit it stays)";
  if (unseen && !issue && !somebody_looked(credit, issued_by_itself(credit) + kNotAsTold)) return;
  if (issue && removal && removal->generation < issue->generation) removal = nullptr;  // a repair's
  std::string by_hand = issue ? why_by_hand(*issue) : std::string();
  if (issue && !removal && by_hand.empty()) return remove(credit, *issue);
  if (others_open) return;
  if (!by_hand.empty() && books_of(read(), credit.no, credit.instrument).held > 0)
    return look_whether_it_is_gone(credit, *issue, by_hand);
  if (!by_hand.empty()) removal = issue;  // what the mirrors give as their reason
  if (by_hand.empty() && removal && removal->state != "verified")
    return hold_cancel(credit, (removal->state == "rejected" ? "the void was refused: " : "void: ") + removal->reason);
  if (copy && !somebody_looked(credit, "a copy of its value was put into " + system_of(*copy))) return;
  bool booked_back = true, shown_right = true;
  for (const HopRow& hop : hops) {
    if (hop.op == "record") booked_back = book_back(credit, hop, effects) && booked_back;
    if (hop.op == "mirror") shown_right = show_without(credit, hop, removal) && shown_right;
  }
  if (booked_back && shown_right && as_noted(credit).state == "cancelling") close_cancelled(credit);
}

/// What is there of a credit that the hub has sent nothing of: the hub that was lost may have, or the register by itself.
std::string Engine::perhaps_there(const CreditRow& credit) {
  if (sent_by_the_lost(credit)) return kPerhapsIssued;
  std::string register_did = issued_by_itself(credit);
  return register_did.empty() ? register_did : register_did + std::string(kLookThere);
}

/// It was cancelled before it came (N3). Whoever has looked since then has said that nothing is left.
void Engine::look_at_tombstone(const CreditRow& credit) {
  std::string why = perhaps_there(credit);
  if (!why.empty() && !retried(read().cases_of(credit.no), why)) hold_cancel(credit, why);
}

/// That somebody looked is said by retrying the case that asks for it, and by no other of the credit.
std::string Engine::asks_for_a_look(std::int64_t case_no, const CreditRow& credit) {
  if (!credit.reason.ends_with(kLookThere)) return {};
  for (const CaseRow& row : read().cases_of(credit.no))
    if (row.state == "open" && row.kind == "cancel" && row.no != case_no)
      return "first case " + std::to_string(row.no) + ": " + row.reason;
  return {};
}

void Engine::hold_cancel(const CreditRow& credit, const std::string& why) {
  move(credit, "held", "cancelling: " + why, false);
  open_case(credit, "cancel", why, "ops");
}

/// That the register issues such credits by itself (D8), and so has, whether or not the hub has seen it; empty: the hub does.
std::string Engine::issued_by_itself(const CreditRow& credit) {
  const routing::Route* route = setup_.route(credit.route);
  if (!route) route = routing::choose(setup_.routes, {"credit.issued", credit.origin, credit.balance_type}).route;
  if (route)
    for (const routing::Hop& hop : route->hops)
      if (const Connector* connector = hop.op == "read" ? setup_.connector(hop.connector) : nullptr)
        return by_itself(*connector);
  // The route may have been another when the register told of it.
  return identifiers(credit.no).code.empty() ? "" : "the register issued it by itself";
}

/// Why the hub cannot take the value back there; empty: it can.
std::string Engine::why_by_hand(const EffectRow& issue) const {
  const Connector* connector = setup_.connector_by_id(issue.connector);
  if (!connector) return {};
  if (issue.op == "read") return by_itself(*connector) + ": see first whether it was spent, then void it there";
  const OperationSheet* sheet = connector->operation("void");
  if (!sheet || sheet->void_terminal_states.empty())
    return connector->name +
           " cannot void; take the value back by hand, and see first whether it was spent: that would be a loss to book";
  return {};
}

/// A person takes it back there and retries the case: that is their word for it (M8), and the look is the proof. Before that,
/// an instrument without value may as well have been spent.
void Engine::look_whether_it_is_gone(const CreditRow& credit, const EffectRow& issue, const std::string& why) {
  if (!retried(read().cases_of(credit.no), why)) return hold_cancel(credit, why);
  if (busy_.contains({credit.no, "gone"})) return;
  const Connector* connector = setup_.connector_by_id(issue.connector);
  HopRow hop;
  for (const HopRow& row : read().hops(credit.no))
    if (row.id == issue.hop) hop = row;
  read_instrument(credit, hop, *connector, issue.generation, "gone",
                  [this, no = credit.no, connector, why](std::expected<Sighting, std::string> seen) {
                    std::optional<CreditRow> now_credit = read().credit(no);
                    if (!now_credit || now_credit->state != "cancelling") return;
                    if (!seen) return hold_cancel(*now_credit, why + " (" + seen.error() + ")");
                    bool gone = is_over(connector->manifest(), *seen) ||
                                seen->amount == Money(0, now_credit->amount.currency());
                    if (!gone)
                      return hold_cancel(*now_credit, why + " (" + (seen->amount ? seen->amount->text() : "a value") +
                                                          " is still there)");
                    taken_back_by_hand(*now_credit, *seen);
                  });
}

/// What it held then was taken back; what it did not hold any more had been spent (G9).
void Engine::taken_back_by_hand(const CreditRow& credit, const Sighting& seen) {
  const std::string& currency = credit.amount.currency();
  Books books = books_of(read(), credit.no, credit.instrument);
  std::int64_t returned = 0, ended = books.held;
  if (seen.removed && seen.removed->currency() == currency) {
    returned = std::clamp<std::int64_t>(seen.removed->minor() - books.held - books.ended, 0, books.spent);
    ended = std::clamp<std::int64_t>(seen.removed->minor() - books.ended, 0, books.held + returned);
  } else if (seen.redeemed && seen.redeemed->currency() == currency) {
    ended = books.held - std::clamp<std::int64_t>(seen.redeemed->minor() - books.spent, 0, books.held);
  }  // else the word of the person counts, who was asked to see first whether it was spent (M8)
  journal::BalanceSeen event;
  event.credit = credit.no;
  event.asked = credit.look_at;
  event.instrument = credit.instrument;
  event.state = seen.state;
  event.available = Money(0, currency);
  event.returned = Money(returned, currency);
  event.ended = Money(ended, currency);
  event.redeemed = Money(books.held + returned - ended, currency);
  note(credit.id, "engine", event);
  touch(credit.no);
}

void Engine::remove(const CreditRow& credit, const EffectRow& issue) {
  const Connector* connector = setup_.connector_by_id(issue.connector);
  if (!connector) return hold_cancel(credit, "the connector that issued it is not configured any more");
  for (const HopRow& hop : read().hops(credit.no))
    if (hop.id == issue.hop) plan_effect(credit, hop, *connector, taken_back("void", issue.generation), CustomerInfo());
}

/// The opposite of a booking that was made. True if there is nothing (more) to book.
bool Engine::book_back(const CreditRow& credit, const HopRow& hop, const Effects& effects) {
  const EffectRow *made = nullptr, *back = nullptr;
  for (const EffectRow& effect : effects) {
    if (effect.hop != hop.id || effect.op != "record") continue;
    bool takes_back = effect.entry == "cancelled";
    if (!takes_back) made = &effect;
    // What a repair was refused is nothing that the cancellation tried.
    if (takes_back && (effect.state != "rejected" || !of_repair(effect))) back = &effect;
  }
  if (back && made && back->no < made->no) back = nullptr;  // a repair's: it booked it anew
  // What the hub that was lost booked, this one only meets by booking it as well, which looks first (J10).
  bool unknown = !made && perhaps_booked_by_the_lost(credit);
  // A hop that is held before its first send has no customer to be looked for under; the lost hub may have had one.
  if (unknown && hop.state == "held")
    return somebody_looked(credit, "the hub that was lost before the restore may have booked it at " + hop.id);
  if (!unknown && (!made || made->state == "rejected")) return true;
  if (unknown) return plan_booking(credit, hop, Plan("record"), credit.customer);
  if (made->state == "verified" && back && back->state == "verified") return true;
  if (made->state != "verified" || back || hop.state == "held") {
    hold_cancel(credit, hop.id + ": what is booked there is not known or could not be booked back");
    return false;
  }
  // For whom it was made: a repair may have given the credit to another since.
  return plan_booking(credit, hop, taken_back("record", 0), made->customer);
}

/// A case asks for a look there until somebody has retried it, which is their word that nothing is left.
bool Engine::somebody_looked(const CreditRow& credit, const std::string& at_what) {
  const std::string why = at_what + std::string(kLookThere);
  bool looked = retried(read().cases_of(credit.no), why);
  if (looked)
    close_cases(credit.no, "taken back by hand", [](std::string_view kind) { return kind == "observation"; });
  else
    hold_cancel(credit, why);
  return looked;
}

/// False: it is not done yet.
bool Engine::plan_booking(const CreditRow& credit, const HopRow& hop, const Plan& plan, std::int64_t whose) {
  const Connector* connector = setup_.connector_by_id(hop.connector);
  if (!connector) {
    hold_cancel(credit, hop.id + ": its connector is not configured any more");
    return false;
  }
  std::pair<std::int64_t, std::string> job(credit.no, "cancel " + hop.id);
  if (!busy_.insert(job).second) return false;
  CreditRow theirs = credit;
  theirs.customer = whose;
  with_customer(theirs, *connector, [this, job, hop, connector, plan, whose](Customer customer) {
    busy_.erase(job);
    std::optional<CreditRow> now_credit = read().credit(job.first);
    if (!now_credit || now_credit->state != "cancelling") return;
    if (!customer && customer.error() == NoCustomer::unreachable) return later(backoff(3), 'c', job.first);
    now_credit->customer = whose;
    if (!customer) return hop_held(*now_credit, hop.id, "identity", why_none(customer.error(), *connector));
    if (lacks_customer(*connector, plan.op, *customer))
      return hop_held(*now_credit, hop.id, "identity", connector->name + " does not know this customer");
    plan_effect(*now_credit, hop, *connector, plan, *customer);
  });
  return false;
}

/// A mirror of the customer that was written while the value was there shows it, whosever credit it was written for:
/// so there is always one more, and the hop names the removal as its reason. True if no mirror shows the value any
/// more.
bool Engine::show_without(const CreditRow& credit, const HopRow& hop, const EffectRow* removal) {
  if (hop.state == "running") return false;
  if (!removal) return true;
  if (hop.effect == removal->no) {
    if (hop.state != "held") return true;
    hold_cancel(credit, hop.id + ": what was taken back may still be shown there");
    return false;
  }
  std::string subject = "customer:" + read().customer_hub(credit.customer);
  if (!read().last_effect(subject, hop.surface, "mirror")) return true;
  const Connector* connector = setup_.connector_by_id(hop.connector);
  if (!connector) return true;
  std::pair<std::int64_t, std::string> job(credit.no, "cancel " + hop.id);
  if (!busy_.insert(job).second) return false;
  with_customer(credit, *connector, [this, job, hop, connector, reason = removal->no](Customer customer) {
    busy_.erase(job);
    std::optional<CreditRow> now_credit = read().credit(job.first);
    if (!now_credit || now_credit->state != "cancelling") return;
    if (!customer && customer.error() == NoCustomer::unreachable) return later(backoff(3), 'c', job.first);
    if (!customer) return hold_cancel(*now_credit, hop.id + ": " + why_none(customer.error(), *connector));
    want_mirror(*now_credit, hop, *connector, *customer, reason);
  });
  return false;
}

void Engine::close_cancelled(const CreditRow& credit) {
  std::int64_t left = 0, spent = books_of(read(), credit.no, "").spent;
  for (const journal::PostingRow& posting : read().postings(credit.no)) {
    if (posting.to == "SUSPENSE") left += posting.amount.minor();
    if (posting.from == "SUSPENSE") left -= posting.amount.minor();
  }
  journal::CreditClosed closed;
  closed.credit = credit.no;
  closed.reason = credit.reason.starts_with(kTakenBack) ? credit.reason : kTakenBack;  // with what a person said
  if (left != 0) closed.left = Money(left, credit.amount.currency());
  note(credit.id, "engine", closed);
  close_cases(credit.no, closed.reason, ends_with_the_credit);
  if (spent == 0) return;
  std::string text = Money(spent, credit.amount.currency()).text();
  say(credit, "spent", "the source cancelled it when " + text + " of it had been spent");
}

}  // namespace handoff::engine
