// What a connector can ask and a journey of minutes does not bring about: its self-check, a history that is searched
// when a key has expired, a question about something that is not there. The connector's own file is loaded and stepped,
// and its calls go to the sandbox past the recorder.

#include <dlfcn.h>

#include <handoff/testing/driver.hpp>
#include <map>
#include <set>

#include "tests/contract/recorded.hpp"

namespace handoff::contract {

class Question : public Recorded {
 protected:
  static json::Value object(const std::string& text) { return *json::parse(text); }

  /// One operation of this connector, its calls really made.
  template <class Input>
  testing::RunResult ask(const std::string& connector, const json::Value& settings, const char* operation,
                         const Input& input, const support::Headers& credentials) {
    const std::string file = HANDOFF_PLUGINS "/libhandoff-" + connector + ".so";
    void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);  // never closed: as the host does
    if (!library) ADD_FAILURE() << dlerror();
    const auto* plugin = library ? static_cast<const handoff_plugin*>(dlsym(library, "handoff_plugin_v1")) : nullptr;
    if (!plugin) return {};
    testing::Driver driver(*plugin, settings);
    for (const char* label : {"create-gift-card", "activate", "deactivate", "assign-customer"})
      driver.call_id(label, "ho1-" + std::string(label), label);
    support::HttpClient client(sandbox_.url(connector));
    testing::RunResult out = driver.run(operation, input, [&](const testing::Asked& asked) {
      support::Headers headers(asked.headers.begin(), asked.headers.end());
      headers.insert(headers.end(), credentials.begin(), credentials.end());
      support::Answer answer = client.send(asked.method, asked.target, asked.body, headers);
      return testing::Answer(answer.status, answer.body);
    });
    EXPECT_EQ(out.problem, "");
    return out;
  }

  struct Vendor {
    std::string name;
    json::Value settings;
    support::Headers credentials;
  };
  testing::RunResult check(const Vendor& vendor) {
    return ask(vendor.name, vendor.settings, "check/1", CheckInput(), vendor.credentials);
  }
  /// An operation that must end well.
  template <class Input>
  testing::RunResult well(const Vendor& vendor, const char* operation, const Input& input) {
    testing::RunResult out = ask(vendor.name, vendor.settings, operation, input, vendor.credentials);
    EXPECT_TRUE(out.done || out.more) << vendor.name << "." << operation << ": " << json::write(out.result);
    return out;
  }
  CustomerInfo ada_at(const Vendor& vendor) {
    FindCustomerInput who;
    who.email = "ada@example.com";
    who.phone = "+12025550101";
    auto found = well(vendor, "find_customer/1", who).as<FindCustomerResult>();
    EXPECT_EQ(found.candidates.size(), 1u) << vendor.name;
    return found.candidates.empty() ? CustomerInfo() : found.candidates.front();
  }
  std::vector<Vendor> everyone() { return {square_, voucherify_, stripe_, shopify_, bigcommerce_, vendure_, books()}; }

  /// A shopper pays with a gift card.
  void spend_at_square(const std::string& card, std::int64_t minor) {
    support::HttpClient client(sandbox_.url("square"));
    const std::string body =
        R"({"idempotency_key":"spend","gift_card_activity":{"type":"REDEEM","location_id":"LSANDBOX1",)"
        R"("gift_card_id":")" +
        card + R"(","redeem_activity_details":{"amount_money":{"amount":)" + std::to_string(minor) +
        R"(,"currency":"USD"}}}})";
    support::Headers headers = square_.credentials;
    headers.emplace_back("Content-Type", "application/json");
    headers.emplace_back("Square-Version", "2025-08-20");
    EXPECT_EQ(client.send("POST", "/v2/gift-cards/activities", body, headers).status, 200);
  }

  /// With a token, fetched the way the host does it.
  Vendor books() {
    support::Answer answer =
        support::HttpClient(sandbox_.url("business_central"))
            .post("/t1/oauth2/v2.0/token",
                  "grant_type=client_credentials&client_id=bc-client&client_secret=bc-secret&scope=x",
                  {{"Content-Type", "application/x-www-form-urlencoded"}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    const std::string token(object(answer.body).at("access_token").as_string());
    return {"business_central",
            object(R"({"tenant":"t1","environment":"sandbox","company_id":"5a1d0b0c-0000-4000-8000-000000000001",)"
                   R"("account":"2450","balancing_account":"6110","currency":"USD"})"),
            {{"Authorization", "Bearer " + token}}};
  }
  const Vendor square_ = {
      "square", object(R"({"gift_card_location":"LSANDBOX1"})"), {{"Authorization", "Bearer sq-sandbox-token"}}};
  const Vendor voucherify_ = {
      "voucherify", object(R"({"currency":"USD"})"), {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}}};
  const Vendor stripe_ = {"stripe", object("{}"), {{"Authorization", "Bearer sk_test_sandbox"}}};
  const Vendor bigcommerce_ = {
      "bigcommerce", object(R"({"store_hash":"abc","currency":"USD"})"), {{"X-Auth-Token", "bc-sandbox-token"}}};
  const Vendor shopify_ = {"shopify", object("{}"), {{"X-Shopify-Access-Token", "shpat_sandbox"}}};
  const Vendor vendure_ = {"vendure",
                           object(R"({"base_url":"http://x","currency":"USD"})"),
                           {{"vendure-api-key", "sandbox-id:sandbox-key"}}};
};

TEST_F(Question, EveryConnectorChecksItself) {
  for (const Vendor& vendor : everyone()) EXPECT_TRUE(check(vendor).done) << vendor.name;
}

TEST_F(Question, StrangersAreTurnedAway) {
  for (Vendor vendor : everyone()) {
    for (auto& [name, value] : vendor.credentials) value = "Bearer wrong";
    EXPECT_EQ(check(vendor).failure, static_cast<std::uint32_t>(HANDOFF_FAIL_AUTH)) << vendor.name;
  }
}

TEST_F(Question, BusyAndBrokenVendorsAreAskedAgain) {
  const std::map<std::string, std::uint32_t> modes = {{"http_429", HANDOFF_FAIL_RATE_LIMITED},
                                                      {"http_500", HANDOFF_FAIL_RETRYABLE}};
  for (const Vendor& vendor : everyone())
    for (const auto& [mode, failure] : modes) {
      fault({.vendor = vendor.name, .mode = mode});
      EXPECT_EQ(check(vendor).failure, failure) << vendor.name << " " << mode;
    }
}

TEST_F(Question, WhatIsNotThereIsSaidSo) {
  auto finds_nothing = [this](const Vendor& vendor, const ReadInput& wanted) {
    testing::RunResult run = ask(vendor.name, vendor.settings, "read/1", wanted, vendor.credentials);
    EXPECT_TRUE(run.done) << vendor.name << ": " << json::write(run.result);
    EXPECT_TRUE(run.as<ReadResult>().sightings.empty()) << vendor.name;
  };
  ReadInput wanted;
  wanted.reference = wanted.code = wanted.instrument = "nobody";
  wanted.customer = CustomerInfo();
  wanted.customer->id = "gid://shopify/Customer/1";
  wanted.by = "reference";
  finds_nothing(square_, wanted);
  finds_nothing(books(), wanted);
  wanted.by = "code";
  finds_nothing(voucherify_, wanted);
  finds_nothing(square_, wanted);
  finds_nothing(shopify_, wanted);
  wanted.by = "customer";
  finds_nothing(shopify_, wanted);
  wanted.customer->id = "cus_nobody";
  wanted.by = "history";
  finds_nothing(stripe_, wanted);
  wanted.by = "instrument";
  finds_nothing(stripe_, wanted);
  wanted.instrument = "gid://shopify/GiftCard/1";
  finds_nothing(shopify_, wanted);
}

TEST_F(Question, CustomersOfShopifyAreListedAndFetchedWithTheirLoyaltyIdsAndWithout) {
  PullInput since;
  since.since = "2026-01-01T00:00:00Z";
  for (const char* settings : {"{}", R"({"loyalty_namespace":"club","loyalty_key":"card"})"}) {
    testing::RunResult run = ask("shopify", object(settings), "pull_customers/1", since, shopify_.credentials);
    EXPECT_TRUE(run.done || run.more) << json::write(run.result);
    FetchInput one;
    one.type = "customers/update";
    one.object = "gid://shopify/Customer/1";
    run = ask("shopify", object(settings), "fetch/1", one, shopify_.credentials);
    EXPECT_TRUE(run.done) << json::write(run.result);
  }
}

TEST_F(Question, CustomerOfVoucherifyIsFoundByTheLoyaltyIdThatIsTheirSourceId) {
  const json::Value settings = object(R"({"currency":"USD","loyalty_is_source_id":true})");
  auto found = [&](const char* loyalty) {
    FindCustomerInput who;
    who.loyalty = loyalty;
    return ask("voucherify", settings, "find_customer/1", who, voucherify_.credentials)
        .as<FindCustomerResult>()
        .candidates;
  };
  EXPECT_TRUE(found("nobody").empty());
  ASSERT_EQ(found("L-1001").size(), 1u);
  EXPECT_EQ(found("L-1001").front().loyalty, "L-1001");
}

TEST_F(Question, CustomersThatChangedAreListed) {
  for (const Vendor& vendor : {square_, bigcommerce_, shopify_}) {
    PullInput since;
    EXPECT_FALSE(well(vendor, "pull_customers/1", since).emitted.empty()) << vendor.name << ", everybody";
    since.since = "2026-01-01T00:00:00Z";
    EXPECT_FALSE(well(vendor, "pull_customers/1", since).emitted.empty()) << vendor.name;
  }
}

TEST_F(Question, WhatMovedOnGiftCardsIsAskedForBehindTheRefunds) {
  PullInput since;
  since.since = "2026-01-01T00:00:00Z";
  testing::RunResult refunds = well(square_, "pull/1", since);
  ASSERT_TRUE(refunds.more);
  since.cursor = refunds.result;
  EXPECT_TRUE(well(square_, "pull/1", since).done);
}

TEST_F(Question, BalancesAreShownInAMetafieldOfBigCommerceAndItsOwnCreditIsSeen) {
  auto run = [&](const char* operation, const auto& input) { return well(bigcommerce_, operation, input); };
  MirrorInput mirror;
  mirror.customer = ada_at(bigcommerce_);
  for (mirror.version = 1; mirror.version <= 2; ++mirror.version) {
    mirror.balances = {Money(2500 * mirror.version, "USD")};
    EXPECT_EQ(run("mirror/1", mirror).as<MirrorResult>().version, mirror.version);
  }
  ReadInput read;
  read.by = "customer";
  read.customer = mirror.customer;
  EXPECT_EQ(run("read/1", read).as<ReadResult>().sightings.at(0).version, 2);
  support::Headers headers = bigcommerce_.credentials;
  headers.emplace_back("Content-Type", "application/json");
  support::HttpClient(sandbox_.url("bigcommerce"))
      .send("PUT", "/stores/abc/v3/customers",
            R"([{"id":)" + mirror.customer.id + R"(,"store_credit_amounts":[{"amount":43.15}]}])", headers);
  ListInput list;
  list.until = "2099-01-01T00:00:00Z";
  auto mirrors = run("list/1", list);
  list.cursor = mirrors.result;
  auto credit = run("list/1", list);
  ASSERT_EQ(mirrors.emitted.size(), 1u);
  ASSERT_EQ(credit.emitted.size(), 1u);
  EXPECT_EQ(credit.emitted[0].at("surface").as_string(), "store_credit");
  EXPECT_EQ(money_from_json(credit.emitted[0].at("amount")), Money(4315, "USD"));
  EXPECT_TRUE(credit.as<ListResult>().complete);
}

TEST_F(Question, StoreCreditAccountsAndGiftCardsOfShopifyAreSeen) {
  support::Headers headers = shopify_.credentials;
  headers.emplace_back("Content-Type", "application/json");
  auto by_hand = [&](const std::string& query, const std::string& variables) {
    support::HttpClient(sandbox_.url("shopify"))
        .send("POST", "/admin/api/2026-10/graphql.json",
              R"({"query":")" + query + R"(","variables":)" + variables + "}", headers);
  };
  by_hand(
      "mutation CreditByHand($id:ID!,$in:StoreCreditAccountCreditInput!){storeCreditAccountCredit(id:$id,"
      "creditInput:$in){userErrors{code}}}",
      R"({"id":")" + ada_at(shopify_).id + R"(","in":{"creditAmount":{"amount":"43.15","currencyCode":"USD"}}})");
  by_hand("mutation CardByHand($in:GiftCardCreateInput!){giftCardCreate(input:$in){userErrors{code}}}",
          R"({"in":{"initialValue":"25.00"}})");
  std::map<std::string, Money> held;
  ListInput list;
  list.until = "2099-01-01T00:00:00Z";
  testing::RunResult page;
  for (int pages = 0; pages < 5 && !page.done; ++pages) {
    page = well(shopify_, "list/1", list);
    list.cursor = page.result;
    for (const json::Value& record : page.emitted)
      held[std::string(record.at("surface").as_string())] = *money_from_json(record.at("amount"));
  }
  EXPECT_TRUE(page.as<ListResult>().complete);
  EXPECT_EQ(held,
            (std::map<std::string, Money>{{"store_credit", Money(4315, "USD")}, {"gift_cards", Money(2500, "USD")}}));
}

TEST_F(Question, GiftCardOfShopifyIsIssuedAssignedSpentAndEnded) {
  const Vendor platform = {"shopify", object(R"({"gift_card_currency":"USD"})"), shopify_.credentials};
  auto run = [&](const char* operation, const auto& input) { return well(platform, operation, input); };
  IssueInput issue;
  issue.credit.ref = "sc_1";
  issue.credit.expires_at = "2099-11-23T00:00:00Z";
  issue.reference = "ho1-1";
  issue.amount = Money(2500, "USD");
  issue.code = "k4wtz7qhn2mdypb6x3sevrca5u";
  LinkInput link;
  link.instrument = run("issue/1", issue).as<IssueResult>().instrument;
  EXPECT_TRUE(ask("shopify", platform.settings, "issue/1", issue, platform.credentials).failed);  // TAKEN
  auto seen = [&](const std::string& by) {
    ReadInput look;
    look.by = by;
    look.code = issue.code;
    look.instrument = link.instrument;
    auto result = run("read/1", look).template as<ReadResult>();
    EXPECT_TRUE(result.complete);
    return result.sightings.size() == 1 ? result.sightings.front() : Sighting();
  };
  EXPECT_EQ(seen("code").reference, issue.reference);
  link.customer = ada_at(platform);
  EXPECT_EQ(run("link/1", link).as<LinkResult>().customer, link.customer.id);
  EXPECT_EQ(seen("instrument").customer, link.customer.id);
  sandbox_.post("/shopify/pay", R"({"code":"k4wtz7qhn2mdypb6x3se","amount_minor":700})");
  VoidInput end;
  end.instrument = link.instrument;
  run("void/1", end);
  Sighting over = seen("instrument");
  EXPECT_EQ(over.state, "void");
  EXPECT_EQ(over.removed, Money(1800, "USD"));
}

TEST_F(Question, WalletOfVendureIsMadeFilledReadAndListedWithItsOwner) {
  auto run = [&](const char* operation, const auto& input) { return well(vendure_, operation, input); };
  IssueInput issue;
  issue.credit.ref = "sc_1";
  issue.reference = "ho1-1";
  issue.amount = Money(2500, "USD");
  issue.code = "SC-WALLET";
  issue.customer = ada_at(vendure_);
  const std::string wallet = run("issue/1", issue).as<IssueResult>().instrument;
  ReadInput read;
  read.by = "code";
  read.code = issue.code;
  read.credit = issue.credit.ref;
  read.reference = issue.reference;
  read.customer = issue.customer;
  auto seen = run("read/1", read).as<ReadResult>();
  ASSERT_EQ(seen.sightings.size(), 1u);
  EXPECT_EQ(seen.sightings[0].instrument, wallet);
  EXPECT_EQ(seen.sightings[0].amount, issue.amount);
  EXPECT_EQ(seen.sightings[0].customer, issue.customer->id);
  ListInput list;
  list.until = "2099-01-01T00:00:00Z";
  std::set<std::string> owners;
  testing::RunResult page;
  for (int pages = 0; pages < 10 && !page.done; ++pages) {
    page = run("list/1", list);
    for (const json::Value& one : page.emitted)
      if (one.at("instrument").as_string() == wallet) owners.emplace(one.at("customer").as_string());
    list.cursor = page.result;
  }
  EXPECT_EQ(owners, (std::set<std::string>{"", issue.customer->id}));
}

TEST_F(Question, EverythingIsListed) {
  start();
  for (const char* transaction : {"T1", "T2", "T3"}) give(transaction, R"({"email":"ada@example.com"})");
  all_become("complete", 3);
  const std::map<std::string, std::int64_t> counts = {{"voucherify", 3}, {"stripe", 3}, {"business_central", 3},
                                                      {"shopify", 3},    {"square", 0}, {"bigcommerce", 0},
                                                      {"vendure", 0}};
  for (const Vendor& vendor : everyone()) {
    ListInput input;
    input.since = "2026-01-01T00:00:00Z";
    input.until = "2099-01-01T00:00:00Z";
    std::set<std::string> credits;
    std::int64_t emitted = 0;
    testing::RunResult page;
    for (int pages = 0; pages < 10 && !page.done; ++pages) {
      page = ask(vendor.name, vendor.settings, "list/1", input, vendor.credentials);
      ASSERT_FALSE(page.failed) << vendor.name << ": " << json::write(page.result);
      for (const json::Value& record : page.emitted) credits.emplace(record.at("credit").as_string());
      emitted += static_cast<std::int64_t>(page.emitted.size());
      input.cursor = page.result;
    }
    EXPECT_TRUE(page.as<ListResult>().complete) << vendor.name;
    EXPECT_EQ(page.as<ListResult>().count, emitted) << vendor.name;
    EXPECT_EQ(emitted, counts.at(vendor.name)) << vendor.name;
    EXPECT_EQ(static_cast<std::int64_t>(credits.size()), emitted) << vendor.name;
  }
}

TEST_F(Question, CreditWithEverythingIsIssuedToACustomerThePlatformDidNotKnow) {
  const json::Value settings = object(R"({"currency":"USD","category":"Store credit","channel":"till"})");
  auto run = [&](const char* operation, const auto& input) {
    return ask("voucherify", settings, operation, input, voucherify_.credentials);
  };
  IssueInput issue;
  issue.credit.ref = "sc_1";
  issue.credit.store = "S14";
  issue.credit.expires_at = "2027-11-23T00:00:00Z";
  issue.reference = "ho1-1";
  issue.amount = Money(2500, "USD");
  issue.code = "SC-EVERYTHING";
  EXPECT_TRUE(run("issue/1", issue).done);
  LinkInput link;
  link.code = issue.code;
  link.reference = "ho1-2";
  link.customer.hub = "cu_1";
  link.customer.name = "Ann Lee";
  link.customer.email = "ann@example.com";
  link.customer.phone = "+12025550105";
  EXPECT_TRUE(run("link/1", link).done);
  sandbox_.post("/voucherify/redeem", R"({"code":"SC-EVERYTHING","amount_minor":700})");
  ReadInput history;
  history.by = "history";
  history.code = issue.code;
  auto told = run("read/1", history).as<ReadResult>();
  ASSERT_EQ(told.sightings.size(), 1u);
  EXPECT_TRUE(told.complete);
  EXPECT_EQ(told.sightings[0].redeemed, Money(700, "USD"));
}

TEST_F(Question, GiftCardOfSquareIsIssuedLinkedGivenToAnotherSpentAndEnded) {
  auto run = [&](const char* operation, const auto& input) {
    testing::RunResult out = ask("square", square_.settings, operation, input, square_.credentials);
    EXPECT_TRUE(out.done) << operation << ": " << json::write(out.result);
    return out;
  };
  auto who = [&](const char* email) {
    FindCustomerInput wanted;
    wanted.email = email;
    auto found = run("find_customer/1", wanted).template as<FindCustomerResult>();
    return found.candidates.size() == 1 ? found.candidates.front() : CustomerInfo();
  };
  IssueInput issue;
  issue.reference = "ho1-1";
  issue.amount = Money(2500, "USD");
  issue.code = "k4wtz7qhn2mdypb6x3sevrca5u";
  LinkInput link;
  link.instrument = run("issue/1", issue).as<IssueResult>().instrument;
  auto seen = [&](const std::string& by) {
    ReadInput look;
    look.by = by;
    look.code = issue.code;
    look.instrument = link.instrument;
    auto result = run("read/1", look).template as<ReadResult>();
    EXPECT_TRUE(result.complete);
    return result.sightings.size() == 1 ? result.sightings.front() : Sighting();
  };
  for (const char* email : {"ada@example.com", "bob@example.com"}) {
    link.customer = who(email);
    EXPECT_EQ(run("link/1", link).as<LinkResult>().customer, link.customer.id);
    EXPECT_EQ(seen("code").customer, link.customer.id);
  }
  EXPECT_EQ(seen("instrument").issued, issue.amount);
  EXPECT_EQ(seen("instrument").reference, issue.reference);
  spend_at_square(link.instrument, 700);
  VoidInput end;
  end.instrument = link.instrument;
  run("void/1", end);
  Sighting over = seen("instrument");
  EXPECT_EQ(over.state, "void");
  EXPECT_EQ(over.removed, Money(1800, "USD"));
  EXPECT_EQ(over.redeemed, Money(700, "USD"));
}

TEST_F(Question, ExpiredKeyIsReplacedByTheCustomersHistory) {
  start();
  give("T1", R"({"email":"ada@example.com"})");
  all_become("complete", 1);
  FindCustomerInput who;
  who.email = "ada@example.com";
  auto found = ask("stripe", stripe_.settings, "find_customer/1", who, stripe_.credentials).as<FindCustomerResult>();
  ASSERT_EQ(found.candidates.size(), 1u);
  ReadInput history;
  history.by = "history";
  history.customer = found.candidates.front();
  EXPECT_EQ(ask("stripe", stripe_.settings, "read/1", history, stripe_.credentials).as<ReadResult>().sightings.size(),
            1u);
}

}  // namespace handoff::contract
