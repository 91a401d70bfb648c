#pragma once
// Finds the end of an HTTP head in bytes that arrive in pieces, and refuses lines that two readers could split
// differently (bare LF, folded lines) before any parser sees them.

#include <cstddef>
#include <string_view>

namespace handoff::net {

/// Remembers how far it looked, so that no byte is looked at twice. Its verdict does not depend on how the bytes were
/// cut: it never looks beyond the limit.
class HeadScan {
 public:
  enum class Verdict { more, complete, bad_line, too_large };

  explicit HeadScan(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// `in` is everything received since the head began; only appended to between calls.
  Verdict advance(std::string_view in);

  /// Bytes of the head with its empty line; valid after `complete`.
  std::size_t head_bytes() const { return scanned_; }
  void reset() { scanned_ = line_start_ = 0; }

 private:
  std::size_t bytes_max_;
  std::size_t scanned_ = 0;
  std::size_t line_start_ = 0;
};

}  // namespace handoff::net
