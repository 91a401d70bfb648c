// Where the register issues at the platform by itself, the hub only looks, links and carries on (DESIGN D8).

#include "tests/integration/journey.hpp"

namespace handoff::integration {

class Observed : public Journey {
 protected:
  Observed() {
    config_.platform = "observe";
    config_.hops[0].op = "read";
  }

  /// What the register does on its own.
  void issue_at_platform(const std::string& code, const std::string& hundredths) {
    support::HttpClient platform(sandbox_.url("voucherify"));
    Answer made = platform.post("/v1/vouchers/" + code,
                                R"({"type":"GIFT_VOUCHER","active":true,"gift":{"amount":)" + hundredths + "}}",
                                {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}});
    ASSERT_EQ(made.status, 200) << made.body;
  }
  Answer confirm(const std::string& code, const std::string& transaction = "T1") {
    std::string body = credit(transaction);
    body.insert(1, R"("instrument":{"code":")" + code + "\"},");
    return support::HttpClient(hub_->registers()).post("/v1/register/confirmations", body, hub_->authorization());
  }
  std::size_t vouchers() { return sandbox_.get("/ledger/voucherify").at("vouchers").as_array().size(); }
};

TEST_F(Observed, CreditIsFoundLinkedAndCarriedOn) {
  start();
  issue_at_platform("TILL-1", "2500");
  Answer answer = confirm("TILL-1");
  EXPECT_EQ(answer.status, 201) << answer.body;
  EXPECT_NE(answer.body.find("confirmed"), std::string::npos) << answer.body;
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  EXPECT_EQ(vouchers(), 1u);
}

TEST_F(Observed, CreditThatIsNotThereYetIsWaitedFor) {
  start();
  EXPECT_NE(confirm("TILL-2").body.find("accepted"), std::string::npos);
  issue_at_platform("TILL-2", "2500");
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  EXPECT_EQ(vouchers(), 1u);
}

TEST_F(Observed, CreditOfAnotherAmountIsHeldAndNothingIsIssued) {
  start();
  issue_at_platform("TILL-3", "2600");
  Answer answer = confirm("TILL-3");
  EXPECT_TRUE(answer.body.contains(R"("reason":"under_review","instruction":"Accepted, but somebody)")) << answer.body;
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"held"}; }));
  EXPECT_EQ(vouchers(), 1u);
  int code = 0;
  EXPECT_NE(handoff("cases", code).find("observation, "), std::string::npos) << handoff("cases", code);
  // The first version stands: its source takes it back, and the case says why there was one.
  std::string body = R"({"transaction":"T1","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
  support::HttpClient(hub_->registers()).post("/v1/register/cancellations", body, hub_->authorization());
  EXPECT_TRUE(eventually(
      [&] { return handoff("cases", code).find("sent again as another credit it stays") != std::string::npos; }));
  EXPECT_EQ(states(), std::vector<std::string>{"held"}) << "the card is live: nobody pays anything out for it yet";
  handoff("case note 2 'given out as 26.00, sent again under another line'", code);
  EXPECT_EQ(code, 0);
  handoff("case retry 2", code);
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"closed"}; })) << handoff("cases", code);
  EXPECT_NE(handoff("cases", code).find("No open cases."), std::string::npos) << handoff("cases", code);
}

TEST_F(Observed, CancelledCreditOfTheRegistersOwnEndsWhenItIsVoidedThere) {
  start();
  issue_at_platform("TILL-4", "2500");
  confirm("TILL-4");
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  std::string body = R"({"transaction":"T1","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
  support::HttpClient(hub_->registers()).post("/v1/register/cancellations", body, hub_->authorization());
  int code = 0;
  ASSERT_TRUE(eventually([&] { return handoff("cases", code).find("void it there") != std::string::npos; }));
  support::HttpClient(sandbox_.url("voucherify"))
      .post("/v1/vouchers/TILL-4/disable", "", {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}});
  handoff("case retry 1", code);
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"closed"}; }))
      << handoff("cases", code) << log();
  EXPECT_NE(handoff("cases", code).find("No open cases."), std::string::npos);
  const boost::json::value shop = sandbox_.get("/ledger/shopify");
  EXPECT_EQ(boost::json::serialize(shop).find("25.00"), std::string::npos) << "the shop shows it no more";
}

TEST_F(Observed, InstrumentOfOneCreditIsNotConfirmedForAnother) {
  start();
  issue_at_platform("TILL-5", "2500");
  confirm("TILL-5");
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  Answer again = confirm("TILL-5", "T2");
  EXPECT_NE(again.body.find("under_review"), std::string::npos) << again.body;
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"held", "complete"}; })) << "newest first";
  int code = 0;
  EXPECT_NE(handoff("cases", code).find("it is the instrument of sc_"), std::string::npos) << handoff("cases", code);
}

TEST_F(Observed, InstrumentOfAnotherCustomerIsNotConfirmedWhoeverWasAskedForTheCustomer) {
  start();  // the shop is asked who the customer is
  issue_at_platform("TILL-6", "2500");
  support::HttpClient platform(sandbox_.url("voucherify"));
  support::Headers key = {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}};
  boost::json::value bob = boost::json::parse(platform.get("/v1/customers?email=bob@example.com", key).body);
  std::string id(bob.at("customers").at(0).at("id").as_string());
  std::string body = R"({"channel":"till","source_id":"t6","voucher":"TILL-6","customer":{"id":")" + id + "\"}}";
  ASSERT_EQ(platform.post("/v1/publications", body, key).status, 200);
  Answer answer = confirm("TILL-6");
  EXPECT_NE(answer.body.find("under_review"), std::string::npos) << answer.body;
  int code = 0;
  EXPECT_TRUE(eventually([&] {
    return handoff("cases", code).find("it belongs to another customer there") != std::string::npos;
  })) << handoff("cases", code);
}

TEST_F(Observed, BatchTakesConfirmations) {
  start();
  issue_at_platform("TILL-7", "2500");
  std::string confirmed = credit("T1");
  confirmed.insert(1, R"("instrument":{"code":"TILL-7"},)");
  std::string batch = R"({"credits":[)" + confirmed + "," + credit("T2") + "]}";
  Answer answer = support::HttpClient(hub_->registers()).post("/v1/register/batches", batch, hub_->authorization());
  EXPECT_TRUE(answer.body.starts_with(R"({"results":[{"http":201,)")) << answer.body;
  EXPECT_TRUE(answer.body.contains(R"({"http":409,"reason":"wrong_door","problem":"the register issues)"))
      << answer.body;
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  EXPECT_EQ(vouchers(), 1u);
}

TEST_F(Observed, CreditAtTheWrongDoorIsRefused) {
  start();
  EXPECT_EQ(submit(credit("T1")).status, 409);
  EXPECT_TRUE(states().empty());
}

class Issued : public Journey {};

/// T2: told that "the register issues credits of this kind", it would issue this one a second time.
TEST_F(Issued, RepeatAfterTheRouteChangedToObserveHearsHowTheCreditStands) {
  start();
  EXPECT_EQ(submit(credit("T1")).status, 201);
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; })) << log();
  stop();
  config_.platform = "observe";
  config_.hops[0].op = "read";
  start();
  Answer again = submit(credit("T1"));
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_TRUE(again.body.contains(R"("status":"confirmed")")) << again.body;
  std::string batch = R"({"credits":[)" + credit("T1") + "," + credit("T2") + "]}";
  Answer both = support::HttpClient(hub_->registers()).post("/v1/register/batches", batch, hub_->authorization());
  EXPECT_TRUE(both.body.starts_with(R"({"results":[{"http":200,)")) << both.body;
  EXPECT_TRUE(both.body.contains(R"({"http":409,"reason":"wrong_door",)")) << both.body;
}

TEST_F(Issued, ConfirmationAtTheWrongDoorIsRefused) {
  start();
  std::string body = credit("T1");
  body.insert(1, R"("instrument":{"code":"TILL-1"},)");
  Answer answer =
      support::HttpClient(hub_->registers()).post("/v1/register/confirmations", body, hub_->authorization());
  EXPECT_EQ(answer.status, 409) << answer.body;
  EXPECT_EQ(submit(body).status, 400);
  EXPECT_TRUE(states().empty());
  ASSERT_EQ(submit(credit("T1")).status, 201);
  answer = support::HttpClient(hub_->registers()).post("/v1/register/confirmations", body, hub_->authorization());
  EXPECT_EQ(answer.status, 409) << "the hub issued it, and the register too: " << answer.body;
}

}  // namespace handoff::integration
