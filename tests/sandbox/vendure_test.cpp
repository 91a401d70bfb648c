#include "vendor_fixture.hpp"

namespace sandbox::test {

class VendureSandbox : public VendorTest {
 protected:
  Answer call(std::string_view query, Json variables = Json::object(),
              Pairs headers = {{"vendure-api-key", "sandbox-id:sandbox-key"}}) {
    return send("vendure", "POST", "/admin-api",
                Json::object({{"query", query}, {"variables", std::move(variables)}}).dump(), std::move(headers));
  }
  std::string code_of(const Answer& answer) {
    return std::string(answer.body["errors"].items().at(0)["extensions"]["code"].text());
  }
  Answer create(const char* code, const char* customer = "1") {
    return call(
        "mutation($i:CreateWalletInput!){createWallet(input:$i){id balance currencyCode}}",
        Json::object({{"i", Json::object({{"customerId", customer}, {"name", "Store credit sc_1"}, {"code", code}})}}));
  }
  Answer adjust(Json amount, const char* description = "ho1-a", const char* wallet = "1") {
    return call(
        "mutation($i:AdjustBalanceForWalletInput!,$r:String!){adjustBalanceForWallet(input:$i){balance "
        "adjustments(options:{filter:{description:{eq:$r}}}){totalItems items{amount}}}}",
        Json::object(
            {{"i", Json::object({{"walletId", wallet}, {"amount", std::move(amount)}, {"description", description}})},
             {"r", description}}));
  }
};

TEST_F(VendureSandbox, MakesAWalletOnceForEachCode) {
  EXPECT_EQ(create("A").body["data"]["createWallet"]["balance"].integer(), 0);
  const auto again = create("A");
  EXPECT_EQ(again.status, 200);
  EXPECT_TRUE(again.body["data"].is_null());
  EXPECT_EQ(code_of(again), "");  // the database's error
  EXPECT_EQ(code_of(create("B", "99")), "");
  EXPECT_EQ(ledger("vendure")["wallets"].items().size(), 1U);
}

TEST_F(VendureSandbox, CountsAnAdjustmentAsOftenAsItComesAndNeverBelowZero) {
  create("A");
  EXPECT_EQ(adjust(2500).body["data"]["adjustBalanceForWallet"]["balance"].integer(), 2500);
  const Json twice = adjust(2500).body["data"]["adjustBalanceForWallet"];
  EXPECT_EQ(twice["balance"].integer(), 5000);
  EXPECT_EQ(twice["adjustments"]["totalItems"].integer(), 2);
  EXPECT_EQ(code_of(adjust(-5001)), "USER_INPUT_ERROR");
  EXPECT_EQ(code_of(adjust(Json::number("1.5"))), "");
  EXPECT_EQ(code_of(adjust(3000000000)), "");
  EXPECT_EQ(code_of(adjust(2147483647)), "");
  EXPECT_EQ(code_of(adjust(1, "x", "9")), "");
  EXPECT_EQ(ledger("vendure")["wallets"].items().at(0)["balance_minor"].integer(), 5000);
}

TEST_F(VendureSandbox, TellsNobodyWithoutAKeyWhatThereIsExceptByIdOrAsNothing) {
  create("A");
  EXPECT_EQ(code_of(call("{giftCardWallets{totalItems}}", {}, {})), "FORBIDDEN");
  EXPECT_EQ(code_of(call("{customers{totalItems}}", {}, {})), "FORBIDDEN");
  EXPECT_TRUE(call("{walletByCode(code:\"A\"){id}}", {}, {}).body["data"]["walletByCode"].is_null());
  EXPECT_EQ(call("{wallet(id:\"1\"){code}}", {}, {}).body["data"]["wallet"]["code"].text(), "A");
}

TEST_F(VendureSandbox, GivesAWalletTheCurrencyOfItsChannel) {
  const Pairs eu = {{"vendure-api-key", "sandbox-id:sandbox-key"}, {"vendure-token", "eu-token"}};
  create("A");
  EXPECT_EQ(
      call("{activeChannel{defaultCurrencyCode}}", {}, eu).body["data"]["activeChannel"]["defaultCurrencyCode"].text(),
      "EUR");
  EXPECT_EQ(call("{giftCardWallets{totalItems}}", {}, eu).body["data"]["giftCardWallets"]["totalItems"].integer(), 0);
  EXPECT_EQ(code_of(call("{activeChannel{code}}", {}, {{"vendure-token", "nope"}})), "CHANNEL_NOT_FOUND");
}

TEST_F(VendureSandbox, RefusesWhatDoesNotFitTheSchemaWith400) {
  const auto wrong = call("{nope}");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(code_of(wrong), "GRAPHQL_VALIDATION_FAILED");
  EXPECT_EQ(send("vendure", "POST", "/admin-api", "{").body["statusCode"].integer(), 400);
}

TEST_F(VendureSandbox, ListsCustomersWithTheirWalletsInPages) {
  create("A");
  const Json page = call(
                        "{customers(options:{skip:0,take:1,sort:{id:ASC}}){totalItems items{emailAddress "
                        "wallets{totalItems items{id}}}}}")
                        .body["data"]["customers"];
  EXPECT_EQ(page["totalItems"].integer(), 4);
  EXPECT_EQ(page["items"].items().size(), 1U);
  EXPECT_EQ(page["items"].items().at(0)["wallets"]["totalItems"].integer(), 1);
}

}  // namespace sandbox::test
