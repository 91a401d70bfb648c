#pragma once
// Normal forms of what a source says about a customer, and exact matching on them. Pure. What cannot be normalised
// without a guess is nothing: then a person decides.

#include <handoff/sdk/operations.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::identity {

inline constexpr int kRuleVersion = 1;  // stored with every match

/// Normalised; empty = not given or not usable.
struct Identifiers {
  std::string email, phone, loyalty;
  std::string loyalty_as_told;        // "L-1003", where `loyalty` is "L1003"; empty in what older versions wrote
  std::string source_customer;        // the source's own id of the customer, as it is
  std::string code;                   // of the instrument that a register issued by itself (D8): a bearer secret
  std::vector<std::string> unusable;  // "phone: no country code"
  std::vector<Identifiers> before;    // what was said earlier; tried after this
  /// What a vendor is asked for. Its search compares letter by letter with what its own people typed, and a source
  /// writes the id as they do; the normal form is for comparing answers.
  const std::string& loyalty_to_ask() const { return loyalty_as_told.empty() ? loyalty : loyalty_as_told; }
  bool any() const { return !email.empty() || !phone.empty() || !loyalty.empty(); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("email", self.email);
    visit("phone", self.phone);
    visit("loyalty", self.loyalty);
    visit("loyalty_as_told", self.loyalty_as_told);
    visit("source_customer", self.source_customer);
    visit("code", self.code);
    visit("unusable", self.unusable);
    visit("before", self.before);
  }
};

/// Lower case; one '@' with something on both sides and a dot in the domain; no spaces.
std::string normalise_email(std::string_view text);
/// E.164: '+' and 8 to 15 digits after blanks, dots, dashes and parentheses are taken out.
std::string normalise_phone(std::string_view text);
/// Upper case, blanks and dashes taken out, 3 to 40 letters and digits.
std::string normalise_loyalty(std::string_view text);

Identifiers normalise(std::string_view email, std::string_view phone, std::string_view loyalty);

struct Match {
  std::vector<CustomerInfo> exact;  // candidates that agree on an identifier and contradict none
  std::string evidence;             // "email equal (rule 1)"
  std::string reason;               // when there is not exactly one: no_match, ambiguous, contradiction
};

/// Exactly one candidate that shares a normalised identifier and contradicts none matches.
Match match(const Identifiers& wanted, const std::vector<CustomerInfo>& candidates);

}  // namespace handoff::identity
