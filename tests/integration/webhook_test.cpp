// Webhooks of a register system, through its sandbox: signed, fetched, believed once (INVARIANTS N4).

#include <sqlite3.h>

#include "tests/integration/journey.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::integration {

class SquareWebhook : public Journey {
 protected:
  void SetUp() override {
    // The signature covers the address, so it must be known before the hub listens.
    const std::string port = support::free_port();
    config_.inbound_port = port;
    start();
    sandbox_.post("/webhook", R"({"url":"http://127.0.0.1:)" + port + R"(/in/registers"})");
  }

  void refund(const std::string& webhook) {
    sandbox_.post(
        "/square/refund",
        R"({"customer_email":"ada@example.com","amount_minor":2500,"currency":"USD","webhook":)" + webhook + "}");
  }
  std::int64_t webhooks(const char* how) {
    return sandbox_.get("/stats").at("webhooks").at(how).to_number<std::int64_t>();
  }
};

TEST_F(SquareWebhook, RefundAtTheRegisterArrivesEverywhereOnce) {
  refund(R"({"duplicates":3})");
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  EXPECT_TRUE(eventually([this] { return webhooks("waiting") == 0; }));
  EXPECT_EQ(states().size(), 1u);
  EXPECT_EQ(agree(1), 0);
}

/// Square adds a customer to a payment when it has made their profile, and its refund does not change by that.
TEST_F(SquareWebhook, CustomerWhoIsAddedToThePaymentLaterGetsTheCreditThatWaited) {
  boost::json::value refunded = sandbox_.post("/square/refund", R"({"amount_minor":2500,"currency":"USD"})");
  int code = 0;
  ASSERT_TRUE(eventually([&] { return handoff("cases", code).contains("  identity, "); })) << handoff("cases", code);
  ASSERT_EQ(states(), std::vector<std::string>{"unresolved"});
  boost::json::object added{{"payment_id", refunded.at("payment_id")}, {"customer_email", "ada@example.com"}};
  sandbox_.post("/square/payment-customer", boost::json::serialize(added));
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  EXPECT_EQ(support::StoreView(folder() + "/handoff.db")
                .number("SELECT count(*) FROM hints WHERE type = 'payment.updated' AND state = 'fetched'"),
            1)
      << "else a pull looked back, which it does for five minutes";
  EXPECT_TRUE(handoff("cases", code).contains("No open cases.")) << handoff("cases", code);
  EXPECT_EQ(agree(1), 0);
}

TEST_F(SquareWebhook, BadSignatureIsRefusedAndFetchesNothing) {
  const std::string file = folder() + "/handoff.db";
  auto number = [&](const std::string& query) { return support::StoreView(file).number(query); };
  auto requests = [this] { return sandbox_.get("/stats").at("square").at("requests").to_number<std::int64_t>(); };
  ASSERT_TRUE(eventually([&] { return number("SELECT count(*) FROM meta WHERE name = 'read/registers'") == 1; }));
  const std::int64_t before = requests();
  Answer forged = support::HttpClient(hub_->inbound())
                      .post("/in/registers", R"({"type":"refund.updated","event_id":"e1","data":{"id":"r1"}})",
                            {{"x-square-hmacsha256-signature", "AAAA"}});
  EXPECT_EQ(forged.status, 401) << forged.body;
  EXPECT_EQ(support::HttpClient(hub_->inbound()).post("/in/registers", "{}").status, 401);
  EXPECT_EQ(support::HttpClient(hub_->inbound()).post("/in/nobody", "{}").status, 404);
  EXPECT_EQ(support::HttpClient(hub_->inbound()).post("/in/registers", std::string(257 << 10, ' ')).status, 413)
      << "kept before anybody is known";
  EXPECT_TRUE(states().empty());
  EXPECT_EQ(number("SELECT count(*) FROM hints"), 0);
  EXPECT_EQ(requests(), before) << "the list was read to its end, and is read again in a minute";
}

/// The hub ended between two pages, and was away for days: its vendor has forgotten the page by then, and what there was since is
/// not told of by any notification.
TEST_F(SquareWebhook, PageThatRanOutInDaysOfAbsenceIsReadFromWhereTheListWasReadToItsEnd) {
  const std::string file = folder() + "/handoff.db";
  ASSERT_TRUE(eventually(
      [&] { return support::StoreView(file).number("SELECT count(*) FROM meta WHERE name = 'read/registers'") == 1; }));
  stop();
  refund(R"({"send":false})");
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  constexpr const char* kBetweenPages =
      "UPDATE cursors SET value = json_set(value, '$.begin', json_extract(value, '$.watermark'), '$.page', 'forgotten') "
      "WHERE connector = 'registers'";
  EXPECT_EQ(sqlite3_exec(db, kBetweenPages, nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_changes(db), 1);
  sqlite3_close(db);
  on_a_quick_clock(4);
  start();
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
}

/// N5: nobody knows the currency, so it is no credit; it is a case, and what comes behind it arrives.
TEST_F(SquareWebhook, RefundThatNobodyCanReadIsACaseAndHoldsUpNothing) {
  sandbox_.post("/square/refund", R"({"amount_minor":2500,"currency":"XQQ","webhook":{"send":false}})");
  sandbox_.post("/square/refund",
                R"({"customer_email":"ada@example.com","amount_minor":900,"currency":"USD","webhook":{"send":false}})");
  stop();
  hub_ = nullptr;
  start();
  int code = 0;
  EXPECT_TRUE(eventually([this] { return states() == std::vector<std::string>{"complete"}; })) << log();
  EXPECT_TRUE(eventually([&] { return handoff("cases", code).contains("quarantined"); })) << handoff("cases", code);
  std::string shown = handoff("cases", code);
  EXPECT_TRUE(shown.contains("registers: refund.listed ")) << shown;
  EXPECT_TRUE(shown.contains("the answer is no refund")) << shown;
  EXPECT_TRUE(shown.contains("handoff case retry 1")) << shown;

  EXPECT_TRUE(handoff("case link 1 --email a@example.com", code).contains("about a source and no credit"));
  EXPECT_NE(code, 0);
  handoff("case retry 1", code);
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(eventually([&] { return handoff("cases", code).contains("handoff case retry 2"); }))
      << handoff("cases", code);
  handoff("case assign 2 --to lee", code);
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(handoff("cases", code).contains("lee"));
  handoff("case close 2 --reason 'a test of theirs'", code);
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(handoff("cases", code).contains("No open cases."));
  stop();
  EXPECT_TRUE(store("verify", code).contains("every table equals the journal"));
  EXPECT_EQ(code, 0);
}

}  // namespace handoff::integration
