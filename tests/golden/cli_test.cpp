#include <cctype>

#include "tests/golden/fixture.hpp"

namespace handoff::golden {
namespace {

class WithStory : public Cli {
 protected:
  WithStory() : story(db()) {
    story.tell();
    story.close();
  }
  Story story;
};

TEST_F(Cli, HelpIsTheReference) { expect_file(HANDOFF_REFERENCE, cli::reference()); }

TEST_F(Cli, UsageIsExitTwo) {
  for (std::vector<std::string> wrong :
       std::initializer_list<std::vector<std::string>>{{},
                                                       {"trcae", "x"},
                                                       {"token"},
                                                       {"token", "create"},
                                                       {"token", "create", "--role", "king"},
                                                       {"trace"},
                                                       {"credits", "--state", "lost"},
                                                       {"credits", "--limit", "0"},
                                                       {"status", "--nope"}}) {
    Ran ran = run(wrong);
    EXPECT_EQ(ran.exit, 2) << (wrong.empty() ? "" : wrong.front());
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err, "");
  }
  EXPECT_EQ(run({"trcae", "x"}).err,
            "handoff: there is no command 'trcae'; did you mean 'trace'?\nSee: handoff --help\n");
  EXPECT_EQ(run({"token", "create", "--role", "king"}).exit, 2);
}

TEST_F(Cli, SaysWhatIsWrongWithAnOptionWhereCommandsFollowToo) {
  EXPECT_TRUE(run({"credits", "--state", "open"}).err.starts_with("handoff credits: --state: open not in {accepted,"));
  EXPECT_EQ(run({"credits", "--limit", "abc"}).err,
            "handoff credits: --limit: Value abc not in range 1 to 100000\nSee: handoff credits --help\n");
  EXPECT_EQ(run({"cases", "--limt", "5"}).err,
            "handoff cases: there is no option '--limt'; did you mean '--limit'?\nSee: handoff cases --help\n");
  EXPECT_EQ(run({"status", "--jsn"}).err,
            "handoff status: there is no option '--jsn'; did you mean '--json'?\nSee: handoff status --help\n");
  EXPECT_EQ(run({"cases", "--role", "cashier"}).err,
            "handoff cases: --role: cashier not in {store,ops,supervisor}\nSee: handoff cases --help\n");
}

TEST_F(Cli, WhatCannotBeMeantIsUsageAndAsksNoHub) {
  for (std::vector<std::string> wrong : std::initializer_list<std::vector<std::string>>{
           {"case", "link", "1"},
           {"case", "link", "1", "--email", "bob@example.com", "--candidate", "1"},
           {"case", "note", "1", ""},
           {"case", "close", "1", "--reason", ""},
           {"credits", "issue", "--store", "S1", "--reason", "sorry", "--amount", "25"},
           {"connector", "test", "--only", "nope", "x.so"}}) {
    Ran ran = ask(wrong);
    EXPECT_EQ(ran.exit, 2) << wrong.front() << " " << ran.err;
    EXPECT_EQ(ran.err.find("no hub answers"), std::string::npos) << ran.err;
  }
  EXPECT_EQ(ask({"credits", "issue", "--store", "S1", "--reason", "sorry", "--amount", "25"}).err,
            "handoff: --amount 25: write it with its currency, \"25.00 USD\"\n");
}

TEST_F(Cli, AFileThatCannotBeReadIsNamedWithTheReason) {
  Ran cases = ask({"cases", "apply", dir.file("nope.csv")});
  EXPECT_EQ(cases.exit, 3);
  EXPECT_TRUE(cases.err.starts_with("handoff: DIR/nope.csv: cannot be read: No such file or directory; ")) << cases.err;
  Ran repair = ask({"repair", "--apply", dir.path().string()});
  EXPECT_EQ(repair.exit, 3);
  EXPECT_TRUE(repair.err.starts_with("handoff: DIR: cannot be read: it is a folder; ")) << repair.err;
  Ran lint = run({"lint", "/proc/self/mem"});
  EXPECT_EQ(lint.exit, 1);
  EXPECT_EQ(lint.out, "/proc/self/mem: error: cannot read this file: Input/output error\n");
}

TEST_F(Cli, TheReferenceConfigurationPassesItsOwnFirstLines) {
  std::string reference = std::string(HANDOFF_TREE) + "/config/handoff.toml";
  Ran lint = run({"lint", "--no-secrets", reference});
  EXPECT_EQ(lint.exit, 0) << lint.out;
  Ran test = run({"test", reference});
  EXPECT_EQ(test.exit, 0) << test.out << test.err;
  EXPECT_EQ(run({"lint", "--no-secrets", "-c", reference}).out, lint.out);  // as every other command has it
  EXPECT_EQ(run({"test", "-c", reference}).out, test.out);
  EXPECT_EQ(run({"lint", "-c", reference, reference}).exit, 2);
}

TEST_F(WithStory, TasksOfARungAreFoundWhileTheHubIsStopped) {
  write_file(config(), contents(config()) + "[tasks]\nladder = [{ after = \"1s\", ask = \"area manager\" }]\n");
  EXPECT_EQ(ask({"tasks", "--asked", "store"}).out, "No store has anything to do.\n");
  std::string out = ask({"tasks", "--asked", "area manager"}).out;
  EXPECT_NE(out.find("asked: area manager"), std::string::npos) << out;
}

TEST_F(WithStory, AStoreThatTheConfigurationDoesNotListIsSaid) {
  write_file(config(), contents(config()) + "[stores.S014]\n[stores.S015]\n");
  Ran listed = ask({"cases", "--store", "S014"});
  EXPECT_EQ(listed.err.find("warning"), std::string::npos) << listed.err;
  for (const char* list : {"cases", "tasks"}) {
    Ran ran = ask({list, "--store", "S14"});
    EXPECT_EQ(ran.exit, 0);
    EXPECT_NE(ran.err.find("handoff: warning: DIR/handoff.toml has no [stores.S14]; did you mean 'S014'?\n"),
              std::string::npos)
        << ran.err;
  }
  EXPECT_EQ(ask({"cases", "--store", "S14"}).out, "No open cases of store S14.\n");
  EXPECT_EQ(ask({"tasks", "--store", "S14"}).out, "Store S14 has nothing to do.\n");
  EXPECT_EQ(ask({"token", "create", "--role", "register", "--store", "S99"}).exit, 2);
  Ran issue = ask({"credits", "issue", "--store", "S14", "--reason", "sorry", "--amount", "25.00 USD", "--email",
                   "jo@example.com"});
  EXPECT_EQ(issue.exit, 2);
  EXPECT_NE(issue.err.find("has no [stores.S14]; did you mean 'S014'?"), std::string::npos) << issue.err;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_F(WithStory, CreditsAreFoundByWhatPeopleKnowOfThem) {
  Ran all = ask({"credits"});
  Ran day = ask({"credits", "--on", "2026-11-23", "--amount", "25.00 USD"});
  EXPECT_EQ(day.exit, 0) << day.err;
  EXPECT_TRUE(says(day.out, "25.00 USD")) << all.out << day.out;
  EXPECT_EQ(ask({"credits", "--on", "1999-01-01"}).out, "No credits like that.\n");
  EXPECT_TRUE(says(ask({"credits", "--amount", "25"}).err, "write it with its currency"));
  EXPECT_TRUE(says(ask({"credits", "--customer", "ada@example.com"}).err, "handoff identity explain"));
  EXPECT_TRUE(says(ask({"trace", "jo@example.com"}).err, "handoff identity explain --email jo@example.com"));
  EXPECT_TRUE(says(ask({"trace", "****adpe"}).err, "The end of a code finds nothing"));
}

TEST_F(WithStory, TraceTakesAReferenceAsAnAuditWritesIt) {
  std::string upper = story.ref(1);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(ask({"trace", upper}).out, ask({"trace", story.ref(1)}).out);
}

TEST_F(Cli, HelpAndVersionAreFine) {
  EXPECT_EQ(run({"--help"}).exit, 0);
  EXPECT_EQ(run({"token", "create", "-h"}).exit, 0);
  EXPECT_TRUE(run({"--version"}).out.starts_with("handoff "));
}

TEST_F(WithStory, Status) {
  Ran ran = ask({"status"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_EQ(ran.err, "handoff: http://127.0.0.1:1 does not answer; this is what the store file says.\n");
  expect_text("status", ran);
}

TEST_F(WithStory, Credits) {
  expect_text("credits", ask({"credits"}, 120));
  expect_text("credits_piped", ask({"credits"}, 0));
  expect_text("credits_held", ask({"credits", "--state", "held", "--limit", "1"}));
  EXPECT_EQ(ask({"credits", "--state", "resolved"}).out, "No credits in state resolved.\n");
}

TEST_F(WithStory, Cases) {
  Ran ran = ask({"cases"});
  EXPECT_EQ(ran.exit, 0);  // open cases are work, not findings
  expect_text("cases", ran);
  expect_text("cases_limited", ask({"cases", "--all", "--limit", "1"}));
}

TEST_F(WithStory, Alerts) {
  expect_text("alerts", ask({"alerts"}));
  Ran test = ask({"alerts", "test", "post"});
  EXPECT_EQ(test.exit, 3);
  EXPECT_NE(test.err.find("handoffd is not running: it is what sends alerts; start it first"), std::string::npos)
      << test.err;
}

TEST_F(Cli, NobodyHasToBeToldOfAnEmptyStore) {
  Story(db()).close();
  EXPECT_EQ(ask({"alerts"}).out, "Nobody has to be told of anything.\n");
}

TEST_F(WithStory, IdentityIsExplained) {
  expect_text("identity_explain", ask({"identity", "explain", "--email", "Jo.Doe@Example.com", "--loyalty", "l-1003"}));
  expect_text("identity_explain_json", ask({"identity", "explain", "--email", "(202) 555-0101", "--phone",
                                            "jo.doe@example.com", "--loyalty", "?", "--json"}));
  expect_text("identity_explain_nobody", ask({"identity", "explain", "--phone", "020 7946 0958", "--region", "GB"}));
  EXPECT_EQ(ask({"identity", "explain", "--phone", "2025550101", "--region", "us"}).err,
            "handoff: --region us is not a region; did you mean \"US\"?\n");
  EXPECT_EQ(ask({"identity", "explain", "--phone", "2025550101", "--region", "XX"}).exit, 2);
  EXPECT_NE(ask({"identity", "explain", "--email", "jo@gmail"}).out.find("parked: unusable_identifier"),
            std::string::npos);
  EXPECT_EQ(ask({"identity", "explain"}).exit, 2);
  EXPECT_EQ(ask({"identity", "explain", "--email", "a@b.de", "--store", "nowhere"}).exit, 2);
}

TEST_F(WithStory, TraceOfEachFate) {
  expect_text("trace_complete", ask({"trace", "1234"}));
  expect_text("trace_complete_brief", ask({"trace", "1234", "--brief"}));
  expect_text("trace_complete_bodies", ask({"trace", story.ref(1), "--bodies"}));
  expect_text("trace_held", ask({"trace", "1240"}));
  expect_text("trace_unresolved", ask({"trace", "#3"}));
  expect_text("trace_under_way", ask({"trace", "v_Ly3"}, 0));
  expect_text("trace_tombstone", ask({"trace", "1311"}));
  expect_text("trace_json", ask({"trace", "S014-R2-1234", "--json"}));
}

TEST_F(WithStory, MapOfEveryHop) {
  Ran ran = ask({"map"}, 0);
  EXPECT_EQ(ran.exit, 0) << ran.err;
  expect_text("map", ran);
  EXPECT_EQ(ask({"map", "--store", "S1"}).exit, 2);
  EXPECT_EQ(run({"map", "-c", dir.file("none.toml")}).exit, 3);
}

TEST_F(Cli, MapSaysWhatStartsEachHandoff) {
  std::string text = contents(config());
  text.replace(text.find("directories = ["), 15, "directories = [\"" HANDOFF_SHIPPED "\", ");
  text.replace(text.find("from = \"register\""), 17, "from = [\"register\", \"drop\", \"tills\"]");
  write_file(config(), text + R"([connector.drop]
plugin = "file"
role = "pos"
settings = { folder = "/srv/drop" }
[connector.tills]
plugin = "square"
role = "pos"
secrets = { access_token = { env = "TILLS_TOKEN" }, webhook_key = { env = "TILLS_KEY" } }
)");
  json::Parsed map = json::parse(ask({"map", "--json"}).out);
  ASSERT_TRUE(map) << ask({"map"}).err;
  std::map<std::string, std::string> triggers;
  for (const json::Value& hop : map->at("hops").as_array())
    triggers[std::string(hop.at("from").as_string())] = hop.at("trigger").as_string();
  EXPECT_EQ(triggers["register"], "event: register API");
  EXPECT_EQ(triggers["drop"], "file: in its folder");
  EXPECT_EQ(triggers["tills"], "event: webhook, and a poll behind it");
}

TEST_F(Cli, CharterIsMadeFromTheConfiguration) {
  write_file(config(), contents(config()) +
                           "[stores.S1]\nlocale = \"de-DE\"\notherwise = \"supervisor\"\n[messages.de]\n"
                           "supervisor = \"Filialleitung rufen.\"\n");
  expect_text("charter", ask({"map", "--charter"}));
  Ran store = ask({"map", "--charter", "--store", "S1", "-o", dir.file("out")});
  EXPECT_EQ(store.out, "Written: DIR/out/charter-S1.md\n");
  std::string page = contents(dir.file("out") + "/charter-S1.md");
  EXPECT_NE(page.find("`accepted`, supervisor"), std::string::npos) << page;
  EXPECT_NE(page.find("Filialleitung rufen."), std::string::npos) << page;
  EXPECT_EQ(ask({"map", "--charter", "--store", "S9"}).exit, 2);
  EXPECT_TRUE(json::parse(ask({"map", "--charter", "--json"}).out)->at("charter").as_string().starts_with("# "));
}

TEST_F(Cli, CharterHidesNoCopyNoObservedRouteAndNoChat) {
  std::string text = contents(config());
  text.replace(text.find("directories = ["), 15, "directories = [\"" HANDOFF_SHIPPED "\", ");
  text.replace(
      text.find("hops = [{ to = \"cards\", do = \"issue\" }]"), std::string::npos,
      "hops = [{ to = \"cards\", do = \"issue\" },\n"
      "        { to = \"second\", do = \"issue\", after = [\"cards\"], value = \"copy\", window = \"1d\" }]\n");
  write_file(config(), text + R"([[route]]
name = "tills-issue"
when = { event = "credit.issued", from = "register", balance_type = ["refund"] }
platform = "observe"
confirm = { deadline = "2s" }
hops = [{ to = "cards", do = "read" }]
ceilings = { per_credit = ["90.00 USD"], per_store_day = ["900.00 USD"], per_day = ["9000.00 USD"] }
[connector.second]
plugin = "picky"
settings = { shop = "second" }
secrets = { key = { env = "GOLDEN_KEY" } }
[connector.chat]
plugin = "slack"
secrets = { webhook_url = { env = "CHAT_URL" } }
[connector.unused]
plugin = "slack"
secrets = { webhook_url = { env = "CHAT_URL" } }
[ceilings]
per_credit = ["200.00 USD"]
[alerts.channel.chat]
kind = "connector"
connector = "chat"
[contacts.operations]
roles = ["ops"]
tell = [{ channel = "chat" }]
)");
  expect_text("charter_rich", ask({"map", "--charter"}));
}

TEST_F(WithStory, NothingPersonalIsShown) {
  for (const char* option : {"--bodies", "--json"})
    for (const char* what : {"1234", "1240"}) {
      std::string out = ask({"trace", what, option}, 0).out;
      for (const char* secret : {"jo.doe", "Jo Doe", "5551234567", "k3n7qz2mw5", "sk_live", "al@", "mia@"})
        EXPECT_EQ(out.find(secret), std::string::npos) << secret << " in " << what << " " << option;
      EXPECT_NE(out.find("j***@example.com") + out.find("a***@example.com"), 2 * std::string::npos);
    }
}

TEST_F(WithStory, WithoutTheKeyBodiesStaySealed) {
  std::filesystem::remove(db() + ".key");
  Ran ran = ask({"trace", "1234"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_NE(ran.out.find("bodies are sealed"), std::string::npos);
}

TEST_F(WithStory, TraceOfNothingAndOfSeveral) {
  EXPECT_EQ(ask({"trace", "99999"}).exit, 3);
  EXPECT_EQ(ask({"trace", "99999"}).err.substr(ask({"status"}).err.size()),
            "handoff: no credit is known as '99999'; give a reference (sc_...), a transaction, or an id that a system "
            "gave it\n");
  EXPECT_TRUE(says(ask({"trace", "3"}).err,
                   "no transaction and no id of a system is '3'; for the credit that is number 3 in this "
                   "store: handoff trace '#3'"))
      << "somebody else's credit";
  EXPECT_NE(ask({"trace", "sc_short"}).err.find("is not a whole reference"), std::string::npos);
  std::string json = ask({"trace", "99999", "--json"}).out;
  EXPECT_NE(json.find("\"code\": \"not_found\""), std::string::npos);
}

TEST_F(WithStory, ABackupThatIsNotThereIsNotItsKeyThatIsMissing) {
  EXPECT_EQ(ask({"store", "restore", dir.file("typo.db")}).err,
            "handoff: DIR/typo.db: no such file; nothing was replaced\n");
}

TEST_F(Cli, UsageErrorsAreJsonWhereThatIsAskedFor) {
  Ran ran = run({"credits", "--limit", "abc", "--json"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_EQ(ran.err, "");
  EXPECT_TRUE(ran.out.starts_with("{\n  \"error\": {\n    \"code\": \"usage\",\n    \"message\": \"handoff credits: "))
      << ran.out;
}

TEST_F(Cli, WhatNobodyReadsToItsEndIsNotCalledAFullDiskOnly) {
  std::ostringstream err;
  std::ostream out(nullptr);  // as after `| head -1`
  cli::Console console{.out = out, .err = err, .env = [](const char*) { return ""; }, .now_ms = [] { return kNow; }};
  EXPECT_EQ(cli::run({"--help"}, console), 3);
  EXPECT_NE(err.str().find("who read it stopped"), std::string::npos) << err.str();
}

/// A customer says at a counter what the register was told.
TEST_F(Cli, ACreditThatWaitsForItsCustomerIsFoundByWhatTheRegisterWasTold) {
  Story story(db());
  story.tell();
  story.mistyped();
  story.close();
  for (const char* said : {"Maria@Nowhere.example", "marai@nowhere.example"}) {
    Ran ran = ask({"identity", "explain", "--email", said});
    EXPECT_NE(ran.out.find("Waiting, and told so"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("44.00 USD"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("transaction LOST1"), std::string::npos) << ran.out;
  }
  EXPECT_NE(
      ask({"identity", "explain", "--email", "maria@nowhere.example", "--json"}).out.find("\"told\": \"email equal"),
      std::string::npos);
  EXPECT_EQ(ask({"identity", "explain", "--email", "ada@elsewhere.example"}).out.find("Waiting"), std::string::npos);
}

TEST_F(WithStory, VerifyFindsAWholeStore) {
  Ran ran = ask({"store", "verify"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_TRUE(ran.out.starts_with("DIR/handoff.db: whole: ")) << ran.out;
  EXPECT_NE(run({"store", "verify", db(), "--json"}).out.find("\"whole\": true"), std::string::npos);
}

TEST_F(WithStory, VerifyThatCouldNotReadWhatIsSealedIsNotFine) {
  ASSERT_EQ(::rename((db() + ".key").c_str(), dir.file("mislaid").c_str()), 0);
  Ran lost = run({"store", "verify", db()});
  EXPECT_EQ(lost.exit, 1);
  EXPECT_TRUE(lost.out.starts_with("DIR/handoff.db: ") && !lost.out.contains("whole")) << lost.out;
  EXPECT_NE(lost.out.find("not checked: sealed rows"), std::string::npos) << lost.out;
  Ran json = run({"store", "verify", db(), "--json"});
  EXPECT_EQ(json.exit, 1);
  EXPECT_NE(json.out.find("\"whole\": false"), std::string::npos);
}

TEST_F(WithStory, VerifyFindsABrokenStore) {
  std::string bytes = contents(db());
  write_file(db(), bytes.substr(0, 4096) + std::string(bytes.size() - 4096, '\0'));
  Ran ran = run({"store", "verify", db()});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_NE(ran.out.find("restore the last good backup"), std::string::npos);
  EXPECT_EQ(ask({"credits"}).exit, 3);
}

TEST_F(Cli, AFileThatIsNoStore) {
  write_file(db(), "this is no database, only a text of some length\n");
  Ran ran = ask({"status"});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_NE(ran.err.find("cannot be read as a store"), std::string::npos) << ran.err;
  EXPECT_EQ(run({"store", "verify", db()}).exit, 1);
}

TEST_F(Cli, WhatIsMissingIsExitThree) {
  EXPECT_EQ(ask({"status"}).exit, 3);  // no store yet
  EXPECT_NE(ask({"status"}).err.find("no such store"), std::string::npos);
  EXPECT_EQ(run({"status", "-c", dir.file("none.toml")}).exit, 3);
  EXPECT_EQ(run({"store", "verify", dir.file("none.db")}).err, "handoff: DIR/none.db: no such file\n");
  EXPECT_EQ(run({"credits", "--admin", "http://127.0.0.1:1"}).exit, 3);
  EXPECT_EQ(run({"credits", "--admin", "nonsense"}).exit, 3);
  EXPECT_EQ(run({"connector", "inspect", dir.file("none.so")}).exit, 3);
}

TEST_F(Cli, InspectRunsNoCode) {
  std::vector<std::string> where = {"--plugins", HANDOFF_GOLDEN_PLUGINS};
  expect_text("connector_list", run({"connector", "list", where[0], where[1]}));
  expect_text("inspect", run({"connector", "inspect", "acme", where[0], where[1]}));
  expect_text("inspect_piped", run({"connector", "inspect", HANDOFF_GOLDEN_PLUGINS "/libhandoff-acme.so"}, 0));
  Ran unknown = run({"connector", "inspect", "amce", where[0], where[1]});
  EXPECT_EQ(unknown.exit, 3);
  EXPECT_EQ(unknown.err,
            "handoff: no connector 'amce' (libhandoff-amce.so) in PLUGINS; see: handoff connector list, or give a "
            "file\n");
  EXPECT_NE(ask({"connector", "inspect", "cards"}).out.find("Picky shop"), std::string::npos);  // the operator's name
}

TEST_F(Cli, AFileThatIsNoConnectorIsAFinding) {
  write_file(dir.file("libhandoff-text.so"), "text");
  EXPECT_EQ(run({"connector", "inspect", dir.file("libhandoff-text.so")}).exit, 1);
  Ran list = run({"connector", "list", "--plugins", dir.path().string()});
  EXPECT_EQ(list.exit, 1);
  EXPECT_NE(list.out.find("is no 64-bit ELF file"), std::string::npos) << list.out;
}

}  // namespace
}  // namespace handoff::golden
