// Rows that name several credits.

#include <algorithm>
#include <set>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

/// Credits a of 25.00 and b of 40.00 at the registers, and books that may name several in one row.
report::Audit merged(const std::string& books, const std::string& more_pos = "", std::int64_t window_s = 30 * kDay) {
  Exports exports;
  exports.request.window_s = window_s;
  exports.add(
      Side::pos, "pos.csv",
      "reference,created_at,type,amount,currency\na,2026-11-10T10:00:00Z,issue,25.00,USD\nb,2026-11-20T10:00:00Z,issue,40.00,USD\n" +
          more_pos);
  exports.add(Side::erp, "books.csv", "reference,created_at,type,amount,currency,author\n" + books);
  for (Side side : {Side::pos, Side::erp}) {
    config::ExportMap& map = exports.request.maps[report::at(side)];
    map.reference = {"reference"};
    map.amount = "amount", map.currency = "currency", map.time = "created_at", map.type = "type";
  }
  exports.request.maps[report::at(Side::erp)].split = ";";
  exports.request.maps[report::at(Side::erp)].author = "author";
  auto done = audit(exports.request);
  EXPECT_TRUE(done) << (done ? "" : done.error().text());
  return done ? std::move(*done) : report::Audit();
}

TEST(Shares, ARowOfSeveralCreditsIsHeldAgainstThemTogether) {
  const std::string both = "a;b,2026-11-20T12:00:00Z,issue,65.00,USD,batch\n";
  const std::string singles =
      "a,2026-11-10T12:00:00Z,issue,25.00,USD,batch\nb,2026-11-20T12:00:00Z,issue,40.00,USD,batch\n";
  EXPECT_EQ(summary_of(merged(both)), "");
  EXPECT_EQ(merged(both).numbers.at(0).have[report::at(Side::erp)].minor, 6500);
  EXPECT_EQ(summary_of(merged("a;b;,2026-11-20T12:00:00Z,issue,65.00,USD,batch\n")), "");
  // In another currency.
  std::set<std::string> wrong;
  for (const Finding& one : merged("a;b,2026-11-20T12:00:00Z,issue,65.00,EUR,batch\n").findings)
    wrong.insert(one.reference + " " + std::to_string(one.difference) + " " + std::to_string(one.cause == Cause::f6));
  EXPECT_EQ(wrong, std::set<std::string>({"A 2500 1", "B 4000 1"}));
  // Twice, as a whole or in part.
  EXPECT_EQ(summary_of(merged(both + "a;b,2026-11-21T12:00:00Z,issue,65.00,USD,batch\n")),
            "duplicate duplicate A 6500\n");
  EXPECT_EQ(summary_of(merged(both + "b,2026-11-21T12:00:00Z,issue,40.00,USD,batch\n")),
            "duplicate duplicate B 4000\n");
  // Of credits that no register issued.
  report::Audit typed = merged(singles + "x;y,2026-11-20T12:00:00Z,issue,900.00,USD,jane\n");
  ASSERT_EQ(summary_of(typed), "downstream_only F5 X 90000\n");
  EXPECT_EQ(typed.findings[0].author, "jane");
  EXPECT_EQ(typed.numbers.at(0).extra[report::at(Side::erp)].minor, 90000);
  EXPECT_EQ(summary_of(merged("a;b;x,2026-11-20T12:00:00Z,issue,95.00,USD,batch\n")),
            "amount_mismatch amount_mismatch A 3000\n");
}

TEST(Shares, ARowOfSeveralCreditsIsOfTheUseOfANumberThatIsNotBookedOtherwise) {
  Exports exports;
  exports.add(Side::pos, "pos.csv",
              "reference,created_at,amount,currency,store,day\n"
              "a,2026-11-10T15:00:00Z,100.00,USD,S1,2026-11-10\nb,2026-11-10T16:00:00Z,50.00,USD,S1,2026-11-10\n"
              "a,2026-11-11T15:00:00Z,30.00,USD,S1,2026-11-11\nb,2026-11-11T16:00:00Z,20.00,USD,S1,2026-11-11\n");
  exports.add(Side::erp, "books.csv",
              "reference,created_at,amount,currency\n"
              "a+b,2026-11-11,150.00,USD\na,2026-11-12,30.00,USD\nb,2026-11-12,20.00,USD\n");
  config::ExportMap map;
  map.reference = {"reference"};
  map.amount = "amount", map.currency = "currency", map.time = "created_at";
  exports.request.maps[report::at(Side::erp)] = map;
  exports.request.maps[report::at(Side::erp)].split = "+";
  map.store = "store", map.business_date = "day";
  exports.request.maps[report::at(Side::pos)] = map;
  auto done = audit(exports.request);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(summary_of(*done), "");
}

TEST(Shares, AVoidOfOneOrOfAllCreditsOfARowIsTakenFromIt) {
  const std::string both = "a;b,2026-11-20T12:00:00Z,issue,65.00,USD,batch\n";
  const std::string void_a = "a,2026-11-21T10:00:00Z,void,25.00,USD", void_b = "b,2026-11-21T10:00:00Z,void,40.00,USD";
  EXPECT_EQ(summary_of(merged(both + void_a + ",batch\n", void_a + "\n")), "");
  EXPECT_EQ(summary_of(merged("a;b,2026-11-22T12:00:00Z,issue,40.00,USD,batch\n", void_a + "\n")), "");
  EXPECT_EQ(summary_of(merged(both + "a;b,2026-11-22T12:00:00Z,void,65.00,USD,batch\n", void_a + "\n" + void_b + "\n")),
            "");
  EXPECT_EQ(summary_of(merged(both, void_a + "\n")), "void_not_propagated void_not_propagated A 2500\n");
  EXPECT_EQ(summary_of(merged(both, "a,2026-11-29T10:00:00Z,void,25.00,USD\n")),
            "void_not_propagated in_flight A 2500\n");
}

TEST(Shares, ARowIsNotJudgedByCreditsOfWhichOneIsNot) {
  const std::string both = "a;b,2026-11-20T12:00:00Z,issue,65.00,USD,batch\n";
  EXPECT_EQ(summary_of(merged(both, "", 15 * kDay)), "") << "a is older than the window";
  std::string others, booked;  // one row in twenty may be unreadable
  for (int i = 0; i < 40; ++i) {
    others += "p" + std::to_string(i) + ",2026-11-20T10:00:00Z,issue,1.00,USD\n";
    booked += "p" + std::to_string(i) + ",2026-11-20T12:00:00Z,issue,1.00,USD,batch\n";
  }
  report::Audit broken = merged(both + booked, others + "a,2026-11-10T10:00:00Z,issue,25.OO,USD\n");
  ASSERT_EQ(broken.findings.size(), 1u) << summary_of(broken);
  EXPECT_EQ(broken.findings[0].kind, Kind::unreadable);
  broken = merged("a;b,2026-11-20T12:00:00Z,issue,65.OO,USD,batch\n" + booked, others);
  for (const Finding& one : broken.findings) EXPECT_EQ(one.kind, Kind::unreadable) << one.reference;
  EXPECT_EQ(broken.findings.size(), 2u);
}

TEST(Shares, AMapThatTakesTheSignOutAtWhichItSplitsIsRefused) {
  support::TempDir dir;
  std::ofstream(dir.file("map.toml"))
      << "[erp]\nreference = \"r\"\namount = \"a\"\nsplit = \";\"\nletters_digits = true\n";
  auto maps = config::load_export_maps(dir.file("map.toml"));
  ASSERT_FALSE(maps);
  EXPECT_NE(config::render(maps.error()).find("leaves no \";\" in a reference"), std::string::npos)
      << config::render(maps.error());
}

}  // namespace
}  // namespace handoff::reconcile
