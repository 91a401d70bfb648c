// Telephone numbers, by libphonenumber; plain_phone.cpp reads most of them faster, by its tables.

#include <phonenumbers/phonenumberutil.h>

#include "core/identity/identifiers.hpp"
#include "core/identity/plain_phone.hpp"
#include "core/identity/text.hpp"

namespace handoff::identity {

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

/// Digits, marks and blanks of other scripts that keyboards make. Everything else beyond ASCII is not a number.
bool of_a_number(long code) {
  bool digits =
      (code >= 0xFF10 && code <= 0xFF19) || (code >= 0x660 && code <= 0x669) || (code >= 0x6F0 && code <= 0x6F9);
  bool marks = code == 0xA0 || (code >= 0x2010 && code <= 0x2015) || code == 0x2212 || code == 0x3000 ||
               code == 0xFF08 || code == 0xFF09 || code == 0xFF0B || (code >= 0xFF0D && code <= 0xFF0F);
  return digits || marks || (code >= 0x20 && code < 0x7F);
}

/// The library looks for a number inside of a text and leaves out what it cannot use. Then two numbers, or a number
/// and a word, would become one: such a text is refused before.
bool one_number(std::string_view text) {
  if (text.empty() || text.size() > 60) return false;
  char first = text.front();
  if (!digit(first) && first != '+' && first != '(' && ascii(text.substr(0, 1))) return false;
  for (std::string_view rest = text; !rest.empty();)
    if (!of_a_number(take_code_point(rest))) return false;
  return text.find_first_of("@<>\"'&?!%$|\\_{}[]^`") == std::string_view::npos;
}

/// Fewer than three letters are no word on the keys; the library would drop them.
bool stray_letters(std::string_view text) {
  std::size_t letters = 0;
  for (char c : text) letters += letter(c) ? 1 : 0;
  return letters == 1 || letters == 2;
}

bool international(std::string_view text) { return text.starts_with('+') || text.starts_with("\xEF\xBC\x8B"); }

std::string read_phone(std::string_view text, const std::string& region, Trust trust) {
  text = trim(text);
  if (!one_number(text)) return {};
  if (std::optional<std::string> plain = read_plain_phone(text, region, trust)) return *plain;
  return ask_library(text, region, trust);
}

}  // namespace

std::string ask_library(std::string_view text, const std::string& region, Trust trust) {
  const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  std::string given(text);
  if (library.Parse(given, region.empty() ? "ZZ" : region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return {};
  if (!number.has_extension() && stray_letters(text)) return {};
  bool usable = trust == Trust::any   ? true
                : international(text) ? library.IsPossibleNumberWithReason(number) == PhoneNumberUtil::IS_POSSIBLE
                                      : library.IsValidNumber(number);
  if (!usable) return {};
  std::string out;
  library.Format(number, PhoneNumberUtil::E164, &out);
  if (number.has_extension()) out += ";ext=" + number.extension();
  return out;
}

std::string normalise_phone(std::string_view text, const std::string& region) {
  return read_phone(text, region, Trust::assigned);
}

std::string doubtful_phone(std::string_view text, const std::string& region) {
  return read_phone(text, region, Trust::any);
}

std::string_view without_extension(std::string_view phone) { return phone.substr(0, phone.find(';')); }

}  // namespace handoff::identity
