// A register number that is used again: what is whose.

#include <algorithm>
#include <set>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

/// A number that a register uses again each day: POS and platform know day and customer, the books neither.
report::Audit of_reused_number(const std::vector<std::string>& amounts, const std::string& books) {
  std::string rows = "reference,day,created_at,amount,currency,email\n", cards = "reference,created_at,amount,currency,email\n";
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    std::string day = "2026-11-1" + std::to_string(i), who = amounts[i] + ",USD," + std::string(1, static_cast<char>('a' + i)) + "@x.com\n";
    rows += "1," + day + "," + day + "T14:00:00Z," + who;
    cards += "1," + day + "T14:01:00Z," + who;
  }
  Exports exports;
  exports.add(Side::pos, "pos.csv", rows).add(Side::platform, "cards.csv", cards).add(Side::erp, "books.csv", "reference,created_at,amount,currency\n" + books);
  config::ExportMap map;
  map.reference = {"reference"};
  map.amount = "amount", map.currency = "currency", map.time = "created_at";
  exports.request.maps[report::at(Side::erp)] = map;
  map.email = "email";
  exports.request.maps[report::at(Side::platform)] = map;
  map.business_date = "day";
  exports.request.maps[report::at(Side::pos)] = map;
  auto done = audit(exports.request);
  EXPECT_TRUE(done) << (done ? "" : done.error().text());
  return done ? std::move(*done) : report::Audit();
}

TEST(Uses, ABookingIsNotOfACreditThatWasIssuedAfterIt) {
  report::Audit audit = of_reused_number({"25.00", "25.00"}, "1,2026-11-10T14:05:00Z,25.00,USD\n");
  ASSERT_EQ(summary_of(audit), "missing F2 1 2500\n");
  EXPECT_EQ(audit.findings[0].issued_at.substr(0, 10), "2026-11-11");
}

TEST(Uses, WhatABatchOfTheNightGotWrongIsOfTheDayBeforeIt) {
  std::string books;
  for (const char* row : {"1T02:00:00Z,25.00", "2T02:00:00Z,40.03", "3T02:00:00Z,60.00", "4T02:00:00Z,75.00"})
    books += std::string("1,2026-11-1") + row + ",USD\n";
  report::Audit audit = of_reused_number({"25.00", "40.00", "60.00", "75.00"}, books);
  ASSERT_EQ(summary_of(audit), "amount_mismatch amount_mismatch 1 3\n");
  EXPECT_EQ(audit.findings[0].issued_at.substr(0, 10), "2026-11-11");
  // Books that tell the day alone: it is the amounts that part them.
  std::string days;
  for (const char* row : {"0,25.00", "1,40.03", "2,60.00", "3,75.00"}) days += std::string("1,2026-11-1") + row + ",USD\n";
  audit = of_reused_number({"25.00", "40.00", "60.00", "75.00"}, days);
  ASSERT_EQ(summary_of(audit), "amount_mismatch amount_mismatch 1 3\n");
  EXPECT_EQ(audit.findings[0].issued_at.substr(0, 10), "2026-11-11");
}

}  // namespace
}  // namespace handoff::reconcile
