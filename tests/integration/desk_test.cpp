// The register's desk: batches, waiting, the stream, words in the store's language, and goodwill.

#include <Poco/Net/StreamSocket.h>

#include "tests/integration/journey.hpp"

namespace handoff::integration {

class Desk : public Journey {
 protected:
  Answer ask(const std::string& path, support::Headers more = {}) {
    support::Headers headers = hub_->authorization();
    headers.insert(headers.end(), more.begin(), more.end());
    return support::HttpClient(hub_->registers()).get(path, headers);
  }
  Answer post(const std::string& path, const std::string& body) {
    return support::HttpClient(hub_->registers()).post(path, body, hub_->authorization());
  }
  support::Headers token(const std::string& words) {
    int code = 0;
    std::string said = handoff("token create " + words, code);
    EXPECT_EQ(code, 0) << said;
    std::size_t at = said.find("htk_");
    return {{"Authorization", "Bearer " + said.substr(at, said.find('\n', at) - at)}};
  }
  static std::string id_of(const Answer& answer) {
    return std::string(boost::json::parse(answer.body).at("id").as_string());
  }
};

TEST_F(Desk, BatchAnswersForEachCreditAndARepeatMakesNoSecond) {
  start();
  std::string bad = credit("T3");
  bad.replace(bad.find("\"25.00\""), 7, "25.00");
  std::string batch = R"({"credits":[)" + credit("T1") + "," + credit("T2") + "," + bad + "," + credit("T1") + "]}";
  Answer answer = post("/v1/register/batches", batch);
  ASSERT_EQ(answer.status, 200) << answer.body;
  boost::json::value parsed = boost::json::parse(answer.body);
  const boost::json::array& results = parsed.at("results").as_array();
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0].at("http").as_int64(), 201);
  EXPECT_EQ(results[0].at("instruction"), "Accepted. Whether it arrives is told later.");
  EXPECT_EQ(results[1].at("http").as_int64(), 201);
  EXPECT_EQ(results[2].at("http").as_int64(), 400);
  EXPECT_NE(results[2].at("problem").as_string().find("never a number"), std::string::npos);
  EXPECT_EQ(results[3].at("http").as_int64(), 200);
  EXPECT_EQ(results[3].at("id"), results[0].at("id"));
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; }));
  EXPECT_EQ(agree(2), 0);
  EXPECT_EQ(post("/v1/register/batches", "{}").status, 400);
  EXPECT_EQ(post("/v1/register/batches", R"({"credits":[]})").status, 400);
}

TEST_F(Desk, MonitorReadsWhatMovesAndNothingOfAnybody) {
  start();
  sandbox_.post("/faults", R"({"vendor":"business_central","mode":"outage"})");
  submit(credit("T1"));
  const support::Headers viewer = token("--role viewer --name monitor"), till = token("--role register --store S14");
  support::HttpClient monitor(hub_->admin());
  auto text = [&] { return monitor.get("/metrics", viewer).body; };
  EXPECT_TRUE(eventually([&] {
    return text().find("handoff_hop_credits{hop=\"books.record\"} 1\n") != std::string::npos;
  })) << text();
  EXPECT_NE(text().find("handoff_events_total 1\n"), std::string::npos) << text();
  for (const char* not_there : {"ada@", "25.00", "S14", "sc_", "USD"})
    EXPECT_EQ(text().find(not_there), std::string::npos) << not_there << "\n" << text();
  EXPECT_EQ(monitor.get("/metrics").status, 401);
  EXPECT_EQ(monitor.get("/metrics", till).status, 403);
}

TEST_F(Desk, LongPollAnswersWhenTheCreditIsConfirmed) {
  start();
  sandbox_.post("/latency", R"({"vendor":"voucherify","ms":1600})");
  Answer first = submit(credit("T1"));
  ASSERT_NE(first.body.find("accepted"), std::string::npos) << first.body;
  sandbox_.post("/latency", R"({"vendor":"voucherify","ms":100})");
  Answer later;
  for (int tries = 0; tries < 3 && later.body.find("\"confirmed\"") == std::string::npos;
       ++tries)  // a busy machine takes longer
    later = ask("/v1/register/credits/" + id_of(first) + "?wait=20s");
  EXPECT_EQ(later.status, 200);
  EXPECT_NE(later.body.find("\"confirmed\""), std::string::npos) << later.body;
  EXPECT_EQ(ask("/v1/register/credits/" + id_of(first) + "?wait=1h").status, 400);
  EXPECT_EQ(ask("/v1/register/credits/sc_aaaaaaaaaaaaaaaaaaaaaaa?wait=5s").status, 404);
}

TEST_F(Desk, StreamTellsWhatHappenedSinceAndGoesOnWhereItEnded) {
  start();
  Answer begin = ask("/v1/register/events");
  ASSERT_EQ(begin.status, 200);
  std::size_t at = begin.body.find("id: ");
  ASSERT_NE(at, std::string::npos) << begin.body;
  std::string id = begin.body.substr(at + 4, begin.body.find('\n', at) - at - 4);
  std::string ref = id_of(submit(credit("T1")));
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  Answer events = ask("/v1/register/events", {{"Last-Event-ID", id}});
  EXPECT_NE(events.body.find("event: credit"), std::string::npos) << events.body;
  EXPECT_NE(events.body.find(ref), std::string::npos);
  EXPECT_NE(events.body.find("\"confirmed\""), std::string::npos);
  EXPECT_EQ(ask("/v1/register/events?after=soon").status, 400);
}

TEST_F(Desk, WhoWaitsIsAnsweredWhenTheHubStops) {
  start();
  std::string request = " HTTP/1.1\r\nHost: h\r\nAuthorization: " + hub_->authorization()[0].second + "\r\n\r\n";
  std::string begin = ask("/v1/register/events").body;
  std::size_t at = begin.find("id: ");
  request.insert(0, "GET /v1/register/events?after=" + begin.substr(at + 4, begin.find('\n', at) - at - 4));
  Poco::Net::StreamSocket waits(Poco::Net::SocketAddress(hub_->registers().substr(7)));
  waits.sendBytes(request.data(), static_cast<int>(request.size()));
  ASSERT_EQ(ask("/v1/register/events").status, 200) << "it came later, so the other is with the hub by now";
  stop();
  char answer[4096] = {};
  int size = 0;
  for (int got = 1; got > 0; size += got)
    got = waits.receiveBytes(answer + size, static_cast<int>(sizeof answer) - size);
  EXPECT_TRUE(std::string_view(answer).starts_with("HTTP/1.1 200 ")) << answer;
}

TEST_F(Desk, StreamHasOneContentType) {
  start();
  Answer whole = support::send_raw(hub_->registers(),
                                   "GET /v1/register/events HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                                   "Authorization: " +
                                       hub_->authorization()[0].second + "\r\n\r\n");
  EXPECT_NE(whole.body.find("Content-Type: text/event-stream\r\n"), std::string::npos) << whole.body;
  EXPECT_EQ(whole.body.find("Content-Type:"), whole.body.rfind("Content-Type:")) << whole.body;
}

TEST_F(Desk, StreamSaysWhichIdIsNone) {
  start();
  EXPECT_NE(ask("/v1/register/events?after=-1").body.find("after: write the id"), std::string::npos);
  Answer header = ask("/v1/register/events", {{"Last-Event-ID", "-1"}});
  EXPECT_EQ(header.status, 400);
  EXPECT_NE(header.body.find("Last-Event-ID: write the id"), std::string::npos) << header.body;
}

TEST_F(Desk, ApprovalIsAnsweredThoughNobodyElseOfItsTokenMayWait) {
  config_.extra = "[ceilings]\nper_credit = [\"20.00 USD\"]\n";
  start();
  support::Headers supervisor = token("--role supervisor --store S14");
  std::string ref = id_of(submit(credit("T1")));
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"held"}; }));
  support::HttpClient client(hub_->registers());
  std::string begin = client.get("/v1/register/events", supervisor).body;
  std::size_t at = begin.find("id: ");
  std::string stream = "/v1/register/events?after=" + begin.substr(at + 4, begin.find('\n', at) - at - 4);
  std::vector<Poco::Net::StreamSocket> open;
  auto fill = [&] {
    std::string request =
        "GET " + stream + " HTTP/1.1\r\nHost: h\r\nAuthorization: " + supervisor[0].second + "\r\n\r\n";
    while (open.size() < 500) {
      open.emplace_back(Poco::Net::SocketAddress(hub_->registers().substr(7)));
      open.back().sendBytes(request.data(), static_cast<int>(request.size()));
    }
    support::HttpClient impatient(hub_->registers(), std::chrono::seconds(2));
    return eventually([&] { return impatient.get(stream, supervisor).status == 503; });
  };
  ASSERT_TRUE(fill());
  EXPECT_EQ(client.get("/v1/register/credits/" + ref, supervisor).status, 200) << "it does not wait";
  EXPECT_EQ(client.get("/v1/register/credits/" + ref + "?wait=1s", hub_->authorization()).status, 200)
      << "another token";
  open.clear();
  EXPECT_TRUE(
      eventually([&] { return client.get("/v1/register/credits/" + ref + "?wait=1s", supervisor).status == 200; },
                 std::chrono::seconds(10)));
  ASSERT_TRUE(fill());
  Answer approved = client.post("/v1/register/credits/" + ref + "/approve", "{}", supervisor);
  EXPECT_EQ(approved.status, 200) << approved.body;
  EXPECT_NE(approved.body.find(ref), std::string::npos) << approved.body;
}

TEST_F(Desk, ApprovalThatIsRepeatedByItsPersonIsToldHowTheCreditStands) {
  config_.extra = "[ceilings]\nper_credit = [\"20.00 USD\"]\n";
  start();
  std::string ref = id_of(submit(credit("T1")));
  support::Headers kim = token("--role supervisor --name kim"), lee = token("--role supervisor --name lee");
  support::HttpClient client(hub_->registers());
  auto approve = [&](const support::Headers& who) {
    return client.post("/v1/register/credits/" + ref + "/approve", "{}", who);
  };
  for (int i = 0; i < 2; ++i) {  // the first answer was lost
    Answer answer = approve(kim);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_NE(answer.body.find("confirmed"), std::string::npos) << answer.body;
  }
  EXPECT_EQ(approve(lee).status, 409) << "it was another's";
}

TEST_F(Desk, CreditThatIsAnothersAlreadyIsNotPromised) {
  config_.extra = "[stores.S14]\nlocale = \"de\"\n[messages.de]\nanother_customer = \"Gehört schon jemand anderem.\"\n";
  start();
  std::string bobs = credit("T2");
  bobs.replace(bobs.find("ada@"), 4, "bob@");
  submit(bobs);
  EXPECT_NE(submit(credit("T1")).body.find("confirmed"), std::string::npos);
  bobs.replace(bobs.find("T2"), 2, "T1");
  Answer answer = submit(bobs);
  EXPECT_NE(answer.body.find(
                R"("decision":"manual_link","reason":"under_review","instruction":"Gehört schon jemand anderem.")"),
            std::string::npos)
      << answer.body;
}

TEST_F(Desk, CancellationIsPendingUntilTheValueIsGoneAndSaysWhatWasSpent) {
  start();
  std::string ref = id_of(submit(credit("T1")));
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; })) << log();
  const boost::json::value voucher = sandbox_.get("/ledger/voucherify").at("vouchers").as_array().at(0);
  sandbox_.post("/voucherify/redeem",
                R"({"code":")" + std::string(voucher.at("code").as_string()) + R"(","amount_minor":700})");
  sandbox_.post("/faults", R"({"vendor":"voucherify","match":{},"mode":"outage"})");
  std::string cancellation = R"({"transaction":"T1","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
  for (std::string pending :
       {post("/v1/register/cancellations", cancellation).body, ask("/v1/register/credits/" + ref).body}) {
    EXPECT_NE(pending.find(R"("status":"accepted","decision":"hold","reason":"cancelling")"), std::string::npos)
        << pending;
    EXPECT_NE(pending.find("Pay nothing out"), std::string::npos) << pending;
  }
  sandbox_.heal();
  for (std::string done :
       {ask("/v1/register/credits/" + ref + "?wait=30s").body, post("/v1/register/cancellations", cancellation).body}) {
    EXPECT_NE(done.find(R"("status":"rejected","reason":"spent")"), std::string::npos) << done;
    EXPECT_NE(done.find("(7.00 USD)"), std::string::npos) << done;
  }
}

TEST_F(Desk, CancellationSaysWhetherItWasTakenBackAlready) {
  start();
  ASSERT_EQ(submit(credit("T1")).status, 201);
  for (const char* transaction : {"T1", "T2"}) {  // the second comes before its credit
    std::string cancellation = R"({"transaction":")" + std::string(transaction) +
                               R"(","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
    for (const char* said : {R"("duplicate":false)", R"("duplicate":true)"})
      EXPECT_NE(post("/v1/register/cancellations", cancellation).body.find(said), std::string::npos)
          << transaction << said;
  }
}

TEST_F(Desk, GoodwillKeyOfAnotherStoresCreditIsRefused) {
  start();
  int code = 0;
  std::string give = "credits issue --amount '12.00 USD' --reason late --email ada@example.com --key K1 --store ";
  EXPECT_NE(handoff(give + "S14", code).find("is on its way"), std::string::npos);
  std::string said = handoff(give + "S15", code);
  EXPECT_EQ(code, 3) << said;
  EXPECT_NE(said.find("key: K1 is another store's credit already"), std::string::npos) << said;
  EXPECT_EQ(states().size(), 1u);
}

/// Ceilings are per store and day (M9): a spelling of a store's own would have a ceiling of its own.
TEST_F(Desk, GoodwillOfAStoreThatIsNoneOrOfADayThatHasPassedIsRefusedUnlessItIsKnown) {
  config_.extra = "[stores.S14]\n";
  start();
  auto give = [&](const std::string& store, const std::string& expires_at) {
    return support::HttpClient(hub_->admin())
        .post("/v1/credits",
              R"({"key":"K1","store":")" + store + R"(","amount":"12.00","currency":"USD","reason":"late",)" +
                  R"("customer":{"email":"ada@example.com"},"expires_at":")" + expires_at + "\"}",
              hub_->authorization());
  };
  Answer answer = give("s14", "2099-01-01T00:00:00Z");
  EXPECT_EQ(answer.status, 400) << answer.body;
  EXPECT_NE(answer.body.find("has no [stores.s14]"), std::string::npos) << answer.body;
  answer = give("S14", "2020-01-01T00:00:00Z");
  EXPECT_EQ(answer.status, 400) << answer.body;
  EXPECT_NE(answer.body.find("has passed; nobody could spend this credit"), std::string::npos) << answer.body;
  EXPECT_TRUE(states().empty());
  EXPECT_EQ(give("S14", "2099-01-01T00:00:00Z").status, 201);
  stop();
  config_.extra = "[stores.S15]\n";
  start();
  EXPECT_EQ(give("S14", "2099-01-01T00:00:00Z").status, 200) << "who asks again hears how it stands";
}

TEST_F(Desk, CashierReadsTheStoresLanguageAndTheStoresDecision) {
  config_.extra =
      "[stores.S14]\nlocale = \"de-AT\"\notherwise = \"supervisor\"\n"
      "[messages.de]\nsupervisor = \"Bitte die Filialleitung rufen.\"\n";
  start();
  std::string walk_in = credit("T1");
  walk_in.replace(walk_in.find(R"({"email")"), std::string::npos, "{}}");
  Answer answer = submit(walk_in);
  EXPECT_NE(answer.body.find("\"supervisor\""), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find("Bitte die Filialleitung rufen."), std::string::npos) << answer.body;
}

TEST_F(Desk, StoreLinksWhatItsRouteOrTheStoreItselfLeavesToIt) {
  auto walk_in = [](const std::string& store, const std::string& transaction) {
    std::string out = credit(transaction);
    out.replace(out.find(R"({"email")"), std::string::npos, "{}}");
    return out.replace(out.find("S14"), 3, store);
  };
  auto said = [&](const std::string& store, const std::string& transaction) {
    boost::json::value answer = boost::json::parse(submit(walk_in(store, transaction)).body);
    EXPECT_EQ(answer.at("reason"), "no_identifier");
    return std::string(answer.at("decision").as_string()) + ": " + std::string(answer.at("instruction").as_string());
  };
  const std::string links = "manual_link: Give the customer the receipt; the store links the credit today.";
  const std::string holds =
      "hold: Accepted, but somebody looks into it before it arrives. Give the customer the receipt.";
  config_.confirm = R"({ deadline = "10s", otherwise = "manual_link" })";
  config_.extra = "[stores.S14]\n[stores.S15]\notherwise = \"hold\"\n";
  start();
  EXPECT_EQ(said("S14", "T1"), links) << "the route's";
  EXPECT_EQ(said("S15", "T2"), holds) << "the store's";
  stop();
  config_.confirm = R"({ deadline = "10s", otherwise = "hold" })";
  config_.extra = "[stores.S14]\notherwise = \"manual_link\"\n[stores.S15]\n";
  start();
  EXPECT_EQ(said("S14", "T3"), links) << "the store's";
  EXPECT_EQ(said("S15", "T4"), holds) << "the route's";
  int code = 0;
  std::string linked = handoff("case link 1 --email ada@example.com", code);
  EXPECT_EQ(code, 0) << linked;
  std::string repeat = walk_in("S14", "T1");
  EXPECT_TRUE(eventually([&] { return submit(repeat).body.contains("confirmed"); }));
}

TEST_F(Desk, CreditThatNoRouteFitsIsNotPromised) {
  start();
  std::string promo = credit("T1");
  promo.replace(promo.find("\"amount\""), 0, "\"balance_type\":\"promo\",");
  Answer answer = submit(promo);
  EXPECT_EQ(answer.status, 201) << answer.body;
  EXPECT_NE(answer.body.find("\"no_route\""), std::string::npos) << answer.body;
  EXPECT_NE(answer.body.find("it does not go on by itself"), std::string::npos) << answer.body;
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"held"}; }));
  EXPECT_NE(submit(promo).body.find("it does not go on by itself"), std::string::npos);
}

TEST_F(Desk, CreditOfADayThatNobodyMeansIsRefused) {
  start();
  std::string old = credit("T1");
  old.replace(old.find("2026-11-23"), 10, "1926-11-23");
  Answer answer = submit(old);
  EXPECT_EQ(answer.status, 400) << answer.body;
  EXPECT_NE(answer.body.find("1926-11-23 is more than 3650 days ago"), std::string::npos) << answer.body;
  EXPECT_TRUE(states().empty());
}

TEST_F(Desk, GoodwillGoesThroughTheWholeChainOnce) {
  start();
  int code = 0;
  std::string give =
      "credits issue --store S14 --amount '12.00 USD' --reason 'late delivery' --email ada@example.com --key K1";
  std::string said = handoff(give, code);
  ASSERT_EQ(code, 0) << said;
  EXPECT_NE(said.find("is on its way"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  handoff(give, code);
  EXPECT_EQ(states().size(), 1u);
  EXPECT_EQ(agree(1), 0);
  said = handoff(
      "credits issue --store S14 --amount '1.00 USD' --reason x --balance-type promo --email ada@example.com --key K2",
      code);
  EXPECT_EQ(code, 1) << said;
  EXPECT_NE(said.find("is held (key K2): no route takes"), std::string::npos) << said;
  EXPECT_NE(handoff("credits issue --store S14 --amount 12 --reason x", code).find("currency"), std::string::npos);
  EXPECT_EQ(code, 2);
}

TEST_F(Desk, GoodwillThatWaitsForAPersonIsSaidToWhateverRoleAsks) {
  start();
  int code = 0;
  std::string made = handoff("token create --role supervisor --store S14", code);
  std::size_t at = made.find("htk_");
  std::string give = "credits issue --store S14 --reason late --amount '12.00 USD' --email nobody@example.org --key ";
  std::string said = handoff(give + "K1", code);
  EXPECT_EQ(code, 1) << said;
  EXPECT_TRUE(said.contains("is unresolved (key K1), case 1: ")) << said;
  said = handoff(give + "K2", code, made.substr(at, made.find('\n', at) - at));
  EXPECT_EQ(code, 1) << said;
  EXPECT_TRUE(said.contains("waits for a person (key K2), no_match: ")) << said;
}

TEST_F(Desk, GoodwillAboveACeilingIsTakenBackByARefusal) {
  config_.extra = "[ceilings]\nper_credit = [\"20.00 USD\"]\n";
  start();
  int code = 0;
  std::string give = "credits issue --store S14 --reason late --email ada@example.com --amount ";
  std::string said = handoff(give + "'1200.00 USD' --key K1", code);
  EXPECT_EQ(code, 1) << "it waits for a person: " << said;
  EXPECT_TRUE(said.contains("is held (key K1), case 1: ") && said.contains("is above the ceiling of 20.00 USD"))
      << said;
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"held"}; }));
  std::string cases = handoff("cases", code);
  EXPECT_NE(cases.find("handoff case refuse 1 --reason TEXT"), std::string::npos) << cases;
  EXPECT_EQ(cases.find("at its source"), std::string::npos) << "it has none but people\n" << cases;
  EXPECT_NE(handoff("case approve 1", code).find("another person must approve"), std::string::npos);
  EXPECT_EQ(code, 3);
  said = handoff("case refuse 1 --reason 'typed twice'", code);
  EXPECT_EQ(code, 0) << said;
  EXPECT_EQ(states(), std::vector<std::string>{"closed"});
  said = handoff(give + "'1200.00 USD' --key K1", code);
  EXPECT_EQ(code, 1) << said;
  EXPECT_TRUE(said.contains("is cancelled (key K1): it will not arrive")) << said;
  EXPECT_NE(handoff("cases", code).find("No open cases."), std::string::npos);
  EXPECT_NE(handoff("trace K1", code).find("typed twice"), std::string::npos) << handoff("trace K1", code);
  EXPECT_NE(handoff("cases --all", code).find("cancelled by the source: typed twice"), std::string::npos)
      << handoff("cases --all", code);
  handoff(give + "'30.00 USD' --key K2", code);
  ASSERT_TRUE(eventually([&] { return handoff("cases", code).find("case approve 2") != std::string::npos; }));
  std::string made = handoff("token create --role supervisor --store S14", code);
  std::size_t at = made.find("htk_");
  said = handoff("case approve 2", code, made.substr(at, made.find('\n', at) - at));
  EXPECT_EQ(code, 0) << said;
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "closed"}; }));
  said = store("verify", code);
  EXPECT_EQ(code, 0) << said;
}

TEST_F(Desk, GoodwillThatWasAMistakeIsTakenBackEverywhere) {
  start();
  int code = 0;
  std::string said =
      handoff("credits issue --store S14 --reason late --email ada@example.com --amount '12.00 USD' --key K1", code);
  std::string ref = said.substr(0, said.find(' '));
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; })) << said;
  std::string made = handoff("token create --role supervisor --store S15", code);
  std::size_t at = made.find("htk_");
  said = handoff("credits cancel " + ref + " --reason x", code, made.substr(at, made.find('\n', at) - at));
  EXPECT_EQ(code, 3);
  EXPECT_NE(said.find("store S15 has no credit " + ref), std::string::npos) << said;
  said = handoff("credits cancel " + ref + " --reason 'it was not late'", code);
  EXPECT_EQ(code, 0) << said;
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"closed"}; }))
      << handoff("trace " + ref, code);
  EXPECT_NE(handoff("trace " + ref, code).find("it was not late"), std::string::npos) << handoff("trace " + ref, code);
  std::int64_t spendable = 0;
  const boost::json::value ledger = sandbox_.get("/ledger/voucherify");
  for (const boost::json::value& voucher : ledger.at("vouchers").as_array())
    if (voucher.at("active").as_bool()) spendable += voucher.at("balance_minor").as_int64();
  EXPECT_EQ(spendable, 0) << ledger;
  EXPECT_NE(handoff("credits cancel " + ref + " --reason again", code).find("is closed already"), std::string::npos);
  EXPECT_EQ(code, 3);
  std::string of_a_register = id_of(submit(credit("T1")));
  EXPECT_NE(handoff("credits cancel " + of_a_register + " --reason x", code).find("was not given by hand"),
            std::string::npos);
  EXPECT_EQ(code, 3);
  said = store("verify", code);
  EXPECT_EQ(code, 0) << said;
}

TEST_F(Desk, CashierReadsWhyItIsRefusedInTheStoresLanguage) {
  config_.extra =
      "[stores.S14]\nlocale = \"de-AT\"\n[messages.de]\nrejected = \"Nicht ausgeben.\"\n"
      "[messages.de-AT]\nconflict = \"Beleg schon mit anderem Betrag bekannt.\"\n";
  start();
  submit(credit("T1"));
  std::string other = credit("T1");
  other.replace(other.find("25.00"), 5, "26.00");
  Answer answer = submit(other);
  EXPECT_EQ(answer.status, 422);
  EXPECT_NE(answer.body.find(R"("instruction":"Beleg schon mit anderem Betrag bekannt.")"), std::string::npos)
      << answer.body;
}

}  // namespace handoff::integration
