#include "core/identity/identifiers.hpp"

#include <gtest/gtest.h>

namespace handoff::identity {
namespace {

CustomerInfo customer(const char* id, const char* email, const char* phone = "") {
  CustomerInfo out;
  out.id = id;
  out.email = email;
  out.phone = phone;
  return out;
}

TEST(Normalise, FoldsTheCaseOfMailAddressesAndRefusesWhatIsNone) {
  EXPECT_EQ(normalise_email(" Ada@Example.COM "), "ada@example.com");
  for (const char* wrong : {"ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b@c.de"})
    EXPECT_EQ(normalise_email(wrong), "") << wrong;
}

TEST(Normalise, TakesPhonesOnlyWithTheirCountryCode) {
  EXPECT_EQ(normalise_phone("+1 (202) 555-0101"), "+12025550101");
  for (const char* wrong : {"(202) 555-0101", "+0123456789", "+12", "+1202555010112345", "+1 202 CALL"})
    EXPECT_EQ(normalise_phone(wrong), "") << wrong;
}

TEST(Normalise, ComparesLoyaltyIdsInOneFormAndAsksForThemInTheTold) {
  Identifiers told = normalise("", "", " l-1003 ");
  EXPECT_EQ(told.loyalty, "L1003");
  EXPECT_EQ(told.loyalty_to_ask(), "l-1003");
  CustomerInfo found = customer("1", "");
  found.loyalty = "L 1003";
  EXPECT_EQ(match(told, {found}).exact.size(), 1u);
}

TEST(Match, LinksExactlyOneCandidateThatContradictsNothing) {
  Identifiers wanted = normalise("ada@example.com", "", "");
  EXPECT_EQ(match(wanted, {customer("1", "Ada@example.com")}).exact.size(), 1u);
  EXPECT_EQ(match(wanted, {}).reason, "no_match");
  EXPECT_EQ(match(wanted, {customer("1", "ada@example.com"), customer("2", "ada@example.com")}).reason, "ambiguous");
}

TEST(Match, ParksAMailAddressThatSaysOneAndAPhoneThatSaysAnother) {
  Identifiers wanted = normalise("ada@example.com", "+12025550101", "");
  Match result = match(wanted, {customer("1", "ada@example.com", "+12025550199")});
  EXPECT_EQ(result.reason, "contradiction");
  EXPECT_TRUE(result.exact.empty());
}

}  // namespace
}  // namespace handoff::identity
