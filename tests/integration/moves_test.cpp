// What a shopper spends at the platform, and nobody at a register tells of: the platform does, by a signed
// notification, or the pull finds it (docs/adr/0009).

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

class Moves : public Journey {
 protected:
  Moves() : port_(support::free_port()) { config_.inbound_port = port_; }
  std::string url() const { return "http://127.0.0.1:" + port_ + "/in/cards"; }
  void issue() {
    start();
    ref_ = std::string(boost::json::parse(submit(credit("T1")).body).at("id").as_string());
    ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; })) << trace();
  }
  std::string trace() { return handoff("trace " + ref_, code_); }
  bool traced(const std::string& what) {
    return eventually([&] { return trace().find(what) != std::string::npos; });
  }
  /// The mirror too.
  bool shown(const std::string& left) {
    return traced("last seen with " + left) &&
           eventually([&] { return states() == std::vector<std::string>{"complete"}; });
  }
  /// How many movements the hub was told of, by whatever way, and has looked into.
  std::int64_t told(const std::string& type = "%") {
    return support::StoreView(folder() + "/handoff.db")
        .number("SELECT count(*) FROM hints WHERE state = 'fetched' AND type LIKE '" + type + "'");
  }
  /// How many credits the hub is about to look at.
  std::int64_t looks() {
    return support::StoreView(folder() + "/handoff.db").number("SELECT count(*) FROM credits WHERE look_at != 0");
  }
  void restart() {
    stop();
    start();
  }
  std::string cases() { return handoff("cases", code_); }
  const std::string port_;
  std::string ref_;
  int code_ = 0;
};

class VoucherifyMoves : public Moves {
 protected:
  void notify() { sandbox_.post("/webhook", R"({"vendor":"voucherify","url":")" + url() + R"("})"); }
  std::string code() {
    return std::string(sandbox_.get("/ledger/voucherify").at("vouchers").as_array().at(0).at("code").as_string());
  }
  void redeem(const std::string& code, const std::string& webhook = "{}") {
    sandbox_.post("/voucherify/redeem", R"({"code":")" + code + R"(","amount_minor":700,"webhook":)" + webhook + "}");
  }
};

TEST_F(VoucherifyMoves, WhatWasSpentElsewhereIsShownInTheShop) {
  notify();
  issue();
  redeem(code(), R"({"duplicates":2})");
  EXPECT_TRUE(shown("18.00 USD")) << trace();
  EXPECT_EQ(told("CREDITS_REDEMPTION"), 1) << "each message once, however often it comes";
  EXPECT_EQ(agree(1), 0) << trace();
  EXPECT_TRUE(cases().contains("No open cases.")) << cases();
}

TEST_F(VoucherifyMoves, LostNotificationIsFoundByThePull) {
  issue();
  stop();
  redeem(code(), R"({"send":false})");
  start();
  EXPECT_TRUE(shown("18.00 USD")) << trace();
  EXPECT_EQ(agree(1), 0) << trace();
}

/// The voucher that a repair ended is told of as disabled: value that moves on a dead instrument would be a case (G10).
TEST_F(VoucherifyMoves, OwnVoidIsNoNews) {
  notify();
  config_.extra = "[repair]\npolicy = \"reissue\"\n";
  issue();
  std::string his = credit("T2");  // so that he is known
  his.replace(his.find("ada@"), 4, "bob@");
  submit(his);
  auto both_complete = [&] { return states() == std::vector<std::string>{"complete", "complete"}; };
  ASSERT_TRUE(eventually(both_complete));
  auto asked = [&] { return sandbox_.get("/stats").at("voucherify").at("requests").to_number<std::int64_t>(); };
  stop();
  const std::int64_t before = asked();
  start();  // the next pull comes in a minute: the void shows in none before it is proven
  ASSERT_TRUE(eventually([&] { return asked() > before; }));
  EXPECT_EQ(told("voucher.changed"), 0) << "issuing and linking is no news";
  handoff("repair " + ref_ + " --reason 'his account' --email bob@example.com", code_);
  ASSERT_TRUE(traced("the void took 25.00 USD")) << trace();
  ASSERT_TRUE(eventually(both_complete)) << trace();
  restart();
  ASSERT_TRUE(eventually([&] { return told("voucher.disabled") == 2 && looks() == 0; }));
  EXPECT_TRUE(cases().contains("No open cases.")) << cases();
}

TEST_F(VoucherifyMoves, VoucherThatIsNoCreditOfOursIsNoNews) {
  notify();
  issue();
  support::HttpClient(sandbox_.url("voucherify"))
      .post("/v1/vouchers/GIFT-1", R"({"type":"GIFT_VOUCHER","gift":{"amount":5000}})",
            {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}});
  const std::int64_t before = told();
  redeem("GIFT-1");
  ASSERT_TRUE(eventually([&] { return told() > before && looks() == 0; }));
  EXPECT_TRUE(cases().contains("No open cases.")) << cases();
  EXPECT_FALSE(log().contains("not known")) << log();
}

TEST_F(VoucherifyMoves, ForgedNotificationIsRefused) {
  start();
  Answer forged = support::HttpClient(hub_->inbound())
                      .post("/in/cards", R"({"type":"voucher.disabled"})", {{"x-voucherify-signature", "ab12"}});
  EXPECT_EQ(forged.status, 401) << forged.body;
  EXPECT_EQ(told(), 0);
}

class SquareMoves : public Moves {
 protected:
  SquareMoves() {
    config_.cards =
        "plugin = \"square\"\nsettings = { base_url = \"" + sandbox_.url("square") +
        "\", gift_card_location = \"LSANDBOX1\", notification_url = \"" + url() +
        "\" }\nsecrets = { access_token = { env = \"SQUARE_TOKEN\" }, webhook_key = { env = \"SQUARE_KEY\" } }\n";
  }
  void spend() {
    const std::string card(sandbox_.get("/ledger/square").at("gift_cards").as_array().at(0).at("id").as_string());
    Answer answer =
        support::HttpClient(sandbox_.url("square"))
            .post("/v2/gift-cards/activities",
                  R"({"idempotency_key":"s","gift_card_activity":{"type":"REDEEM","location_id":"LSANDBOX1",)"
                  R"("gift_card_id":")" +
                      card + R"(","redeem_activity_details":{"amount_money":{"amount":700,"currency":"USD"}}}})",
                  {{"Authorization", "Bearer sq-sandbox-token"}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
};

TEST_F(SquareMoves, WhatWasSpentElsewhereIsShownInTheShop) {
  sandbox_.post("/webhook", R"({"url":")" + url() + R"("})");
  issue();
  EXPECT_EQ(told(), 0) << "the hub's own activation is no news";
  spend();
  EXPECT_TRUE(shown("18.00 USD")) << trace();
  EXPECT_EQ(told(), 1);
  EXPECT_TRUE(cases().contains("No open cases.")) << cases();
}

TEST_F(SquareMoves, LostNotificationIsFoundByThePull) {
  issue();
  stop();
  spend();
  start();
  EXPECT_TRUE(shown("18.00 USD")) << trace();
}

}  // namespace handoff::integration
