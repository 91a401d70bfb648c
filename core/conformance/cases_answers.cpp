// Answers as they truly come: unreadable, refused, lost, too many, changed.

#include <algorithm>

#include "core/conformance/mutate.hpp"
#include "core/conformance/spot.hpp"

namespace handoff::conformance {

namespace {

using engine::Outcome;
using plugin_host::Answer;
using plugin_host::Asked;

constexpr std::int64_t kHourMs = 3'600'000;

/// What must hold of every run, whatever came.
void judge_always(Bench& bench, const Spot& spot, const Run& run, const std::string& what) {
  if (!run.misbehaviour.empty()) bench.find(spot.cassette, label(spot) + ", " + what + ": " + run.misbehaviour);
  if (run.slowest_us > kStepMaxUs)
    bench.find(spot.cassette,
               label(spot) + ", " + what + ": a step took " + std::to_string(run.slowest_us / 1000) + " ms");
  if (run.failed() && run.last.failure == HANDOFF_FAIL_BUG)
    bench.find(spot.cassette, label(spot) + ", " + what +
                                  ": the connector calls it a bug of its own: " + json::write(run.last.result));
}

/// The host's judge lets no such word through; a connector that gives it has still read something that is not there.
void judge_word(Bench& bench, const Spot& spot, const Run& run, const std::string& what) {
  for (const plugin_host::Verdict& verdict : run.verdicts)
    if (verdict.label == spot.asked().label && verdict.kind == HANDOFF_VERDICT_APPLIED &&
        run.outcome(verdict.label) == Outcome::unknown)
      bench.find(spot.cassette, label(spot) + " is answered by " + what + ", and the connector says applied");
}

/// Of a list one row may be set aside as a hint, to be fetched alone.
bool set_aside(const Run& run) {
  return std::ranges::any_of(run.last.emitted, [](const json::Value& record) {
    Hint hint;
    return decode(record, hint).empty() && hint.whole();
  });
}

/// An answer that says nothing: a read must fail, a write must be UNKNOWN. `or_accepted`: an answer without content
/// may be taken as queued, which is looked up.
void judge_unusable(Bench& bench, const Spot& spot, const Run& run, const std::string& what, bool or_accepted) {
  judge_always(bench, spot, run, what);
  if (spot.asked().safe) {
    bool went_on = run.done() || run.more() || run.asked_after(spot.position);
    if (went_on && !set_aside(run))
      bench.find(spot.cassette,
                 label(spot) + " is answered by " + what + ", and the run goes on as if it had been read");
    return;
  }
  judge_word(bench, spot, run, what);
  Outcome outcome = run.outcome(spot.asked().label);
  if (outcome == Outcome::unknown || (or_accepted && outcome == Outcome::accepted)) return;
  bench.find(spot.cassette, label(spot) + " is answered by " + what + ", and is judged " + engine::name(outcome));
}

/// What cannot be read in the place of this answer; nothing where it has no body, or holds a file's bytes as they are.
std::vector<Body> worse_than(const Spot& spot) {
  const std::string good = spot.answer().http.body;
  json::Parsed body = json::parse(good);
  if (body && (body->object() || body->array())) return unreadable_bodies(good);
  if (good.empty() || spot.asked().kind == HANDOFF_CALL_FILE) return {};
  return unreadable_texts(good);
}

void check_may_be_lenient(const Spot& spot, std::vector<Body>& bodies) {
  // `check` proves reach and rights; that {} is an answer, too, does no harm there.
  if (spot.cassette->operation != "check")
    for (Body& body : other_shapes()) bodies.push_back(std::move(body));
}

void status_of(Bench& bench, const Spot& spot, int status, const std::string& body, const std::string& what) {
  Answer answer = spot.answer();
  answer.http.status = status;
  answer.http.body = body;
  if (status >= 300 && status < 400) answer.http.headers.emplace_back("location", "https://elsewhere.example/");
  bench.at(spot.cassette, label(spot) + " answered by " + what);
  Run run = run_with(bench, spot, answer);
  judge_always(bench, spot, run, what);
  const CallSheet* sheet = spot.sheet();
  if (!sheet) return judge_unusable(bench, spot, run, what, false);
  judge_word(bench, spot, run, what);
  Outcome outcome = run.outcome(spot.asked().label);
  bool refusal = outcome == Outcome::not_sent && (status == 503 || status == 429);
  if (outcome != Outcome::unknown && !refusal)
    bench.find(spot.cassette, label(spot) + " is answered by " + what + ", and is judged " + engine::name(outcome) +
                                  ": the effect may have happened");
}

std::string wait_problem(std::int64_t waited_ms, const RetryAfter& shape) {
  if (waited_ms == 0 || waited_ms == shape.wait_ms) return {};
  bool rounded = shape.wait_ms > 0 && waited_ms >= shape.wait_ms && waited_ms < shape.wait_ms + 1000;
  if (rounded) return {};
  return waited_ms < 0 || waited_ms > kHourMs
             ? "it would wait " + std::to_string(waited_ms) + " ms; at most an hour is obeyed"
             : "it reads a wait of " + std::to_string(waited_ms) + " ms out of it";
}

void rate_limited(Bench& bench, const Spot& spot, int status, const RetryAfter& shape, const std::string& body) {
  std::string what = std::to_string(status) + " with Retry-After: " + shape.name;
  bench.at(spot.cassette, label(spot) + " answered by " + what);
  Answer answer;
  answer.http.status = status;
  answer.http.body = body;
  for (const std::string& value : shape.values) answer.http.headers.emplace_back("retry-after", value);
  Run run = run_with(bench, spot, answer);
  judge_always(bench, spot, run, what);
  std::int64_t waited_ms = run.last.result.at("retry_after_ms").as_integer().value_or(0);
  if (const plugin_host::Verdict* verdict = run.last.verdict(spot.asked().label))
    waited_ms =
        verdict->retry_after_ms > std::uint64_t{1} << 62 ? -1 : static_cast<std::int64_t>(verdict->retry_after_ms);
  if (std::string problem = wait_problem(waited_ms, shape); !problem.empty())
    bench.find(spot.cassette, label(spot) + " is answered by " + what + ": " + problem);
  if (!spot.asked().safe) {
    Outcome outcome = run.outcome(spot.asked().label);
    if (outcome != Outcome::unknown && outcome != Outcome::not_sent)
      bench.find(spot.cassette, label(spot) + " is answered by " + what + ", and is judged " + engine::name(outcome));
    return;
  }
  if (!run.failed())
    bench.find(spot.cassette, label(spot) + " is answered by " + what + ", and the run goes on");
  else if (status == 429 && run.last.failure != HANDOFF_FAIL_RATE_LIMITED && run.last.failure != HANDOFF_FAIL_RETRYABLE)
    bench.find(spot.cassette,
               label(spot) + " is answered by " + what + ", and fails for good; say rate_limited, and it is run again");
}

/// What the connector says that the answer to this call echoes; null: it does not say that it took effect.
json::Value echoes_of(const Spot& spot, const Run& run) {
  for (const plugin_host::Verdict& verdict : run.verdicts)
    if (verdict.label == spot.asked().label && verdict.kind == HANDOFF_VERDICT_APPLIED) return encode(verdict.echoes);
  return json::Value(nullptr);
}

}  // namespace

void case_unreadable(Bench& bench) {
  for_spots(bench, [&](const Spot& spot) {
    std::vector<Body> bodies = worse_than(spot);
    if (bodies.empty()) return bench.untried(*spot.cassette, label(spot) + ", whose answer nothing makes unreadable");
    check_may_be_lenient(spot, bodies);
    for (const Body& body : bodies) {
      bench.at(spot.cassette, label(spot) + " answered by " + body.name);
      Answer answer = spot.answer();
      if (answer.http.status < 200 || answer.http.status > 299) continue;
      const std::vector<std::string>& documented = spot.exchange().documented;
      if (std::ranges::find(documented, body.text) != documented.end()) continue;
      answer.http.body = body.text;
      judge_unusable(bench, spot, run_with(bench, spot, answer), body.name, true);
    }
  });
}

void case_status(Bench& bench) {
  for_spots(bench, [&](const Spot& spot) {
    std::string good = spot.answer().http.body;
    for (int status : {500, 502, 503, 504, 599}) {
      status_of(bench, spot, status, good, std::to_string(status) + " with the body of success");
      status_of(bench, spot, status, "<html>", std::to_string(status) + " with a page");
      status_of(bench, spot, status, "", std::to_string(status) + " without a body");
    }
    for (int status : {100, 301, 302, 307, 308, 408, 425, 0, 999})
      status_of(bench, spot, status, good, std::to_string(status) + " with the body of success");
  });
}

void case_rate_limited(Bench& bench) {
  for_spots(bench, [&](const Spot& spot) {
    for (const RetryAfter& shape : retry_afters(spot.subject.arguments.now_ms)) {
      rate_limited(bench, spot, 429, shape, "{\"message\":\"slow down\"}");
      rate_limited(bench, spot, 503, shape, "");
    }
  });
}

void case_lost_reply(Bench& bench) {
  for_spots(bench, [&](const Spot& spot) {
    if (spot.asked().safe || !spot.sheet()) return;
    bench.at(spot.cassette, label(spot) + " lost and found again");
    Answer found = adopted(spot.subject, spot.asked().label);
    Run run = run_with(bench, spot, found);
    std::string what = "its answer lost and its effect found";
    judge_always(bench, spot, run, what);
    bool asks_next = run.asked_after(spot.position);
    if (asks_next && spot.recorded.asked.size() > spot.position + 1 &&
        run.asked[spot.position + 1].label != spot.recorded.asked[spot.position + 1].label)
      bench.find(spot.cassette, label(spot) + ", " + what + ": the run goes on with '" +
                                    run.asked[spot.position + 1].label + "' and not as after success");
    if (run.failed() && !asks_next)
      return bench.find(spot.cassette, label(spot) + ", " + what + ": the run fails: " + json::write(run.last.result));
    const std::string& op = spot.cassette->operation;
    Sighting seen;
    decode(*json::parse(found.http.body), seen);
    std::string member = op == "link" ? "customer" : "instrument";
    std::string wanted = op == "link" ? seen.customer : seen.instrument;
    bool told = op == "issue" || op == "link";
    if (run.done() && told && !asks_next && run.last.result.at(member).as_string() != wanted)
      bench.find(spot.cassette,
                 label(spot) + ", " + what + ": the result does not name the " + member + " that was found");
  });
}

void case_echoes(Bench& bench) {
  for_spots(bench, [&](const Spot& spot) {
    const CallSheet* sheet = spot.sheet();
    if (!sheet || sheet->echoes.empty() || spot.recorded.outcome(spot.asked().label) != Outcome::applied) return;
    std::vector<std::string> untouched = sheet->echoes;
    json::Value removed = spot.recorded.done() ? spot.recorded.last.result.at("removed") : json::Value();
    const json::Value said = echoes_of(spot, spot.recorded);
    for (const ChangedAnswer& changed : changed_answers(spot.answer())) {
      bench.at(spot.cassette, label(spot) + " with another " + changed.path);
      Run run = run_with(bench, spot, changed.answer);
      judge_always(bench, spot, run, "with another " + changed.path);
      const json::Value now = echoes_of(spot, run);
      if (run.done() && run.last.result.at("removed") != removed) removed = json::Value();
      std::erase_if(untouched, [&](const std::string& echo) {
        // Of an answer that is not believed only the value that was the echo tells something: it was looked at.
        return now.is_null() ? holds(changed.was, said.at(echo)) : now.at(echo) != said.at(echo);
      });
    }
    if (!removed.is_null())
      bench.find(spot.cassette, label(spot) + ": what was removed stays the same whatever the answer says (M5)");
    for (const std::string& echo : untouched)
      bench.find(spot.cassette, label(spot) + ": the echo of the " + echo +
                                    " stays the same whatever the answer says; it must be read from the answer");
  });
}

void case_drift(Bench& bench) {
  for_spots(bench, [&](const Spot& spot) {
    bench.at(spot.cassette, label(spot) + " with new members in another order");
    Answer answer = spot.answer();
    if (json::Parsed good = json::parse(answer.http.body))
      answer.http.body = json::write(harmless_drift(*good));
    else if (!answer.http.body.empty() && spot.asked().kind == HANDOFF_CALL_HTTP)
      bench.untried(*spot.cassette, label(spot) + " with more than new headers: its answer is no JSON");
    answer.http.headers.emplace_back("x-kit-new", "a=\"b\"; \xc3\xa4");
    answer.http.headers.emplace_back("retry-after", "soon");
    answer.http.headers.emplace_back("content-length", "4294967296");
    std::string wrong = run_difference(spot.recorded, run_with(bench, spot, answer));
    if (!wrong.empty())
      bench.find(spot.cassette,
                 label(spot) + ": with new members, new headers and another order in the answer, " + wrong);
  });
}

}  // namespace handoff::conformance
