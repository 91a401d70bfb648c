// Lists with pages, of pulls and of reads: they end, a page that fails is not skipped, and no row is lost on the way.

#include <algorithm>
#include <set>

#include "core/conformance/bench.hpp"
#include "core/conformance/endless.hpp"
#include "core/conformance/match.hpp"
#include "core/conformance/mutate.hpp"

namespace handoff::conformance {

namespace {

/// A list's end is what reconciliation concludes from (C2, C3).
void judge_list(Bench& bench, const Cassette& cassette, const Run& run) {
  ListResult end;
  if (!decode(run.last.result, end).empty()) return bench.find(&cassette, "the end of the list cannot be read");
  auto before = cassette.input.at("cursor").at("count").as_integer().value_or(0);
  if (end.count != before + static_cast<std::int64_t>(run.last.emitted.size()))
    bench.find(&cassette, "the list ends with a count of " + std::to_string(end.count) + " after " +
                              std::to_string(before) + " before this page and " +
                              std::to_string(run.last.emitted.size()) + " on it");
  if (end.complete && end.cutoff.empty()) bench.find(&cassette, "a complete list says up to when it is complete");
}

bool says_complete(const Run& run) { return run.done() && run.last.result.at("complete").as_bool(); }

/// What this operation shows of the vendor's rows: a read in its result, a list as records.
json::Array rows_of(const Cassette& cassette, const Run& run) {
  return cassette.operation == "read" ? run.last.result.at("sightings").as_array() : run.last.emitted;
}

/// What makes a row unreadable: an amount that is no number, or no id where the vendor is not asked by it.
std::vector<Change> spoilt(const Run& run, const std::string& body, const json::Array& rows) {
  std::set<std::string> amounts, ids;
  for (const json::Value& row : rows) {
    for (const char* member : {"amount", "issued"})
      if (!row.at(member).is_null()) amounts.insert(json::write(row.at(member)));
    ids.emplace(row.at("instrument").as_string());
  }
  ids.erase("");
  std::erase_if(ids, [&](const std::string& id) {
    return std::ranges::any_of(run.asked, [&](const plugin_host::Asked& asked) {
      return from_percent(asked.http.target + "\n" + asked.http.body).find(id) != std::string::npos;
    });
  });
  std::vector<Change> out;
  for (const std::string& amount : amounts)
    for (Change& change : spoilt_amounts(body, *json::parse(amount))) out.push_back(std::move(change));
  for (const std::string& id : ids)
    for (Change& change : changes_from(body, id, "")) out.push_back(std::move(change));
  return out;
}

/// A row that cannot be read is told, or the page fails; it is not passed over. Of a read the absence of a row is proof
/// (P7): what the hub does not see there it sends again.
void spoilt_rows(Bench& bench, const Cassette& cassette, const Subject& subject, const Run& run) {
  const bool read = cassette.operation == "read";
  const json::Array rows = rows_of(cassette, run);
  for (std::size_t i = 0; i < run.answers.size() && i < cassette.exchanges.size(); ++i)
    for (const Change& change : spoilt(run, run.answers[i].http.body, rows)) {
      bench.at(&cassette, "with an unreadable " + change.path);
      plugin_host::Answer answer = run.answers[i];
      answer.http.body = change.body;
      const Run again = play(*bench.instance(cassette), subject, script_with(subject, i, std::move(answer)));
      const bool believed = read ? says_complete(again) : again.done() || again.more();
      if (believed && rows_of(cassette, again).size() < rows.size())
        bench.find(&cassette,
                   "with an unreadable " + change.path + " its " +
                       (read ? "record is passed over, and the read says that it is complete: fail as unreadable"
                             : "row is passed over: emit a Hint for it, or fail as unreadable"));
    }
}

/// The vendor that always has one more page: whoever asks stops at some time, and does not call that the whole.
void without_end(Bench& bench, const Cassette& cassette, const Subject& subject, const Run& run) {
  const std::optional<TwoPages> pages = two_pages(run);
  if (!pages) return;
  bool tried = false;
  for (const Endless& vendor : endless_vendors(*pages, run)) {
    bench.at(&cassette, vendor.what);
    const Run again =
        play(*bench.instance(cassette), subject, script_of(subject, *pages, run.answers[pages->first], vendor.next));
    const bool went_on = vendor.certain || again.answers.size() > run.answers.size();
    tried = tried || went_on;
    const std::string asked =
        vendor.what + ", and after " + std::to_string(again.answers.size()) + " calls the " + cassette.operation;
    if (!again.misbehaviour.empty())
      return bench.find(
          &cassette, asked + ": " + again.misbehaviour + "; stop after some pages, and leave complete false or fail");
    if (went_on && says_complete(again))
      return bench.find(
          &cassette,
          asked + " says that it is complete: what was never read is believed absent; leave it false, or fail");
  }
  if (!tried) bench.untried(cassette, "a vendor that always has one more page: no answer says which page comes next");
}

/// A list is read whole or not at all: what was seen before a page failed must not move the cursor.
void failed_pages(Bench& bench, const Cassette& cassette, const Subject& subject, const Run& run) {
  for (std::size_t i = 0; i < run.answers.size(); ++i) {
    if (run.asked[i].kind == HANDOFF_CALL_SLEEP) continue;  // that it passed is all that time says
    plugin_host::Answer broken = run.answers[i];
    broken.http.status = 500;
    broken.http.body.clear();
    Run cut = play(*bench.instance(cassette), subject, script_with(subject, i, broken));
    if (cut.done() || cut.more())
      bench.find(&cassette, "'" + run.asked[i].label + "' fails, and the list ends as if it had read it");
  }
}

}  // namespace

void case_pages(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes()) {
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    bench.at(cassette, "page by page");
    Run run = bench.play_as_written(*cassette, subject);
    if (run.more() && run.last.result == subject.input.at("cursor"))
      bench.find(cassette, "asks to go on at the very place where it began: it would never end");
    if (run.more() && run.last.result.is_null()) bench.find(cassette, "asks to go on and names no place");
    const std::string& op = cassette->operation;
    const bool lists = op == "pull" || op == "pull_customers" || op == "list";
    if (op == "list" && run.done()) judge_list(bench, *cassette, run);
    if (lists ? run.done() || run.more() : op == "read" && says_complete(run))
      spoilt_rows(bench, *cassette, subject, run);
    if (op == "read" || op == "list") without_end(bench, *cassette, subject, run);
    if (lists) failed_pages(bench, *cassette, subject, run);
  }
}

}  // namespace handoff::conformance
