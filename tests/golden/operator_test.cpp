// What an operator met who ran it: slips that must not move money, be lost or be answered with the wrong advice.

#include <filesystem>

#include "core/app/cli/client.hpp"
#include "core/crypto/vault.hpp"
#include "core/journal/store.hpp"
#include "tests/golden/fake_hub.hpp"
#include "tests/golden/fixture.hpp"

namespace handoff::golden {
namespace {

constexpr const char* kTwoCases = R"({"cases":[
  {"case":1,"amount":{"amount":"25.00","currency":"USD"},"credit":{"ref":"sc_ada","transaction":"000123"}},
  {"case":2,"amount":{"amount":"99.00","currency":"USD"},"credit":{"ref":"sc_bob","transaction":"000124"}}],"more":false,"done":"link"})";

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_F(Cli, DecisionsWhoseLinesWereMixedUpOrderNothing) {
  env["HANDOFF_TOKEN"] = "htk_x";
  std::string file = dir.file("cases.csv");
  for (const char* lines :
       {"1,sc_bob,99.00,000124,link,ada@example.com\n", "1,sc_ada,99.00,000123,link,ada@example.com\n",
        "1,sc_ada,25.00,000124,link,ada@example.com\n",
        "1,sc_ada,25.00,000123,link,ada@example.com\n1,sc_ada,25.00,000123,note,\n"})
    for (bool dry : {true, false}) {
      FakeHub hub(200, kTwoCases);
      write_file(file, std::string("case,credit,amount,transaction,action,email\n") + lines);
      std::vector<std::string> words = {"cases", "apply", file, "--admin", hub.url()};
      if (dry) words.push_back("--dry-run");
      Ran ran = run(words);
      EXPECT_EQ(ran.exit, 2) << ran.out;
      EXPECT_TRUE(holds(ran.err, "nothing was ordered") && holds(ran.err, "case 1: ")) << ran.err;
      EXPECT_TRUE(hub.asked().starts_with("GET /v1/cases?state=open")) << "it was looked at only\n" << hub.asked();
    }
  // As a spreadsheet leaves it: 25.00 as 25, 000123 as 123.
  FakeHub hub(200, kTwoCases);
  write_file(file, "case,credit,amount,transaction,action,email\n1,sc_ada,25,123,link,ada@example.com\n");
  EXPECT_EQ(run({"cases", "apply", file, "--admin", hub.url()}).exit, 0);
  EXPECT_TRUE(hub.asked().starts_with("POST /v1/cases/1/link")) << hub.asked();
}

TEST_F(Cli, ALineThatNamesACandidateAndSomebodyIsRefusedAndCapitalsAreNot) {
  env["HANDOFF_TOKEN"] = "htk_x";
  std::string file = dir.file("cases.csv");
  FakeHub hub(200, kTwoCases);
  write_file(file,
             "case,credit,amount,action,email,candidate\n"
             "1,sc_ada,25.00,link,bob@example.com,1\n2,sc_bob,99.00, Link ,,1\n");
  Ran ran = run({"cases", "apply", file, "--admin", hub.url()});
  EXPECT_EQ(ran.exit, 1) << ran.err;
  EXPECT_TRUE(holds(ran.out, "case 1  link  refused: candidate: says who the customer is; leave out")) << ran.out;
  EXPECT_TRUE(holds(ran.out, "case 2  link  done") && hub.asked().starts_with("POST /v1/cases/2/link")) << ran.out;
}

TEST_F(Cli, OutputThatCannotBeWrittenIsNoSuccess) {
  struct Full : std::streambuf {
  } full;
  std::ostream out(&full);
  std::ostringstream err;
  FakeHub hub(200, R"({"token":"htk_new","name":"till-9","role":"register","store":"S1"})");
  cli::Console console{
      .out = out, .err = err, .env = [](const char*) { return "htk_x"; }, .now_ms = [] { return kNow; }};
  EXPECT_EQ(cli::run({"token", "create", "--role", "register", "--admin", hub.url()}, console), 3);
  EXPECT_TRUE(holds(err.str(), "token till-9 was made, and nobody has it: handoff token revoke till-9")) << err.str();
  EXPECT_TRUE(holds(err.str(), "could not be written to its end")) << err.str();
}

TEST_F(Cli, GoodwillThatCannotArriveIsRefusedOrSaid) {
  std::vector<std::string> give = {"credits", "issue", "--store", "S1", "--amount", "5.00 USD", "--reason", "late"};
  Ran ran = ask(give);
  EXPECT_EQ(ran.exit, 2);
  EXPECT_TRUE(holds(ran.err, "say whose it is: --email, --phone or --loyalty")) << ran.err;
  give.insert(give.end(), {"--phone", "12"});
  ran = ask(give);
  EXPECT_EQ(ran.exit, 2);
  EXPECT_TRUE(holds(ran.err, "nothing was given: phone: ")) << ran.err;
  FakeHub hub(200,
              R"({"id":"sc_1","status":"accepted","credit":{"state":"unresolved"},"cases":[{"case":7,"state":"open",
    "kind":"identity","reason":"nobody is known by that"}],"next":["Say who it is: handoff case link 7 --email ADDRESS"]})");
  give.back() = "+12025550103";
  give.insert(give.end(), {"--key", "K1", "--admin", hub.url()});
  env["HANDOFF_TOKEN"] = "htk_x";
  ran = run(give);
  EXPECT_EQ(ran.exit, 1);
  EXPECT_EQ(ran.out,
            "sc_1 is unresolved (key K1), case 7: nobody is known by that\n  Say who it is: handoff case link 7 "
            "--email ADDRESS\n");
}

TEST_F(Cli, GoodwillWhoseAnswerIsLostIsRepeatedUnderItsKey) {
  env["HANDOFF_TOKEN"] = "htk_x";
  std::vector<std::string> give = {"credits",  "issue",   "--store",      "S1",       "--amount",
                                   "5.00 USD", "--phone", "+12025550103", "--reason", "late"};
  auto key_sent = [](const FakeHub& hub) {
    std::size_t at = hub.asked().find("\"key\":\"");
    return at == std::string::npos ? "" : hub.asked().substr(at + 7, hub.asked().find('"', at + 7) - at - 7);
  };
  for (auto [status, body] : {std::pair(503, R"({"error":{"code":"busy","message":"too much to do"}})"),
                              std::pair(502, "<html>"), std::pair(200, "{\"id\":")}) {
    FakeHub hub(status, body);
    std::vector<std::string> words = give;
    words.insert(words.end(), {"--admin", hub.url()});
    Ran ran = run(words);
    EXPECT_EQ(ran.exit, 3);
    EXPECT_FALSE(key_sent(hub).empty()) << hub.asked();
    EXPECT_TRUE(holds(ran.err, "it may have been given: repeat it with --key " + key_sent(hub) + ", which")) << ran.err;
    words.push_back("--json");
    ran = run(words);
    EXPECT_EQ(json::parse(ran.out)->at("error").at("key").as_string(), key_sent(hub)) << ran.out;
  }
  FakeHub cut(FakeHub::kNoAnswer, "");
  give.insert(give.end(), {"--admin", cut.url()});
  Ran ran = run(give);
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(holds(ran.err, "repeat it with --key " + key_sent(cut))) << ran.err;
  FakeHub no(400, R"({"error":{"code":"invalid","message":"store: none is called S1"}})");
  give.back() = no.url();
  ran = run(give);
  EXPECT_EQ(ran.exit, 2);
  EXPECT_FALSE(holds(ran.err, "may have been given")) << ran.err;
}

TEST_F(Cli, TheRegistersAddressIsNotTakenForTheHubsOwn) {
  env["HANDOFF_TOKEN"] = "htk_x";
  FakeHub till(
      403,
      R"({"error":{"code":"forbidden","message":"this token has the role ops, and this wants a register token"}})");
  EXPECT_TRUE(holds(run({"status", "--admin", till.url()}).err, "is no admin address, perhaps that of the registers"));
}

TEST_F(Cli, FailingSystemOfAWaitingHopIsInItsTrace) {
  env["HANDOFF_TOKEN"] = "htk_x";
  FakeHub hub(
      200,
      R"x({"credit":{"ref":"sc_1","state":"available"},"hops":[{"hop":"books.record","state":"running","elapsed_ms":1000,
    "effects":[{"op":"record","state":"open","calls":[{"call":"post","state":"adopted","rule":2,"sends":1,"attempts":[{"outcome":"ACCEPTED"}]}]}]}],
    "failing":[{"connector":"books","age_ms":720000,"failures":7,"error":"401 unauthorized","address":"https://b.example"}],
    "next":["See what books wants: handoff check books."]})x");
  Ran ran = run({"trace", "sc_1", "--brief", "--admin", hub.url()});
  EXPECT_TRUE(holds(ran.out, "failing: books for 12 min, 7 times in a row: 401 unauthorized")) << ran.out;
  EXPECT_FALSE(holds(ran.out, "no clear answer")) << "of a vendor whose answer shows nothing that is the normal way\n"
                                                  << ran.out;
  EXPECT_EQ(run({"trace", "", "--admin", hub.url()}).exit, 2);
}

TEST_F(Cli, StatusSaysHowMuchRoomIsWanted) {
  env["HANDOFF_TOKEN"] = "htk_x";
  FakeHub hub(
      200,
      R"({"credits":{"total":0,"by_state":{}},"cases":{"open":0},"effects":{"open":0},"webhooks":{"open":0,"parked":0},
    "journal":{"rows":1},"disk_full":true,"disk_free_mb":5,"disk_wanted_mb":64})");
  EXPECT_TRUE(
      holds(run({"status", "--admin", hub.url()}).out, "no room (5 MB free, 64 MB are wanted) beside the store"));
}

TEST_F(Cli, StatusSaysWhoWasTurnedAwayAndWhy) {
  env["HANDOFF_TOKEN"] = "htk_x";
  FakeHub hub(
      200,
      R"({"credits":{"total":0,"by_state":{}},"cases":{"open":0},"effects":{"open":0},"webhooks":{"open":0,"parked":0},
    "journal":{"rows":1},"refused":[{"listener":"register","status":401,"code":"unauthorized","times":12,
    "last_at":"2026-11-23T12:00:00.000Z","last_ms":180000,"from":"10.0.0.7"}]})");
  EXPECT_TRUE(holds(
      run({"status", "--admin", hub.url()}).out,
      "Refused   register listener: 401 unauthorized, 12 times since the start, the last 3 min ago from 10.0.0.7\n"));
}

TEST_F(Cli, TheTokenOfThisMachinesHubIsSentToNoOther) {
  FakeHub hub(401, R"({"error":{"code":"unauthorized","message":"a token, please"}})");
  write_file(db() + ".admin-token", "htk_local\n");
  // The wildcard leads here all the same, and is neither a name of this machine nor the configured address.
  const std::string elsewhere = "http://0.0.0.0" + hub.url().substr(hub.url().rfind(':'));
  Ran ran = ask({"credits", "--admin", elsewhere});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_FALSE(holds(hub.asked(), "Bearer")) << hub.asked();
  EXPECT_TRUE(holds(ran.err,
                    "give --token-file FILE or set HANDOFF_TOKEN; DIR/handoff.db.admin-token is for the hub of "
                    "this machine only"))
      << ran.err;
  ask({"credits", "--admin", hub.url()});
  EXPECT_TRUE(holds(hub.asked(), "Bearer htk_local")) << hub.asked();
  EXPECT_TRUE(cli::is_ours("https://hub.acme.example:8480", "https://hub.acme.example:8480"));
  EXPECT_TRUE(cli::is_ours("http://[::1]:9", "") && cli::is_ours("http://localhost:9", ""));
  for (const char* url : {"http://hub.acme.example:8481", "http://127.0.0.1.evil.example:8480",
                          "http://127.0.0.1@evil.example:8480", "http://localhost.evil.example", ""})
    EXPECT_FALSE(cli::is_ours(url, "http://hub.acme.example:8480")) << url;
}

TEST_F(Cli, AListThatIsCutSaysHowManyItShows) {
  env["HANDOFF_TOKEN"] = "htk_x";
  FakeHub hub(200, R"({"credits":[{"ref":"sc_1"},{"ref":"sc_2"}],"more":true})");
  Ran ran = run({"credits", "--limit", "5000", "--admin", hub.url()});
  EXPECT_TRUE(holds(ran.out, "\nThe newest 2 only; for more: --limit 20\n")) << ran.out;
  EXPECT_EQ(run({"credits", "--limit", "100000", "--admin", hub.url()}).exit, 0);
  EXPECT_EQ(run({"credits", "--limit", "100001", "--admin", hub.url()}).exit, 2);
}

TEST_F(Cli, TokenFileOfAWindowsEditorIsRead) {
  FakeHub hub(200, R"({"credits":[],"more":false})");
  write_file(dir.file("token"), "\xEF\xBB\xBFhtk_abc\r\n");
  EXPECT_EQ(run({"credits", "--admin", hub.url(), "--token-file", dir.file("token")}).exit, 0);
  EXPECT_TRUE(holds(hub.asked(), "Authorization: Bearer htk_abc\r\n")) << hub.asked();
}

TEST_F(Cli, RevokingTheLastAdminTokenSaysTheWayBack) {
  env["HANDOFF_TOKEN"] = "htk_x";
  FakeHub hub(
      200,
      R"({"tokens":[{"name":"boss","role":"admin","revoked":false},{"name":"old","role":"admin","revoked":true}]})");
  EXPECT_TRUE(holds(run({"token", "revoke", "boss", "--admin", hub.url()}).err, "the last token of role admin"));
  EXPECT_EQ(run({"token", "revoke", "till", "--admin", hub.url()}).err, "");
}

TEST_F(Cli, HelpIsACommandToo) {
  EXPECT_EQ(run({"help", "cases"}).out, run({"cases", "--help"}).out);
  EXPECT_EQ(run({"help"}).out, run({"--help"}).out);
}

TEST_F(Cli, LintMissesTheKeyOfAStoreThatCannotBeRead) {
  env["GOLDEN_KEY"] = "k";
  ::setenv("GOLDEN_KEY", "k", 1);
  write_file(db(), std::string(8192, 'x'));
  Ran ran = run({"lint", config()});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(holds(ran.out, "handoff.db.key: No such file or directory")) << ran.out;
}

TEST_F(Cli, LintSaysWhatTheDaemonWouldSayOfTheStore) {
  env["GOLDEN_KEY"] = "k";
  ::setenv("GOLDEN_KEY", "k", 1);
  auto store = [&] {
    journal::StoreOptions options;
    options.path = db();
    return journal::Store::open(options);
  };
  ASSERT_TRUE(store());
  EXPECT_EQ(run({"lint", config()}).exit, 0) << "a first start that ended early: the next one makes the key";
  {
    auto begun = store();
    (*begun)->append(kNow, "", "handoffd", journal::NameRegistered());
    ASSERT_TRUE((*begun)->commit());
  }
  Ran ran = run({"lint", config()});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(holds(
      ran.out, "handoff.db.key: No such file or directory; the store cannot be read without its key; put back the key"))
      << ran.out;
  EXPECT_FALSE(holds(ran.out, "restore")) << ran.out;
  ASSERT_TRUE(crypto::Vault::open(db() + ".key", true, crypto::system_random));
  EXPECT_EQ(run({"lint", config()}).exit, 0);
}

TEST_F(Cli, LintSaysWhereTwoConnectorsAreOneToTheStore) {
  ::setenv("GOLDEN_KEY", "k", 1);
  {
    journal::StoreOptions options;
    options.path = db();
    auto store = journal::Store::open(options);
    for (const char* name : {"cards", "old-cards"}) {
      journal::NameRegistered event;
      event.name = name;
      event.id = "cards";
      (*store)->append(kNow, "", "configuration", event);
    }
    ASSERT_TRUE((*store)->commit());
  }
  ASSERT_TRUE(crypto::Vault::open(db() + ".key", true, crypto::system_random));
  EXPECT_EQ(run({"lint", config()}).exit, 0) << "a name may come back while no other connector has its id";
  std::string text = contents(config());
  std::size_t begin = text.find("[connector.cards]"), end = text.find("[[route]]");
  std::string other = text.substr(begin, end - begin);
  other.replace(other.find(".cards]"), 7, ".old-cards]");
  write_file(config(), text.insert(end, other));
  Ran ran = run({"lint", config()});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_TRUE(holds(ran.out, "the store knows both old-cards and cards as \"cards\": one of them was renamed"))
      << ran.out;
}

TEST_F(Cli, LintWarnsOfWhatDoesLessThanItLooks) {
  ::setenv("GOLDEN_KEY", "k", 1);
  std::string text = contents(config());
  write_file(config(), text.substr(0, text.find("[[route]]")) +
                           "[audit]\nwindow = \"7d\"\nevery = \"week\"\non = \"monday 06:00\"\nuntil = 2020-01-01\n");
  Ran ran = run({"lint", config()});
  EXPECT_EQ(ran.exit, 0) << ran.out;
  EXPECT_TRUE(holds(ran.out, "warning: there is no [[route]]: every credit is held")) << ran.out;
  EXPECT_TRUE(holds(ran.out, "warning: [audit] window is no longer than every")) << ran.out;
  EXPECT_TRUE(holds(ran.out, "handoff.toml:19:9: warning: [audit] until is over")) << ran.out;
}

}  // namespace
}  // namespace handoff::golden
