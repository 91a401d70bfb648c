#include "core/reconcile/plain_email.hpp"

#include <algorithm>

#include "core/reconcile/record.hpp"
#include "core/reconcile/sixteen.hpp"

namespace handoff::reconcile {

std::uint64_t plain_email_digest(std::string_view text, std::uint64_t seed) {
  constexpr std::size_t kStep = sizeof(Letters);
  std::array<char, 4 * kStep> lower;
  if (text.empty() || text.size() > lower.size()) return 0;
  std::array<char, kStep> few;
  const char* from = text.data();
  if (text.size() < kStep) {
    few.fill('a');
    text.copy(few.data(), text.size());
    from = few.data();
  }
  Letters good = ~Letters{};
  for (std::size_t begin = 0; begin < text.size(); begin += kStep) {
    // The last ones are read from the end, some of them once more: nothing is read that is not the text's.
    std::size_t at = std::min(begin, std::max(text.size(), kStep) - kStep);
    Letters some = letters_at(from + at);
    some |= between(some, 'A', 'Z') & 0x20;
    good &= between(some, 'a', 'z') | between(some, '0', '9') | (some == '@') | (some == '.') | (some == '-') |
            (some == '_');
    std::memcpy(lower.data() + at, &some, sizeof some);
  }
  if (!all(good)) return 0;
  std::string_view email(lower.data(), text.size());
  std::size_t sign = email.find('@'), dot = email.rfind('.');
  bool whole = sign != std::string_view::npos && sign != 0 && dot != std::string_view::npos && dot >= sign + 2 &&
               dot + 1 != email.size() && email.find('@', sign + 1) == std::string_view::npos;
  return whole ? digest(email, seed) : 0;
}

}  // namespace handoff::reconcile
