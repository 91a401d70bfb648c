// What people decide about a case (INVARIANTS E: HELD leaves only by a journalled decision; B7: each has an actor).
// None of it sends anything by itself: `link` adds identifiers, `retry` looks again, `close` notes a reason.

#include <algorithm>
#include <utility>

#include "core/engine/engine.hpp"
#include "core/model/case_kinds.hpp"
#include "core/model/planted.hpp"
#include "core/model/sources.hpp"

namespace handoff::engine {

namespace {

constexpr const char* kLinkedBy = "linked by ";

bool is_over(const std::string& state) { return state == "held" || state == "rejected"; }

}  // namespace

std::string Engine::state_before(const CreditRow& credit, const std::vector<HopRow>& hops) {
  if (credit.reason.starts_with("cancelling")) return "cancelling";
  if (credit.reason.starts_with("repairing")) return "repairing";
  if (credit.customer == 0) return "accepted";
  if (hops.empty()) return "resolved";
  bool issued = std::ranges::any_of(
      hops, [](const HopRow& hop) { return (hop.op == "issue" || hop.op == "read") && hop.state == "done"; });
  return issued ? "available" : "routed";
}

/// Empty if it was done, else why not.
std::string Engine::decide(const Command& command) {
  if (command.kind == Command::Kind::repair) return repair(command);
  if (command.kind == Command::Kind::cancel) return cancel_manual(command);
  if (command.kind == Command::Kind::gap) return open_gap(command);
  if (command.kind == Command::Kind::gap_gone) return close_gap(command);
  if (command.kind == Command::Kind::unauthorised || command.kind == Command::Kind::authorised)
    return authorisation(command);
  std::optional<CaseRow> row = read().case_of(command.number);
  if (!row) return "there is no case " + std::to_string(command.number);
  if (row->state != "open")
    return "case " + std::to_string(command.number) + " is closed, by " + row->closed_by + ": " + row->closed_why;
  if (command.kind == Command::Kind::assign) return assign(command, *row);
  if (command.kind == Command::Kind::note) return note_down(command, *row);
  if (row->credit == 0) return decide_of_source(command, *row);
  std::optional<CreditRow> credit = read().credit(row->credit);
  if (!credit) return "the case's credit is gone";
  switch (command.kind) {
    case Command::Kind::link_customer:
      return link(command, *row, *credit);
    case Command::Kind::retry:
      return retry(command, *credit);
    case Command::Kind::settle:
      return give_word(command, *row, *credit);
    case Command::Kind::approve:
      return approve(command, *row, *credit);
    case Command::Kind::refuse:
      return refuse(command, *row, *credit);
    default:
      return close(command, *row, *credit);
  }
}

std::string Engine::cid_of(const CaseRow& row) {
  std::optional<CreditRow> credit = read().credit(row.credit);
  return credit ? credit->id : std::string();
}

/// Who comes second is told whose it is; taking it over names the one it is taken from.
std::string Engine::assign(const Command& command, const CaseRow& row) {
  if (row.assignee == command.text)
    return row.assignee.empty() ? "this case is nobody's already" : "this case is " + row.assignee + "'s already";
  if (!row.assignee.empty() && row.assignee != command.name)
    return "this case is " + row.assignee + "'s; to take it over, say --from " + row.assignee;
  if (command.dry) return {};
  journal::CaseAssigned assigned;
  assigned.case_no = row.no;
  assigned.to = command.text;
  note(cid_of(row), command.actor, assigned);
  return {};
}

std::string Engine::note_down(const Command& command, const CaseRow& row) {
  if (command.text.empty()) return "write what is to be noted";
  if (command.dry) return {};
  journal::CaseNoted noted;
  noted.case_no = command.number;
  noted.text = command.text;
  note(cid_of(row), command.actor, noted);
  return {};
}

std::string Engine::link(const Command& command, const CaseRow& row, const CreditRow& credit) {
  if (credit.state != "unresolved" && credit.state != "accepted")
    return credit.ref + " is " + credit.state + ": its customer is settled";
  if (std::string other = linked_by(credit); !other.empty() && other != command.actor)
    return other + " has linked this case, and the systems are being asked; look again in a moment";
  if (command.candidate != 0) return choose(command, row, credit);
  identity::Identifiers given = normalised(command.email, command.phone, command.loyalty, credit.store);
  if (!given.unusable.empty()) return given.unusable.front();
  if (!given.any()) return "give an e-mail, a phone or a loyalty id";
  constexpr const char* kKnown = "these identifiers were given before and did not lead to one customer";
  if (command.dry) return is_news(credit, given) ? "" : kKnown;
  if (!amend(command.actor, credit, std::move(given))) return kKnown;
  move(credit, "accepted", kLinkedBy + command.actor, true);
  return {};
}

/// The person by whose word the credit's customer is being looked for; empty if nobody's.
std::string Engine::linked_by(const CreditRow& credit) {
  bool looked_for = credit.state == "accepted" && credit.reason.starts_with(kLinkedBy);
  return looked_for ? credit.reason.substr(std::string_view(kLinkedBy).size()) : std::string();
}

/// What the register was told and the candidate's record holds; the rest may be somebody else's.
identity::Identifiers Engine::agreed(const CreditRow& credit, const journal::CaseCandidate& candidate) {
  identity::Identifiers told = identifiers(credit.no), out;
  std::vector<identity::Identifiers> all = std::exchange(told.before, {});
  all.insert(all.begin(), std::move(told));
  for (std::size_t at = 0; at < all.size(); ++at) {
    std::vector<identity::Identifiers> beside = std::exchange(all[at].beside, {});
    std::ranges::move(beside, std::back_inserter(all));
  }
  auto agrees = [&](const char* kind, const std::string& value) {
    return !value.empty() &&
           std::ranges::find(candidate.agrees, s_.vault.digest(kind, value)) != candidate.agrees.end();
  };
  for (const identity::Identifiers& one : all) {
    if (out.email.empty() && agrees("email", one.email)) {
      out.email = one.email;
      out.email_as_told = one.email_as_told;
    }
    if (out.phone.empty() && agrees("phone", one.phone)) out.phone = one.phone;
    if (out.loyalty.empty() && agrees("loyalty", one.loyalty)) {
      out.loyalty = one.loyalty;
      out.loyalty_as_told = one.loyalty_as_told;
    }
  }
  return out;
}

/// A person says which of the ranked candidates it is. Their word is the evidence; no identifier is learnt from it.
std::string Engine::choose(const Command& command, const CaseRow& row, const CreditRow& credit) {
  auto number = static_cast<std::size_t>(command.candidate);
  if (command.candidate < 1 || number > row.candidates.size())
    return "case " + std::to_string(row.no) + " has " + std::to_string(row.candidates.size()) + " candidates";
  const journal::CaseCandidate& chosen = row.candidates[number - 1];
  const Connector* connector = setup_.connector_by_id(chosen.connector);
  if (!connector) return chosen.connector + " is no connector of this configuration any more";
  if (command.dry) return {};
  if (!ask_for_chosen(command.actor, *connector, credit, chosen))
    choose(command.actor, *connector, credit, chosen, CustomerInfo());
  return {};
}

/// `record`: what that system says of them just now; empty if it was not asked.
void Engine::choose(const std::string& actor, const Connector& connector, const CreditRow& credit,
                    const journal::CaseCandidate& chosen, CustomerInfo record) {
  record.id = chosen.customer;
  std::int64_t customer = adopt_customer(connector, record, agreed(credit, chosen), true);
  resolved(credit, customer, "chosen by " + actor + ": " + chosen.evidence + " at " + connector.name, actor);
}

/// One whom only the copied list ranked shares nothing with what was told, so the other systems could not be asked for
/// them. Their record is read once more, by what the copy says of it. False if there is nothing to ask by.
bool Engine::ask_for_chosen(const std::string& actor, const Connector& connector, const CreditRow& credit,
                            const journal::CaseCandidate& chosen) {
  std::optional<identity::Record> kept = kept_customer(connector, chosen.customer);
  if (!chosen.agrees.empty() || !kept || !connector.operation("find_customer")) return false;
  if (kept->emails.empty() && kept->phones.empty() && kept->loyalties.empty()) return false;
  FindCustomerInput input;
  if (!kept->emails.empty()) input.email = kept->emails.front();
  if (!kept->phones.empty()) input.phone = kept->phones.front();
  if (!kept->loyalties.empty()) input.loyalty = kept->loyalties.front();
  start_read(connector, "find_customer", encode(input), false,
             [this, actor, &connector, no = credit.no, chosen](ReadOutcome outcome) {
               std::optional<CreditRow> now_credit = read().credit(no);
               if (!now_credit || now_credit->state != "unresolved") return;
               FindCustomerResult found;
               if (!outcome.ok || !decode(outcome.result, found).empty()) found = FindCustomerResult();
               auto same = std::ranges::find(found.candidates, chosen.customer, &CustomerInfo::id);
               choose(actor, connector, *now_credit, chosen, same == found.candidates.end() ? CustomerInfo() : *same);
             });
  return true;
}

/// P3, P5: what was refused is sent under a new revision; what may have happened is looked up, and nothing else.
std::string Engine::retry(const Command& command, const CreditRow& credit) {
  std::vector<HopRow> hops = read().hops(credit.no);
  Effects effects = read().effects(credit.no), still_shown = shown_still(credit, effects);
  bool any = credit.state == "held" || credit.state == "tombstone" || !still_shown.empty();
  if (credit.state == "closed" && still_shown.empty())
    return credit.ref + " is closed: nothing of it is to be sent any more";
  for (const HopRow& hop : hops) any = any || hop.state == "held";
  if (!any) return credit.ref + " is " + credit.state + " and nothing of it is held";
  if (std::string wrong = asks_for_a_look(command.number, credit); !wrong.empty()) return wrong;
  if (is_repaired(command, credit))
    return credit.ref + " is being repaired, and that decides what becomes of this; its repair comes first";
  if (command.dry) return {};
  poisoned_.erase(credit.no);
  for (const EffectRow& mirror : still_shown) mirror_again(mirror);
  std::optional<RepairRow> repair = open_repair(credit.no);
  bool cancelled = is_cancelled(credit);
  const HopRow* repaired = repair ? issuing_hop(hops) : nullptr;  // what comes of it there, the repair decides
  for (const HopRow& hop : hops) {
    if (hop.state != "held" || &hop == repaired) continue;
    journal::HopMoved moved;
    moved.credit = credit.no;
    moved.hop = hop.id;
    moved.state = "waiting";
    bool unwanted = false;
    for (const EffectRow& effect : effects) {
      if (effect.hop != hop.id || of_repair(effect)) continue;
      bool over = cancelled && effect.state == "rejected" && effect.ordinal == 0;
      unwanted = unwanted || over;
      if (over) continue;  // what it was refused, a cancelled credit needs no more
      if (effect.op == "reverse") {
        if (effect.state == "held") reopen(command.actor, credit, effect);
        continue;
      }
      moved.state = "running";
      moved.effect = effect.no;
      if (is_over(effect.state)) reopen(command.actor, credit, effect);
    }
    if (!unwanted || moved.state == "running") note(credit.id, command.actor, moved);
  }
  for (const EffectRow& effect : effects) {
    bool left = !repair && cancelled && effect.op == "record" && effect.state == "held" && of_repair(effect);
    if (left) reopen(command.actor, credit, effect);  // in doubt since a repair that the cancellation ended
    if (!repair || !of_repair(effect, *repair) || !is_over(effect.state)) continue;
    // A relink that was refused made way for the next step, where there may be one.
    bool made_way = effect.op == "link" && effect.generation == repair->generation && repair->reissue;
    if (effect.state == "held" || !made_way) reopen(command.actor, credit, effect);
  }
  for (const CaseRow& open : read().cases_of(credit.no)) {
    if (open.state != "open" || !(is_standstill(open.kind) || open.kind == kStillShown)) continue;
    if (open.kind == "approval" && repair) continue;  // a repair waits for its answer (G11)
    if (repaired && repaired->state == "held" && open.reason.starts_with(repaired->id + ": ")) continue;
    journal::CaseClosed closed;
    closed.case_no = open.no;
    closed.why = (command.kind == Command::Kind::approve ? "approved by " : "retried by ") + command.actor;
    note(credit.id, command.actor, closed);
  }
  go_on(command.actor, credit, hops);
  return {};
}

/// Whether the case is about what an open repair puts right.
bool Engine::is_repaired(const Command& command, const CreditRow& credit) {
  std::optional<CaseRow> row = open_repair(credit.no) ? read().case_of(command.number) : std::nullopt;
  std::vector<HopRow> hops = read().hops(credit.no);
  const HopRow* issuing = issuing_hop(hops);
  return row && issuing && row->reason.starts_with(issuing->id + ": ");
}

/// A held credit goes on where it was.
void Engine::go_on(const std::string& actor, const CreditRow& credit, const std::vector<HopRow>& hops) {
  touch(credit.no);
  if (credit.state != "held") return;
  journal::CreditMoved moved;
  moved.credit = credit.no;
  moved.state = state_before(credit, hops);
  moved.reason = moved.state == "cancelling" ? "cancelled by the source" : "";
  moved.active = true;
  note(credit.id, actor, moved);
}

void Engine::reopen(const std::string& actor, const CreditRow& credit, const EffectRow& effect) {
  bool unknown = std::ranges::any_of(read().calls(effect.no), [](const CallRow& call) { return call.state == "held"; });
  journal::EffectReopened event;
  event.effect = effect.no;
  event.state = effect.applied ? "applied" : unknown ? "unknown" : "intent";
  note(credit.id, actor, event);
  later(0, 'e', effect.no);
}

/// Opens a repair (INVARIANTS G): for the customer that is named, or for the credit's own.
std::string Engine::repair(const Command& command) {
  std::optional<std::string> id = credit_id_from_ref(command.credit);
  std::optional<CreditRow> credit = id ? read().credit_by_id(*id) : std::nullopt;
  if (!credit) return "there is no credit " + command.credit;
  if (command.text.empty()) return "say why: a repair has a reason";
  bool locked = !planted(Bug::b14_no_saga_lock);
  if (locked && open_repair(credit->no)) return credit->ref + " is being repaired already (G1)";
  bool journey = !locked || credit->state == "available" || credit->state == "complete" || credit->state == "held";
  if (!journey) return credit->ref + " is " + credit->state + ": there is nothing to repair yet";
  if (credit->reason.starts_with("cancelling"))
    return credit->ref + " was cancelled by its source: retry its case, which ends it";
  std::int64_t customer = credit->customer;
  if (identity::Identifiers given = normalised(command.email, command.phone, command.loyalty, credit->store);
      given.any()) {
    std::set<std::int64_t> known;
    for (const std::string& digest : digests(given))
      if (auto one = read().customer_by_digest(digest)) known.insert(*one);
    if (known.size() != 1)
      return known.empty()
                 ? "no credit led to this customer yet, and the hub knows no others: check the spelling, or give them goodwill first"
                 : "these identifiers belong to different customers";
    customer = *known.begin();
  }
  if (customer == 0) return credit->ref + " has no customer; link its case instead";
  const EffectRow* issued = nullptr;
  Effects effects = read().effects(credit->no);
  std::vector<HopRow> hops = read().hops(credit->no);
  const HopRow* issuing = issuing_hop(hops);
  for (const EffectRow& effect : effects) {
    bool puts = effect.op == "issue" || effect.op == "read";
    if (puts && issuing && effect.hop == issuing->id) issued = &effect;  // the newest generation
    if (puts && issuing && effect.hop != issuing->id && effect.state != "rejected")
      return credit->ref + ": a copy of it is at " + system_of(effect) +
             ", and no repair reaches that; cancel it at its source, and issue it anew";
    if (effect.open && effect.op != "record") return credit->ref + ": its " + effect.op + " is still under way";
  }
  if (was_voided(*credit, credit->instrument))
    return credit->ref +
           ": an earlier repair ended what it was on, and nothing was left there to issue anew; what came back since is in a case";
  if (!issued || issued->state != "verified")
    return credit->ref + " is not proven to be issued; retry its case, which looks again";
  start_repair(*credit, issued->generation, customer, command.text, command.actor);
  return {};
}

void Engine::start_repair(const CreditRow& credit, std::int64_t generation, std::int64_t customer,
                          const std::string& reason, const std::string& actor) {
  journal::RepairOpened opened;
  opened.repair = s_.store.next_repair();
  opened.credit = credit.no;
  opened.round = static_cast<std::int64_t>(read().repairs(credit.no).size()) + 1;
  opened.generation = generation;
  opened.customer = customer;
  opened.reissue = setup_.reissue;
  opened.reason = reason;
  note(credit.id, actor, opened);
  leave_all(credit.no);  // a hop that looks for its customer starts anew after it, or never
  move(credit, "repairing", reason, true);
  touch(credit.no);
}

/// What this person did that makes the amount theirs, or whose it is: then somebody else has to look at it.
const char* Engine::part_in(const CreditRow& credit, const std::string& actor) {
  std::vector<journal::PostingRow> postings = read().postings(credit.no);
  std::optional<journal::Reader::Event> accepted =
      read().first_event(credit.id, journal::CreditAccepted::kKind, postings.empty() ? 1 : postings.front().seq);
  if (accepted && accepted->actor == actor) return "sent this credit";
  identity::Identifiers newest = identifiers(credit.no);
  bool said = newest.told_by == actor ||
              std::ranges::find(newest.before, actor, &identity::Identifiers::told_by) != newest.before.end();
  for (const CaseRow& known : read().cases_of(credit.no))
    said = said || (is_identity(known.kind) && known.state == "closed" && known.closed_by == actor);
  return said ? "said whose this credit is" : nullptr;
}

/// G11, M9: another person than the one who asked.
std::string Engine::approve(const Command& command, const CaseRow& row, const CreditRow& credit) {
  if (!row.word_by.empty()) return approve_word(command, row, credit);
  if (row.kind != "approval") return "case " + std::to_string(row.no) + " asks for no approval";
  if (credit.state == "closed") return credit.ref + " is closed: there is nothing to approve any more";
  std::optional<RepairRow> repair = open_repair(credit.no);
  if (repair && repair->asked_by == command.actor)
    return command.actor + " asked for it: another person must approve, with a token of their own";
  if (const char* part = repair ? nullptr : part_in(credit, command.actor))
    return command.actor + " " + part + ": another person must approve, with a token of their own";
  if (command.dry) return repair ? "" : retry(command, credit);
  journal::CreditApproved approved;
  approved.credit = credit.no;
  approved.repair = repair ? repair->no : 0;
  note(credit.id, command.actor, approved);
  if (!repair) return retry(command, as_noted(credit));
  journal::CaseClosed closed;
  closed.case_no = row.no;
  closed.why = "approved by " + command.actor;
  note(credit.id, command.actor, closed);
  touch(credit.no);
  return {};
}

/// Ends a repair of which nothing was sent: the credit goes on as it was (G7). What a person gave above a ceiling is taken back.
std::string Engine::refuse(const Command& command, const CaseRow& row, const CreditRow& credit) {
  if (!row.word_by.empty()) return refuse_word(command, row, credit);
  std::optional<RepairRow> repair = open_repair(credit.no);
  if (!repair && row.kind == "approval" && credit.source == kManualSource) return take_back(command, credit);
  if (!repair || (row.kind != "approval" && row.kind != "repair"))
    return row.kind == "approval" ? "this can only be approved, or cancelled at its source"
                                  : "case " + std::to_string(row.no) + " is about nothing that could be refused";
  if (command.text.empty()) return "say why: a refusal has a reason";
  bool sent = std::ranges::any_of(read().effects(credit.no), [&](const EffectRow& effect) {
    return of_repair(effect, *repair) &&
           (effect.state != "rejected" || std::ranges::any_of(read().calls(effect.no), took_effect));
  });
  if (sent || repair->removed) return "this repair has sent something already: it can only go on; retry it";
  if (command.dry) return {};
  journal::RepairMoved moved;
  moved.repair = repair->no;
  moved.state = "cancelled";
  moved.why = "refused by " + command.actor + ": " + command.text;
  note(credit.id, command.actor, moved);
  for (const CaseRow& open : read().cases_of(credit.no)) {
    if (open.state != "open" || (open.kind != "approval" && open.kind != "repair")) continue;
    journal::CaseClosed closed;
    closed.case_no = open.no;
    closed.why = moved.why;
    note(credit.id, command.actor, closed);
  }
  journal::CreditMoved back;
  back.credit = credit.no;
  back.state = credit.cancel_noted ? "cancelling" : "available";
  back.reason = credit.cancel_noted ? "cancelled by the source" : "";
  back.active = true;
  note(credit.id, command.actor, back);
  touch(credit.no);
  return {};
}

/// A case that says what the credit still suffers from is not closed by saying so.
std::string Engine::close(const Command& command, const CaseRow& row, const CreditRow& credit) {
  if (command.text.empty()) return "say why: a case is closed with a reason";
  if (row.kind == "approval") return "this case asks for an answer: approve or refuse it";
  if (row.kind == "sla")
    if (std::string why = late(credit); !why.empty())
      return credit.ref + " is still late (" + why + "); the case closes by itself when it is there";
  bool told_only = row.kind == "conflict" || row.kind == "collision" || row.kind == "late";
  bool suffers = credit.state == "held" || credit.state == "unresolved";
  for (const HopRow& hop : read().hops(credit.no)) suffers = suffers || hop.state == "held";
  if (!told_only && suffers && credit.state != "closed")
    return credit.ref + " is still " + (credit.state == "unresolved" ? "unresolved" : "held") +
           ": link or retry it; the case closes by itself when the cause is gone";
  if (command.dry) return {};
  journal::CaseClosed closed;
  closed.case_no = row.no;
  closed.why = command.text;
  note(credit.id, command.actor, closed);
  return {};
}

}  // namespace handoff::engine
