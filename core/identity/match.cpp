#include "core/identity/match.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "core/identity/typos.hpp"

namespace handoff::identity {

namespace {

const std::string& given(const Identifiers& wanted, Field field) {
  return field == Field::email ? wanted.email : field == Field::phone ? wanted.phone : wanted.loyalty;
}

/// Given where the identifier itself is not.
const std::string& doubtful(const Identifiers& wanted, Field field) {
  return field == Field::email   ? wanted.email_doubtful
         : field == Field::phone ? wanted.phone_doubtful
                                 : wanted.loyalty_doubtful;
}

int points(How how) {
  switch (how) {
    case How::equal:
      return 100;
    case How::extension:
    case How::perhaps:
      return 40;
    case How::near:
      return 30;
    case How::absent:
      return 0;
    case How::differs:
      break;
  }
  return -30;
}

How compare(Field field, const std::string& want, const std::string& have) {
  if (want == have) return How::equal;
  if (field == Field::phone && without_extension(want) == without_extension(have)) return How::extension;
  bool near = field == Field::email   ? email_near(want, have)
              : field == Field::phone ? phone_near(want, have)
                                      : one_slip_apart(want, have);
  return near ? How::near : How::differs;
}

/// The best that any value of the record says.
std::optional<How> compare(Field field, const std::string& want, const std::vector<std::string>& have) {
  if (want.empty()) return std::nullopt;
  if (have.empty()) return How::absent;
  How best = How::differs;
  for (const std::string& one : have) best = std::min(best, compare(field, want, one));
  return best;
}

constexpr unsigned bit(Field field) { return 1u << static_cast<unsigned>(field); }

/// A candidate, and which identifiers it shares (a bit for each field).
struct Weighed {
  Candidate candidate;
  unsigned shared = 0;
  unsigned reached = 0;  // and the phone that may be the record's: without country code, or with an extension
  bool absent = false;
};

bool perhaps(const std::string& phone, const Person& person) {
  return std::ranges::find(person.unread_phones, last_digits(phone), last_digits) != person.unread_phones.end();
}

bool extended(const std::string& phone) { return without_extension(phone).size() < phone.size(); }

void weigh(const Identifiers& wanted, const Person& person, Weighed& out) {
  for (Field field : kFields) {
    std::optional<How> how = compare(field, given(wanted, field), person.of(field));
    if (field == Field::phone && how == How::absent && !person.unread_phones.empty())
      how = perhaps(wanted.phone, person) ? How::perhaps : How::differs;
    bool contradicts = how == How::near || how == How::differs;
    if (std::optional<How> doubt = compare(field, doubtful(wanted, field), person.of(field));
        doubt && *doubt <= How::near)
      how = How::near;  // what is not used cannot contradict either
    if (!how) continue;
    out.candidate.evidence.push_back({field, *how});
    out.candidate.score += points(*how);
    out.absent = out.absent || *how == How::absent;
    if (*how == How::equal) out.shared |= bit(field);
    if (*how == How::perhaps || (*how == How::extension && !extended(wanted.phone))) out.reached |= bit(field);
    out.candidate.contradicted = out.candidate.contradicted || contradicts;
  }
}

/// Beside something that the record does not hold: numbers are given to new owners.
bool only_phone(const Weighed& one) { return one.shared == bit(Field::phone) && one.absent; }

Weighed weigh(const Identifiers& wanted, const Person& person) {
  Weighed out;
  out.candidate.id = person.id;
  weigh(wanted, person, out);
  for (const Identifiers& one : wanted.beside) weigh(one, person, out);
  out.reached |= out.shared;
  if (only_phone(out)) out.candidate.score -= 10;
  return out;
}

/// Of two that share as much: an id is nobody else's, an address seldom, a phone often.
int trust(unsigned shared) {
  auto has = [&](Field field) { return (shared & bit(field)) != 0; };
  return (has(Field::loyalty) ? 4 : 0) + (has(Field::email) ? 2 : 0) + (has(Field::phone) ? 1 : 0);
}

bool worth_a_look(const Weighed& one) {
  return std::ranges::any_of(one.candidate.evidence, [](const Evidence& e) { return e.how < How::differs; });
}

bool links(const Weighed& one) {
  return one.shared != 0 && !one.candidate.contradicted && !only_phone(one) && one.candidate.score >= kLinks;
}

/// Why nobody links; empty if `all` has one who does.
std::string why_parked(const std::vector<Weighed>& all) {
  auto sharing = std::ranges::count_if(all, [](const Weighed& one) { return one.shared != 0; });
  if (sharing == 0) return "no_match";
  auto able = std::ranges::count_if(all, links);
  if (able > 1) return "ambiguous";
  if (able == 0) {
    bool contradicted =
        std::ranges::all_of(all, [](const Weighed& one) { return one.shared == 0 || one.candidate.contradicted; });
    return contradicted ? "contradiction" : sharing > 1 ? "ambiguous" : "unconfirmed";
  }
  const Weighed& best = *std::ranges::find_if(all, links);
  for (const Weighed& other : all) {
    if (&other == &best) continue;
    if ((other.reached & ~best.shared) != 0) return "contradiction";
    if (other.reached == best.shared) return "ambiguous";
  }
  return {};
}

void remember(std::vector<std::string>& list, std::string value) {
  if (!value.empty() && std::ranges::find(list, value) == list.end()) list.push_back(std::move(value));
}

void take_over(Person& into, Person&& from) {
  for (std::string& one : from.emails) remember(into.emails, std::move(one));
  for (std::string& one : from.phones) remember(into.phones, std::move(one));
  for (std::string& one : from.loyalties) remember(into.loyalties, std::move(one));
  for (std::string& one : from.unread_phones) remember(into.unread_phones, std::move(one));
}

/// Records with the same id are one person.
std::vector<Person> persons(const std::vector<CustomerInfo>& records, const Rules& rules) {
  std::vector<Person> out;
  std::unordered_map<std::string, std::size_t> at;
  for (const CustomerInfo& record : records) {
    Person next = person(record, rules, rules.region);
    auto [known, fresh] = at.emplace(next.id, out.size());
    if (fresh)
      out.push_back(std::move(next));
    else
      take_over(out[known->second], std::move(next));
  }
  return out;
}

}  // namespace

std::string words(const Evidence& evidence) {
  std::string field(name(evidence.field));
  switch (evidence.how) {
    case How::equal:
      return field + " equal";
    case How::extension:
      return field + " equal but for the extension";
    case How::perhaps:
      return field + " perhaps equal, kept without country code";
    case How::near:
      return field + " a typing error apart";
    case How::absent:
      return field + " not on record";
    case How::differs:
      break;
  }
  return field + " differs";
}

std::string words(const std::vector<Evidence>& evidence) {
  std::string out;
  for (const Evidence& one : evidence) out += (out.empty() ? "" : ", ") + words(one);
  return out + " (rule " + std::to_string(kRuleVersion) + ")";
}

Person person(const CustomerInfo& record, const Rules& rules, const std::string& region) {
  Person out = person(record.id, normalise(record.email, record.phone, record.loyalty, rules, region));
  if (out.phones.empty()) remember(out.unread_phones, unread_digits(record.phone));
  return out;
}

Person person(std::string id, const Identifiers& record) {
  Person out;
  out.id = std::move(id);
  remember(out.emails, record.email);
  remember(out.phones, record.phone);
  remember(out.loyalties, record.loyalty);
  for (const Identifiers& one : record.beside) take_over(out, person({}, one));
  return out;
}

Judgement judge(const Identifiers& wanted, const std::vector<const Person*>& persons) {
  std::vector<Weighed> all;
  std::unordered_set<std::string_view> seen;
  for (const Person* one : persons) {
    if (!seen.insert(one->id).second) continue;
    Weighed weighed = weigh(wanted, *one);
    if (worth_a_look(weighed)) all.push_back(std::move(weighed));
  }
  Judgement out;
  out.reason = why_parked(all);
  out.links = out.reason.empty();
  // Who links comes first, whatever the others nearly share.
  std::ranges::sort(all, [](const Weighed& a, const Weighed& b) {
    if (links(a) != links(b)) return links(a);
    if (a.candidate.score != b.candidate.score) return a.candidate.score > b.candidate.score;
    if (a.shared != b.shared) return trust(a.shared) > trust(b.shared);
    return a.candidate.id < b.candidate.id;
  });
  for (Weighed& one : all) out.ranked.push_back(std::move(one.candidate));
  return out;
}

Judgement judge(const Identifiers& wanted, const Sharing& persons) {
  Judgement out = judge(wanted, static_cast<const std::vector<const Person*>&>(persons));
  if (!persons.crowded) return out;
  out.links = false;
  out.reason = "ambiguous";
  return out;
}

Match match(const Identifiers& wanted, const std::vector<CustomerInfo>& candidates, const Rules& rules) {
  std::vector<Person> all = persons(candidates, rules);
  std::vector<const Person*> pointers;
  for (const Person& one : all) pointers.push_back(&one);
  Judgement judgement = judge(wanted, pointers);
  Match out;
  out.reason = judgement.reason;
  out.ranked = std::move(judgement.ranked);
  if (!judgement.links) return out;
  out.exact.push_back(*std::ranges::find(candidates, out.ranked.front().id, &CustomerInfo::id));
  out.evidence = words(out.ranked.front().evidence);
  return out;
}

bool links_by(const Match& match, std::initializer_list<Field> kinds) {
  if (match.exact.size() != 1 || match.ranked.empty()) return false;
  return std::ranges::any_of(match.ranked.front().evidence, [&](const Evidence& one) {
    return one.how == How::equal && std::ranges::find(kinds, one.field) != kinds.end();
  });
}

std::vector<Field> unconfirmed(const Identifiers& wanted, const Person& found) {
  std::vector<Field> out;
  for (const Evidence& one : weigh(wanted, found).candidate.evidence)
    if (one.how != How::equal && !given(wanted, one.field).empty())
      out.push_back(one.field);  // what is not used asks nobody
  return out;
}

/// A phone alone does not make two records one person: families share them.
bool says_another(const Identifiers& wanted, Person& found, const std::vector<CustomerInfo>& there,
                  const Rules& rules) {
  const unsigned personal = weigh(wanted, found).shared & (bit(Field::email) | bit(Field::loyalty));
  std::vector<unsigned> others;
  for (Person& one : persons(there, rules)) {
    Weighed weighed = weigh(wanted, one);
    if (!weighed.candidate.contradicted && (weighed.shared & personal) != 0)
      take_over(found, std::move(one));
    else
      others.push_back(weighed.reached);
  }
  const unsigned best = weigh(wanted, found).shared;
  return std::ranges::any_of(others, [&](unsigned reached) { return (reached & ~best) != 0 || reached == best; });
}

}  // namespace handoff::identity
