#include "core/reconcile/facts.hpp"

#include <algorithm>
#include <handoff/sdk/currency.hpp>
#include <handoff/sdk/json.hpp>
#include <handoff/sdk/money.hpp>

#include "core/reconcile/hops.hpp"

namespace handoff::reconcile {

namespace {

using report::Hop;

std::int64_t whole(const json::Value& value) { return value.as_integer().value_or(0); }

template <std::size_t N>
std::optional<std::size_t> index_in(const std::array<std::string_view, N>& words, std::string_view word) {
  auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

std::optional<Hop> hop_of(const json::Value& value) {
  auto from = index_in(report::kSideNames, value.at("from").as_string());
  auto to = index_in(report::kSideNames, value.at("to").as_string());
  if (!from || !to) return std::nullopt;
  Hop out;
  out.from = static_cast<report::Side>(*from);
  out.to = static_cast<report::Side>(*to);
  out.measured = whole(value.at("measured"));
  out.by_log = whole(value.at("measured_by_log"));
  out.early = whole(value.at("early"));
  out.p50_s = whole(value.at("p50_s"));
  out.p95_s = whole(value.at("p95_s"));
  out.p99_s = whole(value.at("p99_s"));
  out.coarse = value.at("coarse").as_bool();
  out.due = whole(value.at("due"));
  out.lost = whole(value.at("lost"));
  out.resolves_identity = value.at("resolves_identity").as_bool();
  out.unlinked = whole(value.at("unlinked"));
  out.proposed_s = whole(value.at("proposed_sla_s"));
  return out;
}

std::optional<report::LogFigures> log_of(const json::Value& value) {
  auto side = index_in(report::kSideNames, value.at("side").as_string());
  if (!side) return std::nullopt;
  report::LogFigures out;
  out.side = static_cast<report::Side>(*side);
  out.ok = whole(value.at("ok"));
  out.failed = whole(value.at("failed"));
  out.measured = whole(value.at("measured"));
  out.p50_ms = whole(value.at("p50_ms"));
  out.p95_ms = whole(value.at("p95_ms"));
  out.p99_ms = whole(value.at("p99_ms"));
  return out;
}

/// What the integration logs say of a system. The call alone, and not what came before it.
std::string in_the_logs(const Facts& facts, report::Side side) {
  auto log = std::ranges::find(facts.logs, side, &report::LogFigures::side);
  if (log == facts.logs.end() || log->ok + log->failed == 0) return {};
  std::string out =
      "in the logs " + std::to_string(log->failed) + " of " + std::to_string(log->ok + log->failed) + " calls failed";
  if (log->measured > 0)
    out += "; a call takes p50 " + std::to_string(log->p50_ms) + " ms, p99 " + std::to_string(log->p99_ms) + " ms";
  return out;
}

void add(report::Tally& to, const json::Value& from, const std::string& currency) {
  to.items += whole(from.at("items"));
  to.minor += parse_decimal(from.at("amount").as_string(), currency_exponent(currency).value_or(2)).value_or(0);
}

void add_numbers(const json::Value& numbers, std::vector<Lost>& out) {
  for (const json::Value& one : numbers.as_array()) {
    std::string currency(one.at("currency").as_string());
    auto found = std::ranges::find(out, currency, &Lost::currency);
    if (found == out.end()) found = out.insert(out.end(), {currency, {}, {}});
    add(found->gap, one.at("items_with_gap"), currency);
    add(found->issued, one.at("issued"), currency);
  }
}

}  // namespace

std::expected<Facts, std::string> read_facts(std::string_view summary) {
  json::Parsed parsed = json::parse(summary, {.bytes_max = 256u << 20});
  if (!parsed) return std::unexpected("is no whole JSON: " + parsed.error.message);
  if (parsed->at("schema").as_integer() != 1 || !parsed->at("numbers").is_array())
    return std::unexpected("is not the summary.json of an audit, schema 1");
  if (!parsed->at("hops").is_array()) return std::unexpected("is of an older audit, without hops; run the audit again");
  Facts out;
  out.from = parsed->at("from").as_string();
  out.as_of = parsed->at("as_of").as_string();
  out.trend = parsed->at("trend").at("verdict").as_string();
  out.trend_why = parsed->at("trend").at("why").as_string();
  out.credits = whole(parsed->at("credits"));
  out.with_gap = whole(parsed->at("items_with_gap"));
  out.unreadable = whole(parsed->at("unreadable_rows"));
  for (const auto& [cause, items] : parsed->at("findings_by_cause").as_object())
    if (auto at = index_in(report::kCauseNames, cause)) out.causes[*at] = whole(items);
  for (const json::Value& one : parsed->at("hops").as_array()) {
    auto hop = hop_of(one);
    if (!hop) return std::unexpected("has a hop between systems that this version does not know");
    out.hops.push_back(*hop);
  }
  for (const json::Value& one : parsed->at("logs").as_array())
    if (auto log = log_of(one)) out.logs.push_back(*log);
  add_numbers(parsed->at("numbers"), out.lost);
  return out;
}

report::Map map_of(const Facts& facts) {
  report::Map out;
  out.title =
      "Handoffs, estimated from the exports of " + facts.from.substr(0, 10) + " to " + facts.as_of.substr(0, 10);
  for (const Hop& hop : facts.hops) {
    report::MapHop one;
    one.from = report::kSideWords[report::at(hop.from)];
    one.to = report::kSideWords[report::at(hop.to)];
    one.trigger = hop.coarse ? "batch or file, by its times" : report::kNotTold;
    one.measured = hop.measured;
    one.by_log = hop.by_log;
    one.p50_ms = hop.p50_s * 1000;
    one.p95_ms = hop.p95_s * 1000;
    one.p99_ms = hop.p99_s * 1000;
    one.due = hop.due;
    one.lost = hop.lost;
    one.resolves_identity = hop.resolves_identity;
    one.unlinked = hop.unlinked;
    if (hop.proposed_s > 0) one.proposed = sla_text(hop.proposed_s);
    auto note = [&one](const std::string& text) {
      if (!text.empty()) one.note += (one.note.empty() ? "" : "; ") + text;
    };
    note(report::measured_by(hop.measured, hop.by_log));
    if (hop.coarse) note("its export tells no time of day: measured to the day");
    if (hop.early > 0)
      note(std::to_string(hop.early) + (hop.early == 1 ? " credit is" : " credits are") +
           " there before issued or sent on: the two systems' clocks differ");
    note(in_the_logs(facts, hop.to));
    out.hops.push_back(std::move(one));
  }
  out.notes.push_back("A percentile is of the credits that arrived; those that are lost are in the share.");
  return out;
}

}  // namespace handoff::reconcile
