// Answers that sound like success and are none: 202, a refusal that holds the words of success, a record in another
// state.

#include <algorithm>
#include <set>

#include "core/conformance/mutate.hpp"
#include "core/conformance/spot.hpp"
#include "core/conformance/states.hpp"

namespace handoff::conformance {

namespace {

using engine::Outcome;
using plugin_host::Answer;

bool says_applied(const Spot& spot, const Run& run) {
  return std::ranges::any_of(run.verdicts, [&](const plugin_host::Verdict& verdict) {
    return verdict.label == spot.asked().label && verdict.kind == HANDOFF_VERDICT_APPLIED;
  });
}

/// Every body that some answer of the cassettes has.
std::set<std::string> bodies_of(Bench& bench) {
  std::set<std::string> out = {"", "<html><h1>Error</h1></html>", R"({"status":404,"path":"/"})"};
  for (const Cassette* cassette : bench.cassettes()) {
    const Subject subject = bench.subject(*cassette);
    for (const Exchange& exchange : cassette->exchanges) out.insert(answer_of(exchange, subject.variables).http.body);
  }
  return out;
}

bool documents(Bench& bench, const Spot& spot, const Answer& answer) {
  for (const Cassette* cassette : bench.cassettes(spot.cassette->operation))
    for (const Exchange& exchange : cassette->exchanges) {
      const Answer known = answer_of(exchange, spot.subject.variables);
      if (exchange.label == spot.asked().label && known.http.status == answer.http.status &&
          known.http.body == answer.http.body)
        return true;
    }
  return false;
}

/// Accepted is not done: the vendor may still refuse it, and shows it later.
void accepted(Bench& bench, const Spot& spot) {
  const std::vector<std::string>& documented = spot.exchange().documented;
  if (std::ranges::find(documented, "202") != documented.end() && !spot.cassette->source.empty()) return;
  for (const std::string& body : {spot.answer().http.body, std::string()}) {
    Answer answer = spot.answer();
    answer.http.status = 202;
    answer.http.body = body;
    bench.at(spot.cassette, label(spot) + " answered by 202");
    const Run run = run_with(bench, spot, answer);
    if (run.outcome(spot.asked().label) == Outcome::applied || says_applied(spot, run))
      bench.find(spot.cassette,
                 label(spot) + " is answered by 202" +
                     (body.empty() ? " without a body" : " with the body of success") +
                     ", and the connector says applied: accepted is not done. Say accepted() and it is looked up; "
                     "if this vendor's 202 is done, write \"202\" into \"documented\" of the exchange");
  }
}

void refused(Bench& bench, const Spot& spot, const std::set<std::string>& bodies) {
  for (int status : {400, 404, 409, 410, 422})
    for (const std::string& body : bodies) {
      Answer answer = spot.answer();
      answer.http.status = status;
      answer.http.body = body;
      bench.at(spot.cassette, label(spot) + " answered by " + std::to_string(status));
      if (says_applied(spot, run_with(bench, spot, answer)) && !documents(bench, spot, answer))
        bench.find(spot.cassette, label(spot) + " is answered by " + std::to_string(status) + " (" +
                                      (body.empty() ? "without a body" : body.substr(0, 60)) +
                                      "), and the connector says applied: say "
                                      "rejected() or unclear(), and it is looked up");
    }
}

void in_another_state(Bench& bench, const Spot& spot, const std::vector<StateShown>& states) {
  const OperationSheet& operation = *spot.subject.operation;
  const std::vector<std::string>& proving =
      operation.name == "void" ? operation.void_terminal_states : spot.sheet()->applied_states;
  const std::string body = spot.answer().http.body;
  if (!body.empty() && !json::parse(body) && !body.starts_with('<'))
    bench.untried(*spot.cassette, label(spot) + " with its record in another state: nothing in its answer has a name");
  std::set<std::pair<std::string, std::string>> tried;
  for (const StateShown& one : states) {
    if (one.state.empty() || std::ranges::find(proving, one.state) != proving.end()) continue;
    if (!tried.emplace(one.member, one.value).second) continue;
    for (const Change& change : changes_to(spot.answer().http.body, one.member, one.value)) {
      Answer answer = spot.answer();
      answer.http.body = change.body;
      bench.at(spot.cassette, label(spot) + " with " + change.path + " = " + one.value);
      if (run_with(bench, spot, answer).outcome(spot.asked().label) == Outcome::applied)
        bench.find(spot.cassette, label(spot) + " is answered with \"" + change.path + "\": \"" + one.value +
                                      "\", which read shows as " + one.state +
                                      " and the sheet takes for no proof, and is judged APPLIED");
    }
  }
}

/// A booking that is answered as the opposite one was not made.
void of_another_sign(Bench& bench, const Spot& spot, const std::set<SignShown>& signs) {
  for (const SignShown& one : signs)
    for (const Change& change : changes_to(spot.answer().http.body, one.member, one.value)) {
      if (change.was != one.was) continue;
      Answer answer = spot.answer();
      answer.http.body = change.body;
      bench.at(spot.cassette, label(spot) + " with " + change.path + " = " + one.value);
      if (run_with(bench, spot, answer).outcome(spot.asked().label) == Outcome::applied)
        bench.find(spot.cassette, label(spot) + " is answered with \"" + change.path + "\": \"" + one.value +
                                      "\" in the place of \"" + one.was +
                                      "\", which read shows with the opposite sign, and is judged APPLIED");
    }
}

}  // namespace

void case_words(Bench& bench) {
  const std::set<std::string> bodies = bodies_of(bench);
  const std::vector<StateShown> states = states_shown(bench);
  const std::set<SignShown> signs = bench.manifest().operation("record") ? signs_shown(bench) : std::set<SignShown>();
  for_spots(bench, [&](const Spot& spot) {
    if (!spot.sheet() || spot.asked().kind != HANDOFF_CALL_HTTP) return;
    refused(bench, spot, bodies);
    if (spot.recorded.outcome(spot.asked().label) != Outcome::applied) return;
    accepted(bench, spot);
    // Whose a card is and what a mirror shows is not told by a state.
    const std::string& op = spot.cassette->operation;
    if (op != "link" && op != "mirror") in_another_state(bench, spot, states);
    if (op == "record") of_another_sign(bench, spot, signs);
  });
}

}  // namespace handoff::conformance
