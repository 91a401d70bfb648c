// What a listing counts as, and what a killed run goes on from (docs/adr/0018-live-audit.md).

#include "core/serve/snapshot.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <fstream>

#include "core/journal/store.hpp"
#include "core/model/identity.hpp"
#include "core/serve/snapshot_exports.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::serve {
namespace {

json::Value card(const std::string& id) { return json::Value(json::Object{{"instrument", id}}); }

engine::ReadOutcome page(std::vector<std::string> ids, json::Value cursor) {
  engine::ReadOutcome out;
  out.ok = out.more = true;
  out.result = std::move(cursor);
  for (const std::string& id : ids) out.emitted.push_back(card(id));
  return out;
}
engine::ReadOutcome last(std::vector<std::string> ids, std::int64_t count, bool complete = true) {
  engine::ReadOutcome out = page(std::move(ids), json::Value(json::Object{{"complete", complete}, {"count", count}}));
  out.more = false;
  return out;
}
engine::ReadOutcome failure(std::uint32_t failed, const std::string& why) {
  engine::ReadOutcome out;
  out.failure = failed;
  out.detail = why;
  return out;
}

class Snapshot : public ::testing::Test {
 protected:
  Snapshot() : folder_(temp_.path().string()) { cards_.connector = "cards"; }

  /// Asks until the script is at its end: then the process stops.
  bool take() { return going_on(folder_).has_value(); }
  Going going_on(const LineFolder& folder) {
    return take_listing(
        cards_, ListInput(), folder,
        [this](engine::Look look) -> std::optional<engine::ReadOutcome> {
          asked_.push_back(json::write(look.list.cursor));
          if (script_.empty()) return std::nullopt;
          engine::ReadOutcome next = script_.front();
          script_.pop_front();
          return next;
        },
        [](std::int64_t) { return true; });
  }
  std::vector<std::string> listed() {
    std::vector<std::string> out;
    for (const json::Value& one : listing_of(cards_, folder_).records)
      out.emplace_back(one.at("instrument").as_string());
    return out;
  }

  support::TempDir temp_;
  LineFolder folder_;
  Viewed cards_;
  std::deque<engine::ReadOutcome> script_;
  std::vector<std::string> asked_;
};

TEST_F(Snapshot, AListingIsCompleteWhenItSaysSoAndItsCountAgrees) {
  script_ = {page({"a", "b"}, 2), last({"c"}, 3)};
  EXPECT_TRUE(take());
  EXPECT_TRUE(listing_of(cards_, folder_).complete);
  EXPECT_EQ(listed(), (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(Snapshot, AListingThatDoesNotSayItIsCompleteIsNoGroundForAConclusion) {
  script_ = {last({"a"}, 1, false)};
  EXPECT_TRUE(take());
  EXPECT_FALSE(listing_of(cards_, folder_).complete);
  EXPECT_EQ(listing_of(cards_, folder_).why, "its listing does not say that it is complete");
}

TEST_F(Snapshot, AListingWithoutAnEndIsNotComplete) {
  script_ = {page({"a"}, 2)};
  EXPECT_FALSE(take());
  EXPECT_FALSE(listing_of(cards_, folder_).complete);
}

TEST_F(Snapshot, AKilledRunGoesOnAfterItsLastWholePage) {
  script_ = {page({"a"}, 2)};
  EXPECT_FALSE(take());
  std::ofstream(folder_.file("pages-cards.jsonl"), std::ios::app) << R"({"records":[{"instrument":"b")";
  asked_.clear();
  script_ = {last({"b"}, 2)};
  EXPECT_TRUE(take());
  EXPECT_EQ(asked_, std::vector<std::string>{"2"});
  EXPECT_EQ(listed(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(listing_of(cards_, folder_).complete);
}

TEST_F(Snapshot, AFinishedListingIsNotAskedForAgain) {
  script_ = {last({"a"}, 1)};
  EXPECT_TRUE(take());
  asked_.clear();
  EXPECT_TRUE(take());
  EXPECT_TRUE(asked_.empty());
}

TEST_F(Snapshot, AListingWhoseCountDoesNotAgreeIsReadAnew) {
  script_ = {page({"a"}, 2), last({"c"}, 3), page({"a", "b"}, 2), last({"c"}, 3)};
  EXPECT_TRUE(take());
  EXPECT_EQ(listed(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(listing_of(cards_, folder_).complete);
}

TEST_F(Snapshot, AListingThatNeverAgreesWithItsCountIsNotComplete) {
  for (int i = 0; i < 3; ++i) script_.push_back(last({"a"}, 2));
  EXPECT_TRUE(take());
  EXPECT_FALSE(listing_of(cards_, folder_).complete);
}

TEST_F(Snapshot, PagesThatExpiredAreReadFromTheBeginning) {
  script_ = {page({"a"}, 2), failure(HANDOFF_FAIL_CURSOR_EXPIRED, ""), last({"a", "b"}, 2)};
  EXPECT_TRUE(take());
  EXPECT_EQ(asked_.back(), "null");
  EXPECT_EQ(listed(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(Snapshot, ASystemThatDoesNotAnswerIsAskedAgainAndThenNotCompared) {
  script_ = {failure(0, "cut"), last({"a"}, 1)};
  EXPECT_TRUE(take());
  EXPECT_TRUE(listing_of(cards_, folder_).complete);
  folder_.remove("pages-cards.jsonl");
  script_ = {failure(HANDOFF_FAIL_CONFIG, "no such company")};
  EXPECT_TRUE(take());
  EXPECT_EQ(listing_of(cards_, folder_).why, "no such company");
}

/// Else the run would wait for a next start that changes nothing.
TEST_F(Snapshot, WhatCannotBeWrittenIsAReasonAndNoStop) {
  std::ofstream(temp_.file("no folder")) << "";
  LineFolder nowhere(temp_.file("no folder"));
  script_ = {last({"a"}, 1)};
  Going gone = going_on(nowhere);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().why, nowhere.file("pages-cards.jsonl") + ": cannot be written: Not a directory");
  for (int i = 0; i < 3; ++i) script_.push_back(failure(HANDOFF_FAIL_CURSOR_EXPIRED, ""));
  EXPECT_NE(going_on(nowhere).error().why, "") << "nor is what is written of a listing that never agrees";
  EXPECT_EQ(going_on(folder_).error().why, "") << "the daemon stops";
}

TEST_F(Snapshot, ALookThatCannotBeReadIsNoAbsence) {
  auto look = [this](engine::ReadOutcome outcome) {
    return take_look(
               "cards", 7, folder_, [&](engine::Look) { return std::optional(outcome); },
               [](std::int64_t) { return true; })
        .has_value();
  };
  EXPECT_TRUE(look(failure(HANDOFF_FAIL_CONFIG, "no")));
  EXPECT_EQ(looks_of(folder_).at(7).why, "no");
  folder_.remove("looks.jsonl");
  EXPECT_TRUE(look(failure(HANDOFF_FAIL_NOT_FOUND, "none")));
  EXPECT_EQ(looks_of(folder_).at(7).why, "");
  EXPECT_TRUE(looks_of(folder_).at(7).records.empty());
  folder_.remove("looks.jsonl");
  engine::ReadOutcome half;
  half.ok = true;
  half.result = json::Value(json::Object{{"complete", false}, {"sightings", json::Array{card("a")}}});
  EXPECT_TRUE(look(half));
  EXPECT_NE(looks_of(folder_).at(7).why, "");
}

/// What a connector says never ends the hub, and a look that shows such a record proves no absence.
TEST_F(Snapshot, ABookingWithoutAnAmountIsUnreadableInAListingAndInALook) {
  journal::StoreOptions options;
  options.path = temp_.file("handoff.db");
  auto store = journal::Store::open(options);
  ASSERT_TRUE(store) << store.error();
  journal::CreditAccepted credit;
  credit.credit = 1;
  credit.ref = credit_ref(std::string(14, 'c'));
  credit.source = "register";
  credit.amount = Money(2500, "USD");
  (*store)->append(1000, std::string(14, 'c'), "register", credit);
  journal::EffectPlanned effect;
  effect.effect = effect.credit = 1;
  effect.connector = "cn_books";
  effect.op = "record";
  effect.amount = credit.amount;
  (*store)->append(1000, "", "engine", effect);
  ASSERT_TRUE((*store)->commit());
  std::vector<Viewed> systems{{"books", "cn_books", report::Side::erp, Shape::bookings, true, 0}};
  engine::Setup setup;
  Credits credits((*store)->read(), setup, systems, 0, 2000);
  ASSERT_EQ(credits.all().size(), 1u);
  json::Object issued{{"minor", 2500}, {"currency", "USD"}};
  json::Value foreign(json::Object{{"instrument", "E1"}, {"issued", issued}});
  json::Value ours(json::Object{{"instrument", "E2"}, {"credit", credit.ref}, {"issued", issued}});
  auto exports =
      write_exports(credits, systems, {{"books", {true, "", {foreign}}}}, {{1, {"", {ours}}}}, folder_.path());
  ASSERT_TRUE(exports);
  ASSERT_EQ(exports->notes.size(), 2u);
  EXPECT_EQ(exports->notes[0], "books shows 2 records that are not ours to read; they are not compared");
  EXPECT_EQ(exports->unread, (std::map<std::string, std::int64_t>{{"books", 1}}));
}

}  // namespace
}  // namespace handoff::serve
