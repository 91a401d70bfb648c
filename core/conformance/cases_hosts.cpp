// Other hosts than this one: older, with nothing behind what it gives; newer, with more; and other clocks.

#include "core/conformance/bench.hpp"
#include "core/conformance/guard.hpp"
#include "core/model/identity.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Answer;
using plugin_host::Asked;
using plugin_host::StepEnd;

constexpr std::uint32_t kNewerBytes = 64;
constexpr std::uint32_t kUnknownKind = 99;

/// The steps of a recorded run on another host; empty, or what came out different.
std::string replay(const plugin_host::Instance& connector, const Subject& subject, const Run& recorded,
                   std::uint32_t extra_bytes) {
  for (std::size_t count = 0; count <= recorded.answers.size(); ++count) {
    std::vector<Answer> answers(recorded.answers.begin(), recorded.answers.begin() + static_cast<long>(count));
    std::vector<Asked> before(recorded.asked.begin(),
                              recorded.asked.begin() + static_cast<long>(std::min(count + 1, recorded.asked.size())));
    GuardedMemory memory;
    plugin_host::Layout layout{[&memory](std::string_view bytes) { return memory.place(bytes); }, extra_bytes};
    plugin_host::Step step = connector.step(subject.operation->name, subject.arguments, answers, before, layout);
    if (!step.misbehaviour.empty()) return step.misbehaviour;
    if (count == recorded.answers.size() && (step.end != recorded.last.end || step.result != recorded.last.result))
      return "the run ends in another way";
  }
  return {};
}

json::Value with_unknown_members(const json::Value& input) {
  json::Object out = input.as_object();
  json::Object newer;
  newer.set("minor", 1).set("list", json::Array());
  out.set("kit_new_member", json::Value(std::move(newer)));
  for (const auto& [name, value] : input.as_object())
    if (value.object() && value.at("minor").is_null()) out.set(name, with_unknown_members(value));
  return json::Value(std::move(out));
}

/// The label of a call whose headers depend on the time; empty if there is none. Bodies may name the day.
std::string moved_key(const Subject& subject, const Run& one, const Run& other) {
  for (std::size_t i = 0; i < std::min(one.asked.size(), other.asked.size()); ++i) {
    const CallSheet* sheet = subject.operation->call(one.asked[i].label);
    if (sheet && sheet->key_supported && one.asked[i].http.headers != other.asked[i].http.headers)
      return one.asked[i].label;
  }
  return {};
}

void unknown_reply_kinds(Bench& bench, const Cassette& cassette, const Subject& subject, const Run& recorded) {
  for (std::size_t i = 0; i < recorded.asked.size() && i < recorded.answers.size(); ++i) {
    Answer strange = recorded.answers[i];
    strange.kind = kUnknownKind;
    Run run = play(*bench.instance(cassette), subject, script_with(subject, i, strange));
    const Asked& asked = recorded.asked[i];
    if (!run.misbehaviour.empty()) bench.find(&cassette, "after a reply of an unknown kind: " + run.misbehaviour);
    bool believed = asked.safe ? run.done() || run.more() : run.outcome(asked.label) != engine::Outcome::unknown;
    if (believed)
      bench.find(&cassette,
                 "'" + asked.label + "' is answered by a reply of a kind this connector cannot know, and it goes on");
  }
}

}  // namespace

void case_older_host(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes()) {
    bench.at(cassette, "texts that end at the end of their memory");
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    std::string wrong = replay(*bench.instance(*cassette), subject, bench.play_as_written(*cassette, subject), 0);
    if (!wrong.empty()) bench.find(cassette, wrong);
  }
}

void case_newer_host(Bench& bench) {
  for (const Cassette* cassette : bench.cassettes()) {
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    Run recorded = bench.play_as_written(*cassette, subject);
    bench.at(cassette, "longer structs");
    std::string wrong = replay(*bench.instance(*cassette), subject, recorded, kNewerBytes);
    if (!wrong.empty()) bench.find(cassette, "with longer structs: " + wrong);
    bench.at(cassette, "unknown members in the input");
    Subject newer = subject;
    newer.arguments.input = json::write(with_unknown_members(subject.input));
    wrong = run_difference(recorded, play(*bench.instance(*cassette), newer, script_of(newer)));
    if (!wrong.empty()) bench.find(cassette, "with a new member in its input, " + wrong);
    bench.at(cassette, "unknown kinds of reply");
    unknown_reply_kinds(bench, *cassette, subject, recorded);
  }
}

void case_clock(Bench& bench) {
  constexpr std::int64_t kTimes[] = {0,                     // 1970-01-01
                                     951'782'400'000,       // 2000-02-29
                                     1'798'761'599'999,     // the last millisecond of 2026
                                     2'147'483'648'000,     // one second past 2^31
                                     4'102'444'800'000,     // 2100-01-01
                                     253'402'300'800'000};  // the year 10000
  for (const Cassette* cassette : bench.cassettes()) {
    if (!bench.instance(*cassette)) continue;
    Subject subject = bench.subject(*cassette);
    Run now = bench.play_as_written(*cassette, subject);
    for (std::int64_t time : kTimes) {
      bench.at(cassette, "at " + std::to_string(time) + " ms");
      Subject then = subject;
      then.arguments.now_ms = time;
      // Requests may name the day: only the way the run goes is compared.
      Run run = play(*bench.instance(*cassette), then, script_of(then));
      bool same = run.last.end == now.last.end && run.stopped == now.stopped && run.asked.size() == now.asked.size();
      bool may_be_stale = cassette->operation == "inbound" && run.last.failure == HANDOFF_FAIL_FORGED;
      if (!run.misbehaviour.empty()) bench.find(cassette, run.misbehaviour);
      if (std::string moved = moved_key(subject, now, run); !moved.empty())
        bench.find(
            cassette,
            "'" + moved + "' has another key or header at another time: begun again, it would be another effect");
      if (!same && !may_be_stale)
        bench.find(cassette, "at " + rfc3339(time) + " the run goes another way: " + json::write(run.last.result));
    }
  }
}

}  // namespace handoff::conformance
