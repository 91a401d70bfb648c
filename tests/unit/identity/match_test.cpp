#include "core/identity/match.hpp"

#include <gtest/gtest.h>

#include "core/identity/typos.hpp"

namespace handoff::identity {
namespace {

CustomerInfo customer(const char* id, const char* email, const char* phone = "", const char* loyalty = "") {
  CustomerInfo out;
  out.id = id;
  out.email = email;
  out.phone = phone;
  out.loyalty = loyalty;
  return out;
}

Rules us() {
  Rules out;
  out.region = "US";
  return out;
}

Match found(const char* email, const char* phone, const std::vector<CustomerInfo>& candidates) {
  return match(normalise(email, phone, "", us(), "US"), candidates, us());
}

std::vector<std::string> order(const Match& match) {
  std::vector<std::string> out;
  for (const Candidate& one : match.ranked) out.push_back(one.id);
  return out;
}

constexpr const char* kAda = "ada@example.com";
constexpr const char* kPhone = "+12025550101";

TEST(Match, LinksExactlyOneCandidateThatContradictsNothing) {
  Match one = found(kAda, "", {customer("1", "Ada@example.com", kPhone)});
  EXPECT_EQ(one.exact.size(), 1u);
  EXPECT_EQ(one.evidence, "email equal (rule 4)");
  EXPECT_EQ(found(kAda, "(202) 555-0101", {customer("1", kAda, "202.555.0101")}).evidence,
            "email equal, phone equal (rule 4)");
  EXPECT_EQ(found(kAda, "", {}).reason, "no_match");
  EXPECT_EQ(found(kAda, "", {customer("1", kAda), customer("2", kAda)}).reason, "ambiguous");
}

TEST(Match, ParksAnAddressThatSaysOneAndAPhoneThatSaysAnother) {
  Match two = found(kAda, kPhone, {customer("1", kAda), customer("2", "", kPhone)});
  EXPECT_TRUE(two.exact.empty());
  EXPECT_EQ(two.reason, "contradiction");
  EXPECT_EQ(found(kAda, kPhone, {customer("1", kAda), customer("2", "bob@example.com", kPhone)}).reason,
            "contradiction");
}

TEST(Match, ParksARecordThatHoldsAnotherNumber) {
  EXPECT_EQ(found(kAda, kPhone, {customer("1", kAda, "+12025550199")}).reason, "contradiction");
  EXPECT_EQ(found(kAda, kPhone, {customer("1", kAda, "+12025550110")}).reason, "contradiction") << "even a slip apart";
}

TEST(Match, LinksTheOwnerOfTheAddressBesideThoseWhoShareThePhone) {
  Match family = found(kAda, kPhone, {customer("2", "bob@example.com", kPhone), customer("1", kAda, kPhone)});
  ASSERT_EQ(family.exact.size(), 1u);
  EXPECT_EQ(family.exact.front().id, "1");
}

TEST(Match, ParksASharedAddressWhereOnlyARecordsGapsDecide) {
  EXPECT_EQ(found(kAda, kPhone, {customer("1", kAda), customer("2", kAda, "+13035550188")}).reason, "ambiguous");
  EXPECT_EQ(found(kAda, "", {customer("1", kAda, kPhone), customer("guest", kAda)}).reason, "ambiguous");
}

TEST(Match, TakesNoPhoneAloneBesideAnAddressThatIsNew) {
  Match recycled = found(kAda, kPhone, {customer("1", "", kPhone)});
  EXPECT_EQ(recycled.reason, "unconfirmed");
  EXPECT_EQ(order(recycled), (std::vector<std::string>{"1"}));
  EXPECT_EQ(found("", kPhone, {customer("1", "", kPhone)}).exact.size(), 1u);
  EXPECT_EQ(found(kAda, kPhone, {customer("1", kAda)}).evidence, "email equal, phone not on record (rule 4)");
}

/// Whether the answer of another system, about Ada's address and a phone, says somebody else than a record with neither phone
/// nor id.
bool another(const std::vector<CustomerInfo>& there, const char* loyalty = "") {
  Person ada = person(customer("1", kAda), us(), "US");
  return says_another(normalise(kAda, kPhone, loyalty, us(), "US"), ada, there, us());
}

TEST(Match, HearsAnotherSystemThatHoldsThePhoneAsSomebodyElses) {
  EXPECT_TRUE(another({customer("b", "bob@example.com", kPhone)}));
  EXPECT_TRUE(another({customer("b", "", kPhone)})) << "a phone alone is nobody's proof";
  EXPECT_TRUE(another({customer("a", kAda), customer("b", "bob@example.com", kPhone)}));
  EXPECT_TRUE(another({customer("a", kAda, "+12025550199")})) << "the same address with another phone";
}

TEST(Match, HearsNobodyElseWhereTheOtherSystemKnowsTheSamePersonOrNone) {
  EXPECT_FALSE(another({}));
  EXPECT_FALSE(another({customer("a", kAda)}));
  EXPECT_FALSE(another({customer("a", kAda, kPhone)}));
  EXPECT_FALSE(another({customer("b", "bob@example.com", kPhone), customer("a", kAda, kPhone)})) << "a family's phone";
  EXPECT_FALSE(another({customer("b", "bob@example.com")}));
}

/// The phone that both hold is a family's: it does not make Bob's id hers.
TEST(Match, JoinsNoTwoRecordsByAPhoneAlone) {
  Identifiers told = normalise(kAda, kPhone, "L-1001", us(), "US");
  Person ada = person(customer("1", kAda, kPhone), us(), "US");
  EXPECT_EQ(unconfirmed(told, ada), std::vector<Field>{Field::loyalty});
  EXPECT_TRUE(says_another(told, ada, {customer("b", "", kPhone, "L-1001")}, us()));
  EXPECT_TRUE(ada.loyalties.empty());
}

TEST(Match, KnowsWhatTheOthersHoldOfTheSamePerson) {
  Identifiers told = normalise(kAda, kPhone, "L-1001", us(), "US");
  Person ada = person(customer("1", kAda), us(), "US");
  EXPECT_EQ(unconfirmed(told, ada), (std::vector<Field>{Field::phone, Field::loyalty}));
  EXPECT_FALSE(says_another(told, ada, {customer("a", kAda, kPhone)}, us()));
  EXPECT_EQ(unconfirmed(told, ada), std::vector<Field>{Field::loyalty});
}

TEST(Match, LetsATypingErrorRankAndNeverLink) {
  Match near = found("ada@gmial.com", "", {customer("1", "ada@gmail.com")});
  EXPECT_EQ(near.reason, "no_match");
  EXPECT_EQ(order(near), (std::vector<std::string>{"1"}));
  Match both =
      found(kAda, kPhone, {customer("1", "adam@example.com", kPhone), customer("2", "eve@example.com", kPhone)});
  EXPECT_TRUE(both.exact.empty());
  EXPECT_EQ(order(both), (std::vector<std::string>{"1", "2"}));
}

TEST(Match, RanksByWhatIsNotUsedAndNeverLinks) {
  for (const char* email : {"ada\u200b@example.com", "ada@example.com; x@example.org", "ada@example"}) {
    Match said = found(email, "", {customer("1", kAda), customer("2", "eve@example.com")});
    EXPECT_TRUE(said.exact.empty()) << email;
    EXPECT_EQ(order(said), (std::vector<std::string>{"1"})) << email;
    Match both = found(email, kPhone, {customer("1", "eve@example.com", kPhone)});
    EXPECT_EQ(both.exact.size(), 1u) << "and contradicts nothing";
    Person ada = person(customer("1", kAda, kPhone), us(), "US");
    EXPECT_TRUE(unconfirmed(normalise(email, kPhone, "", us(), "US"), ada).empty())
        << "nobody else is asked on its account";
    Match recycled = match(normalise(email, kPhone, "L-1001", us(), "US"), {customer("1", kAda, kPhone)}, us());
    EXPECT_EQ(recycled.reason, "unconfirmed") << email << ": a phone alone, beside an id that is on no record";
    EXPECT_EQ(order(recycled), (std::vector<std::string>{"1"})) << email;
  }
}

TEST(Match, TakesNoTwoPhonesBesideAnAddressThatIsNew) {
  Identifiers told = normalise(kAda, kPhone, "+12025550177", us(), "US");
  ASSERT_EQ(told.beside.size(), 1u);
  const std::vector<CustomerInfo> both = {customer("1", "", kPhone), customer("1", "", "+12025550177")};
  EXPECT_EQ(match(told, both, us()).reason, "unconfirmed");
}

TEST(Match, TakesAnotherExtensionForNobodysNumber) {
  Match desk = found("", "202 555 0101 x12", {customer("1", "", kPhone)});
  EXPECT_EQ(desk.reason, "no_match");
  EXPECT_EQ(words(desk.ranked.at(0).evidence), "phone equal but for the extension (rule 4)");
  EXPECT_EQ(found("", "202 555 0101 x12", {customer("1", "", "+12025550101 ext 12")}).exact.size(), 1u);
}

TEST(Match, CountsAnExtensionAsSharingABareNumber) {
  Match family = found("", kPhone, {customer("1", "", kPhone), customer("2", "", "+12025550101 x57")});
  EXPECT_EQ(family.reason, "ambiguous");
  EXPECT_EQ(
      found("", "202 555 0101 x57", {customer("1", "", kPhone), customer("2", "", "+12025550101 x57")}).exact.size(),
      1u)
      << "who gives the extension says whose desk it is";
  EXPECT_EQ(found(kAda, kPhone, {customer("1", kAda), customer("2", "bob@example.com", "+12025550101 x57")}).reason,
            "contradiction");
}

/// Of Paris, kept as it is dialled there by a system whose records are read as those of the US.
TEST(Match, CountsANumberKeptWithoutItsCountryCodeAsShared) {
  constexpr const char* kParis = "+33612345678";
  EXPECT_EQ(found("", kParis, {customer("1", "", kParis)}).exact.size(), 1u);
  Match shared = found("", kParis, {customer("1", "", kParis), customer("2", "", "06 12 34 56 78")});
  EXPECT_EQ(shared.reason, "ambiguous");
  EXPECT_EQ(words(shared.ranked.at(1).evidence), "phone perhaps equal, kept without country code (rule 4)");
  EXPECT_EQ(found(kAda, kParis, {customer("1", kAda, "06 12 34 56 78")}).exact.size(), 1u);
  EXPECT_EQ(found(kAda, kParis, {customer("1", kAda, "06 99 34 56 77")}).reason, "contradiction");
  for (const char* none : {"none", "000-000-0000", "12345"})
    EXPECT_EQ(found(kAda, kParis, {customer("1", kAda, none)}).exact.size(), 1u) << none;
}

TEST(Match, ParksTwoAddressesUnlessOneRecordHoldsBoth) {
  const std::vector<CustomerInfo> both = {customer("a", kAda), customer("b", "bob@example.com")};
  for (const Identifiers& told :
       {normalise(kAda, "bob@example.com", "", us(), "US"), normalise("", kAda, "bob@example.com", us(), "US")}) {
    Match parked = match(told, both, us());
    EXPECT_EQ(parked.reason, "contradiction");
    EXPECT_EQ(order(parked), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(match(told, {customer("a", kAda)}, us()).reason, "contradiction") << "the record's address is another";
    EXPECT_EQ(match(told, {customer("a", kAda), customer("a", "bob@example.com")}, us()).exact.size(), 1u);
  }
}

TEST(Match, TakesRecordsUnderOneIdForOnePerson) {
  EXPECT_EQ(found(kAda, kPhone, {customer("1", kAda), customer("1", "", kPhone)}).evidence,
            "email equal, phone equal (rule 4)");
}

TEST(Match, IgnoresTheOrderOfCandidates) {
  std::vector<CustomerInfo> all = {customer("1", "adam@example.com", kPhone), customer("2", kAda, "+12025550199"),
                                   customer("3", "eve@example.com", kPhone)};
  std::vector<std::string> first = order(found(kAda, kPhone, all));
  std::swap(all[0], all[2]);
  EXPECT_EQ(order(found(kAda, kPhone, all)), first);
}

TEST(Typos, AreOneEditOrOneExchange) {
  for (auto [a, b] : {std::pair("gmail", "gmial"), {"gmail", "gmal"}, {"gmail", "gmaiil"}, {"gmail", "gnail"}})
    EXPECT_TRUE(one_slip_apart(a, b) && one_slip_apart(b, a)) << b;
  for (const char* far : {"gmail", "gmlia", "mgial", "gm", "", "gmailxy"})
    EXPECT_FALSE(one_slip_apart("gmail", far)) << far;
  for (auto [a, b] : {std::pair("josé", "jose"),
                      {"josé", "jos"},
                      {"müller", "muller"},
                      {"müller", "möller"},
                      {"müller", "mlüler"},
                      {"wälter", "walter"},
                      {"\u0430da", "ada"}})
    EXPECT_TRUE(one_slip_apart(a, b) && one_slip_apart(b, a)) << b;
  EXPECT_FALSE(one_slip_apart("jösé", "jose")) << "two accents";
  EXPECT_FALSE(one_slip_apart("\u0430d\u0430", "ada")) << "two letters of Cyrillic";
  EXPECT_TRUE(email_near("jo@xn--mller-kva.de", "jo@muller.de"));
  EXPECT_TRUE(email_near("jo@gmial.com", "jo@gmail.com"));
  EXPECT_FALSE(email_near("joe@gmial.com", "jo@gmail.com"));
}

}  // namespace
}  // namespace handoff::identity
