// Square in place of Voucherify: gift cards that are issued in two calls, linked again to another customer, and voided
// for good, with answers lost on the way.

#include "tests/integration/journey.hpp"

namespace handoff::integration {

class SquarePlatform : public Journey {
 protected:
  SquarePlatform() {
    config_.cards = "plugin = \"square\"\nsettings = { base_url = \"" + sandbox_.url("square") +
                    "\", gift_card_location = \"LSANDBOX1\" }\nsecrets = { access_token = { env = \"SQUARE_TOKEN\" }, "
                    "webhook_key = { env = \"SQUARE_KEY\" } }\n";
  }
  void lose(const std::string& mode, const std::string& path, int count = 1) {
    sandbox_.post("/faults", R"({"vendor":"square","match":{"method":"POST","path_prefix":")" + path +
                                 R"("},"mode":")" + mode + R"(","count":)" + std::to_string(count) + "}");
  }
  bool all_are(const std::string& state) {
    return eventually([&] { return states() == std::vector<std::string>{state}; }, std::chrono::seconds(60));
  }
  boost::json::array cards() { return sandbox_.get("/ledger/square").at("gift_cards").as_array(); }
  void issue() {
    start();
    ref_ = std::string(boost::json::parse(submit(credit("T1")).body).at("id").as_string());
    ASSERT_TRUE(all_are("complete")) << handoff("trace " + ref_, code_);
  }
  void cancel() {
    std::string body = R"({"transaction":"T1","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
    support::HttpClient(hub_->registers()).post("/v1/register/cancellations", body, hub_->authorization());
  }
  std::string ref_;
  int code_ = 0;
};

TEST_F(SquarePlatform, CardIsIssuedOnceWhateverAnswerIsLost) {
  for (const char* mode : {"lost_before", "lost_after"})
    for (const char* path : {"/v2/gift-cards", "/v2/gift-cards/activities"}) lose(mode, path);
  issue();
  ASSERT_EQ(cards().size(), 1u);
  EXPECT_EQ(cards()[0].at("state").as_string(), "ACTIVE");
  EXPECT_EQ(cards()[0].at("balance_minor").as_int64(), 2500);
}

TEST_F(SquarePlatform, CardOfAnotherPersonIsLinkedAgainWithoutANewOne) {
  issue();
  std::string his = credit("T2");  // so that he is known
  his.replace(his.find("ada@"), 4, "bob@");
  submit(his);
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; }));
  lose("lost_after", "/v2/gift-cards/gftc", 2);  // the unlink, then the link
  handoff("repair " + ref_ + " --reason 'his account' --email bob@example.com", code_);
  auto told = [&] { return handoff("trace " + ref_, code_).find("relinked") != std::string::npos; };
  ASSERT_TRUE(eventually(told, std::chrono::seconds(60))) << handoff("trace " + ref_, code_);
  boost::json::array both = cards();
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].at("customer_ids").as_array().size(), 1u);
  EXPECT_EQ(both[0].at("customer_ids"), both[1].at("customer_ids"));
}

TEST_F(SquarePlatform, CancelledCardIsDeactivatedAndWhatWasSpentIsSaid) {
  issue();
  std::string spent = R"({"idempotency_key":"s","gift_card_activity":{"type":"REDEEM","location_id":"LSANDBOX1",)"
                      R"("gift_card_id":")" +
                      std::string(cards()[0].at("id").as_string()) +
                      R"(","redeem_activity_details":{"amount_money":{"amount":700,"currency":"USD"}}}})";
  Answer answer = support::HttpClient(sandbox_.url("square"))
                      .post("/v2/gift-cards/activities", spent, {{"Authorization", "Bearer sq-sandbox-token"}});
  ASSERT_EQ(answer.status, 200) << answer.body;
  lose("lost_after", "/v2/gift-cards/activities");
  cancel();
  ASSERT_TRUE(all_are("closed")) << handoff("trace " + ref_, code_);
  EXPECT_EQ(cards()[0].at("state").as_string(), "DEACTIVATED");
  EXPECT_NE(handoff("cases", code_).find("when 7.00 USD of it had been spent"), std::string::npos);
}

}  // namespace handoff::integration
