// The fast way to read a phone says what the library says, or nothing.

#include "core/identity/plain_phone.hpp"

#include <gtest/gtest.h>

#include <random>

namespace handoff::identity {
namespace {

std::string digits(std::mt19937& chance, std::size_t count) {
  std::string out;
  while (out.size() < count) out += static_cast<char>('0' + chance() % 10);
  return out;
}

std::string with_marks(std::mt19937& chance, const std::string& plain) {
  std::string out;
  for (char c : plain) {
    out += c;
    if (c != '+' && chance() % 4 == 0) out += " -.()/"[chance() % 6];
  }
  return out;
}

/// Every pair of letters is tried as a region.
template <class Use>
void each_region(Use use) {
  for (char a = 'A'; a <= 'Z'; ++a)
    for (char b = 'A'; b <= 'Z'; ++b) use(std::string{a, b});
}

struct Tally {
  int decided = 0, numbers = 0, all = 0;
};

void compare(const std::string& text, const std::string& region, Tally& tally) {
  for (Trust trust : {Trust::assigned, Trust::any}) {
    std::optional<std::string> plain = read_plain_phone(text, region, trust);
    ++tally.all;
    if (!plain) continue;
    ++tally.decided;
    tally.numbers += plain->empty() ? 0 : 1;
    EXPECT_EQ(*plain, ask_library(text, region, trust))
        << "'" << text << "' in " << region << ", trust " << static_cast<int>(trust);
  }
}

TEST(PlainPhone, SaysInEveryRegionWhatTheLibrarySays) {
  std::mt19937 chance(1);
  Tally tally;
  each_region([&](const std::string& region) {
    if (!read_plain_phone("+12025550101", "US", Trust::any)) return;
    for (int i = 0; i < 40; ++i) {
      const char* fronts[] = {"", "", "0", "1", "8", "00", "011", "9"};
      compare(with_marks(chance, fronts[chance() % 8] + digits(chance, 5 + chance() % 9)), region, tally);
    }
  });
  for (int i = 0; i < 20'000; ++i) compare(with_marks(chance, "+" + digits(chance, 6 + chance() % 11)), "", tally);
  EXPECT_GT(tally.decided, tally.all / 3);
  EXPECT_GT(tally.numbers, tally.decided / 4);
}

/// Numbers that are one are rare among random digits: from one that is, a digit at a time.
TEST(PlainPhone, SaysNearRealNumbersWhatTheLibrarySays) {
  std::mt19937 chance(2);
  Tally tally;
  const std::pair<const char*, const char*> real[] = {
      {"US", "2025550101"}, {"CA", "4165550101"},  {"GB", "07400123456"}, {"DE", "015112345678"},
      {"FR", "0612345678"}, {"IT", "3123456789"},  {"IT", "0669821234"},  {"NL", "0612345678"},
      {"ES", "612345678"},  {"BR", "11961234567"}, {"JP", "09012345678"}, {"AU", "0412345678"},
      {"MX", "2221234567"}, {"AR", "1123456789"},  {"RU", "89123456789"}, {"HU", "06201234567"},
      {"IN", "8123456789"}, {"CN", "13123456789"}, {"SM", "66661212"},    {"VA", "0669812345"},
      {"JM", "8762101234"}, {"PR", "7872345678"},  {"KZ", "77710009998"}, {"GG", "07781123456"},
      {"LI", "660234567"},  {"AX", "0412345678"},  {"SJ", "41234567"},    {"CI", "0123456789"},
      {"SG", "81234567"},   {"US", "12025550101"}};
  for (const auto& [region, number] : real) {
    EXPECT_EQ(ask_library(number, region, Trust::assigned).empty(), false) << number << " in " << region;
    for (int i = 0; i < 400; ++i) {
      std::string text = number;
      for (auto slips = chance() % 3; slips > 0; --slips) {
        std::size_t at = chance() % text.size();
        if (chance() % 3 == 0)
          text.insert(at, 1, static_cast<char>('0' + chance() % 10));
        else if (chance() % 2 == 0 && text.size() > 4)
          text.erase(at, 1);
        else
          text[at] = static_cast<char>('0' + chance() % 10);
      }
      compare(with_marks(chance, text), region, tally);
      std::string abroad = ask_library(number, region, Trust::any);
      abroad[2 + chance() % (abroad.size() - 2)] = static_cast<char>('0' + chance() % 10);
      compare(with_marks(chance, abroad), "", tally);
    }
  }
  EXPECT_GT(tally.decided, tally.all * 3 / 4);
  EXPECT_GT(tally.numbers, tally.decided / 2);
}

TEST(PlainPhone, LeavesToTheLibraryWhatIsMoreThanDigits) {
  for (const char* text : {"+1 202 555 0101 x5", "1-800-FLOWERS", "(+44) 20 7946 0958", "0044 20 7946 0958",
                           "+800 1234 5678", "12345", "tel:+12025550101", "+44 20 7946 0958;ext=1",
                           "\xEF\xBC\x8B"
                           "12025550101"})
    EXPECT_EQ(read_plain_phone(text, "GB", Trust::assigned), std::nullopt) << text;
}

TEST(PlainPhone, ReadsWhatPeopleTypeWithoutTheLibrary) {
  EXPECT_EQ(read_plain_phone("(202) 555-0101", "US", Trust::assigned), "+12025550101");
  EXPECT_EQ(read_plain_phone("+44 (0)7400 123456", "US", Trust::assigned), "+447400123456");
  EXPECT_EQ(read_plain_phone("020 7946 0958", "US", Trust::assigned), "");
  EXPECT_EQ(read_plain_phone("06 6982 1234", "IT", Trust::assigned), "+390669821234");
}

}  // namespace
}  // namespace handoff::identity
