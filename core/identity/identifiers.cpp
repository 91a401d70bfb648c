#include "core/identity/identifiers.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/identity/plain_text.hpp"
#include "core/identity/text.hpp"

namespace handoff::identity {

namespace {

std::string why_no_phone(std::string_view text, const std::string& region) {
  if (trim(text).starts_with('+')) return "phone: not a number";
  return region.empty() ? "phone: no country code" : "phone: not a number of " + region;
}

struct Given {
  std::string_view email, phone, loyalty;
};

/// Fields that were exchanged at the register. Only what cannot be anything else is taken from its wrong place: a text
/// with an @, a number where an address should be, an id that a programme's check digit proves.
void put_right(Given& given, const Rules& rules, const std::string& region, std::vector<std::string>& notes) {
  auto address = [&](std::string_view text) { return !normalise_email(text, rules.email).empty(); };
  auto number = [&](std::string_view text) { return !normalise_phone(text, region).empty(); };
  auto proven = [&](std::string_view text) { return proves_itself(text, rules.loyalty); };
  auto exchange = [&](std::string_view& a, std::string_view& b, std::string note) {
    std::swap(a, b);
    notes.push_back(std::move(note));
  };
  if (!address(given.email)) {
    if (address(given.phone))
      exchange(given.email, given.phone, "email and phone were exchanged");
    else if (address(given.loyalty))
      exchange(given.email, given.loyalty, "email and loyalty were exchanged");
  }
  if (!given.email.empty() && !address(given.email)) {
    if (proven(given.email) && !proven(given.loyalty))
      exchange(given.email, given.loyalty, "email and loyalty were exchanged");
    else if (!proven(given.email) && number(given.email) && !number(given.phone))
      exchange(given.email, given.phone, "email and phone were exchanged");
  }
  if (proven(given.phone) && !proven(given.loyalty) && !number(given.phone))
    exchange(given.phone, given.loyalty, "phone and loyalty were exchanged");
}

/// What a text is that is of no use in its own field; nothing where it could be more than one thing.
Identifiers elsewhere(std::string_view text, const Rules& rules, const std::string& region) {
  if (!normalise_email(text, rules.email).empty()) return normalise(text, "", "", rules, region);
  if (proves_itself(text, rules.loyalty)) return normalise("", "", text, rules, region);
  bool mistyped = refused_loyalty(text, rules.loyalty).starts_with("the check digit");
  return mistyped || normalise_phone(text, region).empty() ? Identifiers() : normalise("", text, "", rules, region);
}

/// A second value of a kind, in another's field, was meant for somebody: left out, the credit would go to whoever the
/// first leads to.
bool set_beside(Identifiers& out, std::string_view text, const char* field, const Rules& rules,
                const std::string& region) {
  Identifiers second = elsewhere(text, rules, region);
  for (auto [kind, value] :
       {std::pair("email", &Identifiers::email), {"phone", &Identifiers::phone}, {"loyalty", &Identifiers::loyalty}}) {
    if ((second.*value).empty() || (out.*value).empty()) continue;
    if (second.*value == out.*value) return true;
    out.notes.push_back(std::string(field) + " holds a second " + kind);
    out.beside.push_back(std::move(second));
    return true;
  }
  return false;
}

void once(std::vector<std::string>& spellings, const std::string& one) {
  if (!one.empty() && std::ranges::find(spellings, one) == spellings.end()) spellings.push_back(one);
}

}  // namespace

std::string Identifiers::phone_to_ask() const { return std::string(without_extension(phone)); }

std::vector<FindCustomerInput> ways_to_ask(const Identifiers& told, const Rules& rules,
                                           const std::vector<CustomerInfo>& listed) {
  std::vector<Identifiers> all = told.beside;
  all.insert(all.begin(), told);
  std::vector<std::string> emails, phones, loyalties;
  for (const Identifiers& one : all) {
    once(emails, one.email_to_ask());
    once(phones, one.phone_to_ask());
    once(loyalties, one.loyalty_to_ask());
  }
  for (const Identifiers& one : all) {
    once(emails, one.email);
    once(loyalties, one.loyalty);
    once(loyalties, as_printed(one.loyalty, rules.loyalty));
  }
  for (const CustomerInfo& one : listed) {
    once(emails, one.email);
    once(phones, one.phone);
    once(loyalties, one.loyalty);
  }
  std::vector<FindCustomerInput> out(std::max({emails.size(), phones.size(), loyalties.size()}));
  for (std::size_t i = 0; i < emails.size(); ++i) out[i].email = emails[i];
  for (std::size_t i = 0; i < phones.size(); ++i) out[i].phone = phones[i];
  for (std::size_t i = 0; i < loyalties.size(); ++i) out[i].loyalty = loyalties[i];
  return out;
}

Identifiers normalise(std::string_view email, std::string_view phone, std::string_view loyalty, const Rules& rules,
                      const std::string& region) {
  Identifiers out;
  Given given{trim(email), trim(phone), trim(loyalty)};
  put_right(given, rules, region, out.notes);
  std::tie(email, phone, loyalty) = std::tie(given.email, given.phone, given.loyalty);
  out.email = normalise_email(email, rules.email);
  if (std::string told = folded(bare_address(email)); !out.email.empty() && told != out.email) out.email_as_told = told;
  out.phone = normalise_phone(phone, region);
  out.loyalty = normalise_loyalty(loyalty, rules.loyalty);
  if (!out.loyalty.empty()) out.loyalty_as_told = trim(loyalty);
  if (out.email.empty()) out.email_doubtful = doubtful_email(email, rules.email);
  if (out.phone.empty()) out.phone_doubtful = doubtful_phone(phone, region);
  if (out.loyalty.empty()) out.loyalty_doubtful = doubtful_loyalty(loyalty);
  auto is_left = [&](const std::string& value, std::string_view text, const char* field) {
    return value.empty() && !text.empty() && !set_beside(out, text, field, rules, region);
  };
  bool no_email = is_left(out.email, email, "email"), no_phone = is_left(out.phone, phone, "phone"),
       no_loyalty = is_left(out.loyalty, loyalty, "loyalty");
  if (no_email) out.unusable.push_back("email: not an address");
  if (no_phone) out.unusable.push_back(why_no_phone(phone, region));
  if (no_loyalty) out.unusable.push_back("loyalty: " + refused_loyalty(loyalty, rules.loyalty));
  return out;
}

}  // namespace handoff::identity
