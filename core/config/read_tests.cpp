// [[test]]: what is given, what is expected.

#include "core/config/readers.hpp"
#include "core/config/scalars.hpp"

namespace handoff::config {

namespace {

Given read_given(Section& test) {
  Section in = test.section("given", "given of " + test.title());
  if (!in.present()) test.missing("given", "given = { event = \"credit.issued\", amount = \"25.00 USD\" }");
  Given out;
  out.event = in.text("event", "event = \"credit.issued\"", Need::required);
  out.from = in.text("from", "from = \"registers\", a connector", Need::required);
  out.amount = read_money(in.text("amount", "amount = \"25.00 USD\"", Need::required), in.report());
  out.balance_type = in.text("balance_type", "balance_type = \"general\"");
  if (out.balance_type.at.line == 0) out.balance_type = Text("general", in.at());
  out.store = in.text("store", "store = \"...\", a shop of [stores]");
  Section customer = in.section("customer", "customer of " + test.title());
  for (const char* key : {"email", "phone", "loyalty", "name"}) {
    Text value = customer.text(key, std::string(key) + " = \"...\"");
    if (value.at.line != 0) out.customer.emplace(key, value);
  }
  customer.finish();
  in.finish();
  return out;
}

Expect read_expect(Section& test) {
  Section in = test.section("expect", "expect of " + test.title());
  if (!in.present()) test.missing("expect", "expect = { route = \"...\", hops = [\"cards.issue\"] }");
  Expect out;
  out.route = in.text("route", "route = \"register-credit\"", Need::required);
  out.hops = in.texts("hops", "hops = [\"cards.issue\"]");
  out.status = in.choice("status", kStatuses);
  out.decision = in.choice("decision", kOtherwise);
  in.finish();
  return out;
}

}  // namespace

void read_tests(Section& root, Settings& out) {
  for (const Node* node : root.tables("test", "[[test]], with two brackets")) {
    const Member* name = node->member("name");
    bool named = name != nullptr && name->value.kind == Node::Kind::string;
    Section in(node, node->at, named ? "test " + quote(name->value.text) : "[[test]]", root.report());
    Test test;
    test.name = in.text("name", "name = \"what this shows\"", Need::required);
    if (!named) test.name.at = node->at;
    test.given = read_given(in);
    test.expect = read_expect(in);
    in.finish();
    out.tests.push_back(std::move(test));
  }
}

}  // namespace handoff::config
