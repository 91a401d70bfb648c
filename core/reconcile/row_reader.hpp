#pragma once
// From the fields of a row to a record: words, amounts, times, the reference in its normal form.

#include <array>
#include <functional>
#include <span>
#include <string>
#include <unordered_map>

#include "core/config/export_map.hpp"
#include "core/reconcile/amount_text.hpp"
#include "core/reconcile/names.hpp"
#include "core/reconcile/record.hpp"
#include "core/reconcile/rows.hpp"

namespace handoff::reconcile {

struct Dictionaries {
  Names currencies{256}, balance_types{256};
  Names origins{1'000'000};  // "store\x1fterminal"
  Names staff{1'000'000};
  Names ways{65'536};  // "route\x1fversion"
};
/// What spreadsheets and databases write where there is nothing: many credits would have one reference, or one customer.
bool is_word_for_nothing(std::string_view text);
inline bool stands_for_nothing(std::string_view text) {  // most begin like none of them
  if (text.empty() || text.size() > 9) return false;
  char c = text.front();
  return (c == '-' || c == '#' || c == '(' || c == 'N' || c == 'n' || c == 'U' || c == 'u') &&
         is_word_for_nothing(text);
}
/// Of an origin: store, terminal; of a way: route, version.
std::array<std::string_view, 2> parts_of(std::string_view joined);

/// Which identifier of a customer can be held against the registers', if any.
Field comparable_identifier(const config::ExportMap& pos, const config::ExportMap& side);

/// What rows of one credit have in common: upper case; several columns joined; where only letters and digits count,
/// nothing else, and a column of a day is the same in whatever form that is written. False if one of them is empty: a
/// reference with a hole is none.
bool reference_key(const Fields& fields, const config::ExportMap& map, std::string& out);
/// The same of these columns.
bool joined_key(std::span<const std::string_view> columns, const config::ExportMap& map, std::string& out);
/// What is left of a reference whatever a map lets count of it: of "MAN-0011" and of "MAN11" the same.
std::string bare_reference(std::string reference);

/// The day a register's number belongs to, as the map writes days; nothing if it is none.
std::optional<std::int64_t> business_day_s(std::string_view text, const config::ExportMap& map);

/// One a thread and side. Not shared.
class RowReader {
 public:
  RowReader(Side side, const config::ExportMap& map, Field identifier, Dictionaries& dictionaries);

  /// The records of a row: one, or one a reference; none for a row that the map ignores. `problem` is why it is
  /// unreadable (""): then there is a record only if its reference could be read, and none to be counted. The record's key
  /// lives until the next one.
  /// A row that is no credit at all, a line of totals or the header again, is named by passed() and gives no record.
  void read(std::size_t file, const RawRow& row, const std::function<void(const Record&)>& emit, std::string& problem);
  /// Of the row read last: "a line of totals", or nullptr.
  const char* passed() const { return passed_; }
  /// Whether the map says the zone of some time of day that it read.
  bool by_map() const { return by_map_; }
  /// Of the row whose records are given out: it names neither a credit nor a time, as a total does. Only who knows all rows of
  /// the file can tell.
  bool may_be_total() const { return may_be_total_; }
  /// Its amount as it is written, without regard to what kind of row it is.
  std::int64_t written() const { return written_; }

 private:
  void reference(const Fields& fields);
  bool sound(const Fields& fields);
  void perhaps(const Fields& fields, Record out, const std::function<void(const Record&)>& emit);
  void displaced(const RawRow& row, const Record& out, const std::function<void(const Record&)>& emit);
  bool swallows(const RawRow& row, Record out, const std::function<void(const Record&)>& emit);
  std::string_view original(const Fields& fields, std::string_view own);
  bool is_total(const Fields& fields) const;
  bool nothing_but_an_amount(const Fields& fields) const;
  bool is_header(const Fields& fields) const;
  bool money(const Fields& fields, Record& out, std::string& problem);
  bool moment(const Fields& fields, Record& out, std::string& problem);
  bool what(const Fields& fields, Record& out, std::string& problem);
  void customer(const Fields& fields, Record& out) const;
  void origin(const Fields& fields, Record& out);
  bool systems(std::string_view list, Record& out, std::string& problem) const;
  /// A word of the export as ours, and its number; the last one is remembered, for it is the next one, too.
  struct Mapped {
    std::string theirs, ours;
    std::uint32_t id = 0;
  };
  std::uint32_t mapped(const std::map<std::string, std::string>& words, std::string_view theirs, bool upper,
                       LocalNames& names, Mapped& last);
  bool fill(const Fields& fields, Record& out, std::string& problem);
  void emit_each(Record& out, const std::function<void(const Record&)>& emit) const;

  Side side_;
  const char* passed_ = nullptr;
  bool by_map_ = false;
  bool may_be_total_ = false;
  std::int64_t written_ = 0;
  const config::ExportMap& map_;
  Field identifier_;
  AmountFormat amounts_;
  LocalNames currencies_, balance_types_, origins_, staff_, ways_;
  std::unordered_map<std::string, What> types_;
  std::string_view key_;  // into the row, or into key_text_
  std::string key_text_, original_text_, word_, origin_, moment_;
  Mapped currency_, balance_type_;
  std::array<int, 256> exponents_{};
};

/// A customer's identifier in the form in which two are held against each other; "" if it cannot be told.
std::string identifier_form(Field kind, std::string_view text);

}  // namespace handoff::reconcile
