#pragma once
// How the columns of an export are read: which column says what, and how amounts and times are written in it. One TOML
// file, a table a side ([pos], [platform], [payments], [erp], [storefront]), for `handoff audit --map`.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.hpp"
#include "core/model/time_zone.hpp"

namespace handoff::config {

enum class TimeFormat { iso, dmy, mdy, epoch_s, epoch_ms };
/// UTF-16 is told by its first bytes and needs no word.
enum class Encoding { utf_8, windows_1252 };

/// A zone whose clocks change.
struct NamedZone {
  std::string name;  // "Europe/Berlin"
  TimeZone clocks;
};

/// One side's export. Column names are as in the file's header (case and blanks around them do not count); in JSON
/// lines a name with dots leads into objects. Empty: the export has no such column.
struct ExportMap {
  Encoding encoding = Encoding::utf_8;
  std::vector<std::string> reference;  // one column, or several joined with `join`: what all systems call the credit
  std::vector<std::string> original;   // the same of rows that are no issue, where those have a number of their own
  std::string join = "-";
  std::string split;            // what separates several references in one field (a merged credit); empty: never
  bool letters_digits = false;  // only letters and digits of a reference count: "S1-R2/7" is "S1R27"; a day in one of
                                // several columns is 20261103 in whatever form it is written
  bool drop_zeros = false;      // zeros before a number of a reference do not count: a spreadsheet takes them off
  std::string amount;           // of this row
  std::string balance;          // what is left of the credit after this row
  std::string currency, balance_type;
  std::string currency_always;  // where no column says it: "USD"
  std::string time, type, status;
  std::string clock;                   // the time of day, where `time` is a day
  std::string business_date;           // registers: the day a number belongs to; tells two uses of one number apart
  std::string store, terminal, staff;  // of the register that issued
  std::string route, version;     // registers: which way the integration took it, and the version of what took it there
  std::string transaction, line;  // registers: their own number, where the reference is another or put together
  std::string customer, email, phone, loyalty;  // whom the credit is linked to
  bool own_customers = false;  // its customers' numbers are its own: they tell that there is one, not who
  std::string instrument;      // the system's own id of the card or entry
  std::string author;          // who typed it in
  std::string systems;         // registers: which sides get this credit, "platform erp"; empty there: all
  char decimal = '.';
  char thousands = 0;           // 0: none
  bool three_decimals = false;  // all amounts have three decimals: 25.000 is 25.00 USD, and not a thousand times that
  bool minor_units = false;     // amounts are whole minor units: 2500 is 25.00 USD
  bool negate = false;          // the books write a liability as a negative amount
  std::string
      negative;  // what an issue below zero is where no kind of row says it: "void", "redeem", ...; empty: an error
  TimeFormat time_format = TimeFormat::iso;
  std::int64_t utc_offset_s = 0;                      // of times that name no zone
  std::shared_ptr<const NamedZone> zone;              // or this, where their clocks change
  std::map<std::string, std::int64_t> store_offsets;  // registers: of stores whose clocks are others, seconds
  std::map<std::string, std::shared_ptr<const NamedZone>> store_zones;
  std::map<std::string, std::string> types;  // the export's word for a row, upper case -> issue, redeem, refund, ...
  std::map<std::string, std::string> currencies, balance_types;  // the export's word -> ours
};

/// An integration's log, [logs]: which system a row is about, what came of it, how long that took. `columns` has the
/// reference and the time as in an export; its `store` is the column of the system, its `type` that of the outcome, its
/// `balance` that of the duration, its `author` that of the message.
struct LogMap {
  ExportMap columns;
  std::string system_always;                    // where no column says it: "erp"
  std::map<std::string, std::string> systems;   // the log's word, upper case -> platform, payments, erp, storefront
  std::map<std::string, std::string> outcomes;  // the log's word, upper case -> ok, failed, ignore
  bool seconds = false;                         // durations are seconds; else milliseconds
};

/// The tables of a map file by side. A side that has no table is guessed from its header.
struct ExportMaps {
  std::map<std::string, ExportMap, std::less<>> sides;
  std::optional<LogMap> logs;
};

inline constexpr std::string_view kExportSides[] = {"pos", "platform", "payments", "erp", "storefront"};

/// What a row of an export can be.
inline constexpr std::string_view kRowTypes[] = {"issue", "redeem", "refund", "adjust", "void", "ignore"};

std::expected<ExportMaps, Diagnostics> load_export_maps(const std::filesystem::path& path);

/// What a row of a log can say of a try.
inline constexpr std::string_view kLogOutcomes[] = {"ok", "failed", "ignore"};

/// "-05:00"
std::string utc_offset_text(std::int64_t seconds);

/// The map as TOML that load_export_maps() reads back to the same.
std::string to_toml(std::string_view side, const ExportMap& map);
std::string to_toml(const LogMap& map);

}  // namespace handoff::config
