// Integration logs as evidence for what the exports only show as missing.

#include "core/reconcile/logs.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/config/export_map.hpp"
#include "core/reconcile/facts.hpp"
#include "core/reconcile/hops.hpp"
#include "core/report/html.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

constexpr const char* kBooks = "entry_id,reference,created_at,type,amount,currency\n";
constexpr const char* kLogHeader = "ts,system,reference,status,duration_ms,message\n";

class WithLogs : public ::testing::Test {
 protected:
  /// r1 is missing in the books; r2 is there.
  WithLogs() {
    exports_
        .pos(
            "r1,2026-11-10T10:00:00Z,S1,R1,E1,issue,5.00,USD,refund,jo@example.com\n"
            "r2,2026-11-10T11:00:00Z,S1,R1,E1,issue,5.00,USD,refund,jo@example.com\n")
        .platform(
            "g1,r1,2026-11-10T10:00:09Z,issue,5.00,USD,refund,jo@example.com\n"
            "g2,r2,2026-11-10T11:00:09Z,issue,5.00,USD,refund,jo@example.com\n")
        .add(Side::erp, "erp.csv", std::string(kBooks) + "e2,r2,2026-11-10T12:00:00Z,issue,5.00,USD\n");
  }
  WithLogs& log(const std::string& rows, const std::string& header = kLogHeader) {
    std::ofstream(exports_.dir.file("gateway.csv"), std::ios::binary) << header << rows;
    exports_.request.logs = {exports_.dir.file("gateway.csv")};
    auto guess = guess_log_map(exports_.request.logs.front());
    EXPECT_TRUE(guess) << guess.error().text();
    exports_.request.log_map = guess->map;
    exports_.request.log_map.systems = {{"GL", "erp"}};
    return *this;
  }
  std::string told() {
    std::string out;
    for (const Finding& one : exports_.done().findings)
      for (const std::string& text : one.evidence) out += text + "\n";
    return out;
  }
  Exports exports_;
};

TEST_F(WithLogs, ATryThatFailedIsEvidenceWithItsLine) {
  log("2026-11-10T10:05:00Z,GL,r1,422,90,period closed\n2026-11-10T10:01:00Z,GL,R1,timeout,30000,\n"
      "2026-11-10T11:05:00Z,GL,r2,201,80,\n");
  report::Audit audit = exports_.done();
  ASSERT_EQ(audit.findings.size(), 1u);
  const Finding& finding = audit.findings[0];
  EXPECT_EQ(finding.cause, Cause::f4);
  EXPECT_EQ(finding.confidence, 980);
  EXPECT_NE(
      finding.evidence.back().find("2 tries at the books, the last failed with '422' (period closed) after 90 ms"),
      std::string::npos)
      << finding.evidence.back();
  EXPECT_TRUE(finding.evidence.back().ends_with("gateway.csv:2")) << finding.evidence.back();
  EXPECT_EQ(finding.rows.back().line, 2u);
  ASSERT_EQ(audit.logs.size(), 1u);
  EXPECT_EQ(audit.logs[0].ok, 1);
  EXPECT_EQ(audit.logs[0].failed, 2);
  EXPECT_EQ(audit.logs[0].measured, 3);
  EXPECT_EQ(audit.logs[0].p50_ms, 90);
}

TEST_F(WithLogs, TriesOfAnotherCreditOfTheSameNumberAreNotCounted) {
  std::string rows = kPosHeader, cards = kPlatformHeader, books = kBooks, tries;
  for (int i = 10; i < 14; ++i) {
    std::string day = ",2026-11-" + std::to_string(i), amount = std::to_string(i) + ".00,USD";
    rows += "r7" + day + "T14:00:00Z,S1,R1,E1,issue," + amount + ",refund,jo@example.com\n";
    cards += "g" + std::to_string(i) + ",r7" + day + "T14:01:00Z,issue," + amount + ",refund,jo@example.com\n";
    if (i != 11) books += "e" + std::to_string(i) + ",r7" + day + "T15:00:00Z,issue," + amount + "\n";
    tries += day.substr(1) + "T14:02:00Z,GL,r7," + (i == 11 ? "503" : "200") + ",90,\n";
  }
  Exports reused;
  reused.add(Side::pos, "pos.csv", rows).add(Side::platform, "platform.csv", cards).add(Side::erp, "erp.csv", books);
  exports_.request.files = reused.request.files;
  log(tries);
  report::Audit audit = exports_.done();
  ASSERT_EQ(audit.findings.size(), 1u);
  EXPECT_NE(audit.findings[0].evidence.back().find("the log shows 1 try at the books, the last failed with '503'"),
            std::string::npos)
      << audit.findings[0].evidence.back();
}

TEST_F(WithLogs, AnAnswerMeansThatTheSystemTookIt) {
  log("2026-11-10T10:05:00Z,GL,r1,201,90,\n");
  EXPECT_NE(told().find("so it was taken there: the books lost it"), std::string::npos) << told();
}

/// Of 100 credits, an hour apart, the platform's export has no time, and the books' one for every fourth: 40 min after the
/// register. By the log the platform answered after 2 min, and the books refused each first, took it after 10 and were asked again.
class WithoutTimes : public WithLogs {
 protected:
  WithoutTimes() {
    exports_.request.files = {};
    std::string pos = kPosHeader, cards = "card_id,reference,type,amount,currency,balance_type,email\n", books = kBooks;
    for (int i = 0; i < 100; ++i) {
      std::string n = "r" + std::to_string(i), hour = "2026-11-" + two(10 + i / 10) + "T" + two(10 + i % 10);
      pos += n + "," + hour + ":05:00Z,S1,R1,E1,issue,5.00,USD,refund,jo@example.com\n";
      cards += "g" + n + "," + n + ",issue,5.00,USD,refund,jo@example.com\n";
      books += "e" + n + "," + n + "," + (i % 4 == 0 ? hour + ":45:00Z" : "") + ",issue,5.00,USD\n";
      rows_ += hour + ":35:00Z,GL," + n + ",200,90,\n" + hour + ":15:00Z,GL," + n + ",201,90,\n";
      rows_ += hour + ":06:00Z,GL," + n + ",503,90,\n" + hour + ":07:00Z,platform," + n + ",200,40,\n";
    }
    exports_.add(Side::pos, "pos.csv", pos).add(Side::platform, "platform.csv", cards).add(Side::erp, "erp.csv", books);
  }
  std::string rows_;
};

TEST_F(WithoutTimes, ACreditCameWhereTheExportTellsNoTimeWithTheFirstAnswerThere) {
  EXPECT_EQ(exports_.done().hops[0].measured, 0) << "without the log";
  log(rows_);
  report::Audit audit = exports_.done();
  ASSERT_EQ(audit.hops.size(), 2u);
  const report::Hop &platform = audit.hops[0], &books = audit.hops[1];
  EXPECT_EQ(platform.measured, 100);
  EXPECT_EQ(platform.by_log, 100);
  EXPECT_EQ(platform.p50_s, 120);
  EXPECT_EQ(platform.p99_s, 120);
  EXPECT_EQ(sla_text(platform.proposed_s), "5m");
  EXPECT_EQ(books.measured, 100);
  EXPECT_NEAR(static_cast<double>(books.p50_s), 8 * 60, 8) << "of the answer, not of the refusal before it";
  EXPECT_NEAR(static_cast<double>(books.p95_s), 38 * 60, 38) << "the export's own time wins";
  EXPECT_EQ(audit.credits_with_gap, 0);
  EXPECT_EQ(audit.after_cut_off + audit.repeated_rows, 0) << "an answer is no row of an export";
}

TEST_F(WithoutTimes, TheFiguresSayHowManyAreMeasuredByExportsAndHowManyByTheLogs) {
  std::string& cards = exports_.request.files[report::at(Side::platform)].front();
  std::string timed = kPlatformHeader;
  for (int i = 0; i < 100; ++i)
    timed += "g,r" + std::to_string(i) + ",2026-11-" + two(10 + i / 10) + "T" + two(10 + i % 10) +
             ":07:00Z,issue,5.00,USD,refund,jo@example.com\n";
  std::ofstream(cards, std::ios::binary) << timed;
  log(rows_);
  report::Audit audit = exports_.done();
  ASSERT_EQ(audit.hops.size(), 2u);
  EXPECT_EQ(audit.hops[0].by_log, 0);
  EXPECT_EQ(audit.hops[1].measured, 100);
  EXPECT_EQ(audit.hops[1].by_log, 75);
  const std::string said = "measured 25 by the times of the exports, 75 by those of the logs";
  EXPECT_NE(report::html(audit).find(said), std::string::npos);
  auto facts = read_facts(json::write(report::summary_json(audit)));
  ASSERT_TRUE(facts) << facts.error();
  report::Map map = map_of(*facts);
  EXPECT_TRUE(map.hops[0].note.find("measured") == std::string::npos) << map.hops[0].note;
  EXPECT_TRUE(map.hops[1].note.starts_with(said)) << map.hops[1].note;
  EXPECT_EQ(report::map_json(map).at("hops").as_array()[1].at("measured_by_log").as_integer(), 75);
  EXPECT_NE(report::sla_toml(map).find("100 measured, 75 of them by the logs"), std::string::npos)
      << report::sla_toml(map);
}

TEST_F(WithoutTimes, OfANumberThatIsUsedAgainTheAnswerOfItsOwnTimeCounts) {
  std::string pos = kPosHeader, books = "entry_id,reference,type,amount,currency\n", tries;
  for (int i = 10; i < 14; ++i) {
    std::string day = "2026-11-" + std::to_string(i), amount = std::to_string(i) + ".00,USD";
    pos += "r7," + day + "T14:00:00Z,S1,R1,E1,issue," + amount + ",refund,jo@example.com\n";
    books += "e" + std::to_string(i) + ",r7,issue," + amount + "\n";
    if (i != 12) tries += day + "T14:0" + std::to_string(i - 9) + ":00Z,GL,r7,200,90,\n";
  }
  tries += "2026-10-13T14:00:07Z,GL,r7,200,90,\n";  // of a credit that no file has
  exports_.request.files = {};
  exports_.add(Side::pos, "pos.csv", pos).add(Side::erp, "erp.csv", books);
  log(tries);
  report::Audit audit = exports_.done();
  ASSERT_EQ(audit.hops.size(), 1u);
  EXPECT_EQ(audit.hops[0].measured, 3) << "the third was never tried";
  EXPECT_EQ(audit.hops[0].early, 0);
  EXPECT_NEAR(static_cast<double>(audit.hops[0].p50_s), 120, 0);
  EXPECT_NEAR(static_cast<double>(audit.hops[0].p99_s), 240, 4);
}

TEST_F(WithLogs, NothingPersonalOfAMessageIsKept) {
  EXPECT_EQ(plain_message("no customer jo@example.com, phone +12025550103, code 4711"),
            "no customer *** phone +***, code ***");
  EXPECT_EQ(plain_message("HTTP 422"), "HTTP 422");
  EXPECT_EQ(plain_message(std::string(10'000, 'x')).size(), 123u);
  log("2026-11-10T10:05:00Z,GL,r1,422,90,unknown jo@example.com\n");
  EXPECT_EQ(told().find("jo@"), std::string::npos);
}

TEST_F(WithLogs, WhatTheMapDoesNotKnowIsSaid) {
  log("2026-11-10T10:05:00Z,SAP,r1,422,90,\n2026-11-10T10:06:00Z,GL,r1,422,90,\n2026-11-10T10:07:00Z,GL,r1,huh,90,\n");
  report::Audit audit = exports_.done();
  ASSERT_EQ(audit.warnings.size(), 2u);
  EXPECT_NE(audit.warnings[0].find("gateway.csv:4: 'huh' is no outcome"), std::string::npos) << audit.warnings[0];
  EXPECT_NE(audit.warnings[1].find("SAP"), std::string::npos);
  log("2026-11-10T10:07:00Z,GL,r1,huh,90,\n");
  EXPECT_NE(exports_.refusal().find("gateway.csv:2: 'huh' is no outcome"), std::string::npos);
  log("soon,GL,r1,422,90,\n");
  EXPECT_NE(exports_.refusal().find("gateway.csv:2: 'soon' is not a time"), std::string::npos);
}

TEST_F(WithLogs, TheirMapReadsBackToTheSame) {
  std::string text =
      "[logs]\nreference = [\"a\", \"b\"]\njoin = \"/\"\ntime = \"t\"\nsystem_always = \"erp\"\noutcome = \"o\"\n"
      "duration = \"d\"\nmessage = \"m\"\nletters_digits = true\ntime_format = \"epoch_ms\"\nutc_offset = \"-05:00\"\n"
      "duration_unit = \"s\"\nsystems = { \"GL\" = \"erp\" }\noutcomes = { \"MEH\" = \"ignore\" }\n";
  std::ofstream(exports_.dir.file("map.toml")) << text;
  auto maps = config::load_export_maps(exports_.dir.file("map.toml"));
  ASSERT_TRUE(maps) << config::render(maps.error());
  EXPECT_EQ(config::to_toml(*maps->logs), text);
  std::ofstream(exports_.dir.file("map.toml"))
      << "[logs]\nreference = \"a\"\noutcome = \"o\"\nsystem_always = \"pos\"\n"
         "outcomes = { x = \"maybe\" }\n";
  auto wrong = config::load_export_maps(exports_.dir.file("map.toml"));
  ASSERT_FALSE(wrong);
  std::string told = config::render(wrong.error());
  EXPECT_NE(told.find("write platform, payments, erp or storefront"), std::string::npos) << told;
  EXPECT_NE(told.find("write ok, failed or ignore"), std::string::npos) << told;
}

}  // namespace
}  // namespace handoff::reconcile
