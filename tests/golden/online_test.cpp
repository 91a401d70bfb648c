#include "core/app/cli/repair_hub.hpp"
#include "core/reconcile/plan.hpp"
#include "tests/golden/fake_hub.hpp"
#include "tests/golden/fixture.hpp"

namespace handoff::golden {
namespace {

constexpr const char* kNoCredits = R"({"credits":[],"more":false})";

TEST_F(Cli, AsksTheHubWithItsToken) {
  FakeHub hub(200, kNoCredits);
  write_file(dir.file("token"), "htk_abc\n");
  Ran ran = run({"credits", "--state", "held", "--admin", hub.url(), "--token-file", dir.file("token")});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_EQ(ran.out, "No credits in state held.\n");
  EXPECT_EQ(ran.err, "");
  EXPECT_TRUE(hub.asked().starts_with("GET /v1/credits?state=held&limit=50 HTTP/1.1\r\n")) << hub.asked();
  EXPECT_NE(hub.asked().find("Authorization: Bearer htk_abc\r\n"), std::string::npos) << hub.asked();
}

TEST_F(Cli, TakesTheTokenFromTheEnvironmentOrBesideTheStore) {
  std::string text = contents(config());
  FakeHub hub(200, kNoCredits);
  text.replace(text.find("127.0.0.1:1"), 11, hub.url().substr(7));
  write_file(config(), text);
  write_file(db() + ".admin-token", "htk_local\n");
  EXPECT_EQ(ask({"credits"}).exit, 0);
  EXPECT_NE(hub.asked().find("Bearer htk_local\r\n"), std::string::npos) << hub.asked();
  env["HANDOFF_TOKEN"] = "htk_env";
  EXPECT_EQ(ask({"credits"}).exit, 0);
  EXPECT_NE(hub.asked().find("Bearer htk_env\r\n"), std::string::npos) << hub.asked();
}

TEST_F(Cli, WhatIsTracedIsEscaped) {
  FakeHub hub(404, R"({"error":{"code":"not_found","message":"no credit is known as 'a/b?c d'"}})");
  Ran ran = run({"trace", "a/b?c d", "--admin", hub.url()});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_EQ(ran.err, "handoff: no credit is known as 'a/b?c d'\n");
  EXPECT_TRUE(hub.asked().starts_with("GET /v1/trace/a%2Fb%3Fc%20d HTTP/1.1\r\n")) << hub.asked();
}

TEST_F(Cli, WhatSomebodyElseWroteSteersNoTerminal) {
  FakeHub hub(
      200,
      R"({"credits":[{"ref":"sc_1","transaction":"c1\u009b31mX","store":"S\u202e21","state":"held"}],"more":false})");
  Ran ran = run({"credits", "--admin", hub.url()});
  EXPECT_NE(ran.out.find("c1?31mX"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("S?21"), std::string::npos) << ran.out;
  FakeHub refuses(404, R"({"error":{"code":"not_found","message":"no credit is known as 'a\u009bb'\nlook"}})");
  EXPECT_EQ(run({"trace", "a", "--admin", refuses.url()}).err, "handoff: no credit is known as 'a?b'\nlook\n");
}

/// A plan of two hand-made entries, and the word of somebody that both are adopted.
void plan_to_adopt_two(const std::string& plan, const std::string& decisions) {
  reconcile::PlanRequest request{.as_of = "2026-11-30T00:00:00Z", .findings = {}, .adopt_up_to = {{"USD", 5000}}};
  request.compared.fill(true);
  for (const char* number : {"1", "2"}) {
    report::Finding& one = request.findings.emplace_back();
    one.id = std::string("fd-") + number;
    one.kind = report::Kind::downstream_only, one.cause = report::Cause::f5;
    one.reference = std::string("M") + number, one.currency = "USD", one.store = "S14";
    one.amount = one.difference = 2500;
    one.rows.push_back({report::Side::erp, "erp.csv", request.findings.size()});
  }
  request.hub = [](const report::Finding&) -> reconcile::HubAnswer {
    return std::unexpected("it never passed through the hub");
  };
  report::Plan made = reconcile::make_plan(request);
  write_file(plan, report::plan_text(made));
  std::string rows = "id,decision,email,phone,loyalty,stake\n";
  for (const report::PlanAction& one : made.actions) rows += one.id + ",do,ada@example.com,,,25.00\n";
  write_file(decisions, rows);
}

TEST_F(Cli, ARepairGoesOnAfterWhatTheHubSaysNoToAndEndsWhereTheTokenIsNone) {
  env["HANDOFF_TOKEN"] = "htk_x";
  plan_to_adopt_two(dir.file("p.json"), dir.file("p.csv"));
  auto apply = [&](const FakeHub& hub) {
    return run({"repair", "--apply", dir.file("p.json"), "--decisions", dir.file("p.csv"), "--admin", hub.url()});
  };
  FakeHub no(422, R"({"error":{"code":"conflict","message":"the credit is of another balance type"}})");
  Ran ran = apply(no);
  EXPECT_EQ(ran.exit, 1) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("2 refused\n")) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("the credit is of another balance type"), std::string::npos) << ran.out;
  FakeHub stranger(401, R"({"error":{"code":"unauthorized","message":"x"}})");
  EXPECT_NE(apply(stranger).err.find("stopped after 0 actions"), std::string::npos);
}

/// A register that was offline sends its credits after the plan was made.
TEST_F(Cli, AHandMadeEntryIsNotAdoptedOnceTheHubHasACreditOfItsNumber) {
  env["HANDOFF_TOKEN"] = "htk_x";
  plan_to_adopt_two(dir.file("p.json"), dir.file("p.csv"));
  auto error = [](const std::string& code, const std::string& text) {
    return R"({"error":{"code":")" + code + R"(","message":")" + text + R"("}})";
  };
  const std::string never = error("not_found", "no credit is known as 'entry-x'");
  FakeHub hub(404, {never, error("unlike", "its number alone may be another's: the export names no register"), never,
                    error("ambiguous", "the hub knows several that fit: sc_a, sc_b")});
  Ran ran = run({"repair", "--apply", dir.file("p.json"), "--decisions", dir.file("p.csv"), "--admin", hub.url()});
  EXPECT_EQ(ran.exit, 1) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("2 changed\n")) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("adopted it could be a second credit"), std::string::npos) << ran.out;
  EXPECT_TRUE(hub.asked().starts_with("GET /v1/receipts?reference=M")) << hub.asked();  // and nothing was ordered
}

/// The hub retries no such case: the finding that the plan repairs would stand in its own way.
TEST_F(Cli, WhatAnAuditFoundOrWhatIsLateHoldsNoRepairOfItsCredit) {
  auto view = [](const std::string& cases) {
    return cli::hub_view(*json::parse(R"({"credit":{"ref":"sc_1","state":"complete"},"cases":[)" + cases + "]}"));
  };
  const std::string gap = R"({"case":7,"kind":"gap","state":"open"})",
                    late = R"({"case":8,"kind":"sla","state":"open"})",
                    held = R"({"case":9,"kind":"balance","state":"open"})";
  EXPECT_EQ(view(gap + "," + late).case_no, 0);
  EXPECT_EQ(view(gap + "," + held).case_no, 9);
}

TEST_F(Cli, SaysWhatATokenNeeds) {
  FakeHub hub(401, R"({"error":{"code":"unauthorized","message":"x"}})");
  EXPECT_NE(run({"status", "--admin", hub.url()}).err.find("give --token-file FILE or set HANDOFF_TOKEN"),
            std::string::npos);
  env["HANDOFF_TOKEN"] = "htk_old";
  EXPECT_NE(run({"status", "--admin", hub.url()}).err.find("does not know this token, which is from HANDOFF_TOKEN"),
            std::string::npos);
}

/// The local token was revoked, and another one made: what is sent is still the one beside the store.
TEST_F(Cli, SaysWhereATokenCameFromThatIsRefused) {
  std::string text = contents(config());
  FakeHub hub(401, R"({"error":{"code":"unauthorized","message":"x"}})");
  text.replace(text.find("127.0.0.1:1"), 11, hub.url().substr(7));
  write_file(config(), text);
  write_file(db() + ".admin-token", "htk_revoked\n");
  EXPECT_NE(ask({"status"}).err.find("which is from DIR/handoff.db.admin-token"), std::string::npos)
      << ask({"status"}).err;
}

TEST_F(Cli, RefusesWhatIsNoHub) {
  FakeHub hub(200, "<html>hello</html>");
  Ran ran = run({"status", "--admin", hub.url()});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_NE(ran.err.find("but not as a hub does"), std::string::npos) << ran.err;
}

/// Without a terminal nothing else tells a cron job from one that hangs.
TEST_F(Cli, ALiveAuditSaysEveryMinuteWhatItWaitsFor) {
  const std::string at_work = R"({"audit":"A1","state":"running","step":"lists shop"})";
  FakeHub hub(200, {at_work, at_work, at_work, at_work, at_work, R"({"audit":"A1","state":"failed","why":"stopped"})"});
  clock = [now = kNow]() mutable { return now += 25'000; };
  Ran ran = run({"audit", "--live", "-o", dir.file("out"), "--admin", hub.url()});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_EQ(
      ran.err,
      "handoff: audit A1 is under way for 1 min 15 s: lists shop. A system that does not answer is left out in the "
      "end; see: handoff check\nhandoff: audit A1 failed: stopped\n");
}

/// What a hub answers whose audit is done: the run with `more` members, then its three files.
std::vector<std::string> a_run_that_is_done(const std::string& more) {
  auto file = [](const std::string& text) {
    return json::write(json::Value(json::Object{{"text", text}, {"next", 0}}));
  };
  const std::string credit = "sc_keyptpaaw22btg7svbe4omy,50.00,USD,2026-11-24T14:55:21Z,issue\n",
                    head = "reference,amount,currency,time,type\n";
  std::string map;
  for (const char* side : {"pos", "platform"})
    map += std::string("[") + side +
           "]\nreference = \"reference\"\namount = \"amount\"\ncurrency = \"currency\"\ntime = \"time\"\n"
           "type = \"type\"\ndecimal = \".\"\ntime_format = \"iso\"\nutc_offset = \"+00:00\"\n\n";
  return {R"({"audit":"A1","state":"done","as_of_ms":1795600000000,)" + more +
              R"(,"files":[{"name":"pos.csv"},{"name":"platform.csv"},{"name":"map.toml"}]})",
          file(head + credit), file(head + credit), file(map)};
}

/// Who asks for an audit while another is under way gets that one, which may look less far back.
TEST_F(Cli, ALiveAuditSaysNothingOfWhatLiesBeforeTheRunThatItJoined) {
  FakeHub hub(200, a_run_that_is_done(R"("since_ms":1794994600000,"until_ms":1795599400000)"));  // a week
  std::filesystem::create_directories(dir.file("history"));
  write_file(
      dir.file("history") + "/history.json",
      R"({"schema":1,"as_of":"2026-11-16T00:00:00Z","audits":[],"findings":[{"id":"fd-a","kind":"downstream_only",)"
      R"("cause":"downstream_only","reference":"M1","currency":"USD","difference":"25.00","store":"",)"
      R"("differs_at":["platform"],"issued_s":1794700000,"first_seen":"2026-11-16T00:00:00Z",)"
      R"("last_seen":"2026-11-16T00:00:00Z","seen":1}]})");
  Ran ran = run({"audit", "--live", "-o", dir.file("out"), "--history", dir.file("history"), "--admin", hub.url()});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_NE(ran.err.find("audit A1, which looks back 7 d, was under way and is what you see; for --window 30d run it"),
            std::string::npos)
      << ran.err;
  EXPECT_NE(ran.out.find("2026-11-18T09:36:40Z to 2026-11-25T"), std::string::npos) << ran.out;
  EXPECT_EQ(contents(dir.file("history") + "/history.json").find("closed_at"), std::string::npos);
  FakeHub again(200, a_run_that_is_done(R"("since_ms":1794994600000,"until_ms":1795599400000)"));
  Ran early = run({"audit", "--live", "-o", dir.file("out"), "--as-of", "2026-11-10", "--admin", again.url()});
  EXPECT_EQ(early.exit, 2);
  EXPECT_NE(early.err.find("--as-of 2026-11-10: what was fetched begins at 2026-11-18T09:36:40Z"), std::string::npos)
      << early.err;
}

TEST_F(Cli, ALiveAuditThatLeftASystemOutIsNotDone) {
  FakeHub hub(200, a_run_that_is_done(R"("notes":["shop is not compared: 503"],"left_out":["shop"])"));
  Ran ran = run({"audit", "--live", "-o", dir.file("out"), "--admin", hub.url()});
  EXPECT_EQ(ran.exit, 3) << ran.err;
  EXPECT_NE(ran.err.find("shop is not compared: 503"), std::string::npos) << ran.err;
  EXPECT_NE(ran.out.find("Next: shop could not be compared"), std::string::npos) << ran.out;
}

TEST_F(Cli, TokensAreMadeByTheHub) {
  FakeHub hub(201, R"({"token":"htk_new","name":"register-1","role":"register","store":"S014"})");
  Ran ran = run({"token", "create", "--role", "register", "--store", "S014", "--admin", hub.url()});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  EXPECT_EQ(ran.out, "htk_new\n");
  EXPECT_TRUE(hub.asked().starts_with("POST /v1/tokens HTTP/1.1\r\n")) << hub.asked();
  EXPECT_TRUE(hub.asked().ends_with(R"({"role":"register","store":"S014","name":""})")) << hub.asked();
}

TEST_F(Cli, TokensAreRevokedByTheHub) {
  FakeHub hub(200, "{}");
  EXPECT_EQ(run({"token", "revoke", "till 3", "--admin", hub.url(), "--json"}).out,
            "{\n  \"revoked\": \"till 3\"\n}\n");
  EXPECT_TRUE(hub.asked().starts_with("DELETE /v1/tokens/till%203 HTTP/1.1\r\n")) << hub.asked();
}

TEST_F(Cli, AlertsSayWhoWasToldAndWhoWaits) {
  FakeHub hub(200,
              R"({"contacts":2,"alerts":[{"cause":"late: cards.issue","role":"ops","hop":"cards.issue","urgent":true,
    "count":1000,"oldest_age_ms":720000,"amounts":[{"amount":"25000.00","currency":"USD"}],"stores":["S1"],
    "credits":["sc_1"],"next":"See whether that system answers: handoff trace sc_1","tell":[
    {"contact":"ops","channel":"desk","state":"told","told_at":"2026-11-23T09:50:00.000Z","told_of":90,"times":1,"due_at":"2026-11-23T13:50:00.000Z"},
    {"contact":"area","channel":"post","state":"quiet hours"},{"contact":"cto","channel":"post","state":"due"}]},
    {"cause":"approval: above the ceiling","role":"supervisor","urgent":false,"count":1,"oldest_age_ms":1000,"amounts":[],
    "stores":[],"credits":[],"next":"Approve it.","tell":[]}],
    "channels":[{"channel":"desk","working":true,"told_at":"2026-11-23T09:50:00.000Z"},
    {"channel":"post","working":false,"failing_since":"2026-11-23T09:51:00.000Z","error":"smtp.acme.example:587 does not answer"}]})");
  env["HANDOFF_TOKEN"] = "htk_x";
  expect_text("alerts_online", run({"alerts", "--admin", hub.url()}));
}

TEST_F(Cli, ATestOfAChannelSaysWhatBecameOfIt) {
  env["HANDOFF_TOKEN"] = "htk_x";
  FakeHub fine(200, R"({"channel":"post","done":"test"})");
  Ran ran = run({"alerts", "test", "post", "--to", "a@acme.example", "--admin", fine.url()});
  EXPECT_EQ(ran.out, "post took the test message.\n") << ran.err;
  EXPECT_NE(fine.asked().find(R"({"channel":"post","to":["a@acme.example"]})"), std::string::npos) << fine.asked();
  FakeHub dead(502, R"({"error":{"code":"not_taken","message":"post: smtp.acme.example:587 does not answer"}})");
  Ran refused = run({"alerts", "test", "post", "--admin", dead.url()});
  EXPECT_EQ(refused.exit, 3);
  EXPECT_NE(refused.err.find("post: smtp.acme.example:587 does not answer"), std::string::npos) << refused.err;
}

TEST_F(Cli, CheckSaysOfEachConnectorWhatIsWrongAndWhatToDo) {
  env["HANDOFF_TOKEN"] = "htk_x";
  FakeHub hub(
      200,
      R"x({"connectors":[{"connector":"books","result":"failed","problem":"connect: connection refused (127.0.0.1:9)",
    "next":"see whether http://127.0.0.1:9 is what [connector.books] should reach"},{"connector":"cards","result":"ok"},
    {"connector":"drop","result":"not_checked","problem":"this connector has nothing to ask"}]})x");
  Ran ran = run({"check", "--admin", hub.url()});
  EXPECT_EQ(ran.exit, 1) << ran.err;
  EXPECT_EQ(ran.out,
            "books  failed: connect: connection refused (127.0.0.1:9)\n"
            "    see whether http://127.0.0.1:9 is what [connector.books] should reach\n"
            "cards  ok\n"
            "drop  not checked: this connector has nothing to ask\n");
  EXPECT_TRUE(hub.asked().starts_with("POST /v1/checks HTTP/1.1\r\n")) << hub.asked();
  FakeHub fine(200, R"({"connectors":[{"connector":"cards","result":"ok"}]})");
  EXPECT_EQ(run({"check", "cards", "--admin", fine.url(), "--json"}).exit, 0);
  EXPECT_TRUE(fine.asked().ends_with(R"({"connector":"cards"})")) << fine.asked();
}

TEST_F(Cli, StatusNamesASystemThatDoesNotAnswer) {
  env["HANDOFF_TOKEN"] = "htk_x";
  FakeHub hub(
      200,
      R"x({"credits":{"total":0,"by_state":{}},"cases":{"open":0},"effects":{"open":1},"webhooks":{"open":0,"parked":0},
    "journal":{"rows":1},"failing":[{"connector":"books","since":"2026-11-23T09:50:00.000Z","age_ms":720000,"failures":7,
    "error":"connect: connection refused (127.0.0.1:9)","address":"http://127.0.0.1:9","next_try_at":"2026-11-23T10:03:00.000Z"}]})x");
  Ran ran = run({"status", "--admin", hub.url()});
  EXPECT_NE(
      ran.out.find(
          "Failing   books for 12 min, 7 times in a row: connect: connection refused (127.0.0.1:9) (http://127.0.0.1:9); "
          "not before 2026-11-23 10:03:00 UTC again"),
      std::string::npos)
      << ran.out;
}

TEST_F(Cli, StatusNamesAConnectorThatBrokeTheContract) {
  env["HANDOFF_TOKEN"] = "htk_x";
  FakeHub hub(
      200,
      R"x({"credits":{"total":0,"by_state":{}},"cases":{"open":0},"effects":{"open":0},"webhooks":{"open":0,"parked":0},
    "journal":{"rows":1},"connectors":[{"connector":"books","steps":9,"mean_us":4,"slowest_us":30,"misbehaved":3},
    {"connector":"cards","steps":9,"mean_us":4,"slowest_us":30,"misbehaved":0}]})x");
  Ran ran = run({"status", "--admin", hub.url()});
  EXPECT_NE(ran.out.find("Plugins   books broke the contract 3 times since the start; its cases and the log say how\n"),
            std::string::npos)
      << ran.out;
  EXPECT_EQ(ran.out.find("cards"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace handoff::golden
