// What was spent, voided or taken away later, and where that is not the same.

#include <algorithm>
#include <set>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

TEST(Spent, AnInactiveCardWithNothingLeftIsSpentAndNoVoid) {
  auto of_status = [](const std::string& balance, const std::string& status) {
    return Exports()
        .pos(pos("a", "25.00"))
        .add(Side::platform, "cards.csv",
             "card_id,reference,created_at,amount,balance,currency,status,email\ngc1,a,2026-11-10T10:00:00Z,25.00," +
                 balance + ",USD," + status + ",jo@example.com\n")
        .shop(entry("a", "25.00") + entry("a", "25.00", "redeem", "12"))
        .done();
  };
  EXPECT_EQ(summary_of(of_status("0.00", "inactive")), "");
  EXPECT_EQ(summary_of(of_status("0.00", "disabled")), "");
  EXPECT_EQ(summary_of(of_status("5.00", "inactive")), "void_not_propagated void_not_propagated A 2500\n");
  EXPECT_EQ(summary_of(of_status("0.00", "voided")), "void_not_propagated void_not_propagated A 2500\n");
}

TEST(Spent, AmountsBelowZeroThatTheMapCallsRedemptionsAreHeldAgainstTheOthers) {
  auto run = [](const std::string& spent) {
    Exports exports;
    config::ExportMap& map = exports.request.maps[report::at(Side::storefront)];
    map.reference = {"reference"};
    map.amount = "amount";
    map.currency = "currency";
    map.negative = "redeem";
    return exports.pos(pos("a", "25.00"))
        .platform(card("a", "25.00") + card("a", "10.00", "redeem", "12"))
        .add(Side::storefront, "wallet.csv", "reference,amount,currency\na,25.00,USD\n" + spent)
        .done();
  };
  EXPECT_EQ(summary_of(run("a,-10.00,USD\n")), "");
  EXPECT_EQ(summary_of(run("")), "redeemed_on_one_side redeemed_on_one_side A 1000\n");
}

TEST(Spent, ARedemptionOnOneSideIsFoundWhateverElseDiffers) {
  auto run = [](const std::string& in_books, const std::string& in_shop) {
    return Exports()
        .pos(pos("a", "25.00"))
        .platform(card("a", "25.00") + card("a", "10.00", "redeem", "12"))
        .shop(entry("a", in_shop))
        .add(Side::erp, "erp.csv", kShopHeader + entry("a", in_books) + entry("z", "1.00", "redeem"))
        .done();
  };
  report::Audit audit = run("24.99", "25.00");
  ASSERT_EQ(summary_of(audit),
            "redeemed_on_one_side redeemed_on_one_side A 1000\namount_mismatch amount_mismatch A 1\n");
  EXPECT_FALSE(audit.findings[1].wrong[report::at(Side::storefront)]);
  EXPECT_EQ(audit.findings[1].evidence[0], "issued for 25.00 USD; the books: 24.99 USD");
  EXPECT_EQ(audit.credits_with_gap, 1);
  EXPECT_EQ(audit.numbers[0].gap[report::at(Side::storefront)].minor, 1000);
  EXPECT_EQ(audit.numbers[0].gap[report::at(Side::erp)].minor, 1);
  EXPECT_EQ(audit.numbers[0].items_with_gap.minor, 1000);
  audit = run("25.00", "24.97");
  EXPECT_EQ(summary_of(audit),
            "redeemed_on_one_side redeemed_on_one_side A 1000\namount_mismatch amount_mismatch A 3\n");
  EXPECT_EQ(audit.numbers[0].gap[report::at(Side::storefront)].items, 1);
  EXPECT_EQ(audit.numbers[0].gap[report::at(Side::storefront)].minor, 1003);
  EXPECT_EQ(summary_of(run("25.00", "2500.00")), "mapping_mismatch F6 A 247500\n")
      << "in another unit nothing is said of what was spent";
}

/// A credit of 25.00 that a register took 10.00 of; the platform shows what was spent of another one.
report::Audit at_register(const std::string& platform, const std::string& more_pos = "", const std::string& shop = "") {
  auto row = [](const std::string& type, const std::string& day, const std::string& amount) {
    return "a,2026-11-" + day + "T12:00:00Z,S1,R1,E1," + type + "," + amount + ",USD,refund,jo@example.com\n";
  };
  Exports exports;
  exports.pos(row("issue", "10", "25.00") + row("redeem", "12", "10.00") + more_pos + pos("b", "8.00"));
  exports.platform(card("a", "25.00") + platform + card("b", "8.00", "issue", "10", "jo@example.com", "gc2") +
                   card("b", "8.00", "redeem", "13", "jo@example.com", "gc2"));
  if (!shop.empty()) exports.shop(shop + entry("b", "8.00") + entry("b", "8.00", "redeem", "13"));
  return exports.done();
}

TEST(Spent, WhatARegisterTookAndThePlatformNeverSawIsFound) {
  report::Audit audit = at_register("");
  ASSERT_EQ(summary_of(audit), "redeemed_on_one_side redeemed_on_one_side A 1000\n");
  const Finding& finding = audit.findings[0];
  EXPECT_EQ(finding.evidence[0], "redeemed: 10.00 USD at the registers, 0.00 USD at the platform");
  EXPECT_TRUE(finding.wrong[report::at(Side::platform)]);
  EXPECT_EQ(finding.rows.size(), 3u);
  EXPECT_EQ(audit.credits_with_gap, 1);
  EXPECT_EQ(audit.numbers[0].gap[report::at(Side::platform)].minor, 1000);
  EXPECT_EQ(audit.numbers[0].items_with_gap.minor, 1000);
  audit = at_register("", "", entry("a", "25.00") + entry("a", "10.00", "redeem", "12"));
  ASSERT_EQ(summary_of(audit), "redeemed_on_one_side redeemed_on_one_side A 1000\n");
  EXPECT_FALSE(audit.findings[0].wrong[report::at(Side::storefront)]) << "it says what the register says";
  audit = at_register("", "", entry("a", "25.00") + entry("a", "4.00", "redeem", "12"));
  ASSERT_EQ(summary_of(audit), "redeemed_on_one_side redeemed_on_one_side A 1000\n");
  EXPECT_TRUE(audit.findings[0].wrong[report::at(Side::storefront)]);
  EXPECT_EQ(audit.numbers[0].gap[report::at(Side::storefront)].minor, 400);
}

TEST(Spent, WhatARegisterTookIsNoFindingWhereThePlatformMayKnowOfIt) {
  EXPECT_EQ(summary_of(at_register(card("a", "10.00", "redeem", "12"))), "");
  EXPECT_EQ(summary_of(at_register(card("a", "21.00", "redeem", "14"))), "") << "the rest was spent elsewhere";
  EXPECT_EQ(summary_of(at_register(card("a", "4.00", "redeem", "12"))), "") << "how much is not compared";
  EXPECT_EQ(summary_of(at_register(card("a", "10.00", "redeem", "12") + card("a", "10.00", "refund", "13"))), "")
      << "given back";
  report::Audit young = at_register("", "a,2026-11-29T12:00:00Z,S1,R1,E1,redeem,5.00,USD,refund,jo@example.com\n");
  EXPECT_EQ(summary_of(young), "redeemed_on_one_side in_flight A 1500\n");
  EXPECT_EQ(young.credits_with_gap, 0);
  EXPECT_EQ(young.numbers[0].in_flight[report::at(Side::platform)].minor, 1500);
  std::string again = "a,2026-11-20T12:00:00Z,S1,R1,E1,issue,3.00,USD,refund,jo@example.com\n";
  EXPECT_EQ(summary_of(at_register(card("a", "3.00", "issue", "20", "jo@example.com", "gc3"), again)), "")
      << "of a number that is used again it may be the other's";
}

TEST(Spent, AnExportOfThePlatformWithoutWhatWasSpentSaysNothingOfTheRegisters) {
  std::string took = "a,2026-11-12T12:00:00Z,S1,R1,E1,redeem,10.00,USD,refund,jo@example.com\n";
  report::Audit audit = Exports().pos(pos("a", "25.00") + took).platform(card("a", "25.00")).done();
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_NE(audit.notes[4].find("those of the registers (1 credit) are compared with nothing"), std::string::npos)
      << testing::PrintToString(audit.notes);
}

/// A shop that lists what is left of each credit, held against a platform that has face values and redemptions.
report::Audit of_balances(const std::string& redemptions, const std::vector<std::string>& lists) {
  Exports exports;
  exports.add(Side::pos, "pos.csv", "reference,created_at,amount,currency\na,2026-11-10T10:00:00Z,25.00,USD\n");
  exports.add(Side::platform, "cards.csv",
              "reference,created_at,type,amount,currency\na,2026-11-10T10:00:05Z,issue,25.00,USD\n" + redemptions);
  for (const std::string& list : lists)
    exports.add(Side::storefront, "shop-" + std::to_string(exports.request.files[4].size()) + ".csv",
                "reference,balance,currency,card\n" + list);
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

TEST(Spent, OfAListOfBalancesWhatIsNotLeftWasSpent) {
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

TEST(Spent, AListOfBalancesNeedNotShowWhatIsSpentInFull) {
  const std::string other = "b,9.00,USD,g2\n";
  EXPECT_EQ(summary_of(of_balances("a,2026-11-12T10:00:00Z,redeem,25.00,USD\n", {other})).find(" A "),
            std::string::npos);
  const std::string but_for_a_cent = "a,2026-11-12T10:00:00Z,redeem,24.99,USD\n";
  EXPECT_EQ(summary_of(of_balances(but_for_a_cent, {other})).find("missing F2 A 2500\n"), 0u)
      << summary_of(of_balances(but_for_a_cent, {other}));
}

TEST(Spent, AListOfBalancesAsOfTwoDaysIsOneAsItStoodLast) {
  report::Audit audit =
      of_balances("a,2026-11-12T10:00:00Z,redeem,20.00,USD\n", {"a,25.00,USD,g1\n", "a,5.00,USD,g1\n"});
  EXPECT_EQ(summary_of(audit), "");
  EXPECT_EQ(audit.repeated_rows, 1);
}

TEST(Spent, WhatIsTakenAwayLaterHasNotLostItsUnit) {
  auto row = [](const std::string& hour, const std::string& type, const std::string& amount) {
    return "a,2026-11-10T" + hour + ":00:00Z,S1,R1,E1," + type + "," + amount + ",USD,refund,jo@example.com\n";
  };
  auto moved = [](const std::string& type, const std::string& amount, const std::string& day) {
    return card("a", amount, type, day);
  };
  EXPECT_EQ(summary_of(
                Exports().pos(pos("a", "25.00")).platform(card("a", "25.00") + moved("adjust", "-25.00", "12")).done()),
            "amount_mismatch amount_mismatch A 2500\n");
  EXPECT_EQ(summary_of(Exports().pos(pos("a", "25.00")).platform(card("a", "0.00")).done()),
            "mapping_mismatch F6 A 2500\n")
      << "issued as nothing";
  std::string voided = card("a", "25.00") + moved("void", "25.00", "11");
  EXPECT_EQ(summary_of(Exports()
                           .pos(pos("a", "25.00") + row("11", "void", "25.00"))
                           .platform(voided + moved("void", "25.00", "12"))
                           .done()),
            "amount_mismatch amount_mismatch A 2500\n");
  report::Audit audit = Exports()
                            .pos(pos("a", "25.00") + row("11", "void", "25.00") + row("12", "void", "25.00"))
                            .platform(voided)
                            .done();
  ASSERT_EQ(summary_of(audit), "duplicate duplicate A 2500\n");
  EXPECT_EQ(audit.findings[0].evidence[0], "voided more than once at the registers; the registers: -25.00 USD");
  EXPECT_EQ(audit.findings[0].task, "Store S1: take the second void of A back at the register.");
}

}  // namespace
}  // namespace handoff::reconcile
