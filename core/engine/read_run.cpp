// Operations that only read: look-ups, read-backs, fetches. Not journalled; lost with the process and simply run again.

#include "core/engine/engine.hpp"

namespace handoff::engine {

void Engine::start_read(const Connector& connector, const std::string& op, const json::Value& input, bool urgent,
                        Then then, bool at_once) {
  ReadRun run;
  run.no = ++next_read_;
  run.connector = &connector;
  run.op = op;
  run.urgent = urgent;
  run.at_once = at_once;
  run.arguments.now_ms = now_;
  run.arguments.input = json::write(input);
  run.then = std::move(then);
  std::uint64_t no = run.no;
  reads_[no] = std::move(run);
  drive_read(no);
}

void Engine::drive_read(std::uint64_t no) {
  auto found = reads_.find(no);
  if (found == reads_.end()) return;
  ReadRun& run = found->second;
  plugin_host::Step step = run.connector->instance->step(run.op, run.arguments, run.answers, run.asked);
  ReadOutcome outcome;
  if (!step.misbehaviour.empty()) {
    s_.log(run.connector->name + "." + run.op + " misbehaved: " + step.misbehaviour);
    outcome.failure = HANDOFF_FAIL_BUG;
    outcome.detail = step.misbehaviour;
    return end_read(no, std::move(outcome));
  }
  if (step.end == plugin_host::StepEnd::waiting) {
    run.asked = std::move(step.asked);
    run.sent = run.answers.size();
    for (std::size_t at = run.sent; at < run.asked.size(); ++at) {
      const plugin_host::Asked& call = run.asked[at];
      if (call.kind == HANDOFF_CALL_SLEEP) return later(call.sleep_ms, 'd', static_cast<std::int64_t>(no));
      if (call.safe && can_be_sent(*run.connector, call)) continue;
      outcome.failure = HANDOFF_FAIL_BUG;
      outcome.detail = "'" + call.label + "' is no safe call of this connection, and " + run.op + " may only read";
      return end_read(no, std::move(outcome));
    }
    return send_reads(no);
  }
  outcome.ok = step.end != plugin_host::StepEnd::failed;
  outcome.more = step.end == plugin_host::StepEnd::more;
  outcome.failure = step.failure;
  outcome.retry_after_ms = step.result.at("retry_after_ms").as_integer().value_or(0);
  outcome.detail = std::string(step.result.at("message").as_string());
  outcome.result = std::move(step.result);
  outcome.emitted = std::move(step.emitted);
  end_read(no, std::move(outcome));
}

/// As many as there are slots for; the others follow when there are.
void Engine::send_reads(std::uint64_t no) {
  auto found = reads_.find(no);
  if (found == reads_.end()) return;
  ReadRun& run = found->second;
  while (run.sent < run.asked.size()) {
    if (run.at_once)
      ++lines_[run.connector->name].in_flight;
    else if (!may_send(*run.connector, Sending::read, run.urgent, [this, no] { send_reads(no); }))
      return;
    ++counters_.reads;
    Pending pending;
    pending.is_read = true;
    pending.read = no;
    pending.place = run.sent;
    send(*run.connector, false, run.asked[run.sent++].http, pending, ++next_ticket_);
  }
}

/// Replies to what was asked for at once are fed together, in the order of the calls.
void Engine::read_answered(const Pending& pending, net::Result result) {
  auto found = reads_.find(pending.read);
  if (found == reads_.end()) return;  // another of its calls had no answer
  ReadRun& run = found->second;
  if (result.ended != net::Ended::replied) {
    ReadOutcome outcome;
    outcome.detail = std::move(result.error);
    return end_read(pending.read, std::move(outcome));
  }
  plugin_host::Answer& answer = run.arrived[pending.place];
  answer.label = run.asked[pending.place].label;
  answer.http = std::move(result.reply);
  if (run.answers.size() + run.arrived.size() < run.asked.size()) return;
  for (auto& [place, one] : run.arrived) run.answers.push_back(std::move(one));
  run.arrived.clear();
  drive_read(pending.read);
}

void Engine::slept(std::uint64_t read) {
  auto run = reads_.find(read);
  if (run == reads_.end()) return;
  run->second.answers.push_back(plugin_host::sleep_answer(run->second.asked.back().label));
  drive_read(read);
}

/// A folder takes no requests, and a vendor no FILE calls.
bool Engine::can_be_sent(const Connector& connector, const plugin_host::Asked& call) {
  return call.kind == (connector.folder ? HANDOFF_CALL_FILE : HANDOFF_CALL_HTTP);
}

void Engine::end_read(std::uint64_t no, ReadOutcome outcome) {
  auto found = reads_.find(no);
  if (found == reads_.end()) return;
  Then then = std::move(found->second.then);
  const Connector& connector = *found->second.connector;
  reads_.erase(found);
  if (outcome.failure == HANDOFF_FAIL_RATE_LIMITED)
    pause(connector, outcome.retry_after_ms > 0 ? std::min<std::int64_t>(outcome.retry_after_ms, 3'600'000) : 1000);
  if (outcome.failure == HANDOFF_FAIL_AUTH) credentials_refused(connector, outcome.detail);
  then(std::move(outcome));
}

}  // namespace handoff::engine
