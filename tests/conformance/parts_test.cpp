// The parts of the kit, each for itself.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <handoff/sdk/retry_after.hpp>
#include <iostream>

#include "core/conformance/child.hpp"
#include "core/conformance/confine.hpp"
#include "core/conformance/fill.hpp"
#include "core/conformance/guard.hpp"
#include "core/conformance/match.hpp"
#include "core/conformance/mutate.hpp"
#include "core/conformance/truth.hpp"
#include "core/conformance/waivers.hpp"
#include "core/model/sheet_members.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::conformance {
namespace {

json::Value parsed(std::string_view text) {
  json::Parsed value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : json::Value();
}

ChildEnd quickly(const std::function<void(Reporter&)>& work) { return in_child({.seconds = 1}, work); }

TEST(AChild, TellsWhatItFoundAndThatItCameBack) {
  ChildEnd end = quickly([](Reporter& reporter) { reporter.finding(json::Value("a word")); });
  EXPECT_EQ(end.trouble, "");
  ASSERT_EQ(end.findings.size(), 1u);
  EXPECT_EQ(end.findings[0].as_string(), "a word");
}

TEST(AChild, ThatCrashesIsAResultWithItsPlace) {
  ChildEnd end = quickly([](Reporter& reporter) {
    reporter.at("issue: step 2");
    std::raise(SIGSEGV);
  });
  EXPECT_EQ(end.trouble, "crashed: signal 11, a read or write outside of its memory");
  EXPECT_EQ(end.where, "issue: step 2");
}

TEST(AChild, ThatComesToNoEndIsEnded) {
  ChildEnd end = quickly([](Reporter&) {
    for (volatile bool on = true; on;) {
    }
  });
  EXPECT_EQ(end.trouble, "came to no end within 1 s");
}

TEST(AChild, ThatLeavesTheProcessIsFoundOut) {
  EXPECT_EQ(quickly([](Reporter&) { _exit(0); }).trouble, "ended the process with status 0");
}

TEST(AChild, HasNoMoreMemoryThanItWasGiven) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer maps terabytes: there the limit is not set";
  ChildEnd end = in_child({.seconds = 5, .memory_bytes = 64 << 20}, [](Reporter& reporter) {
    try {
      std::string much(512u << 20, 'x');
      reporter.at(much.substr(0, 1));
    } catch (const std::bad_alloc&) {
      reporter.at("refused");
    }
  });
  EXPECT_EQ(end.where, "refused");
}

TEST(AChild, IsHeardOnItsStandardOutput) {
  EXPECT_EQ(quickly([](Reporter&) { std::cout << "psst" << std::flush; }).said, "psst");
}

TEST(AConfinedChild, MayComputeButNotOpenAFile) {
  if (kSanitized) GTEST_SKIP() << "a sanitizer opens files of its own: there nothing is confined";
  ChildEnd end = quickly([](Reporter& reporter) {
    confine(reporter.pipe());
    std::ifstream file("/etc/hostname");
  });
  EXPECT_EQ(end.trouble, "tried to open a file; a connector asks the host for everything, by a call");
}

TEST(GuardedMemory, EndsWhereTheTextEnds) {
  ChildEnd end = quickly([](Reporter&) {
    GuardedMemory memory;
    const char* text = memory.place("four");
    volatile char beyond = text[4];
    (void)beyond;
  });
  EXPECT_NE(end.trouble.find("signal 11"), std::string::npos) << end.trouble;
}

TEST(Braces, AreFilledFromTheInputAndLeftAloneOtherwise) {
  Variables variables = variables_of(parsed(R"({"amount":{"minor":2500,"currency":"USD"},"customer":{"id":"c1"}})"),
                                     {{"pay", "ho1-k", "r20"}});
  EXPECT_EQ(fill("{amount}|{amount.decimal}|{amount.currency.lower}|{customer.id}|{key.pay}|{ref20.pay}", variables),
            "2500|25.00|usd|c1|ho1-k|r20");
  EXPECT_EQ(fill("query{shop{name}} {unknown}", variables), "query{shop{name}} {unknown}");
  EXPECT_EQ(json::write(filled(parsed(R"([{"$number":"-{amount.decimal}"}])"), variables)), "[-25.00]");
}

TEST(Braces, HaveHundredthsOnlyWhereTheAmountHasThem) {
  auto hundredths = [](std::int64_t minor, const char* currency) {
    json::Object input;
    input.set("amount", to_json(Money(minor, currency)));
    return fill("{amount.hundredths}", variables_of(json::Value(std::move(input)), {}));
  };
  EXPECT_EQ(hundredths(25, "JPY"), "2500");
  EXPECT_EQ(hundredths(25000, "KWD"), "2500");
  EXPECT_EQ(hundredths(25001, "KWD"), "{amount.hundredths}");
}

TEST(ADifference, NamesTheFirstPathThatIsWanted) {
  EXPECT_EQ(difference(parsed(R"({"a":{"b":[1,2]}})"), parsed(R"({"x":0,"a":{"b":[1,2],"c":3}})")), "");
  EXPECT_EQ(difference(parsed(R"({"a":{"b":[1,2]}})"), parsed(R"({"a":{"b":[1,3]}})")), "a.b[1]: 3, not 2");
  EXPECT_EQ(difference(parsed(R"("ab*z")"), parsed(R"("abcz")")), "");
  EXPECT_EQ(difference(parsed(R"({"none":[]})"), parsed("{}")), "");  // an empty list is not written
}

TEST(SingleChanges, ChangeEachLeafAloneAndTextInsideText) {
  std::vector<std::string> paths;
  for (const Change& change : single_changes(R"({"a":"25.99","b":[true,7],"c":"{\"d\":1}","e":null})"))
    paths.push_back(change.path + "=" + change.body);
  EXPECT_EQ(paths, (std::vector<std::string>{R"(a={"a":"26.00","b":[true,7],"c":"{\"d\":1}","e":null})",
                                             R"(b[0]={"a":"25.99","b":[false,7],"c":"{\"d\":1}","e":null})",
                                             R"(b[1]={"a":"25.99","b":[true,8],"c":"{\"d\":1}","e":null})",
                                             R"(c.d={"a":"25.99","b":[true,7],"c":"{\"d\":2}","e":null})"}));
}

TEST(SingleChanges, OfABodyThatIsNoJsonChangeWhatStandsBetweenItsMarks) {
  std::vector<std::string> bodies, were;
  for (const Change& change : single_changes("<card id=\"7\">25.00</card>")) {
    bodies.push_back(change.body);
    were.push_back(change.was);
  }
  EXPECT_EQ(were, (std::vector<std::string>{"card id", "7", "25.00", "/card"}));
  EXPECT_EQ(bodies[1], "<card id=\"8\">25.00</card>");
  EXPECT_EQ(bodies[2], "<card id=\"7\">25.01</card>");
}

TEST(AValue, HoldsWhatIsSaidOfItHoweverItIsWritten) {
  const json::Value amount = to_json(Money(2500, "USD"));
  for (const char* was : {"25.00", "2500", "-25", "25,00", "25.00 USD"}) EXPECT_TRUE(holds(was, amount)) << was;
  for (const char* was : {"25.01", "USD", "", "card"}) EXPECT_FALSE(holds(was, amount)) << was;
  EXPECT_TRUE(holds("gid://shop/Card/7", json::Value("7")));
  EXPECT_TRUE(holds("ag_71", json::Value("cards/ag_71")));
  EXPECT_FALSE(holds("1", json::Value("ho1-k3v7")));
}

TEST(UnreadableBodies, AreNoneOfThemReadable) {
  for (const Body& body : unreadable_bodies(R"({"id":"a","amount":"1.00"})"))
    EXPECT_FALSE(json::parse(body.text)) << body.name;
}

TEST(RetryAfter, IsReadInEveryShapeAsWhatItAsksFor) {
  constexpr std::int64_t kNow = 1'795'442'400'000;
  EXPECT_EQ(http_date(kNow + 7000), "Mon, 23 Nov 2026 14:00:07 GMT");
  for (const RetryAfter& shape : retry_afters(kNow)) {
    std::vector<handoff_pair> headers;
    for (const std::string& value : shape.values)
      headers.push_back({{"retry-after", 11}, {value.data(), value.size()}});
    handoff_reply raw = {};
    raw.headers = headers.data();
    raw.n_headers = headers.size();
    std::int64_t wanted = shape.name == "a fraction" ? 0 : shape.wait_ms;  // no form of RFC 9110
    EXPECT_EQ(retry_after_ms(Reply(raw), kNow), static_cast<std::uint64_t>(wanted)) << shape.name;
  }
}

Report report_with(const char* id, bool money, const char* cassette) {
  Report out;
  out.results.push_back({id, "", "", "", money, {{cassette, "something", ""}}});
  return out;
}

TEST(AWaiver, CoversWhatItNamesAndNothingElse) {
  Report report = report_with("drift", false, "issue");
  apply_waivers({{"drift", "issue", "the vendor never changes"}}, true, report);
  EXPECT_TRUE(report.passed());
  Report other = report_with("drift", false, "void");
  apply_waivers({{"drift", "issue", "the vendor never changes"}}, true, other);
  EXPECT_EQ(other.findings(), 2u);  // the finding, and the waiver that covers nothing
}

TEST(AWaiver, OfMoneyIsAFinding) {
  Report report = report_with("echoes", true, "issue");
  apply_waivers({{"echoes", "", "we would rather not"}}, true, report);
  EXPECT_EQ(report.findings(), 2u);
}

TEST(AWaiver, IsNotStaleWhereItsCaseWasNotRun) {
  Report report = report_with("plays", false, "");
  report.results[0].findings.clear();
  apply_waivers({{"drift", "", "the vendor never changes"}}, false, report);
  EXPECT_TRUE(report.passed());
}

TEST(AFolder, ComplainsOfWhatItCannotRead) {
  support::TempDir dir;
  std::ofstream(dir.file("issue.json"))
      << R"({"operation":"issue","excepts":{},"exchanges":[{"label":"pay","replay":{}}]})";
  std::ofstream(dir.file("read.json")) << "{\n  \"operation\": \"read\"\n  \"says\"";
  std::ofstream(dir.file("waivers.json")) << R"([{"case":"drift","reason":"no"}])";
  Folder folder = read_folder(dir.path());
  auto complains = [&](const std::string& text) {
    return std::ranges::any_of(folder.problems, [&](const std::string& one) { return one.starts_with(text); });
  };
  EXPECT_TRUE(complains("issue.json: excepts: is no member of a cassette"));
  EXPECT_TRUE(complains("issue.json: expect.end: write done, more or fail"));
  EXPECT_TRUE(complains("issue.json: exchanges[0].reply.status: write a number"));
  EXPECT_TRUE(complains("issue.json: exchanges[0].replay: is no member of an exchange; did you mean \"reply\"?"));
  EXPECT_TRUE(complains("read.json: 3:3: "));
  EXPECT_TRUE(complains("waivers.json: every waiver names its case"));
}

TEST(AModel, NamesWhatItDoesNotReadRatherThanTakeTheWorst) {
  std::vector<std::string> problems;
  read_model(*json::parse(R"({"source":"api","calls":{"issue.pay":{"samekey":"same_answer","found_by":["code"]}}})"),
             problems);
  EXPECT_EQ(problems, std::vector<std::string>{
                          "model.json: issue.pay.samekey: is no member of the model; did you mean \"same_key\"?"});
}

TEST(TheSheetsCodes, MeanOneStatusOrAllOfIt) {
  for (const char* code : {"422", "422/late", "422/*", "200/E900", "io"}) EXPECT_TRUE(code_can_match(code)) << code;
  for (const char* code : {"4*", "4xx", "5XX/*", "422/l*"}) EXPECT_FALSE(code_can_match(code)) << code;
}

TEST(ABodyOfXml, HasNamesForItsTextsAndAttributes) {
  std::vector<std::string> paths;
  for (const Change& change : single_changes("<cards page=\"2\"><card><state>open</state></card></cards>"))
    if (change.path.ends_with(']')) paths.push_back(change.path + " " + change.was);
  EXPECT_EQ(paths, (std::vector<std::string>{"page[byte 13] 2", "state[byte 29] open"}));
}

}  // namespace
}  // namespace handoff::conformance
