// Whose a credit is, where systems disagree, do not answer, or two people decide (docs/concepts/identity.md).

#include <algorithm>

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

class Owner : public Journey {
 protected:
  Owner() { config_.lookup = R"("cards", "shop")"; }  // the cards find by e-mail only
  int tell(const std::string& transaction, const std::string& customer) {
    std::string body = credit(transaction);
    return submit(body.replace(body.find(R"({"email":"ada@example.com"})"), std::string::npos, customer + "}")).status;
  }
  void told(const std::string& transaction, const std::string& customer) {
    EXPECT_EQ(tell(transaction, customer), 201);
  }
  void sign_up(const std::string& customers) { sandbox_.post("/customers", customers); }
  bool all(const std::string& state) {
    return eventually([&] {
      std::vector<std::string> seen = states();
      return !seen.empty() && std::ranges::all_of(seen, [&](const std::string& one) { return one == state; });
    });
  }
  bool parked_as(const std::string& reason) {
    return eventually([&] {
      return support::StoreView(folder() + "/handoff.db")
                 .number("SELECT count(*) FROM cases WHERE state = 'open' AND kind = 'identity' AND reason = '" +
                         reason + "'") == 1;
    });
  }
  std::string cases() { return handoff("cases", code_); }
  std::string trace(const std::string& transaction) { return handoff("trace " + transaction, code_); }
  std::int64_t number(const std::string& sql) { return support::StoreView(folder() + "/handoff.db").number(sql); }
  int code_ = 0;
};

TEST_F(Owner, TwoSystemsThatDisagreeParkTheCreditWithBothAsCandidates) {
  start();
  sign_up(R"([{"name":"Cleo","email":"cleo@example.org"}])");
  told("T1", R"({"email":"cleo@example.org","phone":"+12025550102"})");  // her address, Bob's phone
  ASSERT_TRUE(parked_as("contradiction")) << cases();
  std::string shown = cases();
  EXPECT_TRUE(shown.contains("email equal, phone not on record")) << shown;
  EXPECT_TRUE(shown.contains("email differs, phone equal")) << shown;
  EXPECT_EQ(number("SELECT count(*) FROM attempts"), 0);
  handoff("case link 1 --candidate 1", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(all("complete")) << cases();
  EXPECT_EQ(agree(1), 0);
}

TEST_F(Owner, IdentifierThatNobodyElseHoldsParksNobody) {
  start();
  sign_up(R"([{"name":"Cleo","email":"cleo@example.org"}])");
  told("T1", R"({"email":"cleo@example.org","phone":"+12025550777"})");
  EXPECT_TRUE(all("complete")) << cases();
  EXPECT_TRUE(trace("T1").contains("at cards, nobody else at shop")) << trace("T1");
}

TEST_F(Owner, SystemThatHoldsAllThatWasToldDecidesAlone) {
  start();
  sandbox_.post("/faults", R"({"vendor":"shopify","match":{"body_contains":"phone:"},"mode":"outage"})");
  told("T1", R"({"email":"ada@example.com","phone":"+12025550101"})");
  EXPECT_TRUE(eventually([&] { return number("SELECT count(*) FROM credits WHERE customer > 0") == 1; })) << cases();
}

/// L2: it waits, then a person may decide; and it needs nobody when the system is back.
TEST_F(Owner, SystemThatDoesNotAnswerMakesACaseThatClosesByItself) {
  config_.look_again = "20s";  // of the quick clock
  on_a_quick_clock();
  start();
  sign_up(R"([{"name":"Cleo","email":"cleo@example.org"}])");
  sandbox_.post("/faults", R"({"vendor":"shopify","mode":"outage"})");
  // Each question wakes the hub, which waits by a slower clock than it counts by.
  auto asked_until = [&](const std::string& sql) {
    return eventually(
        [&] { return tell("T1", R"({"email":"cleo@example.org","phone":"+12025550777"})") < 300 && number(sql) == 1; });
  };
  ASSERT_TRUE(asked_until("SELECT count(*) FROM cases WHERE state = 'open' AND reason = 'unconfirmed'"))
      << cases() << log();
  EXPECT_TRUE(cases().contains("email equal, phone not on record")) << cases();
  EXPECT_EQ(number("SELECT count(*) FROM attempts"), 0);
  sandbox_.heal();
  EXPECT_TRUE(asked_until("SELECT count(*) FROM credits WHERE state = 'complete'")) << cases();
  EXPECT_TRUE(cases().contains("No open cases.")) << cases();
}

TEST_F(Owner, MemoryAsksTheSystemsWhereOneIdentifierIsNew) {
  start();
  told("T1", R"({"email":"ada@example.com","phone":"+12025550101"})");
  ASSERT_TRUE(all("complete")) << cases();
  told("T2", R"({"email":"ada@example.com","phone":"+12025550101"})");
  ASSERT_TRUE(all("complete")) << cases();
  EXPECT_TRUE(trace("T2").contains("in the hub's own record")) << trace("T2");
  told("T3", R"({"email":"ada@example.com","phone":"+12025550101","loyalty":"L-7777"})");
  ASSERT_TRUE(all("complete")) << cases();
  EXPECT_FALSE(trace("T3").contains("in the hub's own record")) << trace("T3");
}

/// A vendor's search compares letter by letter: what is told in another spelling than its record has is asked for in each.
TEST_F(Owner, IdInAnotherSpellingThanItsRecordHasContradictsAsWell) {
  config_.settings["shop"] = R"(loyalty_namespace = "custom", loyalty_key = "loyalty_id")";
  config_.extra = "[identity.loyalty.old]\npattern = \"L-####\"\n";
  start();
  sign_up(
      R"([{"name":"Cleo","email":"cleo@example.org"},{"name":"Dan","email":"dan@example.org","loyalty_id":"L-3001"}])");
  told("T1", R"({"loyalty":"l 3001"})");
  ASSERT_TRUE(all("complete")) << cases();
  told("T2", R"({"email":"cleo@example.org","loyalty":"l3001"})");
  ASSERT_TRUE(parked_as("contradiction")) << cases();
  std::string shown = cases();
  EXPECT_TRUE(shown.contains("email equal, loyalty not on record")) << shown;
  EXPECT_TRUE(shown.contains("email differs, loyalty equal")) << shown;
}

/// The shop is asked by the address, knows nobody by the id that was told, and holds another.
TEST_F(Owner, AddressWhoseRecordHoldsAnotherLoyaltyIdLinksNobody) {
  config_.settings["shop"] = R"(loyalty_namespace = "custom", loyalty_key = "loyalty_id")";
  start();
  sign_up(R"([{"name":"Dan","email":"dan@example.org","loyalty_id":"L3001"}])");
  told("T1", R"({"email":"dan@example.org","loyalty":"L7777"})");
  ASSERT_TRUE(parked_as("contradiction")) << cases();
  EXPECT_TRUE(cases().contains("email equal, loyalty differs")) << cases();
  told("T2", R"({"email":"dan@example.org","loyalty":"L3001"})");
  EXPECT_TRUE(eventually([&] { return number("SELECT count(*) FROM credits WHERE state = 'complete'") == 1; }))
      << cases();
}

TEST_F(Owner, SecondAddressInAnothersFieldParksTheCreditWithBothAsCandidates) {
  start();
  told("T1", R"({"email":"ada@example.com","phone":"bob@example.com"})");
  ASSERT_TRUE(parked_as("contradiction")) << cases();
  EXPECT_TRUE(trace("T1").contains("a***@example.com and b***@example.com")) << trace("T1");
  EXPECT_EQ(number("SELECT count(*) FROM attempts"), 0);
  handoff("case link 1 --candidate 2", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(all("complete")) << cases();
  told("T2", R"({"email":"ada@example.com","loyalty":"ADA@example.com"})");
  EXPECT_TRUE(all("complete")) << "the same address twice" << cases();
}

TEST_F(Owner, PhoneThatTwoShareWaitsForAPersonsChoice) {
  config_.lookup = R"("payments")";  // whose customers may share one
  start();
  sign_up(
      R"([{"name":"Cleo","email":"cleo@example.org","phone":"+12025550666"},{"name":"Dan","email":"dan@example.org","phone":"+12025550666"}])");
  told("T1", R"({"phone":"+12025550666"})");
  ASSERT_TRUE(parked_as("ambiguous")) << cases();
  handoff("case link 1 --email dan@example.org", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(all("complete")) << cases();
  EXPECT_TRUE(cases().contains("No open cases.")) << cases();
  EXPECT_EQ(agree(1), 0);
}

TEST_F(Owner, AddressThatIsToldAfterASharedPhoneLinksItsOwner) {
  config_.lookup = R"("cards", "payments")";  // the cards find by e-mail only
  start();
  sign_up(
      R"([{"name":"Cleo","email":"cleo@example.org","phone":"+12025550666"},{"name":"Dan","email":"dan@example.org","phone":"+12025550666"}])");
  told("T1", R"({"phone":"+12025550666"})");
  ASSERT_TRUE(parked_as("ambiguous")) << cases();
  EXPECT_EQ(tell("T1", R"({"email":"dan@example.org"})"), 200);
  EXPECT_TRUE(all("complete")) << cases();
  EXPECT_EQ(agree(1), 0);
}

TEST_F(Owner, PhoneBesideAnAddressThatIsNewWaitsForAPersonsChoice) {
  config_.lookup = R"("payments")";
  config_.hops = {{"cards", "issue", "", ""}, {"payments", "record", "cards", ""}};
  start();
  sign_up(R"([{"name":"Cleo","email":"none","phone":"+12025550666"}])");
  told("T1", R"({"email":"new@example.org","phone":"+12025550666"})");
  ASSERT_TRUE(parked_as("unconfirmed")) << cases();
  handoff("case link 1 --candidate 1", code_);
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(all("complete")) << cases();
  EXPECT_TRUE(cases().contains("No open cases.")) << cases();
}

TEST_F(Owner, SecondWhoLinksIsToldWhoWasFirstWhoseCaseItIs) {
  config_.lookup = R"("shop")";
  start();
  told("T1", R"({"email":"nobody@example.com"})");
  ASSERT_TRUE(parked_as("no_match")) << cases();
  std::string kims(boost::json::parse(handoff("token create --role ops --json", code_)).at("token").as_string());
  sandbox_.post("/faults", R"({"vendor":"shopify","mode":"outage"})");
  handoff("case link 1 --email ada@example.com", code_, kims);
  EXPECT_EQ(code_, 0);
  std::string refused = handoff("case link 1 --email bob@example.com", code_);
  EXPECT_EQ(code_, 3) << refused;
  EXPECT_TRUE(refused.contains(" has linked this case")) << refused;
  handoff("case link 1 --email ADA@example.com --phone +12025550101", code_, kims);
  EXPECT_EQ(code_, 0) << "who linked may put it right";
  sandbox_.heal();
  EXPECT_TRUE(all("complete")) << cases();
  EXPECT_EQ(
      number(
          "SELECT count(DISTINCT actor) FROM journal JOIN cases ON closed_by = actor WHERE journal.kind = 'credit.amended'"),
      1);
  EXPECT_EQ(agree(1), 0);
}

}  // namespace handoff::integration
