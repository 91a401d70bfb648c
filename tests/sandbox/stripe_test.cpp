#include "vendor_fixture.hpp"

namespace sandbox::test {

TEST_F(StripeSandbox, RefusesAWrongKey) {
  const auto answer = send("stripe", "GET", "/v1/customers", "", {{"authorization", "Bearer sk_wrong"}});
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body["error"]["type"].text(), "invalid_request_error");
  EXPECT_FALSE(answer.header("Request-Id").empty());
}

TEST_F(StripeSandbox, AcceptsTheKeyAsBasicUser) {
  EXPECT_EQ(send("stripe", "GET", "/v1/customers", "", {{"authorization", "Basic c2tfdGVzdF9zYW5kYm94Og=="}}).status,
            200);
}

TEST_F(StripeSandbox, InvertsTheSignOfCredit) {
  const auto answer =
      call("POST", transactions("ada@example.com"), "amount=-500&currency=usd&metadata[handoff_credit]=sc_1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["amount"].integer(), -500);
  EXPECT_EQ(answer.body["ending_balance"].integer(), -500);
  EXPECT_EQ(answer.body["metadata"]["handoff_credit"].text(), "sc_1");
  EXPECT_EQ(call("GET", "/v1/customers/" + customer("ada@example.com")).body["balance"].integer(), -500);
}

TEST_F(StripeSandbox, ReplaysTheFirstAnswerUnderTheSameKey) {
  const std::string path = transactions("ada@example.com");
  const auto first = call("POST", path, "amount=-500&currency=usd", "key-1");
  const auto again = call("POST", path, "currency=usd&amount=-500", "key-1");
  EXPECT_EQ(again.body["id"], first.body["id"]);
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  EXPECT_TRUE(first.header("Idempotent-Replayed").empty());
  EXPECT_EQ(call("GET", path).body["data"].items().size(), 1U);
}

TEST_F(StripeSandbox, RefusesAKeyWithOtherParameters) {
  const std::string path = transactions("ada@example.com");
  call("POST", path, "amount=-500&currency=usd", "key-1");
  const auto answer = call("POST", path, "amount=-600&currency=usd", "key-1");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body["error"]["type"].text(), "idempotency_error");
}

TEST_F(StripeSandbox, ForgetsAKeyAfterItsWindow) {
  const std::string path = transactions("ada@example.com");
  call("POST", path, "amount=-500&currency=usd", "key-1");
  world_.clock().advance_ms(24LL * 3600 * 1000 + 1);
  call("POST", path, "amount=-500&currency=usd", "key-1");
  EXPECT_EQ(call("GET", path).body["data"].items().size(), 2U);
}

TEST_F(StripeSandbox, DoesNotStoreARefusalUnderAKey) {
  const std::string path = transactions("ada@example.com");
  EXPECT_EQ(call("POST", path, "amount=abc&currency=usd", "key-1").status, 400);
  EXPECT_EQ(call("POST", path, "amount=-500&currency=usd", "key-1").status, 200);
}

TEST_F(StripeSandbox, StoresA500ThatTheCallerWasGiven) {
  const std::string path = transactions("ada@example.com");
  Fault fault;
  fault.vendor = "stripe";
  fault.mode = FaultMode::http_500_after;
  fault.method = "POST";
  fault.count = 1;
  world_.faults().add(fault);
  EXPECT_EQ(call("POST", path, "amount=-500&currency=usd", "key-1").status, 500);
  const auto again = call("POST", path, "amount=-500&currency=usd", "key-1");
  EXPECT_EQ(again.status, 500);
  EXPECT_EQ(again.header("Idempotent-Replayed"), "true");
  EXPECT_EQ(call("GET", path).body["data"].items().size(), 1U);
}

TEST_F(StripeSandbox, RefusesConcurrentUseOfAKey) {
  Vendor& vendor = world_.gate("stripe")->vendor();
  const Request first = make_request("POST", "/v1/customers/x/balance_transactions", "", {{"idempotency-key", "k"}});
  EXPECT_FALSE(vendor.enter(first));
  const auto refused = vendor.enter(first);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 409);
  vendor.leave(first);
  EXPECT_FALSE(vendor.enter(first));
}

TEST_F(StripeSandbox, FindsNewCustomersInTheSearchOnlyAfterTheLag) {
  ASSERT_FALSE(world_.gate("stripe")->vendor().configure(*Json::parse(R"({"search_lag_ms":5000})")));
  world_.clock().advance_ms(6000);
  world_.add_customers({{"New One", "new@example.com", "+15550001", "L-9"}});
  const std::string search = "/v1/customers/search?query=metadata%5B%27loyalty_id%27%5D%3A%27L-9%27";
  EXPECT_TRUE(call("GET", search).body["data"].items().empty());
  EXPECT_EQ(call("GET", "/v1/customers?email=new@example.com").body["data"].items().size(), 1U);
  world_.clock().advance_ms(6000);
  EXPECT_EQ(call("GET", search).body["data"].items().size(), 1U);
}

TEST_F(StripeSandbox, RefusesASearchItCannotRead) {
  for (const char* query : {"", "phone", "phone:5", "nope:'x'", "phone:'1'%20OR%20email:'2'"})
    EXPECT_EQ(call("GET", std::string("/v1/customers/search?query=") + query).status, 400) << query;
}

TEST_F(StripeSandbox, PagesTransactionsNewestFirst) {
  const std::string path = transactions("ada@example.com");
  for (int i = 1; i <= 3; ++i) call("POST", path, "amount=-" + std::to_string(i) + "&currency=usd");
  const auto first = call("GET", path + "?limit=2");
  EXPECT_EQ(first.body["data"].items().at(0)["amount"].integer(), -3);
  EXPECT_TRUE(first.body["has_more"].truthy());
  const auto second =
      call("GET", path + "?limit=2&starting_after=" + std::string(first.body["data"].items()[1]["id"].text()));
  ASSERT_EQ(second.body["data"].items().size(), 1U);
  EXPECT_FALSE(second.body["has_more"].truthy());
}

TEST_F(StripeSandbox, LetsOnlyDescriptionAndMetadataChangeLater) {
  const std::string path = transactions("ada@example.com");
  const auto made = call("POST", path, "amount=-5&currency=usd&metadata[a]=1");
  const std::string one = path + "/" + std::string(made.body["id"].text());
  const auto changed = call("POST", one, "description=moved&metadata[a]=&metadata[b]=2&amount=-99");
  EXPECT_EQ(changed.body["description"].text(), "moved");
  EXPECT_EQ(changed.body["metadata"].dump(), R"({"b":"2"})");
  EXPECT_EQ(changed.body["amount"].integer(), -5);
}

TEST_F(StripeSandbox, RefusesASecondCurrencyForACustomer) {
  const std::string path = transactions("ada@example.com");
  call("POST", path, "amount=-5&currency=usd");
  EXPECT_EQ(call("POST", path, "amount=-5&currency=eur").status, 400);
  EXPECT_EQ(call("POST", path, R"({"amount":-5,"currency":"usd"})").status, 400);
}

}  // namespace sandbox::test
