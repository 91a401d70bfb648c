// Whether another system says somebody else (T4): the one that found the customer by the address may know no phones, and
// another holds the phone as somebody else's. (docs/adr/0013-identity-evidence.md)

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

/// Empty if the credit needs its customer no more: then the look ends here.
std::optional<journal::CreditRow> Engine::still_sought(std::int64_t no) {
  std::optional<journal::CreditRow> credit = read().credit(no);
  if (credit && (credit->state == "accepted" || credit->state == "unresolved")) return credit;
  busy_.erase({no, "identity"});
  leave(no, "");
  return std::nullopt;
}

FindCustomerInput Engine::question(const identity::Identifiers& sought) {
  FindCustomerInput out;
  out.email = sought.email_to_ask();
  out.phone = sought.phone_to_ask();
  out.loyalty = sought.loyalty_to_ask();
  return out;
}

void Engine::found_at(const journal::CreditRow& credit, const Connector& connector, identity::Match match,
                      const identity::Identifiers& sought) {
  const identity::Rules& rules = setup_.identity_rules;
  identity::Person person = identity::person(match.exact.front(), rules, rules.region);
  ask_others(credit, {&connector, std::move(match), sought, std::move(person)});
}

/// The next system that can look for what is on no record yet. Those before the one that found the customer know nobody.
const Connector* Engine::next_to_ask(Found& found) const {
  std::vector<identity::Field> open = identity::unconfirmed(found.sought, found.person);
  bool behind = found.asked != 0;
  while (found.asked < setup_.identity_lookup.size()) {
    const Connector* connector = setup_.connector(setup_.identity_lookup[found.asked++]);
    const std::vector<std::string>& by = connector->operation("find_customer")->by;
    if (behind && std::ranges::any_of(open, [&](identity::Field field) {
          return by.empty() || std::ranges::find(by, identity::name(field)) != by.end();
        }))
      return connector;
    behind = behind || connector == found.by;
  }
  return nullptr;
}

void Engine::ask_others(const journal::CreditRow& credit, Found found) {
  const Connector* other = next_to_ask(found);
  if (!other) {
    busy_.erase({credit.no, "identity"});
    std::int64_t customer = adopt_customer(*found.by, found.match.exact.front(), found.sought);
    return resolved(credit, customer, found.match.evidence + " at " + found.by->name + found.evidence);
  }
  json::Value asked = encode(question(found.sought));
  start_read(*other, "find_customer", asked, urgent(credit.no),
             [this, no = credit.no, found = std::move(found), other](ReadOutcome outcome) {
               if (auto now_credit = still_sought(no)) other_answered(*now_credit, found, *other, outcome);
             });
}

void Engine::other_answered(const journal::CreditRow& credit, Found found, const Connector& other, const ReadOutcome& outcome) {
  std::pair<std::int64_t, std::string> item(credit.no, "identity");
  FindCustomerResult there;
  if (!outcome.ok || !decode(outcome.result, there).empty()) {
    busy_.erase(item);
    if (credit.state == "unresolved") return;  // the next pass asks again
    int tries = look_tries_[item]++;
    if (tries < kHopelessLooks) return later(backoff(tries), 'c', credit.no);
    return unresolved(credit, "unconfirmed", with_listed(candidates_of(*found.by, found.match, found.sought), found.sought));
  }
  if (!identity::says_another(found.sought, found.person, there.candidates, setup_.identity_rules)) {
    found.evidence += ", nobody else at " + other.name;
    return ask_others(credit, std::move(found));
  }
  busy_.erase(item);
  identity::Match match = identity::match(found.sought, there.candidates, setup_.identity_rules);
  std::vector<journal::CaseCandidate> both = candidates_of(*found.by, found.match, found.sought);
  std::ranges::move(candidates_of(other, match, found.sought), std::back_inserter(both));
  unresolved(credit, "contradiction", with_listed(std::move(both), found.sought));
}

}  // namespace handoff::engine
