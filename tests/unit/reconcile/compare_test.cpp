// What counts as the same credit, what as a gap, and what it is called.

#include <algorithm>
#include <map>
#include <set>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

TEST(Compare, SameEverywhereIsNoFinding) {
  report::Audit audit = Exports().pos(pos("a", "25.00")).platform(card("A ", "25.00")).shop(entry("a", "25.00")).done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_FALSE(audit.any_gap());
  ASSERT_EQ(audit.numbers.size(), 1u);
  for (Side side : {Side::pos, Side::platform, Side::storefront})
    EXPECT_EQ(audit.numbers[0].have[report::at(side)].minor, 2500);
}

TEST(Compare, SumsMayAgreeWhileItemsDiffer) {
  report::Audit audit =
      Exports().pos(pos("a", "25.00") + pos("b", "35.00")).platform(card("a", "35.00") + card("b", "25.00")).done();
  EXPECT_EQ(audit.numbers[0].have[0].minor, audit.numbers[0].have[1].minor);
  EXPECT_EQ(std::set<std::string>({audit.findings.at(0).reference, audit.findings.at(1).reference}),
            std::set<std::string>({"A", "B"}));
  for (const Finding& one : audit.findings)
    EXPECT_EQ(std::tuple(one.kind, one.difference), std::tuple(Kind::amount, 1000));
  EXPECT_EQ(audit.credits_with_gap, 2);
}

TEST(Compare, SumsThatFloatingPointGetsWrongAreExact) {
  std::string rows, cards;
  for (int i = 0; i < 1000; ++i) {
    rows += pos("r" + std::to_string(i), "0.10");
    cards += card("r" + std::to_string(i), "0.1");
  }
  // Together more than 2^53 minor units and odd: no double has that sum.
  for (int i = 0; i < 11; ++i) {
    rows += pos("big" + std::to_string(i), "9999999999999.99");
    cards += card("big" + std::to_string(i), "9999999999999.99");
  }
  report::Audit audit = Exports().pos(rows).platform(cards).done();
  EXPECT_EQ(report::decimal(audit.numbers[0].have[0].minor, 2), "110000000000099.89");
  EXPECT_EQ(report::decimal(audit.numbers[0].have[1].minor, 2), "110000000000099.89");
  EXPECT_FALSE(audit.any_gap());
}

/// 2^63 minor units are 9,224 of the largest rows. A sum that turned over might agree.
TEST(Compare, RowsOfOneCreditThatComeToMoreThanCanBeAreNoSumButAColumnToLookAt) {
  std::string rows;
  for (int i = 0; i < 9'300; ++i) rows += pos("a", "9999999999999.99");
  Exports exports;
  config::ExportMap map;
  map.reference = {"reference"};
  map.amount = "amount", map.currency = "currency", map.time = "created_at", map.type = "type";
  exports.request.maps[report::at(Side::pos)] = exports.request.maps[report::at(Side::platform)] = map;
  report::Audit audit = exports.pos(rows).platform(card("a", "1.00")).done();
  EXPECT_NE(summary_of(audit).find("mapping_mismatch"), std::string::npos) << summary_of(audit);
}

TEST(Compare, OneMinorUnitInASumBeyondWhatADoubleHoldsIsAGapWhateverTheCurrency) {
  struct Case {
    const char *currency, *issued, *shown, *sum;
    int exponent;
  };
  for (const Case& one : {Case{"USD", "9999999999999.99", "9999999999999.98", "109999999999999.89", 2},
                          Case{"JPY", "999999999999999", "999999999999998", "10999999999999989", 0},
                          Case{"KWD", "999999999999.999", "999999999999.998", "10999999999999.989", 3}}) {
    std::string rows, cards;
    for (int i = 0; i < 11; ++i) {
      std::string ref = "r" + std::to_string(i), row = pos(ref, one.issued),
                  there = card(ref, i == 10 ? one.shown : one.issued);
      rows += row.replace(row.find("USD"), 3, one.currency);
      cards += there.replace(there.find("USD"), 3, one.currency);
    }
    Exports exports;
    for (Side side : {Side::pos, Side::platform}) {  // a guess takes such a figure for no amount
      config::ExportMap& map = exports.request.maps[report::at(side)];
      map.reference = {"reference"};
      map.amount = "amount", map.currency = "currency", map.time = "created_at", map.type = "type";
    }
    report::Audit audit = exports.pos(rows).platform(cards).done();
    EXPECT_EQ(report::decimal(audit.numbers.at(0).have[0].minor, one.exponent), one.sum);
    EXPECT_EQ(report::decimal(audit.numbers[0].have[0].minor - audit.numbers[0].have[1].minor, 0), "1");
    EXPECT_EQ(summary_of(audit), "amount_mismatch amount_mismatch R10 1\n") << one.currency;
  }
}

TEST(Compare, TheLargestFindingIsFirstWhateverDigitsItsCurrencyHas) {
  auto in = [](const std::string& currency, std::string row) { return row.replace(row.find("USD"), 3, currency); };
  report::Audit audit =
      Exports()
          .pos(in("KWD", pos("kw", "9.999")) + pos("us", "20.00") + in("JPY", pos("jp", "30")) + pos("us2", "29.99"))
          .platform("")
          .done();
  std::string order;
  for (const Finding& one : audit.findings) order += one.reference + " ";
  EXPECT_EQ(order, "JP US2 US KW ");
}

TEST(Compare, TypesThatOnlyAnotherSystemKnowsAreNoPlaceWhereGapsGather) {
  std::string gift = "gc2,B,2026-11-10T10:00:05Z,issue,5.00,USD,gift,al@example.com\n";
  report::Audit audit = Exports().pos("").platform(card("a", "25.00") + gift).done();
  EXPECT_EQ(audit.credits, 0);
  EXPECT_EQ(summary_of(audit), "downstream_only downstream_only A 2500\ndownstream_only downstream_only B 500\n");
  EXPECT_TRUE(std::ranges::none_of(audit.clusters, [](const auto& one) { return one.dimension == "balance type"; }));
}

TEST(Compare, YoungerThanTheSlaIsInFlightAndNoGap) {
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00", "29"))
                            .platform(card("a", "25.00", "issue", "29"))
                            .shop(entry("z", "1.00", "redeem"))
                            .done();
  EXPECT_EQ(summary_of(audit), "missing in_flight A 2500\n");
  EXPECT_FALSE(audit.any_gap());
  EXPECT_EQ(audit.numbers[0].in_flight[report::at(Side::storefront)].items, 1);
}

TEST(Compare, ALinkThatIsOverdueIsFoundWhileTheBooksMayStillCome) {
  Exports exports;
  exports.request.sla_s[report::at(Side::erp)] = 48 * kHour;
  report::Audit audit = exports.pos(pos("a", "25.00", "28"))
                            .platform(card("a", "25.00", "issue", "28", ""))
                            .add(Side::erp, "books.csv", kShopHeader + entry("z", "1.00", "redeem"))
                            .done();
  EXPECT_EQ(summary_of(audit), "not_linked F3 A 2500\nmissing in_flight A 2500\n");
  EXPECT_EQ(audit.credits_with_gap, 1);
  EXPECT_EQ(audit.numbers[0].items_with_gap.items, 1);
}

TEST(Compare, WhatMayStillArriveIsNotCountedAsLostThereThoughAnotherSystemIsOverdue) {
  Exports exports;
  exports.request.sla_s[report::at(Side::erp)] = 48 * kHour;
  report::Audit audit = exports.pos(pos("a", "25.00", "28"))
                            .platform(card("z", "1.00", "redeem"))
                            .add(Side::erp, "books.csv", kShopHeader + entry("z", "1.00", "redeem"))
                            .done();
  ASSERT_EQ(audit.hops.size(), 2u);
  EXPECT_EQ(audit.hops[0].lost, 1) << "at the platform";
  EXPECT_EQ(audit.hops[1].lost, 0) << "in the books";
  EXPECT_EQ(audit.numbers[0].in_flight[report::at(Side::erp)].items, 1);
}

TEST(Compare, MissingWithoutACustomerIsF1) {
  report::Audit audit =
      Exports().pos(pos("a", "25.00", "10", "refund,")).platform(card("a", "25.00", "issue", "10", "")).shop("").done();
  EXPECT_EQ(summary_of(audit), "missing F1 A 2500\n");
  EXPECT_TRUE(audit.any_gap());
}

TEST(Compare, LinkedToAnotherCustomerIsF3) {
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00"))
                            .platform(card("a", "25.00", "issue", "10", "al@example.com"))
                            .shop(entry("a", "25.00"))
                            .done();
  EXPECT_EQ(summary_of(audit), "not_linked F3 A 2500\n");
}

TEST(Compare, SplitOverTwoCardsIsTheSame) {
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00"))
                            .platform(card("a", "15.00") + card("a", "10.00", "issue", "10", "jo@example.com", "gc2"))
                            .done();
  EXPECT_EQ(summary_of(audit), "");
}

TEST(Compare, TwiceAtThePlatformIsADuplicate) {
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00"))
                            .platform(card("a", "25.00") + card("a", "25.00", "issue", "10", "jo@example.com", "gc2"))
                            .done();
  EXPECT_EQ(summary_of(audit), "duplicate duplicate A 2500\n");
}

TEST(Compare, ARowThatTwoFilesRepeatCountsOnce) {
  Exports exports;
  exports.pos(pos("a", "25.00")).platform(card("a", "25.00"));
  exports.add(Side::platform, "platform-2.csv", kPlatformHeader + card("a", "25.00"));
  report::Audit audit = exports.done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.repeated_rows, 1);
}

TEST(Compare, ATrendIsOfWhatCannotBeUnderWayAnyMore) {
  std::string rows, shown;
  for (const char* day : {"11-10", "11-17", "11-30"})
    for (int i = 0; i < 30; ++i) {
      std::string ref = std::string(day) + "-" + std::to_string(i);
      rows += ref + ",2026-" + day + "T10:00:00Z,S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n";
      if (i % 2 == 0 && std::string(day) != "11-30")
        shown += "e," + ref + ",2026-" + day + "T10:00:09Z,issue,25.00,USD\n";
    }
  Exports exports;
  exports.pos(rows).shop(shown);
  exports.request.as_of_s = parse_time("2026-11-30T12:00:00Z", config::TimeFormat::iso, 0)->utc_s;
  report::Audit audit = exports.done();
  EXPECT_EQ(audit.trend.verdict, "stable") << audit.trend.why;
  EXPECT_EQ(audit.trend.why, "15 of 30 credits in the last week, 15 of 30 in the weeks before");
}

TEST(Compare, ATableOfCardsAsOfTwoDaysIsOneCardAsItStoodLast) {
  const std::string header = "card_id,reference,created_at,amount,balance,currency,status,email\n";
  auto state = [](const char* balance, const char* status) {
    return std::string("gc1,a,2026-11-10T10:00:00Z,25.00,") + balance + ",USD," + status + ",jo@example.com\n";
  };
  Exports exports;
  exports.pos(pos("a", "25.00")).add(Side::platform, "cards-1115.csv", header + state("25.00", "active"));
  exports.add(Side::platform, "cards-1122.csv", header + state("15.00", "active"));
  exports.add(Side::platform, "cards-1130.csv", header + state("10.00", "active"));
  report::Audit audit = exports.done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.numbers[0].have[report::at(Side::platform)].minor, 2500);
  EXPECT_EQ(audit.numbers[0].left.minor, 1000);
  EXPECT_EQ(audit.repeated_rows, 2);
}

TEST(Compare, AVoidWithANumberOfItsOwnIsTheOriginals) {
  const std::string header = "store,number,original,kind,created_at,amount,currency\n";
  Exports exports;
  exports.add(Side::pos, "pos.csv",
              header +
                  "S1,17,,issue,2026-11-10T10:00:00Z,25.00,USD\n"
                  "S1,18,,issue,2026-11-10T10:05:00Z,30.00,USD\n"
                  "S1,19,17,void,2026-11-10T10:10:00Z,25.00,USD\n");
  exports.add(Side::platform, "cards.csv",
              "card,reference,created_at,amount,balance,currency,status\n"
              "c1,S1-17,2026-11-10T10:00:02Z,25.00,0.00,USD,void\n"
              "c2,S1-18,2026-11-10T10:05:02Z,30.00,30.00,USD,active\n");
  config::ExportMap& map = exports.request.maps[0];
  map.reference = {"store", "number"};
  map.original = {"store", "original"};
  map.amount = "amount";
  map.currency = "currency";
  map.time = "created_at";
  map.type = "kind";
  EXPECT_EQ(summary_of(exports.done()), "");
  map.original.clear();
  EXPECT_EQ(summary_of(exports.done()), "void_not_propagated void_not_propagated S1-17 2500\n");
}

TEST(Compare, MergedIntoOneEntryIsTheSameIfTheSumIs) {
  Exports exports;
  exports.pos(pos("a", "25.00") + pos("b", "5.00") + pos("c", "7.00") + pos("d", "1.00"))
      .platform(card("a;b", "30.00") + card("c;d", "9.00"));
  exports.request.maps[1] = (*guess_maps(exports.request.files, {}, ""))[1].map;
  exports.request.maps[1].split = ";";
  report::Audit audit = exports.done();
  EXPECT_EQ(summary_of(audit), "amount_mismatch amount_mismatch C 100\n");
}

TEST(Compare, APartlyRedeemedCreditIsNoGap) {
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00"))
                            .platform(card("a", "25.00") + card("a", "-10.00", "redeem", "12"))
                            .shop(entry("a", "25.00") + entry("a", "10.00", "redeem", "12"))
                            .done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.numbers[0].redeemed.minor, 1000);
  EXPECT_EQ(audit.numbers[0].left.minor, 1500);
}

TEST(Compare, RedeemedAtThePlatformAloneIsAFinding) {
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00"))
                            .platform(card("a", "25.00") + card("a", "10.00", "redeem", "12"))
                            .shop(entry("a", "25.00"))
                            .done();
  EXPECT_EQ(summary_of(audit), "redeemed_on_one_side redeemed_on_one_side A 1000\n");
}

TEST(Compare, AVoidThatDidNotGetThroughIsAFinding) {
  std::string cancelled = "a,2026-11-10T11:00:00Z,S1,R1,E1,void,25.00,USD,refund,jo@example.com\n";
  report::Audit audit = Exports().pos(pos("a", "25.00") + cancelled).platform(card("a", "25.00")).shop("").done();
  EXPECT_EQ(summary_of(audit), "void_not_propagated void_not_propagated A 2500\n");
  EXPECT_EQ(Exports()
                .pos(pos("a", "25.00") + cancelled)
                .platform(card("a", "25.00") + card("a", "25.00", "void"))
                .shop("")
                .done()
                .credits_with_gap,
            0);
}

TEST(Compare, ALostUnitOrCurrencyIsF6) {
  report::Audit audit = Exports().pos(pos("a", "25.00")).platform(card("a", "2500.00")).done();
  EXPECT_EQ(summary_of(audit), "mapping_mismatch F6 A 247500\n");
  audit = Exports()
              .pos(pos("a", "25.00"))
              .platform("gc,a,2026-11-10T10:00:00Z,issue,25.00,CAD,refund,jo@example.com\n")
              .done();
  EXPECT_EQ(summary_of(audit), "mapping_mismatch F6 A 2500\n");
}

TEST(Compare, ABalanceTypeThatNeverArrivesIsF6) {
  std::string rows, cards, entries;
  for (int i = 0; i < 6; ++i) {
    std::string n = std::to_string(i);
    rows += pos("p" + n, "5.00", "10", "promo,jo@example.com") + pos("r" + n, "5.00", "11");
    cards += card("p" + n, "5.00").replace(card("p" + n, "5.00").find("refund"), 6, "promo") + card("r" + n, "5.00");
    entries += entry("r" + n, "5.00");
  }
  report::Audit audit = Exports().pos(rows).platform(cards).shop(entries).done();
  EXPECT_EQ(audit.causes[report::at(Cause::f6)].items, 6) << summary_of(audit);
}

TEST(Compare, TypedIntoTheBooksIsF5WithItsAuthor) {
  Exports exports;
  exports.pos(pos("a", "25.00"));
  exports.add(Side::erp, "erp.csv",
              "document_no,reference,posting_date,amount,currency,user_id\n1,a,2026-11-10,25.00,USD,JOB\n2,m,2026-11-"
              "12,9.00,USD,MILLER\n");
  report::Audit audit = exports.done();
  EXPECT_EQ(summary_of(audit), "downstream_only F5 M 900\n");
  EXPECT_EQ(audit.findings.front().author, "MILLER");
  EXPECT_NE(audit.findings.front().task.find("MILLER"), std::string::npos);
}

TEST(Compare, WhereNoColumnNamesACustomerNothingIsSaidOfALink) {
  std::string rows = pos("a", "25.00", "10") + pos("b", "25.00", "12"), shop = entry("b", "25.00", "issue", "12");
  report::Audit named = Exports()
                            .pos(rows)
                            .platform(card("a", "25.00", "issue", "10") + card("b", "25.00", "issue", "12"))
                            .shop(shop)
                            .done();
  EXPECT_EQ(summary_of(named), "missing F2 A 2500\n");
  std::string cards =
      "card_id,reference,created_at,amount,currency\ng1,a,2026-11-10T10:00:05Z,25.00,USD\ng2,b,2026-11-12T10:00:05Z,25.00,"
      "USD\n";
  report::Audit unnamed = Exports().pos(rows).add(Side::platform, "platform.csv", cards).shop(shop).done();
  ASSERT_EQ(summary_of(unnamed), "missing unexplained A 2500\n");
  for (const std::string& one : unnamed.findings.front().evidence) EXPECT_FALSE(one.starts_with("it is linked")) << one;
}

TEST(Compare, OneCurrencyIsNeverAddedToAnother) {
  std::string yen = "a,2026-11-10T10:30:00Z,S1,R1,E1,issue,900,JPY,refund,jo@example.com\n";
  report::Audit audit = Exports().pos(pos("a", "25.00") + yen).platform(card("a", "25.00")).done();
  ASSERT_EQ(audit.numbers.size(), 2u);
  EXPECT_EQ(audit.numbers[0].currency, "JPY");
  EXPECT_EQ(audit.numbers[0].have[0].minor, 900);
  EXPECT_EQ(audit.numbers[1].have[0].minor, 2500);
  EXPECT_EQ(audit.credits_with_gap, 1);
  // And where the platform's entry is in two.
  audit = Exports()
              .pos(pos("a", "25.00"))
              .platform(card("a", "25.00") + "gc1,a,2026-11-11T10:00:05Z,adjust,900,JPY,refund,jo@example.com\n")
              .done();
  EXPECT_EQ(summary_of(audit), "mapping_mismatch F6 A 2500\n");
  EXPECT_EQ(audit.numbers[0].have[1].minor, 2500);
}

TEST(Compare, RowsThatTwoFilesRepeatCountOnceHoweverManyACreditHas) {
  std::string moves;
  for (int i = 0; i < 100; ++i)
    moves += "gc1,a,2026-11-1" + std::to_string(i / 24) + "T" + (i % 24 < 10 ? "0" : "") + std::to_string(i % 24) +
             ":30:00Z,adjust,1.00,USD,refund,jo@example.com\n";
  Exports twice;
  twice.pos(pos("a", "125.00"))
      .platform(card("a", "25.00") + moves)
      .add(Side::platform, "again.csv", kPlatformHeader + moves);
  report::Audit audit = twice.done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.repeated_rows, 100);
}

TEST(Compare, ARowWithoutAReferenceThatTwoFilesRepeatCountsOnce) {
  Exports twice;
  twice.pos(pos("a", "25.00") + pos("", "9.00") + pos("", "9.00"))
      .add(Side::pos, "again.csv", kPosHeader + pos("", "9.00") + pos("", "9.00"))
      .platform(card("a", "25.00"));
  report::Audit audit = twice.done();
  EXPECT_EQ(audit.numbers[0].have[0].minor, 4300);  // the two of one file are two
  EXPECT_EQ(audit.findings.size(), 2u);
}

TEST(Compare, ReferencesThatTwoSystemsWriteInDifferentWaysAreDoubted) {
  std::string rows, cards;
  for (int i = 10; i < 60; ++i) {
    rows += pos("7730" + std::to_string(i), "25.00");
    cards += card("7730" + std::to_string(i) + ".0", "25.00");
  }
  report::Audit audit = Exports().pos(rows).platform(cards + card("young", "1.00", "issue", "29")).done();
  EXPECT_TRUE(asks(
      audit,
      "50 of 50 credits differ or are not there, and 50 entries have references that the registers do not: the two may write them in different ways"))
      << testing::PrintToString(audit.warnings);
}

TEST(Compare, ARedemptionThatNamesOnlyItsCardIsThatOfTheCardsCredit) {
  auto of_card = [](const std::string& id, const std::string& amount) {
    return id + ",,2026-11-12T10:00:00Z,redeem," + amount + ",USD,refund,\n";
  };
  std::string pos_rows = pos("a", "25.00") + pos("b", "5.00"), entries = entry("a", "25.00") + entry("b", "5.00");
  std::string cards = card("a", "25.00", "issue", "10", "jo@example.com", "gc1") +
                      card("b", "5.00", "issue", "10", "jo@example.com", "gc2");
  report::Audit audit = Exports()
                            .pos(pos_rows)
                            .platform(of_card("gc1", "10.00") + cards + of_card("gc2", "5.00"))
                            .shop(entries + entry("a", "10.00", "redeem", "12") + entry("b", "5.00", "redeem", "12"))
                            .done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.numbers[0].redeemed.minor, 1500);
  audit = Exports()
              .pos(pos_rows)
              .platform(cards + of_card("gc1", "10.00") + of_card("gc2", "5.00"))
              .shop(entries + entry("a", "10.00", "redeem", "12"))
              .done();
  EXPECT_EQ(summary_of(audit), "redeemed_on_one_side redeemed_on_one_side B 500\n");
  // Of cards that nobody knows nothing is concluded, and it is said.
  audit = Exports()
              .pos(pos_rows)
              .platform(cards + of_card("gc8", "10.00") + of_card("gc9", "5.00"))
              .shop(entries + entry("a", "10.00", "redeem", "12"))
              .done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_TRUE(std::ranges::any_of(audit.warnings, [](const std::string& one) {
    return one.find("2 redemptions, refunds or voids name neither") != std::string::npos;
  }));
}

TEST(Compare, LooksAlikeIsNamedButNeverMatched) {
  report::Audit audit = Exports().pos(pos("a", "25.00")).platform(card("xyz", "25.00")).done();
  EXPECT_EQ(audit.credits_with_gap, 2);
  const Finding& missing = audit.findings[audit.findings[0].kind == Kind::missing ? 0 : 1];
  ASSERT_EQ(missing.candidates.size(), 1u);
  EXPECT_EQ(missing.candidates[0].reference, "XYZ");
}

report::Audit without_reference(const std::string& registers, const std::string& cards) {
  Exports exports;
  exports.pos(registers).add(Side::platform, "cards.csv", "created_at,amount,currency,email\n" + cards);
  config::ExportMap& map = exports.request.maps[report::at(Side::platform)];
  map.amount = "amount";
  map.currency = "currency";
  map.time = "created_at";
  map.email = "email";
  config::ExportMap& ours = exports.request.maps[report::at(Side::pos)];
  ours = map;
  ours.reference = {"reference"};
  ours.store = "store";
  auto done = audit(exports.request);
  EXPECT_TRUE(done) << (done ? "" : done.error().text());
  return done ? std::move(*done) : report::Audit();
}

TEST(Compare, ASideWithoutAReferenceHasCandidatesAndNoMatch) {
  report::Audit done = without_reference(
      pos("a", "25.00") + pos("b", "35.00", "11", "refund,al@example.com"),
      "2026-11-10T10:00:05Z,25.00,USD,Jo@Example.com\n2026-11-11T11:00:00Z,35.00,USD,al@example.com\n");
  EXPECT_EQ(done.numbers[0].have[report::at(Side::platform)].items, 0);
  int candidates = 0;
  for (const Finding& finding : done.findings) {
    EXPECT_EQ(finding.cause, Cause::unexplained) << finding.reference;
    if (finding.kind != Kind::missing) continue;
    ASSERT_EQ(finding.candidates.size(), 1u) << finding.reference;
    EXPECT_EQ(finding.candidates[0].row.line, finding.reference == "A" ? 2u : 3u);
    EXPECT_NE(finding.candidates[0].why.find("the same customer"), std::string::npos) << finding.candidates[0].why;
    ++candidates;
  }
  EXPECT_EQ(candidates, 2);
  EXPECT_NE(testing::PrintToString(done.warnings).find("none of the 2 entries has a reference"), std::string::npos);
}

TEST(Compare, OfASideWithoutAReferenceNoDayIsMissedAndNoSpellingDoubted) {
  std::string registers, cards;
  for (int i = 0; i < 60; ++i) {
    registers += pos("r" + std::to_string(i), "25.00");
    cards += "2026-11-10T10:00:05Z,25.00,USD,Jo@Example.com\n";
  }
  // Something newer: that day is past its SLA.
  report::Audit done =
      without_reference(registers + pos("z", "1.00", "20"), cards + "2026-11-20T10:00:05Z,1.00,USD,Jo@Example.com\n");
  EXPECT_EQ(done.warnings.size(), 1u) << testing::PrintToString(done.warnings);
}

TEST(Compare, AMapMaySayThatASideHasNoReferenceButNotThatTheRegistersHaveNone) {
  support::TempDir dir;
  auto load = [&](const std::string& text) {
    std::ofstream(dir.file("map.toml")) << text;
    return config::load_export_maps(dir.file("map.toml"));
  };
  auto maps = load("[erp]\nreference = []\namount = \"a\"\n");
  ASSERT_TRUE(maps);
  EXPECT_TRUE(maps->sides.at("erp").reference.empty());
  auto again = load(config::to_toml("erp", maps->sides.at("erp")));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->sides.at("erp").reference.empty());
  for (const char* text : {"[pos]\nreference = []\namount = \"a\"\n", "[erp]\namount = \"a\"\n",
                           "[erp]\nreference = \"\"\namount = \"a\"\n"})
    EXPECT_FALSE(load(text)) << text;
}

TEST(Compare, CustomersThatOnlyLookAlikeWhenMaskedAreNotTheSame) {
  report::Audit done = without_reference(pos("a", "25.00", "10", "refund,jo@example.com"),
                                         "2026-11-12T20:00:05Z,25.00,USD,jim@example.com\n");
  for (const Finding& finding : done.findings) EXPECT_TRUE(finding.candidates.empty()) << finding.candidates[0].why;
}

TEST(Compare, ACreditInTwoEntriesAndTwoCreditsInOneEntryAreCandidates) {
  report::Audit done =
      without_reference(pos("a", "25.00") + pos("b", "10.00", "10", "refund,al@example.com") +
                            pos("c", "7.00", "10", "refund,al@example.com"),
                        "2026-11-10T10:00:05Z,20.00,USD,jo@example.com\n2026-11-10T10:00:06Z,5.00,USD,jo@example.com\n"
                        "2026-11-10T12:00:06Z,17.00,USD,al@example.com\n");
  std::map<std::string, std::string> named;
  for (const Finding& finding : done.findings)
    for (const report::Candidate& one : finding.candidates)
      named[finding.reference] += std::to_string(one.row.line) + " " + one.why + "\n";
  EXPECT_EQ(named["A"].substr(0, 2), "2 ");
  EXPECT_NE(named["A"].find("\n3 with "), std::string::npos) << named["A"];
  EXPECT_NE(named["B"].find("4 the amount of it and of C, the same customer"), std::string::npos) << named["B"];
  EXPECT_NE(named["C"].find("4 the amount of it and of B, the same customer"), std::string::npos) << named["C"];
}

TEST(Compare, WhatIsOutsideOfTheWindowIsLeftOut) {
  Exports exports;
  exports.request.window_s = 7 * kDay;
  report::Audit audit = exports.pos(pos("old", "1.00", "10") + pos("new", "2.00", "25"))
                            .platform(card("new", "2.00", "issue", "25"))
                            .done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.credits, 1);
  EXPECT_EQ(audit.before_window, 1);
}

TEST(Compare, ACreditIsNotMissingWhereItWasNeverToGo) {
  auto findings = [](const std::string& systems) {
    Exports exports;
    exports.add(Side::pos, "pos.csv",
                "reference,amount,created_at,systems\nA,25.00,2026-11-20T10:00:00Z," + systems + "\n");
    exports.platform(card("a", "25.00")).shop("");
    config::ExportMap& map = exports.request.maps[0];
    map.reference = {"reference"};
    map.amount = "amount";
    map.time = "created_at";
    map.systems = "systems";
    map.currency_always = "USD";
    auto audit = exports.run();
    return audit ? summary_of(*audit) + std::to_string(audit->unreadable_rows) : audit.error().text();
  };
  EXPECT_EQ(findings("platform"), "0");
  EXPECT_EQ(findings(""), "missing F2 A 2500\n0");
  EXPECT_EQ(findings("platform storefront"), "missing F2 A 2500\n0");
  EXPECT_NE(findings("platform shop").find("'shop' is no system"), std::string::npos);
}

TEST(Compare, AProbeOfTheHubIsCountedNowhere) {
  report::Audit audit =
      Exports().pos(pos("a", "25.00")).platform(card("a", "25.00") + card("sc_777gpzjn2kq5z4xw7y6abcd", "1.00")).done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.credits, 1);
  EXPECT_TRUE(std::ranges::any_of(audit.notes,
                                  [](const std::string& note) { return note.starts_with("1 probe is left out"); }));
}

TEST(Compare, TheFindingOfACreditKeepsItsId) {
  auto id = [](const std::string& more) {
    return Exports()
        .pos(pos("a", "25.00") + more)
        .platform(more.empty() ? "" : card("b", "1.00"))
        .done()
        .findings.front()
        .id;
  };
  EXPECT_EQ(id(""), id(pos("b", "1.00")));
  EXPECT_TRUE(id("").starts_with("fd-"));
}

TEST(Compare, IdsAndNumbersAreTheSameInWhateverOrderRowsAndFilesAre) {
  std::vector<std::string> rows = {pos("a", "25.00"), pos("", "9.00"), pos("", "9.00"), pos("", "7.00", "11"),
                                   pos("b", "3.00")};
  auto run = [](const std::vector<std::string>& first, const std::vector<std::string>& second) {
    auto text = [](const std::vector<std::string>& of) {
      std::string out = kPosHeader;
      for (const std::string& one : of) out += one;
      return out;
    };
    Exports exports;
    report::Audit audit = exports.add(Side::pos, "1.csv", text(first))
                              .add(Side::pos, "2.csv", text(second))
                              .platform(card("b", "3.00"))
                              .done();
    std::set<std::string> out = {report::decimal(audit.numbers[0].have[0].minor, 2)};
    for (const Finding& one : audit.findings) out.insert(one.id);
    return out;
  };
  auto as_it_is = run({rows[0], rows[1], rows[2]}, {rows[3], rows[4]});
  EXPECT_EQ(as_it_is.size(), 5u);
  EXPECT_EQ(as_it_is, run({rows[4], rows[3]}, {rows[2], rows[1], rows[0]}));
}

}  // namespace
}  // namespace handoff::reconcile
