// E-mail addresses (RFC 5321, 6531) and their domains (IDNA 2008 with the mapping of UTS 46).

#include <idn2.h>

#include <algorithm>
#include <memory>

#include "core/identity/foreign.hpp"
#include "core/identity/identifiers.hpp"
#include "core/identity/plain_text.hpp"
#include "core/identity/text.hpp"

namespace handoff::identity {

namespace {

/// What an IDNA conversion makes of `from`; empty where it refuses.
template <class Library>
std::string converted(const std::string& from, Library library) {
  char* made = nullptr;
  int failed = library(from.c_str(), &made);
  std::unique_ptr<char, void (*)(void*)> owned(made, idn2_free);
  return failed == IDN2_OK && made ? std::string(made) : std::string();
}

std::string to_ascii(std::string_view text) {
  return converted(std::string(text), [](const char* from, char** to) {
    return idn2_to_ascii_8z(from, to, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  });
}

std::string to_unicode(const std::string& name) {
  return converted(name, [](const char* from, char** to) { return idn2_to_unicode_8z8z(from, to, 0); });
}

bool accent(long code) { return code >= 0x300 && code <= 0x36F; }

/// One letter with its accents, by way of a domain's name, whose mapping (UTS 46) folds case and composes. What that
/// turns into ASCII, such as a raised two, is another character.
std::string folded_letter(std::string_view letter) {
  std::string out = to_unicode(to_ascii(letter));
  return out.empty() || ascii(out) ? std::string(letter) : out;
}

/// Blanks, controls, and what is drawn as nothing or turns the reading direction: two addresses that look alike.
bool invisible(long code) {
  return code <= 0x20 || (code >= 0x7F && code <= 0xA0) || code == 0xAD || code == 0x61C || code == 0x180E ||
         (code >= 0x2000 && code <= 0x200F) || (code >= 0x2028 && code <= 0x202F) ||
         (code >= 0x205F && code <= 0x206F) || code == 0x3000 || code == 0xFEFF || (code >= 0xFFF0 && code <= 0xFFFF) ||
         code >= 0xE0000;
}

bool of_local_part(long code) {
  return !invisible(code) &&
         (code >= 0x80 || std::string_view(",<>()[]\\\";:").find(static_cast<char>(code)) == std::string_view::npos);
}

std::string local_part(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();)
    if (!of_local_part(take_code_point(rest))) return {};
  return folded(text);
}

std::string ascii_domain(std::string_view text) {
  std::string out;
  if (ascii(text)) {
    for (char c : text) out += lower(c);
  } else {
    out = to_ascii(text);
  }
  if (out.find('.') == std::string::npos) return {};
  std::size_t label = 0;
  for (char c : out + ".") {
    if (c == '.' && (label == 0 || label > 63)) return {};
    label = c == '.' ? 0 : label + 1;
    if (c != '.' && (static_cast<unsigned char>(c) >= 0x80 || !of_local_part(c))) return {};
  }
  return out;
}

/// Every blank is one of ASCII's, and of the rest only what is seen stays; empty where the bytes are no UTF-8.
std::string seen(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view before = text;
    long code = take_code_point(text);
    if (code < 0) return {};
    if (!invisible(code))
      out += before.substr(0, before.size() - text.size());
    else if (!plain_marks(before.substr(0, before.size() - text.size())).starts_with(' '))
      continue;
    else
      out += ' ';
  }
  return out;
}

/// "ada@gmail": a name and a domain that has only begun.
std::string begun(std::string_view text) {
  std::size_t at = text.find('@');
  std::string local = at == std::string_view::npos ? std::string() : local_part(text.substr(0, at));
  std::string domain = local.empty() ? std::string() : ascii_domain(std::string(text.substr(at + 1)) + ".x");
  return domain.empty() ? std::string() : local + "@" + domain.substr(0, domain.size() - 2);
}

bool contains(const std::vector<std::string>& list, const std::string& what) {
  return std::ranges::find(list, what) != list.end();
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view rest = text;
    long code = take_code_point(rest);
    if (code < 0) return out += text;
    for (std::string_view next = rest; !next.empty() && accent(take_code_point(next));) rest = next;
    std::string_view letter = text.substr(0, text.size() - rest.size());
    if (letter.size() == 1)
      out += lower(letter.front());
    else
      out += folded_letter(letter);
    text = rest;
  }
  return out;
}

std::string domain_as_read(std::string_view domain) {
  std::string read = domain.find("xn--") == std::string_view::npos ? std::string() : to_unicode(std::string(domain));
  return read.empty() ? std::string(domain) : read;
}

std::string bare_address(std::string_view written) {
  std::string whole = half_width(written);
  std::string_view text = trim(without_prefix(trim(whole), "mailto:"));
  std::size_t open = text.find('<');
  if (open != std::string_view::npos && text.ends_with('>') && text.find('@') > open)
    text = trim(text.substr(open + 1, text.size() - open - 2));
  if (text.ends_with('.')) text.remove_suffix(1);  // the root of all domains
  return std::string(text);
}

std::string doubtful_email(std::string_view written, const EmailRules& rules) {
  if (written.size() > 4 * kEmailBytesMax) return {};
  const std::string text = seen(half_width(written));
  for (std::size_t from = 0, end = 0; from < text.size(); from = end + 1) {
    end = std::min(text.find_first_of(" ,;/|", from), text.size());
    if (std::string one = normalise_email(text.substr(from, end - from), rules); !one.empty()) return one;
  }
  std::string joined = text;
  std::erase(joined, ' ');
  std::string whole = normalise_email(joined, rules);
  return whole.empty() ? begun(bare_address(joined)) : whole;
}

std::string normalise_email(std::string_view written, const EmailRules& rules) {
  if (written.size() > 4 * kEmailBytesMax) return {};
  const std::string bare = bare_address(written);
  std::string_view text = bare;
  std::size_t at = text.find('@');
  if (text.size() > kEmailBytesMax || at == 0 || at == std::string_view::npos ||
      text.find('@', at + 1) != std::string_view::npos || text.find('\0') != std::string_view::npos)
    return {};
  std::string local = local_part(text.substr(0, at)), domain = ascii_domain(text.substr(at + 1));
  if (local.empty() || domain.empty()) return {};
  if (contains(rules.ignore_plus, domain))
    if (std::size_t plus = local.find('+'); plus != std::string::npos) local.resize(plus);
  if (contains(rules.ignore_dots, domain)) std::erase(local, '.');
  std::string out = local + "@" + domain;
  return local.empty() || out.size() > kEmailBytesMax ? std::string() : out;
}

}  // namespace handoff::identity
