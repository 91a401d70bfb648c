#include <gtest/gtest.h>

#include <handoff/sdk/list.hpp>

namespace handoff {
namespace {

TEST(Lists, CarryTheirCountFromPageToPage) {
  ListInput in;
  in.until = "2026-11-23T13:00:00Z";
  EXPECT_EQ(counted(in), 0) << "nothing before the first page";

  json::Object cursor;
  cursor.set("after", "c_9");
  ListResult page = next_page(std::move(cursor), counted(in) + 3);
  EXPECT_TRUE(page.more);
  EXPECT_FALSE(page.complete);
  EXPECT_EQ(page.cursor.at("after").as_string(), "c_9");

  in.cursor = page.cursor;
  ListResult end = list_end(in, counted(in) + 2);
  EXPECT_FALSE(end.more);
  EXPECT_TRUE(end.complete);
  EXPECT_EQ(end.count, 5);
  EXPECT_EQ(end.cutoff, in.until);
}

TEST(Lists, SayWhenTheyMayHaveLeftSomethingOut) {
  ListResult end = list_end(ListInput(), 2, false);
  EXPECT_FALSE(end.complete);
  EXPECT_EQ(end.count, 2);
}

}  // namespace
}  // namespace handoff
