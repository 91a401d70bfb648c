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
    return std::ranges::count_if(store->read().cases("open", 10), [](const journal::CaseRow& one) { return one.kind == "customer" && one.credit == 2; });
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
