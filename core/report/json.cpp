#include "core/report/json.hpp"

#include <algorithm>
#include <handoff/sdk/money.hpp>

#include "core/report/csv.hpp"

namespace handoff::report {

namespace {

using json::Array;
using json::Object;
using json::Value;

Value tally(const Tally& one, int exponent) {
  Object out;
  out.set("items", one.items).set("amount", decimal(one.minor, exponent));
  return out;
}

Value row_json(const Row& row) {
  Object out;
  out.set("side", kSideNames[at(row.side)]).set("file", row.file).set("line", static_cast<std::int64_t>(row.line));
  return out;
}

Value numbers_json(const Audit& audit, const Numbers& one) {
  int exponent = exponent_of(one.currency);
  Object out;
  out.set("currency", one.currency).set("balance_type", one.balance_type);
  out.set("issued", tally(one.have[at(Side::pos)], exponent));
  static constexpr std::string_view kNames[kSides] = {"", "available", "recorded_payments", "recorded_erp",
                                                      "reflected"};
  Object gap, in_flight, extra;
  for (std::size_t s = 1; s < kSides; ++s) {
    if (!audit.given[s]) continue;
    out.set(kNames[s], tally(one.have[s], exponent));
    gap.set(kSideNames[s], tally(one.gap[s], exponent));
    in_flight.set(kSideNames[s], tally(one.in_flight[s], exponent));
    extra.set(kSideNames[s], tally(one.extra[s], exponent));
  }
  out.set("gap", std::move(gap)).set("in_flight", std::move(in_flight)).set("without_issue", std::move(extra));
  out.set("items_with_gap", tally(one.items_with_gap, exponent));
  out.set("redeemed", tally(one.redeemed, exponent)).set("left", tally(one.left, exponent));
  return out;
}

Value cluster_json(const Cluster& one) {
  Object out;
  out.set("dimension", one.dimension).set("value", one.value).set("credits", one.credits).set("gaps", one.gaps);
  out.set("expected", json::Number(decimal(one.expected_milli, 3)));
  out.set("chance", json::Number(decimal(static_cast<std::int64_t>(one.p_ppt), 12)));
  out.set("chance_corrected", json::Number(decimal(static_cast<std::int64_t>(one.adjusted_ppt), 12)));
  out.set("claimed", one.claimed);
  return out;
}

Value trend_json(const Trend& trend) {
  Object out;
  out.set("verdict", trend.verdict).set("why", trend.why);
  Array weeks;
  for (const Week& week : trend.weeks) {
    Object one, causes;
    for (std::size_t c = 0; c < kCauses; ++c)
      if (week.causes[c] != 0) causes.set(kCauseNames[c], week.causes[c]);
    one.set("monday", week.monday).set("credits", week.credits).set("gaps", week.gaps).set("causes", std::move(causes));
    weeks.emplace_back(std::move(one));
  }
  out.set("weeks", std::move(weeks));
  return out;
}

Value hop_json(const Hop& one) {
  Object out;
  out.set("from", kSideNames[at(one.from)]).set("to", kSideNames[at(one.to)]).set("measured", one.measured);
  out.set("measured_by_log", one.by_log);
  out.set("early", one.early).set("p50_s", one.p50_s).set("p95_s", one.p95_s).set("p99_s", one.p99_s);
  out.set("coarse", one.coarse).set("due", one.due).set("lost", one.lost);
  out.set("resolves_identity", one.resolves_identity)
      .set("unlinked", one.unlinked)
      .set("proposed_sla_s", one.proposed_s);
  return out;
}

Value log_json(const LogFigures& one) {
  Object out;
  out.set("side", kSideNames[at(one.side)]).set("ok", one.ok).set("failed", one.failed).set("measured", one.measured);
  out.set("p50_ms", one.p50_ms).set("p95_ms", one.p95_ms).set("p99_ms", one.p99_ms);
  return out;
}

Value candidate_json(const Candidate& one) {
  Object out;
  out.set("side", kSideNames[at(one.side)]).set("reference", one.reference).set("score_per_mille", one.score);
  out.set("why", one.why).set("row", row_json(one.row));
  return out;
}

void pretty_to(std::string& out, const json::Value& value, int depth) {
  std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  bool first = true;
  auto next = [&] {
    out += (first ? "\n" : ",\n") + indent + "  ";
    first = false;
  };
  if (value.is_object() && !value.as_object().empty()) {
    out += '{';
    for (const auto& [name, inner] : value.as_object()) {
      next();
      json::write_string(out, name);
      out += ": ";
      pretty_to(out, inner, depth + 1);
    }
    out += "\n" + indent + "}";
  } else if (value.is_array() && !value.as_array().empty()) {
    out += '[';
    for (const json::Value& inner : value.as_array()) {
      next();
      pretty_to(out, inner, depth + 1);
    }
    out += "\n" + indent + "]";
  } else {
    json::write_to(out, value);
  }
}

}  // namespace

std::string pretty(const json::Value& value) {
  std::string out;
  pretty_to(out, value, 0);
  return out + "\n";
}

Array texts(const std::vector<std::string>& list) { return Array(list.begin(), list.end()); }

Snapshot snapshot_of(const Audit& audit) {
  Snapshot out{audit.from, audit.as_of, {}};
  for (const Numbers& one : audit.numbers) {
    auto count = [&](const Tally& of) { return Count{of.items, decimal(of.minor, exponent_of(one.currency))}; };
    auto side = [&](Side of) { return audit.given[at(of)] ? count(one.have[at(of)]) : Count(); };
    out.numbers.push_back({one.currency, one.balance_type, count(one.have[at(Side::pos)]), side(Side::platform),
                           side(Side::storefront), count(one.items_with_gap)});
  }
  return out;
}

const Counted* same_in(const Snapshot& other, const Counted& one) {
  auto found = std::ranges::find_if(other.numbers, [&](const Counted& of) {
    return of.currency == one.currency && of.balance_type == one.balance_type;
  });
  return found == other.numbers.end() ? nullptr : &*found;
}

Value snapshot_json(const Snapshot& one) {
  auto count = [](const Count& of) {
    Object out;
    out.set("items", of.items).set("amount", of.amount);
    return out;
  };
  Array numbers;
  for (const Counted& of : one.numbers) {
    Object out;
    out.set("currency", of.currency).set("balance_type", of.balance_type).set("issued", count(of.issued));
    if (!of.available.amount.empty()) out.set("available", count(of.available));
    if (!of.reflected.amount.empty()) out.set("reflected", count(of.reflected));
    out.set("items_with_gap", count(of.gap));
    numbers.emplace_back(std::move(out));
  }
  Object out;
  out.set("from", one.from).set("as_of", one.as_of).set("numbers", std::move(numbers));
  return out;
}

Value summary_json(const Audit& audit) {
  Object out;
  out.set("schema", kSchemaVersion);
  if (!audit.id.empty()) out.set("audit", audit.id);
  out.set("from", audit.from).set("as_of", audit.as_of).set("sla", audit.sla);
  out.set("credits", audit.credits).set("items_with_gap", audit.credits_with_gap).set("gap", audit.any_gap());
  Array numbers, sources, unreadable, clusters, hops, logs;
  for (const Numbers& one : audit.numbers) numbers.push_back(numbers_json(audit, one));
  out.set("numbers", std::move(numbers));
  Object causes;
  for (std::size_t c = 0; c < kCauses; ++c)
    if (audit.causes[c].items != 0) causes.set(kCauseNames[c], audit.causes[c].items);
  out.set("findings_by_cause", std::move(causes));
  for (const Cluster& one : audit.clusters)
    if (one.claimed) clusters.push_back(cluster_json(one));
  out.set("clusters", std::move(clusters)).set("tests", audit.tests).set("trend", trend_json(audit.trend));
  for (const Hop& one : audit.hops) hops.push_back(hop_json(one));
  out.set("hops", std::move(hops));
  for (const LogFigures& one : audit.logs) logs.push_back(log_json(one));
  out.set("logs", std::move(logs));
  for (const Source& one : audit.sources) {
    Object source;
    source.set("side", kSideNames[at(one.side)]).set("file", one.file).set("rows", one.rows);
    source.set("unreadable", one.unreadable).set("bytes", static_cast<std::int64_t>(one.bytes));
    sources.emplace_back(std::move(source));
  }
  out.set("sources", std::move(sources));
  out.set("before_window", audit.before_window).set("after_cut_off", audit.after_cut_off);
  out.set("repeated_rows", audit.repeated_rows).set("unreadable_rows", audit.unreadable_rows);
  for (const Unreadable& one : audit.unreadable) {
    Value row = row_json(one.row);
    row.object()->set("why", one.why);
    unreadable.push_back(std::move(row));
  }
  out.set("unreadable", std::move(unreadable));
  if (audit.has_history) {
    Array gone;
    for (const Gone& one : audit.gone) {
      Object text;
      text.set("id", one.id).set("kind", one.kind).set("cause", one.cause).set("reference", one.reference);
      text.set("currency", one.currency).set("difference", one.difference).set("store", one.store);
      text.set("first_seen", one.first_seen).set("seen", one.seen).set("evidence", one.evidence);
      gone.emplace_back(std::move(text));
    }
    Object history;
    history.set("before", audit.before).set("new", audit.fresh()).set("standing", audit.standing());
    history.set("not_looked_at", audit.not_looked_at).set("gone", std::move(gone));
    if (!audit.past.empty()) history.set("baseline", snapshot_json(audit.past.front()));
    out.set("history", std::move(history));
  }
  out.set("warnings", texts(audit.warnings)).set("notes", texts(audit.notes));
  return out;
}

Value finding_json(const Finding& one) {
  int exponent = exponent_of(one.currency);
  Object out, shows;
  out.set("id", one.id).set("kind", kKindNames[at(one.kind)]).set("cause", kCauseNames[at(one.cause)]);
  out.set("cause_text", kCauseWords[at(one.cause)]).set("confidence_per_mille", one.confidence);
  out.set("reference", one.reference).set("instrument", one.instrument).set("currency", one.currency);
  out.set("balance_type", one.balance_type).set("amount", write_decimal(one.amount, exponent));
  out.set("difference", write_decimal(one.difference, exponent)).set("issued_at", one.issued_at);
  if (one.redeemed != 0) out.set("redeemed", write_decimal(one.redeemed, exponent));
  out.set("store", one.store).set("terminal", one.terminal).set("staff", one.staff);
  for (auto [name, text] :
       {std::pair("transaction", &one.transaction), {"line", &one.line}, {"business_date", &one.business_date}})
    if (!text->empty()) out.set(name, *text);
  out.set("author", one.author).set("customer", one.customer);
  Array wrong, rows, candidates;
  for (std::size_t s = 0; s < kSides; ++s) {
    if (one.present[s]) shows.set(kSideNames[s], write_decimal(one.shows[s], exponent));
    if (one.wrong[s]) wrong.emplace_back(kSideNames[s]);
  }
  out.set("shows", std::move(shows)).set("differs_at", std::move(wrong)).set("evidence", texts(one.evidence));
  for (const Row& row : one.rows) rows.push_back(row_json(row));
  for (const Candidate& candidate : one.candidates) candidates.push_back(candidate_json(candidate));
  out.set("rows", std::move(rows)).set("candidates", std::move(candidates)).set("task", one.task);
  if (!one.route.empty()) out.set("route", one.route);
  if (!one.version.empty()) out.set("version", one.version);
  if (one.alike > 1) out.set("alike", one.alike);
  if (one.seen > 0) out.set("first_seen", one.first_seen).set("seen", one.seen);
  return out;
}

void findings_json(const Audit& audit, const Sink& out) {
  std::string id = audit.id.empty() ? std::string() : ",\"audit\":\"" + audit.id + "\"";
  Array compared;
  for (std::size_t s = 0; s < kSides; ++s)
    if (audit.given[s]) compared.emplace_back(kSideNames[s]);
  out("{\"schema\":" + std::to_string(kSchemaVersion) + id + ",\"as_of\":\"" + audit.as_of +
      "\",\"compared\":" + json::write(Value(std::move(compared))) + ",\"findings\":[");
  for (std::size_t i = 0; i < audit.findings.size(); ++i) {
    out(i == 0 ? "\n" : ",\n");
    out(json::write(finding_json(audit.findings[i])));
  }
  out("\n]}\n");
}

void findings_csv(const Audit& audit, const Sink& out) {
  out("id,kind,cause,confidence_per_mille,reference,instrument,currency,balance_type,amount,difference,issued_at,store,"
      "terminal,"
      "staff,author,customer,present_at,differs_at,evidence,rows,task");
  out(audit.has_history ? ",first_seen,seen\n" : "\n");
  for (const Finding& one : audit.findings) {
    int exponent = exponent_of(one.currency);
    std::string present, wrong, evidence, rows;
    auto more = [](std::string& list, const std::string& text, const char* between) {
      list += (list.empty() ? "" : between) + text;
    };
    for (std::size_t s = 0; s < kSides; ++s) {
      if (one.present[s]) more(present, std::string(kSideNames[s]), " ");
      if (one.wrong[s]) more(wrong, std::string(kSideNames[s]), " ");
    }
    for (const std::string& text : one.evidence) more(evidence, text, "; ");
    for (const Row& row : one.rows) more(rows, row.file + ":" + std::to_string(row.line), " ");
    std::vector<std::string> fields = {one.id,
                                       std::string(kKindNames[at(one.kind)]),
                                       std::string(kCauseNames[at(one.cause)]),
                                       std::to_string(one.confidence),
                                       one.reference,
                                       one.instrument,
                                       one.currency,
                                       one.balance_type,
                                       write_decimal(one.amount, exponent),
                                       write_decimal(one.difference, exponent),
                                       one.issued_at,
                                       one.store,
                                       one.terminal,
                                       one.staff,
                                       one.author,
                                       one.customer,
                                       present,
                                       wrong,
                                       evidence,
                                       rows,
                                       one.task};
    if (audit.has_history) {
      fields.push_back(one.first_seen);
      fields.push_back(one.seen == 0 ? "" : std::to_string(one.seen));
    }
    out(csv_line(fields));
  }
}

}  // namespace handoff::report
