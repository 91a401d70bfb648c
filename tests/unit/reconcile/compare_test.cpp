// What counts as the same credit, what as a gap, and what it is called.

#include <algorithm>
#include <map>
#include <set>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

std::string pos(const std::string& ref, const std::string& amount, const std::string& day = "10",
                const std::string& more = "refund,jo@example.com") {
  return ref + ",2026-11-" + day + "T10:00:00Z,S1,R1,E1,issue," + amount + ",USD," + more + "\n";
}
std::string card(const std::string& ref, const std::string& amount, const std::string& type = "issue",
                 const std::string& day = "10", const std::string& email = "jo@example.com",
                 const std::string& id = "gc1") {
  return id + "," + ref + ",2026-11-" + day + "T10:00:05Z," + type + "," + amount + ",USD,refund," + email + "\n";
}
std::string entry(const std::string& ref, const std::string& amount, const std::string& type = "issue",
                  const std::string& day = "10") {
  return "e1," + ref + ",2026-11-" + day + "T10:01:00Z," + type + "," + amount + ",USD\n";
}

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
  EXPECT_EQ(std::set<std::string>({audit.findings.at(0).reference, audit.findings.at(1).reference}), std::set<std::string>({"A", "B"}));
  for (const Finding& one : audit.findings) EXPECT_EQ(std::tuple(one.kind, one.difference), std::tuple(Kind::amount, 1000));
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
      std::string ref = "r" + std::to_string(i), row = pos(ref, one.issued), there = card(ref, i == 10 ? one.shown : one.issued);
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
  report::Audit audit = Exports()
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

TEST(Compare, WhatHappensAtTheRegisterLaterMakesALossNoYounger) {
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

TEST(Compare, OfARegisterThatTellsTheDayAloneACreditIsAsYoungAsItCanBe) {
  auto issued = [](const std::string& day) {
    return Exports().pos("a,2026-11-" + day + ",S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n").platform(card("b", "1.00")).done();
  };
  EXPECT_EQ(issued("29").findings.at(1).cause, Cause::in_flight) << "as of the 30th, 00:00";
  report::Audit old = issued("28");
  EXPECT_NE(old.findings.at(0).cause, Cause::in_flight);
  EXPECT_EQ(old.findings.at(0).evidence.at(0), "not at the platform, at least 24 h after it was issued");
  Exports noon;
  noon.request.as_of_s = parse_time("2026-11-29T12:00:00Z", config::TimeFormat::iso, 0)->utc_s;
  EXPECT_EQ(noon.pos("a,2026-11-28,S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n").platform(card("b", "1.00")).done().findings.at(1).cause, Cause::in_flight)
      << "12 to 36 hours old";
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

TEST(Compare, AnInactiveCardWithNothingLeftIsSpentAndNoVoid) {
  auto of_status = [](const std::string& balance, const std::string& status) {
    return Exports()
        .pos(pos("a", "25.00"))
        .add(Side::platform, "cards.csv", "card_id,reference,created_at,amount,balance,currency,status,email\ngc1,a,2026-11-10T10:00:00Z,25.00," + balance + ",USD," + status + ",jo@example.com\n")
        .shop(entry("a", "25.00") + entry("a", "25.00", "redeem", "12"))
        .done();
  };
  EXPECT_EQ(summary_of(of_status("0.00", "inactive")), "");
  EXPECT_EQ(summary_of(of_status("0.00", "disabled")), "");
  EXPECT_EQ(summary_of(of_status("5.00", "inactive")), "void_not_propagated void_not_propagated A 2500\n");
  EXPECT_EQ(summary_of(of_status("0.00", "voided")), "void_not_propagated void_not_propagated A 2500\n");
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
      if (i % 2 == 0 && std::string(day) != "11-30") shown += "e," + ref + ",2026-" + day + "T10:00:09Z,issue,25.00,USD\n";
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
  exports.add(Side::pos, "pos.csv", header + "S1,17,,issue,2026-11-10T10:00:00Z,25.00,USD\n"
                                             "S1,18,,issue,2026-11-10T10:05:00Z,30.00,USD\n"
                                             "S1,19,17,void,2026-11-10T10:10:00Z,25.00,USD\n");
  exports.add(Side::platform, "cards.csv", "card,reference,created_at,amount,balance,currency,status\n"
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

/// Credits a of 25.00 and b of 40.00 at the registers, and books that may name several in one row.
report::Audit merged(const std::string& books, const std::string& more_pos = "", std::int64_t window_s = 30 * kDay) {
  Exports exports;
  exports.request.window_s = window_s;
  exports.add(Side::pos, "pos.csv", "reference,created_at,type,amount,currency\na,2026-11-10T10:00:00Z,issue,25.00,USD\nb,2026-11-20T10:00:00Z,issue,40.00,USD\n" + more_pos);
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

TEST(Compare, ARowOfSeveralCreditsIsHeldAgainstThemTogether) {
  const std::string both = "a;b,2026-11-20T12:00:00Z,issue,65.00,USD,batch\n";
  const std::string singles = "a,2026-11-10T12:00:00Z,issue,25.00,USD,batch\nb,2026-11-20T12:00:00Z,issue,40.00,USD,batch\n";
  EXPECT_EQ(summary_of(merged(both)), "");
  EXPECT_EQ(merged(both).numbers.at(0).have[report::at(Side::erp)].minor, 6500);
  EXPECT_EQ(summary_of(merged("a;b;,2026-11-20T12:00:00Z,issue,65.00,USD,batch\n")), "");
  // In another currency.
  std::set<std::string> wrong;
  for (const Finding& one : merged("a;b,2026-11-20T12:00:00Z,issue,65.00,EUR,batch\n").findings)
    wrong.insert(one.reference + " " + std::to_string(one.difference) + " " + std::to_string(one.cause == Cause::f6));
  EXPECT_EQ(wrong, std::set<std::string>({"A 2500 1", "B 4000 1"}));
  // Twice, as a whole or in part.
  EXPECT_EQ(summary_of(merged(both + "a;b,2026-11-21T12:00:00Z,issue,65.00,USD,batch\n")), "duplicate duplicate A 6500\n");
  EXPECT_EQ(summary_of(merged(both + "b,2026-11-21T12:00:00Z,issue,40.00,USD,batch\n")), "duplicate duplicate B 4000\n");
  // Of credits that no register issued.
  report::Audit typed = merged(singles + "x;y,2026-11-20T12:00:00Z,issue,900.00,USD,jane\n");
  ASSERT_EQ(summary_of(typed), "downstream_only F5 X 90000\n");
  EXPECT_EQ(typed.findings[0].author, "jane");
  EXPECT_EQ(typed.numbers.at(0).extra[report::at(Side::erp)].minor, 90000);
  EXPECT_EQ(summary_of(merged("a;b;x,2026-11-20T12:00:00Z,issue,95.00,USD,batch\n")), "amount_mismatch amount_mismatch A 3000\n");
}

TEST(Compare, AVoidOfOneOrOfAllCreditsOfARowIsTakenFromIt) {
  const std::string both = "a;b,2026-11-20T12:00:00Z,issue,65.00,USD,batch\n";
  const std::string void_a = "a,2026-11-21T10:00:00Z,void,25.00,USD", void_b = "b,2026-11-21T10:00:00Z,void,40.00,USD";
  EXPECT_EQ(summary_of(merged(both + void_a + ",batch\n", void_a + "\n")), "");
  EXPECT_EQ(summary_of(merged("a;b,2026-11-22T12:00:00Z,issue,40.00,USD,batch\n", void_a + "\n")), "");
  EXPECT_EQ(summary_of(merged(both + "a;b,2026-11-22T12:00:00Z,void,65.00,USD,batch\n", void_a + "\n" + void_b + "\n")), "");
  EXPECT_EQ(summary_of(merged(both, void_a + "\n")), "void_not_propagated void_not_propagated A 2500\n");
  EXPECT_EQ(summary_of(merged(both, "a,2026-11-29T10:00:00Z,void,25.00,USD\n")), "void_not_propagated in_flight A 2500\n");
}

TEST(Compare, ARowIsNotJudgedByCreditsOfWhichOneIsNot) {
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

TEST(Compare, AMapThatTakesTheSignOutAtWhichItSplitsIsRefused) {
  support::TempDir dir;
  std::ofstream(dir.file("map.toml")) << "[erp]\nreference = \"r\"\namount = \"a\"\nsplit = \";\"\nletters_digits = true\n";
  auto maps = config::load_export_maps(dir.file("map.toml"));
  ASSERT_FALSE(maps);
  EXPECT_NE(config::render(maps.error()).find("leaves no \";\" in a reference"), std::string::npos) << config::render(maps.error());
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

TEST(Compare, ARedemptionOnOneSideIsFoundWhateverElseDiffers) {
  auto run = [](const std::string& in_books, const std::string& in_shop) {
    return Exports()
        .pos(pos("a", "25.00"))
        .platform(card("a", "25.00") + card("a", "10.00", "redeem", "12"))
        .shop(entry("a", in_shop))
        .add(Side::erp, "erp.csv", kShopHeader + entry("a", in_books) + entry("z", "1.00", "redeem"))
        .done();
  };
  report::Audit audit = run("24.99", "25.00");
  ASSERT_EQ(summary_of(audit), "redeemed_on_one_side redeemed_on_one_side A 1000\namount_mismatch amount_mismatch A 1\n");
  EXPECT_FALSE(audit.findings[1].wrong[report::at(Side::storefront)]);
  EXPECT_EQ(audit.findings[1].evidence[0], "issued for 25.00 USD; the books: 24.99 USD");
  EXPECT_EQ(audit.credits_with_gap, 1);
  EXPECT_EQ(audit.numbers[0].gap[report::at(Side::storefront)].minor, 1000);
  EXPECT_EQ(audit.numbers[0].gap[report::at(Side::erp)].minor, 1);
  EXPECT_EQ(audit.numbers[0].items_with_gap.minor, 1000);
  audit = run("25.00", "24.97");
  EXPECT_EQ(summary_of(audit), "redeemed_on_one_side redeemed_on_one_side A 1000\namount_mismatch amount_mismatch A 3\n");
  EXPECT_EQ(audit.numbers[0].gap[report::at(Side::storefront)].items, 1);
  EXPECT_EQ(audit.numbers[0].gap[report::at(Side::storefront)].minor, 1003);
  EXPECT_EQ(summary_of(run("25.00", "2500.00")), "mapping_mismatch F6 A 247500\n") << "in another unit nothing is said of what was spent";
}

/// A shop that lists what is left of each credit, held against a platform that has face values and redemptions.
report::Audit of_balances(const std::string& redemptions, const std::vector<std::string>& lists) {
  Exports exports;
  exports.add(Side::pos, "pos.csv", "reference,created_at,amount,currency\na,2026-11-10T10:00:00Z,25.00,USD\n");
  exports.add(Side::platform, "cards.csv", "reference,created_at,type,amount,currency\na,2026-11-10T10:00:05Z,issue,25.00,USD\n" + redemptions);
  for (const std::string& list : lists) exports.add(Side::storefront, "shop-" + std::to_string(exports.request.files[4].size()) + ".csv", "reference,balance,currency,card\n" + list);
  config::ExportMap map;
  map.reference = {"reference"};
  map.currency = "currency";
  exports.request.maps[report::at(Side::storefront)] = map;
  exports.request.maps[report::at(Side::storefront)].balance = "balance";
  exports.request.maps[report::at(Side::storefront)].instrument = "card";
  map.amount = "amount", map.time = "created_at";
  exports.request.maps[report::at(Side::pos)] = map;
  map.type = "type";
  exports.request.maps[report::at(Side::platform)] = map;
  auto done = audit(exports.request);
  EXPECT_TRUE(done) << (done ? "" : done.error().text());
  return done ? std::move(*done) : report::Audit();
}

TEST(Compare, OfAListOfBalancesWhatIsNotLeftWasSpent) {
  const std::string spent = "a,2026-11-12T10:00:00Z,redeem,20.00,USD\n";
  EXPECT_EQ(summary_of(of_balances("", {"a,25.00,USD,g1\n"})), "");
  EXPECT_EQ(summary_of(of_balances(spent, {"a,5.00,USD,g1\n"})), "");
  report::Audit audit = of_balances(spent, {"a,15.00,USD,g1\n"});
  EXPECT_EQ(summary_of(audit), "redeemed_on_one_side redeemed_on_one_side A 1000\n");
  EXPECT_EQ(audit.findings[0].evidence[0], "redeemed: 20.00 USD at the platform, 10.00 USD at the storefront");
  EXPECT_EQ(summary_of(of_balances(spent, {"a,25.00,USD,g1\n"})), "redeemed_on_one_side redeemed_on_one_side A 2000\n");
  EXPECT_EQ(summary_of(of_balances("", {"a,5.00,USD,g1\n"})), "redeemed_on_one_side redeemed_on_one_side A 2000\n");
  EXPECT_EQ(summary_of(of_balances("", {"a,0.00,USD,g1\n"})), "redeemed_on_one_side redeemed_on_one_side A 2500\n");
  EXPECT_EQ(summary_of(of_balances("", {"a,26.00,USD,g1\n"})), "amount_mismatch amount_mismatch A 100\n");
}

TEST(Compare, AListOfBalancesAsOfTwoDaysIsOneAsItStoodLast) {
  report::Audit audit = of_balances("a,2026-11-12T10:00:00Z,redeem,20.00,USD\n", {"a,25.00,USD,g1\n", "a,5.00,USD,g1\n"});
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.repeated_rows, 1);
}

TEST(Compare, WhatIsTakenAwayLaterHasNotLostItsUnit) {
  auto row = [](const std::string& hour, const std::string& type, const std::string& amount) {
    return "a,2026-11-10T" + hour + ":00:00Z,S1,R1,E1," + type + "," + amount + ",USD,refund,jo@example.com\n";
  };
  auto moved = [](const std::string& type, const std::string& amount, const std::string& day) { return card("a", amount, type, day); };
  EXPECT_EQ(summary_of(Exports().pos(pos("a", "25.00")).platform(card("a", "25.00") + moved("adjust", "-25.00", "12")).done()), "amount_mismatch amount_mismatch A 2500\n");
  EXPECT_EQ(summary_of(Exports().pos(pos("a", "25.00")).platform(card("a", "0.00")).done()), "mapping_mismatch F6 A 2500\n") << "issued as nothing";
  std::string voided = card("a", "25.00") + moved("void", "25.00", "11");
  EXPECT_EQ(summary_of(Exports().pos(pos("a", "25.00") + row("11", "void", "25.00")).platform(voided + moved("void", "25.00", "12")).done()),
            "amount_mismatch amount_mismatch A 2500\n");
  report::Audit audit = Exports().pos(pos("a", "25.00") + row("11", "void", "25.00") + row("12", "void", "25.00")).platform(voided).done();
  ASSERT_EQ(summary_of(audit), "duplicate duplicate A 2500\n");
  EXPECT_EQ(audit.findings[0].evidence[0], "voided more than once at the registers; the registers: -25.00 USD");
  EXPECT_EQ(audit.findings[0].task, "Store S1: take the second void of A back at the register.");
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

/// What is said of an entry that somebody typed into the books, as of 2026-11-22 and of the week before.
report::Audit typed_in(const std::string& row, const std::string& registers) {
  Exports exports;
  exports.request.window_s = 7 * kDay;
  exports.request.as_of_s = parse_time("2026-11-22T00:00:00Z", config::TimeFormat::iso, 0)->utc_s;
  exports.request.sla_s[report::at(Side::erp)] = 48 * kHour;
  return exports.pos(registers)
      .add(Side::erp, "erp.csv", "document_no,reference,posting_date,amount,currency,type,user_id\n1,a,2026-11-20T10:00:00Z,25.00,USD,issue,JOB\n" + row)
      .done();
}

TEST(Compare, AHandMadeEntryOfTheWindowsFirstDaysIsFoundWhereTheRegistersGoBackFurther) {
  std::string row = "2,m,2026-11-15T09:00:00Z,500.00,USD,issue,JANE\n", now = pos("a", "25.00", "20");
  EXPECT_EQ(summary_of(typed_in(row, now)), "") << "it may be of the day before the registers' files begin";
  EXPECT_EQ(summary_of(typed_in(row, pos("old", "1.00", "11") + now)), "downstream_only F5 M 50000\n");
  EXPECT_EQ(summary_of(typed_in(row, pos("wrong", "1.00", "01") + now)), "") << "one wrong date is no file";
  std::string before = "2,m,2026-11-14T09:00:00Z,500.00,USD,issue,JANE\n";
  EXPECT_EQ(summary_of(typed_in(before, pos("old", "1.00", "11") + now)), "") << "before the window";
}

TEST(Compare, AnEntryMadeByAnAdjustmentAloneIsFound) {
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

TEST(Compare, ARegisterNumberUsedAgainIsAnotherCredit) {
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00", "05") + pos("a", "9.00", "20"))
                            .platform(card("a", "25.00", "issue", "05") + card("a", "9.00", "issue", "20"))
                            .done();
  EXPECT_EQ(summary_of(audit), "");
  audit =
      Exports().pos(pos("a", "25.00", "05") + pos("a", "9.00", "20")).platform(card("a", "9.00", "issue", "20")).done();
  EXPECT_EQ(summary_of(audit), "missing unexplained A 2500\n");
}

TEST(Compare, ANumberThatTwoStoresUseAtTheSameTimeIsTwoCredits) {
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

TEST(Compare, OneCurrencyIsNeverAddedToAnother) {
  std::string yen = "a,2026-11-10T10:30:00Z,S1,R1,E1,issue,900,JPY,refund,jo@example.com\n";
  report::Audit audit = Exports().pos(pos("a", "25.00") + yen).platform(card("a", "25.00")).done();
  ASSERT_EQ(audit.numbers.size(), 2u);
  EXPECT_EQ(audit.numbers[0].currency, "JPY");
  EXPECT_EQ(audit.numbers[0].have[0].minor, 900);
  EXPECT_EQ(audit.numbers[1].have[0].minor, 2500);
  EXPECT_EQ(audit.credits_with_gap, 1);
  // And where the platform's entry is in two.
  audit = Exports().pos(pos("a", "25.00")).platform(card("a", "25.00") + "gc1,a,2026-11-11T10:00:05Z,adjust,900,JPY,refund,jo@example.com\n").done();
  EXPECT_EQ(summary_of(audit), "mapping_mismatch F6 A 2500\n");
  EXPECT_EQ(audit.numbers[0].have[1].minor, 2500);
}

TEST(Compare, RowsThatTwoFilesRepeatCountOnceHoweverManyACreditHas) {
  std::string moves;
  for (int i = 0; i < 100; ++i)
    moves += "gc1,a,2026-11-1" + std::to_string(i / 24) + "T" + (i % 24 < 10 ? "0" : "") + std::to_string(i % 24) + ":30:00Z,adjust,1.00,USD,refund,jo@example.com\n";
  Exports twice;
  twice.pos(pos("a", "125.00")).platform(card("a", "25.00") + moves).add(Side::platform, "again.csv", kPlatformHeader + moves);
  report::Audit audit = twice.done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.repeated_rows, 100);
}

bool warned(const report::Audit& audit, const std::string& text) {
  return std::ranges::any_of(audit.warnings, [&](const std::string& one) { return one.find(text) != std::string::npos; });
}

TEST(Compare, AFileOfTheRegistersThatIsMissingIsAskedFor) {
  std::string all, first, second, one_store;
  for (int i = 0; i < 600; ++i) {
    std::string ref = "r" + std::to_string(i), day = two(5 + i % 20);
    all += card(ref, "25.00", "issue", day);
    (i % 20 < 3 ? first : second) += pos(ref, "25.00", day);
    if (i % 8 != 0) one_store += pos(ref, "25.00", day);
  }
  EXPECT_TRUE(Exports().pos(first + second).platform(all).done().warnings.empty());
  report::Audit half = Exports().pos(second).platform(all).done();
  EXPECT_TRUE(warned(half, "the registers have no credit of 2026-11-05, 2026-11-06, 2026-11-07, of which the platform has many each: is a file of the registers missing?"))
      << testing::PrintToString(half.warnings);
  EXPECT_TRUE(warned(Exports().pos(one_store).platform(all).done(), "the registers have none of 75 entries of the platform, beside 525 that they have"));
}

TEST(Compare, EntriesWithoutATimeMayBeOlderThanTheWindow) {
  Exports exports;
  exports.pos(pos("a", "25.00")).add(Side::platform, "cards.csv", "reference,amount,currency\na,25.00,USD\nold,9.00,USD\n");
  config::ExportMap& map = exports.request.maps[report::at(Side::platform)];
  map.reference = {"reference"};
  map.amount = "amount", map.currency = "currency";
  EXPECT_TRUE(warned(exports.done(), "the platform: the map names no time, so 1 entry that no register issued may be older than the window"));
}

TEST(Compare, RedemptionsThatAreComparedWithNothingAreNamed) {
  report::Audit audit = Exports().pos(pos("a", "25.00")).add(Side::erp, "erp.csv", kShopHeader + entry("a", "25.00") + entry("a", "9.00", "redeem")).done();
  EXPECT_TRUE(std::ranges::any_of(audit.notes, [](const std::string& one) { return one.ends_with("those of the books (1 credit) are compared with nothing."); }))
      << testing::PrintToString(audit.notes);
}

TEST(Compare, ABatchOfTheBooksThatIsLateIsSaidOnce) {
  std::string rows, cards;
  for (const char* ref : {"a", "b", "c", "d"}) {
    rows += pos(ref, "25.00", "20");
    cards += card(ref, "25.00", "issue", "20");
  }
  report::Audit audit = Exports().pos(rows).platform(cards).add(Side::erp, "erp.csv", kShopHeader + entry("z", "1.00", "redeem")).done();
  ASSERT_EQ(audit.findings.size(), 4u);
  for (const Finding& one : audit.findings) EXPECT_EQ(std::set<std::string>(one.evidence.begin(), one.evidence.end()).size(), one.evidence.size());
}

TEST(Compare, ARowWithoutAReferenceThatTwoFilesRepeatCountsOnce) {
  Exports twice;
  twice.pos(pos("a", "25.00") + pos("", "9.00") + pos("", "9.00")).add(Side::pos, "again.csv", kPosHeader + pos("", "9.00") + pos("", "9.00")).platform(card("a", "25.00"));
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
  EXPECT_TRUE(warned(audit, "50 of 50 credits differ or are not there, and 50 entries have references that the registers do not: the two may write them in different ways"))
      << testing::PrintToString(audit.warnings);
}

TEST(Compare, ARedemptionOfAReusedNumberGoesWhereTheOtherSideHasIt) {
  std::string cards = card("a", "25.00", "issue", "05", "jo@example.com", "gc1") + card("a", "9.00", "issue", "20", "jo@example.com", "gc2") +
                      card("a", "5.00", "redeem", "22", "jo@example.com", "gc1");
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00", "05") + pos("a", "9.00", "20"))
                            .platform(cards)
                            .shop(entry("a", "25.00", "issue", "05") + entry("a", "9.00", "issue", "20") + entry("a", "5.00", "redeem", "22"))
                            .done();
  EXPECT_EQ(summary_of(audit), "");
}

TEST(Compare, ABusinessDayTellsAReusedNumberApartWithinHours) {
  const char* header = "reference,business_date,created_at,amount,currency\n";
  auto run = [&](const std::string& second_day, const std::string& cards) {
    Exports exports;
    exports.add(Side::pos, "pos.csv", header + ("7,2026-11-10,2026-11-10T21:00:00Z,25.00,USD\n7," + second_day) + ",2026-11-11T07:00:00Z,9.00,USD\n")
        .platform(cards);
    config::ExportMap& map = exports.request.maps[0];
    map.reference = {"reference"};
    map.business_date = "business_date";
    map.time = "created_at";
    map.amount = "amount";
    map.currency = "currency";
    return exports.done();
  };
  std::string late = "gc1,7,2026-11-10T21:00:05Z,issue,25.00,USD,,jo@example.com\n", early = "gc2,7,2026-11-11T07:00:05Z,issue,9.00,USD,,jo@example.com\n";
  EXPECT_EQ(run("2026-11-11", late + early).credits, 2);
  EXPECT_EQ(summary_of(run("2026-11-11", late + early)), "");
  report::Audit lost = run("2026-11-11", late);
  EXPECT_EQ(lost.credits_with_gap, 1);
  EXPECT_EQ(lost.findings.at(0).difference, 900);
  EXPECT_EQ(run("2026-11-10", late + early).credits, 1) << "two rows of one day are one credit";
}

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

TEST(Compare, ABookingIsNotOfACreditThatWasIssuedAfterIt) {
  report::Audit audit = of_reused_number({"25.00", "25.00"}, "1,2026-11-10T14:05:00Z,25.00,USD\n");
  ASSERT_EQ(summary_of(audit), "missing F2 1 2500\n");
  EXPECT_EQ(audit.findings[0].issued_at.substr(0, 10), "2026-11-11");
}

TEST(Compare, WhatABatchOfTheNightGotWrongIsOfTheDayBeforeIt) {
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

TEST(Compare, ARedemptionThatNamesOnlyItsCardIsThatOfTheCardsCredit) {
  auto of_card = [](const std::string& id, const std::string& amount) {
    return id + ",,2026-11-12T10:00:00Z,redeem," + amount + ",USD,refund,\n";
  };
  std::string pos_rows = pos("a", "25.00") + pos("b", "5.00"), entries = entry("a", "25.00") + entry("b", "5.00");
  std::string cards = card("a", "25.00", "issue", "10", "jo@example.com", "gc1") + card("b", "5.00", "issue", "10", "jo@example.com", "gc2");
  report::Audit audit =
      Exports().pos(pos_rows).platform(of_card("gc1", "10.00") + cards + of_card("gc2", "5.00")).shop(entries + entry("a", "10.00", "redeem", "12") + entry("b", "5.00", "redeem", "12")).done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.numbers[0].redeemed.minor, 1500);
  audit = Exports().pos(pos_rows).platform(cards + of_card("gc1", "10.00") + of_card("gc2", "5.00")).shop(entries + entry("a", "10.00", "redeem", "12")).done();
  EXPECT_EQ(summary_of(audit), "redeemed_on_one_side redeemed_on_one_side B 500\n");
  // Of cards that nobody knows nothing is concluded, and it is said.
  audit = Exports().pos(pos_rows).platform(cards + of_card("gc8", "10.00") + of_card("gc9", "5.00")).shop(entries + entry("a", "10.00", "redeem", "12")).done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_TRUE(std::ranges::any_of(audit.warnings, [](const std::string& one) { return one.find("2 redemptions, refunds or voids name neither") != std::string::npos; }));
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
  report::Audit done = without_reference(pos("a", "25.00") + pos("b", "35.00", "11", "refund,al@example.com"),
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
  report::Audit done = without_reference(registers + pos("z", "1.00", "20"), cards + "2026-11-20T10:00:05Z,1.00,USD,Jo@Example.com\n");
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
  for (const char* text : {"[pos]\nreference = []\namount = \"a\"\n", "[erp]\namount = \"a\"\n", "[erp]\nreference = \"\"\namount = \"a\"\n"})
    EXPECT_FALSE(load(text)) << text;
}

TEST(Compare, CustomersThatOnlyLookAlikeWhenMaskedAreNotTheSame) {
  report::Audit done = without_reference(pos("a", "25.00", "10", "refund,jo@example.com"), "2026-11-12T20:00:05Z,25.00,USD,jim@example.com\n");
  for (const Finding& finding : done.findings) EXPECT_TRUE(finding.candidates.empty()) << finding.candidates[0].why;
}

TEST(Compare, ACreditInTwoEntriesAndTwoCreditsInOneEntryAreCandidates) {
  report::Audit done = without_reference(pos("a", "25.00") + pos("b", "10.00", "10", "refund,al@example.com") + pos("c", "7.00", "10", "refund,al@example.com"),
                                      "2026-11-10T10:00:05Z,20.00,USD,jo@example.com\n2026-11-10T10:00:06Z,5.00,USD,jo@example.com\n"
                                      "2026-11-10T12:00:06Z,17.00,USD,al@example.com\n");
  std::map<std::string, std::string> named;
  for (const Finding& finding : done.findings)
    for (const report::Candidate& one : finding.candidates) named[finding.reference] += std::to_string(one.row.line) + " " + one.why + "\n";
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
    exports.add(Side::pos, "pos.csv", "reference,amount,created_at,systems\nA,25.00,2026-11-20T10:00:00Z," + systems + "\n");
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
  report::Audit audit = Exports().pos(pos("a", "25.00")).platform(card("a", "25.00") + card("sc_777gpzjn2kq5z4xw7y6abcd", "1.00")).done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.credits, 1);
  EXPECT_TRUE(std::ranges::any_of(audit.notes, [](const std::string& note) { return note.starts_with("1 probe is left out"); }));
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
  std::vector<std::string> rows = {pos("a", "25.00"), pos("", "9.00"), pos("", "9.00"), pos("", "7.00", "11"), pos("b", "3.00")};
  auto run = [](const std::vector<std::string>& first, const std::vector<std::string>& second) {
    auto text = [](const std::vector<std::string>& of) {
      std::string out = kPosHeader;
      for (const std::string& one : of) out += one;
      return out;
    };
    Exports exports;
    report::Audit audit = exports.add(Side::pos, "1.csv", text(first)).add(Side::pos, "2.csv", text(second)).platform(card("b", "3.00")).done();
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
