#include <gtest/gtest.h>

#include <handoff/sdk/codec.hpp>
#include <handoff/sdk/list.hpp>
#include <handoff/sdk/operations.hpp>

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

/// Two such records would be one person to whoever joins by id, and a link to either the other's.
TEST(FoundCustomers, HaveAnIdEach) {
  FindCustomerResult found;
  EXPECT_EQ(decode(*json::parse(R"({"candidates": [{"id": "c_1"}, {"email": "ada@example.com"}]})"), found),
            "candidates: one has no id");
  FindCustomerResult whole, nobody;
  EXPECT_EQ(decode(*json::parse(R"({"candidates": [{"id": "c_1"}, {"id": "c_2"}]})"), whole), "");
  EXPECT_EQ(decode(*json::parse("{}"), nobody), "");
}

}  // namespace
}  // namespace handoff
