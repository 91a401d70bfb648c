#include "core/identity/foreign.hpp"

#include <cstdint>

namespace handoff::identity {

namespace {

/// The next character, or nothing where the bytes are no UTF-8 (RFC 3629: no surrogates, nothing too long).
bool next(std::string_view& text, std::uint32_t& out) {
  auto first = static_cast<unsigned char>(text.front());
  std::size_t length = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2 : (first & 0xF0) == 0xE0 ? 3 : 0;
  if (first >= 0xF0 && first < 0xF5) length = 4;
  if (length == 0 || text.size() < length) return false;
  static constexpr std::uint32_t kMask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
  static constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  out = first & kMask[length];
  for (std::size_t i = 1; i < length; ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return false;
    out = out << 6 | (byte & 0x3F);
  }
  text.remove_prefix(length);
  return out >= kLeast[length] && out <= 0x10FFFF && (out < 0xD800 || out > 0xDFFF);
}

bool between(std::uint32_t c, std::uint32_t low, std::uint32_t high) { return c >= low && c <= high; }

/// Marks of direction, joiners, variation selectors, tags, the byte order mark: two texts that look alike are not.
bool invisible(std::uint32_t c) {
  return between(c, 0x200B, 0x200F) || between(c, 0x2028, 0x202E) || between(c, 0x2060, 0x206F) || c == 0xAD ||
         c == 0x61C || c == 0xFEFF || between(c, 0xFE00, 0xFE0F) || between(c, 0xE0000, 0xE0FFF) ||
         between(c, 0xFFF0, 0xFFFF);
}

bool symbol(std::uint32_t c) {
  return between(c, 0x2190, 0x2BFF) || between(c, 0x1F000, 0x1FBFF) || between(c, 0xE000, 0xF8FF) || c >= 0xF0000;
}

/// How many bytes of one begin here; 0: none do.
std::size_t control(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  return byte(0) == 0xC2 && between(byte(1), 0x80, 0x9F) ? 2 : 0;
}

std::size_t direction(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  if (byte(0) == 0xD8 && byte(1) == 0x9C) return 2;
  if (byte(0) != 0xE2) return 0;
  bool mark = byte(1) == 0x80 && (between(byte(2), 0x8E, 0x8F) || between(byte(2), 0xAA, 0xAE));
  return mark || (byte(1) == 0x81 && between(byte(2), 0xA6, 0xA9)) ? 3 : 0;
}

}  // namespace

bool has_control(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at)
    if (control(text, at) > 0) return true;
  return false;
}

bool has_direction(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at)
    if (direction(text, at) > 0) return true;
  return false;
}

std::string harmless(std::string_view text, bool lines) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t bytes = lines && text[at] == '\n' ? 0 : control(text, at) + direction(text, at);
    out += bytes > 0 ? '?' : text[at];
    at += bytes > 0 ? bytes : 1;
  }
  return out;
}

std::string_view foreign(std::string_view text) {
  while (!text.empty()) {
    std::uint32_t c = 0;
    if (!next(text, c)) return "bytes that are not UTF-8";
    if ((c < 0x20 && c != 0x09) || between(c, 0x7F, 0x9F)) return "a control character";
    if (invisible(c)) return "an invisible character";
    if (symbol(c)) return "an emoji or symbol";
  }
  return {};
}

}  // namespace handoff::identity
