#pragma once
// All files onto the shelf, by all threads.

#include <atomic>
#include <bitset>
#include <expected>
#include <mutex>
#include <optional>

#include "core/reconcile/input.hpp"
#include "core/reconcile/request.hpp"
#include "core/reconcile/row_reader.hpp"
#include "core/reconcile/shelf.hpp"

namespace handoff::reconcile {

struct LoadedFile {
  Side side = Side::pos;
  std::string path;
  std::uint64_t bytes = 0;
  std::int64_t rows = 0, unreadable = 0;
  bool open_end = false;
  config::Encoding encoding = config::Encoding::utf_8;
  std::uint64_t title_lines = 0;                                // above the header
  std::vector<std::pair<std::uint64_t, std::uint64_t>> blocks;  // offset of each, and the line it begins with
  /// Of a row, from 1.
  std::uint64_t line(std::uint64_t place) const;
};

struct BadRow {
  std::uint64_t place = 0;
  std::string why;
  bool nameless = false;  // nor does it say of which credit it is
};

/// A row that is no credit and was passed over.
struct PassedRow {
  std::uint64_t place = 0;
  const char* what = "";
};

struct Loaded {
  std::vector<LoadedFile> files;
  std::vector<BadRow> bad;                  // the first of each file, in order
  std::vector<PassedRow> passed;            // in order
  std::vector<std::string> warnings;        // of columns that no row has
  report::BySide<std::uint32_t> newest{};   // record of the side, UTC seconds
  report::BySide<bool> by_map{};            // names times of day without a zone
  report::BySide<bool> spends{};            // shows something that was spent
  report::BySide<bool> timeless{};          // a record of the side has no time
  report::BySide<std::int64_t> nameless{};  // rows that cannot be read and name no credit
  std::bitset<1 << 16> register_days;       // since 1970, of which the registers have a record
  std::uint64_t rows = 0;
  report::BySide<std::int64_t> of_no_credit{};  // movements of cards whose credit the files do not tell
  report::BySide<bool> tells_moves{true, true, true, true, true};  // not if that is so of most of them
};

/// Bad rows beyond this share of a file (per mille) mean that the map or the file is wrong: refused.
inline constexpr std::int64_t kBadPerMille = 50;
inline constexpr std::size_t kBadShown = 200;

std::expected<Loaded, Refusal> load(const Request& request, Dictionaries& dictionaries, Shelf& shelf);

}  // namespace handoff::reconcile
