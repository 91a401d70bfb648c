// Amounts, times, chances: pure pieces.

#include <gtest/gtest.h>

#include <handoff/sdk/money.hpp>

#include "core/reconcile/amount_text.hpp"
#include "core/reconcile/chance.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {
namespace {

using config::TimeFormat;

TEST(Amount, PlainDecimalsAreReadAsTheSdkReadsThem) {
  std::uint64_t state = 7;
  auto next = [&](std::uint64_t n) {
    state = state * 6364136223846793005 + 1442695040888963407;
    return (state >> 33) % n;
  };
  static constexpr char kSigns[] = "0123456789012345678901234567890123456789...-";
  for (int i = 0; i < 300'000; ++i) {
    std::string text;
    for (std::uint64_t size = 1 + next(12); size > 0; --size) text += kSigns[next(sizeof kSigns - 1)];
    int exponent = static_cast<int>(next(5));
    std::optional<std::int64_t> sdk = parse_decimal(text, exponent), ours = parse_amount(text, exponent, {});
    if (sdk && !ours && text.size() > 4 && text[text.size() - 4] == '.')
      ours = parse_amount(text, exponent, {'.', 0, false, true});
    if (sdk && *sdk <= kAmountMax && *sdk >= -kAmountMax) {
      ASSERT_EQ(ours, sdk) << text << " with " << exponent;
    } else if (ours) {
      ASSERT_TRUE(text.ends_with('-')) << text;  // the one form that only exports write
    }
  }
}

TEST(Amount, FormsOfExports) {
  AmountFormat english{'.', ','}, german{',', '.'}, swiss{'.', '\''};
  EXPECT_EQ(parse_amount("1,234,567.89", 2, english), 123456789);
  EXPECT_EQ(parse_amount("1.234.567,89", 2, german), 123456789);
  EXPECT_EQ(parse_amount("12'345.60", 2, swiss), 1234560);
  EXPECT_EQ(parse_amount("999999999999999", 4, english), std::nullopt) << "more than can be, whatever it is times 10^4";
  EXPECT_EQ(parse_amount("99999999999.9999", 4, english), 999999999999999);
  EXPECT_EQ(parse_amount("$25.00", 2, english), 2500);
  EXPECT_EQ(parse_amount("25,00 EUR", 2, german), 2500);
  EXPECT_EQ(parse_amount("(25.00)", 2, english), -2500);
  EXPECT_EQ(parse_amount("-$25.00", 2, english), -2500);
  EXPECT_EQ(parse_amount("25.00-", 2, english), -2500);
  EXPECT_EQ(parse_amount("2500", 2, {'.', 0, true}), 2500);
}

TEST(Amount, WhatCouldBeAnotherNumberIsNone) {
  for (const char* text : {"", "12,34", "1,2345.00", "1.005", "25.00.00", "1e3", "--5", "(-5)", "0x10",
                           "9999999999999999.00", "NaN", "1 000"})
    EXPECT_EQ(parse_amount(text, 2, {'.', ','}), std::nullopt) << text;
  EXPECT_EQ(parse_amount("1.50", 0, {}), std::nullopt);  // yen have no halves
}

TEST(Amount, ThreeDigitsBehindALoneSignAreNoCentsUnlessAllAmountsHaveThreeDecimals) {
  AmountFormat plain, three{'.', 0, false, true}, english{'.', ','}, german{',', '.'};
  for (const char* text : {"1.250", "25.000", "999.990", "-1.250", "1.250 EUR"}) {
    EXPECT_EQ(parse_amount(text, 2, plain), std::nullopt) << text;
    EXPECT_EQ(parse_amount(text, 2, english), std::nullopt) << text;
    EXPECT_TRUE(parse_amount(text, 2, german)) << text;
    EXPECT_TRUE(parse_amount(text, 2, three)) << text;
    EXPECT_TRUE(parse_amount(text, 3, plain)) << text;  // a dinar has a thousand fils
  }
  EXPECT_EQ(parse_amount("1.250", 2, german), 125000);
  EXPECT_EQ(parse_amount("3.000", 0, plain), std::nullopt);
  for (const char* text : {"0.250", "1250.000", "25.0000", "1,250.000"})
    EXPECT_TRUE(parse_amount(text, 2, english)) << text;
  for (const char* text : {"500", "25.00", "0.5"}) EXPECT_EQ(parse_amount(text, 2, three), std::nullopt) << text;
  EXPECT_EQ(parse_amount("0", 2, three), 0);
  EXPECT_EQ(parse_amount("0.500", 2, german), std::nullopt);  // no thousands begin with a zero
}

TEST(Amount, SignsAndDigitsBeyondAsciiAreWhatTheySay) {
  AmountFormat english{'.', ','}, french{',', ' '};
  EXPECT_EQ(parse_amount("\u22125.00", 2, english), -500);  // the minus of typesetters
  EXPECT_EQ(parse_amount("\u20135.00", 2, english), -500);
  EXPECT_EQ(parse_amount("5.00\u2212", 2, english), -500);
  EXPECT_EQ(parse_amount("\u200e\u22125.00 \u20ac", 2, english), -500);
  EXPECT_EQ(parse_amount("\u06625.00", 2, english), 2500);  // two in Arabic is a digit, no sign of a currency
  EXPECT_EQ(parse_amount("\u0661\u066c\u0662\u0665\u0660\u066b\u0665\u0660", 2, english), 125050);
  EXPECT_EQ(parse_amount("\uff12\uff15.00", 2, english), 2500);
  EXPECT_EQ(parse_amount("1\u00a0234,50", 2, french), 123450);
  EXPECT_EQ(parse_amount("1\u202f234,50 \u20ac", 2, french), 123450);
  EXPECT_EQ(parse_amount("1\u00a0234.50", 2, english), std::nullopt);
  EXPECT_EQ(parse_amount("\xe2\x88", 2, english), std::nullopt);
}

TEST(Amount, MarksOfTheRowsOwnCurrencyAreFine) {
  AmountFormat english{'.', ','}, german{',', '.'};
  for (auto [text, currency] : {std::pair("$25.00", "USD"),
                                {"US$25.00", "USD"},
                                {"25.00 USD", "USD"},
                                {"usd 25.00", "USD"},
                                {"USD$ 25.00", "USD"},
                                {"CHF 25.-", "CHF"},
                                {"25.\u2014 Fr.", "CHF"},
                                {"C$25.00", "CAD"},
                                {"$25.00", "CAD"},
                                {"\u20ac\u00a025.00", "EUR"},
                                {"25.00 Euro", "EUR"},
                                {"Rs. 25.00", "INR"},
                                {"=\"25.00\"", "USD"},
                                {"'25.00", "USD"},
                                {"z\u0142 25.00", "PLN"},
                                {"\u062f.\u0643 25.00", "KWD"},
                                {"+$25.00", "USD"}})
    EXPECT_EQ(parse_amount(text, 2, english, currency), 2500) << text;
  EXPECT_EQ(parse_amount("25,00 kr.", 2, german, "DKK"), 2500);
  EXPECT_EQ(parse_amount("kr 25,-", 2, german, "NOK"), 2500);
  for (const char* text : {"-$25.00", "$-25.00", "($25.00)", "$(25.00)", "(25.00) USD", "25.00- USD", "25.00 USD-"})
    EXPECT_EQ(parse_amount(text, 2, english, "USD"), -2500) << text;
}

TEST(Amount, WhatStandsBesideItAndContradictsMakesItNone) {
  for (auto [text, said] : {std::pair("\u20ac25.00", "\u20ac"),
                            {"25.00 EUR", "EUR"},
                            {"C$25.00", "C$"},
                            {"25.00k", "k"},
                            {"1.5M", "M"},
                            {"25.00%", "%"},
                            {"25.00 CR", "CR"},
                            {"DR 25.00", "DR"},
                            {"(25.00 CR)", "CR"},
                            {"USD 25.00 k", "k"},
                            {"USDT 25.00", "USDT"},
                            {"~25.00", "~"},
                            {"25.00 each", "each"}}) {
    std::string beside;
    EXPECT_EQ(parse_amount(text, 2, {'.', ','}, "USD", &beside), std::nullopt) << text;
    EXPECT_EQ(beside, said);
  }
  for (const char* text : {"USD.25", "k", "CR", "25.--5"}) {
    std::string beside;
    EXPECT_NE(parse_amount(text, 2, {'.', ','}, "USD", &beside), 2500) << text;
    EXPECT_EQ(beside, "") << text;
  }
}

TEST(Amount, WholeMinorUnitsHaveNoDecimals) {
  for (const char* text : {"25.00", "2500.0", "25.-"})
    EXPECT_EQ(parse_amount(text, 2, {'.', 0, true}), std::nullopt) << text;
}

TEST(Time, FormsOfExports) {
  auto utc = [](const char* text, TimeFormat format, std::int64_t offset = 0) {
    auto moment = parse_time(text, format, offset);
    return moment ? utc_text(moment->utc_s) : std::string("none");
  };
  EXPECT_EQ(utc("2026-11-23T10:00:00Z", TimeFormat::iso), "2026-11-23T10:00:00Z");
  EXPECT_EQ(utc("2026-11-23 10:00:00.123 +01:00", TimeFormat::iso), "2026-11-23T09:00:00Z");
  EXPECT_EQ(utc("2026-11-23T10:00:00-0530", TimeFormat::iso), "2026-11-23T15:30:00Z");
  EXPECT_EQ(utc("2026-11-23 10:00", TimeFormat::iso, -5 * kHour), "2026-11-23T15:00:00Z");
  EXPECT_EQ(utc("2026-11-23", TimeFormat::iso), "2026-11-23T00:00:00Z");
  EXPECT_EQ(utc("23.11.2026 10:00", TimeFormat::dmy), "2026-11-23T10:00:00Z");
  EXPECT_EQ(utc("11/23/2026 1:05 PM", TimeFormat::mdy), "2026-11-23T13:05:00Z");
  EXPECT_EQ(utc("1795996800", TimeFormat::epoch_s), "2026-11-30T00:00:00Z");
  EXPECT_EQ(utc("1795996800999", TimeFormat::epoch_ms), "2026-11-30T00:00:00Z");
  for (const char* text : {"20261123", "23.11.2026", "23-NOV-2026", "Nov 23, 2026", "23. November 2026"})
    for (TimeFormat format : {TimeFormat::iso, TimeFormat::dmy})
      EXPECT_EQ(utc(text, format), "2026-11-23T00:00:00Z") << text;
  EXPECT_EQ(utc("2024-02-29", TimeFormat::iso), "2024-02-29T00:00:00Z");
  for (const char* text :
       {"2026-02-29", "2026-13-01", "2026-11-23T25:00:00Z", "11/12/2026", "2026-11-23T10:00:00 Mars", "1-Foo-2026", ""})
    EXPECT_EQ(utc(text, TimeFormat::iso), "none") << text;
}

TEST(Time, HoursOfTheWeekBeginOnMonday) {
  std::int64_t monday = parse_time("2026-11-23T00:00:00Z", TimeFormat::iso, 0)->utc_s;
  EXPECT_EQ(hour_of_week(monday), 0);
  EXPECT_EQ(hour_of_week(monday - 1), 167);
  EXPECT_EQ(date_text(week_begin(monday + 6 * kDay)), "2026-11-23");
}

TEST(Chance, AgreesWithCountingEveryDraw) {
  // All ways to draw 4 of 10 with 3 bad: C(3,x) C(7,4-x) / C(10,4).
  EXPECT_EQ(chance_of_at_least(10, 3, 4, 0), kCertain);
  EXPECT_NEAR(static_cast<double>(chance_of_at_least(10, 3, 4, 1)), 1e12 * 175 / 210, 2);
  EXPECT_NEAR(static_cast<double>(chance_of_at_least(10, 3, 4, 2)), 1e12 * 70 / 210, 2);
  EXPECT_NEAR(static_cast<double>(chance_of_at_least(10, 3, 4, 3)), 1e12 * 7 / 210, 2);
  EXPECT_EQ(chance_of_at_least(10, 3, 4, 4), 0u);
  EXPECT_NEAR(static_cast<double>(chance_of_at_most(10, 3, 4, 0)), 1e12 * 35 / 210, 2);
  EXPECT_EQ(chance_of_at_least(2'000'000'000, 1'000'000, 1'000'000, 1), kCertain);
  EXPECT_LT(chance_of_at_least(1'000'000, 1000, 1000, 20), 1000u);
}

TEST(Chance, HolmPunishesTheNumberOfTests) {
  EXPECT_EQ(holm({30, 10, 20}), (std::vector<std::uint64_t>{40, 30, 40}));
  EXPECT_EQ(holm({}), std::vector<std::uint64_t>{});
}

}  // namespace
}  // namespace handoff::reconcile
