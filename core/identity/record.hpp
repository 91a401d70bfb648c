#pragma once
// A customer as one system's list has them, in normal forms: what the hub keeps of that list, sealed.

#include <algorithm>

#include "core/identity/match.hpp"

namespace handoff::identity {

struct Record {
  std::vector<std::string> emails, phones, loyalties;
  std::vector<std::string> former_emails, former_phones, former_loyalties;  // of those who were merged into them

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("emails", self.emails);
    visit("phones", self.phones);
    visit("loyalties", self.loyalties);
    visit("former_emails", self.former_emails);
    visit("former_phones", self.former_phones);
    visit("former_loyalties", self.former_loyalties);
  }
  friend bool operator==(const Record&, const Record&) = default;

  /// What leads to them, now and before.
  Person person(std::string id) const {
    Person out{std::move(id), emails, phones, loyalties};
    add(out.emails, former_emails);
    add(out.phones, former_phones);
    add(out.loyalties, former_loyalties);
    return out;
  }
  /// What the system says of them now; what was merged into them stays.
  void set(const Person& now) {
    emails = now.emails;
    phones = now.phones;
    loyalties = now.loyalties;
  }
  void take_over(const Person& merged) {
    add(former_emails, merged.emails);
    add(former_phones, merged.phones);
    add(former_loyalties, merged.loyalties);
  }

 private:
  static void add(std::vector<std::string>& to, const std::vector<std::string>& more) {
    for (const std::string& one : more)
      if (std::ranges::find(to, one) == to.end()) to.push_back(one);
  }
};

}  // namespace handoff::identity
