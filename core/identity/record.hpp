#pragma once
// A customer as one system's list has them, in normal forms: what the hub keeps of that list, sealed.

#include <algorithm>

#include "core/identity/match.hpp"

namespace handoff::identity {

struct Record {
  std::vector<std::string> emails, phones, loyalties;
  std::vector<std::string> former_emails, former_phones, former_loyalties;  // of those who were merged into them
  std::vector<std::string> unread_phones;
  std::string email_as_held, phone_as_held, loyalty_as_held;  // where it is another spelling

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("emails", self.emails);
    visit("phones", self.phones);
    visit("loyalties", self.loyalties);
    visit("former_emails", self.former_emails);
    visit("former_phones", self.former_phones);
    visit("former_loyalties", self.former_loyalties);
    visit("unread_phones", self.unread_phones);
    visit("email_as_held", self.email_as_held);
    visit("phone_as_held", self.phone_as_held);
    visit("loyalty_as_held", self.loyalty_as_held);
  }
  friend bool operator==(const Record&, const Record&) = default;

  /// What leads to them, now and before.
  Person person(std::string id) const {
    Person out{std::move(id), emails, phones, loyalties, unread_phones};
    add(out.emails, former_emails);
    add(out.phones, former_phones);
    add(out.loyalties, former_loyalties);
    return out;
  }
  /// What the system says of them now; what was merged into them stays.
  void set(const CustomerInfo& now, const Rules& rules) {
    Person read = identity::person(now, rules, rules.region);
    auto spelling = [](const std::string& held, const std::vector<std::string>& forms) {
      return std::ranges::find(forms, held) == forms.end() ? held : std::string();
    };
    email_as_held = spelling(now.email, read.emails);
    phone_as_held = spelling(now.phone, read.phones);
    loyalty_as_held = spelling(now.loyalty, read.loyalties);
    emails = std::move(read.emails);
    phones = std::move(read.phones);
    loyalties = std::move(read.loyalties);
    unread_phones = std::move(read.unread_phones);
  }
  /// What is sought, in the spelling by which its own system finds it.
  CustomerInfo as_held(const Identifiers& sought) const {
    CustomerInfo out;
    auto has = [](const std::vector<std::string>& list, std::string_view value) {
      return std::ranges::find(list, value, [](const std::string& one) { return without_extension(one); }) !=
             list.end();
    };
    if (has(emails, sought.email)) out.email = email_as_held;
    bool perhaps = std::ranges::find(unread_phones, last_digits(sought.phone), last_digits) != unread_phones.end();
    if (perhaps || has(phones, without_extension(sought.phone))) out.phone = phone_as_held;
    if (has(loyalties, sought.loyalty)) out.loyalty = loyalty_as_held;
    return out;
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
