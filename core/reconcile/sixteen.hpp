#pragma once
// Sixteen letters at a time, as every processor that is supported can; a comparison of them is -1 where it is true.

#include <array>
#include <cstdint>
#include <cstring>

namespace handoff::reconcile {

using Letters [[gnu::vector_size(16)]] = signed char;

inline Letters letters_at(const char* from) {
  Letters out;
  std::memcpy(&out, from, sizeof out);
  return out;
}

inline Letters between(Letters letters, char first, char last) { return (letters >= first) & (letters <= last); }

inline std::array<std::uint64_t, 2> halves(Letters where) {
  std::array<std::uint64_t, 2> out;
  std::memcpy(out.data(), &where, sizeof where);
  return out;
}
inline bool all(Letters where) { return (halves(where)[0] & halves(where)[1]) == ~std::uint64_t{0}; }
inline bool any(Letters where) { return (halves(where)[0] | halves(where)[1]) != 0; }

}  // namespace handoff::reconcile
