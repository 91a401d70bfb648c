// The queue of cases as the people who work on it see it: candidates, whose it is, notes, many at once.

#include <algorithm>

#include "tests/integration/journey.hpp"

namespace handoff::integration {

class CaseQueue : public Journey {
 protected:
  /// A credit whose identifiers are `customer`'s, which must end as a case.
  void parked(const std::string& transaction, const std::string& customer) {
    std::string body = credit(transaction);
    body.replace(body.find(R"({"email")"), std::string::npos, customer + "}");
    Answer answer = submit(body);
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_NE(answer.body.find("accepted"), std::string::npos) << answer.body;
  }
  std::string says(const std::string& words, int expected = 0) {
    std::string out = handoff(words, code_);
    EXPECT_EQ(code_, expected) << words << "\n" << out;
    return out;
  }
  static bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

  int code_ = 0;
  const std::string adas_mail_bobs_phone_ = R"({"email":"ada@example.com","phone":"+12025550102"})";
};

TEST_F(CaseQueue, CandidateChosenByAPersonIsTheCustomerInTheirWord) {
  start();
  parked("T1", adas_mail_bobs_phone_);
  std::string shown = says("cases");
  EXPECT_TRUE(holds(shown, "1  gid://shopify/Customer/")) << shown;
  EXPECT_TRUE(holds(shown, "email differs, phone equal")) << shown;
  EXPECT_EQ(shown.find("202555"), std::string::npos) << "personal data in a list\n" << shown;
  EXPECT_TRUE(holds(says("case link 1 --candidate 3", 3), "has 2 candidates"));
  says("case link 1 --candidate 1");
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  EXPECT_EQ(agree(1), 0);
  EXPECT_TRUE(holds(says("trace T1"), "chosen by token:")) << says("trace T1");
  // What was told and is not on Ada's record was not learnt: Bob's phone still leads to Bob.
  std::string bob = credit("T2");
  bob.replace(bob.find(R"({"email")"), std::string::npos, R"({"phone":"+12025550102"}})");
  submit(bob);
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; }));
  EXPECT_NE(hub_->ask("/v1/trace/T1").at("credit").at("customer"),
            hub_->ask("/v1/trace/T2").at("credit").at("customer"));
  std::string store_says = store("verify", code_);
  EXPECT_EQ(code_, 0) << store_says;
}

TEST_F(CaseQueue, SecondPersonIsToldWhoWasFirst) {
  start();
  parked("T1", "{}");
  says("case assign 1 --to lee");
  EXPECT_TRUE(holds(says("case assign 1 --to kim", 3), "this case is lee's; to take it over, say --from lee"));
  says("case assign 1 --to kim --from lee");
  EXPECT_TRUE(holds(says("case assign 1 --to ann --from lee", 3), "this case is kim's"));
  says("case note 1 'rang twice'");
  EXPECT_TRUE(holds(says("cases --assignee kim"), "rang twice"));
  EXPECT_TRUE(holds(says("cases --assignee lee"), "No open cases of lee."));
  says("case link 1 --email ada@example.com");
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
  EXPECT_TRUE(holds(says("case link 1 --email bob@example.com", 3), "case 1 is closed, by token:"));
}

TEST_F(CaseQueue, WhatIsLateIsACaseUntilItIsThere) {
  config_.hops[2].more = ", sla = \"1s\"";
  start();
  sandbox_.post("/faults", R"({"vendor":"business_central","mode":"outage"})");
  submit(credit("T1"));
  EXPECT_TRUE(eventually([&] { return holds(says("cases"), "books.record: later than its 1 s"); }));
  std::string refused = says("case close 1 --reason 'it will come'", 3);
  EXPECT_TRUE(holds(refused, "is still late (books.record")) << refused;
  std::string status = says("status");
  EXPECT_TRUE(holds(status, "books.record  1  the oldest sc_")) << status;
  sandbox_.heal();
  EXPECT_TRUE(eventually([&] { return holds(says("cases"), "No open cases."); }, std::chrono::seconds(60)));
  EXPECT_TRUE(holds(says("cases --all"), "by engine: it is there now")) << says("cases --all");
  EXPECT_EQ(states(), std::vector<std::string>{"complete"});
}

TEST_F(CaseQueue, StoresSeeTheirTasksAndOldOnesAreAskedOfWhoTheLadderSays) {
  config_.extra = "[tasks]\nladder = [{ after = \"1s\", ask = \"area manager\" }, { after = \"9d\", ask = \"ops\" }]\n";
  start();
  parked("T1", "{}");
  std::string elsewhere = credit("T2");
  elsewhere.replace(elsewhere.find("S14"), 3, "S15");
  elsewhere.replace(elsewhere.find(R"({"email")"), std::string::npos, "{}}");
  submit(elsewhere);
  std::string shown;
  EXPECT_TRUE(eventually([&] { return holds(shown = says("tasks --store S14"), "asked: area manager, from"); }))
      << shown;
  EXPECT_TRUE(holds(shown, "register R2, The register named no customer.")) << shown;
  EXPECT_FALSE(holds(shown, "S15") || holds(shown, "handoff case")) << shown;
  EXPECT_TRUE(holds(says("tasks --asked store"), "No store has anything to do."));
  says("token create --role supervisor --store S15 --name lee");
  std::string made = says("token create --role supervisor --store S15 --name kim");
  std::size_t at = made.find("htk_");
  std::string own = handoff("tasks --store S14", code_, made.substr(at, made.find('\n', at) - at));
  EXPECT_TRUE(holds(own, "Store S15") && !holds(own, "Store S14")) << own;
  says("case link 1 --email ada@example.com");
  EXPECT_TRUE(eventually([&] { return holds(says("tasks --store S14"), "Store S14 has nothing to do."); }));
}

TEST_F(CaseQueue, CasesOfOneCauseAreOneLineHoweverManyAndWhateverTheAmount) {
  config_.extra = "[ceilings]\nper_credit = [\"20.00 USD\"]\n";
  start();
  for (const char* transaction : {"T1", "T2", "T3"}) submit(credit(transaction));
  parked("T4", "{}");
  std::string shown = says("cases --by-cause");
  EXPECT_TRUE(holds(shown, "approval: cards.issue: # USD is above the ceiling of # USD for one credit")) << shown;
  EXPECT_TRUE(holds(shown, "75.00 USD")) << shown;
  EXPECT_TRUE(holds(shown, "identity: no_identifier")) << shown;
}

TEST_F(CaseQueue, SupervisorOfAStoreDecidesOnNoOther) {
  config_.extra = "[ceilings]\nper_credit = [\"20.00 USD\"]\n";
  start();
  submit(credit("T1"));
  auto token = [&](const std::string& of) {
    std::string made = says("token create --role supervisor --store " + of);
    std::size_t at = made.find("htk_");
    return made.substr(at, made.find('\n', at) - at);
  };
  std::string other = token("S15"), own = token("S14");
  ASSERT_TRUE(eventually([&] { return holds(says("cases"), "approval"); }));
  for (const char* word : {"approve 1", "refuse 1 --reason x"}) {
    std::string said = handoff(std::string("case ") + word, code_, other);
    EXPECT_EQ(code_, 3) << said;
    EXPECT_TRUE(holds(said, "store S15 has no case 1")) << said;
  }
  EXPECT_TRUE(holds(says("cases"), "approval"));
  std::string said = handoff("case approve 1", code_, own);
  EXPECT_EQ(code_, 0) << said;
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete"}; }));
}

TEST_F(CaseQueue, StoreDoesItsOwnTaskWithItsSupervisorsToken) {
  start();
  parked("T1", adas_mail_bobs_phone_);
  std::string promo = credit("T2");
  promo.insert(1, R"("balance_type":"promo",)");
  submit(promo);
  ASSERT_TRUE(eventually([&] { return holds(says("cases"), "mapping, 25.00 USD"); })) << says("cases");
  auto token = [&](const std::string& of) {
    std::string made = says("token create --role supervisor --store " + of);
    std::size_t at = made.find("htk_");
    return made.substr(at, made.find('\n', at) - at);
  };
  std::string other = token("S15"), own = token("S14");
  auto by = [&](const std::string& whom, const std::string& words, int expected) {
    std::string out = handoff(words, code_, whom);
    EXPECT_EQ(code_, expected) << words << "\n" << out;
    return out;
  };
  std::string task = by(own, "tasks", 0);
  EXPECT_TRUE(holds(task, "a supervisor says which: handoff case link 1 --candidate 1")) << task;
  EXPECT_TRUE(holds(task, "email differs, phone equal")) << task;
  EXPECT_EQ(task.find("202555"), std::string::npos) << "personal data in a list\n" << task;
  EXPECT_EQ(task.find("example.com"), std::string::npos) << "personal data in a list\n" << task;
  EXPECT_TRUE(holds(by(other, "tasks", 0), "No store has anything to do."));
  for (const char* words : {"case link 1 --candidate 1", "case assign 1 --to lee", "case note 1 'mine'"})
    EXPECT_TRUE(holds(by(other, words, 3), "store S15 has no case 1")) << words;
  EXPECT_TRUE(holds(by(own, "case note 2 'mine'", 3), "case 2 is no task of a store: it is for ops"));
  for (const char* words : {"case retry 1", "case close 1 --reason x", "cases", "trace T1", "status"})
    EXPECT_TRUE(holds(by(own, words, 3), "this token has the role supervisor")) << words;
  by(own, "case assign 1 --to lee", 0);
  by(own, "case note 1 'rang her'", 0);
  by(own, "case link 1 --candidate 1", 0);
  EXPECT_TRUE(eventually([&] { return std::ranges::count(states(), "complete") == 1; }));
  EXPECT_TRUE(holds(says("trace T1"), "chosen by token:supervisor-S14")) << says("trace T1");
  EXPECT_EQ(agree(1), 0);
}

TEST_F(CaseQueue, MemberOfAWrongTypeIsRefusedWithItsName) {
  start();
  parked("T1", "{}");
  auto answer = support::HttpClient(hub_->admin()).post("/v1/cases/1/link", R"({"email":7})", hub_->authorization());
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(holds(answer.body, "email: write a string")) << answer.body;
}

TEST_F(CaseQueue, FileOfDecisionsIsTriedThenTakenAndASecondTimeChangesNothing) {
  start();
  for (const char* transaction : {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"})
    parked(transaction, std::string_view(transaction) == "T2" || std::string_view(transaction) == "T6"
                            ? adas_mail_bobs_phone_
                            : "{}");
  std::string csv = says("cases --csv"), file = folder() + "/cases.csv";
  EXPECT_TRUE(holds(csv, "case,kind,role,assignee")) << csv;
  EXPECT_EQ(std::ranges::count(csv, '\n'), 9) << csv;
  std::vector<std::string> credits(10);  // by the number of the case
  const boost::json::value listed = hub_->ask("/v1/cases?limit=50");
  for (const boost::json::value& one : listed.at("cases").as_array())
    credits[static_cast<std::size_t>(one.at("case").as_int64())] = one.at("credit").at("ref").as_string();
  auto decided = [&](const std::string& action, std::size_t no, const std::string& rest,
                     const std::string& amount = "25") {
    return action + ";" + std::to_string(no) + ";" + credits[no] + ";" + (no < 9 ? amount : "") + ";" + rest + "\r\n";
  };
  const std::string head = "action;case;credit;amount;email;candidate;why\r\n";
  // As a spreadsheet of another country writes it, with a line end inside a note.
  support::write_file(file, head + decided("Link", 1, "ada@example.com;;") + decided("link", 2, ";1;", "25,00") +
                                decided("note", 3, ";;\"asked \"\"Jo\"\",\ntwice\"") + decided("close", 4, ";;") +
                                decided("burn", 5, ";;") + decided("", 3, ";;") + decided("link", 6, ";9;") +
                                decided("close", 7, ";;lost") + decided("retry", 8, ";;") + decided("assign", 9, ";;"));
  std::string tried = says("cases apply '" + file + "' --dry-run", 1);
  EXPECT_TRUE(holds(tried, "line 2  case 1  link  would be done")) << tried;
  EXPECT_TRUE(holds(tried, "line 6  case 4  close  refused: why: write a reason")) << tried;
  EXPECT_TRUE(holds(tried, "line 7  case 5  burn  refused: action: 'burn' is none")) << tried;
  EXPECT_TRUE(holds(tried, "line 9  case 6  link  refused: case 6 has 2 candidates")) << tried;
  EXPECT_TRUE(holds(tried, "line 10  case 7  close  refused: sc_")) << "it says what the hub would\n" << tried;
  EXPECT_TRUE(holds(tried, "is still unresolved: link or retry it")) << tried;
  EXPECT_TRUE(holds(tried, "line 11  case 8  retry  refused: sc_") && holds(tried, "nothing of it is held")) << tried;
  EXPECT_TRUE(holds(tried, "line 12  case 9  assign  refused: there is no case 9")) << tried;
  EXPECT_TRUE(holds(tried, "3 decisions would be taken, 6 refused.")) << tried;
  EXPECT_EQ(std::ranges::count(states(), "unresolved"), 8) << "a dry run that was none";
  EXPECT_EQ(says("cases --csv"), csv) << "a dry run that was none";
  EXPECT_TRUE(holds(says("cases apply '" + file + "'", 1), "3 decisions taken, 6 refused."));
  EXPECT_TRUE(eventually([&] { return std::ranges::count(states(), "complete") == 2; }));
  EXPECT_TRUE(holds(says("cases"), R"(asked "Jo", twice)"));
  EXPECT_TRUE(holds(says("cases apply '" + file + "'", 1), "case 1  link  refused: case 1 is closed, by token:"));
  EXPECT_EQ(agree(2), 0);
  // What was sorted by one column alone would give a stranger's money away.
  std::swap(credits[3], credits[4]);
  support::write_file(file, head + decided("link", 3, "ada@example.com;;") + decided("link", 4, "bob@example.com;;") +
                                decided("link", 5, ";;x") + decided("note", 5, ";;y") +
                                decided("link", 6, "ada@example.com;;", "26"));
  for (const char* way : {"' --dry-run", "'"}) {
    std::string mixed = says("cases apply '" + file + way, 2);
    EXPECT_TRUE(holds(mixed, "line 2, case 3: credit says " + credits[3] + ", and the case has " + credits[4]))
        << mixed;
    EXPECT_TRUE(holds(mixed, "line 5, case 5: it stands on line 4, too")) << mixed;
    EXPECT_TRUE(holds(mixed, "line 6, case 6: amount says 26, and the case has 25.00")) << mixed;
    EXPECT_TRUE(holds(mixed, "nothing was ordered")) << mixed;
  }
  EXPECT_EQ(std::ranges::count(states(), "unresolved"), 6) << "one line that is mixed up stops all";
  support::write_file(file, "number;what\n1;2\n");
  EXPECT_TRUE(holds(says("cases apply '" + file + "'", 2), "cases.csv:1: has no column \"case\""));
  support::write_file(file, "case;action;email\n3;link;ada@example.com\n");
  EXPECT_TRUE(holds(says("cases apply '" + file + "'", 2), "cases.csv:1: has no column \"credit\""));
  support::write_file(file, "case;action;credit;amount;why\n3;note;;;one\n3;note\n");
  EXPECT_TRUE(holds(says("cases apply '" + file + "'", 2), "cases.csv:3: has 2 fields, the header 5"));
}

}  // namespace handoff::integration
