#pragma once
// From a record of a file to what the hub understands: which column is what, as the settings say.

#include <handoff/sdk/operations.hpp>
#include <optional>
#include <string>
#include <vector>

#include "rows.hpp"

namespace handoff::file {

/// Which column (of JSON: which member, "customer.email" inside another) is what; empty = there is none.
struct Columns {
  Columns() = default;
  std::string transaction, line, store, register_id, staff, time, amount, currency, kind;
  std::string email, phone, loyalty, customer, balance_type, expires, reason;
};

enum class DateOrder { ymd, dmy, mdy };

struct Mapping {
  Mapping() = default;
  Columns columns;
  std::string store, currency;                 // of all rows, where no column says it
  std::vector<std::string> issued, cancelled;  // words of the kind column
  DateOrder dates = DateOrder::ymd;
  bool decimal_comma = false;
  std::string utc_offset = "+00:00";
  int utc_offset_minutes = 0;
};

/// Throws config_error. Nothing if the settings have no columns: then the folder is no source.
std::optional<Mapping> mapping_of(const json::Value& settings);

/// Columns that must be in the first line of a CSV and are not.
std::vector<std::string> missing(const Mapping& mapping, const std::vector<std::string>& header);
/// Columns of the settings that stand there more than once: nobody could say which is meant.
std::vector<std::string> repeated(const Mapping& mapping, const std::vector<std::string>& header);

/// An event, a problem, or neither: the row is no credit.
struct Mapped {
  Mapped() = default;
  std::optional<SourceEvent> event;
  std::string problem;  // without anything of what the row says
};
Mapped to_event(const json::Value& values, const Mapping& mapping);

/// "23.11.2026 14:05" as "2026-11-23"; a time with an offset is taken to the stores' own first.
std::optional<std::string> to_business_date(std::string_view text, const Mapping& mapping);

}  // namespace handoff::file
