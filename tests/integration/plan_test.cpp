// From an audit to a repaired backlog at a running hub (docs/adr/0015-repair-plan.md): what the plan says and nothing
// else, however often it is run.

#include <csignal>
#include <map>
#include <thread>

#include "tests/integration/journey.hpp"

namespace handoff::integration {

class RepairPlan : public Journey {
 protected:
  /// T1: Ada's and complete. T2: nobody's, parked. T3: never passed through the hub.
  void issue_and_audit() {
    start();
    ref_ = std::string(boost::json::parse(submit(credit("T1")).body).at("id").as_string());
    std::string nobody = credit("T2");
    nobody.erase(nobody.find(R"(,"customer")"));
    submit(nobody + "}");
    ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"unresolved", "complete"}; }));
    file("pos.csv",
         "transaction,created_at,store,terminal,amount,currency,email\n"
         "T1,2026-11-23T10:00:00Z,S14,R2,25.00,USD,ada@example.com\n"
         "T2,2026-11-23T10:01:00Z,S14,R2,25.00,USD,\n"
         "T3,2026-11-23T10:02:00Z,S14,R2,7.00,USD,ada@example.com\n");
    file("platform.csv",
         "card_id,reference,created_at,amount,currency,email\n"
         "c1,T1,2026-11-23T10:00:01Z,25.00,USD,\n"
         "c3,T3,2026-11-23T10:02:01Z,7.00,USD,\n");
    run("audit --pos " + path("pos.csv") + " --platform " + path("platform.csv") + " --as-of 2026-11-30 --work " +
        folder() + " -o " + path("out") + " >&2 #");
  }
  std::string path(const std::string& name) const { return folder() + "/" + name; }
  void file(const std::string& name, const std::string& text) { support::write_file(path(name), text); }
  std::string run(const std::string& words) { return handoff(words, code_); }
  std::string plan(const std::string& more = "") {
    return run("repair --from " + path("out") + " --plan " + path("plan.json") + more);
  }
  std::string apply(const std::string& more = "") { return run("repair --apply " + path("plan.json") + " " + more); }
  /// The plan's CSV with this in the line of `reference`.
  void decide(const std::string& reference, const std::string& decision, const std::string& email) {
    std::string text = support::read_file(path("plan.csv"));
    std::size_t at = text.rfind('\n', text.find("," + reference + ",")) + 1, from = text.find(',', at) + 1;
    std::size_t to = text.find(",,,", from);
    ASSERT_NE(to, std::string::npos) << text;
    text.replace(from, to + 2 - from, decision + "," + email + ",");
    file("edited.csv", text);
  }
  std::size_t repairs() {
    boost::json::value trace = hub_->ask("/v1/trace/" + ref_);
    const boost::json::value* list = trace.as_object().if_contains("repairs");
    return list == nullptr ? 0 : list->as_array().size();
  }
  /// What a clerk typed into the books under the receipt of a register that was offline, to be adopted for Ada.
  void plan_for_a_clerks_entry() {
    start();
    file("pos.csv", "reference,created_at,store,amount,currency\nR1,2026-11-23T10:00:00Z,S14,7.00,USD\n");
    file("platform.csv", "reference,created_at,amount,currency\nR1,2026-11-23T10:00:01Z,7.00,USD\n");
    file("erp.csv",
         "reference,posted_at,amount,currency,store,author\nR1,2026-11-23,7.00,USD,S14,batch\n"
         "S14-R2-20261123-T7,2026-11-23,25.00,USD,S14,al\n");
    run("audit --pos " + path("pos.csv") + " --platform " + path("platform.csv") + " --erp " + path("erp.csv") +
        " --as-of 2026-11-30 --work " + folder() + " -o " + path("out") + " >&2 #");
    plan(" --adopt '50.00 USD'");
    decide("S14-R2-20261123-T7", "do", "ada@example.com");
  }
  std::string ref_;
  int code_ = 0;
};

TEST_F(RepairPlan, IsCarriedOutOnceHoweverOftenItIsRun) {
  issue_and_audit();
  plan();
  ASSERT_EQ(code_, 0);
  boost::json::value written = boost::json::parse(support::read_file(path("plan.json")));
  EXPECT_EQ(written.at("totals").at(0).at("hub").at("items").as_int64(), 2);
  EXPECT_EQ(written.at("totals").at(0).at("person").at("items").as_int64(), 1);
  EXPECT_NE(apply("--dry-run").find("would be ordered"), std::string::npos);
  EXPECT_EQ(repairs(), 0u);
  std::string said = apply();
  EXPECT_NE(said.find("1 ordered, 2 left"), std::string::npos) << said;
  EXPECT_NE(said.find("say whose it is"), std::string::npos) << said;
  EXPECT_TRUE(eventually([&] { return apply().find("1 done, 2 left") != std::string::npos; })) << said;
  EXPECT_EQ(code_, 1);
  EXPECT_EQ(repairs(), 1u);
  EXPECT_EQ(agree(1), 0);
}

TEST_F(RepairPlan, TakesWhatPeopleWroteIntoItsCsv) {
  issue_and_audit();
  plan();
  decide("T2", "do", "ada@example.com");
  std::string said = apply("--decisions " + path("edited.csv"));
  EXPECT_NE(said.find("2 ordered, 1 left"), std::string::npos) << said;
  EXPECT_TRUE(eventually([&] {
    return apply("--decisions " + path("edited.csv")).find("2 done, 1 left") != std::string::npos;
  })) << apply();
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; }));
  decide("T2", "do", "");
  EXPECT_NE(apply("--decisions " + path("edited.csv")).find("needs the customer"), std::string::npos);
  EXPECT_EQ(code_, 3);
  decide("T3", "do", "ada@example.com");
  EXPECT_NE(apply("--decisions " + path("edited.csv")).find("it never passed through the hub"), std::string::npos);
}

TEST_F(RepairPlan, StopsBeforeTheVoidUntilASecondPersonAgreesAndReissuesOnce) {
  config_.extra = "[repair]\npolicy = \"reissue\"\napprove_above = [\"10.00 USD\"]\n";
  issue_and_audit();
  std::string bobs = credit("T9");
  bobs.replace(bobs.find("ada@"), 4, "bob@");
  submit(bobs);
  ASSERT_TRUE(eventually([&] { return states().front() == "complete"; }));
  plan();
  EXPECT_NE(apply().find("waits for a word: above 10.00 USD"), std::string::npos);
  EXPECT_EQ(repairs(), 0u);
  decide("T1", "do", "bob@example.com");
  std::string edited = "--decisions " + path("edited.csv");
  apply(edited);
  EXPECT_TRUE(eventually([&] {
    return apply(edited).find("a second person agrees: handoff case approve 2") != std::string::npos;
  })) << apply(edited);
  std::string made = run("token create --role supervisor --store S14 --json");
  handoff("case approve 2", code_, std::string(boost::json::parse(made).at("token").as_string()));
  EXPECT_EQ(code_, 0);
  EXPECT_TRUE(eventually([&] { return apply(edited).find("1 done, 2 left") != std::string::npos; })) << apply(edited);
  EXPECT_EQ(repairs(), 1u);
  std::int64_t spendable = 0;
  const boost::json::value ledger = sandbox_.get("/ledger/voucherify");
  for (const boost::json::value& voucher : ledger.at("vouchers").as_array())
    if (voucher.at("active").as_bool() && voucher.at("metadata").at("handoff_credit").as_string() == ref_)
      spendable += voucher.at("balance_minor").as_int64();
  EXPECT_EQ(spendable, 2500);
}

TEST_F(RepairPlan, ThatIsKilledIsSimplyRunAgain) {
  issue_and_audit();
  plan();
  support::Process::Options options;
  options.arguments = {HANDOFF,        "repair",
                       "--apply",      path("plan.json"),
                       "-c",           path("handoff.toml"),
                       "--admin",      hub_->admin(),
                       "--token-file", path("handoff.db.admin-token")};
  std::int64_t all = 0;
  {
    options.arguments.emplace_back("--dry-run");
    support::Process looked(options);
    while (looked.running()) all = std::max(all, support::bytes_moved(looked.pid()).value_or(0));
    options.arguments.pop_back();
  }
  for (int part = 1; part <= 12; ++part) {  // the last ones beyond what a look moves: among the orders and after them
    support::Process killed(options);
    while (killed.running() && support::bytes_moved(killed.pid()).value_or(0) < all * part / 10)
      std::this_thread::yield();
    killed.signal(SIGKILL);
    killed.wait(std::chrono::seconds(10));
  }
  EXPECT_TRUE(eventually([&] { return apply().find("1 done, 2 left") != std::string::npos; })) << apply();
  EXPECT_EQ(repairs(), 1u);
}

TEST_F(RepairPlan, FindsTheHubsCreditByItsReceiptAndNeverAnotherRegisters) {
  start();
  ref_ = std::string(boost::json::parse(submit(credit("T1")).body).at("id").as_string());
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  file("pos.csv",
       "business_date,store,terminal,transaction,created_at,amount,currency,email\n"
       "2026-11-23,S14,R2,T1,2026-11-23T10:00:00Z,25.00,USD,ada@example.com\n"
       "2026-11-23,S14,R3,T1,2026-11-23T10:00:00Z,25.00,USD,ada@example.com\n"
       "2026-11-22,S14,R2,T1,2026-11-22T10:00:00Z,25.00,USD,ada@example.com\n"
       "2026-11-23,S15,R2,T1,2026-11-23T10:00:00Z,25.00,USD,ada@example.com\n");
  file("platform.csv",
       "card_id,reference,created_at,amount,currency,email\n"
       "c1,S14R220261123T1,2026-11-23T10:00:01Z,25.00,USD,\n"
       "c2,S14R320261123T1,2026-11-23T10:00:01Z,25.00,USD,\n"
       "c3,S14R220261122T1,2026-11-22T10:00:01Z,25.00,USD,\n"
       "c4,S15R220261123T1,2026-11-23T10:00:01Z,25.00,USD,\n");
  run("audit --pos " + path("pos.csv") + " --platform " + path("platform.csv") + " --as-of 2026-11-30 --work " +
      folder() + " -o " + path("out") + " >&2 #");
  plan();
  boost::json::value written = boost::json::parse(support::read_file(path("plan.json")));
  ASSERT_EQ(written.at("actions").as_array().size(), 4u);
  for (const boost::json::value& one : written.at("actions").as_array()) {
    bool ours = one.at("reference").as_string() == "S14R220261123T1";
    EXPECT_EQ(one.at("by").as_string(), ours ? "hub" : "person") << one;
    EXPECT_TRUE(!ours || one.at("hub").at("credit").as_string() == ref_) << one;
    EXPECT_TRUE(ours || one.at("why").as_string().find("of another one only") != boost::json::string::npos) << one;
  }
  apply();
  EXPECT_TRUE(eventually([&] { return apply().find("1 done, 3 left") != std::string::npos; })) << apply();
  EXPECT_EQ(repairs(), 1u);
}

TEST_F(RepairPlan, AnEntryOfTheBooksIsAdoptedOnceWhateverItsMapSaysOfTheClock) {
  start();
  file("pos.csv", "reference,created_at,store,amount,currency\nR1,2026-11-23T10:00:00Z,S14,7.00,USD\n");
  file(
      "erp.csv",
      "reference,posted_at,amount,currency,store,author\nR1,2026-11-23,7.00,USD,S14,batch\nM-01,2026-11-24,12.00,USD,S14,al\n");
  file("platform.csv", "reference,created_at,amount,currency,store\nR1,2026-11-23T10:00:01Z,7.00,USD,S14\n");
  auto audit = [this](const std::string& clock, const std::string& more) {
    std::string common = "amount = \"amount\"\ncurrency = \"currency\"\nstore = \"store\"\n" + more;
    file("map.toml", "[pos]\nreference = \"reference\"\ntime = \"created_at\"\n" + common +
                         "[platform]\nreference = \"reference\"\ntime = \"created_at\"\n" + common +
                         "[erp]\nreference = \"reference\"\n"
                         "time = \"posted_at\"\nauthor = \"author\"\nutc_offset = \"" +
                         clock + "\"\n" + common);
    run("audit --pos " + path("pos.csv") + " --platform " + path("platform.csv") + " --erp " + path("erp.csv") +
        " --map " + path("map.toml") + " --as-of 2026-11-30 --work " + folder() + " -o " + path("out") + " >&2 #");
    return plan(" --adopt '50.00 USD'");
  };
  std::string said = audit("+00:00", "");
  EXPECT_NE(said.find("adopt"), std::string::npos) << said;
  decide("M-01", "do", "ada@example.com");
  const std::string decisions = "--decisions " + path("edited.csv");
  EXPECT_NE(apply(decisions).find("1 ordered"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return apply(decisions).find("1 done") != std::string::npos; })) << apply(decisions);
  for (const char* clock : {"+02:00", "-05:00"}) {
    audit(clock, clock[0] == '-' ? "letters_digits = true\ndrop_zeros = true\n" : "");
    boost::json::value action = boost::json::parse(support::read_file(path("plan.json"))).at("actions").at(0);
    EXPECT_EQ(action.at("by").as_string(), "person") << action;
    EXPECT_NE(action.at("why").as_string().find("the hub adopted it before (sc_"), std::string::npos) << action;
  }
  EXPECT_EQ(states(), std::vector<std::string>{"complete"});
  EXPECT_EQ(agree(1), 0);
}

TEST_F(RepairPlan, AnEntryWhoseCreditARegisterSentSinceThePlanIsNotAdopted) {
  plan_for_a_clerks_entry();
  ref_ = std::string(boost::json::parse(submit(credit("T7")).body).at("id").as_string());
  std::string said = apply("--decisions " + path("edited.csv"));
  EXPECT_NE(said.find("1 changed"), std::string::npos) << said;
  EXPECT_NE(said.find(ref_), std::string::npos) << said;
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  EXPECT_EQ(agree(1), 0);
}

/// The other way round: it was adopted, and then the register comes back.
TEST_F(RepairPlan, AReceiptWhoseEntryWasAdoptedWaitsForASecondPerson) {
  plan_for_a_clerks_entry();
  const std::string decisions = "--decisions " + path("edited.csv");
  apply(decisions);
  EXPECT_TRUE(eventually([&] { return apply(decisions).find("1 done") != std::string::npos; })) << apply(decisions);
  submit(credit("T7"));
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"held", "complete"}; }));
  const std::string cases = run("cases");
  EXPECT_NE(cases.find("an entry of the books under this receipt was adopted as sc_"), std::string::npos) << cases;
  EXPECT_EQ(sandbox_.get("/ledger/voucherify").at("vouchers").as_array().size(), 1U) << "nothing was sent of it";
}

/// Answers are lost, errors come and go, hub and command are killed on the way: every credit that can be put right is, once.
TEST_F(RepairPlan, UnderFaultsAndKillsPutsRightWhatItCanOnceAndNamesTheRest) {
  constexpr int kCredits = 8;
  config_.extra = "[repair]\npolicy = \"reissue\"\n";
  start();
  std::vector<std::string> refs;
  for (int i = 1; i <= kCredits; ++i)
    refs.emplace_back(boost::json::parse(submit(credit("T" + std::to_string(i))).body).at("id").as_string());
  std::string bobs = credit("T9");
  bobs.replace(bobs.find("ada@"), 4, "bob@");
  submit(bobs);
  ASSERT_TRUE(eventually([&] { return states() == std::vector<std::string>(kCredits + 1, "complete"); }));
  std::string pos = "transaction,created_at,store,terminal,amount,currency,email\n",
              shop = "reference,created_at,amount,currency\n",
              platform = "card_id,reference,created_at,amount,currency,email\n";
  for (int i = 1; i <= kCredits + 2;
       ++i) {  // 1 to 4 are somebody else's, the shop has lost 5 and 6, the hub never had 10
    std::string number = "T" + std::to_string(i), money = i == 10 ? "7.00" : "25.00";
    if (i == 9) continue;
    pos += number + ",2026-11-23T10:00:00Z,S14,R2," + money + ",USD," + (i <= 4 ? "bob" : "ada") + "@example.com\n";
    platform += "c," + number + ",2026-11-23T10:00:01Z," + money + ",USD," + (i == 10 ? "" : "ada@example.com") + "\n";
    if (i != 5 && i != 6) shop += number + ",2026-11-23T10:00:02Z," + money + ",USD\n";
  }
  file("pos.csv", pos);
  file("platform.csv", platform);
  file("shop.csv", shop);
  run("audit --pos " + path("pos.csv") + " --platform " + path("platform.csv") + " --storefront " + path("shop.csv") +
      " --as-of 2026-11-30 --work " + folder() + " -o " + path("out") + " >&2 #");
  plan();
  for (int i = 1; i <= 4; ++i) {
    decide("T" + std::to_string(i), "do", "bob@example.com");
    file("plan.csv", support::read_file(path("edited.csv")));
  }
  for (const char* mode : {"lost_after", "lost_before", "http_500"})
    for (const char* vendor : {"voucherify", "shopify"})
      sandbox_.post("/faults", std::string(R"({"vendor":")") + vendor + R"(","match":{"method":"POST"},"mode":")" +
                                   mode + R"(","probability":0.08})");
  const std::string decisions = "--decisions " + path("plan.csv");
  for (int round = 1; round <= 10; ++round) {
    support::Process::Options options;
    options.arguments = {HANDOFF,       "repair",         "--apply",      path("plan.json"),
                         "--decisions", path("plan.csv"), "-c",           path("handoff.toml"),
                         "--admin",     hub_->admin(),    "--token-file", path("handoff.db.admin-token")};
    support::Process command(options);
    while (command.running() && support::bytes_moved(command.pid()).value_or(0) < round * 6'000)
      std::this_thread::yield();
    command.signal(SIGKILL);
    command.wait(std::chrono::seconds(10));
    if (round % 2 == 0) {
      hub_->process().kill();
      start();
    }
  }
  sandbox_.heal();
  auto settled = [&] {
    const boost::json::value open = hub_->ask("/v1/cases?state=open");
    for (const boost::json::value& one : open.at("cases").as_array())
      run("case retry " + std::to_string(one.at("case").as_int64()));
    return apply(decisions).find("6 done, 1 left") != std::string::npos;
  };
  EXPECT_TRUE(eventually(settled, std::chrono::seconds(120))) << apply(decisions);
  std::map<std::string, std::pair<int, std::int64_t>> spendable;
  const boost::json::value ledger = sandbox_.get("/ledger/voucherify");
  for (const boost::json::value& voucher : ledger.at("vouchers").as_array()) {
    if (!voucher.at("active").as_bool()) continue;
    auto& [times, minor] = spendable[std::string(voucher.at("metadata").at("handoff_credit").as_string())];
    ++times;
    minor += voucher.at("balance_minor").as_int64();
  }
  for (const std::string& ref : refs)
    EXPECT_EQ(spendable[ref], (std::pair<int, std::int64_t>{1, 2500})) << ref << "\n" << ledger;
  EXPECT_TRUE(
      eventually([&] { return agree(kCredits + 1) == 0; }));  // the shop forgets the customer of before in its own time
}

TEST_F(RepairPlan, LeavesAloneWhatHasChangedSince) {
  issue_and_audit();
  plan();
  run("repair " + ref_ + " --reason 'somebody was faster'");
  ASSERT_TRUE(eventually([&] { return repairs() == 1 && states().back() == "complete"; }));
  std::string said = apply();
  EXPECT_NE(said.find("its repairs are 1, was 0"), std::string::npos) << said;
  EXPECT_EQ(code_, 1);
  EXPECT_EQ(repairs(), 1u);
}

TEST_F(RepairPlan, ThatWasEditedIsRefused) {
  issue_and_audit();
  plan();
  std::string text = support::read_file(path("plan.json"));
  text.replace(text.find("\"amount\":\"7.00\""), 15, "\"amount\":\"9.00\"");
  file("plan.json", text);
  EXPECT_NE(apply().find("was changed after it was made"), std::string::npos);
  EXPECT_EQ(code_, 3);
  EXPECT_EQ(repairs(), 0u);
}

}  // namespace handoff::integration
