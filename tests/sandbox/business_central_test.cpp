#include "vendor_fixture.hpp"

namespace sandbox::test {

TEST_F(BusinessCentralSandbox, GivesATokenOnlyForTheRightSecretAndAScope) {
  const auto ask = [&](const std::string& form) {
    return send("business_central", "POST", "/tenant/oauth2/v2.0/token", form);
  };
  const std::string good = "grant_type=client_credentials&client_id=bc-client&client_secret=";
  EXPECT_EQ(ask(good + "wrong&scope=x").status, 401);
  EXPECT_EQ(ask(good + "wrong&scope=x").body["error"].text(), "invalid_client");
  EXPECT_EQ(ask(good + "bc-secret").status, 400);
  EXPECT_EQ(ask("grant_type=password").body["error"].text(), "unsupported_grant_type");
  EXPECT_EQ(ask(good + "bc-secret&scope=x").body["expires_in"].integer(), 3599);
}

TEST_F(BusinessCentralSandbox, RefusesATokenAfterItsLife) {
  EXPECT_EQ(call("GET", "/companies").status, 200);
  world_.clock().advance_ms(3'600'000);
  const auto late = call("GET", "/companies");
  EXPECT_EQ(late.status, 401);
  EXPECT_EQ(late.body["error"]["code"].text(), "Authentication_InvalidCredentials");
}

TEST_F(BusinessCentralSandbox, FiltersCustomersWithDoubledQuotes) {
  const auto answer = call("GET", company() + "/customers?$filter=displayName%20eq%20'Chlo%C3%A9%20O''Hara-%C5%81uk'");
  ASSERT_EQ(answer.body["value"].items().size(), 1U);
  EXPECT_EQ(answer.body["value"].items()[0]["email"].text(), "chloe@example.com");
  EXPECT_EQ(
      call("GET", company() + "/customers?$filter=phoneNumber%20eq%20'%2B12025550104'%20and%20number%20eq%20'C10003'")
          .body["value"]
          .items()
          .size(),
      1U);
  EXPECT_EQ(call("GET", company() + "/customers?$filter=nope%20eq%20'x'").status, 400);
  EXPECT_EQ(call("GET", company() + "/customers?$filter=email").status, 400);
}

TEST_F(BusinessCentralSandbox, KeepsDecimalsExactly) {
  const std::string path = journal("A");
  const auto line = add_line(path, "SC-1", "-20.10");
  EXPECT_EQ(line.status, 201);
  EXPECT_EQ(line.body["amount"].number_text(), "-20.10");
  EXPECT_EQ(add_line(path, "SC-1", "-20.105").status, 400);
  EXPECT_EQ(add_line(path, "SC-1", "\"-20.10\"").status, 400);
}

TEST_F(BusinessCentralSandbox, RefusesLinesThatDoNotFitItsFields) {
  const std::string path = journal("A");
  const auto late = add_line(path, "A-DOCUMENT-NUMBER-TOO-LONG", "-1.00");
  EXPECT_EQ(late.status, 400);
  EXPECT_EQ(late.body["error"]["code"].text(), "Application_StringExceededLength");
  EXPECT_EQ(call("POST", path + "/journalLines", R"({"accountNumber":"2450","nope":1})").status, 400);
  EXPECT_EQ(call("POST", path + "/journalLines", "{").status, 400);
}

TEST_F(BusinessCentralSandbox, RefusesASecondJournalWithTheSameCode) {
  journal("HANDOFF");
  const auto again = call("POST", company() + "/journals", R"({"code":"HANDOFF"})");
  EXPECT_EQ(again.body["error"]["code"].text(), "Internal_EntityWithSameKeyExists");
  EXPECT_EQ(call("GET", company() + "/journals?$filter=code%20eq%20'HANDOFF'").body["value"].items().size(), 1U);
}

TEST_F(BusinessCentralSandbox, ShowsTheAccountsThatABookingNeeds) {
  EXPECT_EQ(call("GET", company() + "/accounts").body["value"].items().size(), 2U);
  const auto one = call("GET", company() + "/accounts?$filter=number%20eq%20'2450'").body["value"];
  ASSERT_EQ(one.items().size(), 1U);
  EXPECT_EQ(one.items()[0]["category"].text(), "Liabilities");
  EXPECT_TRUE(call("GET", company() + "/accounts?$filter=number%20eq%20'9999'").body["value"].items().empty());
}

TEST_F(BusinessCentralSandbox, PostsAllLinesOfTheJournalWhoeverWroteThem) {
  const std::string path = journal("SHARED");
  add_line(path, "MINE", "-20.00");
  add_line(path, "THEIRS", "-30.00");
  EXPECT_EQ(call("POST", path + "/Microsoft.NAV.post").status, 204);
  EXPECT_TRUE(call("GET", path + "/journalLines").body["value"].items().empty());
  const auto theirs = call("GET", company() + "/generalLedgerEntries?$filter=documentNumber%20eq%20'THEIRS'");
  ASSERT_EQ(theirs.body["value"].items().size(), 2U);
  EXPECT_EQ(theirs.body["value"].items()[0]["creditAmount"].number_text(), "30.00");
  EXPECT_EQ(call("POST", path + "/Microsoft.NAV.post").status, 400);  // nothing to post
}

TEST_F(BusinessCentralSandbox, PostsNothingWhenADocumentDoesNotBalance) {
  const std::string path = journal("A");
  add_line(path, "SC-1", "-20.00", "");
  const auto refused = call("POST", path + "/Microsoft.NAV.post");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body["error"]["code"].text(), "Application_DialogException");
  EXPECT_TRUE(ledger("business_central")["entries"].items().empty());
  add_line(path, "SC-1", "20.00", "");
  EXPECT_EQ(call("POST", path + "/Microsoft.NAV.post").status, 204);
  EXPECT_EQ(ledger("business_central")["entries"].items().size(), 2U);
}

TEST_F(BusinessCentralSandbox, PostsTwiceWhenLinesAreWrittenTwice) {
  const std::string path = journal("A");
  for (int i = 0; i < 2; ++i) {
    add_line(path, "SC-1", "-20.00");
    call("POST", path + "/Microsoft.NAV.post");
  }
  EXPECT_EQ(ledger("business_central")["entries"].items().size(), 4U);
}

TEST_F(BusinessCentralSandbox, DeletesALineOnlyAgainstItsTag) {
  const std::string path = journal("A");
  const auto line = add_line(path, "SC-1", "-20.00");
  const std::string one = path + "/journalLines(" + std::string(line.body["id"].text()) + ")";
  EXPECT_EQ(call("DELETE", one).status, 400);
  EXPECT_EQ(call("DELETE", one, "", {{"if-match", "W/\"old\""}}).status, 409);
  EXPECT_EQ(call("DELETE", one, "", {{"if-match", std::string(line.body["@odata.etag"].text())}}).status, 204);
  EXPECT_TRUE(call("GET", path + "/journalLines").body["value"].items().empty());
}

TEST_F(BusinessCentralSandbox, FollowsNextLinksToTheEnd) {
  const std::string path = journal("A");
  for (int i = 0; i < 5; ++i) add_line(path, "SC-1", "-1.00");
  std::string target = path + "/journalLines?$filter=documentNumber%20eq%20'SC-1'";
  std::size_t seen = 0;
  int pages = 0;
  while (!target.empty() && ++pages < 10) {
    const auto answer = call("GET", target, "", {{"prefer", "odata.maxpagesize=2"}});
    seen += answer.body["value"].items().size();
    const std::string next(answer.body["@odata.nextLink"].text());
    target = next.empty() ? "" : next.substr(next.find("/companies"));
  }
  EXPECT_EQ(seen, 5U);
  EXPECT_EQ(pages, 3);
}

TEST_F(BusinessCentralSandbox, UndoesASnapshotBatchThatFails) {
  const std::string path = journal("A");
  const std::string lines = path.substr(1) + "/journalLines";
  const auto request = [&](const char* id, const char* body) {
    return std::string(R"({"id":")") + id + R"(","method":"POST","url":")" + lines +
           R"(","headers":{"Content-Type":"application/json"},"body":)" + body + "}";
  };
  const std::string body = R"({"requests":[)" +
                           request("1", R"({"accountNumber":"2450","documentNumber":"X","amount":-1.00})") + "," +
                           request("2", R"({"nope":1})") + "]}";
  const auto undone = call("POST", "/$batch", body, {{"isolation", "snapshot"}});
  EXPECT_EQ(undone.status, 200);
  EXPECT_EQ(undone.body["responses"].items().at(0)["status"].integer(), 201);
  EXPECT_EQ(undone.body["responses"].items().at(1)["status"].integer(), 400);
  EXPECT_TRUE(call("GET", path + "/journalLines").body["value"].items().empty());
  call("POST", "/$batch", body);
  EXPECT_EQ(call("GET", path + "/journalLines").body["value"].items().size(), 1U);
}

}  // namespace sandbox::test
