// A finding through the audits (INVARIANTS C6, C7).

#include "core/reconcile/history.hpp"

#include <algorithm>

#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

using report::Audit;
using report::Finding;

Finding missing(const std::string& id, std::int64_t issued_s = 1'764'000'000) {  // 2025-11-24
  Finding out;
  out.id = id;
  out.reference = "REF-" + id;
  out.currency = "USD";
  out.difference = 2500;
  out.issued_s = issued_s;
  out.wrong[report::at(report::Side::storefront)] = true;
  return out;
}

Audit audit(const std::string& as_of, std::vector<Finding> findings) {
  Audit out;
  out.from = "2025-11-01T00:00:00Z";
  out.as_of = as_of;
  out.given = {true, true, false, false, true};
  out.findings = std::move(findings);
  return out;
}

TEST(History, KeepsAFindingsIdFirstSeenAndNumberOfAudits) {
  History history;
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a")}),
        second = audit("2025-12-07T00:00:00Z", {missing("a"), missing("b")});
  ASSERT_TRUE(follow(history, first));
  EXPECT_EQ(first.fresh(), 1);
  auto kept = read_history(write_history(history));
  ASSERT_TRUE(kept) << kept.error();
  ASSERT_TRUE(follow(*kept, second));
  EXPECT_EQ(second.fresh(), 1);
  EXPECT_EQ(second.standing(), 1);
  EXPECT_EQ(second.findings[0].first_seen, "2025-11-30T00:00:00Z");
  EXPECT_EQ(second.findings[0].seen, 2);
  EXPECT_EQ(second.before, "2025-11-30T00:00:00Z");
}

TEST(History, KeepsWhatEachAuditCountedAndTheFirstIsTheBaseline) {
  History history;
  for (auto [as_of, items, minor] : {std::tuple("2025-11-30T00:00:00Z", 31, 120450),
                                     {"2025-12-07T00:00:00Z", 12, 40000},
                                     {"2025-12-14T00:00:00Z", 4, 12000},
                                     {"2025-12-14T00:00:00Z", 4, 12000}}) {
    Audit one = audit(as_of, {});
    report::Numbers numbers;
    numbers.currency = "USD";
    numbers.items_with_gap = {items, minor};
    one.numbers.push_back(numbers);
    ASSERT_TRUE(follow(history, one));
    auto kept = read_history(write_history(history));
    ASSERT_TRUE(kept) << kept.error();
    history = std::move(*kept);
    EXPECT_TRUE(one.past.empty() || one.past.front().as_of == "2025-11-30T00:00:00Z");
    EXPECT_TRUE(one.past.empty() || one.past.back().as_of < std::string(as_of))
        << "the same audit again is no other one";
  }
  ASSERT_EQ(history.audits.size(), 3u);
  EXPECT_EQ(history.audits[0].numbers[0].gap.items, 31);
  EXPECT_EQ(history.audits[0].numbers[0].gap.amount, "1204.50");
  EXPECT_EQ(history.audits[2].numbers[0].gap.amount, "120.00");
}

TEST(History, ClosesWhatALaterAuditComparedAgainAndDidNotFindAndSaysWhatItLookedAt) {
  History history;
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a")}), second = audit("2025-12-07T00:00:00Z", {});
  second.met["a"] = report::Met::right;
  second.sources.push_back({report::Side::storefront, "shop.csv", 12, 0, 100});
  ASSERT_TRUE(follow(history, first));
  ASSERT_TRUE(follow(history, second));
  ASSERT_EQ(second.gone.size(), 1u);
  EXPECT_NE(second.gone[0].evidence.find("the storefront (12 rows)"), std::string::npos) << second.gone[0].evidence;
  EXPECT_EQ(history.items[0].closed_at, "2025-12-07T00:00:00Z");
}

/// What was told of it may have been lost.
TEST(History, WhatWasGoneIsKnownToTheNextAuditAndToNoneAfterThat) {
  History history;
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a"), missing("b")}), second = audit("2025-12-07T00:00:00Z", {}),
        third = audit("2025-12-14T00:00:00Z", {missing("b")}), fourth = audit("2025-12-21T00:00:00Z", {});
  second.met["a"] = second.met["b"] = report::Met::right;
  for (Audit* one : {&first, &second}) ASSERT_TRUE(follow(history, *one));
  EXPECT_TRUE(gone_before(history, second).empty());
  ASSERT_TRUE(follow(history, third));
  EXPECT_TRUE(third.gone.empty());
  std::vector<report::Gone> before = gone_before(history, third);
  ASSERT_EQ(before.size(), 1u) << "b is back";
  EXPECT_EQ(before[0].id, "a");
  ASSERT_TRUE(follow(history, fourth));
  EXPECT_TRUE(gone_before(history, fourth).empty());
}

TEST(History, LeavesOpenWhatALaterAuditDidNotLookAt) {
  History before;
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a")});
  ASSERT_TRUE(follow(before, first));
  auto stays_open = [&before](Audit later, const std::set<std::string>& unjudged = {}) {
    History history = before;
    EXPECT_TRUE(follow(history, later, unjudged));
    return history.items[0].closed_at.empty() && later.gone.empty() && later.not_looked_at == 1;
  };
  Audit window = audit("2026-01-15T00:00:00Z", {}), side = audit("2025-12-07T00:00:00Z", {});
  Audit unjudged = side, unreadable = side, absent = side;
  for (Audit* one : {&window, &side, &unjudged, &unreadable}) one->met["a"] = report::Met::right;
  window.from = "2025-12-15T00:00:00Z";
  side.given[report::at(report::Side::storefront)] = false;
  EXPECT_TRUE(stays_open(window)) << "it was issued before the window";
  EXPECT_TRUE(stays_open(side)) << "the shop was not compared";
  EXPECT_TRUE(stays_open(absent)) << "no file has the credit any more";
  EXPECT_TRUE(stays_open(unjudged, {"REF-a"})) << "nothing could be read of it";
  Finding hazy = missing("other");
  hazy.reference = "REF-a";
  hazy.cause = report::Cause::unreadable;
  unreadable.findings = {hazy};
  EXPECT_TRUE(stays_open(unreadable)) << "a row of it cannot be read";
}

TEST(History, CountsTheSameCutOffOnce) {
  History history;
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a")}), again = first;
  ASSERT_TRUE(follow(history, first));
  std::string once = write_history(history);
  ASSERT_TRUE(follow(history, again));
  EXPECT_EQ(write_history(history), once);
  EXPECT_EQ(again.findings[0].seen, 1);
  EXPECT_EQ(again.before, "");
}

TEST(History, TheSameCutOffAgainIsSeenAgainstTheAuditBeforeIt) {
  History history;
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a")}),
        second = audit("2025-12-07T00:00:00Z", {missing("a"), missing("b")}), again = second;
  for (Audit* one : {&first, &second, &again}) ASSERT_TRUE(follow(history, *one));
  EXPECT_EQ(again.before, first.as_of);
  EXPECT_EQ(again.fresh(), 1);
  EXPECT_EQ(again.standing(), 1);
}

TEST(History, OpensAgainWhatComesBack) {
  History history;
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a")}), second = audit("2025-12-07T00:00:00Z", {}),
        third = audit("2025-12-14T00:00:00Z", {missing("a")});
  second.met["a"] = report::Met::right;
  for (Audit* one : {&first, &second, &third}) ASSERT_TRUE(follow(history, *one));
  EXPECT_EQ(third.findings[0].first_seen, "2025-11-30T00:00:00Z");
  EXPECT_EQ(third.findings[0].seen, 2);
  EXPECT_TRUE(history.items[0].closed_at.empty());
}

TEST(History, RefusesAnAuditThatIsOlderAndAFileThatIsNone) {
  History history;
  Audit first = audit("2025-11-30T00:00:00Z", {}), older = audit("2025-11-23T00:00:00Z", {});
  ASSERT_TRUE(follow(history, first));
  EXPECT_NE(follow(history, older).error().find("audits are taken in as they follow one another"), std::string::npos);
  EXPECT_FALSE(read_history("{}"));
  EXPECT_FALSE(read_history("")) << "a power cut left it empty: what was found before is not known";
  EXPECT_TRUE(read_history("{").error().starts_with("byte 1: ")) << read_history("{").error();
}

TEST(History, DoesNotTakeInWhatIsOnlyUnderWay) {
  History history;
  Finding young = missing("a");
  young.cause = report::Cause::in_flight;
  Audit first = audit("2025-11-30T00:00:00Z", {young});
  ASSERT_TRUE(follow(history, first));
  EXPECT_TRUE(history.items.empty());
}

/// A week's audit of these rows, seen against what was found before.
class Weeks : public ::testing::Test {
 protected:
  Audit week(const std::string& as_of, const std::string& pos, const std::string& cards, const std::string& shop) {
    Exports exports;
    exports.request.as_of_s = parse_time(as_of, config::TimeFormat::iso, 0)->utc_s;
    exports.request.known = open_findings(history_);
    exports.request.complete = complete_;
    Audit out = exports.pos(pos).platform(cards).shop(shop).done();
    EXPECT_TRUE(follow(history_, out));
    return out;
  }
  static std::string issued(const std::string& ref, const std::string& store) {
    return ref + ",2026-11-20T10:00:00Z," + store + ",R1,E1,issue,25.00,USD,refund,jo@example.com\n";
  }
  static std::string card(const std::string& ref, const std::string& email = "jo@example.com") {
    return "gc-" + ref + "," + ref + ",2026-11-20T10:00:05Z,issue,25.00,USD,refund," + email + "\n";
  }
  static std::string entry(const std::string& ref, const std::string& type = "issue") {
    return "e-" + ref + "," + ref + ",2026-11-20T10:01:00Z," + type + ",25.00,USD\n";
  }
  History history_;
  bool complete_ = false;
  std::string s1_ = issued("a", "S1"), cards_ = card("a");
};

TEST_F(Weeks, AStoreThatTheFilesLeaveOutClosesNothing) {
  week("2026-11-23T00:00:00Z", s1_ + issued("b", "S2"), cards_ + card("b"), entry("a"));
  ASSERT_EQ(history_.items.size(), 1u);
  Audit without = week("2026-11-30T00:00:00Z", s1_, cards_, entry("a"));
  EXPECT_TRUE(without.gone.empty());
  EXPECT_EQ(without.not_looked_at, 1);
  EXPECT_TRUE(std::ranges::any_of(
      without.warnings, [](const std::string& one) { return one.starts_with("1 finding of an audit before"); }));
  Audit whole = week("2026-12-07T00:00:00Z", s1_ + issued("b", "S2"), cards_ + card("b"), entry("a") + entry("b"));
  ASSERT_EQ(whole.gone.size(), 1u);
  EXPECT_NE(whole.gone[0].evidence.find("nothing differs any more"), std::string::npos) << whole.gone[0].evidence;
}

TEST_F(Weeks, WhatDiffersInAnotherWayNowIsNotCalledRight) {
  week("2026-11-23T00:00:00Z", s1_, card("a", ""), entry("a"));
  Audit lost = week("2026-11-30T00:00:00Z", s1_, card("z"), entry("a"));
  ASSERT_EQ(lost.gone.size(), 1u);
  EXPECT_NE(lost.gone[0].evidence.find("it differs in another way now"), std::string::npos) << lost.gone[0].evidence;
}

TEST_F(Weeks, AnEntryThatNoRegisterIssuedIsGoneOnceARegistersCreditOrItsEndIsMet) {
  week("2026-11-23T00:00:00Z", s1_, cards_, entry("a") + entry("x") + entry("y") + entry("z"));
  ASSERT_EQ(history_.items.size(), 3u);
  Audit next = week("2026-11-30T00:00:00Z", s1_ + issued("x", "S2"), cards_ + card("x"),
                    entry("a") + entry("x") + entry("y") + entry("y", "void"));
  ASSERT_EQ(next.gone.size(), 2u) << "z is only not there any more";
  EXPECT_EQ(next.not_looked_at, 1);
  complete_ = true;
  EXPECT_EQ(week("2026-12-20T10:00:00Z", s1_, cards_, entry("a") + entry("z")).not_looked_at, 1)
      << "there, and too near to the window's begin to tell";
  Audit listed = week("2026-12-20T10:00:00Z", s1_ + issued("x", "S2"), cards_ + card("x"), entry("a") + entry("x"));
  ASSERT_EQ(listed.gone.size(), 1u);
  EXPECT_NE(listed.gone[0].evidence.find("listed completely"), std::string::npos) << listed.gone[0].evidence;
}

TEST_F(Weeks, ReferencesThatAreCodesAreMetByTheirFindingsId) {
  auto with_codes = [](const std::string& ref) {
    return ref + "," + ref + ",2026-11-20T10:00:05Z,issue,25.00,USD,refund,jo@example.com\n";
  };
  auto audit_of = [&](const std::string& as_of, const std::string& pos, const std::string& cards) {
    Exports exports;
    exports.request.as_of_s = parse_time(as_of, config::TimeFormat::iso, 0)->utc_s;
    exports.request.known = open_findings(history_);
    exports.request.maps[1].reference = {"card_id"};
    exports.request.maps[1].instrument = "card_id";
    exports.request.maps[1].amount = "amount";
    exports.request.maps[1].currency = "currency";
    exports.request.maps[1].time = "created_at";
    Audit out = exports.pos(pos).platform(cards).done();
    EXPECT_TRUE(follow(history_, out));
    return out;
  };
  std::string both = issued("CODE-1111", "S1") + issued("CARD-1111", "S1") + issued("CODE-2222", "S1");
  audit_of("2026-11-23T00:00:00Z", both, with_codes("CARD-1111") + with_codes("CODE-2222"));
  ASSERT_EQ(history_.items.size(), 1u);
  EXPECT_EQ(history_.items[0].reference, "…1111");
  Audit other = audit_of("2026-11-30T00:00:00Z", issued("CARD-1111", "S1"), with_codes("CARD-1111"));
  EXPECT_TRUE(other.gone.empty()) << "another code with the same end";
  EXPECT_EQ(audit_of("2026-12-07T00:00:00Z", both,
                     with_codes("CARD-1111") + with_codes("CODE-1111") + with_codes("CODE-2222"))
                .gone.size(),
            1u);
}

}  // namespace
}  // namespace handoff::reconcile
