#pragma once
// A file as blocks of whole rows: plain, gzip or zstd, told by its first bytes. Read in one pass, in order.

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "core/config/export_map.hpp"

namespace handoff::reconcile {

/// What stops an audit: a file that cannot be taken as it is. `line` 0: the file as a whole.
struct Refusal {
  std::string file;
  std::uint64_t line = 0;
  std::string what, instead;
  /// "pos.csv:12: what; instead"
  std::string text() const;
};

enum class Shape { csv, json_lines };

/// Whole rows, and `kPadding` readable bytes after the last. `offset` is in the unpacked file. `ascii`: nothing else is in it.
struct Block {
  static constexpr std::size_t kPadding = 64;
  std::uint64_t offset = 0;
  std::vector<char> bytes;
  std::size_t size = 0;
  bool ascii = false;
};

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// At most `size` bytes; 0 at the end. A broken archive is an error, not an end.
  virtual std::expected<std::size_t, std::string> read(char* to, std::size_t size) = 0;
  /// Bytes of the file itself that were read.
  virtual std::uint64_t taken() const = 0;
  virtual bool packed() const { return true; }
};
/// UTF-16 is told by its first bytes, and read as the UTF-8 that it says. Other encodings are told by nothing.
std::expected<std::unique_ptr<ByteStream>, std::string> open_stream(const std::string& path, config::Encoding encoding);

/// One file being read. One caller at a time.
class Input {
 public:
  static std::expected<std::unique_ptr<Input>, Refusal> open(const std::string& path,
                                                             config::Encoding encoding = config::Encoding::utf_8);

  Shape shape() const { return shape_; }
  char delimiter() const { return delimiter_; }
  /// Of a CSV; of JSON lines empty.
  const std::vector<std::string>& header() const { return header_; }
  /// Of the first row. Titles above the header were passed over.
  std::uint64_t first_line() const { return first_line_; }
  std::uint64_t title_lines() const { return title_lines_; }

  /// The next rows; false at the end. Reuses the block's memory.
  std::expected<bool, Refusal> next(Block& block);
  std::uint64_t taken() const { return stream_->taken(); }
  /// The last line had no line end. It may be whole or cut: only its writer knows.
  bool open_end() const { return open_end_; }
  const std::string& path() const { return path_; }
  /// Offsets are not places in the file itself.
  bool packed() const { return stream_->packed(); }

 private:
  Input() = default;
  std::expected<void, Refusal> fill(std::size_t wanted);
  std::expected<void, Refusal> read_header();
  std::unexpected<Refusal> refuse(std::string what, std::string instead) const;

  std::string path_;
  config::Encoding encoding_ = config::Encoding::utf_8;
  std::unique_ptr<ByteStream> stream_;
  Shape shape_ = Shape::csv;
  char delimiter_ = ',';
  std::vector<std::string> header_;
  std::vector<char> pending_;  // from begin_ to filled_: read and not yet given
  std::size_t begin_ = 0, filled_ = 0;
  std::uint64_t offset_ = 0;  // of begin_ in the file
  std::uint64_t first_line_ = 1, title_lines_ = 0;
  bool ended_ = false, open_end_ = false;
};

/// The names of an export's columns for a message: the first ones, none of them longer than people read.
std::string names_of_columns(const std::vector<std::string>& columns);

/// Whether a whole row stands at the begin of the text.
bool row_ends(std::string_view text, char delimiter, Shape shape);

/// Lines before `offset`, counted from 1: for the refusals and findings of a row.
std::uint64_t line_at(const std::string& path, std::uint64_t offset,
                      config::Encoding encoding = config::Encoding::utf_8);

}  // namespace handoff::reconcile
