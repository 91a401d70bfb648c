#include "tests/golden/fixture.hpp"

namespace handoff::golden {
namespace {

class RouteTests : public Cli {
 protected:
  /// With a second route, and these tests.
  void configure(const std::string& tests) {
    write_file(config(), contents(config()) + R"([[route]]
name = "promotions"
when = { event = "credit.issued", from = "register", balance_type = ["promo"] }
hops = [{ to = "cards", do = "issue" }]
[ceilings]
per_credit = ["100.00 USD"]
)" + tests);
  }
};

TEST_F(RouteTests, HoldAndSayWhatNoTestTakes) {
  configure(R"([[test]]
name = "a known customer is confirmed"
given = { event = "credit.issued", from = "register", amount = "25.00 USD", customer = { email = "jo@example.com" } }
expect = { route = "register-credit", hops = ["cards.issue"], status = "confirmed" }
[[test]]
name = "a walk-in waits"
given = { event = "credit.issued", from = "register", amount = "25.00 USD" }
expect = { route = "register-credit", status = "accepted", decision = "hold" }
[[test]]
name = "what is above a ceiling waits"
given = { event = "credit.issued", from = "register", amount = "100.01 USD", customer = { email = "jo@example.com" } }
expect = { route = "register-credit", status = "accepted" }
)");
  Ran ran = run({"test", config()});
  EXPECT_EQ(ran.exit, 0);
  expect_text("route_tests", ran);
}

TEST_F(RouteTests, SayWhereTheyFailAndWhy) {
  configure(R"([[test]]
name = "a gift goes nowhere"
given = { event = "credit.issued", from = "register", balance_type = "gift", amount = "25.00 USD" }
expect = { route = "promotions", hops = ["cards.issue"], status = "confirmed" }
)");
  Ran ran = run({"test", config()});
  EXPECT_EQ(ran.exit, 1);
  expect_text("route_tests_failed", ran);
  expect_text("route_tests_failed_json", run({"test", config(), "--json"}));
}

TEST_F(RouteTests, AreNotRunOnAWrongConfiguration) {
  configure("[[test]]\nname = \"x\"\n");
  Ran ran = run({"test", config()});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_NE(ran.err.find("handoff.toml:26:1: error: "), std::string::npos) << ran.err;
  Ran program = run({"test", config(), "--json"});
  EXPECT_EQ(program.exit, 3);
  json::Parsed said = json::parse(program.out);
  ASSERT_TRUE(said) << program.out;
  EXPECT_EQ(said->at("error").at("code").as_string(), "configuration");
  EXPECT_FALSE(said->at("error").at("diagnostics").as_array().empty());
}

}  // namespace
}  // namespace handoff::golden
