#pragma once
// Where in which file: what cannot be read is named by it, and found again by it after the file was put away.

#include <algorithm>
#include <cstdint>
#include <handoff/sdk/money.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace handoff::file {

/// FNV-1a of a text: tells apart what is not the same, no more.
inline std::string digest(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325;
  for (char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[value >> shift & 15];
  return out;
}

/// "archive/refunds.9f86d081884c7d65.csv": where a file is put away. `tag`, a digest: two of one name do not meet.
inline std::string put_away(const std::string& folder, const std::string& name, const std::string& tag) {
  std::size_t dot = std::min(name.rfind('.'), name.size());
  return folder + "/" + name.substr(0, dot) + "." + tag + name.substr(dot);
}

struct Place {
  Place() = default;
  Place(std::string put_away_as, std::int64_t at_line, std::int64_t at_byte)
      : path(std::move(put_away_as)), line(at_line), offset(at_byte) {}
  std::string path;  // once it is put away
  std::int64_t line = 0, offset = 0;

  /// "archive/refunds.9f86d081884c7d65.csv:17:1402"
  std::string text() const { return path + ":" + std::to_string(line) + ":" + std::to_string(offset); }

  /// The name it had when it was dropped.
  std::string name() const {
    std::string last = path.substr(path.rfind('/') + 1);
    std::size_t dot = last.rfind('.');
    std::size_t tag = dot == std::string::npos || dot == 0 ? std::string::npos : last.rfind('.', dot - 1);
    return tag == std::string::npos ? last : last.substr(0, tag) + last.substr(dot);
  }
};

inline std::optional<Place> to_place(std::string_view text) {
  std::size_t byte = text.rfind(':');
  std::size_t line = byte == std::string_view::npos || byte == 0 ? std::string_view::npos : text.rfind(':', byte - 1);
  if (line == std::string_view::npos || line == 0) return std::nullopt;
  std::optional<std::int64_t> at_line = parse_decimal(text.substr(line + 1, byte - line - 1), 0);
  std::optional<std::int64_t> at_byte = parse_decimal(text.substr(byte + 1), 0);
  if (!at_line || *at_line < 1 || !at_byte || *at_byte < 0) return std::nullopt;
  return Place(std::string(text.substr(0, line)), *at_line, *at_byte);
}

}  // namespace handoff::file
