// What a spreadsheet makes of a cell that somebody else wrote.

#include "core/report/csv.hpp"

#include <gtest/gtest.h>

namespace handoff::report {
namespace {

TEST(Csv, WhatASpreadsheetWouldRunStaysText) {
  EXPECT_EQ(csv_field("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
  EXPECT_EQ(csv_field("=HYPERLINK(\"http://x\",\"y\")"), "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"");
  for (const char* text : {"+1", "@SUM(A1)", "-1+cmd|x", "-2-3", "-", "\t=1", "\uff1dcmd", "\uff20x"})
    EXPECT_TRUE(csv_field(text).starts_with('\'')) << text;
  EXPECT_EQ(csv_field("x;=1+2;y"), "x;'=1+2;y");
  EXPECT_EQ(csv_field("a\t@b"), "a\t'@b");
  // A spreadsheet that parts at semicolons does not know that the field is quoted.
  EXPECT_EQ(csv_field("x\n=1+2"), "\"x\n'=1+2\"");
  EXPECT_EQ(csv_field("x\r@y"), "\"x\r'@y\"");
}

TEST(Csv, WhatIsNoFormulaStaysAsItIs) {
  for (const char* text : {"", "-25.00", "25.00", "S14-R2-17", "a = b", "it's", "x; -> y", "2026-11-23T10:00:00-05:00"})
    EXPECT_EQ(csv_field(text), text);
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"x\""), "\"say \"\"x\"\"\"");
}

}  // namespace
}  // namespace handoff::report
