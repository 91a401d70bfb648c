#pragma once
// Where in the configuration a value was written.

#include <compare>
#include <string>
#include <utility>

namespace handoff::config {

/// 1-based; columns count characters. `line` 0: the file (or folder) as a whole, also for values nobody wrote.
struct Position {
  std::string file;
  int line = 0;
  int col = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

/// "handoff.toml:12:3"
inline std::string text(const Position& at) {
  if (at.line == 0) return at.file;
  return at.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.col);
}

/// A value and its place, for values that a later check may complain about. A default has the place of its section.
template <class T>
struct Located {
  Located() = default;
  Located(T what, Position where) : value(std::move(what)), at(std::move(where)) {}
  T value{};
  Position at;
  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};

}  // namespace handoff::config
