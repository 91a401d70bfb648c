#include <gtest/gtest.h>

#include <handoff/sdk/time.hpp>

namespace handoff {
namespace {

TEST(Times, AreReadAndWrittenExactly) {
  EXPECT_EQ(to_unix_ms("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(to_unix_ms("2021-10-13T19:59:05.073Z"), 1634155145073);
  EXPECT_EQ(to_unix_ms("2021-10-13T19:59:05.0739999Z"), 1634155145073);
  EXPECT_EQ(to_unix_ms("2021-10-13T14:59:05.073-05:00"), 1634155145073);
  EXPECT_EQ(to_rfc3339(1634155145073), "2021-10-13T19:59:05.073Z");
  EXPECT_EQ(to_rfc3339(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(to_date(1634155145073, 5 * 60), "2021-10-14");
  for (const char* text : {"", "2021-10-13", "2021-02-29T00:00:00Z", "2021-10-13T24:00:00Z", "2021-10-13T19:59:05",
                           "2021-10-13T19:59:05.Z", "2021-10-13 19:59:05Z", "2021-10-13T19:59:05+5", "x"})
    EXPECT_FALSE(to_unix_ms(text)) << text;
  EXPECT_EQ(to_offset_minutes("-05:30"), -330);
  EXPECT_FALSE(to_offset_minutes("05:30"));
  EXPECT_FALSE(to_offset_minutes("+24:00"));
}

TEST(Dates, AreDaysInUtc) {
  EXPECT_EQ(to_date(0), "1970-01-01");
  EXPECT_EQ(to_date(1'709'251'199'999), "2024-02-29");
  EXPECT_EQ(to_date(1'709'251'200'000), "2024-03-01");
}

}  // namespace
}  // namespace handoff
