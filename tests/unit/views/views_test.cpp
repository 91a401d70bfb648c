#include "core/serve/views.hpp"

#include <gtest/gtest.h>

#include "core/journal/store.hpp"
#include "core/model/identity.hpp"
#include "core/serve/views_next.hpp"
#include "core/serve/views_tasks.hpp"
#include "core/serve/views_token.hpp"
#include "tests/support/temp_dir.hpp"

namespace handoff::serve {
namespace {

class Views : public ::testing::Test {
 protected:
  Views() {
    journal::StoreOptions options;
    options.path = dir.file("handoff.db");
    store = std::move(*journal::Store::open(options));
  }

  journal::CreditAccepted add(const std::string& store_no, const std::string& transaction) {
    CreditKey key;
    key.source = "register";
    key.scope = store_no;
    key.business_date = "2026-11-23";
    key.transaction = transaction;
    journal::CreditAccepted event;
    event.credit = store->next_credit();
    event.ref = credit_ref(credit_id(key));
    event.source = "register";
    event.business_date = "2026-11-23";
    event.transaction = transaction;
    event.store = store_no;
    event.amount = Money(2500, "USD");
    store->append(1000, credit_id(key), "test", event);
    return event;
  }
  journal::RepairOpened repair_of(const journal::CreditAccepted& credit) {
    const std::string cid = *credit_id_from_ref(credit.ref);
    journal::RepairOpened opened;
    opened.repair = store->next_repair();
    opened.credit = credit.credit;
    store->append(2000, cid, "token:ann", opened);
    journal::CreditMoved moved;
    moved.credit = credit.credit;
    moved.state = "repairing";
    moved.active = true;
    store->append(2000, cid, "engine", moved);
    return opened;
  }
  void opened_case(const journal::CreditAccepted& credit, const std::string& kind, const std::string& reason) {
    journal::CaseOpened opened;
    opened.case_no = store->next_case();
    opened.credit = credit.credit;
    opened.kind = kind;
    opened.reason = reason;
    opened.role = "supervisor";
    opened.amount = credit.amount;
    store->append(2000, *credit_id_from_ref(credit.ref), "engine", opened);
  }
  journal::Reader& read() { return store->read(); }
  std::int64_t restored_epoch() { return read().last_restore()->epoch; }

  support::TempDir dir;
  std::unique_ptr<journal::Store> store;
};

TEST_F(Views, MoneyIsExactText) {
  EXPECT_EQ(json::write(money_view(Money(2500, "USD"))), R"({"amount":"25.00","currency":"USD"})");
  EXPECT_EQ(json::write(money_view(Money(25, "JPY"))), R"({"amount":"25","currency":"JPY"})");
}

TEST_F(Views, AnEmptyStoreHasAStatus) {
  json::Value view = status_view(read(), 0);
  EXPECT_EQ(view.at("credits").at("total").as_integer(), 0);
  EXPECT_EQ(view.at("cases").at("open").as_integer(), 0);
  EXPECT_TRUE(view.at("oldest_under_way").is_null());
}

TEST_F(Views, OnlyCreditsThatStandStillAreHeldUp) {
  for (auto [transaction, state, kind] : {std::tuple("1", "held", "vendor refused"),
                                          {"2", "complete", "conflict"},
                                          {"3", "closed", "spent"},
                                          {"4", "routed", "sla"}}) {
    journal::CreditAccepted credit = add("S1", transaction);
    std::string cid = *credit_id_from_ref(credit.ref);
    journal::CreditMoved moved;
    moved.credit = credit.credit;
    moved.state = state;
    store->append(2000, cid, "engine", moved);
    journal::CaseOpened opened;
    opened.case_no = store->next_case();
    opened.credit = credit.credit;
    opened.kind = kind;
    opened.role = "ops";
    opened.amount = Money(2500, "USD");
    store->append(2000, cid, "engine", opened);
  }
  json::Value cases = status_view(read(), 3000).at("cases");
  EXPECT_EQ(cases.at("open").as_integer(), 4);
  EXPECT_EQ(json::write(cases.at("amounts")), R"([{"amount":"50.00","currency":"USD"}])");
  std::string held;
  const json::Value causes = causes_view(read(), CaseFilter{}, 3000);
  for (const json::Value& one : causes.at("causes").as_array())
    if (!one.at("amounts").as_array().empty()) held += std::string(one.at("kind").as_string()) + ";";
  EXPECT_EQ(held, "sla;vendor refused;");
}

TEST_F(Views, AMirrorThatIsBroughtUpToDateLaterWasDoneWhenItWasDoneFirst) {
  journal::CreditAccepted credit = add("S1", "100");
  std::string cid = *credit_id_from_ref(credit.ref);
  journal::CreditRouted routed;
  routed.credit = credit.credit;
  routed.route = "store-credit";
  routed.hops.resize(1);
  routed.hops[0].id = "shop.mirror";
  routed.hops[0].op = "mirror";
  routed.hops[0].sla_ms = 120'000;
  store->append(2000, cid, "engine", routed);
  journal::HopMoved moved;
  moved.credit = credit.credit;
  moved.hop = "shop.mirror";
  for (auto [at, state] : {std::pair(2500, "running"), {5000, "done"}, {900'000, "waiting"}, {901'000, "running"}}) {
    moved.state = state;
    store->append(at, cid, "engine", moved);
  }
  json::Value running = trace_view(read(), nullptr, credit.ref, 902'000)->at("hops").as_array().front();
  EXPECT_EQ(running.at("done_at").as_string(), "1970-01-01T00:00:05.000Z");
  EXPECT_EQ(running.at("elapsed_ms").as_integer(), 1000);
  EXPECT_FALSE(running.at("late").as_bool());
  moved.state = "done";
  store->append(903'000, cid, "engine", moved);
  json::Value done = trace_view(read(), nullptr, credit.ref, 999'000)->at("hops").as_array().front();
  EXPECT_EQ(done.at("elapsed_ms").as_integer(), 3000);
  EXPECT_EQ(done.at("done_at").as_string(), "1970-01-01T00:00:05.000Z");
  EXPECT_EQ(done.at("updated_at").as_string(), "1970-01-01T00:15:03.000Z");
  EXPECT_FALSE(done.at("late").as_bool());
}

/// A system that is sent one booking of a customer at a time: of the second nothing was sent, and it is not the system's
/// fault.
TEST_F(Views, ATraceOfABookingThatWaitsBehindAnotherOfItsCustomerNamesThatOne) {
  std::vector<std::string> refs;
  journal::CustomerAdded customer;
  customer.customer = store->next_customer();
  customer.hub = "cu_1";
  store->append(1000, "", "engine", customer);
  for (const char* transaction : {"100", "101"}) {
    journal::CreditAccepted credit = add("S1", transaction);
    std::string cid = *credit_id_from_ref(credit.ref);
    refs.push_back(credit.ref);
    journal::CreditResolved resolved;
    resolved.credit = credit.credit;
    resolved.customer = customer.customer;
    store->append(1500, cid, "engine", resolved);
    journal::CreditRouted routed;
    routed.credit = credit.credit;
    routed.hops.resize(1);
    routed.hops[0].id = "books.record";
    routed.hops[0].connector = "books";
    routed.hops[0].op = "record";
    routed.hops[0].sla_ms = 60'000;
    store->append(2000, cid, "engine", routed);
    journal::EffectPlanned planned;
    planned.effect = store->next_effect();
    planned.credit = credit.credit;
    planned.subject = credit.ref;
    planned.hop = "books.record";
    planned.connector = planned.surface = "books";
    planned.op = "record";
    store->append(2000, cid, "engine", planned);
  }
  auto next = [&] { return json::write(trace_view(read(), nullptr, refs[1], 900'000)->at("next")); };
  EXPECT_NE(next().find("nothing of it was sent yet. See whether the hop is paused"), std::string::npos) << next();
  journal::AttemptSent sent;
  sent.effect = 1;
  sent.label = "post";
  sent.attempt = 1;
  store->append(3000, "", "engine", sent);
  journal::AttemptEnded ended;
  ended.effect = 1;
  ended.attempt = 1;
  ended.outcome = "UNKNOWN";
  store->append(5000, "", "engine", ended);
  EXPECT_NE(next().find("books.record of " + refs[0] + ", the same customer's, is in doubt at books"),
            std::string::npos)
      << next();
  EXPECT_NE(next().find("handoff trace " + refs[0]), std::string::npos);
  EXPECT_EQ(next().find("last attempt"), std::string::npos);
}

TEST_F(Views, ASystemThatAsksToWaitIsNamedInStatusAndTrace) {
  journal::CreditAccepted credit = add("S1", "100");
  std::string cid = *credit_id_from_ref(credit.ref);
  journal::CreditRouted routed;
  routed.credit = credit.credit;
  routed.hops.resize(1);
  routed.hops[0].id = "books.record";
  routed.hops[0].connector = "books";
  routed.hops[0].op = "record";
  store->append(2000, cid, "engine", routed);
  journal::EffectPlanned planned;
  planned.effect = 1;
  planned.credit = credit.credit;
  planned.hop = "books.record";
  planned.connector = "books";
  planned.op = "record";
  store->append(2000, cid, "engine", planned);
  journal::AttemptSent sent;
  sent.effect = 1;
  sent.label = "post";
  journal::AttemptEnded ended;
  ended.effect = 1;
  auto attempt = [&](const char* outcome, const char* code) {
    sent.attempt = ++ended.attempt;
    ended.outcome = outcome;
    ended.code = code;
    store->append(3000 * sent.attempt, cid, "engine", sent);
    store->append(3000 * sent.attempt + 10, cid, "engine", ended);
  };
  attempt("NOT_SENT", "");  // no connection
  EXPECT_TRUE(status_view(read(), 20'000).at("asked_to_wait").is_null());
  attempt("NOT_SENT", "429");
  EXPECT_EQ(json::write(status_view(read(), 20'000).at("asked_to_wait")),
            R"([{"connector":"books","code":"429","effects":1}])");
  EXPECT_EQ(
      json::write(trace_view(read(), nullptr, credit.ref, 20'000)->at("next")),
      R"(["books.record: books asked to wait (429, 00:00:06 UTC), and nothing was done there. handoff sends it again by itself."])");
  attempt("APPLIED", "200");
  EXPECT_TRUE(status_view(read(), 20'000).at("asked_to_wait").is_null());
}

TEST_F(Views, WhatMayHaveBeenSentBeforeARestoreIsInDoubtFromWhenThatWasNoticed) {
  journal::CreditAccepted credit = add("S1", "100");
  std::string cid = *credit_id_from_ref(credit.ref);
  journal::CreditRouted routed;
  routed.credit = credit.credit;
  routed.hops.resize(1);
  routed.hops[0].id = "books.record";
  routed.hops[0].op = "record";
  store->append(2000, cid, "engine", routed);
  store->set_epoch(2);
  journal::StoreRestored restored;
  restored.point = 500;
  restored.how = "restore";
  store->append(600, "", "operator", restored);
  journal::EffectPlanned planned;
  planned.effect = 1;
  planned.credit = credit.credit;
  planned.hop = "books.record";
  planned.op = "record";
  store->append(2000, cid, "engine", planned);
  journal::CallDoubted doubted;
  doubted.effect = 1;
  doubted.label = "post";
  doubted.since = 500;
  store->append(70'000, cid, "engine", doubted);
  std::int64_t asked = 0;
  DoubtOf doubt_of = [&](const journal::EffectRow&, const journal::CallRow&, std::int64_t ended_at) {
    asked = ended_at;
    return std::optional(Doubt{ended_at + 60'000, true, false});
  };
  ASSERT_TRUE(trace_view(read(), nullptr, credit.ref, 80'000, doubt_of));
  EXPECT_EQ(asked, 70'000) << "before that the credit was not there";
  journal::RecoveryClosed closed;
  closed.restored = restored_epoch();
  store->append(80'000, "", "engine", closed);
  json::Value recovery = status_view(read(), 90'000).at("recovery");
  EXPECT_FALSE(recovery.at("open").as_bool());
  EXPECT_EQ(recovery.at("effects_in_doubt").as_integer(), 1) << "what is over is not all";
}

TEST_F(Views, ATraceSaysUntilWhenADoubtWaitsAndWhatItIsWorth) {
  journal::CreditAccepted credit = add("S1", "100");
  std::string cid = *credit_id_from_ref(credit.ref);
  journal::CreditRouted routed;
  routed.credit = credit.credit;
  routed.hops.resize(1);
  routed.hops[0].id = "books.record";
  routed.hops[0].connector = "books";
  store->append(2000, cid, "engine", routed);
  journal::HopMoved moved;
  moved.credit = credit.credit;
  moved.hop = "books.record";
  moved.state = "running";
  store->append(2000, cid, "engine", moved);
  journal::EffectPlanned planned;
  planned.effect = 1;
  planned.credit = credit.credit;
  planned.hop = "books.record";
  planned.connector = "books";
  planned.op = "record";
  store->append(2000, cid, "engine", planned);
  journal::AttemptSent sent;
  sent.effect = 1;
  sent.label = "post";
  sent.attempt = 1;
  store->append(3000, cid, "engine", sent);
  journal::AttemptEnded ended;
  ended.effect = 1;
  ended.attempt = 1;
  ended.outcome = "UNKNOWN";
  ended.elapsed_us = 2'000'000;
  store->append(5000, cid, "engine", ended);
  std::int64_t asked = 0;
  auto next = [&](std::int64_t now, bool proves, bool unstated) {
    DoubtOf doubt_of = [&](const journal::EffectRow&, const journal::CallRow&, std::int64_t ended_at) {
      asked = ended_at;
      return std::optional(Doubt{ended_at + 60'000, proves, unstated});
    };
    return json::write(trace_view(read(), nullptr, credit.ref, now, doubt_of)->at("next"));
  };
  EXPECT_EQ(
      next(6000, true, false),
      R"(["books.record is in doubt, until 00:01:05 UTC: handoff looks it up and resends only what is proven to be safe. Do not repeat it by hand."])");
  EXPECT_EQ(asked, 5000);
  EXPECT_NE(next(6000, true, true).find("if you know: [connector.books.assume]"), std::string::npos);
  EXPECT_NE(next(6000, false, false).find("it becomes a case"), std::string::npos);
  EXPECT_NE(next(66'000, true, false).find("over since 00:01:05 UTC: see whether books answers"), std::string::npos);
  EXPECT_NE(json::write(*trace_view(read(), nullptr, credit.ref, 6000)).find("books.record is in doubt: handoff"),
            std::string::npos)
      << "where nothing runs, nothing is said of when";
}

TEST_F(Views, ListsSayIfThereIsMore) {
  for (int i = 0; i < 3; ++i) add("S1", std::to_string(100 + i));
  EXPECT_TRUE(credits_view(read(), CreditFilter{}, 2, 0)->at("more").as_bool());
  json::Value all = *credits_view(read(), CreditFilter{}, 3, 0);
  EXPECT_FALSE(all.at("more").as_bool());
  EXPECT_EQ(all.at("credits").as_array().size(), 3U);
  EXPECT_EQ(all.at("credits").at(std::size_t{0}).at("transaction").as_string(), "102");
  CreditFilter held;
  held.state = "held";
  EXPECT_TRUE(credits_view(read(), held, 3, 0)->at("credits").as_array().empty());
}

TEST_F(Views, ACreditIsFoundByWhateverIsAtHand) {
  journal::CreditAccepted first = add("S1", "700");
  journal::RefAdded ref;
  ref.surface = "square";
  ref.type = "refund";
  ref.id = "R-9";
  ref.credit = first.credit;
  store->append(1000, "", "test", ref);
  for (const std::string& what : {first.ref, std::string("700"), std::string("R-9"), std::string("#1")}) {
    auto found = find_credit(read(), what);
    ASSERT_TRUE(found) << what << ": " << found.error().message;
    EXPECT_EQ(found->no, first.credit);
  }
  EXPECT_FALSE(find_credit(read(), "1"))
      << "a transaction of that number would be meant, and credit #1 is somebody else's";
  journal::CreditAccepted second = add("S1", "1");
  auto found = find_credit(read(), "1");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->no, second.credit) << "credit #1 is no reason to ask back";
}

TEST_F(Views, ACreditIsFoundByTheCodeThatTheHubMade) {
  journal::CreditAccepted first = add("S1", "700");
  journal::EffectPlanned issue;
  issue.effect = store->next_effect();
  issue.credit = first.credit;
  issue.subject = "the credit";
  issue.surface = "cards:wallet";
  issue.op = "issue";
  store->append(2000, *credit_id_from_ref(first.ref), "engine", issue);
  crypto::Vault vault(std::string(32, 'k'), crypto::system_random);
  std::string code = vault.instrument_code("the credit|cards:wallet|0"), spoken = code;
  spoken.insert(4, "-");
  for (const std::string& what : {code, spoken}) {
    auto found = trace_view(read(), &vault, what, 3000);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->at("credit").at("ref").as_string(), first.ref);
  }
  code.front() = code.front() == 'a' ? 'b' : 'a';
  EXPECT_FALSE(trace_view(read(), &vault, code, 3000));
}

TEST_F(Views, CreditsAreFoundByReceipt) {
  add("S1", "1");
  add("S2", "2");
  CreditFilter filter;
  filter.store = "S2";
  filter.on = "2026-11-23";
  filter.amount = "25.00 USD";
  auto found = credits_view(read(), filter, 9, 0);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->at("credits").as_array().size(), 1u);
  EXPECT_EQ(found->at("credits").at(std::size_t{0}).at("store").as_string(), "S2");
  filter.amount = "25.01 USD";
  EXPECT_TRUE(credits_view(read(), filter, 9, 0)->at("credits").as_array().empty());
  filter.amount = "25";
  EXPECT_FALSE(credits_view(read(), filter, 9, 0));
}

TEST_F(Views, SeveralCandidatesAreNamed) {
  journal::CreditAccepted a = add("S1", "2"), b = add("S2", "2");
  auto found = find_credit(read(), "2");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "ambiguous");
  EXPECT_NE(found.error().message.find(a.ref), std::string::npos);
  EXPECT_NE(found.error().message.find(b.ref + "  25.00 USD, transaction 2 of 2026-11-23 at store S2"),
            std::string::npos)
      << found.error().message;
  EXPECT_EQ(find_credit(read(), "#2")->no, b.credit);
}

TEST_F(Views, NothingFoundSaysWhatToGive) {
  for (const char* what : {"", "0", "-1", "99999999999999999999", "sc_", "#", "#x", "x'; --"}) {
    auto found = find_credit(read(), what);
    ASSERT_FALSE(found) << what;
    EXPECT_EQ(found.error().code, "not_found");
  }
}

TEST_F(Views, EveryKindOfCaseHasAnAdvice) {
  journal::CreditRow credit;
  credit.ref = "sc_x";
  credit.transaction = "7";
  for (const char* kind : {"identity", "mapping", "conflict", "unknown outcome", "verification", "vendor refused",
                           "unreadable", "connector", "cancel", "collision", "a kind of tomorrow"}) {
    journal::CaseRow row;
    row.kind = kind;
    std::string text = next_step(credit, row, {});
    EXPECT_TRUE(text.ends_with('.') || text.contains("handoff case ")) << text;
    EXPECT_GT(text.size(), 30U) << kind;
    row.reason = "books.record: because";
    EXPECT_NE(next_step(credit, row, {}).find("books.record: because"), std::string::npos) << kind;
  }
}

TEST_F(Views, WhatWasRefusedAsAnotherTransactionIsSentAgainBeforeItsCaseIsClosed) {
  journal::CaseRow row;
  row.no = 4;
  row.kind = "collision";
  row.reason = "another transaction was refused and has no credit";
  std::string text = next_step({}, row, {});
  EXPECT_LT(text.find("Send it again from its source under another line number"), text.find("handoff case close 4"))
      << text;
}

/// The phone of a customer fits, or a system cannot say: the reason is the same.
TEST_F(Views, AnUncertainCustomerIsNotSaidToBeFoundByPhone) {
  journal::CaseRow row;
  row.kind = "identity";
  row.reason = "unconfirmed";
  std::string text = next_step({}, row, {});
  EXPECT_TRUE(text.contains("Where only the phone fits") && text.contains("Where a system could not say")) << text;
}

/// An e-mail of one and a phone of another: both stay told, so that only a choice ends it.
TEST_F(Views, AContradictionIsEndedByChoosingOneOfItsCandidates) {
  journal::CreditRow credit;
  credit.source = "register";
  credit.transaction = "7";
  journal::CaseRow row;
  row.no = 4;
  row.kind = "identity";
  row.reason = "contradiction";
  row.candidates.resize(2);
  for (const std::string& text : {next_step(credit, row, {}), store_step(credit, row, {})}) {
    EXPECT_TRUE(text.contains("handoff case link 4 --candidate 1")) << text;
    EXPECT_FALSE(text.contains("--email") || text.contains("same transaction again")) << text;
  }
  row.reason = "ambiguous";
  EXPECT_TRUE(next_step(credit, row, {}).contains("--email")) << "one more identifier tells them apart";
}

TEST_F(Views, AWordThatWaitsForAnotherPersonIsSaidWithWhatTheyMayDo) {
  journal::CreditRow credit;
  journal::CaseRow row;
  row.no = 4;
  row.kind = "unknown outcome";
  row.reason = "books.record: 'post' shows no trace";
  EXPECT_TRUE(next_step(credit, row, {}).contains("handoff case settle 4 --happened")) << next_step(credit, row, {});
  row.word_by = "token:ann";
  row.word.word = "not happened";
  row.word.reason = "the journal is empty";
  EXPECT_EQ(
      next_step(credit, row, {}),
      "books.record: 'post' shows no trace. token:ann says that it did not happen: the journal is empty. Another person decides: "
      "handoff case approve 4, or handoff case refuse 4 --reason TEXT");
}

/// As at the void's read-back: nothing is in doubt, and there is no way back.
TEST_F(Views, AStuckRepairIsOfferedOnlyTheWaysOutThatWouldBeTaken) {
  journal::CreditRow credit;
  journal::CaseRow row;
  row.no = 4;
  row.kind = "repair";
  row.reason = "void: it is void, but cards does not show what that took away";
  std::string stuck = next_step(credit, row, RepairExits{false, false});
  EXPECT_TRUE(stuck.contains("handoff case retry 4")) << stuck;
  EXPECT_FALSE(stuck.contains("settle") || stuck.contains("refuse")) << stuck;
  EXPECT_TRUE(next_step(credit, row, RepairExits{true, false}).contains("handoff case settle 4"));
  EXPECT_TRUE(next_step(credit, row, RepairExits{false, true}).contains("handoff case refuse 4"));
}

TEST_F(Views, TheActionsOfACaseAreThoseThatItsAdviceNamesAndWhatIsOpenToEveryCase) {
  journal::CreditRow credit;
  journal::CaseRow row;
  row.no = 4;
  auto actions = [&](const std::string& next) {
    std::string out;
    for (const std::string& action : actions_of(row, next)) out += action + " ";
    return out;
  };
  row.kind = "repair";
  EXPECT_EQ(actions(next_step(credit, row, RepairExits{true, true})), "retry settle refuse assign note ");
  EXPECT_EQ(actions(next_step(credit, row, RepairExits{false, false})), "retry assign note ");
  row.kind = "approval";
  EXPECT_EQ(actions(next_step(credit, row, {})), "approve refuse assign note ");
  row.kind = "sla";
  EXPECT_EQ(actions(next_step(credit, row, {})), "assign note ");
  row.kind = "unreadable source";
  EXPECT_EQ(actions(next_step_of_source(row)), "retry close assign note ");

  opened_case(add("S1", "7"), "late", "it moved");
  const json::Value view = cases_view(read(), {}, 10, 3000);
  EXPECT_EQ(json::write(view.at("cases").at(0).at("actions")), R"(["close","assign","note"])");
}

/// Who reads it in the store can refuse it; at the register there is nothing to approve and nothing to cancel.
TEST_F(Views, ATaskForTheApprovalOfARepairIsNotAskedForAtTheRegister) {
  journal::CreditAccepted credit = add("S1", "7");
  repair_of(credit);
  opened_case(credit, "approval", "void and reissue of 25.00 USD (wrong account)");
  const json::Value tasks = tasks_view(read(), "", "", {}, 10, 3000);
  std::string what(tasks.at("tasks").at(0).at("what").as_string());
  EXPECT_TRUE(what.starts_with("void and reissue of 25.00 USD")) << what;
  EXPECT_TRUE(what.contains("handoff case approve 1") && what.contains("handoff case refuse 1")) << what;
  EXPECT_FALSE(what.contains("register")) << what;
  opened_case(add("S2", "8"), "approval", "cards.issue: 25.00 USD is above the ceiling of 20.00 USD for one credit");
  const json::Value ceiling = tasks_view(read(), "S2", "", {}, 10, 3000);
  what = ceiling.at("tasks").at(0).at("what").as_string();
  EXPECT_TRUE(what.contains("above the ceiling of 20.00 USD") && what.contains("transaction 8")) << what;
  EXPECT_TRUE(what.contains("approves it at the register")) << what;
}

TEST_F(Views, WhatAVoidTookAwayIsHeldUpUntilItIsGivenAgain) {
  journal::CreditAccepted credit = add("S1", "7");
  journal::RepairOpened repair = repair_of(credit);
  opened_case(credit, "approval", "reissue of 35.00 USD");
  auto amounts = [&] { return json::write(status_view(read(), 3000).at("cases").at("amounts")); };
  EXPECT_EQ(amounts(), "[]");
  journal::RepairMoved moved;
  moved.repair = repair.repair;
  moved.state = "confirmed";
  moved.removed = Money(2500, "USD");
  store->append(3000, *credit_id_from_ref(credit.ref), "engine", moved);
  EXPECT_EQ(amounts(), R"([{"amount":"25.00","currency":"USD"}])");
}

/// More was on it than was agreed to: what the void took away is owed, and the engine takes no refusal.
TEST_F(Views, WhatAVoidTookAwayCanOnlyBeApprovedOrCancelledAtItsSource) {
  journal::CreditAccepted credit = add("S1", "7");
  std::string cid = *credit_id_from_ref(credit.ref);
  journal::RepairOpened opened = repair_of(credit);
  journal::CaseRow row;
  row.no = 4;
  row.credit = credit.credit;
  row.kind = "approval";
  row.reason = "void and reissue of 25.00 USD (wrong account)";
  auto next = [&] { return next_step(*read().credit(credit.credit), row, exits_of(read(), row)); };
  EXPECT_TRUE(next().contains("handoff case refuse 4")) << "nothing was sent yet: " << next();
  journal::RepairMoved moved;
  moved.repair = opened.repair;
  moved.state = "confirmed";
  moved.removed = Money(3500, "USD");
  store->append(3000, cid, "engine", moved);
  row.reason = "reissue of 35.00 USD: the void took away more than was agreed to";
  EXPECT_TRUE(next().contains("handoff case approve 4")) << next();
  EXPECT_FALSE(next().contains("case refuse")) << next();
  EXPECT_TRUE(next().ends_with("cancel transaction 7 of 2026-11-23 at store S1 at its source.")) << next();
}

TEST_F(Views, ATokenIsLongAndItsHashIsNot) {
  NewToken a = make_token(crypto::system_random), b = make_token(crypto::system_random);
  EXPECT_EQ(a.text.size(), 36U);
  EXPECT_EQ(a.hash.size(), 64U);
  EXPECT_NE(a.text, b.text);
  EXPECT_EQ(a.hash, token_hash(a.text));
  EXPECT_FALSE(token_problem(read(), "king", "", "x").empty());
  EXPECT_FALSE(token_problem(read(), "ops", "", "").empty());
  EXPECT_FALSE(token_problem(read(), "ops", "", "a b").empty());
  EXPECT_TRUE(token_problem(read(), "supervisor", "S1", "night-shift").empty());
}

}  // namespace
}  // namespace handoff::serve
