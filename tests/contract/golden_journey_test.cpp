// The golden journey with what commonly goes wrong on it. Each test only has to bring the traffic about and see that
// the credit arrived; whether each sentence was one the vendor knows is for validate.mjs to say.

#include "tests/contract/recorded.hpp"

namespace handoff::contract {

class GoldenJourney : public Recorded {};

TEST_F(GoldenJourney, CreditOfTheRegisterArrivesEverywhere) {
  start();
  give("T1", R"({"email":"ada@example.com"})");
  give("T2", R"({"phone":"+12025550102"})");
  give("T3", R"({"loyalty":"L-1003"})");
  give("T4", R"({"email":"jo@example.com","phone":"+12025550104","loyalty":"L-1004"})");
  all_become("complete", 4);
  EXPECT_EQ(agree(4), 0);
}

TEST_F(GoldenJourney, SignedRefundIsFetchedAndAMissedOneIsPulled) {
  const std::string refund = R"({"customer_email":"ada@example.com","amount_minor":2500,"currency":"USD")";
  sandbox_.post("/square/refund", refund + R"(,"webhook":{"send":false}})");
  start();
  sandbox_.post("/square/refund", refund + R"(,"reason":"Changed their mind"})");
  all_become("complete", 2);
  EXPECT_EQ(agree(2), 0);
}

/// Square's is the register's here, and answered with 200 and dropped.
TEST_F(GoldenJourney, PlatformsTellWhatIsSpentAndTheRegisterWhoIsNew) {
  start();
  give("T1", R"({"email":"ada@example.com"})");
  all_become("complete", 1);
  const boost::json::value vouchers = sandbox_.get("/ledger/voucherify").at("vouchers");
  const std::string code(vouchers.as_array().at(0).at("code").as_string());
  sandbox_.post("/voucherify/redeem", R"({"code":")" + code + R"(","amount_minor":700})");
  sandbox_.post("/customers", R"({"customers":[{"name":"Ann Lee","email":"ann@example.com","phone":"+12025550105"}]})");
  support::HttpClient square(sandbox_.url("square"));
  const support::Headers token = {{"Authorization", "Bearer sq-sandbox-token"},
                                  {"Content-Type", "application/json"},
                                  {"Square-Version", "2025-08-20"}};
  support::Answer card =
      square.send("POST", "/v2/gift-cards",
                  R"({"idempotency_key":"c","location_id":"LSANDBOX1","gift_card":{"type":"DIGITAL"}})", token);
  const std::string id(boost::json::parse(card.body).at("gift_card").at("id").as_string());
  square.send(
      "POST", "/v2/gift-cards/activities",
      R"({"idempotency_key":"a","gift_card_activity":{"type":"ACTIVATE","location_id":"LSANDBOX1","gift_card_id":")" +
          id +
          R"(","activate_activity_details":{"amount_money":{"amount":2500,"currency":"USD"},"reference_id":"r",)"
          R"("buyer_payment_instrument_ids":["x"]}}})",
      token);
  int code_of_exit = 0;
  const std::string ref(hub_->ask("/v1/credits?limit=1").at("credits").as_array().at(0).at("ref").as_string());
  EXPECT_TRUE(eventually([&] { return handoff("trace " + ref, code_of_exit).contains("last seen with 18.00 USD"); }))
      << log();
  EXPECT_TRUE(eventually([&] { return sandbox_.get("/stats").at("webhooks").at("waiting").to_number<int>() == 0; }));
}

TEST_F(GoldenJourney, CancelledCreditIsVoidedAndBookedBack) {
  start();
  give("T1", R"({"email":"ada@example.com"})");
  all_become("complete", 1);
  cancel("T1");
  all_become("closed", 1);
}

TEST_F(GoldenJourney, LostRepliesAreLookedUp) {
  // The request of the first is lost too, so that its look-up finds nothing: an answer of its own.
  fault({.vendor = "voucherify", .mode = "lost_before", .method = "POST", .path = "/v1/vouchers/"});
  fault({.vendor = "voucherify", .mode = "lost_after", .method = "POST", .path = "/v1/vouchers/"});
  fault({.vendor = "voucherify", .mode = "lost_after", .method = "POST", .path = "/v1/publications"});
  fault({.vendor = "stripe", .mode = "lost_after", .method = "POST"});
  fault({.vendor = "shopify", .mode = "lost_after", .body = "SetMirror"});
  // Both lines before the last of these, so that it can only meet a posting.
  const std::string journals = "/v2.0/t1/sandbox/api/v2.0/companies(5a1d0b0c-0000-4000-8000-000000000001)/journals";
  const Fault books = {.vendor = "business_central", .mode = "lost_after", .method = "POST", .path = journals};
  Fault journal = books, line = books, posting = books;
  journal.body = "displayName";
  line.body = "accountType";
  line.count = 2;
  posting.path += "(";
  for (const Fault& each : {journal, line, posting}) fault(each);
  start();
  give("T1", R"({"email":"ada@example.com"})");
  give("T2", R"({"email":"bob@example.com"})");
  all_become("complete", 2);
  EXPECT_EQ(agree(2), 0);
}

}  // namespace handoff::contract
