// What is read millions of times has a short way of its own. It says what the long one says.

#include <gtest/gtest.h>

#include <random>

#include "core/identity/identifiers.hpp"
#include "core/reconcile/names.hpp"
#include "core/reconcile/plain_email.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

TEST(ShortWay, OfAnEmailIsTheDigestOfItsNormalFormOrNone) {
  constexpr std::uint64_t kSeed = 1;
  std::mt19937 dice(7);
  constexpr std::string_view kLetters = "abzAZ019_-.@ +\xc3'/[`{";
  int plain = 0;
  for (int round = 0; round < 200'000; ++round) {
    bool letters_only = round % 2 == 0;
    std::string text;
    for (std::size_t size = dice() % 40; text.size() < size;)
      text += kLetters[dice() % (letters_only ? 11 : kLetters.size())];
    if (dice() % 4 != 0) text += "@Example" + std::string(dice() % 30, 'x') + ".com";
    std::uint64_t digest_of_it = plain_email_digest(text, kSeed);
    if (digest_of_it == 0) continue;
    ++plain;
    std::string normal = identity::normalise_email(text);
    if (!normal.empty()) {
      ASSERT_EQ(digest_of_it, digest(normal, kSeed)) << text;
    }
  }
  EXPECT_GT(plain, 10'000);
  for (const char* none :
       {"", "@", "a@b", "a@b.", "@b.c", "a@.c", "a@@b.c", "a@b@c.d", "a b@c.d", "\xc3\xa4@b.c", "a+b@c.d"})
    EXPECT_EQ(plain_email_digest(none, kSeed), 0u) << none;
  EXPECT_EQ(plain_email_digest("Jo@Example.com", kSeed), digest("jo@example.com", kSeed));
}

TEST(ShortWay, OfATimeIsTheMomentThatTheLongOneFinds) {
  for (std::int64_t day = 0; day < 40'000; ++day) {  // to 2079
    std::string text = utc_text(day * kDay + day * 7919 % kDay);
    for (const std::string& written : {text, text.substr(0, 19) + "-05:30"}) {
      auto by_short = parse_time(written, config::TimeFormat::iso, 0),
           by_long = parse_time(written, config::TimeFormat::dmy, 0);
      ASSERT_EQ(by_short.has_value(), by_long.has_value()) << written;
      if (!by_long) continue;  // before 1990
      ASSERT_EQ(by_short->utc_s, by_long->utc_s) << written;
      ASSERT_EQ(by_short->offset_s, by_long->offset_s) << written;
    }
  }
  for (const char* none :
       {"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T10:60:00Z", "2026-11-23T10:00:0:Z", "2026-11-23T10:00:00+15:00", "2026-1a-23T10:00:00Z"})
    EXPECT_FALSE(parse_time(none, config::TimeFormat::iso, 0)) << none;
}

TEST(ShortWay, ToAWordsNumberIsTheSameForEveryThread) {
  Names names(5'000);
  LocalNames one(names), other(names);
  std::mt19937 dice(7);
  std::vector<std::string> words;
  for (int i = 0; i < 6'000; ++i) {
    std::string word;
    for (std::size_t size = dice() % 24; word.size() < size;) word += static_cast<char>('a' + dice() % 3);
    words.push_back(word);
  }
  std::vector<std::uint32_t> ids;
  for (const std::string& word : words) ids.push_back(one.id(word));
  for (std::size_t i = 0; i < words.size(); ++i) {
    ASSERT_EQ(one.id(words[i]), ids[i]) << words[i];
    ASSERT_EQ(other.id(words[i]), ids[i]) << words[i];
    ASSERT_EQ(names.id(words[i]), ids[i]) << words[i];
    if (ids[i] != 0) {
      ASSERT_EQ(names.word(ids[i]), words[i]);
    }
  }
}

}  // namespace handoff::reconcile
