#include "core/model/receipt_name.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace handoff {
namespace {

bool means(const char* written) {
  const std::vector<std::string> all = ReceiptName("S-14", "r2", "2026-11-23", "T7", "1").all();
  return std::ranges::find(all, letters_digits(written)) != all.end();
}

TEST(ReceiptName, IsTheNumberAloneOrPutTogetherWithWhereAndWhenHoweverJoined) {
  for (const char* written : {"T7", "t-7", "S14/R2/2026-11-23/T7", "s14 r2 20261123 t7 1", "R2-T7", "S14.T7.1"})
    EXPECT_TRUE(means(written)) << written;
}

TEST(ReceiptName, IsNotAnothersNumberPlaceOrDay) {
  for (const char* written : {"T8", "T77", "S15-T7", "S14-R3-20261123-T7", "S14-R2-20261124-T7", "T7-S14", ""})
    EXPECT_FALSE(means(written)) << written;
}

TEST(ReceiptName, OfAnEntryIsTheStoresOwn) {
  EXPECT_EQ(adopted_name("S-14", "T7"), "S14/T7");
  EXPECT_NE(adopted_name("S1", "4T7"), adopted_name("S14", "T7"));
}

}  // namespace
}  // namespace handoff
