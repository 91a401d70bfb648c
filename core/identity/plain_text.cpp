#include "core/identity/plain_text.hpp"

#include <algorithm>
#include <iterator>

#include "core/identity/text.hpp"

namespace handoff::identity {

namespace {

bool full_width(long code) { return code >= 0xFF01 && code <= 0xFF5E; }

/// The zeros of the decimal digits (Unicode's Nd) that a keyboard makes; nine follow each.
constexpr long kZeros[] = {0x660,  0x6F0,  0x7C0,  0x966,  0x9E6,  0xA66,  0xAE6,  0xB66,  0xBE6,
                           0xC66,  0xCE6,  0xD66,  0xDE6,  0xE50,  0xED0,  0xF20,  0x1040, 0x1090,
                           0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
                           0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0};

char plain_mark(long code) {
  if (full_width(code)) return static_cast<char>(code - 0xFF01 + '!');
  bool space = code == 0xA0 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F || code == 0x205F || code == 0x3000;
  if (space) return ' ';
  if ((code >= 0x2010 && code <= 0x2015) || code == 0x2212 || code == 0x30FC) return '-';
  auto above = std::ranges::upper_bound(kZeros, code);
  if (above == std::begin(kZeros) || code > *std::prev(above) + 9) return 0;
  return static_cast<char>('0' + (code - *std::prev(above)));
}

/// Each character as `mapped` says; 0 leaves it, and what is no UTF-8 stays as it is.
template <class Mapped>
std::string map_each(std::string_view text, Mapped mapped) {
  std::string out;
  while (!text.empty()) {
    std::string_view before = text;
    long code = take_code_point(text);
    if (code < 0) return out += text;
    if (char plain = mapped(code); plain != 0)
      out += plain;
    else
      out += before.substr(0, before.size() - text.size());
  }
  return out;
}

}  // namespace

std::string half_width(std::string_view text) {
  if (ascii(text)) return std::string(text);
  return map_each(text, [](long code) { return full_width(code) ? plain_mark(code) : '\0'; });
}

std::string plain_marks(std::string_view text) {
  if (ascii(text)) return std::string(text);
  return map_each(text, plain_mark);
}

std::string_view without_prefix(std::string_view text, std::string_view word) {
  bool has = text.size() >= word.size() &&
             std::ranges::equal(text.substr(0, word.size()), word, [](char a, char b) { return lower(a) == b; });
  return has ? text.substr(word.size()) : text;
}

}  // namespace handoff::identity
