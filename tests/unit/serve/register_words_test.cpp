#include "core/serve/register_words.hpp"

#include <gtest/gtest.h>

namespace handoff::serve {
namespace {

std::string told(const std::string& decision, const std::string& reason) {
  engine::Standing standing;
  standing.status = "accepted";
  standing.decision = decision;
  standing.reason = reason;
  return RegisterWords().instruction(standing, "S14");
}

TEST(RegisterWords, PromiseAnArrivalOnlyWhereNobodyMustLookFirst) {
  EXPECT_EQ(told("hold", "pending"), "Accepted; it will arrive. Give the customer the receipt.");
  for (const char* reason : {"under_review", "no_match", "ambiguous", "unusable_identifier"})
    EXPECT_EQ(told("hold", reason),
              "Accepted, but somebody looks into it before it arrives. Give the customer the receipt.")
        << reason;
  EXPECT_FALSE(told("hold", "no_route").contains("it will arrive"));
  EXPECT_EQ(told("supervisor", "under_review"), "Call a supervisor before the customer leaves.");
  EXPECT_FALSE(RegisterWords().taken("S14").contains("it will arrive"));
}

TEST(RegisterWords, SayOfEveryRefusedTransactionThatNothingIsHandedOut) {
  engine::Standing standing;
  standing.status = "rejected";
  standing.http = 422;
  standing.problem = "why";
  for (const char* reason : {"conflict", "collision"}) {
    standing.reason = reason;
    EXPECT_EQ(RegisterWords().instruction(standing, "S14"), "Do not hand out this credit. (why)") << reason;
  }
}

}  // namespace
}  // namespace handoff::serve
