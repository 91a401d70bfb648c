#pragma once
// Times as exports write them. Pure: no clock, no time zone of the machine.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/config/export_map.hpp"

namespace handoff::reconcile {

struct Moment {
  std::int64_t utc_s = 0;     // seconds since 1970
  std::int64_t offset_s = 0;  // what the writer's clock was ahead of UTC
  bool by_map = false;        // it names a time of day and no zone
};

/// Whatever the format, unless it is a number: 2026-11-23, 20261123, 2026-11-23T10:00:00Z, 2026-11-23 10:00:00.123 +01:00,
/// 23.11.2026 10:00 (mdy: 11.23.2026), 23-Nov-2026. dmy and mdy also: 23/11/2026 10:00, 11/23/2026 10:00 AM; epoch_s, epoch_ms:
/// a whole number. A time without a zone is `offset_s` ahead of UTC, or what the clocks of `zone` are then.
std::optional<Moment> parse_time(std::string_view text, config::TimeFormat format, std::int64_t offset_s,
                                 const TimeZone* zone = nullptr);
/// By the clock of a map, and of that store where it has one of its own.
std::optional<Moment> parse_time(std::string_view text, const config::ExportMap& map, config::TimeFormat format,
                                 std::string_view store = {});

/// "2026-11-23T10:00:00Z"
std::string utc_text(std::int64_t utc_s);
/// "2026-11-23T10:00:00-05:00"
std::string local_text(std::int64_t utc_s, std::int64_t offset_s);
/// "2026-11-23"
std::string date_text(std::int64_t local_s);

/// The first day in that time on which clocks that are then `offset_s` ahead of UTC are changed in Europe or North America;
/// empty: none are. Of UTC itself nothing is said.
std::string clocks_changed(std::int64_t from_s, std::int64_t until_s, std::int64_t offset_s);

inline constexpr std::int64_t kHour = 3600, kDay = 24 * kHour, kWeek = 7 * kDay;
/// 0: Monday 0 h to 1 h.
int hour_of_week(std::int64_t local_s);
/// The Monday 0 h of that moment's week.
std::int64_t week_begin(std::int64_t local_s);

}  // namespace handoff::reconcile
