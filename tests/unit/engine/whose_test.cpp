// Whose a credit is at the next system: what was only told proves nobody, and who has a record of their own is not somebody
// else who shares their phone (docs/adr/0013-identity-evidence.md).

#include "tests/unit/engine/value_bed.hpp"

namespace handoff::engine {
namespace {

class Whose : public Value {
 protected:
  Whose() {
    static const auto* shopify =
        instance(HANDOFF_PLUGINS "/libhandoff-shopify.so",
                 json::Value(json::Object{
                     {"base_url", "https://x.myshopify.com"}, {"loyalty_namespace", "n"}, {"loyalty_key", "l"}}));
    static const auto* stripe = instance(HANDOFF_PLUGINS "/libhandoff-stripe.so", json::Value(json::Object()));
    setup.connectors.push_back(connector("shop", "storefront", shopify, 2));
    setup.connectors.push_back(connector("pay", "payments", stripe, 3));
    setup.routes.front().hops = {hop("cards", "issue"), hop("pay", "record")};
    setup.identity_lookup = {"shop"};
    start();
  }
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    net::Result out = Value::at_cards(request, body);
    if (!request.target.starts_with("/v1/publications")) return out;
    json::Object customer{{"id", "cust_1"}, {"source_id", body.at("customer").at("source_id").as_string()}};
    return replied(200, json::Object{{"result", "SUCCESS"},
                                     {"voucher", json::Object{{"code", body.at("voucher").as_string()}}},
                                     {"customer", std::move(customer)},
                                     {"customer_id", "cust_1"}});
  }
  struct Record {
    std::string id, email, phone, loyalty;
  };
  void send(std::vector<net::Departure> all) override {
    for (net::Departure& one : all) {
      const net::Outbound& out = one.out;
      json::Parsed body = json::parse(out.request.body.empty() ? "{}" : out.request.body);
      net::Result result = out.connection == 2   ? at_shop(body ? *body : json::Value())
                           : out.connection == 3 ? at_pay(out.request)
                                                 : answer(out);
      arrivals.emplace_back(std::move(one.done), std::move(result));
    }
  }
  net::Result at_shop(const json::Value& body) {
    const json::Value& by = body.at("variables").at("by");
    json::Value found;
    for (const Record& one : shop) {
      bool meant = (!one.email.empty() && by.at("emailAddress").as_string() == one.email) ||
                   (!one.phone.empty() && by.at("phoneNumber").as_string() == one.phone) ||
                   (!one.loyalty.empty() && by.at("customId").at("value").as_string() == one.loyalty);
      if (!meant || found.object()) continue;
      json::Object record{{"id", one.id}, {"displayName", "A"}};
      record.set("defaultEmailAddress",
                 one.email.empty() ? json::Value() : json::Value(json::Object{{"emailAddress", one.email}}));
      record.set("defaultPhoneNumber",
                 one.phone.empty() ? json::Value() : json::Value(json::Object{{"phoneNumber", one.phone}}));
      record.set("loyalty", one.loyalty.empty() ? json::Value() : json::Value(json::Object{{"value", one.loyalty}}));
      found = json::Value(std::move(record));
    }
    return replied(200, json::Object{{"data", json::Object{{"customerByIdentifier", std::move(found)}}}});
  }
  net::Result at_pay(const HttpRequest& request) {
    json::Array rows;
    if (request.method == "POST") booked = true;
    if (request.target.contains("stranger%40example.com"))
      rows.emplace_back(json::Object{{"id", "cus_9"}, {"object", "customer"}, {"email", "stranger@example.com"}});
    return replied(200, json::Object{{"object", "list"}, {"data", json::Value(std::move(rows))}, {"has_more", false}});
  }
  void tell(const char* transaction, const char* email, const char* phone, const char* loyalty) {
    submit("credit.issued", email, transaction);
    std::get<Submission>(inputs.back()).event.phone = phone;
    std::get<Submission>(inputs.back()).event.loyalty = loyalty;
    run(60'000);
  }
  std::string at_the_shop(std::int64_t credit) {
    return store->read().customer_ref(store->read().credit(credit)->customer, "cn_shop");
  }
  std::vector<Record> shop;
  bool booked = false;
};

TEST_F(Whose, RecordOfTheirOwnIsNotTheOneWhoHadThePhoneBefore) {
  shop.push_back({"gid://shopify/Customer/1", "", "+12025550103", ""});
  tell("T1", "", "+12025550103", "");
  ASSERT_EQ(at_the_shop(1), "gid://shopify/Customer/1") << story();
  shop.push_back({"gid://shopify/Customer/2", "new@example.com", "+12025550103", ""});
  tell("T2", "new@example.com", "", "");
  EXPECT_EQ(at_the_shop(2), "gid://shopify/Customer/2") << story();
  EXPECT_NE(store->read().credit(1)->customer, store->read().credit(2)->customer);
}

TEST_F(Whose, AddressThatWasOnlyToldLeadsToNobodyAtASystemThatWasNotAsked) {
  shop.push_back({"gid://shopify/Customer/1", "", "", "L1003"});
  tell("T1", "stranger@example.com", "", "L1003");
  ASSERT_EQ(at_the_shop(1), "gid://shopify/Customer/1") << story();
  EXPECT_FALSE(booked) << "on a stranger's account";
  EXPECT_NE(open_cases().find("identity: pay.record: pay does not know this customer"), std::string::npos)
      << open_cases();
}

}  // namespace
}  // namespace handoff::engine
