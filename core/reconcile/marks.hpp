#pragma once
// The next delimiter, quote or line end in a block, 64 bytes at a time where the processor can.

#include <bit>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace handoff::reconcile {

class Marks {
 public:
  /// Reads up to 63 bytes beyond `end`, which must be readable; reports none of them.
  Marks(const char* begin, const char* end, char delimiter) : word_(begin), end_(end), delimiter_(delimiter) {
    bits_ = load();
  }

  /// The next mark, or `end`.
  const char* next() {
    while (bits_ == 0) {
      word_ += 64;
      if (word_ >= end_) return end_;
      bits_ = load();
    }
    const char* at = word_ + std::countr_zero(bits_);
    bits_ &= bits_ - 1;
    return at < end_ ? at : end_;
  }

 private:
#if defined(__SSE2__)
  std::uint64_t load() const {
    const __m128i delimiter = _mm_set1_epi8(delimiter_), quote = _mm_set1_epi8('"'), line = _mm_set1_epi8('\n');
    std::uint64_t bits = 0;
    for (int i = 0; i < 4; ++i) {
      __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(word_ + 16 * i));
      __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, delimiter),
                                   _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, line)));
      bits |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(found))) << (16 * i);
    }
    return bits;
  }
#else
  std::uint64_t load() const {
    std::uint64_t bits = 0;
    for (int i = 0; i < 64; ++i) {
      char c = word_[i];
      bits |= static_cast<std::uint64_t>(c == delimiter_ || c == '"' || c == '\n') << i;
    }
    return bits;
  }
#endif

  const char* word_;
  const char* end_;
  std::uint64_t bits_ = 0;
  char delimiter_;
};

}  // namespace handoff::reconcile
