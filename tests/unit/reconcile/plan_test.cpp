// What a plan says about each finding, and how it is held to what was looked at.

#include "core/reconcile/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/report/json.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

using report::By;
using report::Decision;
using report::HubView;
using report::Plan;
using report::PlanAction;
using report::Remedy;

Finding finding(Kind kind, Cause cause, std::initializer_list<Side> present, std::initializer_list<Side> wrong) {
  static int number = 0;
  Finding out;
  out.id = "fd-" + std::to_string(++number);
  out.kind = kind;
  out.cause = cause;
  out.reference = "r" + std::to_string(number);
  out.currency = "USD";
  out.amount = out.difference = 2500;
  out.store = "S1";
  for (Side side : present) {
    out.present[report::at(side)] = true;
    out.shows[report::at(side)] = 2500;
    out.rows.push_back({side, std::string(report::kSideNames[report::at(side)]), static_cast<std::uint64_t>(number)});
  }
  for (Side side : wrong) out.wrong[report::at(side)] = true;
  return out;
}

Finding unlinked() { return finding(Kind::not_linked, Cause::f3, {Side::pos, Side::platform}, {Side::platform}); }
Finding not_in_shop() { return finding(Kind::missing, Cause::f2, {Side::pos, Side::platform}, {Side::storefront}); }

HubView view(const std::string& state, std::int64_t case_no = 0, const std::string& kind = "") {
  return {"sc_x", state, "25.00", "cu_1", 0, case_no, kind};
}

constexpr report::BySide<bool> kAll = {true, true, true, true, true};

PlanAction only(PlanRequest request) {
  Plan plan = make_plan(request);
  EXPECT_EQ(plan.actions.size(), 1u);
  return plan.actions.empty() ? PlanAction() : plan.actions.front();
}
PlanAction of(const Finding& one) { return only({.as_of = "x", .findings = {one}}); }
PlanAction of(const Finding& one, const HubAnswer& answer) {
  return only({.as_of = "x", .findings = {one}, .hub = [&](const Finding&) { return answer; }});
}

TEST(Plan, WhatCouldBeSpentTwiceIsBlockedFirstWhateverElseDiffers) {
  Finding amount = finding(Kind::amount, Cause::amount, {Side::pos, Side::platform, Side::storefront, Side::erp},
                           {Side::erp}),
          spent = amount;
  spent.id += "s";
  spent.kind = Kind::redeemed;
  spent.cause = Cause::redeemed;
  spent.wrong = {};
  spent.wrong[report::at(Side::storefront)] = true;
  PlanAction action = only({.as_of = "x", .findings = {amount, spent}});
  ASSERT_EQ(action.steps.size(), 2u);
  EXPECT_TRUE(action.steps[0].starts_with("Block " + amount.reference + " at the storefront")) << action.steps[0];
  EXPECT_TRUE(action.steps[1].starts_with("Correct the entry at the books")) << action.steps[1];
  EXPECT_EQ(of(amount).steps.size(), 1u);
}

TEST(Plan, WithoutAHubEverythingIsForPeopleWithSteps) {
  for (const Finding& one :
       {unlinked(), not_in_shop(), finding(Kind::mapping, Cause::f6, {Side::pos, Side::platform}, {Side::platform}),
        finding(Kind::amount, Cause::amount, {Side::pos, Side::platform}, {Side::platform}),
        finding(Kind::duplicate, Cause::duplicate, {Side::pos, Side::platform}, {Side::platform}),
        finding(Kind::not_voided, Cause::not_voided, {Side::pos, Side::platform}, {Side::platform}),
        finding(Kind::redeemed, Cause::redeemed, {Side::platform, Side::storefront}, {Side::storefront}),
        finding(Kind::downstream_only, Cause::f5, {Side::erp}, {Side::erp}),
        finding(Kind::missing, Cause::unexplained, {Side::pos}, {Side::platform})}) {
    PlanAction action = of(one);
    EXPECT_EQ(action.by, By::person) << action.why;
    EXPECT_EQ(action.decision, Decision::hand);
    EXPECT_FALSE(action.steps.empty());
    EXPECT_FALSE(action.why.empty());
  }
  EXPECT_EQ(of(finding(Kind::unreadable, Cause::unreadable, {Side::pos}, {})).by, By::nobody);
}

TEST(Plan, WhatIsNotAtThePlatformSaysWhoHasItAndPromisesNothingThatOnlyAHubKeeps) {
  Finding nowhere = finding(Kind::missing, Cause::unexplained, {Side::pos}, {Side::platform, Side::erp});
  Finding booked = finding(Kind::missing, Cause::unexplained, {Side::pos, Side::erp}, {Side::platform});
  Finding unseen = finding(Kind::missing, Cause::unexplained, {Side::pos}, {Side::erp});
  EXPECT_EQ(of(nowhere).why, "no system after the register has it");
  EXPECT_EQ(of(booked).why, "not at the platform, and at the books");
  EXPECT_EQ(of(unseen).why, "not at the books");
  for (const Finding& one : {nowhere, booked, unseen}) {
    ASSERT_EQ(of(one).steps.size(), 2u);
    EXPECT_NE(of(one).steps[1].find("nothing here keeps that from being a second one"), std::string::npos)
        << of(one).steps[1];
    EXPECT_NE(of(one, std::unexpected("unknown")).steps[1].find("to the hub, which makes one credit of it"),
              std::string::npos);
  }
}

TEST(Plan, RelinkComesBeforeVoidAndTheVoidIsReadBackBeforeTheReissue) {
  std::vector<std::string> steps = of(unlinked()).steps;
  auto place = [&](const char* word) {
    return std::ranges::find_if(steps, [&](const std::string& step) { return step.starts_with(word); }) - steps.begin();
  };
  EXPECT_LT(place("Link"), place("Void"));
  EXPECT_LT(place("Void"), place("Read it back"));
  EXPECT_LT(place("Read it back"), place("Issue again exactly what the void took away"));
}

TEST(Plan, WhatTheHubDoesFollowsFromWhereItsCreditStands) {
  EXPECT_EQ(of(unlinked(), view("complete")).remedy, Remedy::relink);
  EXPECT_EQ(of(not_in_shop(), view("complete")).remedy, Remedy::show_again);
  EXPECT_EQ(of(not_in_shop(), view("held", 3, "vendor refused")).remedy, Remedy::resume);
  for (const char* question : {"conflict", "collision", "balance", "late", "spent", "connector"}) {
    PlanAction asked = of(not_in_shop(), view("held", 3, question));
    EXPECT_EQ(asked.by, By::person) << question;
    EXPECT_NE(asked.why.find("case 3"), std::string::npos) << asked.why;
  }
  PlanAction who = of(unlinked(), view("unresolved", 4, "identity"));
  EXPECT_EQ(who.remedy, Remedy::identify);
  EXPECT_EQ(who.decision, Decision::ask);
  EXPECT_TRUE(who.needs_customer);
  for (const char* state : {"repairing", "cancelling", "closed", "routed"})
    EXPECT_EQ(of(unlinked(), view(state)).by, By::nobody) << state;
  EXPECT_EQ(of(unlinked(), view("available", 5, "approval")).by, By::nobody);
  PlanAction unknown = of(unlinked(), std::unexpected("it never passed through the hub"));
  EXPECT_EQ(unknown.by, By::person);
  EXPECT_NE(unknown.why.find("it never passed through the hub"), std::string::npos);
}

TEST(Plan, OneCreditOfTheHubIsNotTwoItems) {
  PlanRequest request{.as_of = "x", .findings = {unlinked(), unlinked(), unlinked()}};
  request.hub = [&](const Finding& one) -> HubAnswer {
    HubView out = view("complete");
    if (one.id == request.findings[2].id) out.credit = "sc_y";
    return out;
  };
  for (const PlanAction& one : make_plan(request).actions) {
    bool alone = one.findings.front() == request.findings[2].id;
    EXPECT_EQ(one.by, alone ? By::hub : By::person);
    EXPECT_EQ(one.why.find("several items of this audit would be the hub's sc_x") == std::string::npos, alone)
        << one.why;
  }
}

TEST(Plan, AmountsAboveALimitWaitForAWord) {
  PlanRequest request{.as_of = "x", .findings = {unlinked()}, .approve_above = {{"USD", 2499}}};
  request.hub = [](const Finding&) -> HubAnswer { return view("complete"); };
  EXPECT_EQ(only(request).decision, Decision::ask);
  EXPECT_EQ(only(request).approval, "above 24.99 USD");
  request.approve_above["USD"] = 2500;
  EXPECT_EQ(only(request).decision, Decision::act);
  request.approve_above = {{"EUR", 1}};
  EXPECT_EQ(only(request).decision, Decision::act);
}

TEST(Plan, HandMadeCreditsAreAdoptedByPolicyOnlyAndNeverByThemselves) {
  PlanRequest request{.as_of = "x",
                      .findings = {finding(Kind::downstream_only, Cause::f5, {Side::erp}, {Side::erp})},
                      .compared = kAll};
  request.hub = [](const Finding&) -> HubAnswer { return std::unexpected("unknown"); };
  EXPECT_EQ(only(request).by, By::person);
  request.adopt_up_to = {{"USD", 2500}};
  PlanAction adopted = only(request);
  EXPECT_EQ(adopted.by, By::hub);
  EXPECT_EQ(adopted.decision, Decision::ask);
  EXPECT_NE(adopted.approval, "");
  request.adopt_up_to = {{"USD", 2499}};
  EXPECT_EQ(only(request).by, By::person);
}

TEST(Plan, WhatNothingShowsToBeHandMadeIsNotAdopted) {
  PlanRequest request{.as_of = "x",
                      .findings = {finding(Kind::downstream_only, Cause::unexplained, {Side::erp}, {Side::erp})},
                      .compared = kAll,
                      .adopt_up_to = {{"USD", 2500}}};
  request.hub = [](const Finding&) -> HubAnswer { return std::unexpected("unknown"); };
  EXPECT_EQ(only(request).by, By::person);
  EXPECT_EQ(only(request).remedy, Remedy::correct);
}

TEST(Plan, AnEntryThatIsLikelyToBeAMissingCreditIsNamedAndNotAdopted) {
  Finding lost = finding(Kind::missing, Cause::f4, {Side::pos, Side::platform}, {Side::erp});
  Finding typed = finding(Kind::downstream_only, Cause::f5, {Side::erp}, {Side::erp});
  lost.candidates = {{Side::erp, typed.reference, typed.rows.front(), 850, "the same amount, the same customer"}};
  PlanRequest request{.as_of = "x", .findings = {lost, typed}, .compared = kAll, .adopt_up_to = {{"USD", 2500}}};
  request.hub = [](const Finding&) -> HubAnswer { return std::unexpected("unknown"); };
  Plan plan = make_plan(request);
  ASSERT_EQ(plan.actions.size(), 2u);
  for (const PlanAction& one : plan.actions) {
    EXPECT_EQ(one.by, By::person);
    bool of_lost = one.reference == lost.reference;
    EXPECT_NE((of_lost ? one.steps.front() : one.why)
                  .find(of_lost ? "Look first: it may be " + typed.reference : "likely to be " + lost.reference),
              std::string::npos)
        << one.why;
  }
  EXPECT_NE(plan_csv(plan).find("850 of 1000"), std::string::npos);
  request.findings[0].candidates[0].score = 600;  // an amount that two customers have
  std::vector<PlanAction> unlikely = make_plan(request).actions;
  EXPECT_EQ(std::ranges::count(unlikely, By::hub, &PlanAction::by), 1);
}

/// A request whose one hand-made entry the hub would adopt.
PlanRequest to_adopt(Finding entry = finding(Kind::downstream_only, Cause::f5, {Side::erp}, {Side::erp})) {
  return {.as_of = "x",
          .findings = {std::move(entry)},
          .compared = kAll,
          .adopt_up_to = {{"USD", 5000}},
          .hub = [](const Finding&) -> HubAnswer { return std::unexpected("unknown"); }};
}

bool says(const PlanAction& action, const std::string& text) {
  return action.why.find(text) != std::string::npos || std::ranges::any_of(action.steps, [&](const std::string& step) {
           return step.find(text) != std::string::npos;
         });
}

TEST(Plan, AdoptsNothingThatMayBeAtAPlatformWhichWasNotCompared) {
  PlanRequest request = to_adopt();
  EXPECT_EQ(only(request).by, By::hub);
  request.compared[report::at(Side::platform)] = false;
  PlanAction unseen = only(request);
  EXPECT_EQ(unseen.by, By::person);
  EXPECT_EQ(unseen.decision, Decision::hand);
  EXPECT_TRUE(says(unseen, "the platform was not compared")) << unseen.why;
  EXPECT_TRUE(unseen.steps.front().starts_with("Look for r")) << unseen.steps.front();
  EXPECT_TRUE(says(unseen, "run the audit again with the platform's export"));
  request.adopt_up_to.clear();  // whoever issues it by hand has to look, too
  EXPECT_TRUE(says(only(request), "the platform was not compared"));
}

TEST(Plan, AdoptsNothingThatMayBeAtThePlatformUnderAnotherReference) {
  PlanRequest request = to_adopt();
  request.findings[0].candidates = {{Side::platform, "GC-5", {Side::platform, "p.csv", 9}, 400, "the same amount"}};
  PlanAction like = only(request);
  EXPECT_EQ(like.by, By::person);
  EXPECT_TRUE(says(like, "it may be GC-5 of the platform")) << like.why;
  EXPECT_TRUE(like.steps.front().starts_with("Look first: it may be GC-5 of the platform (p.csv:9)")) << like.steps[0];
}

TEST(Plan, AdoptsWhatIsLeftOfAnEntryThatWasSpentInPart) {
  PlanRequest request = to_adopt();
  request.findings[0].redeemed = 1500;
  PlanAction part = only(request);
  EXPECT_EQ(part.by, By::hub);
  EXPECT_EQ(part.amount, 1000);
  EXPECT_EQ(part.stake, 1000);
  EXPECT_TRUE(says(part, "with what is left of it: 10.00 USD"));
  request.adopt_up_to.clear();
  EXPECT_TRUE(says(only(request), "with what is left, 10.00 USD"));
  request.findings[0].redeemed = -500;  // a refund makes no more of it than was issued
  EXPECT_EQ(only(request).amount, 2500);
}

TEST(Plan, OfAnEntryThatWasSpentInFullNothingIsAdopted) {
  for (std::int64_t spent : {2500, 2600}) {
    PlanRequest request = to_adopt();
    request.findings[0].redeemed = spent;
    PlanAction none = only(request);
    EXPECT_EQ(none.by, By::person);
    EXPECT_TRUE(says(none, "nothing is left to adopt")) << none.why;
    EXPECT_TRUE(says(none, "Nothing is issued"));
  }
}

TEST(Plan, AnEntryUnderANumberThatTheHubKnowsIsForPeople) {
  PlanRequest request = to_adopt();
  request.hub = [](const Finding&) -> HubAnswer {
    return std::unexpected(Unseen("its number alone may be another's", true));
  };
  PlanAction near = only(request);
  EXPECT_EQ(near.by, By::person);
  EXPECT_TRUE(says(near, "the hub has a credit of such a number")) << near.why;
  EXPECT_TRUE(says(near, "its number alone may be another's")) << near.why;
}

TEST(Plan, AHandMadeEntryThatTheHubHasIsNotOfferedAgain) {
  PlanRequest request{.as_of = "x",
                      .findings = {finding(Kind::downstream_only, Cause::f5, {Side::erp}, {Side::erp})},
                      .compared = kAll,
                      .adopt_up_to = {{"USD", 2500}}};
  HubView seen = view("complete");
  seen.amount = "25.00 USD";
  seen.adopted = true;
  request.hub = [&](const Finding&) -> HubAnswer { return seen; };
  PlanAction again = only(request);
  EXPECT_EQ(again.by, By::person);
  EXPECT_EQ(again.decision, Decision::hand);
  EXPECT_TRUE(again.why.starts_with("the hub adopted it before (sc_x, 25.00 USD, complete)")) << again.why;
  seen.amount = "20.00 USD";
  EXPECT_TRUE(only(request).why.starts_with("the hub adopted it before, for another amount (sc_x, 20.00 USD"))
      << only(request).why;
  seen.amount = "25.00 USD";
  request.findings.push_back(unlinked());  // the credit that came of it, which lost its customer
  for (const PlanAction& one : make_plan(request).actions)
    EXPECT_EQ(one.by, one.remedy == Remedy::relink ? By::hub : By::person) << one.why;
}

TEST(Plan, WhatTheHubHasAndTheRegistersExportHasNotIsNeitherIssuedNorTakenBack) {
  for (auto sides : {std::initializer_list<Side>{Side::erp}, {Side::platform, Side::erp}}) {
    PlanAction own = of(finding(Kind::downstream_only, Cause::f5, sides, sides), view("complete"));
    EXPECT_EQ(own.by, By::nobody);
    EXPECT_NE(own.why.find("and the registers' export does not"), std::string::npos) << own.why;
  }
}

TEST(Plan, AnEntryIsAdoptedUnderOneKeyHoweverAMapReadsItsReference) {
  EXPECT_EQ(adoption_key("MAN-0011", "fd-1"), adoption_key("man11", "fd-2"));
  EXPECT_NE(adoption_key("MAN-0011", "fd-1"), adoption_key("MAN-0012", "fd-1"));
  EXPECT_NE(adoption_key("", "fd-1"), adoption_key("", "fd-2"));
  EXPECT_NE(adoption_key("\xe2\x80\xa6"
                         "AB12",
                         "fd-1"),
            adoption_key("\xe2\x80\xa6"
                         "AB12",
                         "fd-2"));
  Finding one = finding(Kind::downstream_only, Cause::f5, {Side::erp}, {Side::erp}), like = one;
  one.reference = "1-12", like.reference = "11-2";
  like.id += "x", like.rows.front().line = 7777;
  PlanRequest request{.as_of = "x", .findings = {one, like}, .compared = kAll, .adopt_up_to = {{"USD", 2500}}};
  request.hub = [](const Finding&) -> HubAnswer { return std::unexpected("unknown"); };
  for (const PlanAction& action : make_plan(request).actions) EXPECT_EQ(action.by, By::person) << action.why;
}

TEST(Plan, OfHandMadeEntriesThatNothingTellsApartTheHubAdoptsNone) {
  PlanRequest request{.as_of = "x",
                      .findings = {finding(Kind::downstream_only, Cause::f5, {Side::erp}, {Side::erp})},
                      .compared = kAll,
                      .adopt_up_to = {{"USD", 2500}}};
  request.hub = [](const Finding&) -> HubAnswer { return std::unexpected("unknown"); };
  EXPECT_EQ(only(request).by, By::hub);
  request.findings[0].alike = 2;
  PlanAction alike = only(request);
  EXPECT_EQ(alike.by, By::person);
  EXPECT_EQ(alike.decision, Decision::hand);
  EXPECT_TRUE(alike.why.starts_with("2 entries say the same")) << alike.why;
}

/// Entries of the books that name no credit: what the audit calls them.
std::vector<Finding> hand_made(const std::string& rows, const std::string& cards = "") {
  Exports exports;
  if (!cards.empty()) exports.platform("g0,r1,2026-11-10T10:00:09Z,issue,5.00,USD,refund,\n" + cards);
  report::Audit audit = exports.pos("r1,2026-11-10T10:00:00Z,S1,R1,E1,issue,5.00,USD,refund,\n")
                            .add(Side::erp, "erp.csv",
                                 "reference,posted_at,type,amount,currency,document_no,user\n"
                                 "r1,2026-11-10T10:00:00Z,issue,5.00,USD,D1,batch\n" +
                                     rows)
                            .done();
  return audit.findings;
}

TEST(Plan, OfAnEntryWithoutAnIssueTheAuditSaysWhatWasSpentOfIt) {
  std::vector<Finding> found = hand_made(
      "MAN-7,2026-11-12T00:00:00Z,issue,50.00,USD,D7,al\nMAN-7,2026-11-13T00:00:00Z,redeem,30.00,USD,D8,al\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].amount, 5000);
  EXPECT_EQ(found[0].redeemed, 3000);
  EXPECT_EQ(found[0].evidence.back(), "30.00 USD of it was spent, 20.00 USD is left");
  EXPECT_EQ(only(to_adopt(found[0])).amount, 2000);
}

TEST(Plan, AnEntryOfTheBooksAndACardThatNoRegisterIssuedAreCandidatesOfEachOther) {
  std::vector<Finding> found = hand_made("MAN-1001,2026-11-12T00:00:00Z,issue,50.00,USD,D7,al\n",
                                         "g5,gc5,2026-11-13T09:00:00Z,issue,50.00,USD,refund,\n"
                                         "g6,gc6,2026-11-20T09:00:00Z,issue,50.00,USD,refund,\n"
                                         "g7,gc7,2026-11-12T09:00:00Z,issue,49.00,USD,refund,\n");
  for (const Finding& one : found) {
    bool typed = one.reference == "MAN-1001", card = one.reference == "GC5";
    ASSERT_EQ(one.candidates.size(), typed || card ? 1u : 0u) << one.reference;
    for (const report::Candidate& like : one.candidates) EXPECT_EQ(like.reference, typed ? "GC5" : "MAN-1001");
    EXPECT_EQ(only(to_adopt(one)).by, By::person) << one.reference;  // what is at the platform is nobody's to adopt
  }
  EXPECT_EQ(std::ranges::count(found, Kind::downstream_only, &Finding::kind), 4);
}

TEST(Plan, WhereVeryManyCardsHaveItsAmountAnEntryNamesOne) {
  std::string cards;
  for (int i = 100; i < 200; ++i)
    cards += "g" + std::to_string(i) + ",gc" + std::to_string(i) + ",2026-11-2" + std::to_string(i % 8) +
             "T09:00:00Z,issue,50.00,USD,refund,\n";
  std::vector<Finding> found = hand_made("MAN-1001,2026-11-12T00:00:00Z,issue,50.00,USD,D7,al\n", cards);
  auto typed = std::ranges::find(found, "MAN-1001", &Finding::reference);
  ASSERT_NE(typed, found.end());
  ASSERT_EQ(typed->candidates.size(), 1u);
  EXPECT_EQ(typed->candidates[0].why, "the amount of 100 entries there");
}

TEST(Plan, AHandMadeEntryKeepsTheIdOfItsOwnNumberWhenOneLikeItLeaves) {
  std::string one = ",2026-11-12T00:00:00Z,issue,25.00,USD,", by = ",al\n";
  std::vector<Finding> both = hand_made(one + "D7" + by + one + "D8" + by), left = hand_made(one + "D8" + by);
  ASSERT_EQ(both.size(), 2u);
  ASSERT_EQ(left.size(), 1u);
  auto same = std::ranges::find(both, left[0].id, &Finding::id);
  ASSERT_NE(same, both.end());
  EXPECT_EQ(same->instrument, "D8");
  EXPECT_EQ(same->alike, 1);
}

TEST(Plan, AHandMadeEntryKeepsItsIdWhateverAMapSaysOfTheClock) {
  Exports exports;
  exports.pos("r1,2026-11-10T10:00:00Z,S1,R1,E1,issue,5.00,USD,refund,\n")
      .add(Side::erp, "erp.csv",
           "reference,posted_at,type,amount,currency,document_no,user\nr1,2026-11-10 10:00,issue,5.00,USD,D1,batch\n"
           "M1,2026-11-12 00:00,issue,25.00,USD,,al\n,2026-11-13 00:00,issue,26.00,USD,D3,al\n,2026-11-14 "
           "00:00,issue,27.00,USD,,al\n");
  std::set<std::string> ids, days;
  for (std::int64_t hours : {0, -5, 2}) {
    exports.request.maps[report::at(Side::erp)].utc_offset_s = hours * 3600;
    report::Audit audit = exports.done();
    ASSERT_EQ(audit.findings.size(), 3u) << summary_of(audit);
    for (const Finding& one : audit.findings) ids.insert(one.id), days.insert(one.issued_at.substr(0, 10));
  }
  EXPECT_EQ(ids.size(), 3u);
  EXPECT_EQ(days, (std::set<std::string>{"2026-11-12", "2026-11-13", "2026-11-14"}));  // as the books wrote them
}

TEST(Plan, HandMadeEntriesWithoutANumberSayThatTheyAreAlikeAndReadBackSo) {
  std::string one = ",2026-11-12T00:00:00Z,issue,25.00,USD,,al\n";
  report::Audit audit;
  audit.findings = hand_made(one + one);
  ASSERT_EQ(audit.findings.size(), 2u);
  EXPECT_NE(audit.findings[0].id, audit.findings[1].id);
  auto read = read_findings(findings_text(audit));
  ASSERT_TRUE(read) << read.error();
  for (const Finding& each : read->findings) EXPECT_EQ(each.alike, 2);
}

TEST(Plan, TheLargestFirstWhateverDigitsItsCurrencyHas) {
  Finding yen = unlinked(), dinar = unlinked(), dollar = unlinked();
  yen.currency = "JPY", yen.difference = 30;        // 30
  dinar.currency = "KWD", dinar.difference = 9999;  // 9.999
  dollar.difference = 2000;                         // 20.00
  Plan plan = make_plan({.as_of = "x", .findings = {dinar, dollar, yen}});
  ASSERT_EQ(plan.actions.size(), 3u);
  std::string order;
  for (const PlanAction& one : plan.actions) order += one.currency + " ";
  EXPECT_EQ(order, "JPY USD KWD ");
}

TEST(Plan, IsOneActionAnItemWhichCountsOnceAndWhatIsInFlightInNone) {
  Finding link = unlinked(), shop = not_in_shop(), young = not_in_shop();
  shop.rows = link.rows;
  young.cause = Cause::in_flight;
  Plan plan = make_plan({.as_of = "x", .findings = {shop, link, young}});
  ASSERT_EQ(plan.actions.size(), 1u);
  EXPECT_EQ(plan.actions[0].remedy, Remedy::relink);
  EXPECT_EQ(plan.actions[0].findings.size(), 2u);
  EXPECT_EQ(plan.in_flight, 1);
  EXPECT_EQ(totals(plan)[0].by[report::index_of(By::person)].minor, 2500);
}

TEST(Plan, ReadsBackToTheSameAndIsRefusedOnceEdited) {
  Finding one = unlinked();
  one.currency = "KWD";
  one.amount = one.difference = 90'071'992'547'409'931;  // 2^53 + ..: a double would round it
  PlanRequest request{.as_of = "2026-11-30T00:00:00Z", .findings = {one, not_in_shop()}};
  request.hub = [](const Finding& asked) -> HubAnswer {
    HubView out = view("complete");
    out.credit = asked.id;
    return out;
  };
  std::string text = plan_text(make_plan(request));
  auto again = read_plan(text);
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(plan_text(*again), text);
  EXPECT_NE(text.find("\"stake\":\"90071992547409.931\""), std::string::npos) << text;
  std::string edited = text;
  edited.replace(edited.find("\"do\""), 4, "\"skip\"");
  EXPECT_FALSE(read_plan(edited));
  EXPECT_FALSE(read_plan(text.substr(0, text.size() - 10)));
  EXPECT_FALSE(read_plan("{}"));
}

TEST(Plan, FindingsOfAnAuditReadBackToTheSame) {
  Exports exports;
  report::Audit audit =
      exports.pos("r1,2026-11-10T10:00:00Z,S1,R1,E1,issue,5.00,USD,refund,jo@example.com\n")
          .platform(
              "g1,r1,2026-11-10T10:00:09Z,issue,5.00,USD,refund,\ng2,r2,2026-11-12T10:00:09Z,issue,0.10,USD,refund,\n")
          .done();
  auto read = read_findings(findings_text(audit));
  ASSERT_TRUE(read) << read.error();
  ASSERT_EQ(read->findings.size(), audit.findings.size());
  for (std::size_t i = 0; i < read->findings.size(); ++i) {
    Finding again = read->findings[i];
    EXPECT_EQ(json::write(report::finding_json(again)), json::write(report::finding_json(audit.findings[i])));
  }
  EXPECT_EQ(read->compared, audit.given);
  EXPECT_FALSE(read_findings("{\"schema\":1,\"findings\":[{}]}"));
}

class Decisions : public ::testing::Test {
 protected:
  Decisions() {
    PlanRequest request{.as_of = "x", .findings = {unlinked(), not_in_shop()}};
    request.hub = [](const Finding& one) -> HubAnswer {
      return one.kind == Kind::missing ? HubAnswer(std::unexpected("unknown"))
                                       : HubAnswer(view("unresolved", 1, "identity"));
    };
    plan_ = make_plan(request);
  }
  std::expected<std::map<std::string, Written>, std::string> read(const std::string& text) {
    std::ofstream(dir_.file("d.csv"), std::ios::binary) << text;
    return read_decisions(dir_.file("d.csv"), plan_);
  }
  std::string refusal(const std::string& text) {
    auto out = read(text);
    return out ? "" : out.error().substr(out.error().find("d.csv"));
  }
  std::string line(std::size_t i, const std::string& decision, const std::string& email,
                   const std::string& stake = "25.00") {
    return plan_.actions[i].id + "," + decision + "," + email + ",,," + stake + "\n";
  }
  Plan plan_;
  support::TempDir dir_;
};
constexpr const char* kHead = "id,decision,email,phone,loyalty,stake\n";

TEST_F(Decisions, OfTheUneditedCsvAreThoseOfThePlan) {
  auto out = read(plan_csv(plan_));
  ASSERT_TRUE(out) << out.error();
  for (const PlanAction& one : plan_.actions) EXPECT_EQ(out->at(one.id).decision, one.decision);
}

TEST_F(Decisions, AreReadAsSpreadsheetsWriteThem) {
  std::string text =
      "\xef\xbb\xbf"
      "id;decision;email;phone;loyalty;stake;note\r\n" +
      plan_.actions[0].id + ";do;;'+12025550103;;25;\"said so,\r\nby phone\"\r\n";
  auto out = read(text);
  ASSERT_TRUE(out) << out.error();
  EXPECT_EQ(out->at(plan_.actions[0].id).phone, "+12025550103");
  EXPECT_EQ(out->size(), 1u);
}

TEST_F(Decisions, ThatGoBeyondThePlanAreRefusedAtTheirLine) {
  EXPECT_EQ(refusal(std::string(kHead) + "rp-other,do,,,,25.00\n"), "d.csv:2: 'rp-other' is no action of this plan");
  EXPECT_EQ(refusal(kHead + line(0, "skip", "") + line(1, "maybe", "")),
            "d.csv:3: 'maybe' is no decision; write do, ask, skip or hand");
  EXPECT_NE(refusal(kHead + line(0, "do", "a@b.de", "250.00")).find("d.csv:2: the stake of"), std::string::npos);
  EXPECT_NE(refusal(kHead + line(1, "do", "")).find("d.csv:2: " + plan_.actions[1].id + " cannot be 'do'"),
            std::string::npos);
  EXPECT_NE(refusal(kHead + line(0, "do", "")).find("needs the customer"), std::string::npos);
  EXPECT_NE(refusal(kHead + line(0, "skip", "") + line(0, "do", "a@b.de")).find("d.csv:3:"), std::string::npos);
  EXPECT_NE(refusal("id,decision\n").find("d.csv:1: has no column \"email\""), std::string::npos);
}

}  // namespace
}  // namespace handoff::reconcile
