#include "core/model/conversion.hpp"

#include <gtest/gtest.h>

namespace handoff {
namespace {

Rate rate(const char* from, const char* to, const char* text, const char* since = "2026-01-01",
          const char* until = "") {
  return Rate{from, to, *read_rate(text), since, until};
}

std::string converted(const Money& amount, const Rate& by, Rounding rounding = Rounding::half_even) {
  Conversion conversion{by.to, "books", rounding, {by}};
  std::expected<Converted, std::string> out = convert(amount, "2026-11-23", conversion);
  return out ? out->amount.text() : out.error();
}

TEST(ConversionOfAmounts, IsExactOverAllExponents) {
  EXPECT_EQ(converted(Money(2500, "USD"), rate("USD", "EUR", "0.9215")), "23.04 EUR");
  EXPECT_EQ(converted(Money(2500, "USD"), rate("USD", "JPY", "150.123")), "3753 JPY");
  EXPECT_EQ(converted(Money(3753, "JPY"), rate("JPY", "USD", "0.00666")), "24.99 USD");
  EXPECT_EQ(converted(Money(2500, "USD"), rate("USD", "KWD", "0.30715")), "7.679 KWD");
  EXPECT_EQ(converted(Money(7679, "KWD"), rate("KWD", "JPY", "488.5")), "3751 JPY");
  EXPECT_EQ(converted(Money(1, "JPY"), rate("JPY", "CLF", "0.0002")), "0.0002 CLF");
  EXPECT_EQ(converted(Money(10'000, "CLF"), rate("CLF", "JPY", "5912.5")), "5912 JPY");
}

TEST(ConversionOfAmounts, RoundsByTheRuleAndNoOther) {
  struct {
    std::int64_t minor;
    const char* half_up;
    const char* half_even;
    const char* down;
  } cases[] = {{1, "0.01 EUR", "0.01 EUR 0", "0.01 EUR 0"},
               {5, "0.03 EUR", "0.02 EUR", "0.02 EUR"},
               {7, "0.04 EUR", "0.04 EUR", "0.03 EUR"},
               {6, "0.03 EUR", "0.03 EUR", "0.03 EUR"}};
  Rate half = rate("USD", "EUR", "0.5");
  for (const auto& one : cases) {
    EXPECT_EQ(converted(Money(one.minor, "USD"), half, Rounding::half_up), one.half_up);
    if (one.minor == 1) continue;  // half a cent is nothing by the other rules
    EXPECT_EQ(converted(Money(one.minor, "USD"), half, Rounding::half_even), one.half_even);
    EXPECT_EQ(converted(Money(one.minor, "USD"), half, Rounding::down), one.down);
  }
  EXPECT_EQ(converted(Money(1, "USD"), half, Rounding::down),
            "0.01 USD is less than the smallest unit from USD to EUR on 2026-11-23");
}

TEST(ConversionOfAmounts, TakesTheRateOfTheDay) {
  Conversion by{"EUR",
                "books",
                Rounding::half_even,
                {rate("USD", "EUR", "0.9", "2026-01-01", "2026-06-30"),
                 rate("USD", "EUR", "0.8", "2026-07-01", "2026-07-31"), rate("GBP", "EUR", "1.2")}};
  auto on = [&](const char* day, const char* currency = "USD") {
    std::expected<Converted, std::string> out = convert(Money(100, currency), day, by);
    return out ? out->amount.decimal() + " at " + out->rate : out.error();
  };
  EXPECT_EQ(on("2026-06-30"), "0.90 at 0.9");
  EXPECT_EQ(on("2026-07-01"), "0.80 at 0.8");
  EXPECT_EQ(on("2026-08-01"), "[rates.books] has no rate from USD to EUR on 2026-08-01");
  EXPECT_EQ(on("2025-12-31"), "[rates.books] has no rate from USD to EUR on 2025-12-31");
  EXPECT_EQ(on("2026-08-01", "GBP"), "1.20 at 1.2");
  EXPECT_EQ(on("2026-08-01", "EUR"), "1.00 at ");
}

TEST(ConversionOfAmounts, IsRefusedWhereItDoesNotFit) {
  Money most(std::numeric_limits<std::int64_t>::max(), "USD");
  EXPECT_EQ(converted(most, rate("USD", "EUR", "1")), "92233720368547758.07 EUR");
  EXPECT_TRUE(converted(most, rate("USD", "EUR", "1.000000000001")).contains("too large"));
  EXPECT_TRUE(converted(most, rate("USD", "CLF", "999999999999999999")).contains("too large"));
  EXPECT_TRUE(
      converted(Money(std::numeric_limits<std::int64_t>::max(), "JPY"), rate("JPY", "CLF", "999999999999999999"))
          .contains("too large"));
}

TEST(ConversionOfAmounts, TakesPlainRatesOnly) {
  for (const char* wrong : {"", "0", "-1", "1e3", "0.0000000000001", "1,5", " 1", ".5", "5.", "1234567890123456789012"})
    EXPECT_FALSE(read_rate(wrong)) << wrong;
  EXPECT_EQ(read_rate("0.9215")->units, 9215);
}

}  // namespace
}  // namespace handoff
