#pragma once
// Normal forms of what a source says about a customer. Pure. What cannot be normalised without a guess is nothing: then
// a person decides.

#include <handoff/sdk/operations.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity/rules.hpp"

namespace handoff::identity {

/// Normalised; empty = not given or not usable.
struct Identifiers {
  std::string email, phone, loyalty;
  std::string email_doubtful, phone_doubtful, loyalty_doubtful;  // perhaps what was meant: it only ranks candidates
  std::string email_as_told;          // "j.o@gmail.com", where `email` is "jo@gmail.com"; empty where they are equal
  std::string loyalty_as_told;        // "L-1003", where `loyalty` is "L1003"; empty in what older versions wrote
  std::string source_customer;        // the source's own id of the customer, as it is
  std::string code;                   // of the instrument that a register issued by itself (D8): a bearer secret
  std::vector<std::string> unusable;  // "phone: no country code"
  std::vector<std::string> notes;     // what was read in another way than it was written
  // Of a customer: the kinds that no system's record held. By themselves they lead to nobody.
  std::vector<std::string> told_only;
  std::string told_by;              // who amended it so; empty: the one who sent the credit
  std::vector<Identifiers> beside;  // second values of a kind, each by itself: who is meant holds them, too
  std::vector<Identifiers> before;  // what was said earlier; asked for after this
  /// As it was told: a source writes it as the vendors' people do. The normal form is for comparing answers.
  const std::string& email_to_ask() const { return email_as_told.empty() ? email : email_as_told; }
  const std::string& loyalty_to_ask() const { return loyalty_as_told.empty() ? loyalty : loyalty_as_told; }
  std::string phone_to_ask() const;  // without the extension
  bool any() const { return !email.empty() || !phone.empty() || !loyalty.empty(); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("email", self.email);
    visit("phone", self.phone);
    visit("loyalty", self.loyalty);
    visit("email_doubtful", self.email_doubtful);
    visit("phone_doubtful", self.phone_doubtful);
    visit("loyalty_doubtful", self.loyalty_doubtful);
    visit("email_as_told", self.email_as_told);
    visit("loyalty_as_told", self.loyalty_as_told);
    visit("source_customer", self.source_customer);
    visit("code", self.code);
    visit("unusable", self.unusable);
    visit("notes", self.notes);
    visit("told_only", self.told_only);
    visit("told_by", self.told_by);
    visit("beside", self.beside);
    visit("before", self.before);
  }
};

/// The address in "mailto:ada@example.com", "Ada <ada@example.com>" or "ada@example.com."; any other text as it is.
std::string bare_address(std::string_view text);
/// Lower case, letters and their accents composed (NFC); nothing else is changed.
std::string folded(std::string_view text);
/// Lower case and composed (NFC), the domain in its ASCII form (IDNA 2008), dots and what follows a plus as the
/// domain's rules say. One '@' with something on both sides, a dot in the domain, no spaces, no invisible characters.
std::string normalise_email(std::string_view text, const EmailRules& rules = {});

/// What a text that is no address may have been meant as: without what nobody sees, the first of two, without a top-level
/// domain ("ada@gmail"). For ranking only.
std::string doubtful_email(std::string_view text, const EmailRules& rules = {});
/// A domain's ASCII form as people read it: "xn--mller-kva.de" is "müller.de".
std::string domain_as_read(std::string_view domain);

/// E.164, with ";ext=12" behind it where an extension was given. Without '+' or the region's international prefix it is
/// a number of `region` or nothing, and must be one that the region has assigned; with it, its length must be possible,
/// for new ranges are assigned before a library knows them. Letters are those of a telephone's keys.
std::string normalise_phone(std::string_view text, const std::string& region);
/// What a text that is no assigned number would be if it were one, an O in it a zero and an l or I a one. For ranking only.
std::string doubtful_phone(std::string_view text, const std::string& region);
/// The digits of a number that could not be read, before an extension or a second one; empty where they are few or all
/// the same, which somebody typed into a field that must be filled.
std::string unread_digits(std::string_view text);
/// By which such a number is compared with one that has its country code: no trunk prefix is among them.
std::string_view last_digits(std::string_view phone);
/// The number before its extension.
std::string_view without_extension(std::string_view phone);

/// Upper case, blanks and dashes taken out, 3 to 40 letters and digits; one of the programmes' where there are any.
std::string normalise_loyalty(std::string_view text, const std::vector<LoyaltyProgramme>& programmes = {});
/// A text in the normal form of ids, whatever the programmes say. For ranking only.
std::string doubtful_loyalty(std::string_view text);
/// Why a text is no id of these programmes: "fits no programme", "the check digit of club does not fit", "not an id".
std::string refused_loyalty(std::string_view text, const std::vector<LoyaltyProgramme>& programmes);

/// Fits a programme with a check digit, and the digit is right: it can hardly be anything else.
bool proves_itself(std::string_view text, const std::vector<LoyaltyProgramme>& programmes);

/// An id as the card of its programme has it, with blanks and dashes; empty where no programme says.
std::string as_printed(std::string_view id, const std::vector<LoyaltyProgramme>& programmes);

/// A vendor's search compares letter by letter with what its own people typed: each identifier as it was told, in its
/// normal form, as its programme writes it, and as it stands in `listed`, each spelling once.
std::vector<FindCustomerInput> ways_to_ask(const Identifiers& told, const Rules& rules,
                                           const std::vector<CustomerInfo>& listed = {});

/// `region` is the store's: rules.region_of(store).
Identifiers normalise(std::string_view email, std::string_view phone, std::string_view loyalty, const Rules& rules,
                      const std::string& region);

}  // namespace handoff::identity
