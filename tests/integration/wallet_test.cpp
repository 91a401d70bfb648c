// Store credit as wallets of the storefront, booked as moves: two vendors without any idempotency key.

#include "tests/integration/journey.hpp"

namespace handoff::integration {

class Wallet : public Journey {
 protected:
  Wallet() {
    config_.cards = "plugin = \"vendure\"\nsettings = { base_url = \"" + sandbox_.url("vendure") +
                    "\", currency = \"USD\" }\nsecrets = { api_key = { env = \"VENDURE_KEY\" } }\n";
    config_.extra = "[connector.ledger]\nplugin = \"tryton\"\nrole = \"erp\"\nsettings = { base_url = \"" +
                    sandbox_.url("tryton") +
                    "\", database = \"tryton\", account = \"2450\", balancing_account = \"6110\", journal = \"SC\", "
                    "currency = \"USD\" }\nsecrets = { user = { env = \"TRYTON_USER\" }, password = { env = "
                    "\"TRYTON_PASSWORD\" } }\n"
                    "[connector.ledger.assume]\ninflight_max = \"2s\"\nvisibility_lag = \"1s\"\n";
    config_.lookup = R"("cards")";
    config_.hops = {{"cards", "issue", "", ""}, {"ledger", "record", "cards", ""}};
    hub_options_.environment["VENDURE_KEY"] = "sandbox-id:sandbox-key";
    hub_options_.environment["TRYTON_USER"] = "hub";
    hub_options_.environment["TRYTON_PASSWORD"] = "hub-pass-1";
  }
  void fault(const std::string& vendor, const std::string& word, const std::string& mode, int count = 1) {
    sandbox_.post("/faults", R"({"vendor":")" + vendor + R"(","match":{"body_contains":")" + word + R"("},"mode":")" +
                                 mode + R"(","count":)" + std::to_string(count) + "}");
  }
  bool completes(std::size_t credits = 1) {
    return eventually([&] { return states() == std::vector<std::string>(credits, "complete"); },
                      std::chrono::seconds(60));
  }
  /// Empty if wallets and books tell the same of so many credits.
  std::string disagreement(int credits) {
    support::Process::Options options;
    options.arguments = {HANDOFF_SANDBOX_AGREE,
                         "--control",
                         sandbox_.url("control"),
                         "--expect-count",
                         std::to_string(credits),
                         "--without",
                         "payments",
                         "--without",
                         "shop"};
    support::Process process(options);
    std::string said = process.rest(std::chrono::seconds(20));
    return process.wait(std::chrono::seconds(20)).code == 0 ? "" : said;
  }
  boost::json::object wallet() { return sandbox_.get("/ledger/vendure").at("wallets").as_array().at(0).as_object(); }
};

TEST_F(Wallet, IsMadeForTheCustomerAndBooked) {
  start();
  Answer answer = submit(credit("T1"));
  EXPECT_NE(answer.body.find("\"confirmed\""), std::string::npos) << answer.body;
  EXPECT_TRUE(completes()) << log();
  EXPECT_EQ(wallet().at("customer_email").as_string(), "ada@example.com");
  EXPECT_EQ(wallet().at("balance_minor").as_int64(), 2500);
  EXPECT_EQ(disagreement(1), "");
}

TEST_F(Wallet, LostAnswersLeadToOneWalletOneEntryAndOneMove) {
  for (const char* word : {"createWallet", "adjustBalanceForWallet"}) fault("vendure", word, "lost_after");
  for (const char* word : {"move.create", "move.post"}) fault("tryton", word, "lost_after");
  start();
  submit(credit("T1"));
  EXPECT_TRUE(completes()) << log();
  EXPECT_EQ(disagreement(1), "");
  EXPECT_EQ(sandbox_.get("/ledger/tryton").at("moves").as_array().size(), 1u);
}

TEST_F(Wallet, LostRequestsAreMadeAgainOnceTheirAbsenceIsProven) {
  for (const char* word : {"createWallet", "adjustBalanceForWallet"}) fault("vendure", word, "lost_before");
  for (const char* word : {"move.create", "move.post"}) fault("tryton", word, "lost_before");
  start();
  submit(credit("T1"));
  EXPECT_TRUE(completes()) << log();
  EXPECT_EQ(disagreement(1), "");
}

TEST_F(Wallet, ErrorsAndGarbageInEveryPlaceDoubleNothing) {
  fault("vendure", "createWallet", "garbage");
  fault("vendure", "adjustBalanceForWallet", "http_500_after");
  fault("tryton", "move.create", "http_500_after");
  fault("tryton", "move.post", "garbage");
  start();
  submit(credit("T1"));
  EXPECT_TRUE(completes()) << log();
  EXPECT_EQ(disagreement(1), "");
}

TEST_F(Wallet, GoesOnAfterACrashBetweenWalletAndAmount) {
  fault("vendure", "adjustBalanceForWallet", "lost_after");
  fault("vendure", "giftCardWallets", "black_hole", 50);
  start();
  submit(credit("T1"));
  ASSERT_TRUE(eventually([&] {
    const boost::json::value shown = sandbox_.get("/ledger/vendure");
    const boost::json::array& wallets = shown.at("wallets").as_array();
    return !wallets.empty() && wallets[0].at("balance_minor").as_int64() == 2500;
  }));
  hub_->process().kill();
  hub_.reset();
  sandbox_.heal();
  start();
  EXPECT_TRUE(completes()) << log();
  EXPECT_EQ(disagreement(1), "");
}

TEST_F(Wallet, ThatTheShopRefusesWithoutACodeIsACaseAfterSixSends) {
  config_.assume = R"(inflight_max = "1s", visibility_lag = "1s")";
  sandbox_.post("/settings", R"({"vendor":"vendure","read_only":true})");
  start();
  submit(credit("T1"));
  int code = 0;
  EXPECT_TRUE(eventually(
      [&] { return handoff("cases", code).find("every send was answered with an error") != std::string::npos; },
      std::chrono::seconds(90)))
      << handoff("cases", code);
  EXPECT_TRUE(sandbox_.get("/ledger/vendure").at("wallets").as_array().empty());
  sandbox_.post("/settings", R"({"vendor":"vendure","read_only":false})");
  handoff("case retry 1", code);
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(completes()) << log();
  EXPECT_TRUE(handoff("cases", code).contains("No open cases."));
}

TEST_F(Wallet, IsNotMadeForWhomTheShopDoesNotKnow) {
  start();
  std::string body = credit("T1");
  body.replace(body.find("ada@"), 4, "nobody@");
  submit(body);
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"unresolved"}; })) << states().front();
  EXPECT_TRUE(sandbox_.get("/ledger/vendure").at("wallets").as_array().empty());
}

TEST_F(Wallet, CancelledCreditIsACaseSinceNoWalletEnds) {
  start();
  submit(credit("T1"));
  ASSERT_TRUE(completes()) << log();
  std::string body = R"({"transaction":"T1","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
  support::HttpClient(hub_->registers()).post("/v1/register/cancellations", body, hub_->authorization());
  int code = 0;
  EXPECT_TRUE(eventually([&] { return handoff("cases", code).find("cannot void") != std::string::npos; }))
      << handoff("cases", code);
  EXPECT_EQ(wallet().at("balance_minor").as_int64(), 2500);
  EXPECT_NE(handoff("case close 1 --reason 'taken back'", code).find("is still held"), std::string::npos);
  handoff("case retry 1", code);  // nobody took it back yet
  EXPECT_TRUE(eventually([&] { return handoff("cases", code).contains("25.00 USD is still there"); }))
      << handoff("cases", code);
  sandbox_.post("/vendure/pay",
                R"({"code":")" + std::string(wallet().at("code").as_string()) + R"(","amount_minor":2500})");
  handoff("case retry 2", code);
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"closed"}; })) << log();
  EXPECT_TRUE(handoff("cases", code).contains("No open cases.")) << handoff("cases", code);
  stop();
  EXPECT_TRUE(store("verify", code).contains("every table equals the journal"));
}

TEST_F(Wallet, WhatTheCustomerSpentIsSeenWhenTheRegisterSaysSo) {
  start();
  const std::string ref(boost::json::parse(submit(credit("T1")).body).at("id").as_string());
  ASSERT_TRUE(completes()) << log();
  sandbox_.post("/vendure/pay",
                R"({"code":")" + std::string(wallet().at("code").as_string()) + R"(","amount_minor":700})");
  support::HttpClient(hub_->registers())
      .post("/v1/register/movements", R"({"event":"redeemed","store":"S14","credit":")" + ref + R"("})",
            hub_->authorization());
  int code = 0;
  EXPECT_TRUE(eventually([&] { return handoff("trace " + ref, code).find("18.00 USD") != std::string::npos; }))
      << handoff("trace " + ref, code);
  EXPECT_EQ(disagreement(1), "");
}

}  // namespace handoff::integration
