#include "core/model/time_zone.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace handoff {
namespace {

std::int64_t at(int year, int month, int day, int hour, int minute = 0) {
  using namespace std::chrono;
  sys_days date = std::chrono::year(year) / month / day;
  return duration_cast<seconds>(date.time_since_epoch()).count() + hour * 3600 + minute * 60;
}

TimeZone zone(const std::string& name) {
  auto out = TimeZone::load(name);
  EXPECT_TRUE(out) << name << ": " << out.error();
  return out.value_or(TimeZone());
}

TEST(TimeZones, FollowTheClocksOnTheWallThroughTheYear) {
  TimeZone berlin = zone("Europe/Berlin");
  EXPECT_EQ(berlin.offset_at(at(2026, 3, 29, 0, 59)), 3600);
  EXPECT_EQ(berlin.offset_at(at(2026, 3, 29, 1, 0)), 7200);
  EXPECT_EQ(berlin.offset_at(at(2026, 10, 25, 0, 59)), 7200);
  EXPECT_EQ(berlin.offset_at(at(2026, 10, 25, 1, 0)), 3600);
  EXPECT_EQ(zone("America/New_York").offset_at(at(2026, 11, 26, 12)), -5 * 3600);
  EXPECT_EQ(zone("Asia/Kolkata").offset_at(at(2026, 7, 1, 0)), 19800);
}

TEST(TimeZones, GoOnByTheLastRuleWhereTheTableEnds) {
  EXPECT_EQ(zone("Europe/Berlin").offset_at(at(2051, 7, 1, 0)), 7200);
  EXPECT_EQ(zone("Europe/Berlin").offset_at(at(2051, 12, 1, 0)), 3600);
  EXPECT_EQ(zone("Australia/Sydney").offset_at(at(2051, 1, 1, 0)), 11 * 3600) << "south of the equator";
  EXPECT_EQ(zone("Australia/Sydney").offset_at(at(2051, 7, 1, 0)), 10 * 3600);
}

TEST(TimeZones, ReadWhatTheClocksShowAndTakeTheFirstOfAnHourThatComesTwice) {
  TimeZone berlin = zone("Europe/Berlin");
  EXPECT_EQ(berlin.offset_of(at(2026, 3, 29, 1, 59)), 3600);
  EXPECT_EQ(berlin.offset_of(at(2026, 3, 29, 2, 30)), 3600) << "no clock shows it";
  EXPECT_EQ(berlin.offset_of(at(2026, 3, 29, 3, 0)), 7200);
  EXPECT_EQ(berlin.offset_of(at(2026, 10, 25, 2, 30)), 7200);
  EXPECT_EQ(berlin.offset_of(at(2026, 10, 25, 3, 0)), 3600);
  TimeZone chicago = zone("America/Chicago");
  EXPECT_EQ(chicago.offset_of(at(2026, 11, 1, 1, 59)), -5 * 3600);
  EXPECT_EQ(chicago.offset_of(at(2026, 11, 1, 2, 0)), -6 * 3600);
}

TEST(TimeZones, AZoneThatIsNoneIsRefused) {
  for (const char* name : {"Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "Europe", "tzdata.zi"})
    EXPECT_FALSE(TimeZone::load(name)) << name;
}

TEST(TimeZones, FilesThatAreCutAreRefused) {
  EXPECT_FALSE(TimeZone::parse(""));
  EXPECT_FALSE(TimeZone::parse("TZif2"));
  std::string counts = "TZif2" + std::string(15, '\0') + std::string(24, '\x7f');
  EXPECT_FALSE(TimeZone::parse(counts)) << "it promises tables that are not there";
}

TEST(TimeZones, UtcUnlessSaidOtherwise) { EXPECT_EQ(TimeZone().offset_at(1'700'000'000), 0); }

}  // namespace
}  // namespace handoff
