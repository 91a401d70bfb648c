// What an operator decides on the command line goes through the running hub (INVARIANTS B7, E).

#include "tests/integration/journey.hpp"

namespace handoff::integration {

class Decision : public Journey {
 protected:
  int code_ = 0;
};

TEST_F(Decision, LinkLeadsAWalkInsCreditToItsCustomer) {
  start();
  std::string body = credit("T1");
  std::size_t at = body.find("ada@example.com");
  ASSERT_NE(at, std::string::npos);
  body.replace(at, 15, "nobody@example.com");
  submit(body);
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"unresolved"}; }));
  std::string out = handoff("case link 1 --email nobody@example.com", code_);
  EXPECT_EQ(code_, 3) << out;
  EXPECT_NE(out.find("given before"), std::string::npos) << out;
  Answer looked_for = support::HttpClient(hub_->admin())
                          .post("/v1/cases/1/link", R"({"email":"xyz@example.com"})", hub_->authorization());
  EXPECT_EQ(looked_for.body, R"({"case":1,"done":"link","open":true})") << "until somebody is found";
  ASSERT_TRUE(eventually([&] {
    handoff("case link 1 --email ada@example.com", code_);  // refused while the systems are asked for the other
    return code_ == 0;
  }));
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  EXPECT_EQ(agree(1), 0);
}

TEST_F(Decision, WhoSignsUpLaterIsFoundWithoutAPerson) {
  config_.look_again = "200ms";
  start();
  std::string body = credit("T1");
  body.replace(body.find("ada@example.com"), 15, "new@example.com");
  submit(body);
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"unresolved"}; }));
  sandbox_.post("/customers", R"([{"name":"New Customer","email":"new@example.com"}])");
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  EXPECT_EQ(handoff("cases", code_).find("identity"), std::string::npos);
  EXPECT_EQ(agree(1), 0);
}

TEST_F(Decision, LinkToNobodySaysWhatIsWrongNow) {
  start();
  std::string body = credit("T1");
  body.replace(body.find(R"({"email")"), std::string::npos, "{}}");
  submit(body);
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"unresolved"}; }));
  EXPECT_NE(handoff("cases", code_).find("named no customer"), std::string::npos);
  handoff("case link 1 --email nobody@example.com", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([&] { return handoff("cases", code_).find("No system knows") != std::string::npos; }));
  EXPECT_EQ(handoff("cases", code_).find("named no customer"), std::string::npos);
}

TEST_F(Decision, RetryOfWhatIsStillWrongOpensANewCase) {
  start();
  std::string body = credit("T1");
  body.insert(1, R"("balance_type":"promo",)");
  if (std::size_t twice = body.find(R"("balance_type":"general")"); twice != std::string::npos)
    body.erase(twice, std::string(R"("balance_type":"general",)").size());
  submit(body);
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"held"}; }));
  EXPECT_NE(handoff("cases", code_).find("handoff case retry 1"), std::string::npos);
  std::string out = handoff("case close 1 --reason 'looks fine'", code_);
  EXPECT_EQ(code_, 3) << out;
  EXPECT_EQ(handoff("case retry 1", code_).substr(0, 6), "Case 1");
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([&] { return handoff("cases", code_).find("case retry 2") != std::string::npos; }));
  EXPECT_EQ(states(), std::vector<std::string>{"held"});
}

TEST_F(Decision, StrangersAndNonsenseAreRefused) {
  start();
  EXPECT_NE(handoff("case retry 7", code_).find("no case 7"), std::string::npos);
  EXPECT_EQ(code_, 3);
  EXPECT_EQ(support::HttpClient(hub_->admin()).post("/v1/cases/1/retry", "{}").status, 401);
  EXPECT_EQ(support::HttpClient(hub_->admin()).post("/v1/cases/1/burn", "{}", hub_->authorization()).status, 404);
  EXPECT_EQ(support::HttpClient(hub_->admin()).post("/v1/cases/1/link", "[", hub_->authorization()).status, 400);
}

}  // namespace handoff::integration
