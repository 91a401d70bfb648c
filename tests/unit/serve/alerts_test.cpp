#include "core/serve/alerts.hpp"

#include "core/crypto/hash.hpp"
#include "core/serve/alert_channels.hpp"
#include "tests/unit/serve/alert_bed.hpp"

namespace handoff::serve::testing {
namespace {

class Alerts : public AlertBed {
 protected:
  std::vector<AlertGroup> groups(std::int64_t now = kNoon) {
    commit();
    return alert_groups(store_->read(), rules_, now);
  }
};

TEST_F(Alerts, ManyCreditsWithOneCauseAreOneGroup) {
  for (int i = 0; i < 40; ++i) {
    std::int64_t no = credit(kNoon, "S" + std::to_string(i % 3));
    issued(no);
    open_case(no, kNoon + i, "vendor refused", "books.record: period 2026-1" + std::to_string(i % 2) + " is closed");
  }
  open_case(credit(kNoon), kNoon, "mapping", "no route takes balance type gift");
  std::vector<AlertGroup> all = groups();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].cause, "vendor refused: books.record: period # is closed");
  EXPECT_EQ(all[0].count, 40);
  EXPECT_EQ(all[0].sums.at("USD"), 100'000);
  EXPECT_EQ(all[0].stores.size(), 3u);
  EXPECT_EQ(all[0].hop, "books.record");
  EXPECT_FALSE(all[0].urgent);
}

TEST_F(Alerts, ALateHopIsOneGroupWhetherItsCreditsHaveACaseOrAreJustOld) {
  std::int64_t late = at_hop(kNoon - kHour, "cards.issue");
  open_case(late, kNoon - 50 * kMinute, "sla", "cards.issue: later than its 5 min");
  at_hop(kNoon - 20 * kMinute, "cards.issue");
  at_hop(kNoon - 10 * kMinute, "cards.issue");
  std::vector<AlertGroup> all = groups();
  ASSERT_EQ(all.size(), 1u) << all[1].cause;
  EXPECT_EQ(all[0].cause, "late: cards.issue");
  EXPECT_EQ(all[0].count, 2) << "the third is younger than `unconfirmed`";
  EXPECT_TRUE(all[0].urgent) << "customers wait for what is not on the platform";
  EXPECT_EQ(all[0].oldest_at, kNoon - kHour);
}

/// A case says so of one that waits for a person; between the void and the reissue nothing does.
TEST_F(Alerts, WhatARepairTookAwayAndHasNotGivenAgainIsLateSinceTheVoid) {
  std::int64_t no = credit(kNoon - 50 * kHour, "S1", true);
  issued(no);
  repair(1, no, kNoon - kHour);
  repair_moved(1, kNoon - kHour, "void");
  EXPECT_TRUE(groups(kNoon).empty()) << "nothing was taken away yet";
  repair_moved(1, kNoon, "reissue");
  EXPECT_TRUE(groups(kNoon + 10 * kMinute).empty()) << "not for as long as `unconfirmed`";
  std::vector<AlertGroup> all = groups(kNoon + 20 * kMinute);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].cause, "late: repair");
  EXPECT_TRUE(all[0].urgent);
  EXPECT_EQ(all[0].oldest_at, kNoon);
  repair_moved(1, kNoon + 20 * kMinute, "done");
  EXPECT_TRUE(groups(kNoon + kHour).empty());
}

TEST_F(Alerts, WhatIsOnThePlatformIsNotUrgentWhereverItIsLateThen) {
  std::int64_t no = credit(kNoon - kHour);
  open_case(no, kNoon, "sla", "books.record: later than its 5 min");
  ASSERT_EQ(groups().size(), 1u);
  EXPECT_TRUE(groups()[0].urgent) << "nothing says that it is on the platform";
  issued(no);
  EXPECT_FALSE(groups()[0].urgent);
}

/// No route, above a ceiling, refused at the issue: nobody looks for them at night unless they are told.
TEST_F(Alerts, WhatIsHeldBeforeItIsOnThePlatformIsUrgent) {
  for (auto [kind, reason] : {std::pair("mapping", "no route"),
                              {"approval", "cards.issue: 100.00 USD is more than 50.00 USD"},
                              {"vendor refused", "cards.issue: 400: no such campaign"}})
    open_case(credit(kNoon), kNoon, kind, reason);
  for (const AlertGroup& group : groups()) EXPECT_TRUE(group.urgent) << group.cause;
  std::int64_t there = credit(kNoon);
  issued(there);
  open_case(there, kNoon, "verification", "shop.mirror: shows another amount");
  EXPECT_FALSE(groups().back().urgent);
}

/// The case is of a credit that may be complete; whom it is about has none.
TEST_F(Alerts, ATransactionThatWasRefusedAsAnotherIsUrgent) {
  std::int64_t no = credit(kNoon);
  issued(no);
  open_case(no, kNoon, "collision", "another transaction was refused and has no credit: 7 of cards, 25.00 USD");
  EXPECT_TRUE(groups().at(0).urgent);
}

TEST_F(Alerts, AStoresOwnCasesAreItsOwnGroupAndUrgent) {
  open_case(credit(kNoon, "S1"), kNoon, "identity", "no_match", "store");
  open_case(credit(kNoon, "S2"), kNoon, "identity", "no_match", "store");
  std::vector<AlertGroup> all = groups();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].cause, "store S1: identity: no_match");
  EXPECT_TRUE(all[0].urgent);
}

TEST_F(Alerts, WhatASourceBroughtAndNobodyCanReadIsToldWithoutACredit) {
  for (int i = 0; i < 3; ++i)
    open_case(0, kNoon - kMinute, "quarantined", "registers: refund 77" + std::to_string(i) + ": no currency");
  std::vector<AlertGroup> all = groups();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].count, 3);
  EXPECT_FALSE(all[0].urgent);
  std::vector<Telling> to = tellings(rules_, all, {}, {}, kNoon);
  ASSERT_EQ(to.size(), 1u);
  AlertMessage message = alert_message(store_->read(), nullptr, rules_, to[0], kNoon);
  EXPECT_EQ(message.notice.title, "quarantined: registers: refund # no currency (3 cases)");
  EXPECT_NE(message.text.find("It is no credit yet."), std::string::npos) << message.text;
  EXPECT_EQ(message.text.find(" more"), std::string::npos) << message.text;
}

class WhoIsTold : public Alerts {
 protected:
  /// The only telling of the only group.
  Telling only(std::int64_t now) {
    groups_ = groups(now);
    EXPECT_EQ(groups_.size(), 1u);
    std::vector<Telling> all = tellings(rules_, groups_, told_, channels_, now);
    EXPECT_EQ(all.size(), 1u);
    return all.at(0);
  }
  void was_told(const Telling& one, std::int64_t at) {
    journal::AlertRow row = one.before;
    row.count = one.group->count;
    row.told_at = at;
    ++row.times;
    std::erase_if(told_, [&](const journal::AlertRow& known) { return known.cause == row.cause; });
    told_.push_back(row);
  }
  std::vector<AlertGroup> groups_;
  std::vector<journal::AlertRow> told_;
  std::vector<journal::AlertChannelRow> channels_;
};

TEST_F(WhoIsTold, AGroupIsToldOnceAndAgainAfterTheTimeOfRepeat) {
  open_case(credit(kNoon), kNoon, "mapping", "no route");
  Telling first = only(kNoon);
  EXPECT_EQ(first.hold, Hold::none);
  was_told(first, kNoon);
  EXPECT_EQ(only(kNoon + 4 * kHour - 1).hold, Hold::until_due);
  EXPECT_EQ(only(kNoon + 4 * kHour).hold, Hold::none);
}

TEST_F(WhoIsTold, AGroupThatGrewTenfoldIsToldAgainAtOnce) {
  for (int i = 0; i < 3; ++i) open_case(credit(kNoon), kNoon, "mapping", "no route");
  was_told(only(kNoon), kNoon);
  for (int i = 0; i < 26; ++i) open_case(credit(kNoon), kNoon + 1, "mapping", "no route");
  EXPECT_EQ(only(kNoon + 1).hold, Hold::until_due) << "29 of 3";
  open_case(credit(kNoon), kNoon + 1, "mapping", "no route");
  EXPECT_EQ(only(kNoon + 1).hold, Hold::none) << "30 of 3";
}

TEST_F(WhoIsTold, EachNewCustomerAtACounterIsToldButEverMoreSlowly) {
  rules_.contacts[0].roles = {"store"};
  open_case(credit(kNoon), kNoon, "identity", "no_match", "store");
  was_told(only(kNoon), kNoon);
  EXPECT_EQ(only(kNoon + 30 * kMinute).hold, Hold::until_due) << "nothing new";
  open_case(credit(kNoon), kNoon + 30'000, "identity", "no_match", "store");
  EXPECT_EQ(only(kNoon + kMinute - 1).hold, Hold::until_due);
  Telling second = only(kNoon + kMinute);
  EXPECT_EQ(second.hold, Hold::none);
  was_told(second, kNoon + kMinute);
  open_case(credit(kNoon), kNoon + kMinute + 1, "identity", "no_match", "store");
  EXPECT_EQ(only(kNoon + 2 * kMinute).hold, Hold::until_due) << "two minutes apart now";
  EXPECT_EQ(only(kNoon + 3 * kMinute).hold, Hold::none);
}

/// The channel took its time: what was counted is of before it, the telling of after it.
TEST_F(WhoIsTold, ACustomerWhoCameWhileAnotherWasToldOfIsToldToo) {
  rules_.contacts[0].roles = {"store"};
  open_case(credit(kNoon), kNoon, "identity", "no_match", "store");
  Telling first = only(kNoon);
  was_told(first, kNoon + 20'000);
  open_case(credit(kNoon), kNoon + 10'000, "identity", "no_match", "store");
  EXPECT_EQ(only(kNoon + 21'000).hold, Hold::until_due);
  EXPECT_EQ(only(kNoon + 20'000 + kMinute).hold, Hold::none);
}

TEST_F(WhoIsTold, AClockThatWasSetBackSilencesNobody) {
  rules_.per_hour["desk"] = 1;
  journal::AlertChannelRow desk;
  desk.channel = "desk";
  desk.hour_at = kNoon + 365 * 24 * kHour;
  desk.hour_count = 1;
  channels_ = {desk};
  open_case(credit(kNoon), kNoon, "mapping", "no route");
  was_told(only(kNoon), kNoon + 365 * 24 * kHour);
  EXPECT_EQ(only(kNoon).hold, Hold::none);
}

TEST_F(WhoIsTold, InQuietHoursOnlyWhatIsUrgentGoesOut) {
  QuietTime night;
  night.from = 22 * 60;
  night.until = 7 * 60;
  night.zone = *TimeZone::load("America/New_York");
  rules_.contacts[0].quiet = night;
  std::int64_t midnight_there = kNoon - 7 * kHour;  // 05:00Z is 00:00 in New York
  std::int64_t there_already = credit(midnight_there);
  issued(there_already);
  open_case(there_already, midnight_there, "vendor refused", "books.record: period is closed");
  EXPECT_EQ(only(midnight_there).hold, Hold::quiet_hours);
  EXPECT_EQ(only(kNoon - 1).hold, Hold::quiet_hours) << "06:59 there";
  EXPECT_EQ(only(kNoon).hold, Hold::none) << "07:00 there";
  at_hop(midnight_there - kHour, "cards.issue");
  groups_ = groups(midnight_there);
  int out = 0;
  for (const Telling& one : tellings(rules_, groups_, told_, channels_, midnight_there))
    if (one.hold == Hold::none) {
      ++out;
      EXPECT_EQ(one.group->cause, "late: cards.issue");
    }
  EXPECT_EQ(out, 1);
}

TEST_F(WhoIsTold, QuietHoursWithinOneDayEndOnIt) {
  QuietTime lunch;
  lunch.from = 12 * 60;
  lunch.until = 13 * 60;
  EXPECT_FALSE(lunch.holds(kNoon - 1));
  EXPECT_TRUE(lunch.holds(kNoon));
  EXPECT_FALSE(lunch.holds(kNoon + kHour));
}

TEST_F(WhoIsTold, AChannelAtItsLimitWaitsForTheHourToEnd) {
  rules_.per_hour["desk"] = 3;
  open_case(credit(kNoon), kNoon, "mapping", "no route");
  journal::AlertChannelRow desk;
  desk.channel = "desk";
  desk.hour_at = kNoon - kHour + 1;
  desk.hour_count = 3;
  channels_ = {desk};
  EXPECT_EQ(only(kNoon).hold, Hold::limit);
  EXPECT_EQ(only(kNoon + 1).hold, Hold::none);
}

TEST_F(WhoIsTold, OnlyTheContactsOfTheRoleAndTheStoreAreTold) {
  rules_.contacts.clear();
  add_contact("s1", {"store"}, {"S1"}, "desk");
  add_contact("s2", {"store"}, {"S2"}, "desk");
  add_contact("ops", {"ops"}, {}, "desk");
  open_case(credit(kNoon, "S2"), kNoon, "identity", "no_match", "store");
  EXPECT_EQ(only(kNoon).contact->name, "s2");
}

TEST_F(WhoIsTold, WhoIsOnTheLadderIsToldOnceItIsThatOld) {
  rules_.contacts.clear();
  add_contact("area", {}, {}, "desk");
  rules_.ladder = {{2 * kHour, "area"}};
  open_case(credit(kNoon), kNoon, "mapping", "no route");
  groups_ = groups(kNoon);
  EXPECT_TRUE(tellings(rules_, groups_, told_, channels_, kNoon + 2 * kHour - 1).empty());
  EXPECT_EQ(tellings(rules_, groups_, told_, channels_, kNoon + 2 * kHour).size(), 1u);
}

TEST_F(WhoIsTold, WhatComesBackAtOnceIsNotAnotherAlarm) {
  open_case(credit(kNoon), kNoon, "mapping", "no route");
  was_told(only(kNoon), kNoon);
  told_[0].count = 0;  // it was gone
  told_[0].times = 0;
  EXPECT_EQ(only(kNoon + 15 * kMinute - 1).hold, Hold::until_due);
  EXPECT_EQ(only(kNoon + 15 * kMinute).hold, Hold::none);
}

class Message : public WhoIsTold {};

TEST_F(Message, SaysWhereWhatSinceWhenAndWhatToDo) {
  rules_.link = "https://hub.acme.example/look?credit={credit}&case={case}";
  std::int64_t no = credit(kNoon - kHour, "S7");
  open_case(no, kNoon - 30 * kMinute, "vendor refused", "books.record: period 2026-11 is closed");
  AlertMessage message = alert_message(store_->read(), nullptr, rules_, only(kNoon), kNoon);
  std::string ref = store_->read().credit(no)->ref;
  EXPECT_EQ(message.notice.kind, "raised");
  EXPECT_EQ(message.notice.title, "vendor refused: books.record: period # is closed (1 credit, 25.00 USD)");
  for (const std::string& part :
       {ref, std::string("25.00 USD"), std::string("store S7"), std::string("register R2"),
        std::string("transaction T1"), std::string("at books.record"), std::string("for 1 h"),
        std::string("Nothing was changed there. Remove the cause, then: handoff case retry 1"), "handoff trace " + ref,
        "https://hub.acme.example/look?credit=" + ref + "&case=1"})
    EXPECT_NE(message.text.find(part), std::string::npos) << part << "\n" << message.text;
}

TEST_F(Message, NamesAFewOfManyAndCountsTheRest) {
  for (int i = 0; i < 1000; ++i) open_case(credit(kNoon - kHour), kNoon, "mapping", "no route");
  AlertMessage message = alert_message(store_->read(), nullptr, rules_, only(kNoon), kNoon);
  EXPECT_EQ(message.notice.credits.size(), 5u);
  EXPECT_NE(message.text.find("1,000 credits, 25,000.00 USD"), std::string::npos) << message.text;
  EXPECT_NE(message.text.find("and 995 more"), std::string::npos) << message.text;
  EXPECT_LT(message.text.size(), 2'000u);
}

TEST_F(Message, ShowsOfACustomerOnlyAMaskedHint) {
  crypto::Vault vault(std::string(32, 'k'), [](std::uint8_t* out, std::size_t size) { std::fill_n(out, size, 7); });
  std::int64_t no = credit(kNoon);
  std::string key = vault.new_data_key();
  store_->put_personal(no, key,
                       vault.seal(key, "personal", R"({"email":"ada.lovelace@example.com","phone":"+12025550102"})"));
  open_case(no, kNoon, "vendor refused", "shop.mirror: ada.lovelace@example.com is on no list");
  AlertMessage message = alert_message(store_->read(), &vault, rules_, only(kNoon), kNoon);
  std::string all = message.text + json::write(encode(message.notice));
  EXPECT_EQ(message.notice.credits.at(0).customer, "a***@example.com");
  EXPECT_EQ(all.find("lovelace"), std::string::npos) << all;
  EXPECT_EQ(all.find("2025550102"), std::string::npos) << all;
}

TEST_F(Message, TheSameTellingHasTheSameIdAndTheNextOneAnother) {
  open_case(credit(kNoon), kNoon, "mapping", "no route");
  Telling first = only(kNoon);
  std::string id = alert_message(store_->read(), nullptr, rules_, first, kNoon).notice.id;
  EXPECT_EQ(alert_message(store_->read(), nullptr, rules_, first, kNoon + 999).notice.id, id);
  was_told(first, kNoon);
  AlertMessage again = alert_message(store_->read(), nullptr, rules_, only(kNoon + 4 * kHour), kNoon);
  EXPECT_NE(again.notice.id, id);
  EXPECT_EQ(again.notice.kind, "again");
  EXPECT_TRUE(again.notice.title.starts_with("Still: ")) << again.notice.title;
}

// The example that the specification publishes with its libraries: same secret, id, time and body, same signature.
TEST(WebhookSignature, IsThatOfTheStandard) {
  EXPECT_EQ(webhook_signature({"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                              R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, IsMadeWithBothSecretsWhileTheyChange) {
  std::string both = webhook_signature({"old", "new"}, "id", 1, "{}");
  EXPECT_EQ(both, webhook_signature({"old"}, "id", 1, "{}") + " " + webhook_signature({"new"}, "id", 1, "{}"));
}

TEST(Urls, AreSplitWhereTheHostEnds) {
  EXPECT_EQ(split_url("https://a.example:8443/b/c?d=e/f").base, "https://a.example:8443");
  EXPECT_EQ(split_url("https://a.example:8443/b/c?d=e/f").target, "/b/c?d=e/f");
  EXPECT_EQ(split_url("https://a.example").target, "/");
  EXPECT_EQ(split_url("https://a.example?x=1#y").target, "/?x=1");
}

}  // namespace
}  // namespace handoff::serve::testing
