// What people decide about a case (INVARIANTS E: HELD leaves only by a journalled decision; B7: each has an actor).
// None of it sends anything by itself: `link` adds identifiers, `retry` looks again, `close` notes a reason.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

bool is_over(const std::string& state) { return state == "held" || state == "rejected"; }

/// Where a held credit goes on.
std::string state_before(const journal::CreditRow& credit, const std::vector<journal::HopRow>& hops) {
  if (credit.reason.starts_with("cancelling")) return "cancelling";
  if (credit.customer == 0) return "accepted";
  if (hops.empty()) return "resolved";
  bool issued = std::ranges::any_of(hops, [](const journal::HopRow& hop) {
    return (hop.op == "issue" || hop.op == "read") && hop.state == "done";
  });
  return issued ? "available" : "routed";
}

}  // namespace

/// Empty if it was done, else why not.
std::string Engine::decide(const Command& command) {
  std::optional<journal::CaseRow> row = read().case_of(command.number);
  if (!row) return "there is no case " + std::to_string(command.number);
  if (row->state != "open") return "case " + std::to_string(command.number) + " is closed: " + row->closed_why;
  std::optional<journal::CreditRow> credit = read().credit(row->credit);
  if (!credit) return "the case's credit is gone";
  switch (command.kind) {
    case Command::Kind::link_customer:
      return link(command, *credit);
    case Command::Kind::retry:
      return retry(command, *credit);
    default:
      return close(command, *row, *credit);
  }
}

std::string Engine::link(const Command& command, const journal::CreditRow& credit) {
  if (credit.state != "unresolved" && credit.state != "accepted")
    return credit.ref + " is " + credit.state + ": its customer is settled";
  identity::Identifiers given = identity::normalise(command.email, command.phone, command.loyalty);
  if (!given.unusable.empty()) return given.unusable.front();
  if (!given.any()) return "give an e-mail, a phone with country code or a loyalty id";
  return amend(command.actor, credit, std::move(given)) ? "" : "these identifiers were given before and led to nobody";
}

/// P3, P5: what was refused is sent under a new revision; what may have happened is looked up, and nothing else.
std::string Engine::retry(const Command& command, const journal::CreditRow& credit) {
  std::vector<journal::HopRow> hops = read().hops(credit.no);
  bool any = credit.state == "held";
  for (const journal::HopRow& hop : hops) any = any || hop.state == "held";
  if (!any) return credit.ref + " is " + credit.state + " and nothing of it is held";
  std::vector<journal::EffectRow> effects = read().effects(credit.no);
  for (const journal::HopRow& hop : hops) {
    if (hop.state != "held") continue;
    journal::HopMoved moved;
    moved.credit = credit.no;
    moved.hop = hop.id;
    moved.state = "waiting";
    for (const journal::EffectRow& effect : effects) {
      if (effect.hop != hop.id) continue;
      moved.state = "running";
      moved.effect = effect.no;
      if (is_over(effect.state)) reopen(command.actor, credit, effect);
    }
    note(credit.id, command.actor, moved);
  }
  for (const journal::CaseRow& open : read().cases_of(credit.no)) {
    if (open.state != "open" || open.kind == "conflict" || open.kind == "collision") continue;
    journal::CaseClosed closed;
    closed.case_no = open.no;
    closed.why = "retried by " + command.actor;
    note(credit.id, command.actor, closed);
  }
  if (credit.state == "held") {
    journal::CreditMoved moved;
    moved.credit = credit.no;
    moved.state = state_before(credit, hops);
    moved.reason = moved.state == "cancelling" ? "cancelled by the source" : "";
    moved.active = true;
    note(credit.id, command.actor, moved);
  }
  touch(credit.no);
  return {};
}

void Engine::reopen(const std::string& actor, const journal::CreditRow& credit, const journal::EffectRow& effect) {
  bool unknown = std::ranges::any_of(read().calls(effect.no),
                                     [](const journal::CallRow& call) { return call.state == "held"; });
  journal::EffectReopened event;
  event.effect = effect.no;
  event.state = effect.applied ? "applied" : unknown ? "unknown" : "intent";
  note(credit.id, actor, event);
  later(0, 'e', effect.no);
}

/// A case that says what the credit still suffers from is not closed by saying so.
std::string Engine::close(const Command& command, const journal::CaseRow& row, const journal::CreditRow& credit) {
  if (command.text.empty()) return "say why: a case is closed with a reason";
  bool told_only = row.kind == "conflict" || row.kind == "collision";
  if (!told_only && (credit.state == "held" || credit.state == "unresolved"))
    return credit.ref + " is still " + credit.state + ": link or retry it; the case closes by itself when the cause is gone";
  journal::CaseClosed closed;
  closed.case_no = row.no;
  closed.why = command.text;
  note(credit.id, command.actor, closed);
  return {};
}

}  // namespace handoff::engine
