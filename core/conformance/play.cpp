#include "core/conformance/play.hpp"

#include <sys/resource.h>

#include <atomic>

#include "core/conformance/match.hpp"
#include "core/model/identity.hpp"

namespace handoff::conformance {

namespace {

using plugin_host::Answer;
using plugin_host::Asked;
using plugin_host::StepEnd;

constexpr int kCallsMax = 200;

std::atomic<std::int64_t> slowest_us = 0;  // of all runs

/// Processor time of this thread: what other programs do must not fail a connector.
std::int64_t processor_us() {
  rusage used = {};
  getrusage(RUSAGE_THREAD, &used);
  auto us = [](const timeval& time) { return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec; };
  return us(used.ru_utime) + us(used.ru_stime);
}

EffectKey effect_key(std::string_view operation) {
  EffectKey key;
  key.tenant = "kit";
  key.subject = "kit";
  key.surface = "kit";
  key.op = operation;
  return key;
}

bool gets_reference(std::string_view operation, const json::Value& input) {
  if (!input.at("reference").is_null()) return false;
  return operation == "issue" || operation == "link" || operation == "void" || operation == "record" ||
         operation == "mirror";
}

/// A verdict that was given must be given again in every later step (abi.h, top).
std::string changed_verdict(const plugin_host::Step& before, const plugin_host::Step& now) {
  for (const plugin_host::Verdict& old : before.verdicts) {
    const plugin_host::Verdict* again = now.verdict(old.label);
    if (!again) return "the verdict on '" + old.label + "' was not repeated in the next step";
    if (again->kind != old.kind || again->code != old.code || encode(again->echoes) != encode(old.echoes))
      return "the verdict on '" + old.label + "' changed in the next step";
  }
  return {};
}

class Player {
 public:
  Player(const plugin_host::Instance& instance, const Subject& subject) : instance_(instance), subject_(subject) {}

  Run run(const Script& script) {
    step();
    while (out_.misbehaviour.empty() && out_.last.end == StepEnd::waiting) {
      if (out_.asked.size() > kCallsMax) {
        out_.misbehaviour = "asked for more than " + std::to_string(kCallsMax) + " calls";
        break;
      }
      const Asked asked = out_.asked[out_.answers.size()];
      if (!answer_all(script)) break;
      step();
      if (!asked.safe && !judge(asked, script)) break;
    }
    return std::move(out_);
  }

 private:
  void step() {
    std::int64_t before_us = processor_us();
    plugin_host::Step next = instance_.step(subject_.operation->name, subject_.arguments, out_.answers, out_.asked);
    const std::int64_t took_us = processor_us() - before_us;
    out_.slowest_us = std::max(out_.slowest_us, took_us);
    out_.all_us += took_us;
    for (std::int64_t so_far = slowest_us; so_far < took_us && !slowest_us.compare_exchange_weak(so_far, took_us);)
      continue;
    out_.misbehaviour = next.misbehaviour;
    if (out_.misbehaviour.ends_with(" and ended"))
      out_.misbehaviour +=
          "; is there a catch (...) around a call? A plain function is left by an exception there, which must pass";
    if (out_.misbehaviour.empty()) out_.misbehaviour = changed_verdict(out_.last, next);
    out_.asked = next.asked;
    ++steps_;
    out_.asked_in.resize(std::max(out_.asked.size(), out_.asked_in.size()), steps_);
    out_.last = std::move(next);
  }

  /// The replies to one call, or to several that were asked for together. False: the script ends here.
  bool answer_all(const Script& script) {
    while (out_.answers.size() < out_.asked.size()) {
      const Asked& asked = out_.asked[out_.answers.size()];
      std::optional<Answer> answer = script(asked, out_.answers.size());
      if (!answer) return false;
      answer->label = asked.label;
      out_.answers.push_back(std::move(*answer));
    }
    return true;
  }

  /// True if the run goes on.
  bool judge(const Asked& asked, const Script& script) {
    const CallSheet* sheet = subject_.operation->call(asked.label);
    if (!sheet) {
      out_.misbehaviour = "the call '" + asked.label + "' is not safe, and connector.json does not declare it";
      return false;
    }
    const Answer& answer = out_.answers.back();
    if (answer.kind == HANDOFF_REPLY_ADOPTED) return true;
    const plugin_host::Verdict* verdict = out_.last.verdict(asked.label);
    if (verdict) out_.verdicts.push_back(*verdict);
    engine::Judgement judgement = engine::judge_answer(
        *sheet, answer.http.status, out_.misbehaviour.empty() ? verdict : nullptr, subject_.expected);
    out_.judged[asked.label] = judgement;
    if (judgement.outcome == engine::Outcome::applied) return true;
    if (judgement.outcome == engine::Outcome::accepted && settles_) return settle(asked, script);
    out_.stopped = asked.label;
    return false;
  }

  /// As the engine goes on from ACCEPTED: the look-up found it, and its sighting takes the place of the answer.
  bool settle(const Asked& asked, const Script&) {
    out_.answers.back() = adopted(subject_, asked.label);
    out_.answers.back().label = asked.label;
    out_.last.verdicts.clear();
    step();
    return true;
  }

  const plugin_host::Instance& instance_;
  const Subject& subject_;
  bool settles_ = true;
  int steps_ = 0;
  Run out_;
};

}  // namespace

std::int64_t slowest_step_us() { return slowest_us; }

engine::Outcome Run::outcome(const std::string& label) const {
  auto found = judged.find(label);
  return found == judged.end() ? engine::Outcome::unknown : found->second.outcome;
}

std::string reference_of(std::string_view operation) { return call_key(effect_key(operation), "reference", 0); }

Subject subject_of(const Manifest& manifest, const Cassette& cassette, const json::Value& input) {
  Subject out;
  out.cassette = &cassette;
  out.operation = manifest.operation(cassette.operation);
  out.input = input.object() ? input : json::Value(json::Object());
  if (gets_reference(cassette.operation, input)) out.input.object()->set("reference", reference_of(cassette.operation));
  out.arguments.now_ms = cassette.now_ms;
  out.arguments.payload = cassette.payload;
  if (!out.operation) return out;
  EffectKey key = effect_key(cassette.operation);
  out.expected = engine::expected_of(cassette.operation, out.input);
  for (const CallSheet& call : out.operation->calls) {
    out.arguments.ids.push_back({call.label, call_key(key, call.label, 0), call_ref20(key, call.label, 0)});
    out.expected.references.push_back(out.arguments.ids.back().key);
    out.expected.references.push_back(out.arguments.ids.back().ref20);
  }
  out.variables = variables_of(out.input, out.arguments.ids);
  out.input = filled(out.input, out.variables);  // "{key.create-card}" in the input of a read
  out.arguments.input = json::write(out.input);
  return out;
}

Run play(const plugin_host::Instance& instance, const Subject& subject, const Script& script) {
  return Player(instance, subject).run(script);
}

Answer answer_of(const Exchange& exchange, const Variables& variables) {
  Answer out;
  out.label = exchange.label;
  if (exchange.genuine) {
    out.kind = HANDOFF_REPLY_CHECKED;
    out.http.status = *exchange.genuine ? 1 : 0;
    return out;
  }
  if (exchange.mac) {
    out.http.status = 200;
    out.http.body = *exchange.mac;
    return out;
  }
  out.http.status = static_cast<int>(exchange.reply.at("status").as_integer().value_or(0));
  for (const auto& [name, value] : exchange.reply.at("headers").as_object())
    out.http.headers.emplace_back(name, fill(value.as_string(), variables));
  const json::Value& body = exchange.reply.at("json");
  out.http.body =
      body.is_null() ? fill(exchange.reply.at("text").as_string(), variables) : json::write(filled(body, variables));
  return out;
}

Answer adopted(const Subject& subject, const std::string& label) {
  const CallSheet* sheet = subject.operation->call(label);
  const json::Value& result = subject.cassette->expect.at("result");
  Sighting seen;
  seen.instrument = subject.expected.instrument;
  if (seen.instrument.empty()) seen.instrument = fill(result.at("instrument").as_string("kit-1"), subject.variables);
  std::optional<Money> amount = subject.expected.amount;
  if (!amount) amount = money_from_json(subject.input.at("amount"));
  if (amount) seen.amount = subject.expected.reversed ? amount->negated() : *amount;
  seen.issued = seen.amount;
  seen.state = sheet ? sheet->applied_states.front() : "active";
  if (sheet && sheet->sign == Sign::removing && !subject.operation->void_terminal_states.empty())
    seen.state = subject.operation->void_terminal_states.front();
  seen.customer = fill(result.at("customer").as_string(subject.expected.customer), subject.variables);
  seen.reference = subject.expected.reference;
  seen.credit = subject.expected.credit;
  seen.version = subject.expected.version;
  Answer out;
  out.kind = HANDOFF_REPLY_ADOPTED;
  out.label = label;
  out.http.body = json::write(encode(seen));
  return out;
}

Script script_of(const Subject& subject, std::string* mismatch) {
  return [&subject, mismatch](const Asked& asked, std::size_t position) -> std::optional<Answer> {
    auto complain = [&](const std::string& what) {
      if (mismatch && mismatch->empty()) *mismatch = "'" + asked.label + "': " + what;
    };
    const std::vector<Exchange>& exchanges = subject.cassette->exchanges;
    if (position >= exchanges.size() || exchanges[position].label != asked.label) {
      complain(position >= exchanges.size() ? "the cassette has no more calls"
                                            : "the cassette has '" + exchanges[position].label + "' here");
      return std::nullopt;
    }
    const Exchange& exchange = exchanges[position];
    if ((asked.kind == HANDOFF_CALL_MAC) != exchange.mac.has_value())
      complain(exchange.mac ? "the cassette has a MAC here" : "asks for a MAC; write \"mac\" into its exchange");
    if (asked.kind == HANDOFF_CALL_MAC) {
      if (!exchange.secret.empty() && exchange.secret != asked.mac.secret)
        complain("is a MAC under \"" + asked.mac.secret + "\"");
      if (!exchange.message.empty() && fill(exchange.message, subject.variables) != asked.mac.message)
        complain("is a MAC of \"" + asked.mac.message + "\"");
    } else if (asked.kind != HANDOFF_CALL_MAC_CHECK) {
      std::string found = request_difference(filled(exchange.request, subject.variables), asked.http);
      if (!found.empty()) complain(found);
    }
    return answer_of(exchange, subject.variables);
  };
}

Script script_with(const Subject& subject, std::size_t position, Answer answer) {
  return [tape = script_of(subject), position, answer = std::move(answer)](const Asked& asked,
                                                                           std::size_t at) -> std::optional<Answer> {
    if (at == position) return answer;
    return tape(asked, at);
  };
}

std::string end_name(const Run& run) {
  if (!run.stopped.empty()) return "stopped at '" + run.stopped + "'";
  switch (run.last.end) {
    case StepEnd::done:
      return "done";
    case StepEnd::more:
      return "more";
    case StepEnd::failed:
      return "fail";
    case StepEnd::waiting:
      break;
  }
  return "waiting";
}

std::string run_difference(const Run& one, const Run& other) {
  if (one.misbehaviour != other.misbehaviour) return one.misbehaviour + other.misbehaviour;
  for (std::size_t i = 0; i < std::max(one.asked.size(), other.asked.size()); ++i) {
    if (i >= one.asked.size() || i >= other.asked.size()) return "another number of calls";
    if (one.asked[i].digest != other.asked[i].digest) return "the call '" + one.asked[i].label + "' is another";
  }
  if (one.last.end != other.last.end || one.last.failure != other.last.failure) return "the run ends in another way";
  if (one.last.result != other.last.result) return "the result is another";
  if (one.last.emitted != other.last.emitted) return "the records are others";
  if (one.last.verdicts.size() != other.last.verdicts.size()) return "another number of verdicts";
  for (std::size_t i = 0; i < one.last.verdicts.size(); ++i) {
    const plugin_host::Verdict &a = one.last.verdicts[i], &b = other.last.verdicts[i];
    if (a.kind != b.kind || a.label != b.label || a.code != b.code || a.message != b.message ||
        a.retry_after_ms != b.retry_after_ms || encode(a.echoes) != encode(b.echoes))
      return "the verdict on '" + a.label + "' is another";
  }
  return {};
}

}  // namespace handoff::conformance
