// What a register may not send: a 4xx that says why, and nothing stored (FAULTS S10).

#include "tests/integration/journey.hpp"
#include "tests/integration/register_contract.hpp"

namespace handoff::integration {

class Register : public Journey {
 protected:
  void SetUp() override { start(); }

  static std::string with(const std::string& from, const std::string& to) {
    std::string out = credit("T1");
    out.replace(out.find(from), from.size(), to);
    return out;
  }

  void refused(const std::string& body, int status, const std::string& says) {
    Answer answer = submit(body);
    EXPECT_EQ(answer.status, status) << body.substr(0, 200) << "\n" << answer.body << answer.error;
    EXPECT_NE(answer.body.find(says), std::string::npos) << body.substr(0, 200) << "\n" << answer.body;
  }

  void nothing_stored() { EXPECT_TRUE(states().empty()); }
};

TEST_F(Register, MoneyThatIsNoPlainDecimalIsRefused) {
  refused(with("\"25.00\"", "\"1e2\""), 400, "amount");
  refused(with("\"25.00\"", "\"10.005\""), 400, "amount");
  refused(with("\"25.00\"", "25.00"), 400, "amount");
  refused(with("\"25.00\"", "\"-25.00\""), 400, "amount");
  refused(with("\"25.00\"", "\"0.00\""), 400, "amount");
  refused(with("\"25.00\"", "\" 25.00\""), 400, "amount");
  refused(with("\"25.00\"", "\"92233720368547758.08\""), 400, "amount");
  refused(with("\"25.00\"", "1e400"), 400, "");
  nothing_stored();
}

TEST_F(Register, IdentifiersThatNobodyCanHaveTypedAreRefused) {
  const std::string email = "\"" + std::string("ada@example.com") + "\"";
  for (const char* garbage : {R"("a\u0000b@example.com")", R"("\u202eada@example.com")", R"("\ud83d@example.com")",
                              "\"ada\U0001F600@example.com\"", "[]", "7"})
    refused(with(email, garbage), 400, "");
  refused(with(email, "\"" + std::string(10'000, 'x') + "\""), 400, "email");
  nothing_stored();
}

TEST_F(Register, UnknownCurrencyIsRefused) {
  refused(with("\"USD\"", "\"XXQ\""), 400, "currency");
  refused(with("\"USD\"", "\"usd\""), 400, "currency");
  refused(with("\"USD\"", "840"), 400, "currency");
  nothing_stored();
}

TEST_F(Register, JsonThatIsBrokenDeepLargeOrAmbiguousIsRefused) {
  refused("{\"transaction\":", 400, "byte");
  refused("", 400, "");
  refused("[]", 400, "object");
  refused(with("\"T1\"", std::string(20, '[') + std::string(20, ']')), 400, "");
  refused(with("\"T1\"", "\"T1\",\"transaction\":\"T2\""), 400, "transaction");
  refused(with("\"amount\"", "\"amuont\""), 400, "amuont");
  refused(with("\"T1\"", "\"\xff\xfe\""), 400, "");
  refused(with("\"T1\"", "\"" + std::string(129, 'x') + "\""), 400, "transaction");
  refused(with("\"2026-11-23\"", "\"2026-02-30\""), 400, "business_date");
  refused(with("\"T1\"", "\"" + std::string(70'000, 'x') + "\""), 413, "");
  nothing_stored();
}

TEST_F(Register, HttpThatIsNoHttpIsRefused) {
  const std::string head = "POST /v1/register/credits HTTP/1.1\r\nHost: handoff\r\n";
  EXPECT_EQ(support::send_raw(hub_->registers(), "HELO handoff\r\n\r\n").status, 400);
  EXPECT_EQ(support::send_raw(hub_->registers(), head + "Content-Length: -1\r\n\r\n").status, 400);
  EXPECT_EQ(support::send_raw(hub_->registers(), head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}").status,
            400);
  EXPECT_EQ(
      support::send_raw(hub_->registers(), head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}").status,
      400);
  EXPECT_EQ(support::send_raw(hub_->registers(), head + "X: " + std::string(20'000, 'x') + "\r\n\r\n").status, 431);
  nothing_stored();
}

TEST_F(Register, WhatTheServerRefusesIsInTheFileForEachOperation) {
  const RegisterContract& file = RegisterContract::of_the_file();
  for (std::string operation : file.operations()) {
    std::size_t space = operation.find(' '), id = operation.find("{id}");
    std::string method = operation.substr(0, space), path = operation.substr(space + 1);
    if (id != std::string::npos) path.replace(id - space - 1, 4, "sc_aaaaaaaaaaaaaaaaaaaaaaa");
    std::string head = method + " " + path + " HTTP/1.1\r\nHost: handoff\r\n";
    for (const auto& [more, status] :
         {std::pair<std::string, int>("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
          {"Content-Length: 70000\r\n\r\n", 413},
          {"Expect: foo\r\n\r\n", 417},
          {"X: " + std::string(20'000, 'x') + "\r\n\r\n", 431}}) {
      Answer answer = support::send_raw(hub_->registers(), head + more);
      EXPECT_EQ(answer.status, status) << operation;
      answer.body.erase(0, answer.body.find("\r\n\r\n") + 4);  // as it came, head and all
      EXPECT_EQ(file.judge(method, path, "", answer), "");
    }
    for (int status : {408, 503})  // too slow, too many at once
      EXPECT_EQ(file.judge(method, path, "", {status, R"({"error":{"code":"c","message":"m"}})", ""}), "");
  }
}

TEST_F(Register, MovementInAnotherStoreIsTakenAndTellsNothingOfTheCredit) {
  std::string ref(boost::json::parse(submit(credit("T1")).body).at("id").as_string());
  int code = 0;
  std::string said = handoff("token create --role register --store S99", code);
  std::size_t at = said.find("htk_");
  support::Headers foreign = {{"Authorization", "Bearer " + said.substr(at, said.find('\n', at) - at)}};
  support::HttpClient client(hub_->registers());
  auto moved = [&](const std::string& credit, const support::Headers& who) {
    return client.post("/v1/register/movements", R"({"event":"redeemed","store":"S99","credit":")" + credit + "\"}",
                       who);
  };
  EXPECT_NE(moved(ref, hub_->authorization()).body.find(ref), std::string::npos) << "a token of all stores";
  Answer answer = moved(ref, foreign);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"id":"","status":"accepted","instruction":"","duplicate":false})");
  answer = moved("sc_aaaaaaaaaaaaaaaaaaaaaaa", foreign);
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find(R"("error":{"code":"no_such_credit")"), std::string::npos) << answer.body;
}

TEST_F(Register, BlankAtAnEndMakesNoSecondCreditOfOneSale) {
  ASSERT_EQ(submit(credit("T1")).status, 201);
  for (const char* blank : {" ", "\u00A0", "\u3000", "\u200B"}) {
    refused(with("\"T1\"", "\"T1" + std::string(blank) + "\""), 400, "transaction: begins or ends with a blank");
    refused(with("\"R2\"", "\"" + std::string(blank) + "R2\""), 400, "terminal: begins or ends with a blank");
    refused(with("\"S14\"", "\"S14" + std::string(blank) + "\""), 400, "store: begins or ends with a blank");
    refused(with("\"T1\"", "\"T1\",\"line\":\"1" + std::string(blank) + "\""), 400,
            "line: begins or ends with a blank");
  }
  support::HttpClient client(hub_->registers());
  auto post = [&](const std::string& path, const std::string& body) {
    return client.post("/v1/register/" + path, body, hub_->authorization()).body;
  };
  const std::string says = "begins or ends with a blank";
  EXPECT_TRUE(post("batches", R"({"credits":[)" + with("\"T1\"", "\"T1 \"") + "]}").contains(says));
  EXPECT_TRUE(
      post("cancellations", R"({"transaction":"T1 ","business_date":"2026-11-23","store":"S14","terminal":"R2"})")
          .contains(says));
  EXPECT_TRUE(post("confirmations", with("\"T1\"", R"("T1 ","instrument":{"id":"v_1"})")).contains(says));
  EXPECT_TRUE(
      post("movements", R"({"event":"redeemed","store":"S14 ","credit":"sc_aaaaaaaaaaaaaaaaaaaaaaa"})").contains(says));
  EXPECT_EQ(states().size(), 1u);
}

TEST_F(Register, AnotherMethodThanThePathsIsRefusedWithTheOneItHas) {
  auto ask = [&](const std::string& method, const std::string& path, bool known = true) {
    std::string who = known ? "Authorization: " + hub_->authorization().front().second + "\r\n" : "";
    return support::send_raw(hub_->registers(), method + " /v1/register/" + path +
                                                    " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + who + "\r\n")
        .body;
  };
  for (const char* method : {"HEAD", "OPTIONS", "PUT", "GET", "DELETE"}) {
    std::string said = ask(method, "credits");
    EXPECT_TRUE(said.contains("405 Method Not Allowed") && said.contains("Allow: POST\r\n")) << method << said;
  }
  for (const char* path : {"events", "credits/sc_aaaaaaaaaaaaaaaaaaaaaaa"})
    EXPECT_TRUE(ask("POST", path).contains("Allow: GET\r\n")) << path;
  EXPECT_TRUE(ask("GET", "credits/sc_aaaaaaaaaaaaaaaaaaaaaaa/approve").contains("Allow: POST\r\n"));
  EXPECT_TRUE(ask("PUT", "secret").contains("404 Not Found"));
  EXPECT_TRUE(ask("PUT", "credits", false).contains("WWW-Authenticate: Bearer\r\n"));
}

TEST_F(Register, EventIdsAndTimesAreDigits) {
  support::HttpClient client(hub_->registers());
  for (const char* query : {"events?after=1.0", "events?after=-1", "events?after=1-0.0", "events?after=1-",
                            "credits/sc_aaaaaaaaaaaaaaaaaaaaaaa?wait=1.0s"})
    EXPECT_EQ(client.get("/v1/register/" + std::string(query), hub_->authorization()).status, 400) << query;
}

TEST_F(Register, StrangersAreRefused) {
  support::HttpClient client(hub_->registers());
  EXPECT_EQ(client.post("/v1/register/credits", credit("T1")).status, 401);
  EXPECT_EQ(client.post("/v1/register/credits", credit("T1"), {{"Authorization", "Bearer htk_wrong"}}).status, 401);
  EXPECT_EQ(client.get("/v1/register/credit", hub_->authorization()).status, 404);
  nothing_stored();
  int code = 0;
  std::string status = handoff("status", code);
  EXPECT_NE(status.find("register listener: 401 unauthorized, 2 times since the start, the last "), std::string::npos)
      << status;
  EXPECT_NE(status.find("register listener: 404 no_such_path, 1 time since"), std::string::npos) << status;
  EXPECT_NE(log().find("refused at the register listener: 401 unauthorized, from 127.0.0.1"), std::string::npos)
      << log();
}

TEST_F(Register, TokenOfAnotherStoreSaysAndSeesNothingOfThisOne) {
  Answer own = submit(credit("T0"));
  ASSERT_EQ(own.status, 201);
  int code = 0;
  std::string said = handoff("token create --role register --store S99", code);
  std::size_t at = said.find("htk_");
  ASSERT_NE(at, std::string::npos) << said;
  support::Headers foreign = {{"Authorization", "Bearer " + said.substr(at, said.find('\n', at) - at)}};
  support::HttpClient client(hub_->registers());
  std::string ref(boost::json::parse(own.body).at("id").as_string());
  std::string of_store = R"({"transaction":"T0","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
  for (const auto& [path, body] :
       {std::pair<std::string, std::string>("credits", credit("T1")), {"cancellations", of_store}}) {
    Answer answer = client.post("/v1/register/" + path, body, foreign);
    EXPECT_EQ(answer.status, 403) << path << answer.body;
    EXPECT_NE(answer.body.find("this token speaks for store S99 only"), std::string::npos) << answer.body;
  }
  Answer batch = client.post("/v1/register/batches", R"({"credits":[)" + credit("T2") + "]}", foreign);
  EXPECT_NE(batch.body.find(R"("http":403,"reason":"other_store")"), std::string::npos) << batch.body;
  EXPECT_EQ(client.get("/v1/register/credits/" + ref, foreign).status, 404);
  EXPECT_EQ(client.post("/v1/register/credits/" + ref + "/approve", "{}", foreign).status, 403);
  EXPECT_EQ(states().size(), 1u);
  std::string its_own = credit("T3");
  EXPECT_EQ(client.post("/v1/register/credits", its_own.replace(its_own.find("S14"), 3, "S99"), foreign).status, 201);
  std::string news = client.get("/v1/register/events?after=0", foreign).body;
  EXPECT_NE(news.find("T3"), std::string::npos) << news;
  EXPECT_EQ(news.find(ref), std::string::npos) << news;
}

TEST_F(Register, StoreThatNobodyConfiguredIsATypingErrorUnlessItsCreditIsKnown) {
  ASSERT_EQ(submit(credit("T1")).status, 201);
  stop();
  config_.extra = "[stores.S114]\n[stores.S15]\n";
  start();
  support::HttpClient registers(hub_->registers());
  Answer answer = submit(credit("T2"));
  EXPECT_EQ(answer.status, 400) << answer.body;
  EXPECT_TRUE(
      answer.body.contains(R"("unknown_store","message":"store: the hub's configuration has no [stores.S14]; did you)"))
      << answer.body;
  EXPECT_TRUE(answer.body.contains("S114")) << answer.body;
  std::string cancels = R"({"transaction":"T2","business_date":"2026-11-23","store":"S14","terminal":"R2"})";
  EXPECT_EQ(registers.post("/v1/register/cancellations", cancels, hub_->authorization()).status, 400);
  EXPECT_EQ(submit(credit("T1")).status, 200) << "it was given out before the store was taken out";
  std::string own = credit("T3");
  EXPECT_EQ(submit(own.replace(own.find("S14"), 3, "S15")).status, 201);
  EXPECT_EQ(states().size(), 2u);
}

TEST_F(Register, CreditThatHasRunOutAndDaysThatHaveNotComeAreRefused) {
  std::string over = credit("T1");
  over.insert(1, R"("expires_at":"2020-01-01T00:00:00Z",)");
  Answer answer = submit(over);
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(answer.body.contains("expires_at: 2020-01-01T00:00:00Z has passed")) << answer.body;
  support::HttpClient registers(hub_->registers());
  std::string of_another_century = R"({"transaction":"T2","business_date":"2126-11-27","store":"S14","terminal":"R2"})";
  EXPECT_EQ(registers.post("/v1/register/cancellations", of_another_century, hub_->authorization()).status, 400);
  EXPECT_TRUE(states().empty());
}

TEST_F(Register, SameTransactionWithOtherMoneyIsQuarantined) {
  ASSERT_EQ(submit(credit("T1")).status, 201);
  refused(with("\"25.00\"", "\"26.00\""), 422, "25.00");
  EXPECT_EQ(submit(credit("T1")).status, 200);
  EXPECT_EQ(states().size(), 1u);
}

}  // namespace handoff::integration
