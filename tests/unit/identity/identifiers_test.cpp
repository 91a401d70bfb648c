#include "core/identity/identifiers.hpp"

#include <gtest/gtest.h>

namespace handoff::identity {
namespace {

TEST(Email, FoldsCaseAndRefusesWhatIsNoAddress) {
  EXPECT_EQ(normalise_email(" Ada@Example.COM "), "ada@example.com");
  for (const char* wrong : {"ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b@c.de", "a@b..de",
                            "a@.de", "a@de.", "a@b.de,c@d.de", "\"a\"@b.de", "a@b.de;"})
    EXPECT_EQ(normalise_email(wrong), "") << wrong;
}

TEST(Email, RefusesInvisibleAndBrokenCharacters) {
  for (std::string_view wrong :
       {std::string_view("a\0@b.de", 7), std::string_view("a\u200b@b.de"), std::string_view("a\u202e@b.de"),
        std::string_view("a\xff@b.de"), std::string_view("a\xed\xa0\x80@b.de"), std::string_view("a@b\xff.de")})
    EXPECT_EQ(normalise_email(wrong), "") << wrong;
  EXPECT_EQ(normalise_email(std::string(10'000, 'a') + "@b.de"), "");
}

TEST(Email, ComparesDomainsInTheirAsciiForm) {
  EXPECT_EQ(normalise_email("jo@Bücher.example"), "jo@xn--bcher-kva.example");
  EXPECT_EQ(normalise_email("jo@BU\u0308CHER.example"), "jo@xn--bcher-kva.example");  // composed first
  EXPECT_EQ(normalise_email("jo@XN--BCHER-KVA.example"), "jo@xn--bcher-kva.example");
  EXPECT_EQ(normalise_email("jo@straße.example"), "jo@xn--strae-oqa.example");  // not strasse: another domain
}

TEST(Email, DropsDotsAndPlusOnlyWhereTheDomainDoes) {
  EmailRules rules{{"gmail.com"}, {"gmail.com", "outlook.com"}};
  EXPECT_EQ(normalise_email("J.O.Ann+shop@Gmail.com", rules), "joann@gmail.com");
  EXPECT_EQ(normalise_email("J.O+shop@outlook.com", rules), "j.o@outlook.com");
  EXPECT_EQ(normalise_email("j.o+shop@example.com", rules), "j.o+shop@example.com");
  EXPECT_EQ(normalise_email("+shop@gmail.com", rules), "");
  EXPECT_EQ(normalise_email("...@gmail.com", rules), "");
}

TEST(Email, ReadsTheAddressInWhatAProgramCopies) {
  for (const char* written : {"ada@example.com.", "mailto:ada@example.com", "Mailto: Ada@example.com",
                              "Ada <ada@example.com>", "\"Lovelace, Ada\" <ada@example.com>", "<ada@example.com>",
                              "ada＠example.com", "ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ"})
    EXPECT_EQ(normalise_email(written), "ada@example.com") << written;
  for (const char* wrong : {"a@b.de..", "a@b.de <c@d.de>", "Ada <ada>", "<a@b.de", "mailto:", "<a@b.de> <c@d.de>"})
    EXPECT_EQ(normalise_email(wrong), "") << wrong;
}

TEST(Email, FoldsLettersOfEveryScriptAndTheirAccents) {
  EXPECT_EQ(normalise_email("JOSÉ@example.com"), "josé@example.com");
  EXPECT_EQ(normalise_email("Jose\u0301@example.com"), "josé@example.com");
  EXPECT_EQ(normalise_email("ИВАН@example.com"), "иван@example.com");
  EXPECT_EQ(normalise_email("a\u00b2@example.com"), "a\u00b2@example.com") << "a raised two is not a two";
  EXPECT_EQ(normalise("JOSÉ@example.com", "", "", Rules(), "").email_as_told, "");
}

std::string asked(const std::vector<FindCustomerInput>& ways) {
  std::string out;
  for (const FindCustomerInput& one : ways) out += one.email + "|" + one.phone + "|" + one.loyalty + "\n";
  return out;
}

TEST(Ways, AskForEachSpellingOnce) {
  Rules rules;
  rules.email.ignore_dots = {"gmail.com"};
  rules.loyalty = {{"old", "L####", CheckDigit::none, "L-####"}};
  EXPECT_EQ(asked(ways_to_ask(normalise("J.O@gmail.com", "", "", rules, ""), rules)),
            "j.o@gmail.com||\njo@gmail.com||\n");
  EXPECT_EQ(asked(ways_to_ask(normalise("jo@gmail.com", "", "", rules, ""), rules)), "jo@gmail.com||\n");
  EXPECT_EQ(asked(ways_to_ask(normalise("jo@gmail.com", "", "l 1001", rules, ""), rules)),
            "jo@gmail.com||l 1001\n||L1001\n||L-1001\n");
  EXPECT_EQ(asked(ways_to_ask(normalise("", "", "L-1001", rules, ""), rules)), "||L-1001\n||L1001\n");
}

TEST(Ways, AskInTheSpellingOfACopiedRecord) {
  CustomerInfo listed;
  listed.loyalty = "6035 0000";
  EXPECT_EQ(asked(ways_to_ask(normalise("", "", "60350000", Rules(), ""), Rules(), {listed})),
            "||60350000\n||6035 0000\n");
}

TEST(Phone, ReadsANumberWithoutACountryCodeInTheStoresRegion) {
  EXPECT_EQ(normalise_phone("+1 (202) 555-0101", "DE"), "+12025550101");
  EXPECT_EQ(normalise_phone("(202) 555-0101", "US"), "+12025550101");
  EXPECT_EQ(normalise_phone("020 7946 0958", "GB"), "+442079460958");
  EXPECT_EQ(normalise_phone("0044 20 7946 0958", "DE"), "+442079460958");
  EXPECT_EQ(normalise_phone("06 6982 1234", "IT"), "+390669821234");  // Italy keeps its zero
  EXPECT_EQ(normalise_phone("(202) 555-0101", ""), "");
  EXPECT_EQ(normalise_phone("020 7946 0958", "US"), "");  // possible by its length, and assigned to nobody
}

TEST(Phone, KnowsTheKeysLettersAndOtherScriptsDigits) {
  EXPECT_EQ(normalise_phone("1-800-FLOWERS", "US"), "+18003569377");
  EXPECT_EQ(normalise_phone("２０２-５５５-０１０１", "US"), "+12025550101");
  EXPECT_EQ(normalise_phone("०९८१२३४५६७८", "IN"), "+919812345678");
  EXPECT_EQ(normalise_phone("+٩١ ٩٨١٢\u00a0٣٤٥٦٧٨", ""), "+919812345678");
  EXPECT_EQ(normalise_phone("06\u202f12\u202f34\u202f56\u202f78", "FR"), "+33612345678");
  EXPECT_EQ(normalise_phone("+1 202 CALL", "US"), "");
}

TEST(Phone, KeepsAnExtensionBehindTheNumber) {
  for (const char* written : {"202 555 0101 ext. 12", "(202) 555-0101 x12", "+1 202 555 0101;ext=12"})
    EXPECT_EQ(normalise_phone(written, "US"), "+12025550101;ext=12") << written;
  EXPECT_EQ(without_extension("+12025550101;ext=12"), "+12025550101");
  EXPECT_EQ(normalise("", "202 555 0101 x12", "", Rules(), "US").phone_to_ask(), "+12025550101");
}

TEST(Phone, ReadsTheNumberBehindTheWordTel) {
  for (const char* written : {"tel:+1-202-555-0101", "Tel. (202) 555-0101", "TEL 202 555 0101", "Tel.: 202 555 0101"})
    EXPECT_EQ(normalise_phone(written, "US"), "+12025550101") << written;
  EXPECT_EQ(normalise_phone("hotel 202 555 0101", "US"), "");
}

TEST(Phone, ReadsNoTwoLinesAsOneNumber) {
  EXPECT_EQ(normalise_phone("030 901820/21", "DE"), "");
  EXPECT_EQ(normalise_phone("+49 30 901820 / 21", "DE"), "");
  EXPECT_EQ(doubtful_phone("030 901820/21", "DE"), "+4930901820") << "ranks the first";
  for (const char* written : {"030/901820", "030 / 90 18 20", "+49 (0)30/901820", "+49 30/901820"})
    EXPECT_EQ(normalise_phone(written, "DE"), "+4930901820") << written;
  EXPECT_EQ(normalise_phone("035204/1234", "DE"), "+49352041234");
}

TEST(Phone, RanksByAnotherCountrysPrefixForAbroad) {
  EXPECT_EQ(normalise_phone("0044 20 7946 0958", "US"), "");
  EXPECT_EQ(doubtful_phone("0044 20 7946 0958", "US"), "+442079460958");
}

TEST(Phone, RanksByWhatLettersThatLookLikeDigitsWereMeantAs) {
  for (const char* text : {"+1 202 555 01O1", "+1 2O2 555 0l01"}) {
    EXPECT_EQ(normalise_phone(text, "US"), "") << text;
    EXPECT_EQ(doubtful_phone(text, "US"), "+12025550101") << text;
  }
}

TEST(Email, RanksByWhatATextThatIsNoneMayHaveBeenMeantAs) {
  for (const char* text : {"ada\u200b@example.com", "ada @example.com", "ada@example.com, bob@example.com",
                           "ada@example.com\u00a0bob@example.com", "ada@exam\u00adple.com / +1 202 555 0101"}) {
    EXPECT_EQ(normalise_email(text), "") << text;
    EXPECT_EQ(doubtful_email(text), "ada@example.com") << text;
    EXPECT_FALSE(normalise(text, "", "", Rules(), "US").any()) << text;
  }
  EXPECT_EQ(doubtful_email("Ada@Gmail"), "ada@gmail");
  for (const char* text : {"ada", "@example.com", "ada@", "", "\xff@example.com", "none given"})
    EXPECT_EQ(doubtful_email(text), "") << text;
}

TEST(Phone, RefusesWhatIsNotOneNumber) {
  for (std::string_view wrong :
       {std::string_view("+0123456789"), std::string_view("+12"), std::string_view("+1202555010112345"),
        std::string_view("call 202 555 0101"), std::string_view("202 555 0101 ab"), std::string_view("2025550101/0102"),
        std::string_view("2025550101 or 3035550101"), std::string_view("\u202a+12025550101\u202c"),
        std::string_view("+1202555\0000101", 12), std::string_view("☎ 2025550101"), std::string_view("\xff")})
    EXPECT_EQ(normalise_phone(wrong, "US"), "") << wrong;
  EXPECT_EQ(normalise_phone(std::string(10'000, '1'), "US"), "");
}

TEST(Loyalty, ComparesIdsInOneFormAndAsksForThemInTheTold) {
  Identifiers told = normalise("", "", " l-1003 ", Rules(), "");
  EXPECT_EQ(told.loyalty, "L1003");
  EXPECT_EQ(told.loyalty_to_ask(), "l-1003");
}

TEST(Loyalty, ReadsBlanksDashesAndWidthsOfEveryKeyboard) {
  for (const char* written : {"L\u00a01001", "L\u20131001", "Ｌ１００１", "Ｌ－１００１", "l\u22121001"})
    EXPECT_EQ(normalise_loyalty(written), "L1001") << written;
}

TEST(Loyalty, HoldsIdsToTheProgrammesPatternAndCheckDigit) {
  std::vector<LoyaltyProgramme> all = {{"card", "################", CheckDigit::luhn},
                                       {"book", "##########", CheckDigit::mod11},
                                       {"gold", "GB##******##", CheckDigit::mod97},
                                       {"old", "L####", CheckDigit::none}};
  EXPECT_EQ(normalise_loyalty("4539 1488 0343 6467", all), "4539148803436467");  // ISO/IEC 7812
  EXPECT_EQ(normalise_loyalty("0-306-40615-2", all), "0306406152");              // ISBN-10
  EXPECT_EQ(normalise_loyalty("0-8044-2957-X", all), "080442957X");
  EXPECT_EQ(normalise_loyalty("l-1003", all), "L1003");
  EXPECT_EQ(refused_loyalty("4539 1488 0343 6468", all), "the check digit of card does not fit");
  EXPECT_EQ(refused_loyalty("0-306-40615-3", all), "the check digit of book does not fit");
  EXPECT_EQ(refused_loyalty("M1003", all), "fits no programme");
  EXPECT_EQ(refused_loyalty("!", all), "not an id");
}

TEST(Loyalty, CountsLettersInMod97) {
  std::vector<LoyaltyProgramme> all = {{"lei", "******************##", CheckDigit::mod97}};
  EXPECT_EQ(normalise_loyalty("5493001KJTIIGC8Y1R12", all), "5493001KJTIIGC8Y1R12");  // ISO 17442's own example
  EXPECT_EQ(normalise_loyalty("5493001KJTIIGC8Y1R21", all), "");
}

TEST(Normalise, SaysWhatItCannotUse) {
  Rules rules;
  rules.loyalty = {{"card", "####", CheckDigit::luhn}};
  EXPECT_EQ(normalise("ada", "12", "1234", rules, "US").unusable,
            (std::vector<std::string>{"email: not an address", "phone: not a number of US",
                                      "loyalty: the check digit of card does not fit"}));
  EXPECT_EQ(normalise("", "2025550101", "", rules, "").unusable, (std::vector<std::string>{"phone: no country code"}));
}

TEST(Normalise, PutsExchangedFieldsRightWhereTheyCanBeNothingElse) {
  Rules rules;
  rules.loyalty = {{"card", "########", CheckDigit::luhn}};
  Identifiers both = normalise("202 555 0101", "ada@example.com", "", rules, "US");
  EXPECT_EQ(both.email, "ada@example.com");
  EXPECT_EQ(both.phone, "+12025550101");
  EXPECT_EQ(both.notes, (std::vector<std::string>{"email and phone were exchanged"}));
  EXPECT_EQ(normalise("", "12345674", "2025550101", rules, "US").loyalty, "12345674");
  EXPECT_EQ(normalise("2025550101", "", "", rules, "US").phone, "+12025550101");
  // What could be either stays where it was written, and is not used.
  EXPECT_EQ(normalise("", "12345674", "2025550101", Rules(), "US").phone, "");
}

TEST(Normalise, KeepsASecondValueOfAKindThatStandsInAnothersField) {
  Rules rules;
  rules.loyalty = {{"card", "################", CheckDigit::luhn}};
  auto beside = [&](const char* email, const char* phone, const char* loyalty) {
    Identifiers read = normalise(email, phone, loyalty, rules, "US");
    std::string out = read.email + read.phone + read.loyalty;
    for (const Identifiers& one : read.beside) out += " beside " + one.email + one.phone + one.loyalty;
    for (const std::string& one : read.unusable) out += ", " + one;
    return out;
  };
  EXPECT_EQ(beside("", "ada@example.com", "bob@example.com"), "ada@example.com beside bob@example.com");
  EXPECT_EQ(beside("ada@example.com", "bob@example.com", ""), "ada@example.com beside bob@example.com");
  EXPECT_EQ(beside("+12025550102", "+12025550101", ""), "+12025550101 beside +12025550102");
  EXPECT_EQ(beside("", "4539148803436467", "6011000990139424"), "6011000990139424 beside 4539148803436467");
  EXPECT_EQ(beside("", "+12025550101", "+12025550102"), "+12025550101 beside +12025550102");
  EXPECT_EQ(beside("ada@example.com", "ADA@example.com", ""), "ada@example.com") << "the same twice";
  EXPECT_EQ(beside("ada@example.com", "none", ""), "ada@example.com, phone: not a number of US");
}

TEST(Rules, TakesTheStoresRegionBeforeTheRetailers) {
  Rules rules;
  rules.region = "US";
  rules.store_regions["ldn"] = "GB";
  EXPECT_EQ(rules.region_of("ldn"), "GB");
  EXPECT_EQ(rules.region_of("nyc"), "US");
}

}  // namespace
}  // namespace handoff::identity
