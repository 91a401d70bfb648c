// What no register issued, and what is asked about it.

#include <algorithm>
#include <set>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

/// What is said of an entry that somebody typed into the books, as of 2026-11-22 and of the week before.
report::Audit typed_in(const std::string& row, const std::string& registers) {
  Exports exports;
  exports.request.window_s = 7 * kDay;
  exports.request.as_of_s = parse_time("2026-11-22T00:00:00Z", config::TimeFormat::iso, 0)->utc_s;
  exports.request.sla_s[report::at(Side::erp)] = 48 * kHour;
  return exports.pos(registers)
      .add(
          Side::erp, "erp.csv",
          "document_no,reference,posting_date,amount,currency,type,user_id\n1,a,2026-11-20T10:00:00Z,25.00,USD,issue,JOB\n" +
              row)
      .done();
}

TEST(Entries, ARegistersRowBeyondTheCutOffIsNamedAndItsEntriesAreNotCalledUnissued) {
  std::string future = "a,2036-11-10T10:00:00Z,S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n";
  report::Audit audit =
      Exports().pos(future + pos("b", "5.00")).platform(card("a", "25.00") + card("b", "5.00")).done();
  ASSERT_EQ(summary_of(audit), "downstream_only unexplained A 2500\n");
  EXPECT_NE(audit.findings.front().evidence.front().find("of 2036-11-10T10:00:00Z and so after the cut-off"),
            std::string::npos)
      << audit.findings.front().evidence.front();
  EXPECT_LE(audit.findings.front().confidence, 300);
}

TEST(Entries, AHandMadeEntryOfTheWindowsFirstDaysIsFoundWhereTheRegistersGoBackFurther) {
  std::string row = "2,m,2026-11-15T09:00:00Z,500.00,USD,issue,JANE\n", now = pos("a", "25.00", "20");
  EXPECT_EQ(summary_of(typed_in(row, now)), "") << "it may be of the day before the registers' files begin";
  EXPECT_EQ(summary_of(typed_in(row, pos("old", "1.00", "11") + now)), "downstream_only F5 M 50000\n");
  EXPECT_EQ(summary_of(typed_in(row, pos("quiet", "1.00", "01") + now)), "downstream_only F5 M 50000\n")
      << "a shop may be quiet";
  std::string wrong = pos("wrong", "1.00", "11");
  EXPECT_EQ(summary_of(typed_in(row, wrong.replace(wrong.find("2026"), 4, "2016") + now)), "")
      << "one wrong date is no file";
  std::string before = "2,m,2026-11-14T09:00:00Z,500.00,USD,issue,JANE\n";
  EXPECT_EQ(summary_of(typed_in(before, pos("old", "1.00", "11") + now)), "") << "before the window";
}

TEST(Entries, AnEntryMadeByAnAdjustmentAloneIsFound) {
  auto by = [](const std::string& amount, const std::string& type) {
    return typed_in("2,m,2026-11-18T09:00:00Z," + amount + ",USD," + type + ",JANE\n", pos("a", "25.00", "20"));
  };
  report::Audit audit = by("500.00", "adjustment");
  ASSERT_EQ(summary_of(audit), "downstream_only F5 M 50000\n");
  EXPECT_EQ(audit.findings[0].author, "JANE");
  EXPECT_LT(audit.findings[0].confidence, 800) << "it may be of a credit older than the files";
  EXPECT_EQ(summary_of(by("-500.00", "adjustment")), "") << "takes value away";
  EXPECT_EQ(summary_of(by("500.00", "redeem")), "");
}

TEST(Entries, AFileOfTheRegistersThatIsMissingIsAskedFor) {
  std::string all, first, second, one_store;
  for (int i = 0; i < 600; ++i) {
    std::string ref = "r" + std::to_string(i), day = two(5 + i % 20);
    all += card(ref, "25.00", "issue", day);
    (i % 20 < 3 ? first : second) += pos(ref, "25.00", day);
    if (i % 8 != 0) one_store += pos(ref, "25.00", day);
  }
  EXPECT_TRUE(Exports().pos(first + second).platform(all).done().warnings.empty());
  report::Audit half = Exports().pos(second).platform(all).done();
  EXPECT_TRUE(asks(
      half,
      "the registers have no credit of 2026-11-05, 2026-11-06, 2026-11-07, of which the platform has many each: is a file of the registers missing?"))
      << testing::PrintToString(half.warnings);
  EXPECT_TRUE(asks(Exports().pos(one_store).platform(all).done(),
                   "the registers have none of 75 entries of the platform, beside 525 that they have"));
}

TEST(Entries, EntriesWithoutATimeMayBeOlderThanTheWindow) {
  Exports exports;
  exports.pos(pos("a", "25.00"))
      .add(Side::platform, "cards.csv", "reference,amount,currency\na,25.00,USD\nold,9.00,USD\n");
  config::ExportMap& map = exports.request.maps[report::at(Side::platform)];
  map.reference = {"reference"};
  map.amount = "amount", map.currency = "currency";
  EXPECT_TRUE(
      asks(exports.done(),
           "the platform: the map names no time, so 1 entry that no register issued may be older than the window"));
}

TEST(Entries, RedemptionsThatAreComparedWithNothingAreNamed) {
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00"))
                            .add(Side::erp, "erp.csv", kShopHeader + entry("a", "25.00") + entry("a", "9.00", "redeem"))
                            .done();
  EXPECT_TRUE(std::ranges::any_of(audit.notes, [](const std::string& one) {
    return one.ends_with("those of the books (1 credit) are compared with nothing.");
  })) << testing::PrintToString(audit.notes);
}

}  // namespace
}  // namespace handoff::reconcile
