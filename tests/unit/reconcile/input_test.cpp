// How files are read, and which are refused.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>

#include "core/reconcile/pipe.hpp"
#include "tests/unit/reconcile/files.hpp"

namespace handoff::reconcile {
namespace {

const char* const kRows = "a,2026-11-10T10:00:00Z,S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n";

std::string gzipped(const std::string& text) {
  z_stream state{};
  deflateInit2(&state, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 1000, '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  state.avail_in = static_cast<uInt>(text.size());
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  deflate(&state, Z_FINISH);
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

std::string zstandard(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::int64_t issued(Exports& exports) {
  report::Audit audit = exports.done();
  return audit.numbers.empty() ? -1 : static_cast<std::int64_t>(audit.numbers[0].have[0].minor);
}

std::int64_t issued_of(const std::string& file, const std::string& name = "pos.csv") {
  Exports exports;
  exports.add(Side::pos, name, file).platform("");
  return issued(exports);
}

TEST(Input, FormsOfACsvAreTheSame) {
  std::string plain = kPosHeader + std::string(kRows);
  EXPECT_EQ(issued_of(plain), 2500);
  EXPECT_EQ(issued_of("\xef\xbb\xbf" + plain), 2500);
  EXPECT_EQ(issued_of(gzipped(plain)), 2500);
  EXPECT_EQ(issued_of(gzipped(plain.substr(0, 50)) + gzipped(plain.substr(50))), 2500);
  EXPECT_EQ(issued_of(zstandard(plain)), 2500);
  EXPECT_EQ(issued_of("reference;amount;currency\r\n\"a\";\"1.234,50\";EUR\r\n"), 123450);
  EXPECT_EQ(issued_of("reference\tamount\tcurrency\na\t1234,50\tEUR\n"), 123450);
  EXPECT_EQ(issued_of("amount,note,reference,currency\n\"1,234.50\",\"say \"\"hi\"\",\nthere\",a,USD\n"), 123450);
  EXPECT_EQ(issued_of("{\"reference\":\"a\",\"amount\":12.50,\"currency\":\"USD\"}\n", "pos.jsonl"), 1250);
}

std::string utf_16(std::string_view ascii, bool little) {
  std::string out = little ? "\xff\xfe" : "\xfe\xff";
  for (char c : ascii) out.append(little ? std::string{c, '\0'} : std::string{'\0', c});
  return out;
}

TEST(Input, Utf16IsReadAsWhatItSays) {
  std::string plain = "reference\tamount\tcurrency\r\na\t1234,50\tEUR\r\n";
  EXPECT_EQ(issued_of(utf_16(plain, true)), 123450);
  EXPECT_EQ(issued_of(utf_16(plain, false)), 123450);
  EXPECT_EQ(issued_of(gzipped(utf_16(plain, true))), 123450);
  Exports cut;
  std::string text = utf_16(plain, true);
  cut.add(Side::pos, "pos.csv", text.substr(0, text.size() - 1)).platform("");
  EXPECT_EQ(cut.refusal(),
            "pos.csv: ends inside of a character: the download was cut; fetch the file again: nothing was counted");
}

bool warned(const report::Audit& audit, std::string_view text) {
  return std::ranges::any_of(audit.warnings,
                             [&](const std::string& one) { return one.find(text) != std::string::npos; });
}

/// Cards of the platform, and what stands below them.
std::string cards_and(const std::string& last, int cards = 5) {
  std::string out = "reference,amount,currency,created_at\n";
  for (int i = 0; i < cards; ++i)
    out += "r" + std::to_string(i) + "," + std::to_string(10 + i) + ".50,USD,2026-11-10T10:00:00Z\n";
  return out + last;
}

TEST(Input, ALastRowWithNothingButTheSumOfTheOthersIsATotalAndSaidToBe) {
  auto audited = [](const std::string& last) {
    Exports exports;
    return exports.add(Side::pos, "pos.csv", cards_and("")).add(Side::platform, "cards.csv", cards_and(last)).done();
  };
  for (const char* name : {"", "Summe EUR", "TOTAL (5)", "5 credits"}) {
    report::Audit audit = audited(std::string(name) + ",62.50,USD,\n\n");
    EXPECT_EQ(summary_of(audit), "") << name;
    EXPECT_TRUE(warned(audit, "cards.csv:7: its amount is that of all others together: a line of totals, passed over"))
        << name;
  }
  Exports footed;
  footed.add(Side::pos, "pos.csv", cards_and("", 40))
      .add(Side::platform, "cards.csv", cards_and(",1200.00,USD,\nmade 2026-11-30\n", 40));
  EXPECT_TRUE(warned(footed.done(), "cards.csv:42: its amount is that of all others together"));
  // A cent beside it, in the midst of others, and with a time it is an entry.
  for (const char* other :
       {",62.51,USD,\n", ",62.50,USD,\nr9,1.00,USD,2026-11-10T10:00:00Z\n", "x,62.50,USD,2026-11-10T10:00:00Z\n"}) {
    report::Audit audit = audited(other);
    EXPECT_NE(summary_of(audit).find("downstream_only"), std::string::npos) << other;
    EXPECT_FALSE(warned(audit, "a line of totals")) << other;
  }
}

/// A hundred rows of 5.00 with a store's name in them.
std::string of_store(const std::string& store) {
  std::string out;
  for (int i = 0; i < 100; ++i)
    out += "r" + std::to_string(i) + ",2026-11-10T10:00:00Z," + store + ",R1,E1,issue,5.00,EUR,refund,\n";
  return out;
}

/// A map that says neither `decimal` nor `thousands`.
TEST(Input, AnAmountThatMayBeAThousandTimesAsMuchIsRefusedWithWhatToWrite) {
  Exports exports;
  exports.add(Side::pos, "pos.csv", "reference;amount;currency\na;500;EUR\nb;1.250;EUR\nc;3.000;EUR\n").platform("");
  exports.request.maps[0].reference = {"reference"};
  exports.request.maps[0].amount = "amount";
  exports.request.maps[0].currency = "currency";
  EXPECT_EQ(
      exports.refusal(),
      "pos.csv:3: '1.250' may be a thousand times as much: where '.' parts thousands, write decimal = \",\" and "
      "thousands = \".\" in the "
      "map; where all amounts have three decimals, three_decimals = true (and 2 of 3 rows cannot be read); correct the "
      "map: so many cannot be left out");
  exports.request.maps[0].decimal = ',';
  exports.request.maps[0].thousands = '.';
  EXPECT_EQ(issued(exports), 475'000);
}

TEST(Input, Windows1252IsReadAndSaidWhereOnlyThatMakesItText) {
  Exports exports;
  report::Audit audit = exports.pos(of_store("K\xf6ln")).platform("").done();
  EXPECT_EQ(static_cast<std::int64_t>(audit.numbers[0].have[0].minor), 50'000);
  EXPECT_EQ(audit.findings[0].store, "K\u00f6ln");
  EXPECT_TRUE(warned(audit, "is read as Windows-1252"));
}

TEST(Input, OneBadByteIsDamageAndNoEncoding) {
  std::string rows = of_store("Ulm");
  rows.replace(rows.find("Ulm"), 3, "K\xf6ln");
  report::Audit audit = Exports().pos(rows).platform("").done();
  ASSERT_EQ(audit.unreadable_rows, 1);
  EXPECT_EQ(audit.unreadable[0].row.line, 2u);
  EXPECT_EQ(audit.unreadable[0].why, "a field is not UTF-8");
}

TEST(Input, WhatIsNoCreditIsPassedOverAndSaidWithItsLine) {
  std::string rows = of_store("S1"), header = kPosHeader;
  std::size_t half = rows.find("r50,");
  Exports joined;
  report::Audit audit =
      joined.pos(rows.substr(0, half) + header + rows.substr(half) + "Total,,,,,,500.00,EUR,,\n").platform("").done();
  EXPECT_EQ(static_cast<std::int64_t>(audit.numbers[0].have[0].minor), 50'000);
  EXPECT_EQ(audit.credits, 100);
  EXPECT_EQ(audit.unreadable_rows, 0);
  EXPECT_TRUE(warned(audit, "pos.csv:52: the header again"));
  EXPECT_TRUE(warned(audit, "pos.csv:103: a line of totals"));

  Exports titled;
  std::string text = "Store credit\n2026-11-30;;;\n\nreference;amount;currency\na;x;EUR\n";
  for (int i = 0; i < 40; ++i) text += "r" + std::to_string(i) + ";5,00;EUR\n";
  audit = titled.add(Side::pos, "pos.csv", text).platform("").done();
  EXPECT_EQ(static_cast<std::int64_t>(audit.numbers[0].have[0].minor), 20'000);
  EXPECT_TRUE(warned(audit, "lines 1 to 3 were passed over as a title"));
  EXPECT_EQ(audit.unreadable[0].row.line, 5u);  // of the file, titles counted
  EXPECT_EQ(issued_of("sep=|\nreference|amount|currency\na|5.00|EUR\n"), 500);
}

TEST(Input, AnErrorPageBehindTheRowsIsACutDownload) {
  Exports exports;
  exports.pos(of_store("S1") + "<html><body>504</body></html>\n").platform("");
  EXPECT_EQ(exports.refusal(), "pos.csv:102: is HTML or XML: the download broke off here; fetch the file again");
}

TEST(Input, ANumberThatASpreadsheetRoundedIsNoReference) {
  Exports exports;
  exports.pos("1.23457E+11" + std::string(kRows).substr(1)).platform("");
  EXPECT_NE(exports.refusal().find("pos.csv:2: '1.23457E+11' is a number that a spreadsheet has rounded"),
            std::string::npos);
  Exports unsigned_power;
  unsigned_power.pos("1.23E15" + std::string(kRows).substr(1)).platform("");
  EXPECT_NE(unsigned_power.refusal().find("'1.23E15' is a number that a spreadsheet has rounded"), std::string::npos);
  Exports code;  // of sixteen signs
  EXPECT_EQ(code.pos("12E15" + std::string(kRows).substr(1)).platform("").done().unreadable_rows, 0);
}

TEST(Input, AReferenceIsTheSameInSmallLettersWithAccentsAndInWhicheverWayTheseAreWritten) {
  auto findings = [](const std::string& ours, const std::string& theirs) {
    std::string rest = std::string(kRows).substr(1);
    return summary_of(Exports()
                          .pos(ours + rest)
                          .platform("gc1," + theirs + ",2026-11-10T10:00:05Z,issue,25.00,USD,refund,jo@example.com\n")
                          .done());
  };
  for (auto [ours, theirs] : {std::pair("S\u00fcd-1", "S\u00dcD-1"),
                              {"S\u00fcd-1", "Su\u0308d-1"},
                              {"\u017e\u0161\u00ff1", "Z\u030cS\u030c\u01781"},
                              {"\u043c\u0451\u03ce1", "\u041c\u0401\u038f1"}})
    EXPECT_EQ(findings(ours, theirs), "") << ours;
  EXPECT_NE(findings("S\u00fcd-1", "Sud-1"), "");
}

TEST(Input, APhoneIsTheSameWithoutCountryAndArea) {
  auto findings = [](const char* ours, const char* theirs) {
    Exports exports;
    exports.add(Side::pos, "pos.csv", std::string("reference,amount,currency,phone\na,25.00,USD,") + ours + "\n");
    return summary_of(exports
                          .add(Side::platform, "cards.csv",
                               std::string("reference,amount,currency,phone\na,25.00,USD,") + theirs + "\n")
                          .done());
  };
  EXPECT_EQ(findings("555-0103", "+1 202 555 0103"), "");
  EXPECT_EQ(findings("(202) 555-0103", "0012025550103"), "");
  EXPECT_EQ(findings("555-0103", "+1 202 555 0104"), "not_linked F3 A 2500\n");
}

TEST(Input, AWordForNothingIsNoReference) {
  for (const char* word : {"N/A", "#REF!", "null", "-"}) {
    std::string row = word + std::string(kRows).substr(1, std::string(kRows).find('\n'));
    report::Audit audit = Exports().pos(row + row).platform("").done();
    EXPECT_EQ(audit.credits, 2) << word;
    ASSERT_EQ(audit.findings.size(), 2u) << word;
    EXPECT_TRUE(std::ranges::any_of(audit.findings[0].evidence, [](const std::string& one) {
      return one.find("has no reference to look for") != std::string::npos;
    }));
  }
}

TEST(Input, OneFileIsOneSidesAndGivenOnce) {
  Exports twice;
  twice.pos(kRows).platform("");
  twice.request.files[0].push_back(twice.request.files[0].front());
  EXPECT_EQ(twice.refusal(), "pos.csv: is given twice; name each file once");
  Exports both;
  both.pos(kRows);
  both.request.files[1] = both.request.files[0];
  EXPECT_EQ(both.refusal(), "pos.csv: is given for pos and for platform; each side has files of its own");
  Exports copy;
  report::Audit audit =
      copy.pos(of_store("S1")).add(Side::pos, "again.csv", kPosHeader + of_store("S1")).platform("").done();
  EXPECT_EQ(audit.credits, 100);
  EXPECT_TRUE(warned(audit, "again.csv: 100 of its 100 rows are in another file"));
}

TEST(Input, AQuoteInsideOfAFieldIsACharacter) {
  EXPECT_EQ(issued_of("reference,note,amount,currency\na,5\" pipe,1.00,USD\nb,6\" pipe,2.00,USD\n"), 300);
}

TEST(Input, BrokenArchivesAreRefused) {
  std::string whole = gzipped(kPosHeader + std::string(kRows));
  Exports cut;
  cut.add(Side::pos, "pos.csv.gz", whole.substr(0, whole.size() - 9)).platform("");
  EXPECT_EQ(cut.refusal(), "pos.csv.gz: the gzip archive ends too early; fetch the file again: nothing was counted");
  whole = zstandard(kPosHeader + std::string(kRows));
  Exports cut2;
  cut2.add(Side::pos, "pos.csv.zst", whole.substr(0, whole.size() - 5)).platform("");
  EXPECT_EQ(cut2.refusal(), "pos.csv.zst: the zstd archive ends too early; fetch the file again: nothing was counted");
}

TEST(Input, ADownloadCutInsideARowIsRefusedAtItsLine) {
  Exports exports;
  exports.pos(std::string(kRows) + "b,2026-11-10T10:00:00Z,S1,R1").platform("");
  EXPECT_EQ(exports.refusal(), "pos.csv:3: the file ends inside this row; the download was cut: fetch it again");
}

TEST(Input, ALastLineWithoutItsEndIsReported) {
  Exports exports;
  std::string rows = kRows;
  rows.pop_back();
  report::Audit audit = exports.pos(rows).platform("").done();
  ASSERT_FALSE(audit.warnings.empty());
  EXPECT_NE(audit.warnings[0].find("the last line has no line end"), std::string::npos);
}

TEST(Input, AnOpenQuoteIsRefused) {
  Exports exports;
  exports.pos(std::string(kRows) + "b,\"2026-11-10T10:00:00Z,S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n")
      .platform("");
  EXPECT_EQ(exports.refusal(), "pos.csv:3: the file ends inside this row; the download was cut: fetch it again");
}

TEST(Input, OtherThingsThanTextAreRefused) {
  auto refusal = [](const std::string& text) {
    Exports exports;
    exports.add(Side::pos, "pos.csv", text).platform("");
    return exports.refusal();
  };
  EXPECT_EQ(refusal("\n  <html>503</html>"),
            "pos.csv: is HTML or XML; it may be the vendor's error page: fetch it again");
  EXPECT_EQ(refusal("PK\x03\x04 and so on"), "pos.csv: is a workbook or an archive; save its sheet as CSV in UTF-8");
  EXPECT_EQ(refusal("reference,amount\ra,1\rb,2\r"),
            "pos.csv: has lines that end in CR alone; save it with line ends of LF or CR LF");
  EXPECT_EQ(refusal(""), "pos.csv: is empty; an export has at least a header");
  EXPECT_EQ(refusal("<html>503</html>"), "pos.csv: is HTML or XML; it may be the vendor's error page: fetch it again");
  EXPECT_NE(refusal("reference,total_weight\na,1\n").find("the amount cannot be told from the columns"),
            std::string::npos);
}

TEST(Input, JsonThatGoesOverSeveralLinesIsRefusedWithWhatMakesLinesOfIt) {
  auto refusal = [](const std::string& text) {
    Exports exports;
    exports.add(Side::pos, "pos.json", text).platform("");
    return exports.refusal();
  };
  EXPECT_EQ(refusal("{\n \"reference\": \"a\",\n \"amount\": 5\n}\n"),
            "pos.json: is JSON with several lines a row; write one JSON object a line: jq -c .");
  EXPECT_EQ(refusal("{ \"data\": [\n  {\"reference\": \"a\"}\n]}\n"),
            "pos.json: is JSON with several lines a row; write one JSON object a line: jq -c '.data[]'");
  EXPECT_EQ(refusal("{\n \"list\":\n [{\"reference\": \"a\"}]}"),
            "pos.json: is JSON with several lines a row; write one JSON object a line: jq -c '.list[]'");
}

TEST(Input, TwoColumnsOfOneNameAreRefusedIfTheMapMeansOneOfThem) {
  auto refusal = [](const std::string& header) {
    Exports exports;
    exports.add(Side::pos, "pos.csv", header + "\na,1.00,2.00,USD\n").platform("");
    return exports.refusal();
  };
  EXPECT_EQ(refusal("reference,amount,Amount,currency"),
            "pos.csv:1: has two columns \"amount\"; which is meant cannot be told: rename one of them in the file");
  EXPECT_EQ(issued_of("reference,amount,note,note,currency\na,1.00,,,USD\n"), 100);
}

TEST(Input, AHoleThatADownloadLeftIsRefusedAtItsLine) {
  std::string rows;
  for (int i = 0; i < 20'000; ++i)
    rows += "r" + std::to_string(i) + ",2026-11-10T10:00:00Z,S1,R1,E1,issue,5.00,USD,refund,jo@example.com\n";
  std::size_t at = rows.find("r15000,");
  Exports exports;
  exports.pos(rows.substr(0, at) + std::string(4096, '\0') + rows.substr(at + 4096)).platform("");
  EXPECT_EQ(exports.refusal(),
            "pos.csv:15002: zero bytes stand in the middle of it; the download left a hole: fetch it again");
}

TEST(Input, AFileWithoutLineEndsIsRefusedInFewWords) {
  std::string header;
  for (int i = 0; i < 10'000; ++i) header += "column" + std::to_string(i) + ",";
  Exports exports;
  exports.add(Side::pos, "pos.csv", header).platform("");
  EXPECT_LT(exports.refusal().size(), 2'000u);
}

TEST(Input, ARowThatCannotBeReadIsNamedAndItsCreditNotJudged) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "r" + std::to_string(i) + std::string(kRows).substr(1);
  Exports exports;
  exports.pos(many).platform("gc1,r7,2026-11-10T10:00:05Z,issue,2x.00,USD,refund,jo@example.com\n" + [] {
    std::string cards;
    for (int i = 0; i < 100; ++i)
      if (i != 7) cards += "gc,r" + std::to_string(i) + ",2026-11-10T10:00:05Z,issue,25.00,USD,refund,jo@example.com\n";
    return cards;
  }());
  report::Audit audit = exports.done();
  EXPECT_TRUE(audit.any_gap());
  EXPECT_EQ(audit.unreadable_rows, 1);
  ASSERT_EQ(audit.unreadable.size(), 1u);
  EXPECT_EQ(audit.unreadable[0].row.line, 2u);
  EXPECT_EQ(audit.unreadable[0].why, "'2x.00' is not an amount of USD as the map writes them");
  EXPECT_EQ(summary_of(audit), "unreadable unreadable R7 0\n");
}

/// Forty credits at the registers and the platform; one row of the platform, or else of the registers, is changed.
report::Audit with_a_row(const std::string& from, const std::string& to, bool of_pos = false) {
  Exports exports;
  std::string rows, cards;
  for (int i = 10; i < 50; ++i) {
    std::string n = std::to_string(i);
    rows += "r" + n + ",2026-11-10T10:00:00Z,S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n";
    cards += "gc" + n + ",r" + n + ",2026-11-10T10:00:05Z,issue,25.00,USD,refund,jo@example.com\n";
  }
  std::string& changed = of_pos ? rows : cards;
  std::size_t at = changed.find(from);
  EXPECT_NE(at, std::string::npos);
  changed.replace(at, from.size(), to);
  return exports.pos(rows).platform(cards).done();
}

TEST(Input, AWordForNothingIsNoCustomerAndNoTypeOfBalance) {
  const std::string card = "r20,2026-11-10T10:00:05Z,issue,25.00,USD,",
                    row = "r20,2026-11-10T10:00:00Z,S1,R1,E1,issue,25.00,USD,refund,";
  for (const std::string word : {"NULL", "n/a", "-"}) {
    EXPECT_EQ(summary_of(with_a_row(card + "refund,jo@example.com", card + "refund," + word)),
              "not_linked F3 R20 2500\n");
    EXPECT_EQ(summary_of(with_a_row(card + "refund", card + word)), "");
    report::Audit nobody = with_a_row(row + "jo@example.com", row + word, true);
    EXPECT_EQ(summary_of(nobody), "")
        << "the platform's row names the customer, and the register's none to hold it against";
  }
}

TEST(Input, AnAmountWithAnotherCurrencysSignIsUnreadableAndItsCreditNotJudged) {
  EXPECT_EQ(summary_of(with_a_row("r20,2026-11-10T10:00:05Z,issue,25.00", "r20,2026-11-10T10:00:05Z,issue,$25.00")),
            "");
  report::Audit audit =
      with_a_row("r20,2026-11-10T10:00:05Z,issue,25.00", "r20,2026-11-10T10:00:05Z,issue,\u20ac25.00");
  ASSERT_EQ(audit.unreadable.size(), 1u);
  EXPECT_EQ(audit.unreadable[0].row.line, 12u);
  EXPECT_EQ(audit.unreadable[0].why, "'\u20ac25.00' has '\u20ac' beside the amount, and that is no sign of USD");
  EXPECT_EQ(summary_of(audit), "unreadable unreadable R20 0\n");
}

TEST(Input, TheCreditOfARowWithDisplacedFieldsIsNotJudged) {
  for (auto [from, to] : {std::pair("gc20,r20,2026-11-10T10:00:05Z,issue,25.00,USD,refund,jo",
                                    "gc20,r20,2026-11-10T10:00:05Z,issue,25.00,USD,refund,jo,x"),
                          {"gc20,r20", "gc,20,r20"},
                          {"r20,2026-11-10T10:00:05Z,issue", "r20,issue"}}) {
    report::Audit audit = with_a_row(from, to);
    EXPECT_EQ(audit.unreadable_rows, 1) << to;
    ASSERT_EQ(audit.unreadable.size(), 1u) << to;
    EXPECT_EQ(audit.unreadable[0].row.line, 12u) << to;
    EXPECT_EQ(summary_of(audit), "unreadable unreadable R20 0\n") << to;
  }
}

TEST(Input, ARowWithoutItsReferenceLeavesTheCreditBeforeItAlone) {
  std::string rows, cards = "amount,currency,reference\n";
  for (int i = 10; i < 50; ++i) {
    rows += "r" + std::to_string(i) + std::string(kRows).substr(1);
    cards += i == 20 ? "25.00,USD\n" : "25.00,USD,r" + std::to_string(i) + "\n";
  }
  report::Audit audit = Exports().pos(rows).add(Side::platform, "cards.csv", cards).done();
  ASSERT_EQ(audit.findings.size(), 1u);
  EXPECT_EQ(audit.findings[0].reference, "R20");
  EXPECT_EQ(audit.findings[0].kind, Kind::missing);
}

TEST(Input, ADisplacedNameIsNoReferenceAndStandsNowhere) {
  report::Audit audit = with_a_row("gc20,r20", "r20");
  EXPECT_EQ(summary_of(audit), "unreadable unreadable R20 0\n");
  EXPECT_EQ(findings_text(audit).find("jo@example.com"), std::string::npos);
}

TEST(Input, RowsThatTwoStrayQuotesSwallowAreNamedAndTheirCreditsNotJudged) {
  Exports exports;
  std::string rows, books = "reference,created_at,amount,currency,note\n";
  for (int i = 10; i < 50; ++i) {
    std::string n = std::to_string(i);
    rows += "r" + n + ",2026-11-10T10:00:00Z,S1,R1,E1,issue,25.00,USD,refund,jo@example.com\n";
    std::string note = i == 20 ? "\"rush order" : i == 23 ? "pipe 5\"" : "";
    books += "r" + n + ",2026-11-10T10:00:05Z,25.00,USD," + note + "\n";
  }
  report::Audit audit = exports.pos(rows).add(Side::erp, "erp.csv", books).done();
  ASSERT_EQ(audit.unreadable.size(), 1u);
  EXPECT_EQ(audit.unreadable[0].row.line, 12u);
  EXPECT_EQ(audit.unreadable[0].why, "a quoted field of it holds whole rows: does it begin with a quote that is none?");
  std::vector<std::string> credits;
  for (const Finding& one : audit.findings) {
    EXPECT_EQ(one.cause, Cause::unreadable) << one.reference;
    credits.push_back(one.reference);
  }
  std::ranges::sort(credits);
  EXPECT_EQ(credits, (std::vector<std::string>{"R20", "R21", "R22", "R23"}));
}

TEST(Input, ANoteOverSeveralLinesIsANote) {
  Exports exports;
  exports
      .add(Side::pos, "pos.csv",
           "reference,created_at,amount,currency,note\na,2026-11-10T10:00:00Z,25.00,USD,\"one,\ntwo,three,,,\nfour\"\n")
      .platform("");
  report::Audit audit = exports.done();
  EXPECT_EQ(audit.unreadable_rows, 0);
  EXPECT_EQ(audit.credits, 1);
}

std::string json_credit(int i, const std::string& more) {
  return "{\"reference\":\"r" + std::to_string(i) + "\",\"amount\":25.00,\"currency\":\"USD\"" + more + "}\n";
}

/// A platform of JSON lines, read by a map that says `email` and `author`.
struct OfJson : Exports {
  explicit OfJson(const std::string& more);
};
OfJson::OfJson(const std::string& more) {
  std::string rows = "reference,amount,currency\n", cards;
  for (int i = 0; i < 3; ++i) rows += "r" + std::to_string(i) + ",25.00,USD\n", cards += json_credit(i, more);
  add(Side::pos, "pos.csv", rows).add(Side::platform, "cards.jsonl", cards);
  config::ExportMap& map = request.maps[report::at(Side::platform)];
  map.reference = {"reference"};
  map.amount = "amount";
  map.currency = "currency";
  map.email = "holder.email";
  map.author = "by";
}

TEST(Input, AColumnOfACustomerThatNoJsonLineHasIsRefusedAsThatOfACsvIs) {
  EXPECT_EQ(
      OfJson(",\"mail\":\"jo@example.com\"").refusal(),
      "cards.jsonl: has no row with \"holder.email\"; its rows have reference, amount, currency, mail; correct the map, or take that column out of it");
}

TEST(Input, AColumnThatJsonLinesNeedNotHaveIsAskedFor) {
  report::Audit audit = OfJson(",\"holder\":{\"email\":null}").done();
  EXPECT_TRUE(warned(audit, "cards.jsonl: has no row with \"by\", which the map names"));
  EXPECT_FALSE(warned(OfJson(",\"holder\":{\"email\":null},\"by\":null").done(), "has no row with"));
}

TEST(Input, TooManyUnreadableRowsAreRefused) {
  Exports exports;
  exports.pos(std::string(kRows) + "b,2026-11-10T10:00:00Z,S1,R1,E1,gift,25.00,USD,refund,jo@example.com\n")
      .platform("");
  EXPECT_EQ(exports.refusal(),
            "pos.csv:3: 'GIFT' is no known kind of row; say in the map's types what it is (and 1 of 2 rows cannot be "
            "read); correct "
            "the map: so many cannot be left out");
}

TEST(Input, ThreadsAndMemoryChangeNothing) {
  std::string rows, cards;
  for (int i = 0; i < 60'000; ++i) {
    std::string n = std::to_string(i);
    rows += "r" + n + ",2026-11-10T10:00:00Z,S" + std::to_string(i % 9) + ",R1,E1,issue," + n +
            ".01,USD,refund,jo@example.com\n";
    if (i % 1000 != 7) cards += "gc,r" + n + ",2026-11-10T10:00:05Z,issue," + n + ".01,USD,refund,jo@example.com\n";
  }
  std::string first;
  for (auto [threads, memory] :
       {std::pair(1u, std::size_t{256} << 20), {2u, std::size_t{256} << 20}, {2u, std::size_t{1} << 20}}) {
    Exports exports;
    exports.request.threads = threads;
    exports.request.memory_bytes = memory;
    report::Audit audit = exports.pos(rows).platform(cards).done();
    std::string told = summary_of(audit) + report::decimal(audit.numbers[0].have[1].minor, 2);
    EXPECT_EQ(audit.credits_with_gap, 60);
    if (first.empty()) first = told;
    EXPECT_EQ(told, first);
  }
}

TEST(Input, WhatComesThroughAPipeIsReadAsOftenAsAFile) {
  Exports exports;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::string text = gzipped(kPosHeader + std::string(kRows));
  ASSERT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(ends[1]);
  std::string name = "/dev/fd/" + std::to_string(ends[0]);
  auto file = file_for(name, exports.dir.path().string());
  ASSERT_TRUE(file) << file.error().text();
  EXPECT_EQ(*file, name);
  exports.platform("").request.files[report::at(Side::pos)] = {*file};
  EXPECT_EQ(issued(exports), 2500);
  EXPECT_EQ(issued(exports), 2500);
  ::close(ends[0]);
}

TEST(Input, APipeWithANameOfItsOwnIsRefusedWithWhatToDo) {
  support::TempDir dir;
  std::string name = dir.file("fifo");
  ASSERT_EQ(::mkfifo(name.c_str(), 0600), 0);
  auto file = file_for(name, dir.path().string());
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().text(),
            name + ": is no file that can be read twice; let the shell read it: <(cat " + name + ")");
  EXPECT_EQ(file_for(dir.file("none.csv"), dir.path().string()),
            dir.file("none.csv"));  // its reader says what is wrong
}

}  // namespace
}  // namespace handoff::reconcile
