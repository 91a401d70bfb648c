#include "core/identity/identifiers.hpp"

#include <tuple>
#include <utility>

#include "core/identity/text.hpp"

namespace handoff::identity {

namespace {

std::string lowered(std::string_view text) {
  std::string out;
  for (char c : trim(text)) out += lower(c);
  return out;
}

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
    if (address(given.phone)) exchange(given.email, given.phone, "email and phone were exchanged");
    if (address(given.loyalty)) exchange(given.email, given.loyalty, "email and loyalty were exchanged");
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

}  // namespace

std::string Identifiers::phone_to_ask() const { return std::string(without_extension(phone)); }

std::vector<Identifiers> ways_to_ask(std::vector<Identifiers> told) {
  std::vector<Identifiers> out;
  for (Identifiers& one : told) {
    out.push_back(one);
    if (!one.email_as_told.empty()) out.push_back(std::move(one)), out.back().email_as_told.clear();
  }
  return out;
}

Identifiers normalise(std::string_view email, std::string_view phone, std::string_view loyalty, const Rules& rules,
                      const std::string& region) {
  Identifiers out;
  Given given{trim(email), trim(phone), trim(loyalty)};
  put_right(given, rules, region, out.notes);
  std::tie(email, phone, loyalty) = std::tie(given.email, given.phone, given.loyalty);
  out.email = normalise_email(email, rules.email);
  if (std::string told = lowered(email); !out.email.empty() && told != out.email) out.email_as_told = told;
  out.phone = normalise_phone(phone, region);
  out.loyalty = normalise_loyalty(loyalty, rules.loyalty);
  if (!out.loyalty.empty()) out.loyalty_as_told = trim(loyalty);
  if (out.phone.empty()) out.phone_doubtful = doubtful_phone(phone, region);
  if (out.loyalty.empty()) out.loyalty_doubtful = doubtful_loyalty(loyalty);
  if (out.email.empty() && !trim(email).empty()) out.unusable.push_back("email: not an address");
  if (out.phone.empty() && !trim(phone).empty()) out.unusable.push_back(why_no_phone(phone, region));
  if (out.loyalty.empty() && !trim(loyalty).empty())
    out.unusable.push_back("loyalty: " + refused_loyalty(loyalty, rules.loyalty));
  return out;
}

}  // namespace handoff::identity
