// The bars: nobody's credit goes to another, and few wait for a person who need not.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/identity/plain_phone.hpp"
#include "tests/identity/score.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::identity_set {
namespace {

constexpr std::size_t kPeople = 5'000, kEntries = 20'000;

std::string told(const Set& set, const std::vector<std::string>& ids) {
  std::string out;
  for (const Entry& one : set.entries)
    if (std::ranges::find(ids, one.id) != ids.end() && out.size() < 2000)
      out += one.id + " " + one.kind + ": " + one.region + " '" + one.email + "' '" + one.phone + "' '" + one.loyalty +
             "' meant " + (one.persons.empty() ? "nobody" : one.persons.front()) + "\n";
  return out;
}

class Seed : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Seed, LinksNobodyWronglyAndFewTooLate) {
  Set set = generate(GetParam(), kPeople, kEntries);
  Score said = score(set, rules_of_the_set());
  EXPECT_EQ(said.all.wrong, 0u) << told(set, said.wrong);
  EXPECT_GT(said.all.linkable, kEntries / 2);
  EXPECT_GE(said.all.linkable_linked * 100, said.all.linkable * 97) << told(set, said.missed);
  EXPECT_GT(said.all.parked_with_person, kEntries / 20);
  EXPECT_GE(said.all.person_first * 100, said.all.parked_with_person * 90);
}

/// A hub reads its systems' records in one region, and this set's are of twelve. A number that cannot be read there proves
/// nothing, but it may be somebody's, and it may contradict.
TEST_P(Seed, LinksNobodyWronglyWhereForeignRecordsLackTheirCountryCode) {
  Set set = generate(GetParam(), kPeople, kEntries);
  Score said = score(set, rules_of_the_set(), "US");
  EXPECT_EQ(said.all.wrong, 0u) << told(set, said.wrong);
  EXPECT_GE(said.all.linkable_linked * 100, said.all.linkable * 95);
  EXPECT_GE(said.all.person_first * 100, said.all.parked_with_person * 90);
}

INSTANTIATE_TEST_SUITE_P(Identity, Seed, ::testing::Values(1, 2, 3));

TEST(IdentitySet, PhonesAreReadTheFastWayAsTheLibraryReadsThem) {
  Set set = generate(1, kPeople, kEntries);
  std::size_t phones = 0, fast = 0;
  for (const Entry& one : set.entries) {
    if (one.phone.empty()) continue;
    ++phones;
    std::optional<std::string> plain = identity::read_plain_phone(one.phone, one.region, identity::Trust::assigned);
    if (!plain) continue;
    ++fast;
    EXPECT_EQ(*plain, identity::ask_library(one.phone, one.region, identity::Trust::assigned))
        << one.phone << " in " << one.region;
  }
  EXPECT_GT(fast * 5, phones * 4) << "most phones are plain";
}

TEST(IdentitySet, IsTheSameForTheSameSeedAndAfterAFile) {
  Set set = generate(7, 200, 800);
  support::TempDir folder;
  write(set, folder.path().string());
  Set again = read((folder.path() / "customers.csv").string(), (folder.path() / "entries.csv").string());
  ASSERT_EQ(again.records.size(), set.records.size());
  ASSERT_EQ(again.entries.size(), set.entries.size());
  for (std::size_t i = 0; i < set.entries.size(); ++i) {
    EXPECT_EQ(again.entries[i].email, set.entries[i].email);
    EXPECT_EQ(again.entries[i].phone, set.entries[i].phone);
    EXPECT_EQ(again.entries[i].persons, set.entries[i].persons);
    EXPECT_EQ(again.entries[i].linkable, set.entries[i].linkable);
  }
  EXPECT_EQ(score(again, rules_of_the_set()).all.linked, score(set, rules_of_the_set()).all.linked);
}

/// Of identity_score: its exit code, and the bars that it says were missed.
std::pair<int, std::string> scored(std::vector<std::string> words) {
  words.insert(words.begin(), IDENTITY_SCORE);
  support::Process program({words, {}, "", ""});
  const std::string said = program.rest(std::chrono::minutes(2));
  std::size_t missed = said.find("missed: ");
  return {program.wait(std::chrono::minutes(1)).code, missed == std::string::npos ? "" : said.substr(missed)};
}

TEST(IdentityScore, EndsWithOneAndNamesTheBarThatIsMissed) {
  EXPECT_EQ(scored({"--people", "300", "--entries", "1200"}), (std::pair<int, std::string>(0, "")));
  support::TempDir folder;
  Set set = generate(1, 300, 1'200);
  auto over_files = [&] {
    write(set, folder.path().string());
    return scored({"--customers-file", (folder.path() / "customers.csv").string(), "--entries-file",
                   (folder.path() / "entries.csv").string()});
  };
  for (Entry& one : set.entries) one.linkable = "yes";
  EXPECT_EQ(over_files(), (std::pair<int, std::string>(1, "missed: linked\n")));
  for (Entry& one : set.entries) one.persons = {"somebody else"};
  EXPECT_EQ(over_files(), (std::pair<int, std::string>(1, "missed: nobody linked to another\n")));
  set.entries.clear();
  EXPECT_EQ(over_files(), (std::pair<int, std::string>(1, "missed: entries\n")));
}

}  // namespace
}  // namespace handoff::identity_set
