#include "core/config/scalars.hpp"

#include <gtest/gtest.h>

namespace handoff::config {
namespace {

using namespace std::chrono_literals;

TEST(ConfigDuration, IsAWholeNumberAndAUnit) {
  EXPECT_EQ(parse_duration("1500ms"), Duration(1500));
  EXPECT_EQ(parse_duration("30s"), Duration(30s));
  EXPECT_EQ(parse_duration("5m"), Duration(5min));
  EXPECT_EQ(parse_duration("24h"), Duration(24h));
  EXPECT_EQ(parse_duration("30d"), Duration(30 * 24h));
  EXPECT_EQ(parse_duration("0s"), Duration(0));
}

TEST(ConfigDuration, RefusesAnythingElse) {
  for (const char* text : {"", "5", "m", "-5m", "+5m", "1.5s", "5 m", "5M", "5min", "1e3ms", "4000d",
                           "99999999999999999999ms", "5m ", " 5m", "1h30m"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(ConfigDuration, IsWrittenAsAnOperatorWould) {
  EXPECT_EQ(duration_text(1500ms), "1500ms");
  EXPECT_EQ(duration_text(90s), "90s");
  EXPECT_EQ(duration_text(2min), "2m");
  EXPECT_EQ(duration_text(48h), "2d");
  EXPECT_EQ(duration_text(0ms), "0ms");
}

TEST(ConfigAddress, IsAHostOfThisMachineAndAPort) {
  EXPECT_EQ(parse_address("127.0.0.1:8480")->port, 8480);
  EXPECT_EQ(parse_address("[::1]:0")->host, "::1");
  EXPECT_EQ(parse_address("localhost:65535")->port, 65535);
  for (const char* text : {"", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:80",
                           "1.2.3:80", "[1.2.3.4]:80", "hub.example.com:80", "127.0.0.1:80a", "[]:1"})
    EXPECT_FALSE(parse_address(text)) << text;
}

TEST(ConfigAddress, KnowsLoopback) {
  EXPECT_TRUE(is_loopback("127.0.0.1") && is_loopback("::1") && is_loopback("localhost"));
  EXPECT_FALSE(is_loopback("0.0.0.0") || is_loopback("10.0.0.1"));
}

TEST(ConfigMoney, HasACurrencyAndItsDigits) {
  EXPECT_EQ(*parse_money("25.00 USD"), Money(2500, "USD"));
  EXPECT_EQ(*parse_money("25 JPY"), Money(25, "JPY"));
  EXPECT_EQ(*parse_money("1.234 KWD"), Money(1234, "KWD"));
  for (const char* text : {"", "25.00", "25.00 usd", "25.00 XYZ", "25.001 USD", "0 USD", "-1 USD", "1e3 USD",
                           "25.00  USD", "USD 25.00", "1,000.00 USD", "99999999999999999999 USD", "$25 USD"})
    EXPECT_FALSE(parse_money(text)) << text;
}

TEST(ConfigRegion, SaysWhatWasMeant) {
  EXPECT_TRUE(parse_region("US") && parse_region("GB") && parse_region("ZW") && parse_region("AD"));
  EXPECT_EQ(parse_region("UK").error(), "did you mean \"GB\"?");
  EXPECT_EQ(parse_region("de").error(), "did you mean \"DE\"?");
  EXPECT_FALSE(parse_region("D ") || parse_region("") || parse_region("XX") || parse_region("S"));
}

TEST(ConfigUtcOffset, HasHoursAndMinutes) {
  EXPECT_EQ(parse_utc_offset("-05:00"), std::chrono::minutes(-300));
  EXPECT_EQ(parse_utc_offset("+05:45"), std::chrono::minutes(345));
  for (const char* text : {"5", "05:00", "+5:00", "+15:00", "+05:60", "+0500", "+-5:00", "EST"})
    EXPECT_FALSE(parse_utc_offset(text)) << text;
}

TEST(ConfigWords, HaveShapes) {
  EXPECT_TRUE(is_name("a") && is_name("register-credit") && is_name("shop_2"));
  EXPECT_FALSE(is_name("") || is_name("2x") || is_name("A") || is_name("a.b") || is_name(std::string(33, 'a')));
  EXPECT_TRUE(is_locale("en") && is_locale("en-US"));
  EXPECT_FALSE(is_locale("en_US") || is_locale("english") || is_locale("en-us") || is_locale(""));
  EXPECT_TRUE(is_email("a@b.c"));
  EXPECT_FALSE(is_email("a") || is_email("@b") || is_email("a@") || is_email("a b@c") || is_email("a@@b"));
  EXPECT_TRUE(is_http_url("https://a.b/c") && is_http_url("http://localhost:80"));
  EXPECT_FALSE(is_http_url("ftp://a") || is_http_url("https://") || is_http_url("https://u:p@h/"));
}

}  // namespace
}  // namespace handoff::config
