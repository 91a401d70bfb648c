#include "core/serve/programme.hpp"

#include <gtest/gtest.h>

#include "core/model/identity.hpp"

namespace handoff::serve {
namespace {

constexpr std::int64_t kHour = 3'600'000;

/// The slot as text, of that moment.
std::string due(const config::Programme& programme, const char* now, std::int64_t offset_ms = 0) {
  std::int64_t at = due_at(programme, *unix_ms(now), offset_ms);
  return at == 0 ? "" : rfc3339(at).substr(0, 16);
}

config::Programme monday_at_six() {
  config::Programme out;
  out.at = std::chrono::hours(6);
  return out;
}

TEST(Programme, IsDueAtItsHourOfItsDay) {
  EXPECT_EQ(due(monday_at_six(), "2026-11-30T06:00:00Z"), "2026-11-30T06:00");  // a Monday
  EXPECT_EQ(due(monday_at_six(), "2026-11-30T05:59:59Z"), "2026-11-23T06:00");
  EXPECT_EQ(due(monday_at_six(), "2026-12-06T23:00:00Z"), "2026-11-30T06:00");
  config::Programme daily = monday_at_six();
  daily.weekly = false;
  EXPECT_EQ(due(daily, "2026-12-04T05:00:00Z"), "2026-12-03T06:00");
}

TEST(Programme, KeepsTheRetailersTime) {
  EXPECT_EQ(due(monday_at_six(), "2026-11-30T10:59:00Z", -5 * kHour), "2026-11-23T11:00");
  EXPECT_EQ(due(monday_at_six(), "2026-11-30T11:00:00Z", -5 * kHour), "2026-11-30T11:00");
  EXPECT_EQ(due(monday_at_six(), "2026-11-29T21:00:00Z", 9 * kHour), "2026-11-29T21:00");
}

TEST(Programme, IsOverAfterItsLastDay) {
  config::Programme programme = monday_at_six();
  programme.until_day = *days_from_date("2026-11-30");
  EXPECT_EQ(due(programme, "2026-11-30T06:00:00Z"), "2026-11-30T06:00");
  EXPECT_EQ(due(programme, "2026-12-06T06:00:00Z"), "2026-11-30T06:00") << "a missed last one is made up for";
  EXPECT_EQ(due(programme, "2026-12-07T06:00:00Z"), "");
}

TEST(Programme, ADailyOnesMissedLastDayIsMadeUpForLikeAWeeklyOnes) {
  config::Programme daily = monday_at_six();
  daily.weekly = false;
  daily.until_day = *days_from_date("2026-11-30");
  EXPECT_EQ(due(daily, "2026-11-29T06:00:00Z"), "2026-11-29T06:00");
  EXPECT_EQ(due(daily, "2026-12-01T06:00:00Z"), "2026-11-30T06:00");
  EXPECT_EQ(due(daily, "2026-12-07T05:59:59Z"), "2026-11-30T06:00");
  EXPECT_EQ(due(daily, "2026-12-07T06:00:00Z"), "");
}

}  // namespace
}  // namespace handoff::serve
