// Acknowledged means synced (INVARIANTS J1, BARS R1), counted from outside by the system calls of the real program.

#include <thread>

#include "tests/integration/journey.hpp"
#include "tests/integration/trace.hpp"

namespace handoff::integration {

class Synced : public Journey {
 protected:
  void SetUp() override {
    if (!crash::can_trace()) GTEST_SKIP() << "this machine lets nobody trace";
    hub_options_.before = crash::watched(folder() + "/trace");
    start();
  }
  void each_was_synced(int credits) {
    hub_.reset();
    crash::Acknowledgements seen = crash::read_acknowledgements(folder() + "/trace");
    EXPECT_EQ(seen.synced, credits);
    EXPECT_EQ(seen.unsynced, std::vector<std::string>());
  }
};

/// No vendor is asked for them: no other sync can stand in for the one of the credit.
TEST_F(Synced, CreditThatWaitsForNobodyIsOnTheDiskBeforeItIsAcknowledged) {
  for (int i = 1; i <= 20; ++i) {
    std::string promo = credit("T" + std::to_string(i));
    promo.replace(promo.find("\"amount\""), 0, R"("balance_type":"promo",)");
    Answer answer = submit(promo);
    EXPECT_TRUE(answer.status == 201 && answer.body.contains("no_route")) << answer.body;
  }
  each_was_synced(20);
}

TEST_F(Synced, SoAreThoseThatManyRegistersSendAtOnce) {
  constexpr int kRegisters = 6, kCredits = 5;
  std::vector<std::jthread> registers;
  for (int one = 1; one <= kRegisters; ++one)
    registers.emplace_back([this, one] {
      for (int i = 1; i <= kCredits; ++i)
        EXPECT_EQ(submit(credit("T" + std::to_string(one) + "-" + std::to_string(i))).status, 201);
    });
  registers.clear();
  each_was_synced(kRegisters * kCredits);
}

}  // namespace handoff::integration
