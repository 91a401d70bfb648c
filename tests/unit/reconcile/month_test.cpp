// Generated months: what is planted is found, nothing else is, and the cause is right.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "core/reconcile/audit.hpp"
#include "core/report/json.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/reconcile/score.hpp"
#include "tests/unit/reconcile/truth.hpp"

namespace handoff::reconcile {
namespace {

std::string told(const Score& score) {
  std::string out;
  for (const std::string& one : score.wrong) out += "\n  " + one;
  return out;
}

std::int64_t number(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

/// AUDIT_SEEDS and AUDIT_CREDITS make it long.
TEST(Month, AllThatIsPlantedIsFoundAndNothingElse) {
  std::int64_t seeds = number("AUDIT_SEEDS", 4);
  int planted = 0, right = 0;
  for (std::int64_t seed = 1; seed <= seeds; ++seed) {
    support::TempDir dir;
    exports::Options options{static_cast<std::uint64_t>(seed), number("AUDIT_CREDITS", 20'000), 40};
    exports::Month month = exports::write_month(options, dir.path().string());
    auto done = audit(request_for(month, dir.path().string()));
    ASSERT_TRUE(done) << done.error().text();
    Score result = score(*done, month);
    EXPECT_EQ(result.found, result.planted) << "seed " << seed << told(result);
    EXPECT_EQ(result.false_gaps, 0) << "seed " << seed << told(result);
    EXPECT_GE(result.cause_right * 100, result.planted * 98) << "seed " << seed << told(result);
    EXPECT_EQ(done->credits, month.credits) << "seed " << seed;
    EXPECT_EQ(done->unreadable_rows, 0);
    for (const std::string& one : done->warnings)
      EXPECT_FALSE(one.starts_with("the registers") || one.ends_with("missing?")) << one;
    planted += result.planted;
    right += result.cause_right;
  }
  RecordProperty("planted", planted);
  RecordProperty("cause_right", right);
}

TEST(Month, AllThatAnotherGeneratorPlantsByOtherRulesIsFoundAndNothingElse) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    support::TempDir dir;
    exports::Month month = write_other_month(seed, dir.path().string());
    auto done = audit(request_for(month, dir.path().string()));
    ASSERT_TRUE(done) << done.error().text();
    Score result = score(*done, month);
    EXPECT_GT(result.planted, 100);
    EXPECT_EQ(result.found, result.planted) << "seed " << seed << told(result);
    EXPECT_EQ(result.false_gaps, 0) << "seed " << seed << told(result);
    EXPECT_EQ(result.cause_right, result.planted) << "seed " << seed << told(result);
    EXPECT_EQ(done->unreadable_rows, 0);
  }
}

TEST(Month, ItsTruthIsReadFromItsFileAsItWasPlanted) {
  support::TempDir dir;
  exports::Month month = exports::write_month({3, 2'000, 10}, dir.path().string());
  auto truth = read_truth(dir.file("truth.csv"));
  ASSERT_TRUE(truth) << truth.error();
  ASSERT_EQ(truth->size(), month.truth.size());
  for (std::size_t i = 0; i < truth->size(); ++i) {
    EXPECT_EQ((*truth)[i].reference, month.truth[i].reference);
    EXPECT_EQ((*truth)[i].issued_s, month.truth[i].issued_s);
    EXPECT_EQ((*truth)[i].kind + (*truth)[i].cause, month.truth[i].kind + month.truth[i].cause);
  }
  std::ofstream(dir.file("truth.csv")) << "reference,issued_at,kind,cause\nA,,missing,F9\n";
  EXPECT_TRUE(read_truth(dir.file("truth.csv")).error().ends_with("truth.csv:2: 'F9' is no cause"));
}

}  // namespace
}  // namespace handoff::reconcile
