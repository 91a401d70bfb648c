#pragma once
// The first rows of an export with all of their columns, to guess from. Not for counting.

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "core/reconcile/input.hpp"

namespace handoff::reconcile {

/// Rows that cannot be read are left out. Of JSON lines the columns are the dotted names of all values in these rows.
struct Sample {
  std::string file;
  Shape shape = Shape::csv;
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> columns;  // of each name: its values, "" where a row has none
  std::size_t rows = 0;
  config::Encoding encoding = config::Encoding::utf_8;  // Windows-1252 if only that makes it text

  /// -1: none. Case and blanks around do not count.
  int column(const std::string& name) const;
};

inline constexpr std::size_t kSampleRows = 10'000;
inline constexpr std::size_t kSampleBytes = 8u << 20;

std::expected<Sample, Refusal> read_sample(const std::string& path);

}  // namespace handoff::reconcile
