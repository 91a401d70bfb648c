// A running hub audits itself (docs/adr/0018-live-audit.md): the same findings as the audit of files over the same world.

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>

#include "tests/integration/journey.hpp"

namespace handoff::integration {

namespace json = boost::json;

class LiveAudit : public Journey {
 protected:
  std::string path(const std::string& name) const { return folder() + "/" + name; }
  std::string issue(const std::string& transaction) {
    Answer answered = submit(credit(transaction));
    if (!json::parse(answered.body).as_object().if_contains("id")) ADD_FAILURE() << answered.body;
    std::string ref(json::parse(answered.body).at("id").as_string());
    EXPECT_TRUE(eventually([&] { return state_of(ref) == "complete"; })) << state_of(ref);
    return ref;
  }
  std::string state_of(const std::string& ref) {
    const json::value told = hub_->ask("/v1/trace/" + ref);
    if (!told.as_object().if_contains("credit")) ADD_FAILURE() << json::serialize(told);
    return std::string(told.at("credit").at("state").as_string());
  }
  /// Their kinds, in the order of the alphabet.
  std::string open_cases() {
    std::multiset<std::string> kinds;
    const json::value shown = hub_->ask("/v1/cases?state=open");
    for (const json::value& one : shown.at("cases").as_array()) kinds.insert(text(one, "kind") + " ");
    return std::accumulate(kinds.begin(), kinds.end(), std::string());
  }
  json::array vouchers() { return sandbox_.get("/ledger/voucherify").at("vouchers").as_array(); }
  std::string code_of(const std::string& ref) {
    for (const json::value& one : vouchers())
      if (one.at("metadata").as_object().if_contains("handoff_credit") &&
          one.at("metadata").at("handoff_credit").as_string() == ref)
        return std::string(one.at("code").as_string());
    return {};
  }
  Answer at_platform(const std::string& where, const std::string& body) {
    return support::HttpClient(sandbox_.url("voucherify"))
        .post(where, body, {{"X-App-Id", "sandbox-app"}, {"X-App-Token", "sandbox-token"}});
  }
  /// What happens at the platform is not told to the hub: its pull is answered with 500.
  void keep_pulls_from_the_platform() {
    sandbox_.post("/faults", R"({"vendor":"voucherify","match":{"query_has":"updated_at[after]"},"mode":"http_500"})");
  }
  std::string audit(const std::string& more = "") {
    return handoff("audit --live --sla 0s --memory 16M -o " + path("out") + " " + more, code_);
  }
  /// Once the newest credit is older than what reads may lag behind.
  std::string audit_of(int credits) {
    std::string said, wanted = "in " + std::to_string(credits) + (credits == 1 ? " credit," : " credits,");
    EXPECT_TRUE(eventually([&] { return (said = audit()).find(wanted) != std::string::npos; })) << said;
    return said;
  }
  /// Id, kind, cause, reference, amount, difference and where, of every finding.
  std::set<std::string> findings(const std::string& out) {
    std::set<std::string> all;
    const json::value read = json::parse(support::read_file(path(out + "/findings.json")));
    for (const json::value& one : read.at("findings").as_array())
      all.insert(std::string(one.at("id").as_string()) + " " + std::string(one.at("kind").as_string()) + " " +
                 std::string(one.at("cause").as_string()) + " " + std::string(one.at("reference").as_string()) + " " +
                 std::string(one.at("amount").as_string()) + " " + std::string(one.at("difference").as_string()) + " " +
                 json::serialize(one.at("differs_at")));
    return all;
  }
  /// The same world as exports: the ledgers themselves, and what the registers were told.
  void export_ledgers() {
    std::string pos = "reference,created_at,store,terminal,amount,currency,email\n";
    const json::value credits = hub_->ask("/v1/credits?limit=200");
    for (const json::value& one : credits.at("credits").as_array())
      pos += text(one, "ref") + "," + text(one, "accepted_at") + ",S14,R2," + text(one.at("amount"), "amount") +
             ",USD," + (one.as_object().contains("customer") ? "ada@example.com" : "") + "\n";
    std::string platform = "reference,created_at,amount,balance,currency,status,email\n";
    for (const json::value& one : vouchers())
      platform += text(one.at("metadata"), "handoff_credit") + "," + text(one, "created_at") + "," +
                  cents(one.at("amount_minor")) + "," +
                  (one.at("active").as_bool() ? cents(one.at("balance_minor")) : "") + ",USD," +
                  (one.at("active").as_bool() ? "active" : "inactive") + "," + text(one, "holder_email") + "\n";
    std::string payments = "reference,amount,currency\n", shop = "reference,balance,currency\n";
    const json::value stripe = sandbox_.get("/ledger/stripe"), shopify = sandbox_.get("/ledger/shopify");
    for (const json::value& customer : stripe.at("customers").as_array())
      for (const json::value& one : customer.at("transactions").as_array())
        payments +=
            text(one.at("metadata"), "handoff_credit") + "," + cents(-one.at("amount_minor").as_int64()) + ",USD\n";
    for (const json::value& customer : shopify.at("customers").as_array())
      if (const json::value* shown = customer.at("metafields").as_object().if_contains("handoff.store_credit"))
        shop += mirrored(json::parse(shown->as_string()));
    std::string books = "reference,amount,currency\n";
    const json::value ledger = sandbox_.get("/ledger/business_central");
    for (const json::value& one : ledger.at("entries").as_array())
      if (text(one, "accountNumber") == "2450")
        books += text(one, "externalDocumentNumber") + "," + cents(-one.at("amount_minor").as_int64()) + ",USD\n";
    for (auto [name, rows] : {std::pair("pos", &pos),
                              {"platform", &platform},
                              {"payments", &payments},
                              {"storefront", &shop},
                              {"erp", &books}})
      support::write_file(path(std::string(name) + ".csv"), *rows);
  }
  static std::string mirrored(const json::value& shown) {
    std::string out;
    for (const json::value& one : shown.at("credits").as_array())
      out += text(one, "ref") + "," + text(one, "amount") + ",USD\n";
    return out;
  }
  static std::string text(const json::value& from, const char* name) {
    const json::value* found = from.as_object().if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
  }
  static std::string cents(const json::value& minor) { return cents(minor.as_int64()); }
  static std::string cents(std::int64_t minor) {
    return std::to_string(minor / 100) + "." + (minor % 100 < 10 ? "0" : "") + std::to_string(minor % 100);
  }
  /// A run a day, and hops that take a second.
  void start_programme() {
    config_.extra = "[audit]\nevery = \"day\"\non = \"00:00\"\n";
    for (support::HopText& hop : config_.hops) hop.more = ", sla = \"1s\"";
    start();
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(programme()); }));
  }
  void due_again() {
    stop();
    support::write_file(programme(), R"({"taken_ms":0})");
    start();
  }
  std::string programme() const { return path("handoff.db.audits/programme.json"); }
  int code_ = 0;
};

TEST_F(LiveAudit, FindsNothingWhereEverySystemAgrees) {
  start();
  issue("T1");
  std::string said = audit_of(1);
  EXPECT_EQ(code_, 0) << said << support::read_file(path("out/findings.json"));
  EXPECT_NE(said.find("no gap in 1 credit"), std::string::npos) << said;
}

TEST_F(LiveAudit, OfAHubWithoutACreditIsNoAllClear) {
  start();
  std::string said = audit();
  EXPECT_EQ(code_, 3) << said;
  EXPECT_NE(said.find("nothing was compared"), std::string::npos) << said;
  EXPECT_NE(said.find("\nNext: run it again once registers have issued credits"), std::string::npos) << said;
}

TEST_F(LiveAudit, SaysTheSameAsTheAuditOfTheLedgersAsFiles) {
  keep_pulls_from_the_platform();
  start();
  issue("T1");
  std::string voided = issue("T2"), spent = issue("T3");
  EXPECT_EQ(at_platform("/v1/vouchers/" + code_of(voided) + "/disable", "{}").status, 200);
  sandbox_.post("/voucherify/redeem", R"({"code":")" + code_of(spent) + R"(","amount_minor":700})");
  EXPECT_EQ(at_platform("/v1/vouchers/HAND-1",
                        R"({"type":"GIFT_VOUCHER","gift":{"amount":900},"metadata":{"handoff_credit":"by-hand"}})")
                .status,
            200);
  std::string nobody = credit("T4");
  nobody.erase(nobody.find(R"(,"customer")"));
  submit(nobody + "}");
  sandbox_.post("/faults", R"({"vendor":"shopify","match":{"body_contains":"metafieldsSet"},"mode":"lost_before"})");
  std::string unshown(json::parse(submit(credit("T5")).body).at("id").as_string());
  ASSERT_TRUE(eventually([&] { return state_of(unshown) == "available" && vouchers().size() == 5; }));
  std::string said = audit_of(5);
  EXPECT_EQ(code_, 1) << said;
  export_ledgers();
  std::string as_of(json::parse(support::read_file(path("out/summary.json"))).at("as_of").as_string());
  std::string files = "audit --sla 0s --memory 16M --as-of " + as_of + " -o " + path("files");
  for (const char* side : {"pos", "platform", "payments", "storefront", "erp"})
    files += std::string(" --") + side + " " + path(std::string(side) + ".csv");
  said = handoff(files, code_);
  EXPECT_EQ(code_, 1) << said;
  EXPECT_EQ(findings("out"), findings("files"));
  EXPECT_EQ(findings("out").size(), 5u);
}

TEST_F(LiveAudit, KnowsAnEntryByTheRegistersReceiptWhereItsAmountAgrees) {
  start();
  issue("T1");
  std::string nobody = credit("T2");
  nobody.erase(nobody.find(R"(,"customer")"));
  submit(nobody + "}");
  auto by_hand = [&](const std::string& id, const std::string& receipt, int amount) {
    EXPECT_EQ(at_platform("/v1/vouchers/" + id, R"({"type":"GIFT_VOUCHER","gift":{"amount":)" + std::to_string(amount) +
                                                    R"(},"metadata":{"handoff_credit":")" + receipt + "\"}}")
                  .status,
              200);
  };
  by_hand("HAND-1", "S14/R2/2026-11-23/T2", 2500);
  by_hand("HAND-2", "S14-R2-T1", 777);  // another amount: not that credit
  std::string said;                     // what was made just now is in the next listing, or in the one after it
  EXPECT_TRUE(eventually([&] {
    return (said = audit_of(2)).find("cards shows 1 entry under the register's receipt") != std::string::npos;
  })) << said;
  std::string found = support::read_file(path("out/findings.json"));
  EXPECT_EQ(found.find("S14/R2/2026-11-23/T2"), std::string::npos) << found;
  EXPECT_NE(found.find("S14-R2-T1"), std::string::npos) << found;
}

/// The hub reads its own card again; that it is whole says nothing of the other one (C4).
TEST_F(LiveAudit, FindsASecondCardOfACreditThoughTheHubsOwnIsAsItWas) {
  start();
  keep_pulls_from_the_platform();
  std::string mine = issue("T1");
  EXPECT_EQ(
      at_platform("/v1/vouchers/CLONE-1",
                  R"({"type":"GIFT_VOUCHER","gift":{"amount":2500},"metadata":{"handoff_credit":")" + mine + "\"}}")
          .status,
      200);
  std::string said;  // in the next listing, or in the one after it
  EXPECT_TRUE(eventually([&] {
    said = audit_of(1);
    return support::read_file(path("out/findings.json")).find("\"kind\":\"duplicate\"") != std::string::npos;
  })) << said
      << support::read_file(path("out/findings.json"));
}

/// A second place where customers can spend, filled past the hub.
TEST_F(LiveAudit, SeesValueThatSomebodyGaveAtTheShopItself) {
  start();
  issue("T1");
  const json::value people = sandbox_.get("/ledger/shopify").at("customers");
  std::string ada;
  for (const json::value& one : people.as_array())
    if (text(one, "email") == "ada@example.com") ada = text(one, "id");
  const std::string give =
      R"({"query":"mutation Give($id:ID!,$in:StoreCreditAccountCreditInput!){storeCreditAccountCredit(id:$id,)"
      R"(creditInput:$in){userErrors{code}}}","variables":{"id":")" +
      ada + R"(","in":{"creditAmount":{"amount":"43.15","currencyCode":"USD"}}}})";
  EXPECT_EQ(support::HttpClient(sandbox_.url("shopify"))
                .post("/admin/api/2026-10/graphql.json", give, {{"X-Shopify-Access-Token", "shpat_sandbox"}})
                .status,
            200);
  std::string said = audit_of(1);
  std::string found = support::read_file(path("out/findings.json"));
  EXPECT_NE(found.find("43.15"), std::string::npos) << said << found;
}

TEST_F(LiveAudit, SeesACardThatCameIntoAnotherCustomersAccount) {
  start();
  keep_pulls_from_the_platform();
  std::string mine = issue("T1");
  issue("T2");
  ASSERT_NE(code_of(mine), "");
  sandbox_.post("/customers",
                R"({"customers":[{"name":"Jo Miller","email":"jo2@example.com","phone":"+12025550177"}]})");
  sandbox_.post("/voucherify/assign", R"({"code":")" + code_of(mine) + R"(","email":"jo2@example.com"})");
  std::string said = audit_of(2);
  EXPECT_EQ(code_, 1) << said;
  EXPECT_NE(said.find("F3"), std::string::npos) << said;
}

TEST_F(LiveAudit, TakesNothingForLostThatOnlyItsListingLacks) {
  start();
  sandbox_.post(
      "/faults",
      R"({"vendor":"shopify","match":{"body_contains":"ListMirrors"},"mode":"stale_reads","delay_ms":600000})");
  issue("T1");
  std::string said = audit_of(1);
  EXPECT_EQ(code_, 0) << said;
  sandbox_.post("/faults", R"({"vendor":"shopify","match":{"body_contains":"GetMirror"},"mode":"garbage"})");
  said = audit();
  EXPECT_EQ(code_, 0) << "what cannot be read again is no gap: " << said;
  EXPECT_NE(said.find("shop could not be asked about 1 credit"), std::string::npos) << said;
}

TEST_F(LiveAudit, KeepsAFindingUntilALaterAuditFindsItGone) {
  start();
  sandbox_.post("/faults", R"({"vendor":"shopify","match":{"body_contains":"metafieldsSet"},"mode":"lost_before"})");
  std::string ref(json::parse(submit(credit("T1")).body).at("id").as_string());
  ASSERT_TRUE(eventually([&] { return state_of(ref) == "available"; }));
  audit_of(1);
  std::string history = "--history " + path("history"), said = audit(history);
  EXPECT_NE(said.find("1 new, 0 found before, 0 gone"), std::string::npos) << said;
  sandbox_.heal();
  ASSERT_TRUE(eventually([&] { return state_of(ref) == "complete"; }));
  EXPECT_TRUE(eventually([&] {
    return (said = audit(history)).find("0 new, 0 found before, 1 gone") != std::string::npos;
  })) << said;
  EXPECT_EQ(code_, 0) << said;
  EXPECT_NE(support::read_file(path("history/history.json")).find("nothing differs any more"), std::string::npos);
}

TEST_F(LiveAudit, OfAProgrammeMakesUpForAMissedRunAndAsksTheStoreUntilTheGapIsGone) {
  keep_pulls_from_the_platform();
  start_programme();
  std::string ref = issue("T1"), nobody = credit("T2");
  nobody.erase(nobody.find(R"(,"customer")"));
  submit(nobody + "}");
  EXPECT_EQ(at_platform("/v1/vouchers/" + code_of(ref) + "/disable", "{}").status, 200);
  ASSERT_TRUE(eventually([&] {  // until both are older than the SLA
    due_again();
    return eventually([&] { return log().find("credits 2, gaps 2, new ") != std::string::npos; },
                      std::chrono::seconds(1));
  })) << log();
  EXPECT_TRUE(eventually([&] { return open_cases() == "gap identity "; })) << open_cases();
  std::string tasks = handoff("tasks --store S14", code_);
  EXPECT_NE(tasks.find("void not propagated at the platform"), std::string::npos) << tasks;
  EXPECT_EQ(at_platform("/v1/vouchers/" + code_of(ref) + "/enable", "{}").status, 200);
  due_again();
  EXPECT_TRUE(eventually([&] { return open_cases() == "identity "; })) << log();
  const json::value closed = hub_->ask("/v1/cases?state=closed");
  EXPECT_NE(json::serialize(closed).find("nothing differs any more"), std::string::npos);
}

TEST_F(LiveAudit, OfAProgrammeAsksOperationsAboutWhatNoRegisterIssuedUntilItIsGone) {
  start_programme();
  issue("T1");
  EXPECT_EQ(at_platform("/v1/vouchers/HAND-1",
                        R"({"type":"GIFT_VOUCHER","gift":{"amount":900},"metadata":{"handoff_credit":"by-hand"}})")
                .status,
            200);
  auto opened = [&] {
    due_again();
    return eventually([&] { return open_cases() == "gap "; }, std::chrono::seconds(1));
  };
  ASSERT_TRUE(eventually(opened)) << log() << open_cases();
  const json::value shown = hub_->ask("/v1/cases?state=open");
  std::string reason = text(shown.at("cases").at(0), "reason");
  EXPECT_NE(reason.find("9.00 USD, BY-HAND, downstream only at the platform"), std::string::npos) << reason;
  EXPECT_EQ(text(shown.at("cases").at(0), "role"), "ops");
  EXPECT_TRUE(eventually([&] {
    due_again();
    return eventually([&] { return log().find("gaps 1, new 0, gone 0") != std::string::npos; },
                      std::chrono::seconds(1));
  })) << log();
  EXPECT_EQ(open_cases(), "gap ") << "the same finding is one case";
  std::string said = audit("--sla 0s");
  EXPECT_NE(said.find("0 new, 1 found before"), std::string::npos) << said;
  EXPECT_EQ(at_platform("/v1/vouchers/HAND-1/disable", "{}").status, 200);
  due_again();
  EXPECT_TRUE(eventually([&] { return open_cases().empty(); })) << log() << open_cases();
}

TEST_F(LiveAudit, ThatIsKilledGoesOnWhereItWas) {
  start();
  issue("T1");
  sandbox_.post("/latency", R"({"vendor":"shopify","ms":3000})");
  Answer begun = support::HttpClient(hub_->admin()).post("/v1/audits", "{}", hub_->authorization());
  EXPECT_EQ(begun.status, 202) << begun.body;
  std::string run = "/v1/audits/" + text(json::parse(begun.body), "audit");
  ASSERT_TRUE(eventually([&] { return text(hub_->ask(run), "step") == "lists shop"; }));
  hub_->process().signal(SIGKILL);
  hub_->process().wait(std::chrono::seconds(10));
  sandbox_.post("/latency", R"({"vendor":"shopify","ms":0})");
  const json::value before = sandbox_.get("/stats");
  hub_.reset();
  start();
  EXPECT_TRUE(eventually([&] { return text(hub_->ask(run), "state") == "done"; }));
  const json::value after = sandbox_.get("/stats");
  auto asked = [](const json::value& stats) { return stats.at("business_central").at("requests"); };
  EXPECT_EQ(asked(before), asked(after)) << "what was read before is not read again";
}

TEST_F(LiveAudit, ComparesNoSystemThatCouldNotBeListed) {
  start();
  issue("T1");
  sandbox_.post("/faults", R"({"vendor":"stripe","match":{"method":"GET"},"mode":"garbage"})");
  sandbox_.post("/faults",
                R"({"vendor":"shopify","match":{"body_contains":"ListMirrors"},"mode":"garbage","count":2})");
  std::string said = audit_of(1);
  EXPECT_NE(said.find("payments is not compared"), std::string::npos) << said;
  EXPECT_EQ(said.find("shop is not compared"), std::string::npos) << "asked again, it answered: " << said;
  EXPECT_NE(said.find("Next: payments could not be compared"), std::string::npos) << said;
  EXPECT_EQ(code_, 3) << "no gap was found, and not everything was looked at: " << said;
}

}  // namespace handoff::integration
