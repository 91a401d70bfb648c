// Backup, restore and what follows from having gone back in time (INVARIANTS J10, BARS R8): the vendors remember all
// that the restored hub does not know.

#include <filesystem>
#include <map>
#include <thread>

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

class Restore : public Journey {
 protected:
  void SetUp() override {
    config_.plugin_directories = {HANDOFF_TEST_PLUGINS, HANDOFF_PLUGINS};
    config_.inbound_port = support::free_port();
    start();
    sandbox_.post("/webhook", R"({"url":"http://127.0.0.1:)" + config_.inbound_port + R"(/in/registers"})");
  }

  void complete(const std::string& transaction, std::size_t credits) {
    int status = submit(credit(transaction)).status;
    EXPECT_TRUE(status == 201 || status == 200) << status;
    EXPECT_TRUE(all_complete(credits)) << log();
  }
  bool all_complete(std::size_t credits) {
    return eventually([&] { return states() == std::vector<std::string>(credits, "complete"); },
                      std::chrono::seconds(60));
  }
  void refund_at_the_register() {
    sandbox_.post("/square/refund",
                  R"({"customer_email":"ada@example.com","amount_minor":2500,"currency":"USD","webhook":{}})");
  }
  boost::json::value recovery() { return hub_->ask("/v1/status").at("recovery"); }
  bool recovered() {
    return eventually([&] { return !recovery().at("open").as_bool(); }, std::chrono::seconds(60));
  }
  std::string path(const std::string& name) const { return folder() + "/" + name; }
  int code_ = 0;
};

TEST_F(Restore, BackupOfARunningHubIsAStoreOfItsOwnAndReplacesNothing) {
  complete("T1", 1);
  std::string said = store("backup copy.db", code_);
  ASSERT_EQ(code_, 0) << said;
  EXPECT_NE(said.find("verified"), std::string::npos) << said;
  for (const char* file : {"copy.db", "copy.db.key"})
    EXPECT_EQ(std::filesystem::status(path(file)).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_NE(store("verify copy.db", code_).find("whole"), std::string::npos);
  EXPECT_EQ(code_, 0);
  EXPECT_NE(store("backup copy.db", code_).find("is there already"), std::string::npos);
  EXPECT_EQ(code_, 3);
  complete("T2", 2);
}

TEST_F(Restore, WhatCameAfterTheBackupIsFoundAgainAndNothingIsDoubled) {
  complete("T1", 1);
  std::string said = store("backup copy.db", code_);
  ASSERT_EQ(code_, 0) << said;
  complete("T2", 2);
  complete("T3", 3);
  refund_at_the_register();
  ASSERT_TRUE(all_complete(4)) << log();
  stop();
  said = store("restore copy.db", code_);
  ASSERT_EQ(code_, 0) << said;
  EXPECT_NE(said.find(".replaced-"), std::string::npos) << said;
  start();
  EXPECT_TRUE(all_complete(2)) << "the source told of the refund again" << log();
  ASSERT_TRUE(recovered()) << log();
  const boost::json::value sources = recovery().at("sources");
  std::map<std::string, std::int64_t> found_again;
  for (const boost::json::value& one : sources.as_array())
    found_again[std::string(one.at("connector").as_string())] = one.at("found_again").as_int64();
  EXPECT_EQ(found_again, (std::map<std::string, std::int64_t>{{"registers", 1}, {"cards", 0}}));
  complete("T2", 3);
  complete("T3", 4);
  EXPECT_EQ(agree(4), 0);
  support::StoreView view(path("handoff.db"));
  EXPECT_EQ(view.number("SELECT count(*) FROM calls WHERE doubted > 0 AND state <> 'adopted'"), 0)
      << "the vendors knew all of it";
  EXPECT_EQ(view.number("SELECT count(*) FROM calls WHERE doubted > 0"), 6)
      << "of three credits the issue and the payment; the connector of the books looks first by itself";
  EXPECT_NE(store("verify", code_).find("whole"), std::string::npos);
}

/// R8 as it happens: a register goes on while the backup is made, and a day passes until it is put back.
TEST_F(Restore, BackupUnderLoadThatIsADayOldLosesAndDoublesNothing) {
  constexpr int kWhile = 40, kAll = 60;
  for (const char* vendor : {"voucherify", "stripe", "business_central", "shopify"})
    sandbox_.post("/latency", R"({"vendor":")" + std::string(vendor) + R"(","ms":20})");
  auto sell = [this](int from, int until) {
    for (int i = from; i <= until; ++i) {
      int status = submit(credit("L" + std::to_string(i))).status;
      EXPECT_TRUE(status == 201 || status == 200) << status;
    }
  };
  auto all_are_complete = [this] {
    return eventually(
        [this] {
          return support::StoreView(path("handoff.db"))
                     .number("SELECT count(*) FROM credits WHERE state = 'complete'") == kAll;
        },
        std::chrono::seconds(90));
  };
  std::jthread till([&] { sell(1, kWhile); });
  support::StoreView live(path("handoff.db"));
  ASSERT_TRUE(eventually([&] { return live.number("SELECT count(*) FROM credits WHERE state = 'complete'") > 0; }));
  std::string said = store("backup copy.db", code_);
  ASSERT_EQ(code_, 0) << said;
  EXPECT_GT(support::StoreView(path("copy.db")).number("SELECT count(*) FROM credits WHERE state <> 'complete'"), 0)
      << "it was made while nothing was under way";
  till.join();
  sell(kWhile + 1, kAll);
  ASSERT_TRUE(all_are_complete()) << log();
  stop();
  said = store("restore copy.db", code_);
  ASSERT_EQ(code_, 0) << said;
  on_a_quick_clock(1);
  start();
  sell(1, kAll);
  ASSERT_TRUE(all_are_complete()) << log();
  EXPECT_TRUE(recovered()) << log();
  EXPECT_EQ(agree(kAll), 0);
  EXPECT_NE(store("verify", code_).find("whole"), std::string::npos);
}

class RestoreOfCards : public Restore {
 protected:
  RestoreOfCards() { config_.hops = {{"cards", "issue", "", ""}}; }
};

TEST_F(RestoreOfCards, CreditThatOnlyTheLostHubHadAcceptedIsIssuedOnceItsAbsenceIsProven) {
  complete("T1", 1);
  std::string said = store("backup copy.db", code_);
  ASSERT_EQ(code_, 0) << said;
  stop();
  ASSERT_EQ((store("restore copy.db", code_), code_), 0);
  start();
  complete("T2", 2);
  EXPECT_EQ(sandbox_.get("/ledger/voucherify").at("vouchers").as_array().size(), 2u);
  support::StoreView view(path("handoff.db"));
  constexpr const char* kProven =
      "SELECT count(*) FROM calls WHERE doubted > 0 AND evidence LIKE 'read twice as absent%'";
  EXPECT_EQ(view.number(kProven), 1);
  std::string of_a_wrong_clock = credit("T3");
  of_a_wrong_clock.replace(of_a_wrong_clock.find("2026-11-23"), 10, in_a_month());
  EXPECT_EQ(submit(of_a_wrong_clock).status, 201);
  ASSERT_TRUE(all_complete(3)) << log();
  EXPECT_EQ(view.number(kProven), 2) << "a day that has not come yet does not prove that the lost hub had not known it";
}

TEST_F(RestoreOfCards, StreamGoesOnFromWhereTheBackupEnded) {
  complete("T1", 1);
  ASSERT_EQ((store("backup copy.db", code_), code_), 0);
  for (int i = 2; i <= 5; ++i) complete("T" + std::to_string(i), static_cast<std::size_t>(i));
  auto events = [&](const std::string& query, const support::Headers& more) {
    support::Headers headers = hub_->authorization();
    headers.insert(headers.end(), more.begin(), more.end());
    return support::HttpClient(hub_->registers()).get("/v1/register/events" + query, headers);
  };
  std::string news = events("?after=0", {}).body;
  std::size_t at = news.rfind("id: ");
  ASSERT_NE(at, std::string::npos) << news;
  std::string seen = news.substr(at + 4, news.find('\n', at) - at - 4);
  stop();
  ASSERT_EQ((store("restore copy.db", code_), code_), 0);
  start();
  EXPECT_EQ(events("?after=1000000", {}).status, 400) << "nobody was given that";
  ASSERT_EQ(submit(credit("T6")).status, 201);
  Answer after = events("", {{"Last-Event-ID", seen}});  // of a row that was lost, and has no successor yet
  EXPECT_NE(after.body.find(R"("transaction":"T6")"), std::string::npos) << seen << ": " << after.body;
}

/// G8: after a void of the lost hub there may be another card of the same credit, by a repair of which nobody here knows.
TEST_F(RestoreOfCards, WhatTheLostHubHadIssuedAndVoidedIsHeldForAPersonToLook) {
  complete("T1", 1);
  ASSERT_EQ((store("backup copy.db", code_), code_), 0);
  complete("T2", 2);
  std::string cancellation = R"({"transaction":"T2","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
  support::HttpClient register_of_the_store(hub_->registers());
  EXPECT_LT(register_of_the_store.post("/v1/register/cancellations", cancellation, hub_->authorization()).status, 300);
  ASSERT_TRUE(eventually([&] { return support::StoreView(path("handoff.db")).credits().at("T2").state == "closed"; }))
      << log();
  stop();
  ASSERT_EQ((store("restore copy.db", code_), code_), 0);
  start();
  submit(credit("T2"));
  ASSERT_TRUE(eventually([&] { return support::StoreView(path("handoff.db")).credits().at("T2").state == "held"; }))
      << log();
  std::string open = support::StoreView(path("handoff.db")).credits().at("T2").open_cases.at(0);
  EXPECT_NE(open.find("issued another in its place"), std::string::npos) << open;
  EXPECT_EQ(sandbox_.get("/ledger/voucherify").at("vouchers").as_array().size(), 2u) << "nothing was sent again";
}

TEST_F(Restore, CopyThatWasPutBackByHandIsNoticed) {
  complete("T1", 1);
  stop();
  std::filesystem::copy_file(path("handoff.db"), path("by-hand.db"));
  start();
  complete("T2", 2);
  stop();
  for (const char* part : {"handoff.db-wal", "handoff.db-shm"}) std::filesystem::remove(path(part));
  std::filesystem::copy_file(path("by-hand.db"), path("handoff.db"), std::filesystem::copy_options::overwrite_existing);
  std::int64_t newest = support::StoreView(path("by-hand.db")).number("SELECT max(at) FROM journal");
  support::TempDir archive;
  config_.extra =  // of which the copy has not heard: a row of this start
      "[connector.archive]\nplugin = \"file\"\nrole = \"erp\"\nsettings = { folder = \"" + archive.path().string() +
      "\" }\n";
  start();
  EXPECT_EQ(support::StoreView(path("handoff.db")).number("SELECT point FROM restores"), newest);
  EXPECT_NE(log().find("older copy of itself"), std::string::npos) << log();
  EXPECT_EQ(recovery().at("how").as_string(), "older copy");
  complete("T2", 2);
  EXPECT_EQ(agree(2), 0);
  stop();
  start();
  EXPECT_EQ(support::StoreView(path("handoff.db")).number("SELECT count(*) FROM restores"), 1) << "noticed once";
}

TEST_F(Restore, StoreThatVanishedIsNotReplacedByAnEmptyOne) {
  complete("T1", 1);
  stop();
  std::filesystem::rename(path("handoff.db"), path("elsewhere.db"));
  EXPECT_EQ(start_in_vain().code, 2);
  EXPECT_NE(log().find("there was a store here and it is gone"), std::string::npos) << log();
  EXPECT_FALSE(std::filesystem::exists(path("handoff.db")));
}

TEST_F(Restore, RestoreRefusesARunningHubADamagedBackupAndTheKeyOfAnother) {
  complete("T1", 1);
  ASSERT_EQ((store("backup copy.db", code_), code_), 0);
  EXPECT_NE(
      store("restore copy.db", code_)
          .find("another handoff process uses this store (process " + std::to_string(hub_->process().pid()) + ")"),
      std::string::npos);
  EXPECT_EQ(code_, 3);
  stop();
  std::string bytes = support::read_file(path("copy.db"));
  std::size_t amount = bytes.find("\"minor\":2500");
  ASSERT_NE(amount, std::string::npos);
  std::string forged = bytes;
  forged[amount + 8] = '9';
  support::write_file(path("forged.db"), forged);
  std::filesystem::copy_file(path("copy.db.key"), path("forged.db.key"));
  std::string said = store("restore forged.db", code_);
  EXPECT_EQ(code_, 3);
  EXPECT_NE(said.find("nothing was replaced"), std::string::npos) << said;
  support::write_file(path("copy.db.key"), std::string(32, 'x'));
  EXPECT_NE(store("restore copy.db", code_).find("is the key of another store"), std::string::npos);
  EXPECT_EQ(code_, 3);
  start();
  EXPECT_EQ(submit(credit("T1")).status, 200) << "the store is as it was";
}

}  // namespace handoff::integration
