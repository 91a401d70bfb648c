#include "core/serve/programme.hpp"

namespace handoff::serve {

namespace {
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kThursday = 3;  // 1970-01-01, if Monday is 0

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }
}  // namespace

std::int64_t due_at(const config::Programme& programme, std::int64_t now_ms, std::int64_t offset_ms) {
  std::int64_t at_ms = std::chrono::milliseconds(programme.at).count();
  std::int64_t day = floor_div(now_ms + offset_ms - at_ms, kDayMs);
  if (programme.weekly) {
    std::int64_t weekday = (day + kThursday) - floor_div(day + kThursday, 7) * 7;
    day -= (weekday - programme.weekday + 7) % 7;
  }
  bool over = programme.until_day && day > *programme.until_day;
  return over ? 0 : day * kDayMs + at_ms - offset_ms;
}

}  // namespace handoff::serve
