#include "core/app/cli/bar.hpp"
#include "core/config/export_map.hpp"
#include "tests/golden/fixture.hpp"

namespace handoff::golden {
namespace {

const char* const kPos =
    "reference,created_at,store,terminal,staff,amount,currency,balance_type,email\n"
    "S1-1,2026-11-10T10:00:00Z,S1,R1,E1,25.00,USD,refund,jo@example.com\n"
    "S1-2,2026-11-11T10:00:00Z,S1,R1,E1,10.50,USD,refund,\n"
    "S2-1,2026-11-12T10:00:00Z,S2,R1,E2,7.25,USD,refund,al@example.com\n";
const char* const kPlatform =
    "card_id,reference,created_at,amount,currency,balance_type,email\n"
    "gc1,S1-1,2026-11-10T10:00:01Z,25.00,USD,refund,jo@example.com\n"
    "gc2,S1-2,2026-11-11T10:00:01Z,10.50,USD,refund,\n"
    "gc3,S2-1,2026-11-12T10:00:01Z,7.52,USD,refund,al@example.com\n";
const char* const kShop =
    "entry_id,reference,created_at,amount,currency\n"
    "e1,S1-1,2026-11-10T10:00:09Z,25.00,USD\n"
    "e3,S2-1,2026-11-12T10:00:09Z,7.25,USD\n";

class Audit : public Cli {
 protected:
  Audit() {
    write_file(dir.file("pos.csv"), kPos);
    write_file(dir.file("platform.csv"), kPlatform);
    write_file(dir.file("shop.csv"), kShop);
  }
  Ran audit(std::vector<std::string> more = {}, int width = 100, const std::string& as_of = "2026-11-30") {
    std::vector<std::string> arguments = {"audit",
                                          "--pos",
                                          dir.file("pos.csv"),
                                          "--platform",
                                          dir.file("platform.csv"),
                                          "--storefront",
                                          dir.file("shop.csv"),
                                          "--as-of",
                                          as_of,
                                          "--work",
                                          dir.path().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments, width);
  }
};

TEST_F(Audit, SaysTheNumbersTheCausesAndWhatToDo) {
  Ran ran = audit();
  EXPECT_EQ(ran.exit, 1);
  for (const char* side : {"pos", "platform", "storefront"})
    EXPECT_NE(ran.err.find(std::string("handoff: warning: ") + side + ": the columns were guessed: reference = "),
              std::string::npos)
        << ran.err;
  expect_text("audit", ran);
  expect_text("audit_json", audit({"--json"}, 0));
}

TEST_F(Audit, NoGapIsExitZero) {
  write_file(dir.file("pos.csv"), std::string(kPos).substr(0, std::string(kPos).find("S1-2")));
  write_file(dir.file("platform.csv"), std::string(kPlatform).substr(0, std::string(kPlatform).find("gc2")));
  write_file(dir.file("shop.csv"), std::string(kShop).substr(0, std::string(kShop).find("e3")));
  Ran ran = audit();
  EXPECT_EQ(ran.exit, 0) << ran.out;
  EXPECT_TRUE(ran.out.starts_with("no gap in 1 credit, ")) << ran.out;
}

TEST_F(Audit, NothingComparedIsNoAllClear) {
  write_file(dir.file("platform.csv"), std::string(kPlatform).substr(0, std::string(kPlatform).find("gc1")));
  write_file(dir.file("shop.csv"), std::string(kShop).substr(0, std::string(kShop).find("e1")));
  Ran ran = audit({}, 100, "2027-06-30");
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(
      ran.out.starts_with("nothing was compared, and no credit that a register issued, 2027-05-31T00:00:00Z to "))
      << ran.out;
  EXPECT_NE(ran.out.find("\nNext: give --as-of TIME and --window TIME that hold credits of the registers.\n"),
            std::string::npos)
      << ran.out;
  EXPECT_NE(ran.err.find(
                "their newest record is of 2026-11-12T10:00:00Z: compare that time with --as-of 2026-11-12T10:00:00Z"),
            std::string::npos)
      << ran.err;
  EXPECT_EQ(audit({"--json"}, 0, "2027-06-30").exit, 3);
}

TEST_F(Audit, WhatNoRegisterIssuedIsNotSaidToBeInItsCredits) {
  write_file(dir.file("pos.csv"), std::string(kPos).substr(0, std::string(kPos).find("S1-1")));
  Ran ran = audit();
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(ran.out.starts_with("3 items with a gap, and no credit that a register issued, ")) << ran.out;
}

TEST_F(Audit, SaysHowManyLinesAreTasksAndGroupsItsSums) {
  std::string pos = std::string(kPos) + "S1-9,2026-11-29T23:00:00Z,S1,R1,E1,1234567.50,USD,refund,jo@example.com\n";
  write_file(dir.file("pos.csv"), pos);
  Ran ran = audit({"-o", dir.file("out")}, 0);
  EXPECT_NE(ran.out.find(" 1,234,610.25 "), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("2 of the 3 lines of findings.csv are tasks for their stores, the others are in flight."),
            std::string::npos)
      << ran.out;
}

TEST_F(Audit, GuessIsAMapThatReadsBackToTheSame) {
  Ran guess = audit({"--guess"});
  EXPECT_EQ(guess.exit, 0);
  expect_text("audit_guess", guess);
  write_file(dir.file("map.toml"), guess.out);
  EXPECT_EQ(audit({"--map", dir.file("map.toml")}).out, audit().out);
}

TEST_F(Audit, ARegionIsSaidToBeOfNoUseWhereTheMapSaysHowDaysAreWritten) {
  Ran guess = audit({"--guess"});
  EXPECT_FALSE(guess.err.contains("--region"));
  write_file(dir.file("map.toml"), guess.out.substr(0, guess.out.find("[platform]")));
  EXPECT_NE(audit({"--map", dir.file("map.toml"), "--region", "DE"})
                .err.find("--region DE is not used for pos: the map says"),
            std::string::npos);
  EXPECT_FALSE(audit({"--region", "DE"}).err.contains("--region"));
}

TEST_F(Audit, GuessOfAForeignHeaderIsAMapToFillIn) {
  write_file(dir.file("pos.csv"), "Zeichen,Tag,Menge\nA-1,2026-11-01T09:00:00Z,25\n");
  Ran refused = audit();
  EXPECT_EQ(refused.exit, 3);
  EXPECT_NE(refused.err.find("cannot be told from the columns Zeichen, Tag, Menge"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("--guess"), std::string::npos) << refused.err;
  Ran guess = audit({"--guess"});
  EXPECT_EQ(guess.exit, 0) << guess.err;
  EXPECT_NE(guess.out.find("[pos]\nreference = \"\"\ntime = \"Tag\"\namount = \"\"\n"), std::string::npos) << guess.out;
  write_file(dir.file("map.toml"), guess.out);
  Ran unfilled = audit({"--map", dir.file("map.toml")});
  EXPECT_EQ(unfilled.exit, 2);
  EXPECT_NE(unfilled.err.find("[pos] has no reference"), std::string::npos) << unfilled.err;
}

TEST_F(Audit, WritesItsFilesWholeAndTheSameAgain) {
  std::string out = dir.file("out");
  EXPECT_EQ(audit({"-o", out}).exit, 1);
  std::map<std::string, std::string> first;
  for (const char* name : {"report.html", "summary.json", "findings.json", "findings.csv"}) {
    first[name] = contents(out + "/" + name);
    EXPECT_NE(first[name], "") << name;
    EXPECT_FALSE(std::filesystem::exists(out + "/" + name + ".new"));
  }
  write_file(out + "/findings.csv.new", "left over by a killed run");
  EXPECT_EQ(audit({"-o", out, "--threads", "1"}).exit, 1);
  for (const auto& [name, text] : first) EXPECT_EQ(contents(out + "/" + name), text) << name;
}

TEST_F(Audit, TheReportNeedsNoNetworkAndTakesNoMarkup) {
  std::string nasty = kPos;
  nasty.replace(nasty.find("S1-2"), 4, "<img src=x onerror=alert(1)>");
  write_file(dir.file("pos.csv"), nasty);
  audit({"-o", dir.file("out")});
  std::string page = contents(dir.file("out") + "/report.html");
  EXPECT_NE(page.find("platform: the columns were guessed: reference = "), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_NE(page.find("&lt;IMG SRC=X"), std::string::npos);
  for (const char* outside : {"http://", "https://", "@import", "url("})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
}

TEST_F(Audit, WordsOfAFileDoNotSteerTheTerminal) {
  std::string nasty = kPos;
  nasty.replace(nasty.rfind("S1,R1"), 2, "\033]0;owned\007");
  nasty += "S9-9,2026-11-12T10:00:00Z,S2,R1,E2,1.00,\033[2J,refund,\n";
  for (int i = 0; i < 30; ++i) nasty += "S3-" + std::to_string(i) + ",2026-11-29T10:00:00Z,S3,R1,E2,1.00,USD,refund,\n";
  write_file(dir.file("pos.csv"), nasty);
  Ran ran = audit();
  EXPECT_NE(ran.out.find("?]0;owned?"), std::string::npos) << ran.out;
  EXPECT_NE(ran.err.find("'?[2J' is not a currency"), std::string::npos) << ran.err;
  EXPECT_EQ((ran.out + ran.err).find('\033'), std::string::npos);
}

TEST_F(Audit, AFormulaStaysTextInASpreadsheet) {
  std::string nasty = kPos;
  nasty.replace(nasty.find("S1-2"), 4, "=1+2");
  write_file(dir.file("pos.csv"), nasty);
  audit({"-o", dir.file("out")});
  EXPECT_NE(contents(dir.file("out") + "/findings.csv").find(",'=1+2,"), std::string::npos);
}

TEST_F(Audit, NothingPersonalIsWritten) {
  audit({"-o", dir.file("out")});
  for (const char* name : {"report.html", "summary.json", "findings.json", "findings.csv"}) {
    std::string text = contents(dir.file("out") + "/" + name);
    EXPECT_EQ(text.find("al@example.com"), std::string::npos) << name;
  }
  EXPECT_NE(contents(dir.file("out") + "/findings.csv").find("a***@example.com"), std::string::npos);
}

TEST_F(Audit, ACodeThatIsTheReferenceIsShownByItsEnd) {
  std::string code = "SC7Q2M9XK4WZ81";
  write_file(dir.file("pos.csv"),
             "code,issued_at,amount,currency,email\n" + code + ",2026-11-10T10:00:00Z,25.00,USD,jo@example.com\n");
  write_file(dir.file("platform.csv"),
             "code,created_at,amount,currency,email\nother,2026-11-10T10:00:01Z,1.00,USD,al@example.com\n");
  EXPECT_EQ(audit({"-o", dir.file("out")}).exit, 1);
  for (const char* name : {"report.html", "summary.json", "findings.json", "findings.csv"})
    EXPECT_EQ(contents(dir.file("out") + "/" + name).find(code), std::string::npos) << name;
  EXPECT_NE(contents(dir.file("out") + "/findings.csv").find("WZ81"), std::string::npos);
}

TEST_F(Audit, WhatIsWrongIsSaidAtOnce) {
  EXPECT_EQ(run({"audit"}).exit, 2);
  EXPECT_EQ(run({"audit", "--pos", dir.file("pos.csv")}).exit, 2);
  EXPECT_EQ(audit({"--window", "soon"}).err, "handoff: --window soon: write a time: 30d, 4w\n");
  EXPECT_EQ(audit({"--sla", "shop=2h"}).exit, 2);
  for (const char* rows : {"pos", "pos=", "pos=3x", "shop=3", "erp=3"})
    EXPECT_EQ(audit({"--rows", rows}).exit, 2) << rows;
  EXPECT_EQ(audit({"--rows", "pos=4"}).exit, 3);
  EXPECT_EQ(audit({"--rows", "pos=3", "--rows", "storefront=2"}).exit, 1);
  EXPECT_EQ(audit({"--memory", "1M"}).exit, 2);
  EXPECT_EQ(run({"audit", "--pos", dir.file("none.csv"), "--platform", dir.file("platform.csv")}).err,
            "handoff: DIR/none.csv: cannot be opened: No such file or directory\n");
  write_file(dir.file("map.toml"), "[pos]\nreference = \"reference\"\namuont = \"amount\"\n");
  EXPECT_EQ(audit({"--map", dir.file("map.toml")}).err,
            "handoff: the map is wrong\nDIR/map.toml:3:1: error: unknown key \"amuont\" in [pos]; did you mean "
            "\"amount\"?\n");
  write_file(dir.file("map.toml"), "[pos]\nreference = \"referenz\"\namount = \"amount\"\ncurrency = \"currency\"\n");
  Ran ran = audit({"--map", dir.file("map.toml")});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_NE(ran.err.find("pos.csv:1: has no column \"referenz\"; its columns are reference, created_at"),
            std::string::npos)
      << ran.err;
}

TEST_F(Audit, ARefusedOneSaysThatItsFolderIsOfAnEarlierOne) {
  EXPECT_EQ(audit({"-o", dir.file("out"), "--rows", "pos=4"}).err.find("earlier audit"), std::string::npos);
  EXPECT_EQ(audit({"-o", dir.file("out")}).exit, 1);
  Ran ran = audit({"-o", dir.file("out"), "--rows", "pos=4"});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_NE(ran.err.find("\nwhat is in DIR/out is of an earlier audit\n"), std::string::npos) << ran.err;
}

TEST_F(Audit, LeadsToAPlanForPeople) {
  audit({"-o", dir.file("out")});
  Ran ran = run({"repair", "--from", dir.file("out"), "--plan", dir.file("plan.json"), "--approve-above", "10.00 USD"});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  expect_text("repair_plan", ran);
  std::string first = contents(dir.file("plan.json"));
  run({"repair", "--from", dir.file("out"), "--plan", dir.file("plan.json"), "--approve-above", "10.00 USD"});
  EXPECT_EQ(contents(dir.file("plan.json")), first);
  for (const char* ending : {"json", "csv", "html"}) {
    std::string text = contents(dir.file(std::string("plan.") + ending));
    EXPECT_NE(text, "") << ending;
    EXPECT_EQ(text.find("jo@example.com"), std::string::npos) << ending;
  }
}

TEST_F(Audit, WhereAnExportHasNoTimesTheMapIsMeasuredByTheLogsAndSaysSo) {
  write_file(dir.file("shop.csv"), "entry_id,reference,amount,currency\ne1,S1-1,25.00,USD\ne3,S2-1,7.25,USD\n");
  write_file(dir.file("gateway.csv"),
             "ts,system,reference,status,duration_ms,message\n2026-11-10T10:00:31Z,storefront,S1-1,201,40,\n"
             "2026-11-12T10:00:31Z,storefront,S2-1,503,30,\n2026-11-12T10:01:01Z,storefront,S2-1,201,45,\n");
  EXPECT_EQ(audit({"--logs", dir.file("gateway.csv"), "-o", dir.file("out")}).exit, 1);
  expect_text("map_by_logs", run({"map", "--from-exports", dir.file("out")}, 0));
  EXPECT_NE(contents(dir.file("out/report.html")).find("measured by the times of the logs"), std::string::npos);
}

TEST_F(Audit, LeadsToAMapOfTheHandoffs) {
  audit({"-o", dir.file("out")});
  Ran ran = run({"map", "--from-exports", dir.file("out"), "-o", dir.file("map")}, 0);
  EXPECT_EQ(ran.exit, 0) << ran.err;
  expect_text("map_exports", ran);
  for (const char* name : {"map.svg", "map.mmd", "map.json"})
    EXPECT_NE(contents(dir.file("map") + "/" + name), "") << name;
  EXPECT_EQ(run({"map", "--from-exports", dir.file("none")}).exit, 3);
}

TEST_F(Audit, GivesTheHopsOfAConfigurationTheirFigures) {
  audit({"-o", dir.file("out")});
  expect_text("map_exports_configured", ask({"map", "--from-exports", dir.file("out")}, 0));
}

TEST(ProgressLine, SaysHowFarHowFastAndHowLongStill) {
  reconcile::Progress reading{.done = 50'000'000, .all = 200'000'000, .rows = 1'234'567};
  EXPECT_EQ(cli::progress_line(reading, 2000), "[######...................] 25 %  1,234,567 rows, 25 MB/s, 6.0 s left");
  reconcile::Progress comparing{.done = 3, .all = 4, .rows = 600'000, .comparing = true};
  EXPECT_EQ(cli::progress_line(comparing, 3000),
            "[##################.......] 75 %  600,000 rows compared, 200,000 rows/s, 1.0 s left");
  EXPECT_EQ(cli::progress_line({.done = 0, .all = 9}, 0), "[.........................] 0 %  0 rows, 0 MB/s, ? left");
}

TEST_F(Audit, LeadsToADiagnosis) {
  audit({"-o", dir.file("out")});
  Ran ran = run({"diagnose", "--from", dir.file("out"), "-c", config()});
  EXPECT_EQ(ran.exit, 1) << ran.err;
  expect_text("diagnose", ran);
  EXPECT_EQ(run({"diagnose"}).exit, 2);
  EXPECT_EQ(run({"diagnose", "--from", dir.file("none")}).exit, 3);
}

TEST_F(Audit, APlanIsAskedForInOneWay) {
  for (std::vector<std::string> wrong : std::initializer_list<std::vector<std::string>>{
           {"repair"},
           {"repair", "sc_x"},
           {"repair", "--plan", "p.json"},
           {"repair", "--from", "out"},
           {"repair", "--decisions", "p.csv"},
           {"repair", "sc_x", "--reason", "x", "--apply", "p.json"},
           {"repair", "--plan", "p.json", "--from", "out", "--apply", "p.json"}})
    EXPECT_EQ(run(wrong).exit, 2) << wrong.back();
  EXPECT_EQ(run({"repair", "--from", dir.file("none"), "--plan", dir.file("p.json")}).err,
            "handoff: DIR/none/findings.json: cannot be read; make it with: handoff audit ... -o DIR/none\n");
  audit({"-o", dir.file("out")});
  for (std::string wrong : {"50", "-5 USD"})
    EXPECT_EQ(run({"repair", "--from", dir.file("out"), "--plan", dir.file("p.json"), "--adopt", wrong}).err,
              "handoff: --adopt '" + wrong + "': write an amount and a currency: \"100.00 USD\"\n");
}

TEST_F(Audit, ReadyMapsAreMaps) {
  int maps = 0;
  for (const auto& file : std::filesystem::directory_iterator(HANDOFF_MAPS)) {
    auto read = config::load_export_maps(file.path());
    EXPECT_TRUE(read) << config::render(read.error());
    ++maps;
    for (const auto& [side, map] : read->sides) {
      write_file(dir.file("again.toml"), config::to_toml(side, map));
      auto again = config::load_export_maps(dir.file("again.toml"));
      ASSERT_TRUE(again) << config::render(again.error());
      EXPECT_EQ(config::to_toml(side, again->sides.at(side)), config::to_toml(side, map));
    }
  }
  EXPECT_EQ(maps, 7);
}

}  // namespace
}  // namespace handoff::golden
