#include "vendor_fixture.hpp"

namespace sandbox::test {

class BigCommerceSandbox : public VendorTest {
 protected:
  Answer call(std::string method, const std::string& target, std::string body = {}) {
    return send("bigcommerce", std::move(method), "/stores/abc/v3" + target, std::move(body),
                {{"x-auth-token", "bc-sandbox-token"}});
  }
  std::string ada() {
    return std::to_string(
        call("GET", "/customers?email:in=ada@example.com").body["data"].items().at(0)["id"].integer().value_or(0));
  }
  std::string field(const std::string& value, const std::string& permission = "read_and_sf_access") {
    return R"({"permission_set":")" + permission + R"(","namespace":"handoff","key":"store_credit","value":")" + value +
           "\"}";
  }
};

TEST_F(BigCommerceSandbox, RefusesAWrongToken) {
  EXPECT_EQ(send("bigcommerce", "GET", "/stores/abc/v3/customers").status, 401);
}

TEST_F(BigCommerceSandbox, FindsCustomersByEmailAndPhoneAndPagesThem) {
  EXPECT_EQ(call("GET", "/customers?email:in=ada@example.com,bob@example.com").body["data"].items().size(), 2U);
  EXPECT_EQ(call("GET", "/customers?phone:in=%2B12025550102").body["data"].items().size(), 1U);
  const Json second = call("GET", "/customers?limit=3&page=2").body;
  EXPECT_EQ(second["data"].items().size(), 1U);
  EXPECT_EQ(second["meta"]["pagination"]["total"].integer(), 4);
  EXPECT_EQ(call("GET", "/customers?limit=0").status, 422);
}

TEST_F(BigCommerceSandbox, OverwritesStoreCreditWhateverItWas) {
  for (const char* amount : {"43.15", "20"}) {
    const auto set =
        call("PUT", "/customers",
             R"([{"id":)" + ada() + R"(,"store_credit_amounts":[{"amount":)" + std::string(amount) + "}]}]");
    EXPECT_EQ(set.status, 200);
  }
  EXPECT_EQ(ledger("bigcommerce")["customers"].items().at(0)["store_credit_minor"].integer(), 2000);
  const Json shown = call("GET", "/customers?include=storecredit&email:in=ada@example.com").body["data"].items().at(0);
  EXPECT_EQ(shown["store_credit_amounts"].items().at(0)["amount"].number_text(), "20.00");
  EXPECT_FALSE(call("GET", "/customers").body["data"].items().at(0).has("store_credit_amounts"));
  EXPECT_EQ(call("PUT", "/customers", R"([{"id":999}])").status, 422);
}

TEST_F(BigCommerceSandbox, KeepsOneMetafieldOfANameForEachCustomer) {
  const std::string path = "/customers/" + ada() + "/metafields";
  const auto made = call("POST", path, field("1"));
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(call("POST", path, field("2")).status, 409);
  const std::string id = std::to_string(made.body["data"].items().at(0)["id"].integer().value_or(0));
  EXPECT_EQ(call("PUT", path + "/" + id, field("3")).status, 200);
  EXPECT_EQ(call("GET", path + "?namespace=handoff&key=store_credit").body["data"].items().at(0)["value"].text(), "3");
  EXPECT_EQ(call("GET", "/customers/metafields?namespace=other").body["data"].items().size(), 0U);
  EXPECT_EQ(call("PUT", path + "/999", field("4")).status, 404);
  EXPECT_EQ(call("POST", "/customers/999/metafields", field("4")).status, 404);
  EXPECT_EQ(call("POST", path, field("", "everybody")).status, 422);
}

}  // namespace sandbox::test
