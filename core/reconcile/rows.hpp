#pragma once
// A block cut into rows, and rows into the fields that the map asks for. No allocation a field.

#include <array>
#include <cstdint>
#include <functional>
#include <handoff/sdk/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/export_map.hpp"
#include "core/reconcile/input.hpp"

namespace handoff::reconcile {

inline constexpr std::size_t kReferenceColumnsMax = 6;

/// What a column can say. The reference may be made of several, and so may that of the credit which a void is about.
enum class Field : std::uint8_t {
  reference,
  reference_end = kReferenceColumnsMax - 1,
  original,
  original_end = 2 * kReferenceColumnsMax - 1,
  amount,
  balance,
  currency,
  balance_type,
  time,
  clock,
  business_date,
  type,
  status,
  store,
  terminal,
  transaction,
  line,
  staff,
  route,
  version,
  customer,
  email,
  phone,
  loyalty,
  instrument,
  author,
  systems,
  first,  // whatever the first column of a CSV says
  count
};
inline constexpr std::size_t kFields = static_cast<std::size_t>(Field::count);
constexpr std::size_t at(Field field) { return static_cast<std::size_t>(field); }

using Fields = std::array<std::string_view, kFields>;  // blanks around are taken off

/// Where the fields are in one file.
struct Columns {
  std::vector<int> field_of;              // CSV: of a column, or -1
  std::vector<std::pair<int, int>> same;  // fields that stand in another one's column: from, to
  std::array<std::string, kFields> path;  // JSON: the dotted name, or ""
  std::array<bool, kFields> mapped{};
  std::size_t count = 0;  // of the header's columns
};

/// Where the map's columns are in the header. A column that the header lacks is refused with the nearest name.
std::expected<Columns, Refusal> find_columns(const Input& input, const config::ExportMap& map);

/// The names that a map asks for, by field; "" where it asks for none.
std::array<std::string, kFields> names_of(const config::ExportMap& map);

/// A line inside of a quoted field that has as many fields as the header: it may be a row that a stray quote swallowed.
struct Swallowed {
  std::uint64_t offset = 0, lines = 0;
  Fields fields{};
};

/// One row. `problem` is nullptr, or why its fields cannot be told.
struct RawRow {
  std::uint64_t offset = 0;
  std::uint64_t lines = 0;  // of the block before it
  const Fields* fields = nullptr;
  const char* problem = nullptr;
  bool last = false;                 // of the block
  bool ascii = false;                // the whole block is
  const Fields* from_end = nullptr;  // where fields are too many or too few: the same counted from the row's end
  std::span<const Swallowed> swallowed;
  /// Bits of the fields of which it has the column, be it empty; kAny if it can be told. A CSV has all that its header has.
  std::uint64_t there = 0;
  static constexpr std::uint64_t kAny = std::uint64_t{1} << kFields;
};
static_assert(kFields < 64);
using OnRow = std::function<void(const RawRow&)>;

/// Calls `on_row` for each row of the block, in order; the lines of the block. Empty lines are passed over.
std::uint64_t for_rows(const Block& block, Shape shape, char delimiter, const Columns& columns, const OnRow& on_row);

/// Only the row that begins at `offset` of the file, which is in the block.
void one_row(const Block& block, std::uint64_t offset, Shape shape, char delimiter, const Columns& columns,
             const OnRow& on_row);

/// The fields of one line of CSV, quotes taken off. For headers.
std::vector<std::string> split_line(std::string_view line, char delimiter);

/// A JSON scalar as text; nothing for null, objects and lists.
std::string scalar(const json::Value& value);

std::string_view trimmed(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace handoff::reconcile
