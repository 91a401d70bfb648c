#pragma once
// Letters of ASCII, whatever the locale. Private to this folder.

#include <string_view>

namespace handoff::identity {

inline bool blank(char c) { return c == ' ' || c == '\t'; }
inline bool digit(char c) { return c >= '0' && c <= '9'; }
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
inline bool letter(char c) { return upper(c) >= 'A' && upper(c) <= 'Z'; }
inline bool ascii(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  return true;
}

inline std::string_view trim(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The next code point of UTF-8, taken off the front; -1 where the bytes are none (nothing is taken then).
inline long take_code_point(std::string_view& text) {
  auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  std::size_t length = byte(0) < 0x80   ? 1
                       : byte(0) < 0xC2 ? 0
                       : byte(0) < 0xE0 ? 2
                       : byte(0) < 0xF0 ? 3
                       : byte(0) < 0xF5 ? 4
                                        : 0;
  if (length == 0 || text.size() < length) return -1;
  long code = length == 1 ? byte(0) : byte(0) & (0x7F >> length);
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0) != 0x80) return -1;
    code = code << 6 | (byte(at) & 0x3F);
  }
  bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return -1;
  text.remove_prefix(length);
  return code;
}

}  // namespace handoff::identity
