// What is late, and what may still arrive.

#include <set>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

TEST(Late, WhatHappensAtTheRegisterLaterMakesALossNoYounger) {
  for (const char* later : {"redeem,1.00", "void,5.00"}) {
    std::string row = std::string("a,2026-11-29T10:00:00Z,S1,R1,E1,") + later + ",USD,refund,jo@example.com\n";
    report::Audit audit = Exports().pos(pos("a", "25.00") + row).platform(card("b", "1.00")).done();
    EXPECT_EQ(audit.findings.at(0).kind, Kind::missing);
    EXPECT_NE(audit.findings.at(0).cause, Cause::in_flight) << later;
  }
  // What that changes itself may still be on its way.
  std::string cancelled = "a,2026-11-29T10:00:00Z,S1,R1,E1,void,25.00,USD,refund,jo@example.com\n";
  report::Audit audit = Exports().pos(pos("a", "25.00") + cancelled).platform(card("a", "25.00")).done();
  EXPECT_EQ(summary_of(audit), "void_not_propagated in_flight A 2500\n");
}

TEST(Late, OfARegisterThatTellsTheDayAloneACreditIsAsYoungAsItCanBe) {
  auto issued = [](const std::string& day) {
    return Exports().pos("a,2026-11-" + day + ",S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n").platform(card("b", "1.00")).done();
  };
  EXPECT_EQ(issued("29").findings.at(1).cause, Cause::in_flight) << "as of the 30th, 00:00";
  EXPECT_EQ(issued("29").findings.at(1).evidence.at(0), "not at the platform, at most 24 h after it was issued");
  report::Audit old = issued("28");
  EXPECT_NE(old.findings.at(0).cause, Cause::in_flight);
  EXPECT_EQ(old.findings.at(0).evidence.at(0), "not at the platform, at least 24 h after it was issued");
  Exports noon;
  noon.request.as_of_s = parse_time("2026-11-29T12:00:00Z", config::TimeFormat::iso, 0)->utc_s;
  EXPECT_EQ(noon.pos("a,2026-11-28,S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n").platform(card("b", "1.00")).done().findings.at(1).cause, Cause::in_flight)
      << "12 to 36 hours old";
}

TEST(Late, ABatchOfTheBooksThatIsLateIsSaidOnce) {
  std::string rows, cards;
  for (const char* ref : {"a", "b", "c", "d"}) {
    rows += pos(ref, "25.00", "20");
    cards += card(ref, "25.00", "issue", "20");
  }
  report::Audit audit = Exports().pos(rows).platform(cards).add(Side::erp, "erp.csv", kShopHeader + entry("z", "1.00", "redeem")).done();
  ASSERT_EQ(audit.findings.size(), 4u);
  for (const Finding& one : audit.findings) EXPECT_EQ(std::set<std::string>(one.evidence.begin(), one.evidence.end()).size(), one.evidence.size());
}

}  // namespace
}  // namespace handoff::reconcile
