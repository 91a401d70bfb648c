// What an event means that the hub knows already (INVARIANTS N1, N2).

#include <algorithm>

#include "tests/unit/engine/bed.hpp"

namespace handoff::engine {
namespace {

class Known : public EngineBed {
 protected:
  Known() {
    refuses_looks = false;
    posts.push_back("answered at once");
  }
  std::int64_t asked_whose() {
    return std::ranges::count_if(store->read().cases("open", 10),
                                 [](const journal::CaseRow& one) { return one.kind == "customer" && one.credit == 2; });
  }
};

TEST_F(Known, CreditThatComesAgainForAnotherCustomerIsAskedAboutOnceAndStaysWhereItIs) {
  submit("credit.issued", "bob@example.com", "T0");
  submit();
  run(60'000);
  ASSERT_EQ(store->read().credit(2)->state, "complete") << story();
  submit();
  run(10);
  EXPECT_EQ(asked_whose(), 0) << "the same again is nothing new";
  submit("credit.issued", "nobody@example.com");
  run(10);
  EXPECT_EQ(asked_whose(), 0) << "a slip";
  for (int i = 0; i < 2; ++i) {
    submit("credit.issued", "bob@example.com");
    run(10);
  }
  EXPECT_EQ(asked_whose(), 1) << story();
  EXPECT_EQ(store->read().credit(2)->state, "complete");
  EXPECT_EQ(vouchers.size(), 2u);
  EXPECT_TRUE(whole());
}

TEST_F(Known, CancellationThatComesWhileARepairLooksAtTheCardIsNotForgotten) {
  submit();
  run(60'000);
  ASSERT_EQ(state(), "complete") << story();
  Command repair;
  repair.kind = Command::Kind::repair;
  repair.actor = "ann";
  repair.credit = store->read().credit(1)->ref;
  repair.text = "to be sure";
  inputs.emplace_back(std::move(repair));
  ASSERT_FALSE(engine->turn(std::exchange(inputs, {})).fatal);
  ASSERT_FALSE(arrivals.empty()) << "the card is being looked at";
  submit("credit.cancelled");
  ASSERT_FALSE(engine->turn(std::exchange(inputs, {})).fatal);
  loses_voids = false;
  run(2 * kQuiet);
  EXPECT_NE(state(), "complete") << story();
  EXPECT_FALSE(vouchers.begin()->second.active) << "the card is void, and the booking to be taken back";
}

/// The platform answers when the test says so, and knows whom the test says.
class Amended : public EngineBed {
 protected:
  Amended() {
    refuses_looks = false;
    posts.push_back("answered at once");
  }
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    if (!request.target.starts_with("/v1/customers")) return EngineBed::at_cards(request, body);
    json::Array list;
    for (const auto& [email, id] : known)
      if (request.target.contains(email.substr(0, email.find('@'))))
        list.emplace_back(json::Object{{"id", id}, {"object", "customer"}, {"email", email}});
    return replied(200, json::Object{{"customers", json::Value(std::move(list))}});
  }
  /// So far that the system was asked, and has not answered.
  void ask(const char* email, const char* transaction = "T1") {
    submit("credit.issued", email, transaction);
    ASSERT_FALSE(engine->turn(std::exchange(inputs, {})).fatal);
  }
  std::string why() { return store->read().credit(1)->reason; }
  std::map<std::string, std::string> known{{"ada@example.com", "cust_1"}, {"bob@example.com", "cust_2"}};
};

TEST_F(Amended, TwoCustomersNamedBeforeEitherWasFoundParkInEitherOrder) {
  ask("ada@example.com", "T1");
  ASSERT_FALSE(arrivals.empty()) << "the platform is being asked";
  ask("bob@example.com", "T1");
  run(10'000);
  ask("bob@example.com", "T2");
  ask("ada@example.com", "T2");
  run(600'000);
  for (std::int64_t no : {1, 2}) {
    EXPECT_EQ(store->read().credit(no)->state, "unresolved") << story();
    EXPECT_EQ(store->read().credit(no)->reason, "contradiction");
  }
  for (const journal::CaseRow& one : store->read().cases("open", 10)) EXPECT_EQ(one.candidates.size(), 2u);
  EXPECT_TRUE(vouchers.empty());
}

TEST_F(Amended, CorrectionWhileTheMistypedAddressIsAskedForLinks) {
  ask("jon.typo@example.com");
  ask("ada@example.com");
  run(600'000);
  EXPECT_EQ(state(), "complete") << story();
}

TEST_F(Known, AddressThatIsRightAtLastIsLookedForHoweverManyWereWrong) {
  for (int i = 0; i < 12; ++i) {
    submit("credit.issued", ("wrong" + std::to_string(i) + "@elsewhere.example").c_str());
    run(10);
  }
  ASSERT_EQ(state(), "unresolved") << story();
  auto [key, sealed] = store->read().personal(1);
  json::Parsed kept = json::parse(vault.open_sealed(key, "personal", sealed).value_or(""));
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->at("email").as_string(), "wrong11@elsewhere.example");
  ASSERT_EQ(kept->at("before").as_array().size(), 8u) << "the store has a limit";
  EXPECT_EQ(kept->at("before").as_array().back().at("email").as_string(), "wrong3@elsewhere.example")
      << "the oldest goes";
  submit("credit.issued", "ada@example.com");
  run(60'000);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_TRUE(whole());
}

}  // namespace
}  // namespace handoff::engine
