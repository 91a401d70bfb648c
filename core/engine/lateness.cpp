// What takes longer than it may (DESIGN 1, F2): a case that opens and closes by itself. Looks at a part of what is under way
// at a time, in a round.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

constexpr std::int64_t kLookForLateEvery = 5'000;
constexpr std::int64_t kLookedAt = 500;  // credits, and cases, of one look

/// "5 min" of 300000
std::string duration_text(std::int64_t ms) {
  struct Unit {
    std::int64_t ms;
    const char* name;
  };
  for (const Unit& unit : {Unit{kDayMs, " d"}, Unit{3'600'000, " h"}, Unit{60'000, " min"}, Unit{1000, " s"}})
    if (ms >= unit.ms && ms % unit.ms == 0) return std::to_string(ms / unit.ms) + unit.name;
  return std::to_string(ms) + " ms";
}

}  // namespace

bool Engine::knows_lateness() const {
  for (const routing::Route& route : setup_.routes) {
    if (route.sla_ms != 0) return true;
    for (const routing::Hop& hop : route.hops)
      if (hop.sla_ms != 0) return true;
  }
  return false;
}

/// Empty, or what is late of it: "books.record: later than its 5 min". What is held has a case of its own and is not late.
std::string Engine::late(const CreditRow& credit) {
  if (!credit.active || credit.state == "complete" || credit.state == "repairing") return {};
  std::vector<HopRow> hops = read().hops(credit.no);
  if (credit.state == "cancelling") return late_to_be_gone(credit, hops);
  for (const HopRow& hop : hops) {
    if (hop.sla_ms == 0 || hop.state == "done" || hop.state == "held") continue;
    std::int64_t start = journal::could_start(hop, hops);
    if (start != 0 && now_ - start > hop.sla_ms) return hop.id + ": later than its " + duration_text(hop.sla_ms);
  }
  bool shown_again = !hops.empty() && std::ranges::all_of(hops, [](const HopRow& hop) { return hop.done_at != 0; });
  const routing::Route* route = setup_.route(credit.route);
  if (credit.state == "accepted")  // nobody knows yet whose it is, and its route is written with that
    route = routing::choose(setup_.routes, {"credit.issued", credit.origin, credit.balance_type}).route;
  if (!shown_again && route && route->sla_ms != 0 && now_ - credit.at > route->sla_ms)
    return "route " + route->name + ": later than its " + duration_text(route->sla_ms);
  return {};
}

/// Taking it back goes the way of the hops once more, and has as long as the slowest of them.
std::string Engine::late_to_be_gone(const CreditRow& credit, const std::vector<HopRow>& hops) {
  std::int64_t sla = 0;
  for (const HopRow& hop : hops) sla = std::max(sla, hop.sla_ms);
  if (sla == 0 || now_ - credit.changed_at <= sla) return {};
  std::string what = "taking it back: later than " + duration_text(sla);
  for (const EffectRow& effect : read().effects(credit.no))
    if (effect.open) return what + "; waits for " + effect.hop;
  return what;
}

void Engine::look_for_late() {
  for (const CaseRow& row : read().open_cases("sla", late_cases_after_, kLookedAt)) {
    late_cases_after_ = row.no;
    std::optional<CreditRow> credit = read().credit(row.credit);
    if (!credit || !late(*credit).empty()) continue;
    journal::CaseClosed closed;
    closed.case_no = row.no;
    closed.why = credit->state == "held"     ? "it is held now, and has a case for that"
                 : credit->state == "closed" ? "it is taken back now"
                                             : "it is there now";
    note(credit->id, "engine", closed);
  }
  if (read().open_cases("sla", late_cases_after_, 1).empty()) late_cases_after_ = 0;
  std::vector<std::int64_t> round = read().active_credits(late_after_, kLookedAt);
  late_after_ = static_cast<std::int64_t>(round.size()) < kLookedAt ? 0 : round.back();
  for (std::int64_t no : round) {
    std::optional<CreditRow> credit = read().credit(no);
    std::string why = credit ? late(*credit) : std::string();
    if (!why.empty()) open_case(*credit, "sla", why, "ops");
  }
  later(kLookForLateEvery, 'w', 0);
}

}  // namespace handoff::engine
