// Reads decide about money: what they show must come from the answer, and only the vendor's own "not there" is nothing.

#include <algorithm>
#include <array>

#include "core/conformance/bench.hpp"
#include "core/conformance/mutate.hpp"

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
    json::Parsed good = json::parse(recorded.answers[i].http.body);
    if (!good) continue;
    for (const Change& change : single_changes(*good)) {
      bench.at(&cassette, "with another " + change.path);
      Answer answer = recorded.answers[i];
      answer.http.body = json::write(change.body);
      Run run = play(*bench.instance(cassette), subject, script_with(subject, i, answer));
      const json::Value now = first_sighting(run);
      std::erase_if(out, [&](const std::string& member) {
        // An unreadable record shows nothing at all; but a state that is not known must be shown as unknown.
        if (member == "state" && now.is_null()) return false;
        return now.at(member) != shown.at(member);
      });
    }
  }
  return out;
}

bool proves_absence(const Run& run) {
  return run.done() && run.last.result.at("complete").as_bool() && run.last.result.at("sightings").as_array().empty();
}

/// Whether the cassette's sighting follows the amount of its input: it is written with {amount}.
bool shows_amount(Bench& bench, const Cassette& cassette) {
  Subject subject = bench.subject(cassette);
  const json::Value seen = first_sighting(bench.play_as_written(cassette, subject));
  for (const Exchange& exchange : cassette.exchanges)
    if (follows_amount(exchange.reply)) return !seen.at("amount").is_null();
  return false;
}

void amounts_as_shown(Bench& bench, const Cassette& cassette) {
  std::optional<Money> own = money_from_json(cassette.input.at("amount"));
  if (!own) return;
  const json::Value as_written = first_sighting(bench.play_as_written(cassette, bench.subject(cassette)));
  const OperationSheet* voids = bench.manifest().operation("void");
  for (std::int64_t minor : {0, 1, 29, 435, 820, 100'000'000}) {
    Money amount(minor, own->currency());
    json::Object input = cassette.input.as_object();
    input.set("amount", to_json(amount));
    Subject subject = subject_of(bench.manifest(), cassette, json::Value(std::move(input)));
    bench.at(&cassette, "with " + amount.text() + " shown");
    Run run = bench.play_as_written(cassette, subject);
    const json::Value seen = first_sighting(run);
    std::optional<Money> shown = money_from_json(seen.at("amount"));
    if (!shows_amount(bench, cassette) || !run.done()) continue;
    if (!shown || (*shown != amount && shown->negated() != amount))
      bench.find(&cassette, "the vendor shows " + amount.text() + ", and the sighting says " +
                                (shown ? shown->text() : std::string("nothing")));
    const std::string state(seen.at("state").as_string());
    if (minor == 0 && voids && state != as_written.at("state").as_string() && std::ranges::find(voids->void_terminal_states, state) != voids->void_terminal_states.end())
      bench.find(&cassette, "a record with nothing left on it is shown as " + state + ", which means for good (G4)");
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
    for (const std::string& member : unmoved(bench, *cassette, subject, recorded))
      bench.find(cassette, "the " + member + " that is shown stays the same whatever the vendor answers");
  }
}

void case_absence(Bench& bench) {
  // A gateway, a wrong base_url and a firewall answer 404 as well. Nothing may be concluded from theirs.
  const Body foreign[] = {{"a 404 page of a gateway", "<html><h1>404 Not Found</h1></html>"},
                          {"a 404 without a body", ""},
                          {"a 404 of another program", "{\"status\":404,\"path\":\"/\"}"}};
  for (const Cassette* cassette : bench.cassettes("read")) {
    if (!bench.instance(*cassette)) continue;
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
