// Shopify in place of Voucherify: a gift card of the shop's own for each credit. It knows no idempotency key; a code of ours
// that is taken is refused, and the card is found by it. The metafield is shown by a connector of its own.

#include "tests/integration/journey.hpp"

namespace handoff::integration {

class ShopifyPlatform : public Journey {
 protected:
  ShopifyPlatform() {
    config_.cards = "plugin = \"shopify\"\nsettings = { base_url = \"" + sandbox_.url("shopify") +
                    "\", gift_card_currency = \"USD\" }\nsecrets = { access_token = { env = \"SHOPIFY_TOKEN\" } }\n";
    config_.settings["shop"] = "pools = false";  // the other connector sees the cards
  }
  void fault(const std::string& document, const std::string& mode, int count = 1) {
    sandbox_.post("/faults", R"({"vendor":"shopify","match":{"body_contains":")" + document + R"("},"mode":")" + mode +
                                 R"(","count":)" + std::to_string(count) + "}");
  }
  bool all_are(const std::string& state, std::size_t credits = 1) {
    return eventually([&] { return states() == std::vector<std::string>(credits, state); }, std::chrono::seconds(60));
  }
  boost::json::array cards() { return sandbox_.get("/ledger/shopify").at("gift_cards").as_array(); }
  boost::json::object card(std::size_t at) {
    boost::json::array all = cards();
    return at < all.size() ? all[at].as_object() : boost::json::object();
  }
  /// The mail address of whose it is; empty if it is nobody's.
  std::string holder(const boost::json::object& of) {
    const boost::json::value ledger = sandbox_.get("/ledger/shopify");
    for (const boost::json::value& one : ledger.at("customers").as_array())
      if (one.at("id") == of.at("customer")) return std::string(one.at("email").as_string());
    return {};
  }
  std::string of_whom(const std::string& name, const std::string& transaction) {
    std::string body = credit(transaction);
    return body.replace(body.find("ada@"), 4, name + "@");
  }
  void give() {
    start();
    ref_ = std::string(boost::json::parse(submit(credit("T1")).body).at("id").as_string());
  }
  void issue() {
    give();
    ASSERT_TRUE(all_are("complete")) << trace();
  }
  void pay(std::int64_t minor) {
    sandbox_.post("/shopify/pay", R"({"code":")" + std::string(card(0).at("code").as_string()) +
                                      R"(","amount_minor":)" + std::to_string(minor) + "}");
  }
  void cancel() {
    std::string body = R"({"transaction":"T1","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
    support::HttpClient(hub_->registers()).post("/v1/register/cancellations", body, hub_->authorization());
  }
  /// Done by hand at the shop.
  boost::json::value at_the_shop(const std::string& document, const std::string& variables) {
    Answer answer =
        support::HttpClient(sandbox_.url("shopify"))
            .post("/admin/api/2026-10/graphql.json", R"({"query":")" + document + R"(","variables":)" + variables + "}",
                  {{"X-Shopify-Access-Token", "shpat_sandbox"}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    return boost::json::parse(answer.body);
  }
  std::string make_by_hand(const std::string& amount) {
    const boost::json::value made =
        at_the_shop("mutation($in:GiftCardCreateInput!){giftCardCreate(input:$in){giftCard{id}}}",
                    R"({"in":{"initialAmount":{"amount":")" + amount + R"(","currencyCode":"USD"}}})");
    return std::string(made.at("data").at("giftCardCreate").at("giftCard").at("id").as_string());
  }
  void end_by_hand(const std::string& id) {
    at_the_shop("mutation($id:ID!){giftCardDeactivate(id:$id){giftCard{id}}}", R"({"id":")" + id + "\"}");
  }
  /// What a live audit says once the credit is older than what reads may lag behind, and it ends with `code`.
  std::string audit(int code) {
    std::string said;
    EXPECT_TRUE(eventually([&] {
      said = handoff("audit --live --sla 0s --memory 16M -o " + folder() + "/out", code_);
      return said.contains("in 1 credit,") && code_ == code;
    })) << said;
    return said;
  }
  std::string trace() { return handoff("trace " + ref_, code_); }
  std::string ref_;
  int code_ = 0;
};

TEST_F(ShopifyPlatform, CardIsMadeForItsCustomerOnceWhateverAnswerIsLost) {
  for (const char* mode : {"lost_before", "lost_after"})
    for (const char* document : {"CreateCard", "AssignCard"}) fault(document, mode);
  issue();
  ASSERT_EQ(cards().size(), 1u);
  EXPECT_EQ(card(0).at("balance_minor").as_int64(), 2500);
  EXPECT_EQ(card(0).at("note").as_string().find("handoff " + ref_ + " "), 0u) << card(0).at("note");
  EXPECT_EQ(holder(card(0)), "ada@example.com");
}

TEST_F(ShopifyPlatform, ErrorsThrottlingAndGarbageDoubleNothing) {
  for (const char* mode : {"http_429", "http_500", "garbage", "http_500_after"})
    for (const char* document : {"CreateCard", "AssignCard"}) fault(document, mode);
  issue();
  ASSERT_EQ(cards().size(), 1u);
  EXPECT_EQ(card(0).at("balance_minor").as_int64(), 2500);
  EXPECT_EQ(holder(card(0)), "ada@example.com");
}

TEST_F(ShopifyPlatform, CardUnderOurCodeWithoutOurReferenceIsHeldForAPerson) {
  fault("CreateCard", "lost_after");
  fault("FindCard", "http_500", 1000);
  give();
  ASSERT_TRUE(eventually([&] { return cards().size() == 1; }));
  at_the_shop("mutation($id:ID!,$in:GiftCardUpdateInput!){giftCardUpdate(id:$id,input:$in){userErrors{field}}}",
              R"({"id":")" + std::string(card(0).at("id").as_string()) + R"(","in":{"note":"birthday"}})");
  sandbox_.heal();
  EXPECT_TRUE(eventually([&] { return handoff("cases", code_).contains("does not carry our reference"); }))
      << handoff("cases", code_);
  EXPECT_EQ(cards().size(), 1u);
  EXPECT_EQ(holder(card(0)), "");
}

TEST_F(ShopifyPlatform, CancelledCardIsDeactivatedAndWhatWasSpentIsSaid) {
  issue();
  pay(700);
  fault("DeactivateCard", "lost_before");
  fault("DeactivateCard", "lost_after");
  cancel();
  ASSERT_TRUE(all_are("closed")) << trace();
  EXPECT_FALSE(card(0).at("enabled").as_bool());
  EXPECT_TRUE(handoff("cases", code_).contains("when 7.00 USD of it had been spent")) << handoff("cases", code_);
}

TEST_F(ShopifyPlatform, CardOfAnotherPersonIsVoidedAndWhatWasLeftIsIssuedToTheRightOne) {
  config_.extra = "[repair]\npolicy = \"reissue\"\n";
  issue();
  submit(of_whom("bob", "T2"));  // so that he is known
  ASSERT_TRUE(all_are("complete", 2));
  pay(700);
  fault("DeactivateCard", "lost_after");
  handoff("repair " + ref_ + " --reason 'his account' --email bob@example.com", code_);
  ASSERT_TRUE(eventually([&] { return cards().size() == 3 && holder(card(2)) == "bob@example.com"; })) << trace();
  ASSERT_TRUE(all_are("complete", 2)) << trace();
  EXPECT_FALSE(card(0).at("enabled").as_bool());
  EXPECT_EQ(card(2).at("balance_minor").as_int64(), 1800);
}

TEST_F(ShopifyPlatform, AuditKnowsItsCardsAndFindsOneThatIsNobodys) {
  for (support::HopText& hop : config_.hops) hop.more = ", sla = \"1s\"";
  issue();
  end_by_hand(make_by_hand("5.00"));
  audit(0);
  make_by_hand("9.00");
  EXPECT_TRUE(audit(1).contains("9.00"));
}

TEST_F(ShopifyPlatform, StorefrontsAuditFindsCardsThatCanBeSpentAndNoDeadOnes) {
  config_.cards.clear();
  config_.settings.clear();
  for (support::HopText& hop : config_.hops) hop.more = ", sla = \"1s\"";
  issue();
  end_by_hand(make_by_hand("5.00"));
  audit(0);
  make_by_hand("9.00");
  EXPECT_TRUE(audit(1).contains("9.00"));
}

TEST_F(ShopifyPlatform, IsNoSecondPoolBesideAnother) {
  config_.cards.clear();
  config_.settings["shop"] = "gift_card_currency = \"USD\"";
  config_.hops = {{"cards", "issue", "", ""}, {"shop", "issue", "cards", ""}};
  support::write_file(folder() + "/handoff.toml", config_.text(sandbox_));
  EXPECT_NE(start_in_vain().code, 0);
  EXPECT_TRUE(log().contains("shop.issue and cards.issue both put the value into a pool")) << log();
}

}  // namespace handoff::integration
