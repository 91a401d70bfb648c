#pragma once
// Patterns over digits, several at once, as one table: a text is judged in as many steps as it has digits. For the
// patterns of numbering plans, which are all of one simple kind. Private to this folder.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::identity {

class DigitPatterns {
 public:
  /// A bit for each pattern, by its place: which of them match.
  using Mask = std::uint16_t;

  /// Matches nothing.
  DigitPatterns() : next_(1), ends_(1) {}
  /// Of digits, \d, [classes], (groups), | and counts. Nothing where a pattern holds something else, or all of them
  /// need too large a table: then the caller asks somebody who reads more.
  static std::optional<DigitPatterns> of(const std::vector<std::string>& patterns);

  /// Those that match all of `digits`.
  Mask matching(std::string_view digits) const;
  /// Those that match a beginning of it, or nothing of it.
  Mask beginning(std::string_view digits) const;

 private:
  using Row = std::array<std::uint16_t, 10>;
  std::vector<Row> next_;   // by state and digit; state 0 is where nothing matches any more
  std::vector<Mask> ends_;  // by state
  std::uint16_t first_ = 0;
};

}  // namespace handoff::identity
