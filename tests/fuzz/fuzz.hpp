#pragma once
// What every fuzzer is made of: one function over foreign bytes, and properties that must hold for all of them. The
// function keeps nothing between two calls. libFuzzer calls it (preset `fuzz`); in every other build smoke.cpp does.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::fuzz {

/// The fuzzer: defined once by each program.
void one_input(std::string_view bytes);

/// Ends the process if `holds` is false, so that the bytes are kept. `property` is a sentence about the product.
void must(bool holds, std::string_view property, std::string_view detail = {});

/// The input as a line or byte at a time. Past the end everything is empty and zero.
class Input {
 public:
  explicit Input(std::string_view bytes) : left_(bytes) {}

  std::uint8_t byte();
  /// 0 to `bound` - 1.
  std::size_t below(std::size_t bound) { return byte() % bound; }
  /// Up to the next line feed, which is dropped.
  std::string_view line();
  /// Up to the next line that is "--", which is dropped.
  std::string_view part();
  std::string_view rest() const { return left_; }
  bool empty() const { return left_.empty(); }

 private:
  std::string_view left_;
};

/// A file that lies in memory, for parsers that take a path: on a disk each input would wait for it.
class MemoryFile {
 public:
  MemoryFile();
  /// Replaces what is in it.
  void write(std::string_view bytes) const;
  const std::string& path() const { return path_; }

 private:
  int file_ = -1;
  std::string path_;
};

/// Where `bytes` are cut before they are given to a reader of streams: after each byte for short ones, else at places
/// that depend on the bytes alone.
std::vector<std::string_view> pieces(std::string_view bytes, std::uint8_t how);

/// `body` in HTTP/1.1 chunks, cut by pieces().
std::string in_chunks(std::string_view body, std::uint8_t how);

/// Valid as RFC 3629 has it, judged without the product's code.
bool is_utf8(std::string_view text);

}  // namespace handoff::fuzz
