// [rates.NAME]: what one currency is in another, by days (docs/adr/0024-conversion.md).

#include <algorithm>

#include "core/config/readers.hpp"
#include "core/config/scalars.hpp"
#include "core/model/identity.hpp"

namespace handoff::config {

namespace {

/// A date of TOML, or one in quotes. Empty if there is none.
std::string read_day(Section& in, std::string_view key, Need need) {
  const Member* member = in.find(key);
  std::string example = std::string(key) + " = 2026-01-01";
  if (member == nullptr && need == Need::required) in.missing(key, example);
  if (member == nullptr) return {};
  if (days_from_date(member->value.text)) return member->value.text;
  in.report().error(member->value.at, std::string(key) + " is not a date", "write " + example);
  return {};
}

Text read_currency(Section& in, std::string_view key) {
  Text out = in.text(key, std::string(key) + " = \"USD\"", Need::required);
  if (out.at.line != 0 && !currency_exponent(*out))
    in.report().error(out.at, quote(*out) + " is no currency of ISO 4217", "write its three letters, such as EUR");
  return out;
}

std::optional<Located<Rate>> read_one(const Node& node, const std::string& title, Report& report) {
  Section in(&node, node.at, title, report);
  Rate out;
  out.from = *read_currency(in, "from");
  Text to = read_currency(in, "to");
  out.to = *to;
  Text rate = in.text("rate", "rate = \"0.9215\", in quotes", Need::required);
  out.since = read_day(in, "since", Need::required);
  out.until = read_day(in, "until", Need::optional);
  in.finish();
  std::optional<Decimal> decimal = read_rate(*rate);
  if (rate.at.line != 0 && !decimal)
    report.error(rate.at, quote(*rate) + " is no rate",
                 "write a plain decimal above zero, at most 12 digits behind the point");
  if (!out.from.empty() && out.from == out.to)
    report.error(to.at, "a rate from " + out.from + " to itself", "take it out: such an amount stays as it is");
  if (!out.until.empty() && out.until < out.since)
    report.error(node.at, "the rate ends before it begins",
                 "write until = " + out.since + " or later, or leave it out");
  if (!decimal) return std::nullopt;
  out.rate = *decimal;
  return Located<Rate>{out, node.at};
}

bool meet(const Rate& one, const Rate& other) {
  bool apart = (!one.until.empty() && one.until < other.since) || (!other.until.empty() && other.until < one.since);
  return one.from == other.from && one.to == other.to && !apart;
}

Rates read_table(const Member& member, Report& report) {
  Section in(&member.value, member.at, "[rates." + member.key + "]", report);
  Rates out;
  out.name = Text(member.key, member.at);
  if (auto rounding = in.choice("rounding", kRoundings)) out.rounding = *rounding;
  if (in.find("rounding") == nullptr) in.missing("rounding", "rounding = \"half_up\", \"half_even\" or \"down\"");
  for (const Node* node :
       in.tables("rate", "rate = [{ from = \"USD\", to = \"EUR\", rate = \"0.9215\", since = 2026-01-01 }]",
                 Need::required)) {
    std::optional<Located<Rate>> one = read_one(*node, "a rate of " + in.title(), report);
    if (!one) continue;
    auto same = std::ranges::find_if(out.table, [&](const Located<Rate>& other) { return meet(**one, *other); });
    if (same != out.table.end())
      report.error(one->at,
                   "there is another rate from " + one->value.from + " to " + one->value.to + " for these days, at " +
                       text(same->at),
                   "end that one before this one begins");
    out.table.push_back(std::move(*one));
  }
  in.finish();
  if (!is_name(member.key)) report.error(member.at, quote(member.key) + " is not a name", std::string(kNameRule));
  return out;
}

}  // namespace

void read_rates(Section& root, Settings& out) {
  Section in = root.section("rates", "[rates]");
  if (!in.present()) return;
  for (const Member& member : in.node()->members) {
    in.find(member.key);
    out.rates.emplace(member.key, read_table(member, in.report()));
  }
  in.finish();
}

}  // namespace handoff::config
