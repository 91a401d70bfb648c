#pragma once
// A platform whose cards are spent, added to and ended by others, and a credit that is sold once and put right.

#include "tests/unit/engine/bed.hpp"

namespace handoff::engine {

class Value : public EngineBed {
 protected:
  Value() {
    refuses_looks = loses_voids = false;
    posts.push_back("the first is not lost");
    setup.routes.front().hops.pop_back();  // the books of this bed take nothing back
    setup.reissue = true;
    start();
  }
  struct Card {
    std::int64_t put = 0, spent = 0;  // hundredths
    std::string expires;
  };

  net::Result at_cards(const HttpRequest& request, const json::Value& body) override {
    net::Result out = EngineBed::at_cards(request, body);
    std::string code =
        request.target.starts_with("/v1/vouchers/") ? request.target.substr(13, request.target.find('/', 13) - 13) : "";
    looks += !code.empty() && request.method == "GET";
    if (!vouchers.contains(code) || out.ended != net::Ended::replied) return out;
    if (std::optional<std::int64_t> amount = body.at("gift").at("amount").as_integer())
      cards[code] = {*amount, 0, std::string(body.at("expiration_date").as_string())};
    return replied(200, shown(code));
  }
  json::Object shown(const std::string& code) {
    const Voucher& voucher = vouchers.at(code);
    const Card& card = cards[code];
    bool lies = claims_face_value && !voucher.active;
    json::Object gift{{"amount", card.put}, {"balance", lies ? card.put : card.put - card.spent}};
    json::Object out{{"id", voucher.id},
                     {"code", code},
                     {"active", voucher.active},
                     {"gift", std::move(gift)},
                     {"holder_id", voucher.holder},
                     {"metadata", json::Value(json::Object())}};
    if (tells_what_was_spent) out.set("redemption", json::Object{{"redeemed_amount", card.spent}});
    if (!card.expires.empty()) out.set("expiration_date", card.expires);
    return out;
  }

  Card& card() { return cards[vouchers.begin()->first]; }
  void sell() {
    submit();
    run(60'000);
    ASSERT_EQ(state(), "complete") << story();
    ASSERT_EQ(vouchers.size(), 1u);
  }
  void tell(const char* kind) {
    submit(kind);
    run(60'000);
  }
  /// 7.00 is spent, and the hub reads 18.00.
  void spend() {
    card().spent += 700;
    tell("credit.redeemed");
    ASSERT_EQ(store->read().credit(1)->available, 1800) << story();
  }
  std::string repair() {
    for (auto& [code, voucher] : vouchers)
      voucher.holder = "cust_9";  // somebody else's there, and there it is never linked again
    Command command;
    command.kind = Command::Kind::repair;
    command.actor = "ann";
    command.credit = store->read().credit(1)->ref;
    command.text = "not with its customer";
    std::string said = "no answer";
    command.answer = [&said](bool, const std::string& text) { said = text; };
    inputs.emplace_back(std::move(command));
    run(120'000);
    return said;
  }
  std::string retry(std::string_view kind) {
    case_no = 0;
    for (const journal::CaseRow& row : store->read().cases("open", 10))
      if (row.kind == kind) case_no = row.no;
    std::string said = case_no == 0 ? "no such case" : order(Command::Kind::retry, "ann");
    run(120'000);
    return said;
  }
  std::string refuse_repair() { return say_of(Command::Kind::refuse, "bob", "repair"); }
  std::string say_of_approval(Command::Kind kind, const std::string& actor) { return say_of(kind, actor, "approval"); }
  std::string say_of(Command::Kind kind, const std::string& actor, std::string_view of) {
    Command command;
    command.kind = kind;
    command.actor = actor;
    command.text = "leave it";
    for (const journal::CaseRow& row : store->read().cases("open", 10))
      if (row.kind == of) command.number = row.no;
    std::string said = "no answer";
    command.answer = [&said](bool, const std::string& text) { said = text; };
    inputs.emplace_back(std::move(command));
    run(120'000);
    return said;
  }
  std::int64_t account(const std::string& name) {
    std::int64_t sum = 0;
    for (const journal::PostingRow& posting : store->read().postings(1)) {
      if (posting.to == name) sum += posting.amount.minor();
      if (posting.from == name) sum -= posting.amount.minor();
    }
    return sum;
  }
  /// kind: reason
  std::string open_cases() {
    std::string out;
    for (const journal::CaseRow& row : store->read().cases("open", 10)) out += row.kind + ": " + row.reason + "\n";
    return out;
  }
  std::string standing() { return Engine::standing(store->read(), *store->read().credit(1), setup).status; }

  std::map<std::string, Card> cards;
  int looks = 0;
  bool tells_what_was_spent = true, claims_face_value = false;
};

/// What the register issued by itself.
class Observed : public Value {
 protected:
  Observed() {
    setup.routes.front().hops = {hop("cards", "read")};
    setup.routes.front().observe = true;
    start();
    vouchers.emplace("TILL-1", Voucher{"v_1", true, "cust_1"});
    cards["TILL-1"] = {2500, 0, ""};
  }
  void give(const char* email = "ada@example.com") {
    submit("credit.issued", email);
    std::get<Submission>(inputs.back()).event.code = "TILL-1";
    run(60'000);
  }
  void sell() {
    give();
    ASSERT_EQ(state(), "complete") << story();
  }
  /// Until a person has taken it back there.
  void cancel() {
    submit("credit.cancelled");
    run(60'000);
    ASSERT_EQ(state(), "held") << story();
  }
};

class HeldBooks : public Value {
 protected:
  HeldBooks() {
    setup.routes.front().hops = {hop("cards", "issue"), hop("tally", "record")};
    start();
  }
};

}  // namespace handoff::engine
