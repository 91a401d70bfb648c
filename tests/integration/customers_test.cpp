// A copy of the shop's customer list: it ranks, it notices, and it links nobody (docs/adr/0022-customer-index.md).

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

class CustomerList : public Journey {
 protected:
  CustomerList() {
    config_.extra = "[identity.customers]\nfrom = \"shop\"\nevery = \"1s\"\n";
    config_.shop_secrets = ", webhook_key = { env = \"SHOPIFY_KEY\" }";
  }

  void start_and_read() {
    start();
    ASSERT_TRUE(eventually([this] { return number("SELECT count(*) FROM directory") == 4; })) << log();
  }
  std::int64_t number(const std::string& sql) const { return support::StoreView(folder() + "/handoff.db").number(sql); }

  static std::string told(const std::string& transaction, const std::string& customer) {
    std::string body = credit(transaction);
    return body.replace(body.find(R"({"email":"ada@example.com"})"), std::string::npos, customer + "}");
  }
  /// By hand at the shop, which then tells of it.
  void merge(const std::string& deleted, const std::string& kept) {
    boost::json::value done =
        sandbox_.post("/shopify/merge", R"({"deleted":")" + deleted + R"(","kept":")" + kept + R"("})");
    std::string gone(done.at("deleted").as_string());
    if (kept.empty()) return tell("customers/delete", R"({"admin_graphql_api_id":")" + gone + R"("})");
    tell("customers/merge", R"({"admin_graphql_api_customer_deleted_id":")" + gone +
                                R"(","admin_graphql_api_customer_kept_id":")" +
                                std::string(done.at("kept").as_string()) + R"(","status":"completed"})");
  }
  void tell(const std::string& topic, const std::string& body) {
    const std::string key = support::kShopifyKey;
    unsigned char digest[32], text[45];
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(body.data()),
         body.size(), digest, nullptr);
    EVP_EncodeBlock(text, digest, sizeof digest);
    Answer answer = support::HttpClient(hub_->inbound())
                        .post("/in/shop", body,
                              {{"x-shopify-topic", topic},
                               {"x-shopify-event-id", "event-" + std::to_string(++told_)},
                               {"x-shopify-hmac-sha256", reinterpret_cast<const char*>(text)}});
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  /// What the shop shows that customer; empty if nothing.
  std::string shown(const std::string& email) {
    const boost::json::value ledger = sandbox_.get("/ledger/shopify");
    for (const boost::json::value& one : ledger.at("customers").as_array()) {
      const boost::json::value* field = one.at("metafields").as_object().if_contains("handoff.store_credit");
      if (one.at("email").as_string() == email && field) return std::string(field->as_string());
    }
    return {};
  }
  void complete(const std::string& transaction, const std::string& email) {
    submit(told(transaction, R"({"email":")" + email + R"("})"));
    ASSERT_TRUE(eventually([&] {
      auto credits = support::StoreView(folder() + "/handoff.db").credits();
      return credits.contains(transaction) && credits.at(transaction).state == "complete";
    })) << log();
  }

  int code_ = 0;
  int told_ = 0;
};

TEST_F(CustomerList, RanksWhoIsATypingErrorAwayWhomNoSystemFinds) {
  start_and_read();
  submit(told("T1", R"({"email":"ada@exmaple.com"})"));
  ASSERT_TRUE(eventually([this] { return states() == std::vector<std::string>{"unresolved"}; }));
  std::string cases = handoff("cases", code_);
  EXPECT_TRUE(cases.contains("email a typing error apart")) << cases;
  handoff("case link 1 --candidate 1", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  EXPECT_TRUE(shown("ada@example.com").contains("25.00"));
}

TEST_F(CustomerList, FindsWhoSignsUpAtTheNextPull) {
  config_.look_again = "0s";
  start_and_read();
  submit(told("T1", R"({"email":"new@example.com"})"));
  ASSERT_TRUE(eventually([this] { return states() == std::vector<std::string>{"unresolved"}; }));
  sandbox_.post("/customers", R"([{"name":"New Customer","email":"new@example.com"}])");
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  EXPECT_TRUE(handoff("cases", code_).contains("No open cases."));
}

TEST_F(CustomerList, WhoSignsUpLaterIsNamedInTheCaseThatNamedNobody) {
  config_.look_again = "300ms";
  start_and_read();
  submit(told("T1", R"({"email":"new@exmaple.com"})"));
  ASSERT_TRUE(eventually([this] { return handoff("cases", code_).contains("Case 1"); })) << log();
  EXPECT_FALSE(handoff("cases", code_).contains("typing error"));
  sandbox_.post("/customers", R"([{"name":"New Customer","email":"new@example.com"}])");
  EXPECT_TRUE(eventually([this] { return handoff("cases", code_).contains("email a typing error apart"); })) << log();
  EXPECT_EQ(number("SELECT count(*) FROM cases WHERE state = 'open'"), 1);
  handoff("case link 2 --candidate 1", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
}

TEST_F(CustomerList, TypedAddressThatTheListKnowsIsStillAskedOfTheSystem) {
  start_and_read();
  sandbox_.post("/shopify/merge", R"({"deleted":"bob@example.com"})");  // and nobody tells the hub
  submit(told("T1", R"({"email":"bob@example.com"})"));
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"unresolved"}; })) << log();
}

TEST_F(CustomerList, IdIsAskedForInTheSpellingOfTheCopiedRecord) {
  config_.settings["shop"] = R"(loyalty_namespace = "custom", loyalty_key = "loyalty_id")";
  start_and_read();
  sandbox_.post("/customers", R"([{"name":"New Customer","email":"new@example.com","loyalty_id":"l 30 02"}])");
  ASSERT_TRUE(eventually([this] { return number("SELECT count(*) FROM directory") == 5; })) << log();
  submit(told("T1", R"({"loyalty":"L-3002"})"));
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; }))
      << handoff("cases", code_);
  submit(told("T2", R"({"email":"ada@example.com","loyalty":"L-3002"})"));
  EXPECT_TRUE(eventually([this] { return handoff("cases", code_).contains("email differs, loyalty equal"); }))
      << handoff("cases", code_);
}

TEST_F(CustomerList, MergedCustomersCreditIsShownToWhoWasKept) {
  start_and_read();
  complete("T1", "ada@example.com");
  merge("ada@example.com", "jo@example.com");
  EXPECT_TRUE(eventually([this] { return shown("jo@example.com").contains("25.00"); })) << log();
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; }));
  EXPECT_EQ(number("SELECT count(*) FROM directory"), 3);
  // What was known under the one leads to the other.
  submit(told("T2", R"({"email":"ada@example.com","phone":"+12025550101"})"));
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>(2, "complete"); })) << log();
  EXPECT_TRUE(eventually([this] { return shown("jo@example.com").contains("50.00"); })) << shown("jo@example.com");
  EXPECT_TRUE(handoff("cases", code_).contains("No open cases."));
  stop();
  EXPECT_TRUE(store("verify", code_).contains("every table equals the journal"));
}

TEST_F(CustomerList, MergeOfTwoWhoBothHaveCreditsIsACaseThatARepairCloses) {
  config_.extra += "[repair]\npolicy = \"reissue\"\n";
  start_and_read();
  complete("T1", "ada@example.com");
  complete("T2", "jo@example.com");
  merge("ada@example.com", "jo@example.com");
  ASSERT_TRUE(eventually([this] { return handoff("cases", code_).contains("who has credits too"); })) << log();
  std::string cases = handoff("cases --json", code_);
  std::string ref = cases.substr(cases.find("\"sc_") + 1);
  ref = ref.substr(0, ref.find('"'));
  handoff("repair " + ref + " --email jo@example.com --reason merged", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([this] { return shown("jo@example.com").contains("50.00"); })) << log();
  EXPECT_TRUE(eventually([this] { return handoff("cases", code_).contains("No open cases."); }))
      << handoff("cases", code_);
}

TEST_F(CustomerList, DeletedCustomerMatchesNothingAndTheirCreditsAreACase) {
  start_and_read();
  complete("T1", "ada@example.com");
  merge("ada@example.com", "");
  ASSERT_TRUE(eventually([this] { return handoff("cases", code_).contains("shop deleted this customer"); })) << log();
  EXPECT_EQ(number("SELECT count(*) FROM directory"), 3) << "the record and its key are gone";
  EXPECT_EQ(number("SELECT count(*) FROM customer_digests"), 0);
  submit(told("T2", R"({"email":"ada@example.com","phone":"+12025550101"})"));
  EXPECT_TRUE(eventually([this] { return states().front() == "unresolved"; })) << log();
  handoff("case close 1 --reason 'will be spent at the till'", code_);
  EXPECT_EQ(code_, 0);
  stop();
  EXPECT_TRUE(store("verify", code_).contains("every table equals the journal"));
}

TEST_F(CustomerList, NotificationOfAMergeThatDidNotHappenIsNotBelieved) {
  start_and_read();
  complete("T1", "ada@example.com");
  const boost::json::value ledger = sandbox_.get("/ledger/shopify");
  std::string ada(ledger.at("customers").at(0).at("id").as_string()),
      jo(ledger.at("customers").at(3).at("id").as_string());
  tell("customers/merge", R"({"admin_graphql_api_customer_deleted_id":")" + ada +
                              R"(","admin_graphql_api_customer_kept_id":")" + jo + R"(","status":"completed"})");
  EXPECT_TRUE(eventually([this] {
    return number("SELECT count(*) FROM hints WHERE state = 'fetched' AND type LIKE 'customers/%'") == 1;
  })) << log();
  EXPECT_EQ(number("SELECT count(*) FROM directory"), 4);
  EXPECT_TRUE(shown("jo@example.com").empty());
}

TEST_F(CustomerList, GoesOnAfterARestartWhereItWasAndKeepsNothingInTheClear) {
  start_and_read();
  ASSERT_TRUE(eventually([this] { return handoff("status", code_).contains("Customers"); }));
  EXPECT_TRUE(handoff("status", code_).contains("Customers 4 of shop, read ")) << handoff("status", code_);
  std::string explained = offline("identity explain -c handoff.toml --email ada@exmaple.com", code_);
  EXPECT_TRUE(explained.contains("In the list of shop  4 customers, read ")) << explained;
  EXPECT_TRUE(explained.contains("email a typing error apart")) << explained;
  stop();
  for (const char* file : {"/handoff.db", "/handoff.db-wal"})
    EXPECT_FALSE(support::read_file(folder() + file).contains("ada@example.com")) << file;
  EXPECT_EQ(
      number("SELECT count(*) FROM cursors WHERE connector LIKE '% customers, rule %' AND value LIKE '%watermark%'"),
      1);
  std::int64_t pages = number("SELECT count(*) FROM journal WHERE kind = 'cursor.moved'");
  start();
  submit(told("T1", R"({"email":"ada@exmaple.com"})"));
  ASSERT_TRUE(eventually([this] { return states() == std::vector<std::string>{"unresolved"}; }));
  EXPECT_TRUE(handoff("cases", code_).contains("email a typing error apart")) << "it was loaded and not read again";
  EXPECT_EQ(number("SELECT count(*) FROM journal WHERE kind = 'cursor.moved'"), pages);
}

TEST_F(CustomerList, WhatDoesNotFitIntoMemoryIsNotRankedAndSaid) {
  config_.extra += "at_most = 2\n";
  start();
  EXPECT_TRUE(eventually([this] { return handoff("status", code_).contains("Customers 2 of shop"); })) << log();
  EXPECT_TRUE(handoff("status", code_).contains("at_most is reached")) << handoff("status", code_);
}

}  // namespace handoff::integration
