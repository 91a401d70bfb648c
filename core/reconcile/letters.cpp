#include "core/reconcile/letters.hpp"

#include <algorithm>

#include "core/reconcile/rows.hpp"

namespace handoff::reconcile {

namespace {

struct Accented {
  char letter;
  std::uint16_t accent, whole;
};
constexpr Accented kAccented[] = {
    {'A', 0x300, 0xc0},  {'A', 0x301, 0xc1},  {'A', 0x302, 0xc2},  {'A', 0x303, 0xc3},  {'A', 0x308, 0xc4},
    {'A', 0x30a, 0xc5},  {'A', 0x304, 0x100}, {'A', 0x306, 0x102}, {'A', 0x328, 0x104}, {'C', 0x327, 0xc7},
    {'C', 0x301, 0x106}, {'C', 0x302, 0x108}, {'C', 0x307, 0x10a}, {'C', 0x30c, 0x10c}, {'D', 0x30c, 0x10e},
    {'E', 0x300, 0xc8},  {'E', 0x301, 0xc9},  {'E', 0x302, 0xca},  {'E', 0x308, 0xcb},  {'E', 0x304, 0x112},
    {'E', 0x306, 0x114}, {'E', 0x307, 0x116}, {'E', 0x328, 0x118}, {'E', 0x30c, 0x11a}, {'G', 0x302, 0x11c},
    {'G', 0x306, 0x11e}, {'G', 0x307, 0x120}, {'G', 0x327, 0x122}, {'H', 0x302, 0x124}, {'I', 0x300, 0xcc},
    {'I', 0x301, 0xcd},  {'I', 0x302, 0xce},  {'I', 0x308, 0xcf},  {'I', 0x303, 0x128}, {'I', 0x304, 0x12a},
    {'I', 0x306, 0x12c}, {'I', 0x328, 0x12e}, {'I', 0x307, 0x130}, {'J', 0x302, 0x134}, {'K', 0x327, 0x136},
    {'L', 0x301, 0x139}, {'L', 0x327, 0x13b}, {'L', 0x30c, 0x13d}, {'N', 0x303, 0xd1},  {'N', 0x301, 0x143},
    {'N', 0x327, 0x145}, {'N', 0x30c, 0x147}, {'O', 0x300, 0xd2},  {'O', 0x301, 0xd3},  {'O', 0x302, 0xd4},
    {'O', 0x303, 0xd5},  {'O', 0x308, 0xd6},  {'O', 0x304, 0x14c}, {'O', 0x306, 0x14e}, {'O', 0x30b, 0x150},
    {'R', 0x301, 0x154}, {'R', 0x327, 0x156}, {'R', 0x30c, 0x158}, {'S', 0x301, 0x15a}, {'S', 0x302, 0x15c},
    {'S', 0x327, 0x15e}, {'S', 0x30c, 0x160}, {'S', 0x326, 0x218}, {'T', 0x327, 0x162}, {'T', 0x30c, 0x164},
    {'T', 0x326, 0x21a}, {'U', 0x300, 0xd9},  {'U', 0x301, 0xda},  {'U', 0x302, 0xdb},  {'U', 0x308, 0xdc},
    {'U', 0x303, 0x168}, {'U', 0x304, 0x16a}, {'U', 0x306, 0x16c}, {'U', 0x30a, 0x16e}, {'U', 0x30b, 0x170},
    {'U', 0x328, 0x172}, {'W', 0x302, 0x174}, {'Y', 0x301, 0xdd},  {'Y', 0x302, 0x176}, {'Y', 0x308, 0x178},
    {'Z', 0x301, 0x179}, {'Z', 0x307, 0x17b}, {'Z', 0x30c, 0x17d},
};

std::uint32_t capital(std::uint32_t c) {
  bool odd = c % 2 != 0;
  if (c < 0xe0) return c;
  if (c <= 0xfe) return c == 0xf7 ? c : c - 0x20;
  if (c == 0xff) return 0x178;
  if (c == 0x131) return 'I';
  if (c <= 0x137 || (c >= 0x14a && c <= 0x177) || (c >= 0x218 && c <= 0x21b)) return odd ? c - 1 : c;
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e)) return odd ? c : c - 1;
  if (c == 0x3ac) return 0x386;
  if (c >= 0x3ad && c <= 0x3af) return c - 0x25;
  if (c == 0x3c2) return 0x3a3;
  if ((c >= 0x3b1 && c <= 0x3cb) || (c >= 0x430 && c <= 0x44f)) return c - 0x20;
  if (c == 0x3cc) return 0x38c;
  if (c == 0x3cd || c == 0x3ce) return c - 0x3f;
  if (c >= 0x450 && c <= 0x45f) return c - 0x50;
  return c;
}

void append(std::string& to, std::uint32_t c) {
  auto tail = [&](int shift) { to += static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) {
    to += static_cast<char>(c);
  } else if (c < 0x800) {
    to += static_cast<char>(0xc0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    to += static_cast<char>(0xe0 | c >> 12);
    tail(6), tail(0);
  } else {
    to += static_cast<char>(0xf0 | c >> 18);
    tail(12), tail(6), tail(0);
  }
}

}  // namespace

std::uint32_t next_character(std::string_view text, std::size_t& at) {
  auto first = static_cast<unsigned char>(text[at++]);
  int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
  if (first < 0x80) return first;
  if (more == 0 || at + static_cast<std::size_t>(more) > text.size()) return 0xfffd;
  std::uint32_t out = first & (0x3fu >> more);
  for (; more > 0; --more) out = out << 6 | (static_cast<unsigned char>(text[at++]) & 0x3fu);
  return out;
}

void to_capitals(std::string& text) {
  bool beyond = false;
  for (char& c : text) {
    beyond |= (c & 0x80) != 0;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  if (!beyond || !is_utf8(text)) return;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::uint32_t c = capital(next_character(text, at));
    auto whole = std::ranges::find_if(
        kAccented, [&](const Accented& one) { return one.accent == c && !out.empty() && one.letter == out.back(); });
    if (whole != std::end(kAccented)) {
      out.pop_back();
      c = whole->whole;
    }
    append(out, c);
  }
  text = std::move(out);
}

}  // namespace handoff::reconcile
