#pragma once
// Times as vendors write them, and dates. A connector has no clock: what is read here comes from an answer or an input.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace handoff {

namespace detail {

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kDayMs = 86'400'000;

/// The digits at `at`, as a number; nothing if one is missing.
inline std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  int value = 0;
  for (char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

inline std::string padded(std::int64_t value, std::size_t width) {
  std::string text = std::to_string(value);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

}  // namespace detail

/// "-05:00" in minutes; nothing if it is no offset.
inline std::optional<int> to_offset_minutes(std::string_view text) {
  std::optional<int> hours = detail::digits(text, 1, 2);
  std::optional<int> minutes = detail::digits(text, 4, 2);
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || !hours || !minutes)
    return std::nullopt;
  if (*hours > 23 || *minutes > 59) return std::nullopt;
  int total = *hours * 60 + *minutes;
  return text[0] == '-' ? -total : total;
}

/// RFC 3339, any fraction of a second and any offset, to Unix milliseconds; nothing if it is none.
inline std::optional<std::int64_t> to_unix_ms(std::string_view text) {
  std::optional<int> year = detail::digits(text, 0, 4), month = detail::digits(text, 5, 2),
                     day = detail::digits(text, 8, 2);
  std::optional<int> hour = detail::digits(text, 11, 2), minute = detail::digits(text, 14, 2),
                     second = detail::digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::string_view rest = text.substr(19);
  std::int64_t fraction_ms = 0;
  if (!rest.empty() && rest[0] == '.') {
    std::size_t count = 1;
    for (int scale = 100; count < rest.size() && rest[count] >= '0' && rest[count] <= '9'; ++count, scale /= 10)
      fraction_ms += scale * (rest[count] - '0');
    if (count == 1) return std::nullopt;
    rest.remove_prefix(count);
  }
  std::optional<int> offset = rest == "Z" ? std::optional<int>(0) : to_offset_minutes(rest);
  if (!offset) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * detail::kDayMs + (*hour * 60 + *minute - *offset) * detail::kMinuteMs + *second * 1000 + fraction_ms;
}

/// "2026-11-23", in UTC or shifted by an offset.
inline std::string to_date(std::int64_t unix_ms, int offset_minutes = 0) {
  const std::chrono::sys_time<std::chrono::milliseconds> local{
      std::chrono::milliseconds(unix_ms + offset_minutes * detail::kMinuteMs)};
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(local));
  return detail::padded(static_cast<int>(day.year()), 4) + "-" + detail::padded(static_cast<unsigned>(day.month()), 2) +
         "-" + detail::padded(static_cast<unsigned>(day.day()), 2);
}

/// "2026-11-23T10:00:00.123Z"
inline std::string to_rfc3339(std::int64_t unix_ms) {
  std::int64_t in_day = (unix_ms % detail::kDayMs + detail::kDayMs) % detail::kDayMs;
  return to_date(unix_ms, 0) + "T" + detail::padded(in_day / 3'600'000, 2) + ":" +
         detail::padded(in_day / detail::kMinuteMs % 60, 2) + ":" + detail::padded(in_day / 1000 % 60, 2) + "." +
         detail::padded(in_day % 1000, 3) + "Z";
}

}  // namespace handoff
