// A register number that is used again: what is whose.

#include <algorithm>
#include <set>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

/// A number that a register uses again each day: POS and platform know day and customer, the books neither.
report::Audit of_reused_number(const std::vector<std::string>& amounts, const std::string& books) {
  std::string rows = "reference,day,created_at,amount,currency,email\n",
              cards = "reference,created_at,amount,currency,email\n";
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    std::string day = "2026-11-1" + std::to_string(i),
                who = amounts[i] + ",USD," + std::string(1, static_cast<char>('a' + i)) + "@x.com\n";
    rows += "1," + day + "," + day + "T14:00:00Z," + who;
    cards += "1," + day + "T14:01:00Z," + who;
  }
  Exports exports;
  exports.add(Side::pos, "pos.csv", rows)
      .add(Side::platform, "cards.csv", cards)
      .add(Side::erp, "books.csv", "reference,created_at,amount,currency\n" + books);
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
  for (const char* row : {"0,25.00", "1,40.03", "2,60.00", "3,75.00"})
    days += std::string("1,2026-11-1") + row + ",USD\n";
  audit = of_reused_number({"25.00", "40.00", "60.00", "75.00"}, days);
  ASSERT_EQ(summary_of(audit), "amount_mismatch amount_mismatch 1 3\n");
  EXPECT_EQ(audit.findings[0].issued_at.substr(0, 10), "2026-11-11");
}

TEST(Uses, ARegisterNumberUsedAgainIsAnotherCredit) {
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00", "05") + pos("a", "9.00", "20"))
                            .platform(card("a", "25.00", "issue", "05") + card("a", "9.00", "issue", "20"))
                            .done();
  EXPECT_EQ(summary_of(audit), "");
  audit =
      Exports().pos(pos("a", "25.00", "05") + pos("a", "9.00", "20")).platform(card("a", "9.00", "issue", "20")).done();
  EXPECT_EQ(summary_of(audit), "missing unexplained A 2500\n");
}

TEST(Uses, ANumberThatTwoStoresUseAtTheSameTimeIsTwoCredits) {
  std::string other = "a,2026-11-10T10:30:00Z,S2,R1,E1,issue,25.00,USD,refund,al@example.com\n";
  report::Audit audit = Exports().pos(pos("a", "25.00") + other).platform(card("a", "25.00")).done();
  EXPECT_EQ(audit.credits, 2);
  EXPECT_EQ(audit.numbers[0].have[0].minor, 5000);
  ASSERT_EQ(summary_of(audit), "missing F2 A 2500\n");
  EXPECT_EQ(audit.findings.front().store, "S2");
  audit = Exports().pos(pos("a", "25.00") + other).platform("").done();
  ASSERT_EQ(audit.findings.size(), 2u);
  EXPECT_NE(audit.findings[0].id, audit.findings[1].id);
}

TEST(Uses, ARedemptionOfAReusedNumberGoesWhereTheOtherSideHasIt) {
  std::string cards = card("a", "25.00", "issue", "05", "jo@example.com", "gc1") +
                      card("a", "9.00", "issue", "20", "jo@example.com", "gc2") +
                      card("a", "5.00", "redeem", "22", "jo@example.com", "gc1");
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00", "05") + pos("a", "9.00", "20"))
                            .platform(cards)
                            .shop(entry("a", "25.00", "issue", "05") + entry("a", "9.00", "issue", "20") +
                                  entry("a", "5.00", "redeem", "22"))
                            .done();
  EXPECT_EQ(summary_of(audit), "");
}

TEST(Uses, ABusinessDayTellsAReusedNumberApartWithinHours) {
  const char* header = "reference,business_date,created_at,amount,currency\n";
  auto run = [&](const std::string& second_day, const std::string& cards) {
    Exports exports;
    exports
        .add(Side::pos, "pos.csv",
             header + ("7,2026-11-10,2026-11-10T21:00:00Z,25.00,USD\n7," + second_day) +
                 ",2026-11-11T07:00:00Z,9.00,USD\n")
        .platform(cards);
    config::ExportMap& map = exports.request.maps[0];
    map.reference = {"reference"};
    map.business_date = "business_date";
    map.time = "created_at";
    map.amount = "amount";
    map.currency = "currency";
    return exports.done();
  };
  std::string late = "gc1,7,2026-11-10T21:00:05Z,issue,25.00,USD,,jo@example.com\n",
              early = "gc2,7,2026-11-11T07:00:05Z,issue,9.00,USD,,jo@example.com\n";
  EXPECT_EQ(run("2026-11-11", late + early).credits, 2);
  EXPECT_EQ(summary_of(run("2026-11-11", late + early)), "");
  report::Audit lost = run("2026-11-11", late);
  EXPECT_EQ(lost.credits_with_gap, 1);
  EXPECT_EQ(lost.findings.at(0).difference, 900);
  EXPECT_EQ(run("2026-11-10", late + early).credits, 1) << "two rows of one day are one credit";
}

/// Each of them is held against each credit; a column that is no reference would take hours.
TEST(Uses, AReferenceOfTooManyRowsIsComparedByItsSumsAlone) {
  std::string rows, cards;
  for (const char* day : {"05", "20"}) rows += pos("a", "9.00", day);
  for (int i = 0; i < 20'000; ++i) cards += card("a", "0.01", "redeem", "21");
  report::Audit audit = Exports().pos(rows).platform(cards).done();
  EXPECT_EQ(audit.credits, 1);
  EXPECT_TRUE(std::ranges::any_of(audit.warnings, [](const std::string& one) {
    return one.starts_with("1 reference stands for more credits than can be told apart");
  }));
}

}  // namespace
}  // namespace handoff::reconcile
