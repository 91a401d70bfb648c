// What must not stand still for ever or say less than it knows: look-ups whose answers cannot be used, repairs for whom a
// system does not know, second findings (INVARIANTS G2, L2, M9, N5).

#include "tests/unit/engine/value_bed.hpp"

namespace handoff::engine {
namespace {

class Unreadable : public Value {
 protected:
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    if (spoilt && request.target.starts_with("/v1/customers")) return replied(200, json::Object{{"customers", "many"}});
    return Value::at_cards(request, body);
  }
  bool spoilt = true;
};

TEST_F(Unreadable, AnswersToWhoTheCustomerIsEndInACaseThatSaysSoAndGoesByItself) {
  submit();
  run(kHour);
  EXPECT_EQ(state(), "unresolved") << story();
  ASSERT_NE(open_cases().find("identity: unconfirmed"), std::string::npos) << story();
  std::vector<journal::CaseNoteRow> notes = store->read().case_notes(store->read().cases("open", 1).front().no);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes.front().text.rfind("cards cannot say who this is: ", 0), 0u) << notes.front().text;
  spoilt = false;
  run(kHour);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(open_cases(), "");
}

/// Who a credit's customer is, nobody says for hours: its route is not written yet, and it is late all the same.
class Nameless : public Value {
 protected:
  Nameless() {
    setup.routes.front().sla_ms = 15 * 60'000;
    start();
  }
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    return down && request.target.starts_with("/v1/customers") ? lost() : Value::at_cards(request, body);
  }
  bool down = true;
};

TEST_F(Nameless, CreditIsLateByTheTimeOfTheRouteThatItWillTake) {
  submit();
  run(kHour);
  EXPECT_EQ(state(), "accepted") << story();
  EXPECT_EQ(open_cases(), "sla: route all: later than its 15 min\n");
  down = false;
  run(kHour);
  EXPECT_EQ(state(), "complete") << story();
  EXPECT_EQ(open_cases(), "");
}

/// A platform that links to whom it is told, and payments that know Ada and not Bob.
class ForBob : public Value {
 protected:
  ForBob() {
    static const auto* stripe = instance(HANDOFF_PLUGINS "/libhandoff-stripe.so", json::Value(json::Object()));
    setup.connectors.push_back(connector("pay", "payments", stripe, 2));
    setup.routes.front().hops = {hop("cards", "issue"), hop("pay", "record")};
    start();
    submit("credit.issued", "bob@example.com", "T0");  // so that the hub knows him
    run(60'000);
    submit();
    run(60'000);
  }
  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    net::Result out = Value::at_cards(request, body);
    if (!request.target.starts_with("/v1/publications")) return out;
    std::string holder(body.at("customer").at("id").as_string());
    std::string code(body.at("voucher").as_string());
    vouchers[code].holder = holder;
    return replied(200, json::Object{{"result", "SUCCESS"},
                                     {"voucher", json::Object{{"code", code}}},
                                     {"customer", json::Object{{"id", holder}}},
                                     {"customer_id", holder}});
  }
  void send(std::vector<net::Departure> all) override {
    for (net::Departure& one : all)
      arrivals.emplace_back(std::move(one.done),
                            one.out.connection == 2 ? at_stripe(one.out.request) : answer(one.out));
  }
  static std::string field(const std::string& form, const std::string& name) {
    std::size_t at = form.find(name + "=");
    return at == std::string::npos ? "" : form.substr(at + name.size() + 1, form.find('&', at) - at - name.size() - 1);
  }
  net::Result at_stripe(const HttpRequest& request) {
    json::Array rows;
    std::string customer = request.target.starts_with("/v1/customers/") ? request.target.substr(14, 5) : "";
    if (customer.empty()) {
      bool bob = request.target.contains("bob");
      if (!bob || knows_bob)
        rows.emplace_back(json::Object{{"id", bob ? "cus_2" : "cus_1"},
                                       {"object", "customer"},
                                       {"email", bob ? "bob@example.com" : "ada@example.com"}});
    } else if (request.method == "POST") {
      const std::string& form = request.body;
      if (refuses_back && !field(form, "amount").starts_with("-"))
        return replied(403,
                       json::Object{{"error", json::Object{{"type", "invalid_request_error"}, {"message", "no"}}}});
      json::Object made{{"id", "cbtxn_" + std::to_string(booked.size() + 1)},
                        {"object", "customer_balance_transaction"},
                        {"type", "adjustment"},
                        {"amount", std::int64_t{std::stol(field(form, "amount"))}},
                        {"currency", "usd"},
                        {"customer", customer},
                        {"metadata", json::Object{{"handoff_credit", field(form, "metadata%5Bhandoff_credit%5D")},
                                                  {"handoff_key", field(form, "metadata%5Bhandoff_key%5D")}}}};
      booked.emplace_back(customer, made);
      return replied(200, std::move(made));
    } else {
      for (const auto& [whose, row] : booked) {
        if (request.target.ends_with(std::string(json::Value(row).at("id").as_string()))) return replied(200, row);
        if (whose == customer) rows.emplace_back(row);
      }
    }
    return replied(200, json::Object{{"object", "list"}, {"data", json::Value(std::move(rows))}, {"has_more", false}});
  }
  journal::CreditRow adas() { return *store->read().credit(2); }
  std::string adas_story() {
    std::string out = open_cases();
    for (const journal::EffectRow& effect : store->read().effects(2))
      out += effect.op + " " + effect.hop + " " + effect.entry + " " + effect.state + " " + effect.reason + "\n";
    return out + adas().state;
  }
  std::string give_to_bob() {
    Command command;
    command.kind = Command::Kind::repair;
    command.actor = "ann";
    command.credit = adas().ref;
    command.email = "bob@example.com";
    command.text = "it was Bob's receipt";
    std::string said = "no answer";
    command.answer = [&said](bool, const std::string& text) { said = text; };
    inputs.emplace_back(std::move(command));
    run(600'000);
    return said;
  }
  std::map<std::string, std::int64_t> on_account() {
    std::map<std::string, std::int64_t> out;
    for (const auto& [whose, row] : booked) out[whose] -= json::Value(row).at("amount").as_integer().value_or(0);
    return out;
  }
  std::vector<std::pair<std::string, json::Object>> booked;
  bool knows_bob = false, refuses_back = false;
};

TEST_F(ForBob, WhomThePaymentsDoNotKnowTheRepairWaitsAndGoesOnOnceTheyDo) {
  ASSERT_EQ(adas().state, "complete") << adas_story();
  EXPECT_EQ(give_to_bob(), "");
  ASSERT_NE(open_cases().find("repair: pay does not know this customer"), std::string::npos) << adas_story();
  knows_bob = true;
  EXPECT_EQ(retry("repair"), "");
  run(600'000);
  EXPECT_EQ(adas().state, "complete") << open_cases();
  EXPECT_EQ(on_account()["cus_1"], 0);
  EXPECT_GE(on_account()["cus_2"], 2500);
}

TEST_F(ForBob, WhomThePaymentsDoNotKnowTheSourceCanStillTakeItBack) {
  EXPECT_EQ(give_to_bob(), "");
  ASSERT_NE(open_cases().find("repair: pay does not know"), std::string::npos) << open_cases();
  submit("credit.cancelled");
  run(600'000);
  EXPECT_EQ(adas().state, "closed") << open_cases();
  EXPECT_EQ(on_account()["cus_1"], 0);
  int active = 0;
  for (const auto& [code, voucher] : vouchers) active += voucher.active;
  EXPECT_EQ(active, 1) << "Bob's own";
}

/// Voucherify has no look-up by phone; the shop has, and there they were found.
class ObservedByPhone : public Observed {
 protected:
  ObservedByPhone() {
    static const auto* shopify = instance(HANDOFF_PLUGINS "/libhandoff-shopify.so",
                                          json::Value(json::Object{{"base_url", "https://x.myshopify.com"}}));
    setup.connectors.push_back(connector("shop", "storefront", shopify, 2));
    setup.identity_lookup = {"shop"};
    start();
  }
  void send(std::vector<net::Departure> all) override {
    for (net::Departure& one : all)
      arrivals.emplace_back(std::move(one.done), one.out.connection == 2 ? at_shop() : answer(one.out));
  }
  static net::Result at_shop() {
    json::Object found{{"id", "gid://shopify/Customer/1"},
                       {"displayName", "Ada"},
                       {"defaultEmailAddress", json::Value()},
                       {"defaultPhoneNumber", json::Object{{"phoneNumber", "+12025550103"}}}};
    return replied(200, json::Object{{"data", json::Object{{"customerByIdentifier", std::move(found)}}}});
  }
};

TEST_F(ObservedByPhone, CardOfWhomItsSystemCannotLookUpIsNotCalledAnothers) {
  submit("credit.issued", "");
  std::get<Submission>(inputs.back()).event.code = "TILL-1";
  std::get<Submission>(inputs.back()).event.phone = "+12025550103";
  run(60'000);
  EXPECT_EQ(state(), "complete") << story();
}

TEST_F(Observed, CardWhoseCancellationCameFirstWaitsUntilSomebodyHasTakenItBack) {
  submit("credit.cancelled");
  run(60'000);
  EXPECT_EQ(standing(), "accepted") << "what may be spent is not called taken back";
  give();
  EXPECT_EQ(state(), "held") << story();
  ASSERT_NE(open_cases().find("cancel: the register issued it at cards by itself"), std::string::npos) << story();
  vouchers["TILL-1"].active = false;
  EXPECT_EQ(retry("cancel"), "");
  run(600'000);
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(standing(), "rejected");
  EXPECT_EQ(open_cases(), "");
}

TEST_F(Observed, CardThatWasTakenBackBeforeItWasToldOfIsAskedForOnce) {
  submit("credit.cancelled");
  run(60'000);
  EXPECT_EQ(retry("cancel"), "");
  EXPECT_EQ(standing(), "rejected");
  vouchers["TILL-1"].active = false;
  give();
  EXPECT_EQ(state(), "closed") << story();
  EXPECT_EQ(open_cases(), "");
}

TEST_F(Observed, CardIsNotIssuedAgainByARouteThatCameLater) {
  submit("credit.issued", "");  // of whom nobody knows
  std::get<Submission>(inputs.back()).event.code = "TILL-1";
  run(60'000);
  ASSERT_EQ(state(), "unresolved") << story();
  setup.routes.front().hops = {hop("cards", "issue")};
  setup.routes.front().observe = false;
  start();
  submit();
  run(600'000);
  EXPECT_EQ(vouchers.size(), 1u) << story();
  EXPECT_NE(open_cases().find("mapping: the register issued it by itself"), std::string::npos) << story();
  submit("credit.cancelled");
  run(60'000);
  EXPECT_EQ(state(), "held") << "the card is there: " << story();
}

TEST_F(ObservedByPhone, CardThatIsAnotherCustomersThereIsHeld) {
  setup.identity_lookup = {"cards", "shop"};
  setup.routes.front().hops = {hop("cards", "issue")};
  start();
  submit();  // so that cust_1 is somebody
  run(60'000);
  setup.routes.front().hops = {hop("cards", "read")};
  start();
  submit("credit.issued", "", "T2");
  std::get<Submission>(inputs.back()).event.code = "TILL-1";
  std::get<Submission>(inputs.back()).event.phone = "+12025550103";
  run(60'000);
  EXPECT_EQ(store->read().credit(2)->state, "held") << story();
  EXPECT_NE(open_cases().find("it belongs to another customer there"), std::string::npos) << open_cases();
}

TEST_F(ForBob, BookingOfARepairThatWasRefusedKeepsNoCancellationUp) {
  knows_bob = refuses_back = true;
  EXPECT_EQ(give_to_bob(), "");
  ASSERT_NE(open_cases().find("could not be booked anew"), std::string::npos) << adas_story();
  refuses_back = false;
  submit("credit.cancelled");
  run(600'000);
  EXPECT_EQ(adas().state, "closed") << adas_story();
  EXPECT_EQ(on_account()["cus_1"], 0);
}

TEST_F(Value, ThatSomebodyEndedACardIsSaidThoughACaseSaysThatItHeldTooMuch) {
  sell();
  card().put += 1000;
  tell("credit.adjusted");
  ASSERT_NE(open_cases().find("10.00 USD more than was ever put on it"), std::string::npos) << story();
  vouchers.begin()->second.active = false;
  tell("credit.adjusted");
  std::vector<journal::CaseNoteRow> notes = store->read().case_notes(store->read().cases("open", 1).front().no);
  ASSERT_EQ(notes.size(), 1u) << story();
  EXPECT_NE(notes.front().text.find("somebody ended it at cards"), std::string::npos) << notes.front().text;
  tell("credit.adjusted");
  EXPECT_EQ(store->read().case_notes(store->read().cases("open", 1).front().no).size(), 1u) << "said once";
}

TEST_F(Value, TransactionThatIsRefusedForAnothersInstrumentIsNamedByTheCaseAndSoIsTheNext) {
  sell();
  for (const char* transaction : {"T2", "T3"}) {
    submit("credit.issued", "ada@example.com", transaction);
    std::get<Submission>(inputs.back()).event.refs.emplace_back("instrument", store->read().credit(1)->instrument);
    run(1000);
  }
  EXPECT_NE(open_cases().find("T2 line 1 of 2025-11-24 at S1 of register, 25.00 USD"), std::string::npos)
      << open_cases();
  std::vector<journal::CaseNoteRow> notes = store->read().case_notes(store->read().cases("open", 1).front().no);
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_NE(notes.front().text.find("T3 line"), std::string::npos) << notes.front().text;
}

TEST_F(Value, ReceiptWhoseEntryInTheBooksWasAdoptedWaitsForASecondPerson) {
  auto sells = [this](const char* transaction) {
    submit("credit.issued", "ada@example.com", transaction);
    return &std::get<Submission>(inputs.back());
  };
  Submission* adoption = sells("");
  adoption->source = "manual";
  adoption->event.unique_id = "entry-t2";
  adoption->event.business_date.clear();
  adoption->event.refs.emplace_back("adopted", "S1/T2");
  run(60'000);
  ASSERT_EQ(state(), "complete") << story();

  sells("T2");
  sells("T3");
  sells("T2")->event.store = "S2";
  sells("T2")->event.business_date = "2025-11-25";
  run(60'000);
  auto state_of = [this](std::int64_t no) { return store->read().credit(no)->state; };
  EXPECT_EQ(state_of(2), "held");
  EXPECT_NE(open_cases().find("was adopted as " + store->read().credit(1)->ref), std::string::npos) << open_cases();
  EXPECT_EQ(state_of(3), "complete") << "another number";
  EXPECT_EQ(state_of(4), "complete") << "another store's";
  EXPECT_EQ(state_of(5), "complete") << "of a day after the adoption: the number came round again";

  EXPECT_EQ(say_of_approval(Command::Kind::approve, "bob"), "");
  run(60'000);
  EXPECT_EQ(state_of(2), "complete") << "it is another sale, says a person";
}

TEST_F(Value, AReceiptIsNotHeldForAnAdoptionThatWasTakenBack) {
  submit("credit.issued", "ada@example.com", "");
  Submission& adoption = std::get<Submission>(inputs.back());
  adoption.source = "manual";
  adoption.event.unique_id = "entry-t2";
  adoption.event.refs.emplace_back("adopted", "S1/T2");
  run(60'000);
  Command back;
  back.kind = Command::Kind::cancel;
  back.actor = "ann";
  back.credit = store->read().credit(1)->ref;
  back.text = "wrong";
  back.answer = [](bool, const std::string&) {};
  inputs.emplace_back(std::move(back));
  run(60'000);
  ASSERT_EQ(state(), "closed") << story();
  submit("credit.issued", "ada@example.com", "T2");
  run(60'000);
  EXPECT_EQ(store->read().credit(2)->state, "complete") << open_cases();
}

TEST_F(Value, CreditsWithoutAStoreCountOnceForTheDayAfterAStart) {
  setup.routes.front().ceilings.per_day["USD"] = 6000;
  start();
  submit();
  std::get<Submission>(inputs.back()).event.store.clear();
  run(60'000);
  ASSERT_EQ(state(), "complete") << story();
  start();
  submit("credit.issued", "ada@example.com", "T2");
  std::get<Submission>(inputs.back()).event.store.clear();
  run(60'000);
  EXPECT_EQ(store->read().credit(2)->state, "complete") << open_cases();
}

}  // namespace
}  // namespace handoff::engine
