#include "core/serve/programme.hpp"

#include <algorithm>

#include "core/model/identity.hpp"

namespace handoff::serve {

namespace {
constexpr std::int64_t kThursday = 3;  // 1970-01-01, if Monday is 0
constexpr std::int64_t kMadeUpForDays = 7;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

/// The newest of its days up to `day`; days since 1970.
std::int64_t newest_of(const config::Programme& programme, std::int64_t day) {
  if (!programme.weekly) return day;
  std::int64_t weekday = (day + kThursday) - floor_div(day + kThursday, 7) * 7;
  return day - (weekday - programme.weekday + 7) % 7;
}
}  // namespace

std::int64_t due_at(const config::Programme& programme, std::int64_t now_ms, std::int64_t offset_ms) {
  std::int64_t at_ms = std::chrono::milliseconds(programme.at).count();
  std::int64_t today = floor_div(now_ms + offset_ms - at_ms, kDayMs);
  std::int64_t day =
      newest_of(programme, programme.until_day ? std::min<std::int64_t>(today, *programme.until_day) : today);
  bool over = programme.until_day && today - day >= kMadeUpForDays;
  return over ? 0 : day * kDayMs + at_ms - offset_ms;
}

}  // namespace handoff::serve
