// The seam proof: the production engine, journal and connectors under a seed, the invariants checked after every turn,
// every seed run twice with the same trace.
//
// A failed seed alone, with its story:   HANDOFF_SEED=17 simulation_test
// Other seeds:                           HANDOFF_SEEDS=1000:300 simulation_test        (300 from 1000 on)

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "tests/simulation/report.hpp"

namespace handoff::simulation {
namespace {

struct Range {
  std::uint64_t first = 1, count = 20;
};

Range chosen_seeds() {
  if (const char* one = std::getenv("HANDOFF_SEED")) return {std::strtoull(one, nullptr, 10), 1};
  const char* many = std::getenv("HANDOFF_SEEDS");
  if (!many) return {};
  char* end = nullptr;
  std::uint64_t first = std::strtoull(many, &end, 10);
  return {first, *end == ':' ? std::strtoull(end + 1, nullptr, 10) : 20};
}

Result play(std::uint64_t seed, bool tell = false) {
  Play what;
  what.seed = seed;
  what.tell = tell;
  return run_seed(what);
}

std::string explain(std::uint64_t seed) {
  Result told = play(seed, true);
  std::string out = "seed " + std::to_string(seed) + ": replay with HANDOFF_SEED=" + std::to_string(seed) + "\n";
  std::size_t shown = 0;
  for (const Violation& violation : told.violations)
    if (shown++ < 5) out += "at " + std::to_string(violation.at) + " " + violation.rule + ": " + violation.what + "\n";
  return out + told.story;
}

TEST(SeamProof, HoldsUnderEverySeedTwice) {
  Range seeds = chosen_seeds();
  Report all;
  std::uint64_t failed = 0;
  for (std::uint64_t seed = seeds.first; seed < seeds.first + seeds.count && failed < 5; ++seed) {
    Result once = play(seed);
    all.tally.add(once.tally);
    ++all.seeds;
    if (!once.violations.empty()) {
      ++failed;
      ADD_FAILURE() << explain(seed);
      continue;
    }
    EXPECT_EQ(once.hash, play(seed).hash) << "seed " << seed << " came out different the second time";
  }
  std::cout << summary(all);
  if (seeds.count < 20 || failed > 0) return;
  for (int rule : {1, 2, 3})
    EXPECT_GT(all.tally.get("rule " + std::to_string(rule)), 0u) << "rule " << rule << " of F was never used";
  EXPECT_GT(all.tally.get("found in flight"), 0u) << "no crash found an attempt in flight";
  for (const auto& [point, hits] : all.tally.under("crash ")) EXPECT_GT(hits, 0u) << "no crash was '" << point << "'";
}

/// N3: order and repetition do not matter.
TEST(SeamProof, EndsAlikeInEveryOrderOfTheMessages) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) EXPECT_EQ(compare_orders(seed), "") << "seed " << seed;
}

/// Seeds that once failed, for what they found. Those of before the generators last changed mean something else by now.
TEST(SeamProof, HoldsUnderEverySeedThatOnceFailed) {
  constexpr std::uint64_t kOnceFailed[] = {
      73,    // after a restore a cancellation closed a credit at once that the lost hub had issued
      308,   // after a restore a cancellation did not know of a booking that the lost hub had made
      72,    // and a retry of another case of such a credit was taken for the word that somebody had looked
      662,   // after a restore a source was asked by a clock that was months ahead, and had nothing to show, for ever
      146,   // a restore under a clock that was years behind took what the lost hub had known for new, and sent it
      263,   // a cancellation met the held link of a reissue, which no retry opened again
      295,   // a booking in doubt, settled after a repair, stayed booked for the customer of before
      457,   // a repair made a credit whole again whose cancellation was held
      941,   // a repair took what the held cancellation's void had taken for spent
      1405,  // a second void of a card whose balance the first had cleared made that look spent
      7538,  // a repair began while a booking looked for its customer, whose place in the room was never given back
      2320,  // a vendor whose errors stick to every key was sent to 41 times in a day
      2475,  // after a restart the lock of a call in doubt went to another that a person had opened again
      2965,  // a mirror that takes a credit from the customer of before was refused, and nobody was told
      25,  // after a restore a repair of the lost hub was not seen: a cancellation closed the credit beside its other card
      7780,  // a void that cleared the card first was taken for a redemption
      2371,  // a card that the lost hub had issued and voided was read as absent, and issued again and again
      4081,  // the same, where an attempt of before the backup had been in doubt
      2466,  // a shop that is read and not written to was sent to 41 times in a day
      6021,  // after a restore a cancellation closed a credit that the lost hub had booked, and this one held for want of a customer
      6413,  // a cancellation that came while a repair looked at the card was forgotten with the repair's end
      371,   // a cancelled credit's refused link was sent again beside its void
      505,  // a booking that looked for its customer while a repair changed whose the credit is was made for the customer of before
      29,    // a cancellation after its end closed what had expired a second time
      97,    // a hop was held when it expired, and then it came to rest as complete
      1466,  // it expired while a version of the shop was under way that still showed it
      2704,  // a card was to be linked to nobody, and no retry could give it a customer
      4493,  // a cancellation after a restore booked for nobody
      3670,  // a clock that went back years made a call opened again seem the one sent last, and it took the other's lock
      4825,  // a restore point of a clock that had been ahead made a key look young, and it was sent after its window
      5137,  // a check that was lost behind another answer was taken for one that asks nobody, and a first write tried the vendor
      4909,  // a vendor whose errors stick to every key, again: each new key had its own quick sends
      5260,  // a send was dated by when its row was read, in the next process; the check's
      2053,  // what came back to a card that was spent before it could be linked; the check's
      6760,  // a credit that a shop still shows to another is named by a case; the check's
      7418,  // a cancelled credit that its own case kept held, which the check took for forgotten
  };
  for (std::uint64_t seed : kOnceFailed)
    if (!play(seed).violations.empty()) ADD_FAILURE() << explain(seed);
}

}  // namespace
}  // namespace handoff::simulation
