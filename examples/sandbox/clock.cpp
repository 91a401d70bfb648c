#include "clock.hpp"

#include <charconv>
#include <cstdio>

namespace sandbox {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

bool read_int(std::string_view& text, std::size_t width, int& value) {
  if (text.size() < width) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + width, value);
  if (error != std::errc{} || end != text.data() + width) return false;
  text.remove_prefix(width);
  return true;
}

bool skip(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

int read_fraction_ms(std::string_view& text) {
  int ms = 0;
  int scale = 100;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    ms += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
  }
  return ms;
}

// "Z", "+02:00" or nothing (read as UTC).
std::optional<int> read_offset_minutes(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const int sign = text.front() == '-' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  text.remove_prefix(1);
  if (!read_int(text, 2, hours) || !skip(text, ':') || !read_int(text, 2, minutes) || !text.empty())
    return std::nullopt;
  return sign * (hours * 60 + minutes);
}

std::string format(std::int64_t ms, bool with_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> point{std::chrono::milliseconds(ms)};
  const auto day = std::chrono::floor<days>(point);
  const year_month_day date{day};
  const std::chrono::hh_mm_ss time{point - day};
  char text[64];
  const int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                                   static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                   static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                   static_cast<int>(time.seconds().count()));
  std::string out(text, static_cast<std::size_t>(length));
  if (with_ms) {
    std::snprintf(text, sizeof text, ".%03d", static_cast<int>(time.subseconds().count()));
    out += text;
  }
  return out + "Z";
}

}  // namespace

std::string iso_from_ms(std::int64_t ms) { return format(ms, true); }
std::string iso_seconds_from_ms(std::int64_t ms) { return format(ms, false); }

std::optional<std::int64_t> ms_from_iso(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
  if (!read_int(text, 4, year) || !skip(text, '-') || !read_int(text, 2, month) || !skip(text, '-') ||
      !read_int(text, 2, day))
    return std::nullopt;
  const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  std::optional<int> offset = 0;
  if (!text.empty()) {
    if (!skip(text, 'T') && !skip(text, ' ')) return std::nullopt;
    if (!read_int(text, 2, hour) || !skip(text, ':') || !read_int(text, 2, minute)) return std::nullopt;
    if (skip(text, ':') && !read_int(text, 2, second)) return std::nullopt;
    if (skip(text, '.')) ms = read_fraction_ms(text);
    offset = read_offset_minutes(text);
    if (!offset) return std::nullopt;
  }
  const std::int64_t days_ms = sys_days(date).time_since_epoch().count() * std::int64_t{86'400'000};
  return days_ms + ((hour * std::int64_t{60} + minute - *offset) * 60 + second) * 1000 + ms;
}

}  // namespace sandbox
