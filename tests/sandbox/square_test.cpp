#include "vendor_fixture.hpp"

namespace sandbox::test {
namespace {

Json search_by(const char* field, const char* kind, const char* value) {
  return Json::object({{"query", Json::object({{"filter", Json::object({{field, Json::object({{kind, value}})}})}})}});
}

Json activity(const std::string& key, const Json& card, const char* type, const char* details, Json content) {
  return Json::object({{"idempotency_key", key},
                       {"gift_card_activity", Json::object({{"type", type},
                                                            {"location_id", "LSANDBOX1"},
                                                            {"gift_card_id", card["id"]},
                                                            {details, std::move(content)}})}});
}

Json usd(std::int64_t amount) {
  return Json::object({{"amount_money", Json::object({{"amount", amount}, {"currency", "USD"}})}});
}

}  // namespace

class SquareGiftCards : public SquareSandbox {
 protected:
  Json new_card(const std::string& key = "card-1") {
    return call("POST", "/v2/gift-cards",
                Json::object({{"idempotency_key", key},
                              {"location_id", "LSANDBOX1"},
                              {"gift_card", Json::object({{"type", "DIGITAL"}})}}))
        .body["gift_card"];
  }
  Answer act(const Json& body) { return call("POST", "/v2/gift-cards/activities", body); }
};

TEST_F(SquareSandbox, RefusesAWrongToken) {
  const auto answer = send("square", "GET", "/v2/refunds");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body["errors"].items().at(0)["code"].text(), "UNAUTHORIZED");
}

TEST_F(SquareSandbox, FindsCustomersByEachFilter) {
  const auto find = [&](const char* field, const char* kind, const char* value) {
    const auto answer = call("POST", "/v2/customers/search", search_by(field, kind, value));
    return answer.body["customers"].items().size();
  };
  EXPECT_EQ(find("email_address", "exact", "ADA@example.com"), 1U);
  EXPECT_EQ(find("email_address", "exact", "ada@"), 0U);
  EXPECT_EQ(find("email_address", "fuzzy", "example"), 4U);
  EXPECT_EQ(find("phone_number", "exact", "+1-202-555-0102"), 1U);
  EXPECT_EQ(find("reference_id", "exact", "L-1004"), 1U);
}

TEST_F(SquareSandbox, ListsCustomersPageByPage) {
  const auto first = call("GET", "/v2/customers?limit=3").body;
  EXPECT_EQ(first["customers"].items().size(), 3U);
  const auto rest = call("GET", "/v2/customers?limit=3&cursor=" + std::string(first["cursor"].text())).body;
  EXPECT_EQ(rest["customers"].items().size(), 1U);
  EXPECT_TRUE(rest["cursor"].is_null());
  EXPECT_EQ(call("GET", "/v2/customers?limit=0").status, 400);
}

TEST_F(SquareSandbox, FindsALoyaltyAccountByPhone) {
  const auto answer = call("POST", "/v2/loyalty/accounts/search",
                           *Json::parse(R"({"query":{"mappings":[{"phone_number":"+12025550101"}]}})"));
  ASSERT_EQ(answer.body["loyalty_accounts"].items().size(), 1U);
  const std::string id(answer.body["loyalty_accounts"].items()[0]["customer_id"].text());
  EXPECT_EQ(call("GET", "/v2/customers/" + id).body["customer"]["email_address"].text(), "ada@example.com");
}

TEST_F(SquareSandbox, ShowsARefundAtTheRegisterEverywhere) {
  RegisterRefund wanted;
  wanted.customer_email = "ada@example.com";
  wanted.amount = 2500;
  const Json made = world_.square().refund_at_register(wanted);
  const Json refund = call("GET", "/v2/refunds/" + std::string(made["refund_id"].text())).body["refund"];
  EXPECT_EQ(refund["status"].text(), "COMPLETED");
  EXPECT_EQ(refund["destination_type"].text(), "EXTERNAL");
  EXPECT_EQ(refund["amount_money"]["amount"].integer(), 2500);
  const Json payment = call("GET", "/v2/payments/" + std::string(made["payment_id"].text())).body["payment"];
  EXPECT_EQ(payment["refund_ids"].items().at(0), made["refund_id"]);
  EXPECT_FALSE(payment["customer_id"].text().empty());
  EXPECT_EQ(call("GET", "/v2/refunds").body["refunds"].items().size(), 1U);
  EXPECT_EQ(call("POST", "/v2/events", *Json::parse(R"({"query":{"filter":{"event_types":["refund.updated"]}}})"))
                .body["events"]
                .items()
                .size(),
            1U);
}

TEST_F(SquareSandbox, PagesRefundsWithoutLosingOneWhenNewOnesArrive) {
  RegisterRefund wanted;
  wanted.amount = 100;
  for (int i = 0; i < 5; ++i) {
    world_.square().refund_at_register(wanted);
    world_.clock().advance_ms(1000);
  }
  const std::string query =
      "/v2/refunds?sort_field=UPDATED_AT&sort_order=ASC&limit=2&updated_at_begin_time=2020-01-01T00:00:00Z";
  std::size_t seen = 0;
  std::string cursor;
  for (int page = 0; page < 5; ++page) {
    const auto answer = call("GET", query + "&cursor=" + cursor);
    seen += answer.body["refunds"].items().size();
    cursor = answer.body["cursor"].text();
    if (page == 0) world_.square().refund_at_register(wanted);
    if (cursor.empty()) break;
  }
  EXPECT_EQ(seen, 6U);
  EXPECT_EQ(call("GET", "/v2/refunds?cursor=unknown").status, 400);
}

TEST_F(SquareGiftCards, NeedAnActivationBeforeTheyHoldValue) {
  const Json card = new_card();
  EXPECT_EQ(card["state"].text(), "PENDING");
  EXPECT_EQ(act(activity("a0", card, "LOAD", "load_activity_details", usd(100))).status, 400);
  const auto active = act(activity("a1", card, "ACTIVATE", "activate_activity_details", usd(1000)));
  EXPECT_EQ(active.body["gift_card_activity"]["gift_card_balance_money"]["amount"].integer(), 1000);
  const auto read = call("POST", "/v2/gift-cards/from-gan", Json::object({{"gan", card["gan"]}}));
  EXPECT_EQ(read.body["gift_card"]["state"].text(), "ACTIVE");
}

TEST_F(SquareGiftCards, ReplayTheSameKeyAndBody) {
  EXPECT_EQ(new_card("k")["id"], new_card("k")["id"]);
  const Json card = new_card("k");
  const Json activate = activity("a1", card, "ACTIVATE", "activate_activity_details", usd(1000));
  EXPECT_EQ(act(activate).body["gift_card_activity"]["id"], act(activate).body["gift_card_activity"]["id"]);
  EXPECT_EQ(call("GET", "/v2/gift-cards/activities").body["gift_card_activities"].items().size(), 1U);
}

TEST_F(SquareGiftCards, RefuseAKeyWithAnotherBody) {
  const Json card = new_card();
  act(activity("a1", card, "ACTIVATE", "activate_activity_details", usd(1000)));
  const auto reused = act(activity("a1", card, "ACTIVATE", "activate_activity_details", usd(2000)));
  EXPECT_EQ(reused.status, 400);
  EXPECT_EQ(reused.body["errors"].items().at(0)["code"].text(), "IDEMPOTENCY_KEY_REUSED");
}

TEST_F(SquareGiftCards, AreVoidedForGood) {
  const Json card = new_card();
  act(activity("a1", card, "ACTIVATE", "activate_activity_details", usd(1000)));
  EXPECT_EQ(act(activity("a2", card, "ADJUST_DECREMENT", "adjust_decrement_activity_details", usd(1))).status,
            400);  // no reason
  const Json suspicious = Json::object({{"reason", "SUSPICIOUS_ACTIVITY"}});
  EXPECT_EQ(act(activity("a3", card, "CLEAR_BALANCE", "clear_balance_activity_details", suspicious)).status, 200);
  EXPECT_EQ(act(activity("a4", card, "DEACTIVATE", "deactivate_activity_details",
                         Json::object({{"reason", "UNKNOWN_REASON"}})))
                .status,
            400);                                                                                   // Square's to write
  EXPECT_EQ(act(activity("a4", card, "BLOCK", "block_activity_details", suspicious)).status, 400);  // likewise
  act(activity("a4", card, "DEACTIVATE", "deactivate_activity_details", suspicious));
  EXPECT_EQ(act(activity("a5", card, "LOAD", "load_activity_details", usd(1))).status, 400);
  const Json now = call("GET", "/v2/gift-cards/" + std::string(card["id"].text())).body["gift_card"];
  EXPECT_EQ(now["state"].text(), "DEACTIVATED");
  EXPECT_EQ(now["balance_money"]["amount"].integer(), 0);
}

TEST_F(SquareGiftCards, LinkAndUnlinkACustomer) {
  const Json card = new_card();
  const auto found = call("POST", "/v2/customers/search", search_by("email_address", "exact", "ada@example.com"));
  const Json customer = Json::object({{"customer_id", found.body["customers"].items().at(0)["id"]}});
  const std::string path = "/v2/gift-cards/" + std::string(card["id"].text());
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(call("POST", path + "/link-customer", customer).body["gift_card"]["customer_ids"].items().size(), 1U);
  EXPECT_EQ(call("GET", "/v2/gift-cards?customer_id=" + std::string(customer["customer_id"].text()))
                .body["gift_cards"]
                .items()
                .size(),
            1U);
  EXPECT_EQ(call("POST", path + "/unlink-customer", customer).status, 200);
  EXPECT_EQ(call("POST", path + "/link-customer", Json::object({{"customer_id", "nobody"}})).status, 400);
}

}  // namespace sandbox::test
