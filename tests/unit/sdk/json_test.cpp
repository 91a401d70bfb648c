#include <gtest/gtest.h>

#include <handoff/sdk/codec.hpp>

namespace handoff {
namespace {

std::string written(std::string_view bytes) { return json::write(json::Value(bytes)); }

TEST(JsonWrite, KeepsUtf8AsItIs) {
  EXPECT_EQ(written("Jos\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8E\x81"), "\"Jos\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8E\x81\"");
}

TEST(JsonWrite, WritesWhatIsNotUtf8AsAReplacementThatCanBeReadAgain) {
  for (std::string_view bytes : {"Jos\xE9", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                                 "\xF5\x80\x80\x80", "\x80", "\xFF\xFE", "\xE2\x82"}) {
    json::Parsed again = json::parse(written(bytes));
    ASSERT_TRUE(again) << written(bytes);
    EXPECT_NE(again->as_string().find("\xEF\xBF\xBD"), std::string_view::npos) << written(bytes);
  }
  EXPECT_EQ(written("Jos\xE9!"), "\"Jos\xEF\xBF\xBD!\"");
}

TEST(JsonWrite, AHeaderInLatinOneDoesNotMakeAStoredReplyUnreadable) {
  InboundInput input;
  input.headers.emplace_back("server", "caf\xE9");
  json::Parsed stored = json::parse(json::write(encode(input)));
  ASSERT_TRUE(stored) << stored.error.message;
  InboundInput again;
  EXPECT_EQ(decode(*stored, again), "");
  EXPECT_EQ(again.header("server"), "caf\xEF\xBF\xBD");
}

TEST(JsonParse, RefusesWhatTwoReadersCouldTakeDifferently) {
  for (std::string_view text :
       {R"({"a":1,"a":2})", R"({"a":1,"\u0061":2})", "\"\xE9\"", R"("\ud800")", "01", "1.", "[1,]", "1 2", "nul", ""})
    EXPECT_FALSE(json::parse(text)) << text;
}

TEST(JsonParse, FindsADuplicateAmongThousandsOfNames) {
  std::string names = "{";
  for (int i = 0; i < 50'000; ++i) names += "\"n" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(json::parse(names + R"("n50000":0})"));
  for (const char* again : {"n0", "n31", "n32", "n49999"}) {
    json::Parsed parsed = json::parse(names + "\"" + again + "\":0}");
    ASSERT_FALSE(parsed) << again;
    EXPECT_EQ(parsed.error.message, "duplicate key \"" + std::string(again) + "\"");
  }
}

}  // namespace
}  // namespace handoff
