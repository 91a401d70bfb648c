// What an audit found, as a case (docs/adr/0018-live-audit.md).

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {
constexpr const char* kGap = "gap";
}  // namespace

/// What an audit found of a credit is a task of its store. Not beside a case that is open already, and not again after a
/// person has closed the same (C6).
std::string Engine::open_gap(const Command& command) {
  if (command.credit.empty()) return open_gap_of_nobody(command);
  std::optional<std::string> id = credit_id_from_ref(command.credit);
  std::optional<CreditRow> credit = id ? read().credit_by_id(*id) : std::nullopt;
  if (!credit) return "there is no credit " + command.credit;
  for (const CaseRow& known : read().cases_of(credit->no)) {
    if (known.state == "open") return "it has case " + std::to_string(known.no) + " already";
    if (known.kind == kGap && known.reason == command.text && known.closed_by != command.actor)
      return "case " + std::to_string(known.no) + " of it was closed by " + known.closed_by;
  }
  open_case(*credit, kGap, command.text, "store");
  return {};
}

/// Made by hand in a system behind: no store issued it, whoever runs the systems looks into it.
std::string Engine::open_gap_of_nobody(const Command& command) {
  std::string reason = command.name + ": " + command.text;
  for (const CaseRow& known : read().gaps_of_nobody(command.name)) {
    if (known.state == "open") return "it has case " + std::to_string(known.no) + " already";
    if (known.reason == reason && known.closed_by != command.actor)
      return "case " + std::to_string(known.no) + " of it was closed by " + known.closed_by;
  }
  journal::CaseOpened opened;
  opened.case_no = s_.store.next_case();
  opened.kind = kGap;
  opened.reason = reason;
  opened.role = "ops";
  opened.deadline = now_ + kDayMs;
  note("", command.actor, opened);
  return {};
}

void Engine::close_gap_of_nobody(const Command& command) {
  for (const CaseRow& known : read().gaps_of_nobody(command.name)) {
    if (known.state != "open") continue;
    journal::CaseClosed closed;
    closed.case_no = known.no;
    closed.why = command.text;
    note("", command.actor, closed);
  }
}

std::string Engine::close_gap(const Command& command) {
  if (command.credit.empty()) {
    close_gap_of_nobody(command);
    return {};
  }
  std::optional<std::string> id = credit_id_from_ref(command.credit);
  std::optional<CreditRow> credit = id ? read().credit_by_id(*id) : std::nullopt;
  if (!credit) return "there is no credit " + command.credit;
  for (const CaseRow& known : read().cases_of(credit->no)) {
    if (known.state != "open" || known.kind != kGap) continue;
    journal::CaseClosed closed;
    closed.case_no = known.no;
    closed.why = command.text;
    note(credit->id, command.actor, closed);
  }
  return {};
}

}  // namespace handoff::engine
