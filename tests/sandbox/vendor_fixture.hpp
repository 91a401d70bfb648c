#pragma once
// Calls a vendor without sockets, as an integration would.

#include <gtest/gtest.h>

#include "sandbox.hpp"
#include "world.hpp"

namespace sandbox::test {

struct Answer {
  int status = 0;
  Json body;
  Response raw;
  std::string header(std::string_view name) const {
    for (const auto& [key, value] : raw.headers)
      if (lower(key) == lower(name)) return value;
    return {};
  }
};

inline Answer answer_of(Response response) {
  Answer answer{response.status, Json(), std::move(response)};
  if (auto json = Json::parse(answer.raw.body)) answer.body = std::move(*json);
  return answer;
}

class VendorTest : public ::testing::Test {
 protected:
  Answer send(std::string_view vendor, std::string method, std::string_view target, std::string body = {},
              Pairs headers = {}) {
    return answer_of(world_.gate(vendor)
                         ->process(make_request(std::move(method), target, std::move(body), std::move(headers)))
                         .response);
  }

  Json ledger(std::string_view vendor) { return world_.gate(vendor)->vendor().ledger(); }

  World world_{7, "", default_customers()};
};

class VoucherifySandbox : public VendorTest {
 protected:
  Answer call(std::string method, std::string_view target, std::string body = {}) {
    return send("voucherify", std::move(method), target, std::move(body),
                {{"x-app-id", "sandbox-app"}, {"x-app-token", "sandbox-token"}});
  }
  Answer create(const std::string& code, std::int64_t amount) {
    return call("POST", "/v1/vouchers/" + code,
                R"({"type":"GIFT_VOUCHER","gift":{"amount":)" + std::to_string(amount) + "}}");
  }
};

class ShopifySandbox : public VendorTest {
 protected:
  Answer call(std::string_view query, Json variables = Json::object()) {
    return send("shopify", "POST", "/admin/api/2026-10/graphql.json",
                Json::object({{"query", query}, {"variables", std::move(variables)}}).dump(),
                {{"x-shopify-access-token", "shpat_sandbox"}});
  }
  std::string customer(const std::string& email) {
    const auto answer = call("query($i:CustomerIdentifierInput!){customerByIdentifier(identifier:$i){id}}",
                             Json::object({{"i", Json::object({{"emailAddress", email}})}}));
    return std::string(answer.body["data"]["customerByIdentifier"]["id"].text());
  }
};

class StripeSandbox : public VendorTest {
 protected:
  Answer call(std::string method, std::string_view target, std::string body = {}, const std::string& key = {}) {
    Pairs headers = {{"authorization", "Bearer sk_test_sandbox"}};
    if (!key.empty()) headers.emplace_back("idempotency-key", key);
    return send("stripe", std::move(method), target, std::move(body), std::move(headers));
  }
  std::string customer(const std::string& email) {
    return std::string(call("GET", "/v1/customers?email=" + email).body["data"].items().at(0)["id"].text());
  }
  std::string transactions(const std::string& email) {
    return "/v1/customers/" + customer(email) + "/balance_transactions";
  }
};

class SquareSandbox : public VendorTest {
 protected:
  Answer call(std::string method, std::string_view target, const Json& body = Json()) {
    return send("square", std::move(method), target, body.is_null() ? "" : body.dump(),
                {{"authorization", "Bearer sq-sandbox-token"}});
  }
};

class BusinessCentralSandbox : public VendorTest {
 protected:
  void SetUp() override {
    const auto answer = send("business_central", "POST", "/tenant/oauth2/v2.0/token",
                             "grant_type=client_credentials&client_id=bc-client&client_secret=bc-secret&scope=all");
    token_ = answer.body["access_token"].text();
  }
  Answer call(std::string method, const std::string& target, std::string body = {}, Pairs extra = {}) {
    extra.emplace_back("authorization", "Bearer " + token_);
    return send("business_central", std::move(method), "/v2.0/tenant/production/api/v2.0" + target, std::move(body),
                std::move(extra));
  }
  std::string company() const { return "/companies(" + std::string(business_central::kCompanyId) + ")"; }
  std::string journal(const std::string& code) {
    const auto answer = call("POST", company() + "/journals", R"({"code":")" + code + R"(","displayName":"x"})");
    return company() + "/journals(" + std::string(answer.body["id"].text()) + ")";
  }
  Answer add_line(const std::string& journal, const std::string& document, const std::string& amount,
                  const std::string& balancing = R"(,"balancingAccountNumber":"6110")") {
    return call("POST", journal + "/journalLines",
                R"({"accountType":"G/L Account","accountNumber":"2450","postingDate":"2026-11-23","documentNumber":")" +
                    document + R"(","externalDocumentNumber":"sc_1","amount":)" + amount + balancing + "}");
  }

  std::string token_;
};

}  // namespace sandbox::test
