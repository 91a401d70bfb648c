// Whether another system says somebody else (T4): the one that found the customer by the address may know no phones, and
// another holds the phone as somebody else's. (docs/adr/0013-identity-evidence.md)

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

/// Empty if the look ends here: the credit needs its customer no more, or something else than `newest` was told while
/// the system was asked (N2). What it then found may be somebody whose address was a slip; the credit looks anew.
std::optional<CreditRow> Engine::still_sought(std::int64_t no, const identity::Identifiers& newest) {
  std::optional<CreditRow> credit = read().credit(no);
  bool sought = credit && (credit->state == "accepted" || credit->state == "unresolved");
  bool amended = sought && digests(identifiers(no)) != digests(newest);
  if (sought && !amended) return credit;
  busy_.erase({no, "identity"});
  if (amended)
    touch(no);
  else
    leave(no, "");
  return std::nullopt;
}

bool can_look_by(const Connector& connector, const FindCustomerInput& way) {
  const OperationSheet* finds = connector.operation("find_customer");
  if (!finds || finds->by.empty()) return finds != nullptr;
  return std::ranges::any_of(finds->by, [&](const std::string& one) {
    return !(one == "email" ? way.email : one == "phone" ? way.phone : way.loyalty).empty();
  });
}

/// What the records of the copied list hold that may be meant, in their own spelling.
std::vector<CustomerInfo> Engine::listed_as(const identity::Identifiers& sought) {
  std::vector<CustomerInfo> out;
  const Connector* connector = customers_from();
  if (!connector) return out;
  for (const identity::Person* one : people_.sharing(sought)) {
    if (out.size() == kCandidatesKept) break;
    std::optional<identity::Record> kept = kept_customer(*connector, one->id);
    if (!kept) continue;
    out.push_back(kept->as_held(sought));
    for (const identity::Identifiers& second : sought.beside) out.push_back(kept->as_held(second));
  }
  return out;
}

/// In every spelling that may stand there: who is passed over cannot contradict. The answer is whom all of them found.
void Engine::ask_for_customer(const Connector& connector, const identity::Identifiers& sought, bool urgent,
                              std::function<void(ReadOutcome)> then) {
  std::vector<FindCustomerInput> ways = identity::ways_to_ask(sought, setup_.identity_rules, listed_as(sought));
  for (std::size_t at = ways.size(); at-- > 1;)
    if (!can_look_by(connector, ways[at])) ways.erase(ways.begin() + static_cast<std::ptrdiff_t>(at));
  ask_each_way(connector, std::move(ways), 0, FindCustomerResult(), urgent, std::move(then));
}

void Engine::ask_each_way(const Connector& connector, std::vector<FindCustomerInput> ways, std::size_t at,
                          FindCustomerResult found, bool urgent, std::function<void(ReadOutcome)> then) {
  json::Value asked = encode(ways[at]);
  start_read(
      connector, "find_customer", asked, urgent,
      [this, &connector, ways = std::move(ways), at, found = std::move(found), urgent, then](ReadOutcome outcome) {
        FindCustomerResult all = found, there;
        if (!outcome.ok || !decode(outcome.result, there).empty()) return then(std::move(outcome));
        std::ranges::move(there.candidates, std::back_inserter(all.candidates));
        if (at + 1 < ways.size()) return ask_each_way(connector, ways, at + 1, std::move(all), urgent, then);
        outcome.result = encode(all);
        then(std::move(outcome));
      });
}

/// By what stands at `sought` of `told`. Nobody was found by what stands before it.
void Engine::found_at(const CreditRow& credit, const Connector& connector, identity::Match match,
                      const std::vector<identity::Identifiers>& told, std::size_t sought) {
  const identity::Rules& rules = setup_.identity_rules;
  identity::Person person = identity::person(match.exact.front(), rules, rules.region);
  std::vector<identity::Identifiers> rest(told.begin() + static_cast<std::ptrdiff_t>(sought) + 1, told.end());
  ask_others(credit, {&connector, std::move(match), told[sought], told.front(), std::move(rest), std::move(person)});
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

/// Two messages that name two customers, before either was looked for: nobody knows which of them was the slip (N3).
const Connector* Engine::next_for_the_rest(Found& found, identity::Identifiers& about) const {
  // Who has all of it is meant by it, whoever else shares it: a person names one of a family.
  if (found.rest_asked == 0)
    std::erase_if(found.rest,
                  [&](const identity::Identifiers& one) { return identity::unconfirmed(one, found.person).empty(); });
  while (!found.rest.empty()) {
    about = found.rest.front();
    const Connector* next = setup_.connector(setup_.identity_lookup[found.rest_asked++]);
    if (found.rest_asked == setup_.identity_lookup.size()) {
      found.rest.erase(found.rest.begin());
      found.rest_asked = 0;
    }
    FindCustomerInput plainly;
    plainly.email = about.email;
    plainly.phone = about.phone;
    plainly.loyalty = about.loyalty;
    if (can_look_by(*next, plainly)) return next;
  }
  return nullptr;
}

void Engine::ask_others(const CreditRow& credit, Found found) {
  identity::Identifiers about = found.sought;
  const Connector* other = next_to_ask(found);
  if (!other) other = next_for_the_rest(found, about);
  if (!other) {
    busy_.erase({credit.no, "identity"});
    std::int64_t customer = adopt_customer(*found.by, found.match.exact.front(), found.sought, false);
    return resolved(credit, customer, found.match.evidence + " at " + found.by->name + found.evidence);
  }
  ask_for_customer(*other, about, urgent(credit.no),
                   [this, no = credit.no, found = std::move(found), about, other](ReadOutcome outcome) {
                     if (auto now_credit = still_sought(no, found.newest))
                       other_answered(*now_credit, found, *other, about, outcome);
                   });
}

void Engine::other_answered(const CreditRow& credit, Found found, const Connector& other,
                            const identity::Identifiers& about, const ReadOutcome& outcome) {
  FindCustomerResult there;
  if (!outcome.ok || !decode(outcome.result, there).empty())
    return not_told(credit, other, outcome,
                    with_listed(candidates_of(*found.by, found.match, found.sought), found.sought), true);
  if (&other == found.by)
    std::erase_if(there.candidates, [&](const CustomerInfo& one) { return one.id == found.match.exact.front().id; });
  // Whoever holds what was found by, and this as well, is the same person.
  identity::Identifiers together = found.sought;
  together.beside.push_back(about);
  if (!identity::says_another(together, found.person, there.candidates, setup_.identity_rules)) {
    if (&other != found.by) found.evidence += ", nobody else at " + other.name;
    return ask_others(credit, std::move(found));
  }
  busy_.erase({credit.no, "identity"});
  identity::Match match = identity::match(about, there.candidates, setup_.identity_rules);
  std::vector<journal::CaseCandidate> both = candidates_of(*found.by, found.match, found.sought);
  std::ranges::move(candidates_of(other, match, about), std::back_inserter(both));
  unresolved(credit, "contradiction", with_listed(std::move(both), found.sought));
}

}  // namespace handoff::engine
