#include <Poco/Net/HTTPRequestHandler.h>
#include <gtest/gtest.h>

#include "server.hpp"
#include "socket_client.hpp"

namespace sandbox::test {
namespace {

// Keeps what it is sent, and lets a test wait for it.
class Receiver {
 public:
  struct Delivery {
    std::string body, signature;
  };

  Receiver()
      : server_({}, [this](const Request& request) { return Exchange::reply(take(request)); }, [] { return true; }) {}

  std::string url() const { return server_.url() + "/hooks/square?x=1"; }
  void refuse_next(int count) { refuse_ = count; }

  std::vector<Delivery> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, std::chrono::seconds(10), [&] { return deliveries_.size() >= count; });
    return deliveries_;
  }

 private:
  Response take(const Request& request) {
    const std::lock_guard lock(mutex_);
    const std::string_view square = request.header("x-square-hmacsha256-signature");
    deliveries_.push_back(
        {request.body, std::string(square.empty() ? request.header("x-voucherify-signature") : square)});
    arrived_.notify_all();
    return Response::json(refuse_-- > 0 ? 503 : 200, Json::object());
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Delivery> deliveries_;
  int refuse_ = 0;
  Server server_;
};

}  // namespace

class SquareWebhooks : public RunningSandbox {
 protected:
  SquareWebhooks() { control("/webhook", R"({"url":")" + receiver_.url() + R"("})"); }
  bool genuine(const Receiver::Delivery& delivery) {
    return delivery.signature == hmac_sha256_base64("sq-sandbox-signature-key", receiver_.url() + delivery.body);
  }

  Receiver receiver_;
};

TEST_F(SquareWebhooks, AreSignedOverTheUrlAndTheBody) {
  const Json made = control("/square/refund", R"({"customer_email":"ada@example.com","amount_minor":2500})");
  const auto deliveries = receiver_.wait_for(2);
  ASSERT_EQ(deliveries.size(), 2U);
  for (const auto& delivery : deliveries) {
    EXPECT_TRUE(genuine(delivery));
    const Json event = Json::parse(delivery.body).value_or(Json());
    EXPECT_TRUE(event["type"].text().starts_with("refund."));
    EXPECT_EQ(event["data"]["object"]["refund"]["id"], made["refund_id"]);
  }
}

TEST_F(SquareWebhooks, CanBeDuplicatedAndForged) {
  control("/square/refund", R"({"amount_minor":100,"webhook":{"duplicates":2,"bad_signature":true}})");
  const auto deliveries = receiver_.wait_for(6);
  ASSERT_EQ(deliveries.size(), 6U);
  for (const auto& delivery : deliveries) EXPECT_FALSE(genuine(delivery));
}

TEST_F(SquareWebhooks, AreTriedAgainAfterARefusal) {
  receiver_.refuse_next(1);
  control("/square/refund", R"({"amount_minor":100})");
  EXPECT_EQ(receiver_.wait_for(3).size(), 3U);
}

TEST_F(SquareWebhooks, CanBeLeftOut) {
  control("/square/refund", R"({"amount_minor":100,"webhook":{"send":false}})");
  control("/square/refund", R"({"amount_minor":200})");
  for (const auto& delivery : receiver_.wait_for(2)) EXPECT_NE(delivery.body.find("200"), std::string::npos);
}

TEST_F(SquareWebhooks, AreNotSentForACustomerThatDoesNotExist) {
  EXPECT_TRUE(control("/square/refund", R"({"amount_minor":100,"customer_email":"nobody@example.com"})").has("error"));
  EXPECT_TRUE(control("/square/refund", R"({"amount_minor":-1})").has("error"));
}

TEST_F(SquareWebhooks, TellOfACustomerWhoIsAddedToAPayment) {
  const Json made = control("/square/refund", R"({"amount_minor":100,"webhook":{"send":false}})");
  const std::string payment(made["payment_id"].text());
  control("/square/payment-customer", R"({"payment_id":")" + payment + R"(","customer_email":"ada@example.com"})");
  const auto deliveries = receiver_.wait_for(1);
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_TRUE(genuine(deliveries[0]));
  const Json event = Json::parse(deliveries[0].body).value_or(Json());
  EXPECT_EQ(event["type"].text(), "payment.updated");
  EXPECT_EQ(event["data"]["id"].text(), payment);
  const Json& told = event["data"]["object"]["payment"];
  EXPECT_FALSE(told["customer_id"].text().empty());
  EXPECT_EQ(told["refund_ids"].items().at(0), made["refund_id"]);
  EXPECT_TRUE(
      control("/square/payment-customer", R"({"payment_id":"no","customer_email":"ada@example.com"})").has("error"));
}

TEST_F(SquareWebhooks, TellOfWhatMovesOnAGiftCard) {
  Client square{url("square")};
  const auto post = [&](const char* target, const std::string& body) {
    return square.send("POST", target, body, {{"Authorization", "Bearer sq-sandbox-token"}}).json();
  };
  const Json made =
      post("/v2/gift-cards", R"({"idempotency_key":"c","location_id":"L","gift_card":{"type":"DIGITAL"}})");
  const std::string card(made["gift_card"]["id"].text());
  post("/v2/gift-cards/activities",
       R"({"idempotency_key":"a","gift_card_activity":{"type":"ACTIVATE","location_id":"L","gift_card_id":")" + card +
           R"(","activate_activity_details":{"amount_money":{"amount":2500,"currency":"USD"}}}})");
  const auto deliveries = receiver_.wait_for(1);
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_TRUE(genuine(deliveries[0]));
  const Json event = Json::parse(deliveries[0].body).value_or(Json());
  EXPECT_EQ(event["type"].text(), "gift_card.activity.created");
  EXPECT_EQ(event["data"]["object"]["gift_card_activity"]["gift_card_id"].text(), card);
}

TEST_F(RunningSandbox, VoucherifySignsTheBodyAndTellsWhatMoved) {
  Receiver receiver;
  control("/webhook", R"({"vendor":"voucherify","url":")" + receiver.url() + R"("})");
  create("SC-1");
  control("/voucherify/redeem", R"({"code":"SC-1","amount_minor":700,"webhook":{"send":false}})");
  control("/voucherify/redeem", R"({"code":"SC-1","amount_minor":300})");
  ASSERT_EQ(receiver.wait_for(1).size(), 1U);
  voucherify("POST", "/v1/vouchers/SC-1/disable");
  const auto deliveries = receiver.wait_for(2);
  ASSERT_EQ(deliveries.size(), 2U);
  for (const auto& delivery : deliveries)
    EXPECT_EQ(delivery.signature, hmac_sha256_hex("vf-sandbox-signature-key", delivery.body));
  const Json moved = Json::parse(deliveries[0].body).value_or(Json());
  EXPECT_EQ(moved["data"]["transaction"]["type"].text(), "CREDITS_REDEMPTION");
  EXPECT_EQ(moved["data"]["transaction"]["details"]["balance"]["balance"].integer(), 1500);
  EXPECT_EQ(Json::parse(deliveries[1].body).value_or(Json())["type"].text(), "voucher.disabled");
}

}  // namespace sandbox::test
