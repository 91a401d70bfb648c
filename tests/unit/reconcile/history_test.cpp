// A finding through the audits (INVARIANTS C6, C7).

#include "core/reconcile/history.hpp"

#include <gtest/gtest.h>

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
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a")}), second = audit("2025-12-07T00:00:00Z", {missing("a"), missing("b")});
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

TEST(History, ClosesWhatALaterAuditLookedAtAndDidNotFindAndSaysWhatItLookedAt) {
  History history;
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a")}), second = audit("2025-12-07T00:00:00Z", {});
  second.sources.push_back({report::Side::storefront, "shop.csv", 12, 0, 100});
  ASSERT_TRUE(follow(history, first));
  ASSERT_TRUE(follow(history, second));
  ASSERT_EQ(second.gone.size(), 1u);
  EXPECT_NE(second.gone[0].evidence.find("the storefront (12 rows)"), std::string::npos) << second.gone[0].evidence;
  EXPECT_EQ(history.items[0].closed_at, "2025-12-07T00:00:00Z");
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
  window.from = "2025-12-15T00:00:00Z";
  side.given[report::at(report::Side::storefront)] = false;
  EXPECT_TRUE(stays_open(window)) << "it was issued before the window";
  EXPECT_TRUE(stays_open(side)) << "the shop was not compared";
  EXPECT_TRUE(stays_open(audit("2025-12-07T00:00:00Z", {}), {"REF-a"})) << "nothing could be read of it";
  Finding hazy = missing("other");
  hazy.reference = "REF-a";
  hazy.cause = report::Cause::unreadable;
  EXPECT_TRUE(stays_open(audit("2025-12-07T00:00:00Z", {hazy}))) << "a row of it cannot be read";
}

TEST(History, CountsTheSameCutOffOnce) {
  History history;
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a")}), again = first;
  ASSERT_TRUE(follow(history, first));
  std::string once = write_history(history);
  ASSERT_TRUE(follow(history, again));
  EXPECT_EQ(write_history(history), once);
  EXPECT_EQ(again.findings[0].seen, 1);
}

TEST(History, OpensAgainWhatComesBack) {
  History history;
  Audit first = audit("2025-11-30T00:00:00Z", {missing("a")}), second = audit("2025-12-07T00:00:00Z", {}),
        third = audit("2025-12-14T00:00:00Z", {missing("a")});
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
  EXPECT_FALSE(read_history("{"));
}

TEST(History, DoesNotTakeInWhatIsOnlyUnderWay) {
  History history;
  Finding young = missing("a");
  young.cause = report::Cause::in_flight;
  Audit first = audit("2025-11-30T00:00:00Z", {young});
  ASSERT_TRUE(follow(history, first));
  EXPECT_TRUE(history.items.empty());
}

}  // namespace
}  // namespace handoff::reconcile
