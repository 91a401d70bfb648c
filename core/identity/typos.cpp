#include "core/identity/typos.hpp"

#include <algorithm>

#include <string>

#include "core/identity/identifiers.hpp"
#include "core/identity/text.hpp"

namespace handoff::identity {

namespace {

template <class Text>
bool apart(Text a, Text b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  std::size_t at = 0;
  while (at < a.size() && a[at] == b[at]) ++at;
  if (a.size() < b.size()) return a.substr(at) == b.substr(at + 1);
  if (at == a.size()) return false;
  if (a.substr(at + 1) == b.substr(at + 1)) return true;
  return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] && a.substr(at + 2) == b.substr(at + 2);
}

/// The code points of UTF-8; of what is none, its bytes from there on.
std::u32string letters(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    long code = take_code_point(text);
    if (code < 0) {
      code = 0x110000 + static_cast<unsigned char>(text.front());
      text.remove_prefix(1);
    }
    out += static_cast<char32_t>(code);
  }
  return out;
}

}  // namespace

/// An accent is one letter's, however many bytes that has.
bool one_slip_apart(std::string_view a, std::string_view b) {
  if (ascii(a) && ascii(b)) return apart(a, b);
  const std::u32string one = letters(a), other = letters(b);
  return apart<std::u32string_view>(one, other);
}

bool email_near(std::string_view a, std::string_view b) {
  std::size_t in_a = a.find('@'), in_b = b.find('@');
  if (in_a == std::string_view::npos || in_b == std::string_view::npos) return false;
  bool name = a.substr(0, in_a) == b.substr(0, in_b), domain = a.substr(in_a) == b.substr(in_b);
  if (name == domain) return false;
  if (!name) return one_slip_apart(a.substr(0, in_a), b.substr(0, in_b));
  a.remove_prefix(in_a + 1);
  b.remove_prefix(in_b + 1);
  auto begins = [](std::string_view part, std::string_view whole) {
    return whole.starts_with(part) && whole.substr(part.size()).starts_with('.');
  };
  if (begins(a, b) || begins(b, a)) return true;
  return one_slip_apart(a, b) || one_slip_apart(domain_as_read(a), domain_as_read(b));
}

bool phone_near(std::string_view a, std::string_view b) {
  return one_slip_apart(without_extension(a), without_extension(b));
}

}  // namespace handoff::identity
