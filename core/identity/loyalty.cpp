// Loyalty ids: the programme whose pattern fits, and its check digit.

#include <algorithm>

#include "core/identity/identifiers.hpp"
#include "core/identity/plain_text.hpp"
#include "core/identity/text.hpp"

namespace handoff::identity {

namespace {

bool alphanumeric(char c) { return digit(c) || (c >= 'A' && c <= 'Z'); }

std::string plain_id(std::string_view text) {
  std::string out;
  for (char c : plain_marks(text)) {
    if (blank(c) || c == '-') continue;
    if (!alphanumeric(upper(c))) return {};
    out += upper(c);
  }
  return out.size() >= 3 && out.size() <= 40 ? out : std::string();
}

bool fits(const LoyaltyProgramme& programme, std::string_view id) {
  if (id.size() != programme.pattern.size()) return false;
  for (std::size_t at = 0; at < id.size(); ++at) {
    char wanted = programme.pattern[at], got = id[at];
    bool ten = programme.check == CheckDigit::mod11 && at + 1 == id.size() && got == 'X';
    bool good = wanted == '#'   ? digit(got) || ten
                : wanted == '@' ? got >= 'A' && got <= 'Z'
                                : wanted == '*' || wanted == got;
    if (!good) return false;
  }
  return true;
}

bool luhn(std::string_view id) {
  int sum = 0;
  bool twice = false;
  for (std::size_t at = id.size(); at-- > 0;) {
    if (!digit(id[at])) continue;
    int value = (id[at] - '0') * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
    twice = !twice;
  }
  return sum % 10 == 0;
}

bool mod11(std::string_view id) {
  int sum = id.back() == 'X' ? 10 : digit(id.back()) ? id.back() - '0' : 1;
  int weight = 2;
  for (std::size_t at = id.size() - 1; at-- > 0;) {
    if (!digit(id[at])) continue;
    sum += (id[at] - '0') * weight;
    weight = weight == 10 ? 2 : weight + 1;
  }
  return sum % 11 == 0;
}

bool mod97(std::string_view id) {
  int rest = 0;
  for (char c : id) rest = digit(c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
  return rest == 1;
}

bool proven(const LoyaltyProgramme& programme, std::string_view id) {
  switch (programme.check) {
    case CheckDigit::luhn:
      return luhn(id);
    case CheckDigit::mod11:
      return mod11(id);
    case CheckDigit::mod97:
      return mod97(id);
    case CheckDigit::none:
      break;
  }
  return true;
}

}  // namespace

bool proves_itself(std::string_view text, const std::vector<LoyaltyProgramme>& programmes) {
  std::string id = plain_id(text);
  return std::ranges::any_of(programmes, [&](const LoyaltyProgramme& programme) {
    return programme.check != CheckDigit::none && !id.empty() && fits(programme, id) && proven(programme, id);
  });
}

std::string refused_loyalty(std::string_view text, const std::vector<LoyaltyProgramme>& programmes) {
  std::string id = plain_id(text), why = "fits no programme";
  if (id.empty()) return "not an id";
  if (programmes.empty()) return {};
  for (const LoyaltyProgramme& programme : programmes) {
    if (!fits(programme, id)) continue;
    if (proven(programme, id)) return {};
    why = "the check digit of " + programme.name + " does not fit";
  }
  return why;
}

std::string doubtful_loyalty(std::string_view text) { return plain_id(text); }

std::string as_printed(std::string_view id, const std::vector<LoyaltyProgramme>& programmes) {
  auto programme = std::ranges::find_if(programmes, [&](const LoyaltyProgramme& one) { return fits(one, id); });
  if (programme == programmes.end()) return {};
  std::string out;
  std::size_t at = 0;
  for (char c : programme->written) out += c == ' ' || c == '-' ? c : at < id.size() ? id[at++] : c;
  return at == id.size() ? out : std::string();
}

std::string normalise_loyalty(std::string_view text, const std::vector<LoyaltyProgramme>& programmes) {
  return refused_loyalty(text, programmes).empty() ? plain_id(text) : std::string();
}

}  // namespace handoff::identity
