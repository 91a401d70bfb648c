#pragma once
// What a retailer's configuration says about identifiers: how a phone without a country code is read, which mail
// providers take several spellings for one mailbox, and what a loyalty id looks like. A plain value; empty rules read
// only what needs none.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::identity {

inline constexpr int kRuleVersion = 4;  // stored with every match; raised when a normal form or the judgement changes

/// Domains in their ASCII form ("xn--..."), lower case.
struct EmailRules {
  std::vector<std::string> ignore_dots;  // j.o@d is jo@d
  std::vector<std::string> ignore_plus;  // jo+shop@d is jo@d
};

/// How the last characters of an id prove the others. Letters in front of the digits count only for mod97.
enum class CheckDigit {
  none,
  luhn,   // ISO/IEC 7812: the last digit
  mod11,  // weights 2 to 10 from the right and again; the last character is a digit or X for ten (ISBN-10)
  mod97,  // ISO 7064 MOD 97-10: the last two digits; letters count as 10 to 35
};

/// `pattern` in the normal form of ids: '#' is a digit, '@' a letter, '*' either; anything else is itself. A mod11
/// programme's last '#' may also be X.
struct LoyaltyProgramme {
  std::string name, pattern;
  CheckDigit check = CheckDigit::none;
  std::string written = {};  // the pattern with the blanks and dashes that the card has
};

struct Rules {
  std::string region;                                // ISO 3166; empty: a phone needs its country code
  std::map<std::string, std::string> store_regions;  // by store id, where it is another
  EmailRules email;
  std::vector<LoyaltyProgramme> loyalty;  // none: any id of 3 to 40 letters and digits

  const std::string& region_of(const std::string& store) const {
    auto found = store_regions.find(store);
    return found == store_regions.end() ? region : found->second;
  }
};

}  // namespace handoff::identity
