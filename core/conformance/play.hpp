#pragma once
// Runs one operation as the engine does: a step for each reply, every verdict judged by the engine's own judge, and no
// further step after a call whose outcome is not APPLIED.

#include <functional>
#include <map>

#include "core/conformance/cassette.hpp"
#include "core/conformance/fill.hpp"
#include "core/conformance/sanitized.hpp"
#include "core/engine/judge.hpp"

namespace handoff::conformance {

/// More processor time than this in one step holds up every other credit: the engine has one thread.
inline constexpr std::int64_t kStepMaxUs = kSanitized ? 1'000'000 : 50'000;

/// One operation with everything a run of it depends on.
struct Subject {
  const Cassette* cassette = nullptr;
  const OperationSheet* operation = nullptr;
  json::Value input;
  plugin_host::Arguments arguments;
  engine::Expected expected;
  Variables variables;
};

/// Fills what the host would: the reference where the operation has one, and the keys of its calls. `input`: the
/// cassette's, or another amount or customer in its place.
Subject subject_of(const Manifest& manifest, const Cassette& cassette, const json::Value& input);

/// The reference the hub gives to whatever the kit issues, books or mirrors by this operation.
std::string reference_of(std::string_view operation);

struct Run {
  std::vector<plugin_host::Asked> asked;
  std::vector<int> asked_in;  // of each, the step in which it was first asked for
  std::vector<plugin_host::Answer> answers;
  plugin_host::Step last;                           // of the last step that was made
  std::vector<plugin_host::Verdict> verdicts;       // of each judged reply, when it came
  std::map<std::string, engine::Judgement> judged;  // by label, of the calls that are not safe
  std::string stopped;                              // the label whose outcome ended the run
  std::string misbehaviour;                         // a broken rule of abi.h
  std::int64_t slowest_us = 0, all_us = 0;          // processor time of the slowest step, and of all

  bool done() const { return stopped.empty() && misbehaviour.empty() && last.end == plugin_host::StepEnd::done; }
  bool more() const { return stopped.empty() && misbehaviour.empty() && last.end == plugin_host::StepEnd::more; }
  bool failed() const { return last.end == plugin_host::StepEnd::failed; }
  engine::Outcome outcome(const std::string& label) const;
  /// Whether it asked for more once it had the reply at that position.
  bool asked_after(std::size_t position) const {
    return asked_in.size() > position + 1 && asked_in.back() > asked_in[position];
  }
};

/// What the vendor answers to the call at that position; nothing: the run stops there, waiting.
using Script = std::function<std::optional<plugin_host::Answer>(const plugin_host::Asked& asked, std::size_t position)>;

/// Processor time of the slowest step that this process has played. [any thread]
std::int64_t slowest_step_us();

Run play(const plugin_host::Instance& instance, const Subject& subject, const Script& script);

/// The answer an exchange holds.
plugin_host::Answer answer_of(const Exchange& exchange, const Variables& variables);
/// The proof that stands in for the answer to `label`: a sighting of exactly what was asked for.
plugin_host::Answer adopted(const Subject& subject, const std::string& label);

/// The cassette as it is written. An outcome ACCEPTED is settled the way the hub does it: looked up and adopted.
/// `mismatch`: the first call that is not the one the cassette has.
Script script_of(const Subject& subject, std::string* mismatch = nullptr);
/// The same, with another answer at one position.
Script script_with(const Subject& subject, std::size_t position, plugin_host::Answer answer);

/// How it ended, as cassettes write it: "done", "more", "fail", "waiting" or "stopped at 'create-card'".
std::string end_name(const Run& run);

/// Whether two runs said the same, word for word. Empty, or the first difference.
std::string run_difference(const Run& one, const Run& other);

}  // namespace handoff::conformance
