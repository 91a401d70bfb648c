#include "vendor_fixture.hpp"

namespace sandbox::test {

class TrytonSandbox : public VendorTest {
 protected:
  Answer call(const std::string& method, const std::string& params) {
    return send("tryton", "POST", "/tryton/", R"({"id":1,"method":"model.)" + method + R"(","params":)" + params + "}",
                {{"authorization", "Basic aHViOmh1Yi1wYXNzLTE="}});
  }
  static std::string line(int account, const char* debit, const char* credit, const char* more = "") {
    const auto decimal = [](const char* text) {
      return R"({"__class__":"Decimal","decimal":")" + std::string(text) + "\"}";
    };
    return R"({"account":)" + std::to_string(account) + R"(,"debit":)" + decimal(debit) + R"(,"credit":)" +
           decimal(credit) + more + "}";
  }
  Answer create(const std::string& lines,
                const std::string& day = R"({"__class__":"date","year":2026,"month":11,"day":23})") {
    return call("account.move.create", R"([[{"company":1,"journal":5,"period":)" + std::to_string(2026 * 12 + 11) +
                                           R"(,"date":)" + day + R"(,"description":"ho1-a","lines":[["create",[)" +
                                           lines + R"(]]]}],{"company":1}])");
  }
  Answer create_good() { return create(line(8, "0", "25.00", R"(,"party":2)") + "," + line(9, "25.00", "0")); }
  static std::string error_of(const Answer& answer) { return std::string(answer.body["error"].items().at(0).text()); }
  Json lines_of(const std::string& domain) {
    return call("account.move.line.search_read",
                "[" + domain + R"(,0,100,[["id","ASC"]],["account.code","credit","move.state"],{"company":1}])")
        .body["result"];
  }
};

TEST_F(TrytonSandbox, MakesADraftAndPostsItOnce) {
  EXPECT_EQ(create_good().body["result"].items().at(0).integer(), 1);
  const Json drafts = lines_of(R"([["move.description","=","ho1-a"],["account.code","=","2450"]])");
  ASSERT_EQ(drafts.items().size(), 1U);
  EXPECT_EQ(drafts.items().at(0)["move."]["state"].text(), "draft");
  EXPECT_EQ(drafts.items().at(0)["credit"]["decimal"].text(), "25.00");
  const auto posted = call("account.move.post", R"([[1],{"company":1}])");
  EXPECT_TRUE(posted.body.has("result"));
  EXPECT_TRUE(posted.body["result"].is_null());
  EXPECT_EQ(error_of(call("account.move.post", R"([[1],{"company":1}])")), "UserError");
  EXPECT_TRUE(ledger("tryton")["moves"].items().at(0)["posted"].truthy());
}

TEST_F(TrytonSandbox, RefusesWhatDoesNotHoldWithoutATrace) {
  EXPECT_EQ(error_of(create(line(8, "0", "25.00") + "," + line(9, "25.00", "0"))), "UserError");  // no party
  EXPECT_EQ(error_of(create(line(8, "0", "1.001", R"(,"party":2)"))), "UserError");
  EXPECT_EQ(error_of(create(line(9, "1.00", "0"), R"({"__class__":"date","year":2026,"month":10,"day":1})")),
            "UserError");
  EXPECT_TRUE(ledger("tryton")["moves"].items().empty());
  create(line(9, "25.00", "0"));
  EXPECT_EQ(error_of(call("account.move.post", R"([[1],{"company":1}])")), "UserError");  // unbalanced
}

TEST_F(TrytonSandbox, TakesNothingIntoAClosedPeriod) {
  EXPECT_EQ(world_.gate("tryton")->vendor().configure(*Json::parse(R"({"closed_periods":["2026-11"]})")), std::nullopt);
  EXPECT_EQ(error_of(create_good()), "UserError");
  const std::string open =
      R"([[["start_date","<=",{"__class__":"date","year":2026,"month":11,"day":23}],)"
      R"(["end_date",">=",{"__class__":"date","year":2026,"month":11,"day":23}],["state","=","open"]],0,9,null,["state"],{}])";
  EXPECT_TRUE(call("account.period.search_read", open).body["result"].items().empty());
  EXPECT_NE(world_.gate("tryton")->vendor().configure(*Json::parse(R"({"pages":1})")), std::nullopt);
}

TEST_F(TrytonSandbox, SearchesByDomainsWithOrAndIn) {
  create_good();
  EXPECT_EQ(lines_of(R"([["id",">",1],["account.code","in",["2450","6110"]]])").items().size(), 1U);
  EXPECT_EQ(lines_of(R"([["OR",["account.code","=","2450"],["account.code","=","6110"]]])").items().size(), 2U);
  EXPECT_EQ(
      lines_of(
          R"([["OR",["create_date",">=",{"__class__":"datetime","year":2999,"month":1,"day":1}],["move.write_date","!=",null]]])")
          .items()
          .size(),
      0U);
  EXPECT_EQ(lines_of(R"([["nothing","=",1]])").items().size(), 0U);
  const Json ada = call("party.contact_mechanism.search_read",
                        R"([[["type","=","email"],["value","=","ada@example.com"]],0,9,null,["party.name"],{}])")
                       .body["result"];
  EXPECT_EQ(ada.items().at(0)["party."]["name"].text(), "Ada Lovelace");
}

TEST_F(TrytonSandbox, AnswersWhatIsNoCallAsTheServerDoes) {
  EXPECT_EQ(send("tryton", "POST", "/tryton/", "{}").status, 401);
  EXPECT_EQ(call("account.move.delete", R"([[1],{}])").status, 403);
  EXPECT_EQ(error_of(call("nope.search_read", R"([[],0,1,null,[],{}])")), "'nope'");
  EXPECT_EQ(error_of(call("account.move.post", "[[1]]")), "Missing context argument");
}

}  // namespace sandbox::test
