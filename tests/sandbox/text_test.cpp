#include <gtest/gtest.h>

#include "clock.hpp"
#include "http_message.hpp"
#include "ids.hpp"
#include "json.hpp"
#include "money.hpp"

namespace sandbox {

TEST(SandboxMoney, ReadsDecimalsExactly) {
  EXPECT_EQ(minor_from_decimal("-20.00", 2), -2000);
  EXPECT_EQ(minor_from_decimal("25.5", 2), 2550);
  EXPECT_EQ(minor_from_decimal("25", 2), 2500);
  EXPECT_EQ(minor_from_decimal("0.1000", 2), 10);
  EXPECT_EQ(minor_from_decimal("1000", 0), 1000);
  EXPECT_EQ(minor_from_decimal("90071992547409.93", 2), 9007199254740993);
}

TEST(SandboxMoney, RefusesWhatIsNotAnExactAmount) {
  for (const char* text : {"", "-", ".5", "5.", "1e2", "0.001", "1,00", "+1", "--1", "99999999999999999999", "abc"})
    EXPECT_FALSE(minor_from_decimal(text, 2)) << text;
}

TEST(SandboxMoney, WritesWhatItReads) {
  for (const char* text : {"0.00", "0.05", "-0.05", "-20.00", "12345.67"})
    EXPECT_EQ(decimal_from_minor(*minor_from_decimal(text, 2), 2), text);
  EXPECT_EQ(decimal_from_minor(1500, 0), "1500");
  EXPECT_EQ(minor_digits("JPY"), 0);
  EXPECT_EQ(minor_digits("KWD"), 3);
  EXPECT_EQ(minor_digits("USD"), 2);
}

TEST(SandboxJson, KeepsTheTextOfANumber) {
  const auto json = Json::parse(R"({"amount":-20.00,"big":9007199254740993})");
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["amount"].number_text(), "-20.00");
  EXPECT_FALSE((*json)["amount"].integer());
  EXPECT_EQ(json->dump(), R"({"amount":-20.00,"big":9007199254740993})");
}

TEST(SandboxJson, ReadsEscapesAndWritesThemBack) {
  const auto json = Json::parse(R"({"name":"Chlo\u00e9 \"O'Hara\"\n","empty":[],"none":null})");
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["name"].text(), "Chloé \"O'Hara\"\n");
  EXPECT_EQ(*Json::parse(json->dump()), *json);
}

TEST(SandboxJson, RefusesBrokenDocuments) {
  for (const char* text : {"", "{", "{\"a\":}", "[1,]", "{} {}", "nul", "\xff"})
    EXPECT_FALSE(Json::parse(text)) << text;
}

TEST(SandboxHttp, DecodesTargetsAndForms) {
  const Request request =
      make_request("GET", "/v1/vouchers/A%2FB/balance?updated_at[after]=2026-01-01T00%3A00%3A00Z&x=a+b");
  ASSERT_EQ(request.segments.size(), 4U);
  EXPECT_EQ(request.segment(2), "A/B");
  EXPECT_EQ(request.param("updated_at[after]"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(request.param("x"), "a b");
  EXPECT_FALSE(request.param("y"));
  EXPECT_EQ(parse_form("metadata%5Bk%5D=1%262&a=").at(0), (std::pair<std::string, std::string>("metadata[k]", "1&2")));
}

TEST(SandboxClock, ReadsTheTimesItWrites) {
  EXPECT_EQ(iso_from_ms(1'767'225'600'123), "2026-01-01T00:00:00.123Z");
  EXPECT_EQ(ms_from_iso("2026-01-01T00:00:00.123Z"), 1'767'225'600'123);
  EXPECT_EQ(ms_from_iso("2026-01-01T02:00:00+02:00"), 1'767'225'600'000);
  EXPECT_EQ(ms_from_iso("2026-01-01"), 1'767'225'600'000);
  EXPECT_FALSE(ms_from_iso("2026-13-01"));
  EXPECT_FALSE(ms_from_iso("yesterday"));
}

TEST(SandboxIds, SignsAsPublishedTestVectors) {
  EXPECT_EQ(hmac_sha256_base64("key", "The quick brown fox jumps over the lazy dog"),
            "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace sandbox
