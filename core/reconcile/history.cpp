#include "core/reconcile/history.hpp"

#include <algorithm>
#include <handoff/sdk/currency.hpp>
#include <handoff/sdk/json.hpp>
#include <handoff/sdk/money.hpp>
#include <map>

#include "core/reconcile/clusters.hpp"
#include "core/reconcile/time_text.hpp"
#include "core/report/json.hpp"

namespace handoff::reconcile {

namespace {

using report::Audit;
using report::Cause;
using report::Finding;
using report::kSides;
using report::Met;

constexpr std::size_t kBytesMax = std::size_t{1} << 30;
constexpr int kSchema = 1;

json::Value encode(const Past& one) {
  json::Object out;
  out.set("id", one.id).set("kind", one.kind).set("cause", one.cause).set("reference", one.reference);
  out.set("currency", one.currency).set("difference", one.difference).set("store", one.store);
  out.set("differs_at", json::Array(one.differs_at.begin(), one.differs_at.end())).set("issued_s", one.issued_s);
  if (!one.week.empty()) out.set("week", one.week);
  out.set("first_seen", one.first_seen).set("last_seen", one.last_seen).set("seen", one.seen);
  if (!one.closed_at.empty()) out.set("closed_at", one.closed_at).set("evidence", one.evidence);
  return json::Value(std::move(out));
}

Past decode(const json::Value& from) {
  Past out;
  for (auto [name, to] : {std::pair("id", &out.id),
                          {"kind", &out.kind},
                          {"cause", &out.cause},
                          {"reference", &out.reference},
                          {"currency", &out.currency},
                          {"difference", &out.difference},
                          {"store", &out.store},
                          {"week", &out.week},
                          {"first_seen", &out.first_seen},
                          {"last_seen", &out.last_seen},
                          {"closed_at", &out.closed_at},
                          {"evidence", &out.evidence}})
    *to = from.at(name).as_string();
  for (const json::Value& side : from.at("differs_at").as_array()) out.differs_at.emplace_back(side.as_string());
  out.issued_s = from.at("issued_s").as_integer().value_or(0);
  out.seen = from.at("seen").as_integer().value_or(0);
  return out;
}

report::Snapshot decode_snapshot(const json::Value& from) {
  report::Snapshot out{std::string(from.at("from").as_string()), std::string(from.at("as_of").as_string()), {}};
  for (const json::Value& one : from.at("numbers").as_array()) {
    auto count = [&one](const char* name) {
      return report::Count{one.at(name).at("items").as_integer().value_or(0),
                           std::string(one.at(name).at("amount").as_string())};
    };
    out.numbers.push_back({std::string(one.at("currency").as_string()), std::string(one.at("balance_type").as_string()),
                           count("issued"), count("available"), count("reflected"), count("items_with_gap")});
  }
  return out;
}

void refresh(Past& one, const Finding& finding, const Audit& audit) {
  const std::string& as_of = audit.as_of;
  one.id = finding.id;
  one.kind = report::kKindNames[report::at(finding.kind)];
  one.cause = report::kCauseNames[report::at(finding.cause)];
  one.reference = finding.reference;
  one.currency = finding.currency;
  one.difference = write_decimal(finding.difference, currency_exponent(finding.currency).value_or(2));
  one.store = finding.store;
  one.issued_s = finding.issued_s;
  if (finding.week >= 0) one.week = audit.trend.weeks[static_cast<std::size_t>(finding.week)].monday;
  one.differs_at.clear();
  for (std::size_t s = 0; s < kSides; ++s)
    if (finding.wrong[s]) one.differs_at.emplace_back(report::kSideNames[s]);
  if (one.first_seen.empty()) one.first_seen = as_of;
  if (one.last_seen != as_of) ++one.seen;
  one.last_seen = as_of;
  one.closed_at.clear();  // it is back
  one.evidence.clear();
}

/// Whether it lies in what the audit compares.
bool in_scope(const Past& one, const Audit& audit, const std::set<std::string>& unjudged) {
  if (unjudged.contains(one.reference) || (one.issued_s != 0 && utc_text(one.issued_s) < audit.from)) return false;
  return std::ranges::all_of(one.differs_at, [&](const std::string& side) {
    auto found = std::ranges::find(report::kSideNames, side);
    return found != report::kSideNames.end() &&
           audit.given[static_cast<std::size_t>(found - report::kSideNames.begin())];
  });
}

std::string compared_with(const Audit& audit) {
  std::string out;
  for (const report::Source& source : audit.sources)
    out += (out.empty() ? "" : ", ") + std::string(report::kSideWords[report::at(source.side)]) + " (" +
           std::to_string(source.rows) + " rows)";
  return out;
}

bool is_bypass(const Past& one) { return one.kind == report::kKindNames[report::at(report::Kind::downstream_only)]; }

/// Why it is gone; empty: it was not met again.
std::string gone_because(const Past& one, const Audit& audit) {
  auto met = audit.met.find(one.id);
  if (met != audit.met.end() && met->second == Met::not_judged) return {};
  if (met != audit.met.end())
    return "compared again on " + audit.as_of +
           (met->second == Met::differs ? ", and it differs in another way now: "
                                        : ", and nothing differs any more: ") +
           compared_with(audit);
  if (audit.complete && is_bypass(one))
    return "listed completely on " + audit.as_of + ", and it is not there any more: " + compared_with(audit);
  return {};
}

report::Gone gone(const Past& one) {
  return {one.id,         one.kind,  one.cause,      one.reference, one.currency,
          one.difference, one.store, one.first_seen, one.seen,      one.evidence};
}

/// A register's credits do not go away. A part of its export may.
void warn_of_absent(std::int64_t absent, Audit& audit) {
  if (absent == 0) return;
  audit.warnings.push_back(
      std::to_string(absent) + (absent == 1 ? " finding" : " findings") +
      " of an audit before, issued in this window, cannot be looked at again: the registers' files do not have "
      "the credit any more. Is a part of their export missing?");
}

void count_gone(const History& history, Audit& audit) {
  using Credit = std::pair<std::string_view, std::int64_t>;
  std::set<Credit> counted;  // once, whatever number of findings it had
  for (const Finding& one : audit.findings)
    if (one.week >= 0) counted.emplace(one.reference, one.issued_s);
  for (const Past& one : history.items) {
    auto cause = std::ranges::find(report::kCauseNames, one.cause);
    bool judged = one.issued_s != 0 && utc_text(one.issued_s) >= audit.from && one.issued_s < audit.trend.until_s;
    if (one.closed_at.empty() || is_bypass(one) || !judged || cause == report::kCauseNames.end()) continue;
    std::string monday = one.week.empty() ? date_text(week_begin(one.issued_s)) : one.week;
    auto week = std::ranges::find(audit.trend.weeks, monday, &report::Week::monday);
    if (week == audit.trend.weeks.end()) continue;
    ++week->causes[static_cast<std::size_t>(cause - report::kCauseNames.begin())];
    if (counted.emplace(one.reference, one.issued_s).second) ++week->gaps;
  }
  judge_trend(audit.trend);
}

}  // namespace

std::map<std::string, std::string> open_findings(const History& history) {
  std::map<std::string, std::string> out;
  for (const Past& one : history.items)
    if (one.closed_at.empty()) out.emplace(one.id, one.reference);
  return out;
}

std::expected<History, std::string> read_history(std::string_view text) {
  History out;
  json::Parsed parsed = json::parse(text, {.bytes_max = kBytesMax});
  if (!parsed) return std::unexpected("byte " + std::to_string(parsed.error.offset) + ": " + parsed.error.message);
  if (parsed->at("schema").as_integer() != kSchema || !parsed->at("findings").is_array())
    return std::unexpected("is no history of audits; it begins with {\"schema\":1");
  out.as_of = parsed->at("as_of").as_string();
  for (const json::Value& one : parsed->at("findings").as_array()) out.items.push_back(decode(one));
  for (const json::Value& one : parsed->at("audits").as_array()) out.audits.push_back(decode_snapshot(one));
  return out;
}

std::string write_history(const History& history) {
  std::string out = "{\"schema\":" + std::to_string(kSchema) + ",\"as_of\":\"" + history.as_of + "\",\"findings\":[";
  for (std::size_t i = 0; i < history.items.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    json::write_to(out, encode(history.items[i]));
  }
  out += "\n],\"audits\":[";
  for (std::size_t i = 0; i < history.audits.size(); ++i) {
    out += i == 0 ? "\n" : ",\n";
    json::write_to(out, report::snapshot_json(history.audits[i]));
  }
  return out + "\n]}\n";
}

std::expected<void, std::string> follow(History& history, Audit& audit, const std::set<std::string>& unjudged) {
  if (audit.as_of < history.as_of)
    return std::unexpected("has an audit of " + history.as_of + ", this one is of " + audit.as_of +
                           "; audits are taken in as they follow one another");
  audit.has_history = true;
  bool again = history.as_of == audit.as_of;
  if (again && !history.audits.empty() && history.audits.back().as_of == audit.as_of) history.audits.pop_back();
  audit.before = !again ? history.as_of : history.audits.empty() ? std::string() : history.audits.back().as_of;
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < history.items.size(); ++i) known[history.items[i].id] = i;
  std::set<std::string> here;
  std::set<std::string> hazy = unjudged;
  for (Finding& finding : audit.findings) {
    if (finding.cause == Cause::unreadable) hazy.insert(finding.reference);
    bool counts = finding.cause != Cause::in_flight && finding.cause != Cause::unreadable;
    auto found = known.find(finding.id);
    if (!counts || !here.insert(finding.id).second) {
      here.insert(finding.id);
      continue;
    }
    if (found == known.end()) {
      found = known.emplace(finding.id, history.items.size()).first;
      history.items.emplace_back();
    }
    Past& past = history.items[found->second];
    refresh(past, finding, audit);
    finding.first_seen = past.first_seen;
    finding.seen = past.seen;
  }
  std::int64_t absent = 0;
  for (Past& one : history.items) {
    if (one.closed_at.empty() && !here.contains(one.id) && in_scope(one, audit, hazy)) {
      one.evidence = gone_because(one, audit);
      if (!one.evidence.empty()) one.closed_at = audit.as_of;
      absent +=
          one.evidence.empty() && !is_bypass(one) && !one.reference.empty() && !audit.met.contains(one.id) ? 1 : 0;
    }
    if (one.closed_at == audit.as_of)
      audit.gone.push_back(gone(one));
    else if (one.closed_at.empty() && !here.contains(one.id))
      ++audit.not_looked_at;
  }
  warn_of_absent(absent, audit);
  count_gone(history, audit);
  audit.past = history.audits;
  history.audits.push_back(report::snapshot_of(audit));
  history.as_of = audit.as_of;
  return {};
}

std::vector<report::Gone> gone_before(const History& history, const Audit& audit) {
  std::set<std::string> open;
  for (const Past& one : history.items)
    if (one.closed_at.empty()) open.insert(one.reference);
  std::vector<report::Gone> out;
  for (const Past& one : history.items)
    if (!one.closed_at.empty() && one.closed_at == audit.before && !open.contains(one.reference))
      out.push_back(gone(one));
  return out;
}

}  // namespace handoff::reconcile
