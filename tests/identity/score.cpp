#include "tests/identity/score.hpp"

#include <algorithm>

namespace handoff::identity_set {

namespace {

void count(Counts& to, const Entry& entry, const identity::Judgement& said, bool right) {
  ++to.entries;
  to.linked += said.links ? 1u : 0u;
  to.wrong += said.links && !right ? 1u : 0u;
  if (entry.linkable == "yes") {
    ++to.linkable;
    to.linkable_linked += said.links ? 1u : 0u;
  }
  if (!said.links && !entry.persons.empty()) {
    ++to.parked_with_person;
    to.person_first += right ? 1u : 0u;
  }
}

}  // namespace

identity::Rules rules_of_the_set() {
  identity::Rules out;
  out.email.ignore_dots = {"gmail.com"};
  out.email.ignore_plus = {"gmail.com", "outlook.com"};
  out.loyalty = {{"card", "################", identity::CheckDigit::luhn},
                 {"club", "G#########", identity::CheckDigit::mod11},
                 {"house", "HX##########", identity::CheckDigit::mod97}};
  return out;
}

void fill(identity::Index& index, const Set& set, const identity::Rules& rules, const std::string& region) {
  for (const Record& one : set.records) {
    CustomerInfo record;
    record.id = one.id;
    record.email = one.email;
    record.phone = one.phone;
    record.loyalty = one.loyalty;
    index.put(identity::person(record, rules, region.empty() ? one.region : region));
  }
}

Score score(const Set& set, const identity::Rules& rules, const std::string& region) {
  identity::Index index;
  fill(index, set, rules, region);
  Score out;
  for (const Entry& entry : set.entries) {
    identity::Judgement said =
        index.find(identity::normalise(entry.email, entry.phone, entry.loyalty, rules, entry.region));
    bool right =
        !said.ranked.empty() && std::ranges::find(entry.persons, said.ranked.front().id) != entry.persons.end();
    count(out.all, entry, said, right);
    count(out.by_kind[entry.kind], entry, said, right);
    if (said.links && !right) out.wrong.push_back(entry.id);
    if (!said.links && entry.linkable == "yes") out.missed.push_back(entry.id);
  }
  return out;
}

}  // namespace handoff::identity_set
