#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>

#include "cursor.hpp"
#include "document.hpp"
#include "mapping.hpp"
#include "place.hpp"

namespace handoff::file {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

constexpr const char* kSettings =
    R"({"folder":"/srv/drop","utc_offset":"-05:00","issued":["REFUND"],"cancelled":["VOID"],)"
    R"("columns":{"transaction":"Receipt","line":"Line","store":"Store","register":"Till","time":"Time","amount":"Amount",)"
    R"("currency":"Currency","kind":"Kind","email":"Email","phone":"Phone"}})";

json::Value parsed(const std::string& text) {
  json::Parsed out = json::parse(text);
  EXPECT_TRUE(out) << text;
  return *out;
}

Mapping mapping(const std::string& more) {
  return *mapping_of(
      parsed(R"({"store":"S1","currency":"EUR","columns":{"transaction":"T","time":"D","amount":"A"})" + more + "}"));
}

Mapped row(const std::string& date, const std::string& amount, const Mapping& how) {
  json::Object values;
  values.set("T", "7").set("D", date).set("A", amount);
  return to_event(json::Value(std::move(values)), how);
}

std::string problem(const std::string& date, const std::string& amount, const std::string& more = "") {
  return row(date, amount, mapping(more)).problem;
}

/// The lines and problems of a whole file's records.
std::vector<std::string> csv(const std::string& text, char delimiter = ',') {
  std::size_t used = 0;
  std::vector<std::string> header = csv_header(text, delimiter, used), out;
  Piece piece;
  piece.bytes = std::string_view(text).substr(used);
  piece.line = 2;
  piece.last = true;
  for (const Record& record : csv_page(piece, delimiter, header).records)
    out.push_back(std::to_string(record.line) + " " +
                  (record.problem.empty() ? json::write(record.values) : record.problem));
  return out;
}

std::vector<std::string> json_records(const std::string& text, std::string* cut = nullptr) {
  Piece piece;
  piece.bytes = text;
  piece.last = true;
  Page page = json_page(piece);
  std::vector<std::string> out;
  for (const Record& record : page.records)
    out.push_back(std::to_string(record.line) + " " +
                  (record.problem.empty() ? json::write(record.values) : record.problem));
  if (cut) *cut = page.cut;
  return out;
}

using Lines = std::vector<std::string>;

TEST(FileCsv, ReadsQuotesDelimitersAndBothLineEnds) {
  EXPECT_EQ(csv("a,b\r\n1,\"x, \"\"y\"\"\r\nz\"\r\n\r\n2,\n"),
            (Lines{R"(2 {"a":"1","b":"x, \"y\"\r\nz"})", R"(5 {"a":"2","b":""})"}));
  EXPECT_EQ(csv("a;b\n1,5;2\n", ';'), (Lines{R"(2 {"a":"1,5","b":"2"})"}));
  EXPECT_EQ(csv("\xEF\xBB\xBF"
                "a,b\n1,2\n"),
            (Lines{R"(2 {"a":"1","b":"2"})"}))
      << "a byte order mark is no name";
}

TEST(FileCsv, BadLineDoesNotTakeTheNextWithIt) {
  EXPECT_EQ(csv("a,b\n1\n2,3\n"), (Lines{"2 1 fields, where the first line has 2", R"(3 {"a":"2","b":"3"})"}));
  EXPECT_EQ(csv("a,b\n\"x\"y,1\n2,3\n"),
            (Lines{"2 a quote stands in the middle of a field", R"(3 {"a":"2","b":"3"})"}));
  EXPECT_EQ(csv("a,b\n\"open,1\n2,3\n"), (Lines{"2 a quote is not closed", R"(3 {"a":"2","b":"3"})"}));
  EXPECT_EQ(csv("a,b\n\xC3\x28,1\n2,3\n"), (Lines{"2 a is no UTF-8", R"(3 {"a":"2","b":"3"})"}));
}

TEST(FileCsv, LastLineWithoutAnEndIsNotBelieved) {
  EXPECT_EQ(csv("a,b\n1,2\n3,25.0"), (Lines{R"(2 {"a":"1","b":"2"})", "3 the file ends in the middle of this line"}));
  EXPECT_EQ(csv("a,b"), Lines{}) << "not even the first line is whole";
}

TEST(FileJson, ReadsListsAndLinesOfObjects) {
  Lines both = {R"(1 {"a":1})", R"(2 {"a":"}{"})"};
  EXPECT_EQ(json_records("{\"a\":1}\n{\"a\":\"}{\"}\n"), both);
  EXPECT_EQ(json_records("[{\"a\":1},\n{\"a\":\"}{\"}]"), both);
  EXPECT_EQ(json_records("[\n {\n  \"a\": 1\n },\n {\"a\": 2}\n]\n"), (Lines{R"(2 {"a":1})", R"(5 {"a":2})"}));
}

TEST(FileJson, BadObjectDoesNotTakeTheNextWithIt) {
  EXPECT_EQ(json_records("{\"a\":1,}\n{\"a\":2}\n"), (Lines{"1 this is no JSON", R"(2 {"a":2})"}));
  EXPECT_EQ(json_records("oops\n{\"a\":2}\n"), (Lines{"1 this is no object", R"(2 {"a":2})"}));
  EXPECT_EQ(json_records("{\"a\":1\n{\"a\":2}\n"),
            (Lines{"1 the file ends in the middle of this object", R"(2 {"a":2})"}));
  EXPECT_EQ(json_records("{\"a\":1,\"a\":2}\n"), Lines{"1 this is no JSON"}) << "a name twice: which amount is it?";
}

TEST(FileJson, CutListIsNoticedThoughItsObjectsAreWhole) {
  std::string cut;
  EXPECT_EQ(json_records("[{\"a\":1},{\"a\":2},", &cut).size(), 2u);
  EXPECT_EQ(cut, "the list is not closed: the file was cut");
}

TEST(FileMapping, ReadsAmountsExactlyInTheFormOfTheSettings) {
  EXPECT_EQ(row("2026-11-23", "0.29", mapping("")).event->amount, Money(29, "EUR"));
  EXPECT_EQ(row("2026-11-23", "1005,3", mapping(R"(,"decimal_comma":true)")).event->amount, Money(100530, "EUR"));
  EXPECT_EQ(problem("2026-11-23", "1.005,30", R"(,"decimal_comma":true)"),
            "A has a point, where the comma separates decimals");
  for (const char* amount : {"0.291", "1,50", "1 000", "1e3", "EUR 5", "92233720368547758080"})
    EXPECT_EQ(problem("2026-11-23", amount), "A is no amount with at most 2 decimals") << amount;
  EXPECT_EQ(problem("2026-11-23", "0.00"), "A is not more than zero");
  EXPECT_EQ(problem("2026-11-23", "-5"), "A is not more than zero");
  EXPECT_EQ(problem("2026-11-23", " "), "A is empty");
}

TEST(FileMapping, ReadsDatesInTheOrderOfTheSettings) {
  auto date = [](const char* text, const char* more = "") {
    return to_business_date(text, mapping(more)).value_or("none");
  };
  EXPECT_EQ(date("2026-11-23"), "2026-11-23");
  EXPECT_EQ(date("2026-11-23 23:59:59"), "2026-11-23");
  EXPECT_EQ(date("3.1.2026 10:00", R"(,"dates":"dmy")"), "2026-01-03");
  EXPECT_EQ(date("1/3/2026", R"(,"dates":"mdy")"), "2026-01-03");
  EXPECT_EQ(date("2026-11-24T03:30:00Z", R"(,"utc_offset":"-05:00")"), "2026-11-23");
  for (const char* text : {"23.11.2026", "2026-02-30", "2026-13-01", "26-11-23", "today", "", "2026-11-23-1"})
    EXPECT_EQ(date(text), "none") << text;
}

TEST(FileMapping, FindsMembersInsideOthers) {
  Mapping how = *mapping_of(parsed(
      R"({"store":"S1","columns":{"transaction":"t","time":"d","amount":"total.value","currency":"total.unit","email":"who.mail"}})"));
  Mapped mapped = to_event(
      parsed(R"({"t":7,"d":"2026-11-23","total":{"value":1.50,"unit":"USD"},"who":{"mail":"a@example.com"}})"), how);
  ASSERT_TRUE(mapped.event) << mapped.problem;
  EXPECT_EQ(mapped.event->amount, Money(150, "USD"));
  EXPECT_EQ(mapped.event->transaction, "7");
  EXPECT_EQ(mapped.event->email, "a@example.com");
  EXPECT_EQ(to_event(parsed(R"({"t":[],"d":"2026-11-23","total":{"value":1.50,"unit":"USD"}})"), how).problem,
            "t is neither text nor number");
}

TEST(FileMapping, ProblemsRepeatNothingOfTheRow) {
  Mapping how = mapping(R"(,"issued":["x"])");
  for (const Mapped& bad : {row("ada@example.com", "1", how), row("2026-11-23", "ada@example.com", how),
                            row("2026-11-23", std::string(300, 'q'), how)})
    EXPECT_EQ(bad.problem.find("ada"), std::string::npos) << bad.problem;
}

TEST(FileMapping, SettingsThatLeaveOpenWhoACreditIsAreRefused) {
  auto refused = [](const std::string& settings) {
    try {
      mapping_of(parsed(settings));
    } catch (const Failure& failure) {
      return std::string(failure.detail().find("pointer")->as_string());
    }
    return std::string();
  };
  EXPECT_EQ(refused(R"({"columns":{"transaction":"T","time":"D","amount":"A"},"currency":"EUR"})"), "/store");
  EXPECT_EQ(refused(R"({"columns":{"transaction":"T","time":"D","amount":"A"},"store":"S1"})"), "/currency");
  EXPECT_EQ(
      refused(R"({"columns":{"transaction":"T","time":"D","amount":"A","kind":"K"},"store":"S1","currency":"EUR"})"),
      "/issued");
  EXPECT_FALSE(mapping_of(parsed("{}"))) << "a folder that is only written to";
}

/// A file that is served in pages of any length.
class FileConnector : public ::testing::Test {
 protected:
  FileConnector() : driver(handoff_plugin_v1, parsed(kSettings)) {}

  Answer serve(const Asked& asked) const {
    if (asked.method != "READ")
      return Answer(200, R"({"path":")" + asked.headers.at("to").substr(1) + R"(","size":1,"modified_ms":1})");
    auto from = static_cast<std::size_t>(std::stoll(asked.headers.at("offset")));
    Answer out(200, text.substr(std::min(from, text.size()),
                                static_cast<std::size_t>(std::stoll(asked.headers.at("length")))));
    out.headers = {{"size", std::to_string(text.size())}, {"modified-ms", "1"}};
    return out;
  }
  /// All pages of one file; what was emitted.
  std::vector<SourceEvent> read_whole(const std::string& name) {
    std::vector<SourceEvent> out;
    hints.clear();
    PullInput in;
    in.since = "2026-11-22T00:00:00Z";
    json::Object cursor;
    cursor.set("file", name).set("tag", "0123456789abcdef");
    in.cursor = json::Value(std::move(cursor));
    for (pages = 0; pages < 1000; ++pages) {
      RunResult run = driver.run("pull/1", in, [this](const Asked& asked) { return serve(asked); });
      EXPECT_TRUE(run.more) << run.problem << json::write(run.result);
      for (const json::Value& one : run.emitted) {
        Hint hint;
        bool is_hint = decode(one, hint).empty() && hint.whole();
        if (is_hint) hints.push_back(hint);
        if (is_hint) continue;
        out.emplace_back();
        EXPECT_EQ(decode(one, out.back()), "");
      }
      in.cursor = run.result;
      if (!run.result.at("to").is_null()) break;
    }
    last = in.cursor;
    return out;
  }
  /// What becomes of a hint when it is fetched: the reason, or the credit's transaction.
  std::string fetched(const Hint& hint) {
    FetchInput in;
    in.type = hint.type;
    in.object = hint.object;
    RunResult run = driver.run("fetch/1", in, [this](const Asked& asked) { return serve(asked); });
    if (run.failed) return std::string(run.result.at("message").as_string());
    return run.emitted.empty() ? "no credit" : std::string(run.emitted[0].at("transaction").as_string());
  }
  Driver driver;
  std::string text;
  json::Value last;
  std::vector<Hint> hints;
  int pages = 0;
};

constexpr const char* kHeader = "Receipt,Line,Store,Till,Time,Amount,Currency,Kind,Email,Phone\n";

TEST_F(FileConnector, ReadsAFileOfManyPagesWithoutLosingOrRepeatingARow) {
  text = "Note," + std::string(kHeader);
  for (int i = 0; i < 3000; ++i)
    text += "\"a\nb" + std::string(static_cast<std::size_t>(i % 90), 'x') + "\"," + std::to_string(i) +
            ",1,S1,1,2026-11-23," + std::to_string(i + 1) + ".25,USD,REFUND,,\n";
  std::vector<SourceEvent> events = read_whole("big.csv");
  ASSERT_EQ(events.size(), 3000u);
  for (int i = 0; i < 3000; ++i) EXPECT_EQ(events[static_cast<std::size_t>(i)].transaction, std::to_string(i));
  EXPECT_GE(pages, 29);
  EXPECT_EQ(last.at("offset").as_integer(), static_cast<std::int64_t>(text.size()));
  EXPECT_EQ(last.at("line").as_integer(), 6002);
}

TEST_F(FileConnector, ReadsJsonOfManyPagesTheSame) {
  text = "[";
  for (int i = 0; i < 1000; ++i)
    text += (i ? ",\n" : "") + std::string(R"({"Receipt":)") + std::to_string(i) +
            R"(,"Store":"S1","Time":"2026-11-23","Amount":1.50,"Currency":"USD","Kind":"REFUND","x":")" +
            std::string(300, '}') + "\"}";
  text += "]\n";
  std::vector<SourceEvent> events = read_whole("big.json");
  ASSERT_EQ(events.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(events[static_cast<std::size_t>(i)].transaction, std::to_string(i));
}

TEST_F(FileConnector, NamesTwentyBadRowsAndSaysThatThereAreMore) {
  text = kHeader;
  for (int i = 0; i < 250; ++i) text += "only,three,fields\n";
  EXPECT_TRUE(read_whole("bad.csv").empty());
  ASSERT_EQ(hints.size(), 21u);
  EXPECT_EQ(hints[0].type + " " + hints[0].object, "row archive/bad.0123456789abcdef.csv:2:62");
  EXPECT_EQ(fetched(hints[0]), "3 fields, where the first line has 10");
  EXPECT_EQ(hints[20].type + " " + hints[20].object, "more archive/bad.0123456789abcdef.csv:251:0");
  EXPECT_EQ(fetched(hints[20]), "more of its records cannot be read, this one is the last");
}

TEST_F(FileConnector, SameBadLineDroppedAgainIsTheSameHint) {
  text = std::string(kHeader) + "only,three,fields\n";
  read_whole("bad.csv");
  std::string before = hints.at(0).id;
  text += "7,1,S1,1,2026-11-23,1.00,USD,REFUND,,\n";
  read_whole("bad.csv");
  EXPECT_EQ(hints.at(0).id, before);
  text = std::string(kHeader) + "another,three,fields\n";
  read_whole("bad.csv");
  EXPECT_NE(hints.at(0).id, before);
}

TEST_F(FileConnector, BadRowIsFoundAgainOnWhateverPageItStood) {
  text = kHeader;
  for (int i = 0; i < 900; ++i)
    text += std::to_string(i) + ",1,S1,1,2026-11-23," + (i % 90 == 7 ? "twelve" : "12.00") + ",USD,REFUND,,\n";
  EXPECT_EQ(read_whole("a.csv").size(), 890u);
  ASSERT_EQ(hints.size(), 10u);
  for (const Hint& hint : hints) EXPECT_EQ(fetched(hint), "Amount is no amount with at most 2 decimals") << hint.object;
  while (text.find("twelve") != std::string::npos) text.replace(text.find("twelve"), 6, "120.00");
  EXPECT_EQ(fetched(hints.at(3)), "277") << "as with settings that can read it";
}

TEST_F(FileConnector, BadObjectOfAListIsFoundAgain) {
  text =
      "[{\"Receipt\":\"1\"},\n "
      "{\"Receipt\":\"2\",\"Store\":\"S1\",\"Time\":\"never\",\"Amount\":1,\"Currency\":\"USD\",\"Kind\":\"REFUND\"}]";
  EXPECT_TRUE(read_whole("a.json").empty());
  ASSERT_EQ(hints.size(), 1u) << "the first is no credit: it has no kind";
  EXPECT_EQ(hints[0].object, "archive/a.0123456789abcdef.json:2:19");
  EXPECT_EQ(fetched(hints[0]), "Time is no date as the settings write them");
}

TEST_F(FileConnector, LineWithoutEndIsOneBadRowAndReadingGoesOn) {
  text = std::string(kHeader) + std::string(200'000, 'x') + "\n7,1,S1,1,2026-11-23,1.00,USD,REFUND,,\n";
  std::vector<SourceEvent> events = read_whole("long.csv");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].transaction, "7");
  ASSERT_EQ(hints.size(), 1u);
  EXPECT_EQ(fetched(hints[0]), "the line is longer than 64 KiB");
}

TEST_F(FileConnector, FileWithoutAColumnIsRefusedWhole) {
  text = "Receipt,Line,Store,Till,Time,Amount,Currency,Kind,Email\n1,1,S1,1,2026-11-23,1.00,USD,REFUND,\n";
  EXPECT_TRUE(read_whole("a.csv").empty());
  ASSERT_EQ(hints.size(), 1u);
  EXPECT_EQ(fetched(hints[0]), "the first line has no column Phone; nothing of the file is taken");
  EXPECT_EQ(last.at("to").as_string(), "refused/a.0123456789abcdef.csv");
  text = kHeader;
  EXPECT_EQ(fetched(hints[0]), "its columns are right by now; drop it once more");
}

TEST_F(FileConnector, FileWithAColumnTwiceIsRefusedWhole) {
  text =
      "Receipt,Line,Store,Till,Time,Amount,Amount,Currency,Kind,Email,Phone\n1,1,S1,1,2026-11-23,9.00,1.00,USD,REFUND,,\n";
  EXPECT_TRUE(read_whole("a.csv").empty());
  ASSERT_EQ(hints.size(), 1u);
  EXPECT_EQ(fetched(hints[0]), "the first line has more than one column Amount; nothing of the file is taken");
  EXPECT_EQ(last.at("to").as_string(), "refused/a.0123456789abcdef.csv");
}

TEST_F(FileConnector, FileThatMayNotBeReadIsRefusedAndKeepsNoOtherWaiting) {
  PullInput in;
  in.cursor = parsed(R"({"file":"a.csv","tag":"0","next":["b.csv"]})");
  RunResult run = driver.run("pull/1", in, [](const Asked&) { return Answer(403, R"({"code":"not_allowed"})"); });
  ASSERT_TRUE(run.more) << run.problem;
  EXPECT_EQ(run.result.at("to").as_string(), "refused/a.0.csv");
  EXPECT_EQ(json::write(run.result.at("next")), R"(["b.csv"])");
  Hint hint;
  ASSERT_EQ(decode(run.emitted.at(0), hint), "");
  EXPECT_EQ(fetched(hint), "this hub may not read it; give its account the right to, and drop it once more");
}

TEST_F(FileConnector, CutListIsSaid) {
  text = "[";
  read_whole("a.json");
  ASSERT_EQ(hints.size(), 1u);
  EXPECT_EQ(fetched(hints[0]), "the list is not closed: the file was cut; drop it whole");
}

TEST_F(FileConnector, EmptyFileIsPutAway) {
  EXPECT_TRUE(read_whole("empty.csv").empty());
  EXPECT_TRUE(last.at("to").as_string().starts_with("archive/empty.")) << json::write(last);
}

TEST_F(FileConnector, FileThatIsTakenAwayInTheMiddleIsSaid) {
  PullInput in;
  in.cursor = parsed(R"({"file":"a.csv","tag":"0","offset":100,"line":7,"next":["b.csv"]})");
  RunResult run = driver.run("pull/1", in, [](const Asked&) { return Answer(404, R"({"code":"no_such_file"})"); });
  ASSERT_TRUE(run.more);
  EXPECT_EQ(run.emitted.at(0).at("type").as_string(), "gone");
  EXPECT_EQ(run.emitted.at(0).at("object").as_string(), "archive/a.0.csv:7:100");
  EXPECT_EQ(json::write(run.result.at("next")), R"(["b.csv"])");
  EXPECT_TRUE(run.result.at("file").is_null());
}

TEST_F(FileConnector, FileThatGrewAfterItWasReadIsSaid) {
  PullInput in;
  in.cursor = parsed(R"({"file":"a.csv","offset":100,"line":7,"to":"archive/a.1.csv"})");
  auto put_away = [&](const std::string& size) {
    return driver.run("pull/1", in, [&](const Asked&) {
      return Answer(200, R"({"path":"archive/a.1.csv","modified_ms":1,"size":)" + size + "}");
    });
  };
  EXPECT_TRUE(put_away("100").emitted.empty());
  RunResult grown = put_away("140");
  ASSERT_EQ(grown.emitted.size(), 1u);
  EXPECT_EQ(grown.emitted[0].at("type").as_string(), "grew");
  EXPECT_EQ(grown.emitted[0].at("object").as_string(), "archive/a.1.csv:7:100");
}

TEST_F(FileConnector, FileThatAnotherHubTookIsLeftToIt) {
  PullInput in;
  in.cursor = parsed(R"({"next":["a.csv","b.csv"]})");
  RunResult run = driver.run("pull/1", in, [](const Asked&) { return Answer(409, R"({"code":"taken"})"); });
  ASSERT_TRUE(run.more);
  EXPECT_EQ(json::write(run.result.at("next")), R"(["b.csv"])");
}

TEST_F(FileConnector, NamesThatAreNoPartOfAPathAreNotAskedFor) {
  PullInput in;
  RunResult run = driver.run("pull/1", in, [](const Asked& asked) {
    return asked.label == "list-claimed"
               ? Answer(200, R"({"files":[]})")
               : Answer(
                     200,
                     R"({"files":[{"name":"../a.csv","size":1,"modified_ms":1},{"name":".a.csv","size":1,"modified_ms":1},{"name":"a/b.csv","size":1,"modified_ms":1}]})");
  });
  EXPECT_TRUE(run.done);
  EXPECT_EQ(run.asked.size(), 2u);
}

/// A folder's answer to a LIST: of `names`, the thousand behind the first that are passed over.
Answer listed(const Asked& asked, const Lines& names) {
  auto offset = asked.headers.find("offset");
  std::size_t from = offset == asked.headers.end() ? 0 : static_cast<std::size_t>(std::stoll(offset->second));
  json::Array files;
  for (std::size_t i = from; i < names.size() && i < from + 1000; ++i)
    files.emplace_back(json::Object{{"name", names[i]}, {"size", 1}, {"modified_ms", 1}});
  bool more = from + files.size() < names.size();
  json::Object body;
  body.set("files", std::move(files)).set("more", more);
  return Answer(200, json::write(json::Value(std::move(body))));
}

/// A pull over a folder of these names, up to the claim of the first of them.
RunResult pull_over(Driver& driver, const Lines& names) {
  return driver.run("pull/1", PullInput(), [&](const Asked& asked) {
    if (asked.method == "SLEEP") return Answer(200, "");
    if (asked.method != "LIST") return Answer(404, R"({"code":"no_such_file"})");
    return listed(asked, asked.label == "list-claimed" ? Lines() : names);
  });
}

TEST_F(FileConnector, FilesOfOthersTakeNobodysPlace) {
  Lines names;
  for (int day = 0; day < 2500; ++day) names.push_back("day" + std::to_string(day) + ".csv.done");
  names.emplace_back("today.csv");
  RunResult run = pull_over(driver, names);
  EXPECT_EQ(run.asked.back().target, "/in/today.csv") << run.problem << json::write(run.result);
}

TEST_F(FileConnector, FolderWithMoreFilesOfOthersThanItLooksThroughIsNotCalledEmpty) {
  Lines names(10'000, "marker.done");
  EXPECT_TRUE(pull_over(driver, names).done) << "all are strangers, and all were seen";
  names.emplace_back("today.csv");
  RunResult run = pull_over(driver, names);
  EXPECT_TRUE(run.failed);
  EXPECT_EQ(run.result.at("message").as_string(),
            "the oldest 10000 files in in are none that it can take, and others follow: take them away");
}

TEST_F(FileConnector, FileWhoseNameCannotBeUsedIsSaidAndKeepsNoOtherWaiting) {
  const std::string no_utf8 = "caf\xEF\xBF\xBD.csv", too_long = std::string(197, 'n') + ".csv";
  Lines names(200, too_long);
  names.push_back(no_utf8);
  RunResult alone = pull_over(driver, names);
  EXPECT_TRUE(alone.done) << alone.problem;
  ASSERT_EQ(alone.emitted.size(), 201u);
  Hint hint;
  ASSERT_EQ(decode(alone.emitted.back(), hint), "");
  EXPECT_EQ(hint.object, "in/" + no_utf8 + ":1:0");
  EXPECT_EQ(fetched(hint), "its name is longer than 200 bytes, or no UTF-8; give it another one");
  names.push_back(std::string(196, 'n') + ".csv");
  EXPECT_EQ(pull_over(driver, names).asked.back().target, "/in/" + names.back());
}

TEST_F(FileConnector, OldCursorThatCannotBeReadBeginsAtWhatIsClaimed) {
  PullInput in;
  in.cursor = parsed(R"({"file":7})");
  RunResult run = driver.run("pull/1", in, [](const Asked&) { return Answer(200, R"({"files":[]})"); });
  EXPECT_EQ(run.asked.at(0).label, "list-claimed");
}

TEST_F(FileConnector, DocumentIsTheSameBytesForTheSameBooking) {
  RecordInput in;
  in.credit.ref = "sc_1";
  in.amount = Money(2500, "USD");
  in.entry = "issued";
  in.reference = "ho1-x";
  EXPECT_EQ(document_of(in), document_of(in));
  EXPECT_EQ(to_sighting(parsed(document_of(in)))->amount, Money(2500, "USD"));
  in.entry = "cancelled";
  EXPECT_EQ(to_sighting(parsed(document_of(in)))->amount, Money(-2500, "USD"));
}

TEST(FilePlace, IsReadAsItIsWritten) {
  Place place("archive/a (1).b.0123456789abcdef.csv", 17, 1402);
  std::optional<Place> read = to_place(place.text());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text(), place.text());
  EXPECT_EQ(read->name(), "a (1).b.csv");
  EXPECT_EQ(put_away("archive", read->name(), "0123456789abcdef"), place.path);
  for (const char* text : {"", "a", "a:1", ":1:2", "a:0:1", "a:1:-1", "a:x:1"}) EXPECT_FALSE(to_place(text)) << text;
}

}  // namespace
}  // namespace handoff::file
