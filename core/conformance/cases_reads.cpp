// Reads decide about money: what they show must come from the answer, and only the vendor's own "not there" is nothing.

#include <algorithm>
#include <array>

#include "core/conformance/mutate.hpp"
#include "core/conformance/spot.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Answer;

constexpr std::array<const char*, 5> kShown = {"instrument", "amount", "state", "customer", "reference"};

/// The first sighting as JSON; null if the run does not end with one.
json::Value first_sighting(const Run& run) {
  return run.done() ? run.last.result.at("sightings").at(0) : json::Value();
}

/// The members of the sighting that no change of any answer changes.
std::vector<std::string> unmoved(Bench& bench, const Cassette& cassette, const Subject& subject, const Run& recorded) {
  const json::Value shown = first_sighting(recorded);
  std::vector<std::string> out;
  for (const char* member : kShown)
    if (!shown.at(member).is_null() && !(cassette.stateless && std::string_view(member) == "state"))
      out.emplace_back(member);
  for (std::size_t i = 0; i < recorded.answers.size() && i < cassette.exchanges.size(); ++i) {
    for (const ChangedAnswer& changed : changed_answers(recorded.answers[i])) {
      bench.at(&cassette, "with another " + changed.path);
      Run run = play(*bench.instance(cassette), subject, script_with(subject, i, changed.answer));
      const json::Value now = first_sighting(run);
      std::erase_if(out, [&](const std::string& member) {
        // An unreadable record shows nothing at all, which tells something of the value that was shown. But a state that
        // is not known must be shown as unknown.
        if (now.is_null()) return member != "state" && holds(changed.was, shown.at(member));
        return now.at(member) != shown.at(member);
      });
    }
  }
  return out;
}

bool proves_absence(const Run& run) {
  return run.done() && run.last.result.at("complete").as_bool() && run.last.result.at("sightings").as_array().empty();
}

void judge_amount(Bench& bench, const Cassette& cassette, const Money& amount, const json::Value& seen,
                  const json::Value& as_written) {
  std::optional<Money> shown = money_from_json(seen.at("amount"));
  if (!shown || (*shown != amount && shown->negated() != amount))
    bench.find(&cassette, "the vendor shows " + amount.text() + ", and the sighting says " +
                              (shown ? shown->text() : std::string("nothing")));
  const OperationSheet* voids = bench.manifest().operation("void");
  const std::string state(seen.at("state").as_string());
  if (amount.minor() == 0 && voids && state != as_written.at("state").as_string() &&
      std::ranges::find(voids->void_terminal_states, state) != voids->void_terminal_states.end())
    bench.find(&cassette, "a record with nothing left on it is shown as " + state + ", which means for good (G4)");
}

/// A cassette that is written with {amount}, shown with other amounts.
void amounts_as_shown(Bench& bench, const Cassette& cassette) {
  std::optional<Money> own = money_from_json(cassette.input.at("amount"));
  const bool follows =
      std::ranges::any_of(cassette.exchanges, [](const Exchange& one) { return follows_amount(one.reply); });
  const json::Value as_written = first_sighting(bench.play_as_written(cassette, bench.subject(cassette)));
  if (!own || !follows || as_written.at("amount").is_null()) return;
  std::vector<std::pair<Money, json::Value>> seen;
  for (std::int64_t minor : {0, 1, 29, 435, 820, 100'000'000}) {
    Money amount(minor, own->currency());
    json::Object input = cassette.input.as_object();
    input.set("amount", to_json(amount));
    bench.at(&cassette, "with " + amount.text() + " shown");
    Run run = bench.play_as_written(cassette, subject_of(bench.manifest(), cassette, json::Value(std::move(input))));
    if (run.done()) seen.emplace_back(amount, first_sighting(run));
  }
  // Of a closed record the braces may stand for what was taken off it alone: then its balance stays as it is.
  const bool moves =
      std::ranges::any_of(seen, [&](const auto& one) { return one.second.at("amount") != as_written.at("amount"); });
  for (const auto& [amount, sighting] : seen)
    if (moves) judge_amount(bench, cassette, amount, sighting, as_written);
}

json::Value with_other_names(const json::Value& value) {
  if (value.string()) return json::Value(another_name(*value.string()));
  if (!value.object()) return value;
  json::Object out;
  for (const auto& [name, member] : *value.object()) out.set(name, with_other_names(member));
  return json::Value(std::move(out));
}

/// Whether the input's member says what is looked for when it is looked for in this way.
bool names_it(std::string_view member, std::string_view by) {
  if (by == "history") return member != "by" && member != "amount";
  // All that was booked for the credit is a look-up by reference, too: the hub picks its own out of it.
  return member == by || (by == "reference" && (member == "ref20" || member == "credit"));
}

/// A look-up of something else must ask for something else, or pick something else out of the same answer.
void looks_for_it(Bench& bench, const Cassette& cassette, const Subject& subject, const Run& recorded) {
  const std::string_view by = cassette.input.at("by").as_string();
  json::Object input;
  bool named = false;
  for (const auto& [name, value] : subject.input.as_object()) {
    named = named || names_it(name, by);
    input.set(name, names_it(name, by) ? with_other_names(value) : value);
  }
  if (!named) return;
  bench.at(&cassette, "for another " + std::string(by));
  Subject other = subject;
  other.arguments.input = json::write(json::Value(std::move(input)));
  if (run_difference(recorded, play(*bench.instance(cassette), other, script_of(subject))).empty())
    bench.find(&cassette, "another " + std::string(by) +
                              " is looked up by the very same requests, and the same is found: " +
                              "the read does not look for it");
}

/// What the vendor refuses in other cassettes, as it answers there.
struct Refusal {
  std::string cassette;
  Answer answer;
};

std::vector<Refusal> refusals(Bench& bench) {
  std::vector<Refusal> out;
  std::vector<std::string> absent;  // the vendor's own words that nothing is there
  for (const Cassette* cassette : bench.cassettes()) {
    if (!bench.instance(*cassette)) continue;
    Run run = bench.play_as_written(*cassette, bench.subject(*cassette));
    if (cassette->operation == "read" && proves_absence(run))
      for (const Answer& answer : run.answers) absent.push_back(answer.http.body);
    bool refused = !run.answers.empty() && (run.failed() || !run.stopped.empty());
    if (refused && run.asked[run.answers.size() - 1].kind == HANDOFF_CALL_HTTP)
      out.push_back({cassette->name, run.answers.back()});
  }
  std::erase_if(out, [&](const Refusal& one) {
    bool not_there = one.answer.http.status == 404 || one.answer.http.status == 410;
    return not_there || std::ranges::find(absent, one.answer.http.body) != absent.end();
  });
  return out;
}

/// An error inside of a 200, in the body of an empty list: {"ok":false,"err":"BUSY","entries":[]}.
std::optional<Answer> refused_inside(const Answer& empty, const Answer& refusal) {
  json::Parsed list = json::parse(empty.http.body), error = json::parse(refusal.http.body);
  auto fine = [](const Answer& answer) { return answer.http.status >= 200 && answer.http.status <= 299; };
  if (!fine(empty) || !fine(refusal) || !list || !error || !list->object() || !error->object()) return std::nullopt;
  json::Object body = list->as_object();
  for (const auto& [name, value] : error->as_object()) body.set(name, value);
  Answer out = empty;
  out.http.body = json::write(json::Value(std::move(body)));
  return out;
}

void refusals_are_no_absence(Bench& bench, const Cassette& cassette, const std::vector<Refusal>& others) {
  Subject subject = bench.subject(cassette);
  Run recorded = bench.play_as_written(cassette, subject);
  for (std::size_t i = 0; i < recorded.answers.size(); ++i)
    for (const Refusal& refusal : others) {
      if (recorded.asked[i].kind != HANDOFF_CALL_HTTP) continue;
      const std::string what = "'" + recorded.asked[i].label + "' is answered by the refusal of " + refusal.cassette;
      bench.at(&cassette, what);
      if (proves_absence(play(*bench.instance(cassette), subject, script_with(subject, i, refusal.answer))))
        bench.find(&cassette, what + " (" + std::to_string(refusal.answer.http.status) +
                                  "), and that is taken as proof that nothing is there");
      std::optional<Answer> inside =
          proves_absence(recorded) ? refused_inside(recorded.answers[i], refusal.answer) : std::nullopt;
      if (inside && proves_absence(play(*bench.instance(cassette), subject, script_with(subject, i, *inside))))
        bench.find(&cassette, what + " inside of the empty list's, and that is taken as proof that nothing is there");
    }
}

}  // namespace

void case_sightings(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes("read"))
    if (bench.instance(*cassette)) amounts_as_shown(bench, *cassette);
  for (const Cassette* cassette : bench.cassettes("read")) {
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    Run recorded = bench.play_as_written(*cassette, subject);
    if (first_sighting(recorded).is_null()) continue;
    looks_for_it(bench, *cassette, subject, recorded);
    for (const std::string& member : unmoved(bench, *cassette, subject, recorded))
      bench.find(cassette, "the " + member + " that is shown stays the same whatever the vendor answers");
  }
}

void case_absence(Bench& bench) {
  // A gateway, a wrong base_url and a firewall answer 404 as well. Nothing may be concluded from theirs.
  const Body foreign[] = {{"a 404 page of a gateway", "<html><h1>404 Not Found</h1></html>"},
                          {"a 404 without a body", ""},
                          {"a 404 of another program", "{\"status\":404,\"path\":\"/\"}"}};
  const std::vector<Refusal> others = refusals(bench);
  for (const Cassette* cassette : bench.cassettes("read")) {
    if (!bench.instance(*cassette)) continue;
    refusals_are_no_absence(bench, *cassette, others);
    Subject subject = bench.subject(*cassette);
    Run recorded = bench.play_as_written(*cassette, subject);
    for (std::size_t i = 0; i < recorded.answers.size(); ++i)
      for (int status : {404, 410, 400, 403, 204})
        for (const Body& body : foreign) {
          bench.at(cassette, "'" + recorded.asked[i].label + "' answered by " + body.name);
          Answer answer;
          answer.http.status = status;
          answer.http.body = body.text;
          if (proves_absence(play(*bench.instance(*cassette), subject, script_with(subject, i, answer))))
            bench.find(cassette, "'" + recorded.asked[i].label + "' is answered by " + std::to_string(status) + " (" +
                                     body.name + "), and that is taken as proof that nothing is there");
        }
  }
}

}  // namespace handoff::conformance
