// Telephone numbers, by libphonenumber; plain_phone.cpp reads most of them faster, by its tables.

#include <phonenumbers/phonenumberutil.h>

#include "core/identity/identifiers.hpp"
#include "core/identity/plain_phone.hpp"
#include "core/identity/plain_text.hpp"
#include "core/identity/text.hpp"

namespace handoff::identity {

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

/// The library looks for a number inside of a text and leaves out what it cannot use. Then two numbers, or a number
/// and a word, would become one: such a text is refused before.
bool one_number(std::string_view text) {
  if (text.empty() || text.size() > 60) return false;
  char first = text.front();
  if (!digit(first) && first != '+' && first != '(') return false;
  for (char c : text)
    if (c < 0x20 || c >= 0x7F) return false;
  return text.find_first_of("@<>\"'&?!%$|\\_{}[]^`") == std::string_view::npos;
}

/// Fewer than three letters are no word on the keys; the library would drop them.
bool stray_letters(std::string_view text) {
  std::size_t letters = 0;
  for (char c : text) letters += letter(c) ? 1 : 0;
  return letters == 1 || letters == 2;
}

bool international(std::string_view text) { return text.starts_with('+'); }

std::string read_number(std::string_view text, const std::string& region, Trust trust) {
  if (!one_number(text)) return {};
  if (std::optional<std::string> plain = read_plain_phone(text, region, trust)) return *plain;
  return ask_library(text, region, trust);
}

/// The number itself, in ASCII.
std::string bare_number(std::string_view written) {
  if (written.size() > 240) return {};
  std::string whole = plain_marks(written);
  std::string_view text = trim(whole), rest = without_prefix(text, "tel");
  while (rest.size() < text.size() && !rest.empty() && std::string_view(":. ").contains(rest.front()))
    rest.remove_prefix(1);
  return std::string(rest);
}

/// What stands before a slash where that is an assigned number by itself: "030 901820/21" are two lines.
std::string_view first_of_two(std::string_view text, const std::string& region) {
  std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  std::string_view first = trim(text.substr(0, slash));
  const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  bool read =
      library.Parse(std::string(first), region.empty() ? "ZZ" : region, &number) == PhoneNumberUtil::NO_PARSING_ERROR;
  return read && library.IsValidNumber(number) ? first : std::string_view();
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
  std::string number = bare_number(text);
  return first_of_two(number, region).empty() ? read_number(number, region, Trust::assigned) : std::string();
}

std::string doubtful_phone(std::string_view text, const std::string& region) {
  std::string number = bare_number(text);
  if (std::string_view first = first_of_two(number, region); !first.empty())
    return read_number(first, region, Trust::any);
  if (number.starts_with("00"))
    if (std::string abroad = read_number("+" + number.substr(2), region, Trust::assigned); !abroad.empty())
      return abroad;
  if (std::string read = read_number(number, region, Trust::any); !read.empty()) return read;
  for (char& c : number) c = lower(c) == 'o' ? '0' : lower(c) == 'l' || lower(c) == 'i' ? '1' : c;
  return read_number(number, region, Trust::any);
}

constexpr std::size_t kLastDigits = 6;

std::string unread_digits(std::string_view text) {
  std::string out;
  for (char c : bare_number(text)) {
    if (out.size() >= kLastDigits && (letter(c) || c == '/' || c == ';' || c == '#')) break;
    if (digit(c)) out += c;
  }
  bool dummy = out.find_first_not_of(out.empty() ? '0' : out.front()) == std::string::npos;
  return out.size() < kLastDigits || dummy ? std::string() : out;
}

std::string_view last_digits(std::string_view phone) {
  std::string_view number = without_extension(phone);
  return number.size() < kLastDigits ? std::string_view() : number.substr(number.size() - kLastDigits);
}

std::string_view without_extension(std::string_view phone) { return phone.substr(0, phone.find(';')); }

}  // namespace handoff::identity
