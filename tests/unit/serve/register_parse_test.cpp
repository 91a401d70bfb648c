#include <gtest/gtest.h>

#include "core/model/sources.hpp"
#include "core/serve/register_api.hpp"

namespace handoff::serve {
namespace {

std::string credit(const std::string& members) {
  return R"({"transaction":"T1","business_date":"2026-11-23","store":"S1",)" + members + "}";
}

std::string refusal(const std::string& body) {
  auto parsed = parse_register_credit(body);
  return parsed ? "taken" : parsed.error();
}

TEST(RegisterCredit, IsReadExactly) {
  auto event = parse_register_credit(credit(R"("amount":"25.10","currency":"USD","customer":{"email":"a@b.example"})"));
  ASSERT_TRUE(event) << event.error();
  EXPECT_EQ(event->amount, Money(2510, "USD"));
  EXPECT_EQ(event->email, "a@b.example");
  EXPECT_EQ(event->balance_type, "general");
}

TEST(RegisterCredit, IsNotOfADayThatNobodyMeans) {
  BusinessDates dates;
  dates.back_days = 400;
  dates.ahead_days = 2;
  std::int64_t noon = 1'795'435'200'000;  // 2026-11-23T12:00:00Z
  EXPECT_EQ(far_off("2026-11-23", dates, noon), "");
  EXPECT_EQ(far_off("2025-10-19", dates, noon), "") << "a register that was offline for a year (N6)";
  EXPECT_EQ(
      far_off("2025-10-18", dates, noon),
      "business_date: 2025-10-18 is more than 400 days ago; correct the register's date, or widen [retailer] business_dates");
  EXPECT_EQ(far_off("2026-11-25", dates, noon), "");
  EXPECT_EQ(
      far_off("2026-11-26", dates, noon),
      "business_date: 2026-11-26 is more than 2 days ahead; correct the register's date, or widen [retailer] business_dates");
  dates.utc_offset_ms = 13 * 3'600'000;
  EXPECT_EQ(far_off("2026-11-26", dates, noon), "") << "there it is the 24th already";
  EXPECT_NE(far_off("1926-11-23", dates, noon), "");
}

TEST(RegisterCredit, TakesAsManyDecimalsAsTheCurrencyHas) {
  EXPECT_EQ(parse_register_credit(credit(R"("amount":"25","currency":"JPY")"))->amount, Money(25, "JPY"));
  EXPECT_EQ(parse_register_credit(credit(R"("amount":"1.234","currency":"KWD")"))->amount, Money(1234, "KWD"));
  EXPECT_EQ(refusal(credit(R"("amount":"25.5","currency":"JPY")")).substr(0, 7), "amount:");
}

TEST(RegisterCredit, RefusesMoneyThatIsNotAPlainDecimal) {
  for (const char* amount : {"\"1e2\"", "\"10.005\"", "10.00", "\"-5.00\"", "\"0.00\"", "\"\"", "\" 5\"", "\"5.\"",
                             "\".5\"", "\"+5\"", "\"0x5\"", "\"92233720368547758.08\"", "null", "true", "[]"})
    EXPECT_EQ(refusal(credit(std::string("\"amount\":") + amount + R"(,"currency":"USD")")).substr(0, 7), "amount:")
        << amount;
}

TEST(RegisterCredit, SaysWhatAnAmountOfThisCurrencyMayBe) {
  auto told = [](const std::string& amount, const std::string& currency) {
    return refusal(credit("\"amount\":\"" + amount + "\",\"currency\":\"" + currency + "\""));
  };
  EXPECT_EQ(told("1e2", "USD"), "amount: '1e2' is no amount of USD; write a plain decimal such as \"25.00\"");
  EXPECT_EQ(told("10.005", "USD"),
            "amount: '10.005' has more decimals than USD, which has 2; write a plain decimal such as \"25.00\"");
  EXPECT_EQ(told("25.01", "JPY"),
            "amount: '25.01' has more decimals than JPY, which has none; write a plain decimal such as \"25\"");
  EXPECT_EQ(told("1.2345", "KWD"),
            "amount: '1.2345' has more decimals than KWD, which has 3; write a plain decimal such as \"25.000\"");
  EXPECT_EQ(told("25.000", "USD"), "taken");
  EXPECT_EQ(told("-5.00", "USD"), "amount: must be more than zero");
}

TEST(RegisterCredit, IsNotSoLargeThatSumsOverflow) {
  for (const char* amount :
       {"100000000000.00", "92233720368547758.07", "92233720368547758.08", "99999999999999999999999"})
    EXPECT_EQ(refusal(credit("\"amount\":\"" + std::string(amount) + "\",\"currency\":\"USD\"")),
              "amount: '" + std::string(amount) + "' is more than one credit can be, 99999999999.99 USD");
  EXPECT_EQ(refusal(credit(R"("amount":"99999999999.99","currency":"USD")")), "taken");
}

TEST(RegisterCredit, TakesNoNullForAnAbsentMember) {
  const std::string money = R"("amount":"5","currency":"USD",)";
  for (const char* name :
       {"terminal", "line", "balance_type", "staff", "campaign", "expires_at", "refs", "instrument", "customer"})
    EXPECT_EQ(refusal(credit(money + "\"" + name + "\":null")),
              std::string(name) + ": write a value or leave it out; null is none");
  EXPECT_EQ(refusal(credit(money + R"("customer":{"email":null})")),
            "customer: email: write a value or leave it out; null is none");
  std::string identity = R"({"transaction":"T1","business_date":"2026-11-23","store":"S1","terminal":null})";
  EXPECT_EQ(parse_register_cancellation(identity).error(), "terminal: write a value or leave it out; null is none");
}

TEST(RegisterCredit, HoldsNothingThatSteersATerminal) {
  auto told = [](const std::string& staff) {
    return refusal(credit(R"("amount":"5","currency":"USD","staff":")" + staff + "\""));
  };
  for (const char* text : {"a\\u0007", "a\\u007f", "a\\u0080", "c1\\u009b31mX", "\\u0085"})
    EXPECT_EQ(told(text), "staff: holds a control character") << text;
  for (const char* text : {"\\u061c", "a\\u200e", "\\u200fa", "\\u202a", "x\\u202ey", "\\u2066", "\\u2069"})
    EXPECT_EQ(told(text), "staff: holds a mark of writing direction") << text;
  for (const char* text : {"\\u00a0", "Zo\\u00eb", "\\u2013 caf\\u00e9", "\\u05d0\\u05d1", "\\u061b", "\\u2070"})
    EXPECT_EQ(told(text), "taken") << text;
}

TEST(RegisterCredit, TakesATimeOfExpiryOnlyIfItIsOne) {
  const std::string money = R"("amount":"5","currency":"USD","expires_at":)";
  for (const char* time : {"2027-11-23T00:00:00Z", "2028-02-29T23:59:59.125-05:00", "2027-11-23t00:00:00z"})
    EXPECT_EQ(refusal(credit(money + "\"" + time + "\"")), "taken") << time;
  for (const char* time : {"", "2027-11-23", "2027-02-29T00:00:00Z", "2027-11-23T24:00:00Z", "2027-11-23T00:00:00",
                           "2027-12-31T23:59:60Z", "2027-11-23T00:00:00.Z", "2027-11-23T00:00:00+5:00", "tomorrow"})
    EXPECT_EQ(refusal(credit(money + "\"" + time + "\"")).substr(0, 11), "expires_at:") << time;
}

TEST(RegisterCredit, KeepsATimeOfExpiryInCapitals) {
  auto read = parse_register_credit(credit(R"("amount":"5","currency":"USD","expires_at":"2027-11-23t00:00:00z")"));
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->expires_at, "2027-11-23T00:00:00Z");
}

TEST(RegisterCredit, RefusesIdentifiersThatNobodyCanHaveTypedAndTakesWhatIsMisspelt) {
  auto told = [](const std::string& customer) {
    return refusal(credit(R"("amount":"5","currency":"USD","customer":)" + customer));
  };
  EXPECT_EQ(told(R"({"email":"ada@gmial","phone":"555","loyalty":"?"})"), "taken");
  EXPECT_EQ(told(R"({"email":"a\u0000da@b.example"})"), "customer: email: holds a control character");
  EXPECT_EQ(told(R"({"phone":"\u202a+12025550143"})"),
            "customer: phone: holds an invisible character, which belongs to no phone");
  EXPECT_EQ(told(R"({"loyalty":"L\u200f1003"})"),
            "customer: loyalty: holds an invisible character, which belongs to no loyalty");
  EXPECT_EQ(told("{\"email\":\"ada\U0001F600@b.example\"}"),
            "customer: email: holds an emoji or symbol, which belongs to no email");
  EXPECT_EQ(told("{\"email\":\"" + std::string(10'000, 'x') + "\"}"), "customer: email: is longer than 254 bytes");
  EXPECT_EQ(told("{\"email\":\"" + std::string(242, 'x') + "@example.com\"}"), "taken")
      << "the longest that mail knows";
  EXPECT_EQ(told("{\"email\":\"" + std::string(243, 'x') + "@example.com\"}"),
            "customer: email: is longer than 254 bytes");
  EXPECT_EQ(told("{\"phone\":\"" + std::string(129, '1') + "\"}"), "customer: phone: is longer than 128 bytes");
  EXPECT_EQ(told(R"({"email":["ada@b.example"]})"), "customer: email: write a string");
  EXPECT_EQ(told(R"({"phone":12025550143})"), "customer: phone: write a string");
  EXPECT_EQ(told("[]"), "customer: write an object");
  EXPECT_EQ(told(R"({"email":"\ud83d@b.example"})").substr(0, 4), "byte") << told(R"({"email":"\ud83d@b.example"})");
}

TEST(RegisterCredit, RefusesRefsThatAreNoneInsteadOfForgettingThem) {
  auto told = [](const std::string& refs) {
    return refusal(credit(R"("amount":"5","currency":"USD","refs":)" + refs));
  };
  for (const char* wrong : {"\"x\"", "7", "{}", "true"})
    EXPECT_EQ(told(wrong), "refs: write a list of objects with type and id") << wrong;
  EXPECT_EQ(told("[7]"), "refs: write objects with type and id");
  EXPECT_EQ(told(R"([{"type":"refund"}])"), "refs: id: is missing");
  EXPECT_EQ(told(R"([{"type":7,"id":"1"}])"), "refs: type: write a string");
  EXPECT_EQ(told("null"), "refs: write a value or leave it out; null is none");
  EXPECT_EQ(told(R"([{"type":"refund","id":"1"}])"), "taken");
  EXPECT_EQ(told(R"([{"type":"refund","id":"1","of":null}])"), "refs: of: is not a member this request has");
}

TEST(RegisterCredit, NamesNoInstrumentAmongItsRefs) {
  const std::string money = R"("amount":"5","currency":"USD","refs":)";
  for (const char* type : {"instrument", "reference", "cards/instrument"})
    EXPECT_TRUE(
        refusal(credit(money + R"([{"type":")" + type + R"(","id":"v_1"}])")).contains("is what a confirmation says"))
        << type << ": it would be taken for the credit whose instrument it is";
  EXPECT_EQ(refusal(credit(money + R"([{"type":"registers/refund","id":"rf_1"}])")), "taken");
}

TEST(ManualCredit, RefusesACustomerOfAWrongType) {
  auto told = [](const std::string& customer) {
    auto parsed = parse_manual_credit(
        R"({"key":"K1","store":"S1","amount":"5","currency":"USD","reason":"late","customer":)" + customer + "}");
    return parsed ? "taken" : parsed.error();
  };
  EXPECT_EQ(told(R"({"email":7})"), "customer: email: write a string");
  EXPECT_EQ(told(R"("ada@example.com")"), "customer: write an object");
  EXPECT_EQ(told(R"({"email":"ada@example.com"})"), "taken");
}

TEST(ManualCredit, KeepsTheNumberOfTheEntryThatItAdopts) {
  auto parsed =
      parse_manual_credit(R"({"key":"K1","store":"S1","amount":"5","currency":"USD","reason":"late","adopts":"R-1"})");
  ASSERT_TRUE(parsed) << parsed.error();
  ASSERT_EQ(parsed->refs.size(), 1U);
  EXPECT_EQ(parsed->refs.front(), std::pair(std::string(kAdopted), std::string("S1/R1")));
}

TEST(RegisterConfirmation, NamesTheInstrumentThatTheRegisterIssued) {
  const std::string money = R"("amount":"5","currency":"USD")";
  auto parse = [&](const std::string& more) {
    return parse_register_credit(credit(money + more), Issued::by_register);
  };
  auto event = parse(R"(,"instrument":{"id":"gc_1","code":"SECRET"})");
  ASSERT_TRUE(event) << event.error();
  EXPECT_EQ(event->code, "SECRET");
  ASSERT_EQ(event->refs.size(), 1u);
  EXPECT_EQ(event->refs.front().second, "gc_1");
  EXPECT_EQ(parse("").error().substr(0, 11), "instrument:");
  EXPECT_EQ(parse(R"(,"instrument":{})").error(),
            "instrument: give its id, its code or the reference it was issued under");
  EXPECT_EQ(refusal(credit(money + R"(,"instrument":{"id":"gc_1"})")).substr(0, 11), "instrument:");
}

TEST(RegisterCredit, QuotesNoHalfOfACharacter) {
  std::string long_name = "a" + std::string(60, 'x');
  for (std::size_t i = 1; i + 1 < long_name.size(); i += 2) long_name.replace(i, 2, "\xC3\xA9");
  std::string quoted = long_name.substr(0, 39);  // the fortieth byte is half of a letter
  EXPECT_EQ(refusal(credit("\"" + long_name + "\":1")), quoted + ": is not a member this request has");
  std::string date = R"({"transaction":"T1","business_date":")" + long_name + R"(","store":"S1"})";
  EXPECT_EQ(parse_register_cancellation(date).error(), "business_date: '" + quoted + "' is no date; write YYYY-MM-DD");
}

TEST(RegisterCredit, NamesTheMemberThatIsWrong) {
  EXPECT_EQ(refusal(credit(R"("amount":"5","currency":"usd")")).substr(0, 9), "currency:");
  EXPECT_EQ(refusal(credit(R"("amount":"5","currency":"XXX")")).substr(0, 9), "currency:");
  EXPECT_EQ(refusal(credit(R"("amount":"5","currency":"USD","amnt":"5")")).substr(0, 5), "amnt:");
  EXPECT_EQ(refusal(credit(R"("amount":"5","currency":"USD","customer":{"mail":"x"})")).substr(0, 9), "customer:");
  EXPECT_EQ(refusal(R"({"transaction":"T1","business_date":"2026-02-30","store":"S1","amount":"5","currency":"USD"})")
                .substr(0, 14),
            "business_date:");
  EXPECT_EQ(refusal(R"({"business_date":"2026-02-20","store":"S1","amount":"5","currency":"USD"})").substr(0, 12),
            "transaction:");
}

TEST(RegisterCredit, RefusesWhatIsNoStrictJson) {
  EXPECT_NE(refusal(credit(R"("amount":"5","amount":"6","currency":"USD")")).find("duplicate key"), std::string::npos);
  std::string deep(100, '[');
  EXPECT_NE(refusal(credit("\"refs\":" + deep)), "taken");
  EXPECT_NE(refusal(""), "taken");
  EXPECT_NE(refusal("[]"), "taken");
  EXPECT_NE(refusal("{\"transaction\":\"\xff\"}"), "taken");
}

}  // namespace
}  // namespace handoff::serve
