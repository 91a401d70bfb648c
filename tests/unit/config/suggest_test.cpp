#include "core/config/suggest.hpp"

#include <gtest/gtest.h>

namespace handoff::config {
namespace {

TEST(ConfigSuggest, CountsEdits) {
  EXPECT_EQ(edit_distance("abc", "abc"), 0u);
  EXPECT_EQ(edit_distance("ABC", "abc"), 0u);
  EXPECT_EQ(edit_distance("abc", "acb"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

TEST(ConfigSuggest, TakesTheNearestOnly) {
  std::vector<std::string> words = {"retry_after", "role", "to"};
  EXPECT_EQ(nearest("retry_aftr", words), "retry_after");
  EXPECT_EQ(nearest("rol", words), "role");
  EXPECT_EQ(nearest("deadline", words), "");
  EXPECT_EQ(nearest("x", words), "");
  EXPECT_EQ(nearest("role", words), "") << "it is written so, and is wrong for another reason";
  EXPECT_EQ(nearest(std::string(5000, 'a'), words), "");
}

TEST(ConfigSuggest, ListsFewWordsWhereNothingIsNear) {
  EXPECT_EQ(suggestion("urll", {"url", "password"}), "did you mean \"url\"?");
  EXPECT_EQ(suggestion("zzz", {"url", "password"}), "write one of url, password");
  EXPECT_EQ(suggestion("zzz", {}), "");
}

TEST(ConfigSuggest, QuotesWithoutControlCharacters) {
  EXPECT_EQ(quote("a\nb\x1b"), "\"a?b?\"");
  EXPECT_EQ(quote(std::string(100, 'a')), "\"" + std::string(60, 'a') + "...\"");
}

}  // namespace
}  // namespace handoff::config
