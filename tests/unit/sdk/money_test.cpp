#include <gtest/gtest.h>

#include <handoff/sdk/money.hpp>

namespace handoff {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

TEST(Money, EveryAmountThatIsReadHasAnOpposite) {
  EXPECT_FALSE(money_from_json(*json::parse(R"({"minor":-9223372036854775808,"currency":"USD"})")));
  EXPECT_FALSE(money_from_decimal("-92233720368547758.08", "USD"));
  auto most = money_from_json(*json::parse(R"({"minor":-9223372036854775807,"currency":"USD"})"));
  ASSERT_TRUE(most);
  EXPECT_EQ(most->negated().text(), "92233720368547758.07 USD");
}

TEST(Money, WithoutAnOppositeItStaysNegative) {
  EXPECT_EQ(Money(kLeast, "USD").negated(), Money(kLeast, "USD"));
  EXPECT_FALSE(Money(kLeast, "USD").negated().is_positive());
}

}  // namespace
}  // namespace handoff
