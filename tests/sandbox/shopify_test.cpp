#include "vendor_fixture.hpp"

namespace sandbox::test {
namespace {

constexpr std::string_view kSet =
    "mutation Set($m:[MetafieldsSetInput!]!){metafieldsSet(metafields:$m){metafields{key value compareDigest} "
    "userErrors{field message code elementIndex}}}";
constexpr std::string_view kCredit =
    "mutation C($id:ID!,$in:StoreCreditAccountCreditInput!){storeCreditAccountCredit(id:$id,creditInput:$in){"
    "storeCreditAccountTransaction{id amount{amount currencyCode} account{id balance{amount currencyCode}}} "
    "userErrors{code field}}}";
constexpr std::string_view kDebit =
    "mutation D($id:ID!,$in:StoreCreditAccountDebitInput!){storeCreditAccountDebit(id:$id,debitInput:$in){"
    "storeCreditAccountTransaction{balanceAfterTransaction{amount}} userErrors{code}}}";

Json metafield(const std::string& owner, const std::string& value) {
  return Json::object(
      {{"ownerId", owner}, {"namespace", "handoff"}, {"key", "store_credit"}, {"type", "json"}, {"value", value}});
}

Json set_variables(Json input) { return Json::object({{"m", Json::array({std::move(input)})}}); }

Json money_variables(const std::string& id, const char* field, const char* amount) {
  const Json sum = Json::object({{"amount", amount}, {"currencyCode", "USD"}});
  return Json::object({{"id", id}, {"in", Json::object({{field, sum}})}});
}

}  // namespace

TEST_F(ShopifySandbox, RefusesAWrongToken) {
  EXPECT_EQ(send("shopify", "POST", "/admin/api/2026-10/graphql.json", R"({"query":"{shop{name}}"})").status, 401);
}

TEST_F(ShopifySandbox, AnswersOnlyTheSelectedFields) {
  const auto answer = call("{customers(first:1,query:\"email:\\\"ada@example.com\\\"\"){nodes{id mail:email}}}");
  EXPECT_EQ(answer.body["data"].dump(),
            R"({"customers":{"nodes":[{"id":"gid://shopify/Customer/7000000001","mail":"ada@example.com"}]}})");
}

TEST_F(ShopifySandbox, AnswersAnUnknownFieldWithAGraphqlErrorAndNoEffect) {
  const auto answer = call(
      "mutation($id:ID!,$in:StoreCreditAccountCreditInput!){storeCreditAccountCredit(id:$id,creditInput:$in){nope}}",
      money_variables(customer("ada@example.com"), "creditAmount", "10.00"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body["errors"].items().at(0)["extensions"]["code"].text(), "undefinedField");
  EXPECT_FALSE(answer.body.has("data"));
  EXPECT_TRUE(ledger("shopify")["customers"].items().at(0)["store_credit"].members().empty());
}

TEST_F(ShopifySandbox, FindsCustomersByIdentifier) {
  const std::string_view query = "query($i:CustomerIdentifierInput!){customerByIdentifier(identifier:$i){email}}";
  const auto find = [&](const Json& identifier) {
    return std::string(
        call(query, Json::object({{"i", identifier}})).body["data"]["customerByIdentifier"]["email"].text());
  };
  EXPECT_EQ(find(Json::object({{"phoneNumber", "+12025550102"}})), "bob@example.com");
  EXPECT_EQ(find(Json::object(
                {{"customId", Json::object({{"namespace", "custom"}, {"key", "loyalty_id"}, {"value", "L-1003"}})}})),
            "chloe@example.com");
  EXPECT_EQ(find(Json::object({{"emailAddress", "nobody@example.com"}})), "");
}

TEST_F(ShopifySandbox, MatchesAnUnquotedEmailWordByWord) {
  world_.add_customers({{"Jo Ann", "jo.ann@example.com", "", ""}});
  const std::string_view query = "query($q:String!){customers(first:9,query:$q){nodes{email}}}";
  EXPECT_EQ(
      call(query, Json::object({{"q", "email:jo@example.com"}})).body["data"]["customers"]["nodes"].items().size(), 2U);
  EXPECT_EQ(
      call(query, Json::object({{"q", "email:\"jo@example.com\""}})).body["data"]["customers"]["nodes"].items().size(),
      1U);
}

TEST_F(ShopifySandbox, PagesCustomersWithACursor) {
  const std::string_view query =
      "query($a:String){customers(first:3,after:$a){nodes{email} pageInfo{hasNextPage endCursor}}}";
  const auto first = call(query);
  EXPECT_TRUE(first.body["data"]["customers"]["pageInfo"]["hasNextPage"].truthy());
  const auto second = call(query, Json::object({{"a", first.body["data"]["customers"]["pageInfo"]["endCursor"]}}));
  ASSERT_EQ(second.body["data"]["customers"]["nodes"].items().size(), 1U);
  EXPECT_EQ(second.body["data"]["customers"]["nodes"].items()[0]["email"].text(), "jo@example.com");
}

TEST_F(ShopifySandbox, SetsAMetafieldOnlyAgainstTheDigestItWasReadWith) {
  const std::string owner = customer("ada@example.com");
  Json input = metafield(owner, R"({"version":1})");
  input.set("compareDigest", nullptr);
  const auto first = call(kSet, set_variables(input)).body["data"]["metafieldsSet"];
  ASSERT_TRUE(first["userErrors"].items().empty());
  const std::string digest(first["metafields"].items().at(0)["compareDigest"].text());

  const auto must_not_exist = call(kSet, set_variables(input)).body["data"]["metafieldsSet"];
  EXPECT_EQ(must_not_exist["userErrors"].items().at(0)["code"].text(), "STALE_OBJECT");

  input = metafield(owner, R"({"version":2})");
  input.set("compareDigest", digest);
  EXPECT_TRUE(call(kSet, set_variables(input)).body["data"]["metafieldsSet"]["userErrors"].items().empty());
  const auto stale = call(kSet, set_variables(input)).body["data"]["metafieldsSet"];
  EXPECT_EQ(stale["userErrors"].items().at(0)["code"].text(), "STALE_OBJECT");
  const auto read =
      call("query($id:ID!){customer(id:$id){metafield(namespace:\"handoff\",key:\"store_credit\"){value}}}",
           Json::object({{"id", owner}}));
  EXPECT_EQ(read.body["data"]["customer"]["metafield"]["value"].text(), R"({"version":2})");
}

TEST_F(ShopifySandbox, SetsAllMetafieldsOrNone) {
  const std::string owner = customer("ada@example.com");
  const Json inputs = Json::array({metafield(owner, "{}"), metafield(owner, "not json")});
  const auto answer = call(kSet, Json::object({{"m", inputs}})).body["data"]["metafieldsSet"];
  EXPECT_EQ(answer["userErrors"].items().at(0)["code"].text(), "INVALID_VALUE");
  EXPECT_EQ(answer["userErrors"].items().at(0)["elementIndex"].integer(), 1);
  EXPECT_FALSE(ledger("shopify")["customers"].items().at(0)["metafields"].has("handoff.store_credit"));
}

TEST_F(ShopifySandbox, CreditsTwiceWhenAskedTwice) {
  const Json variables = money_variables(customer("ada@example.com"), "creditAmount", "10.10");
  call(kCredit, variables);
  const auto answer = call(kCredit, variables).body["data"]["storeCreditAccountCredit"];
  EXPECT_EQ(answer["storeCreditAccountTransaction"]["account"]["balance"]["amount"].text(), "20.2");
  EXPECT_EQ(ledger("shopify")["customers"].items().at(0)["store_credit"]["USD"].integer(), 2020);
}

TEST_F(ShopifySandbox, RefusesCreditsInItsOwnCodes) {
  const auto code = [&](std::string_view query, const char* field, const Json& variables) {
    return std::string(call(query, variables).body["data"][field]["userErrors"].items().at(0)["code"].text());
  };
  const std::string ada = customer("ada@example.com");
  EXPECT_EQ(code(kCredit, "storeCreditAccountCredit", money_variables(ada, "creditAmount", "0.00")),
            "NEGATIVE_OR_ZERO_AMOUNT");
  EXPECT_EQ(
      code(kCredit, "storeCreditAccountCredit", money_variables("gid://shopify/Customer/1", "creditAmount", "1.00")),
      "OWNER_NOT_FOUND");
  EXPECT_EQ(code(kDebit, "storeCreditAccountDebit", money_variables(ada, "debitAmount", "1.00")), "ACCOUNT_NOT_FOUND");
  call(kCredit, money_variables(ada, "creditAmount", "1.00"));
  EXPECT_EQ(code(kDebit, "storeCreditAccountDebit", money_variables(ada, "debitAmount", "1.01")), "INSUFFICIENT_FUNDS");
}

TEST_F(ShopifySandbox, ReadsTransactionsThroughFragmentsNewestFirst) {
  const std::string ada = customer("ada@example.com");
  call(kCredit, money_variables(ada, "creditAmount", "5.00"));
  call(kDebit, money_variables(ada, "debitAmount", "2.00"));
  const auto answer = call(
      "query($id:ID!){customer(id:$id){storeCreditAccounts(first:1){nodes{owner{... on Customer{email}} "
      "transactions(first:9,reverse:true){nodes{__typename amount{amount} ... on "
      "StoreCreditAccountDebitTransaction{id}}}}}}}",
      Json::object({{"id", ada}}));
  const Json account = answer.body["data"]["customer"]["storeCreditAccounts"]["nodes"].items().at(0);
  EXPECT_EQ(account["owner"]["email"].text(), "ada@example.com");
  const auto& transactions = account["transactions"]["nodes"].items();
  ASSERT_EQ(transactions.size(), 2U);
  EXPECT_EQ(transactions[0]["__typename"].text(), "StoreCreditAccountDebitTransaction");
  EXPECT_TRUE(transactions[0].has("id"));
  EXPECT_FALSE(transactions[1].has("id"));
}

TEST_F(ShopifySandbox, RefusesASecondGiftCardWithTheSameCode) {
  const std::string_view create =
      "mutation($in:GiftCardCreateInput!){giftCardCreate(input:$in){giftCard{id balance{amount}} giftCardCode "
      "userErrors{code}}}";
  const Json input = Json::object(
      {{"in", Json::object({{"code", "OURUNIQUECODE"},
                            {"initialAmount", Json::object({{"amount", "25.00"}, {"currencyCode", "USD"}})}})}});
  EXPECT_EQ(call(create, input).body["data"]["giftCardCreate"]["giftCard"]["balance"]["amount"].text(), "25.0");
  EXPECT_EQ(call(create, input).body["data"]["giftCardCreate"]["userErrors"].items().at(0)["code"].text(), "TAKEN");
}

TEST_F(ShopifySandbox, FindsAGiftCardByItsWholeCodeWhateverItsCase) {
  const std::string_view create =
      "mutation($in:GiftCardCreateInput!){giftCardCreate(input:$in){giftCard{id} userErrors{code}}}";
  const Json input = Json::object(
      {{"in", Json::object({{"code", "OURUNIQUECODE"},
                            {"expiresOn", "2027-11-24"},
                            {"initialAmount", Json::object({{"amount", "25.00"}, {"currencyCode", "USD"}})}})}});
  call(create, input);
  const std::string_view find = "query($q:String!){giftCards(first:9,query:$q){nodes{lastCharacters expiresOn}}}";
  const auto found = [&](const char* query) {
    return call(find, Json::object({{"q", query}})).body["data"]["giftCards"]["nodes"];
  };
  EXPECT_EQ(found("ouruniquecode").dump(), R"([{"lastCharacters":"code","expiresOn":"2027-11-24"}])");
  EXPECT_TRUE(found("ouruniquecod").items().empty());
  EXPECT_EQ(found("source:manual OR source:api_client").items().size(), 1U);
}

TEST_F(ShopifySandbox, AssignsAGiftCardOnceAndPaysWithItUntilItIsDeactivated) {
  const std::string_view create =
      "mutation($in:GiftCardCreateInput!){giftCardCreate(input:$in){giftCard{id} userErrors{code}}}";
  const Json input = Json::object(
      {{"in", Json::object({{"code", "OURUNIQUECODE"},
                            {"initialAmount", Json::object({{"amount", "25.00"}, {"currencyCode", "USD"}})}})}});
  const std::string card(call(create, input).body["data"]["giftCardCreate"]["giftCard"]["id"].text());
  const auto assign = [&](const char* email) {
    return call(
               "mutation($id:ID!,$in:GiftCardUpdateInput!){giftCardUpdate(id:$id,input:$in){giftCard{customer{id}} "
               "userErrors{field}}}",
               Json::object({{"id", card}, {"in", Json::object({{"customerId", customer(email)}})}}))
        .body["data"]["giftCardUpdate"];
  };
  EXPECT_EQ(assign("ada@example.com")["giftCard"]["customer"]["id"].text(), customer("ada@example.com"));
  EXPECT_EQ(assign("ada@example.com")["userErrors"].items().size(), 0U);
  EXPECT_TRUE(assign("bob@example.com")["giftCard"].is_null());
  EXPECT_FALSE(world_.shopify().pay("ouruniquecode", 700));
  EXPECT_TRUE(world_.shopify().pay("ouruniquecode", 1801));
  const auto over =
      call("mutation($id:ID!){giftCardDeactivate(id:$id){giftCard{enabled balance{amount}} userErrors{code}}}",
           Json::object({{"id", card}}));
  EXPECT_EQ(over.body["data"]["giftCardDeactivate"]["giftCard"].dump(),
            R"({"enabled":false,"balance":{"amount":"18.0"}})");
  EXPECT_TRUE(world_.shopify().pay("ouruniquecode", 1));
}

TEST_F(ShopifySandbox, ThrottlesWithStatus200WhenTheBucketIsEmpty) {
  ASSERT_FALSE(world_.gate("shopify")->vendor().configure(
      *Json::parse(R"({"vendor":"shopify","restore_rate":1,"maximum":12})")));
  const Json variables = money_variables("gid://shopify/Customer/7000000001", "debitAmount", "1.00");
  EXPECT_TRUE(call(kDebit, variables).body.has("errors"));  // costs more than the bucket holds
  EXPECT_TRUE(call("{shop{name}}").body.has("data"));
  for (int i = 0; i < 11; ++i) call("{shop{name}}");
  const auto throttled = call("{shop{name}}");
  EXPECT_EQ(throttled.status, 200);
  EXPECT_FALSE(throttled.body.has("data"));
  EXPECT_EQ(throttled.body["errors"].items().at(0)["extensions"]["code"].text(), "THROTTLED");
  EXPECT_TRUE(throttled.body["extensions"]["cost"]["actualQueryCost"].is_null());
  world_.clock().advance_ms(2000);
  EXPECT_TRUE(call("{shop{name}}").body.has("data"));
}

}  // namespace sandbox::test
