#pragma once
// Small helpers for list endpoints.

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "http_message.hpp"

namespace sandbox {

inline std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A whole-number query parameter within [low, high]; `fallback` when absent; nothing when it is not such a number.
inline std::optional<std::int64_t> bounded_param(const Request& request, std::string_view name, std::int64_t fallback,
                                                 std::int64_t low, std::int64_t high) {
  const auto text = request.param(name);
  if (!text) return fallback;
  const auto value = whole_number(*text);
  if (!value || *value < low || *value > high) return std::nullopt;
  return value;
}

}  // namespace sandbox
