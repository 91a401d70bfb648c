#include <gtest/gtest.h>

#include "socket_client.hpp"

namespace sandbox::test {

TEST_F(RunningSandbox, NamesAPortForEveryVendorAndTheControl) {
  for (const char* name : {"control", "voucherify", "shopify", "square", "stripe", "business_central"})
    EXPECT_TRUE(url(name).starts_with("http://127.0.0.1:")) << name;
}

TEST_F(RunningSandbox, AnswersManyRequestsOverOneConnection) {
  for (int i = 0; i < 300; ++i) ASSERT_EQ(voucherify("GET", "/v1/customers?email=ada@example.com").status, 200);
}

TEST_F(RunningSandbox, ServesManyConnectionsAtOnce) {
  constexpr int kConnections = 300;
  const std::string base = url("voucherify");
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kConnections; ++i) clients.push_back(std::make_unique<Client>(base));
  for (int round = 0; round < 2; ++round) {
    for (const auto& client : clients)
      ASSERT_EQ(client
                    ->send("GET", "/v1/customers?email=ada@example.com", "",
                           {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}})
                    .status,
                200);
  }
}

TEST_F(RunningSandbox, SurvivesBodiesItCannotRead) {
  const Pairs square = {{"Authorization", "Bearer sq-sandbox-token"}};
  const Pairs shopify = {{"X-Shopify-Access-Token", "shpat_sandbox"}};
  const std::string deep(5000, '[');
  for (const std::string& body : {std::string("{"), std::string("null"), std::string("[]"), std::string("\"x\""),
                                  std::string("\xff\xfe"), deep}) {
    EXPECT_EQ(voucherify("POST", "/v1/vouchers/X", body).status, 400);
    EXPECT_EQ(voucherify("POST", "/v1/publications", body).status, 400);
    EXPECT_EQ(Client(url("square")).send("POST", "/v2/customers/search", body, square).status, 400);
    EXPECT_EQ(Client(url("shopify")).send("POST", "/admin/api/2026-10/graphql.json", body, shopify).status, 400);
  }
  EXPECT_EQ(voucherify("GET", "/v1/customers").status, 200);
}

TEST_F(RunningSandbox, ShowsEveryLedger) {
  for (const char* name : {"voucherify", "shopify", "square", "stripe", "business_central"}) {
    const auto reply = control_.send("GET", std::string("/ledger/") + name);
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.json().is_object()) << name;
  }
  EXPECT_EQ(control_.send("GET", "/ledger/nobody").status, 404);
}

TEST_F(RunningSandbox, AddsCustomersInBulk) {
  EXPECT_EQ(control("/customers", R"({"generate":{"count":10000}})")["added"].integer(), 10'000);
  EXPECT_EQ(voucherify("GET", "/v1/customers?email=load777@example.com").json()["total"].integer(), 1);
  EXPECT_EQ(
      control("/customers", R"({"customers":[{"name":"A B","email":"ab@example.com","loyalty_id":"Z"}]})")["added"]
          .integer(),
      1);
  EXPECT_TRUE(control("/customers", R"({"customers":[{"name":"A B"}]})").has("error"));
}

}  // namespace sandbox::test
