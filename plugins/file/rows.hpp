#pragma once
// From the bytes of a file to its records, a page at a time. A record that cannot be read is one with a problem, and
// the next begins at the next line.

#include <cstdint>
#include <handoff/sdk/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::file {

inline constexpr std::size_t kPageBytes = 64u << 10;  // read by one call; also the longest record
inline constexpr std::size_t kPageRecords = 100;      // of one run: they are one commit of the hub

struct Record {
  Record() = default;
  Record(std::int64_t at_line, std::size_t at_byte) : line(at_line), offset(at_byte) {}
  std::int64_t line = 0;   // of the file, from 1
  std::size_t offset = 0;  // of the piece
  std::string problem;     // it cannot be read, and why
  json::Value values;      // an object: by column, or as it was written
};

/// Bytes of a file from some offset on, and what is known of it there.
struct Piece {
  Piece() = default;
  std::string_view bytes;
  std::int64_t line = 1;  // of the first byte
  bool last = false;      // the file ends with these bytes
  bool tail = false;      // the first line goes on from a record that was too long
  bool open = false;      // JSON: a list has begun and is not closed
};

struct Page {
  Page() = default;
  std::vector<Record> records;
  std::size_t used = 0;  // bytes: the next page begins behind them
  std::int64_t line = 1;
  bool tail = false, open = false;
  std::string cut;  // the file ends where it cannot end, and why
};

/// The names in the first line; empty if there is no whole first line. `used`: its bytes.
std::vector<std::string> csv_header(std::string_view bytes, char delimiter, std::size_t& used);
Page csv_page(const Piece& piece, char delimiter, const std::vector<std::string>& header);
/// Objects in a list, or one after another, each in a line or in several.
Page json_page(const Piece& piece);

/// Whether the text is UTF-8 throughout.
bool is_utf8(const std::string& text);

}  // namespace handoff::file
