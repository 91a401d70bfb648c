#pragma once
// Who of these candidates is meant, and why. Pure, in whole numbers.
//
// Each identifier that was given is compared with what a candidate's record holds:
//
//   equal       +100   the normal forms are the same
//   extension    +40   the same number behind another extension: a colleague's, or the switchboard's
//   perhaps      +40   a number that the record holds without its country code ends like it
//   near         +30   a typing error apart (typos.hpp)
//   differs      -30
//   absent         0   the record holds none; -10 if all that is shared is a phone
//
// near and differs contradict. Exactly one candidate with 100 or more and no contradiction links, and only if whoever
// shares an identifier with it shares fewer (a phone of the family beside its owner's e-mail address). Two such, or an
// identifier that says someone else, always park. A typing error never links: it only ranks. Phones are given to new
// owners: one that comes with an address or an id that its record does not hold never links by itself, whatever the points.

#include <array>
#include <cstdint>
#include <handoff/sdk/operations.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity/identifiers.hpp"

namespace handoff::identity {

inline constexpr int kLinks = 100;

enum class Field : std::uint8_t { email, phone, loyalty };
inline constexpr std::array kFields = {Field::email, Field::phone, Field::loyalty};
constexpr std::string_view name(Field field) {
  return field == Field::email ? "email" : field == Field::phone ? "phone" : "loyalty";
}
enum class How : std::uint8_t { equal, extension, perhaps, near, differs, absent };

struct Evidence {
  Field field = Field::email;
  How how = How::equal;
  friend bool operator==(const Evidence&, const Evidence&) = default;
};
/// "email equal", "phone a typing error apart".
std::string words(const Evidence& evidence);
/// "email equal, phone differs (rule 4)".
std::string words(const std::vector<Evidence>& evidence);

/// What one record says, in normal forms. More than one of a kind where records were merged.
struct Person {
  std::string id;
  std::vector<std::string> emails, phones, loyalties;
  std::vector<std::string> unread_phones = {};  // digits of what is no number of the region that read them

  const std::vector<std::string>& of(Field field) const {
    return field == Field::email ? emails : field == Field::phone ? phones : loyalties;
  }
};
/// `region` reads phones that the record holds without a country code.
Person person(const CustomerInfo& record, const Rules& rules, const std::string& region);
/// Of normal forms.
Person person(std::string id, const Identifiers& record);

struct Candidate {
  std::string id;
  int score = 0;
  bool contradicted = false;
  std::vector<Evidence> evidence;
};

struct Judgement {
  std::vector<Candidate> ranked;  // best first; only those that share or nearly share something
  bool links = false;             // then ranked.front() is the customer
  std::string reason;             // otherwise: no_match, ambiguous, contradiction, unconfirmed
};
/// Whom an index found under what was told.
struct Sharing : std::vector<const Person*> {
  Sharing() = default;
  bool crowded = false;  // not all of them: more than anybody's family
};

/// Persons with the same id are one. Nobody of a crowd links: one who was left out could be meant.
Judgement judge(const Identifiers& wanted, const Sharing& persons);
Judgement judge(const Identifiers& wanted, const std::vector<const Person*>& persons);

/// The judgement over a vendor's answer.
struct Match {
  std::vector<CustomerInfo> exact;  // the one that links, or nobody
  std::string evidence;             // "email equal (rule 4)"
  std::string reason;               // when nobody: as above
  std::vector<Candidate> ranked;
};
Match match(const Identifiers& wanted, const std::vector<CustomerInfo>& candidates, const Rules& rules);

/// Whether the one that links is proven by one of these kinds.
bool links_by(const Match& match, std::initializer_list<Field> kinds);

/// What was given and the record of who links does not hold: another system may hold it as somebody else's.
std::vector<Field> unconfirmed(const Identifiers& wanted, const Person& found);
/// Whether another system's answer says somebody else than `found`, whom one system's links. Who shares the address or the
/// id with `found` and contradicts nothing is the same person: what their record holds is `found`'s from then on.
bool says_another(const Identifiers& wanted, Person& found, const std::vector<CustomerInfo>& there, const Rules& rules);

}  // namespace handoff::identity
