#include "vendor_fixture.hpp"

namespace sandbox::test {

TEST_F(VoucherifySandbox, RefusesWrongCredentialsInItsOwnWords) {
  const auto answer = send("voucherify", "GET", "/v1/customers");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body["key"].text(), "unauthorized");
  EXPECT_EQ(answer.body["code"].integer(), 401);
}

TEST_F(VoucherifySandbox, FindsACustomerByEmailAndBySourceId) {
  const auto list = call("GET", "/v1/customers?email=chloe@example.com");
  ASSERT_EQ(list.body["customers"].items().size(), 1U);
  const Json& customer = list.body["customers"].items()[0];
  EXPECT_EQ(customer["name"].text(), "Chloé O'Hara-Łuk");
  EXPECT_EQ(call("GET", "/v1/customers/L-1003").body["id"], customer["id"]);
  EXPECT_EQ(call("GET", "/v1/customers/nobody").status, 404);
}

TEST_F(VoucherifySandbox, UpsertsACustomerBySourceId) {
  const auto before = call("GET", "/v1/customers/L-1001").body["id"];
  const auto answer = call("POST", "/v1/customers", R"({"source_id":"L-1001","email":"new@example.com"})");
  EXPECT_EQ(answer.body["id"], before);
  EXPECT_TRUE(call("GET", "/v1/customers?email=ada@example.com").body["customers"].items().empty());
  EXPECT_EQ(call("GET", "/v1/customers?email=new@example.com").body["customers"].items().size(), 1U);
}

TEST_F(VoucherifySandbox, RefusesASecondVoucherWithTheSameCode) {
  EXPECT_EQ(create("SC-1", 2500).status, 200);
  const auto again = create("SC-1", 9900);
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.body["key"].text(), "duplicate_found");
  EXPECT_EQ(call("GET", "/v1/vouchers/SC-1").body["gift"]["balance"].integer(), 2500);
}

TEST_F(VoucherifySandbox, RefusesAmountsThatAreNotIntegers) {
  EXPECT_EQ(call("POST", "/v1/vouchers/X", R"({"type":"GIFT_VOUCHER","gift":{"amount":25.00}})").status, 400);
  EXPECT_EQ(call("POST", "/v1/vouchers/X", R"({"type":"GIFT_VOUCHER","gift":{"amount":"2500"}})").status, 400);
  EXPECT_EQ(call("POST", "/v1/vouchers/X", "not json").status, 400);
  EXPECT_EQ(call("GET", "/v1/vouchers/X").status, 404);
}

TEST_F(VoucherifySandbox, LinksAVoucherOnceOnly) {
  create("SC-1", 2500);
  const std::string to_ada = R"({"voucher":"SC-1","customer":{"source_id":"L-1001"}})";
  const auto linked = call("POST", "/v1/publications", to_ada);
  EXPECT_EQ(linked.status, 200);
  EXPECT_EQ(linked.body["result"].text(), "SUCCESS");
  EXPECT_EQ(call("GET", "/v1/vouchers/SC-1").body["holder_id"], linked.body["customer_id"]);
  EXPECT_EQ(call("POST", "/v1/publications", to_ada).status, 400);
  const auto joined = call("POST", "/v1/publications?join_once=true", to_ada);
  EXPECT_EQ(joined.body["id"], linked.body["id"]);
  EXPECT_EQ(call("GET", "/v1/publications?voucher=SC-1").body["total"].integer(), 1);
}

TEST_F(VoucherifySandbox, DoesNotLinkADisabledVoucher) {
  create("SC-1", 2500);
  EXPECT_FALSE(call("POST", "/v1/vouchers/SC-1/disable").body["active"].truthy());
  EXPECT_EQ(
      call("POST", "/v1/publications", R"({"voucher":"SC-1","customer":{"source_id":"L-1001"}})").body["key"].text(),
      "voucher_disabled");
  EXPECT_TRUE(call("POST", "/v1/vouchers/SC-1/enable").body["active"].truthy());
}

TEST_F(VoucherifySandbox, CreatesAnUnknownCustomerWhenItLinks) {
  create("SC-1", 2500);
  call("POST", "/v1/publications", R"({"voucher":"SC-1","customer":{"source_id":"new","email":"new@example.com"}})");
  EXPECT_EQ(call("GET", "/v1/customers/new").body["email"].text(), "new@example.com");
}

TEST_F(VoucherifySandbox, AppliesABalanceChangeAgainForTheSameSourceId) {
  create("SC-1", 2500);
  const std::string take = R"({"amount":-1000,"source_id":"tx-1"})";
  EXPECT_EQ(call("POST", "/v1/vouchers/SC-1/balance", take).body["balance"].integer(), 1500);
  EXPECT_EQ(call("POST", "/v1/vouchers/SC-1/balance", take).body["balance"].integer(), 500);
  const auto refused = call("POST", "/v1/vouchers/SC-1/balance", take);
  EXPECT_EQ(refused.body["key"].text(), "gift_amount_exceeded");
}

TEST_F(VoucherifySandbox, PagesTransactionsByTheLastId) {
  create("SC-1", 2500);
  for (int i = 0; i < 5; ++i)
    call("POST", "/v1/vouchers/SC-1/balance", R"({"amount":100,"source_id":"t)" + std::to_string(i) + "\"}");
  const auto first = call("GET", "/v1/vouchers/SC-1/transactions?limit=3");
  ASSERT_EQ(first.body["data"].items().size(), 3U);
  EXPECT_TRUE(first.body["has_more"].truthy());
  EXPECT_EQ(first.body["data"].items()[0]["source_id"].text(), "t4");
  const std::string last(first.body["data"].items()[2]["id"].text());
  const auto second = call("GET", "/v1/vouchers/SC-1/transactions?limit=3&starting_after_id=" + last);
  ASSERT_EQ(second.body["data"].items().size(), 2U);
  EXPECT_EQ(second.body["data"].items()[1]["source_id"].text(), "t0");
  EXPECT_FALSE(second.body["has_more"].truthy());
}

TEST_F(VoucherifySandbox, ListsVouchersChangedSinceATime) {
  create("SC-1", 100);
  world_.clock().advance_ms(60'000);
  const std::string since = iso_from_ms(world_.clock().now_ms() - 1);
  create("SC-2", 100);
  create("SC-3", 100);
  call("POST", "/v1/vouchers/SC-1/disable");
  EXPECT_EQ(call("GET", "/v1/vouchers?updated_at[after]=" + since + "&limit=100").body["total"].integer(), 3);
  EXPECT_EQ(call("GET", "/v1/vouchers?created_at[after]=" + since).body["total"].integer(), 2);
  EXPECT_EQ(call("GET", "/v1/vouchers?limit=101").status, 400);
  EXPECT_EQ(call("GET", "/v1/vouchers?page=100").status, 400);
}

TEST_F(VoucherifySandbox, LetsAShopperPayAndShowsItInTheLedger) {
  create("SC-1", 2500);
  EXPECT_FALSE(world_.voucherify().redeem("SC-1", 700));
  EXPECT_TRUE(world_.voucherify().redeem("SC-1", 1801));
  const Json voucher = ledger("voucherify")["vouchers"].items().at(0);
  EXPECT_EQ(voucher["balance_minor"].integer(), 1800);
  EXPECT_EQ(voucher["redeemed_minor"].integer(), 700);
  EXPECT_EQ(voucher["amount_minor"].integer(), 2500);
}

TEST_F(VoucherifySandbox, LetsNobodyPayWithAnExpiredVoucherThoughItStaysActive) {
  call("POST", "/v1/vouchers/SC-1",
       R"({"type":"GIFT_VOUCHER","gift":{"amount":2500},"expiration_date":")" +
           iso_from_ms(world_.clock().now_ms() + 1000) + "\"}");
  EXPECT_FALSE(world_.voucherify().redeem("SC-1", 100));
  world_.clock().advance_ms(1001);
  EXPECT_TRUE(world_.voucherify().redeem("SC-1", 100));
  EXPECT_TRUE(call("GET", "/v1/vouchers/SC-1").body["active"].truthy());
}

}  // namespace sandbox::test
