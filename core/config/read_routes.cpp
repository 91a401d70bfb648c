// [[route]] and its hops.

#include "core/config/readers.hpp"
#include "core/config/scalars.hpp"

namespace handoff::config {

namespace {

constexpr Duration kDeadlineMin(50);
constexpr Duration kDeadlineMax(30'000);

When read_when(Section& route) {
  Section in = route.section("when", "when of " + route.title());
  if (!in.present()) route.missing("when", "when = { event = \"credit.issued\" }");
  When out;
  out.event = in.text("event", "event = \"credit.issued\"", Need::required);
  const Member* from = in.find("from");
  if (from != nullptr && from->value.kind == Node::Kind::string) {
    Text one = in.text("from", "from = \"registers\", a connector");
    if (one.at.line != 0) out.from.push_back(one);
  } else {
    out.from = in.texts("from", "from = \"registers\", or a list of connectors");
  }
  in.not_empty("from", "leave it out for all connectors");
  out.balance_type = in.texts("balance_type", "balance_type = [\"general\"], the types that the route takes");
  in.not_empty("balance_type", "name a type");
  // F6: one that nobody named would be issued as if it were known.
  if (*out.event == "credit.issued" && in.find("balance_type") == nullptr)
    in.report().error(out.event.at, route.title() + " takes any balance type",
                      "name those that are known here: balance_type = [\"general\"]");
  in.finish();
  return out;
}

std::optional<Confirm> read_confirm(Section& route) {
  Section in = route.section("confirm", "confirm of " + route.title());
  if (!in.present()) return std::nullopt;
  Confirm out;
  out.deadline.at = in.at();
  if (auto deadline = in.duration("deadline", "deadline = \"1500ms\"")) out.deadline = *deadline;
  if (*out.deadline < kDeadlineMin || *out.deadline > kDeadlineMax)
    in.report().error(out.deadline.at, "deadline " + duration_text(*out.deadline) + " is out of range",
                      "write 50ms to 30s: a customer is waiting at the register");
  out.otherwise = in.choice("otherwise", kOtherwise).value_or(Otherwise::hold);
  out.after = in.choice("after", kConfirmAfter).value_or(ConfirmAfter::linked);
  in.finish();
  return out;
}

void read_value(Section& in, Hop& out) {
  Text value = in.text("value", "value = \"copy\"");
  std::optional<Located<Duration>> window = in.duration("window", "window = \"24h\"");
  if (value.at.line != 0 && *value != "copy") {
    in.report().error(value.at, "value cannot be " + quote(*value), "write value = \"copy\", or leave it out");
  } else if (value.at.line != 0 && in.find("window") == nullptr) {
    in.report().error(value.at, "a copy of value needs a window: how long the value may be spent twice",
                      "write window = \"24h\" beside it");
    out.copy_window = Duration();
  } else if (value.at.line == 0 && window) {
    in.report().error(window->at, "window belongs to value = \"copy\"", "take it out, or write value = \"copy\"");
  } else if (window) {
    out.copy_window = **window;
    if (window->value.count() == 0)
      in.report().error(window->at, "a window of nothing allows no copy",
                        "write window = \"24h\", or take the hop out");
  }
}

std::optional<Located<Duration>> read_sla(Section& in) {
  std::optional<Located<Duration>> out = in.duration("sla", "sla = \"5m\"");
  if (out && out->value.count() == 0)
    in.report().error(out->at, "an sla of nothing is always broken", "write sla = \"5m\", or leave it out");
  return out;
}

std::optional<Convert> read_convert(Section& hop) {
  Section in = hop.section("convert", "convert of " + hop.title());
  if (!in.present()) return std::nullopt;
  Convert out;
  out.at = in.at();
  out.to = in.text("to", "to = \"EUR\"", Need::required);
  out.rates = in.text("rates", "rates = \"...\", a table [rates.NAME]", Need::required);
  in.finish();
  if (out.to.at.line != 0 && !currency_exponent(*out.to))
    in.report().error(out.to.at, quote(*out.to) + " is no currency of ISO 4217",
                      "write its three letters, such as EUR");
  return out;
}

std::map<std::string, Text> read_map(Section& owner) {
  std::map<std::string, Text> out;
  Section maps = owner.section("map", "map of " + owner.title());
  Section types = maps.section("balance_type", "map.balance_type");
  maps.finish();
  if (!types.present()) return out;
  for (const Member& member : types.node()->members) {
    Text to = types.text(member.key, member.key + " = \"general\"");
    if (to.at.line != 0) out.emplace(member.key, to);
  }
  return out;
}

Hop read_hop(const Node& node, const std::string& route, Report& report) {
  Section in(&node, node.at, "a hop of route " + quote(route), report);
  Hop out;
  out.at = node.at;
  out.to = in.text("to", "to = \"...\", a connector", Need::required);
  out.op = in.text("do", "do = \"issue\"", Need::required);
  Text id = in.text("id", "id = \"...\"");
  out.id = id.at.line != 0 ? *id : *out.to + "." + *out.op;
  if (id.at.line != 0 && !is_name(*id)) report.error(id.at, quote(*id) + " is not a name", std::string(kNameRule));
  out.after = in.texts("after", "after = [\"cards\"]");
  if (auto verify = in.choice("verify", kVerify)) out.verify = {*verify, in.find("verify")->value.at};
  out.sla = read_sla(in);
  out.surface = in.text("surface", "surface = \"...\", a surface of the plugin");
  out.paused = in.boolean("paused", false);
  out.convert = read_convert(in);
  out.map_balance_type = read_map(in);
  read_value(in, out);
  in.finish();
  return out;
}

Route read_route(const Node& node, Report& report) {
  const Member* name = node.member("name");
  bool named = name != nullptr && name->value.kind == Node::Kind::string;
  Section in(&node, node.at, named ? "route " + quote(name->value.text) : "[[route]]", report);
  Route out;
  out.name = in.text("name", "name = \"register-credit\"", Need::required);
  out.name.at = named ? out.name.at : node.at;
  if (named && !out.name->empty() && !is_name(*out.name))
    report.error(out.name.at, quote(*out.name) + " is not a name", std::string(kNameRule));
  out.when = read_when(in);
  out.platform = in.choice("platform", kPlatforms).value_or(Platform::issue);
  out.confirm = read_confirm(in);
  out.issue_unlinked = in.boolean("issue_unlinked", false);
  for (const Node* hop : in.tables("hops", "hops = [{ to = \"cards\", do = \"issue\" }]", Need::required))
    out.hops.push_back(read_hop(*hop, *out.name, report));
  out.map_balance_type = read_map(in);
  out.ceilings = read_ceilings(in, "ceilings");
  out.sla = read_sla(in);
  in.finish();
  return out;
}

}  // namespace

void read_routes(Section& root, Settings& out) {
  for (const Node* node : root.tables("route", "[[route]], with two brackets"))
    out.routes.push_back(read_route(*node, root.report()));
}

}  // namespace handoff::config
