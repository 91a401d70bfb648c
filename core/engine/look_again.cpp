// Customers who come later (INVARIANTS E, UNRESOLVED): who signs up an hour after the return, or whose record is put right
// meanwhile, is found without a person. A pass goes over all open identity cases, oldest first and a few a second; it is
// journalled only if it finds something new.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

constexpr std::int64_t kCasesAtOnce = 8;
constexpr std::int64_t kBetween = 1000;

bool is_about(const CaseRow& one, const std::string& hop) {
  return one.state == "open" && one.kind == "identity" && one.reason.starts_with(hop + ":");
}

}  // namespace

void Engine::look_again() {
  std::vector<CaseRow> cases = read().open_cases("identity", looked_again_, kCasesAtOnce);
  for (const CaseRow& one : cases) {
    looked_again_ = one.no;
    look_again(one);
  }
  if (cases.empty()) looked_again_ = 0;
  later(cases.empty() ? setup_.look_again_ms : kBetween, 'i', 0);
}

void Engine::look_again(const CaseRow& one) {
  std::optional<CreditRow> credit = read().credit(one.credit);
  if (!credit) return;
  if (credit->state == "unresolved") {
    if (!busy_.contains({credit->no, "identity"})) find_owner(*credit, told(credit->no));
    return;
  }
  for (const HopRow& hop : read().hops(credit->no))
    if (is_about(one, hop.id) && waits_for_customer(*credit, hop)) look_again_at(*credit, hop);
}

/// Held since its system does not know the customer; nothing was sent there.
bool Engine::waits_for_customer(const CreditRow& credit, const HopRow& hop) {
  bool on_its_way = credit.state == "available" || (credit.state == "held" && credit.reason == "a hop is held");
  if (!on_its_way || hop.state != "held" || hop.effect != 0) return false;
  return std::ranges::any_of(read().cases_of(credit.no), [&](const CaseRow& open) { return is_about(open, hop.id); });
}

void Engine::look_again_at(const CreditRow& credit, const HopRow& hop) {
  const Connector* connector = setup_.connector_by_id(hop.connector);
  std::pair<std::int64_t, std::string> item(credit.no, hop.id);
  if (!connector || busy_.contains(item)) return;
  busy_.insert(item);
  with_customer(credit, *connector, [this, item](Customer customer) {
    busy_.erase(item);
    touch(item.first);  // a person may have retried the hop meanwhile, and it was passed over
    if (!customer || customer->id.empty()) return;
    std::optional<CreditRow> now_credit = read().credit(item.first);
    if (!now_credit) return;
    for (const HopRow& row : read().hops(item.first))
      if (row.id == item.second && waits_for_customer(*now_credit, row)) customer_came(*now_credit, row);
  });
}

void Engine::customer_came(const CreditRow& credit, const HopRow& hop) {
  journal::HopMoved moved;
  moved.credit = credit.no;
  moved.hop = hop.id;
  moved.state = "waiting";
  note(credit.id, "engine", moved);
  for (const CaseRow& open : read().cases_of(credit.no)) {
    if (!is_about(open, hop.id)) continue;
    journal::CaseClosed closed;
    closed.case_no = open.no;
    closed.why = "the customer is known there now";
    note(credit.id, "engine", closed);
  }
  if (credit.state == "held") move(credit, state_before(credit, read().hops(credit.no)), "", true);
  touch(credit.no);
}

}  // namespace handoff::engine
