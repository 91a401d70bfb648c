#pragma once
// Dollars and cents between text and a whole number, without core's own arithmetic.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace handoff::crash {

/// "25.00" -> 2500; anything else that is no such text -> -1.
inline std::int64_t minor_units(const std::string& text) {
  std::size_t dot = text.find('.');
  if (dot == std::string::npos || text.size() - dot != 3) return -1;
  return std::strtoll(text.c_str(), nullptr, 10) * 100 + std::strtoll(text.c_str() + dot + 1, nullptr, 10);
}

inline std::string money_text(std::int64_t minor) {
  char out[32];
  std::snprintf(out, sizeof out, "%lld.%02lld", static_cast<long long>(minor / 100),
                static_cast<long long>(minor % 100));
  return out;
}

}  // namespace handoff::crash
