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
  EXPECT_EQ(listing_of(cards_, folder_).pages, std::vector<std::size_t>{2});
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
    Looker looker(folder_, [&](engine::Look) { return std::optional(outcome); }, [](std::int64_t) { return true; });
    return looker.look("cards", {7}).has_value();
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

/// Three looks are left unanswered, and the run does not wait for thousands.
TEST_F(Snapshot, ASystemThatFellSilentIsAskedNoMoreAndNothingIsConcluded) {
  std::vector<std::int64_t> asked;
  engine::ReadOutcome answer = failure(0, "cut");
  Looker looker(
      folder_,
      [&](engine::Look look) {
        asked.push_back(look.effect);
        return std::optional(answer);
      },
      [](std::int64_t) { return true; });
  for (std::int64_t effect = 1; effect <= 5; ++effect) EXPECT_TRUE(looker.look("cards", {effect}));
  EXPECT_EQ(std::set(asked.begin(), asked.end()), (std::set<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(looks_of(folder_).at(1).why, "cut");
  EXPECT_EQ(looks_of(folder_).at(5).why, "it does not answer");
  answer = failure(HANDOFF_FAIL_NOT_FOUND, "none");
  EXPECT_TRUE(looker.look("books", {6}));
  EXPECT_EQ(looks_of(folder_).at(6).why, "") << "another one is asked";
}

TEST_F(Snapshot, EachSystemHasItsOwnShareOfLooksAndNoCreditIsReadInPart) {
  std::vector<std::int64_t> asked;
  Looker looker(
      folder_,
      [&](engine::Look look) {
        asked.push_back(look.effect);
        return std::optional(failure(HANDOFF_FAIL_NOT_FOUND, "none"));
      },
      [](std::int64_t) { return true; }, 2);
  EXPECT_TRUE(looker.look("shop", {1}));
  EXPECT_TRUE(looker.look("shop", {2, 3}));
  EXPECT_TRUE(looker.look("shop", {1}));
  EXPECT_TRUE(looker.look("cards", {4, 5}));
  EXPECT_EQ(asked, (std::vector<std::int64_t>{1, 4, 5}));
  EXPECT_EQ(looker.cut(), std::set<std::string>{"shop"});
}

/// What a system lists and shows of one credit of 25.00 USD, which the hub sent there once.
class Exported : public Snapshot {
 protected:
  void send(Viewed system, const std::string& made = "") {
    systems_ = {std::move(system)};
    journal::StoreOptions options;
    options.path = temp_.file("handoff.db");
    store_ = journal::Store::open(options).value();
    journal::CreditAccepted credit;
    credit.credit = 1;
    credit.ref = ref_;
    credit.source = "register";
    credit.amount = Money(2500, "USD");
    store_->append(1000, std::string(14, 'c'), "register", credit);
    journal::EffectPlanned effect;
    effect.effect = effect.credit = 1;
    effect.connector = systems_[0].id;
    effect.op = systems_[0].shape == Shape::cards ? "issue" : "record";
    effect.amount = credit.amount;
    store_->append(1000, "", "engine", effect);
    if (!made.empty()) {
      journal::EffectApplied applied;
      applied.effect = 1;
      applied.instrument = made;
      store_->append(1000, "", "engine", applied);
    }
    ASSERT_TRUE(store_->commit());
    credits_.emplace(store_->read(), setup_, systems_, 0, 2000);
    ASSERT_EQ(credits_->all().size(), 1u);
  }
  json::Value shown(const std::string& instrument, std::int64_t minor, const std::string& credit) const {
    return json::Value(json::Object{{"instrument", instrument},
                                    {"amount", json::Object{{"minor", minor}, {"currency", "USD"}}},
                                    {"state", "active"},
                                    {"credit", credit}});
  }
  std::optional<Exports> exports(const Listed& listed, const Looks& looks) {
    return write_exports(*credits_, systems_, {{systems_[0].connector, listed}}, looks, folder_.path());
  }
  /// "25.00 issue E1; ..."
  std::string rows(const Listed& listed, const Looks& looks) {
    auto written = exports(listed, looks);
    if (!written) return "not written";
    std::ifstream in(written->files[report::at(systems_[0].side)].at(0));
    std::string out, line;
    std::getline(in, line);
    while (std::getline(in, line)) {
      std::vector<std::string> fields{""};
      for (char c : line) c == ',' ? fields.emplace_back() : fields.back() += c;
      out += (out.empty() ? "" : "; ") + fields.at(1) + " " + fields.at(6) + " " + fields.at(15);
    }
    return out;
  }

  const Viewed books_{"books", "cn_books", report::Side::erp, Shape::bookings, true, 0};
  const Viewed vouchers_{"vouchers", "cn_vouchers", report::Side::platform, Shape::cards, true, 0};
  const std::string ref_ = credit_ref(std::string(14, 'c'));
  engine::Setup setup_;
  std::vector<Viewed> systems_;
  std::unique_ptr<journal::Store> store_;
  std::optional<Credits> credits_;
};

/// The read asks for the one that the hub knows (C2, C4).
TEST_F(Exported, ASecondCardThatIsListedStaysWhenTheReadShowsTheHubsAlone) {
  send(vouchers_, "V1");
  Listed listed{true, "", {shown("V1", 2500, ref_), shown("V2", 2500, ref_)}, {}};
  EXPECT_EQ(rows(listed, {{1, {"", {shown("V1", 2500, ref_)}}}}), "25.00 issue V1; 25.00 issue V2");
  EXPECT_EQ(rows(listed, {{1, {"", {}}}}), "25.00 issue V2") << "the hub's own was asked for, and is not there";
}

TEST_F(Exported, ASecondBookingThatIsListedStaysWhenTheReadShowsTheHubsAlone) {
  send(books_, "D1");
  Listed listed{true, "", {shown("D1", 2500, ref_), shown("D7", 2500, ref_)}, {}};
  EXPECT_EQ(rows(listed, {{1, {"", {shown("D1", 2500, ref_)}}}}), "25.00 issue D1; 25.00 issue D7");
}

TEST_F(Exported, EntriesOfOneDocumentAreEachCounted) {
  send(books_, "D1");
  json::Value entry = shown("D1", 2500, ref_), back = shown("D1", -2500, ref_);
  EXPECT_EQ(rows({true, "", {entry, back}, {}}, {}), "25.00 void D1; 25.00 issue D1");
  EXPECT_EQ(rows({true, "", {entry, entry}, {}}, {}), "25.00 issue D1; 25.00 issue D1");
  EXPECT_EQ(rows({true, "", {entry}, {}}, {{1, {"", {entry, back}}}}), "25.00 void D1; 25.00 issue D1");
  EXPECT_EQ(rows({true, "", {entry}, {}}, {{1, {"", {entry, entry}}}}), "25.00 issue D1; 25.00 issue D1");
}

TEST_F(Exported, AnEntryThatTwoPagesShowIsOne) {
  send(books_, "D1");
  json::Value entry = shown("D1", 2500, ref_), other = shown("D2", 900, "");
  EXPECT_EQ(rows({true, "", {entry, other, entry}, {2}}, {}), "25.00 issue D1; 9.00 issue D2");
  EXPECT_EQ(rows({true, "", {other, entry, entry, entry}, {3}}, {}), "25.00 issue D1; 25.00 issue D1; 9.00 issue D2");
}

TEST_F(Exported, WhatASystemWithoutAListingWasNotAskedAboutIsNotMissingThere) {
  Viewed shop = books_;
  shop.lists = false;
  send(shop);
  auto written = exports({}, {});
  ASSERT_TRUE(written);
  EXPECT_EQ(written->unread, (std::map<std::string, std::int64_t>{{"books", 1}}));
  EXPECT_EQ(written->notes,
            std::vector<std::string>{"books could not be asked about 1 credit: no conclusion about them"});
  EXPECT_TRUE(exports({}, {{1, {"", {}}}})->unread.empty()) << "it was asked, and has none";
}

/// What a connector says never ends the hub, and a look that shows such a record proves no absence.
TEST_F(Exported, ABookingWithoutAnAmountIsUnreadableInAListingAndInALook) {
  send(books_);
  json::Object issued{{"minor", 2500}, {"currency", "USD"}};
  json::Value foreign(json::Object{{"instrument", "E1"}, {"issued", issued}});
  json::Value ours(json::Object{{"instrument", "E2"}, {"credit", ref_}, {"issued", issued}});
  auto written = exports({true, "", {foreign}, {}}, {{1, {"", {ours}}}});
  ASSERT_TRUE(written);
  ASSERT_EQ(written->notes.size(), 2u);
  EXPECT_EQ(written->notes[0], "books shows 2 records that are not ours to read; they are not compared");
  EXPECT_EQ(written->unread, (std::map<std::string, std::int64_t>{{"books", 1}}));
}

}  // namespace
}  // namespace handoff::serve
