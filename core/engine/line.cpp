// One connector's traffic: how many sends at once, how fast, and the breaker that keeps a dead vendor from eating the
// hub (INVARIANTS B1, P12, P14).

#include <algorithm>

#include "core/engine/engine.hpp"
#include "core/model/planted.hpp"

namespace handoff::engine {

namespace {
constexpr int kBreakerFailures = 5;
constexpr std::int64_t kRefusedFor = 300'000;  // before somebody is told: vendors refuse for a moment, too
constexpr std::int64_t kBudgetMs = 120'000;    // P14
// One in two seconds is no storm, and else the backlog of an outage would take a quiet day.
constexpr int kResendsAtLeast = 60;
}  // namespace

void Engine::send_no_more() {
  sends_no_more_ = true;
  std::vector<std::int64_t> waited_for;
  for (const auto& [credit, list] : waiters_) waited_for.push_back(credit);
  for (std::int64_t credit : waited_for) tell_waiters(credit, true);
}

bool Engine::in_flight() const {
  return std::ranges::any_of(tickets_, [](const auto& one) { return one.second.writes; });
}

/// True if a send may leave now and a slot is taken; else `retry` is called when there is room. While the breaker is
/// open only what reads or resolves goes: a first write would be a probe with money (P12).
bool Engine::may_send(const Connector& connector, Sending what, bool urgent, std::function<void()> retry) {
  if (sends_no_more_) return false;
  Line& line = lines_[connector.name];
  bool tries_it_out = line.open && what == Sending::first_write && can_check(connector) &&
                      !planted(Bug::b20_breaker_probes_with_a_write);
  bool room = line.in_flight < connector.concurrency && line.ready_at() <= boot_now_ && !tries_it_out;
  if (!room) {
    (urgent ? line.urgent : line.waiting).push_back(std::move(retry));
    wake(connector, line.ready_at());
    if (tries_it_out) probe(connector);
    return false;
  }
  ++line.in_flight;
  ++line.sent;
  if (what != Sending::read) ++(what == Sending::resend ? line.resends : line.first_sends).now;
  if (connector.requests_per_minute > 0) {
    // Even pacing with a burst of two seconds' worth.
    std::int64_t step_us = 60'000'000 / connector.requests_per_minute;
    line.next_send_us = std::max(line.next_send_us, (boot_now_ - 2000) * 1000) + step_us;
  }
  return true;
}

/// P14: at most a tenth of the first sends of the last two minutes are sent again. How long to wait; 0 = no need.
std::int64_t Engine::resend_waits(const Connector& connector) {
  Line& line = lines_[connector.name];
  if (boot_now_ - line.budget_from >= kBudgetMs) {
    bool stale = boot_now_ - line.budget_from >= 2 * kBudgetMs;
    for (Line::Count* count : {&line.first_sends, &line.resends}) {
      count->before = stale ? 0 : count->now;
      count->now = 0;
    }
    line.budget_from = boot_now_;
  }
  // What of the stretch before lies within the last two minutes counts, as if it had been spread evenly.
  std::int64_t of_before = kBudgetMs - (boot_now_ - line.budget_from);
  std::int64_t resends = line.resends.within(of_before, kBudgetMs),
               first = line.first_sends.within(of_before, kBudgetMs);
  bool within = resends < kResendsAtLeast || resends * 10 < first;
  return within ? 0 : kBudgetMs / kResendsAtLeast + s_.random.below(kBudgetMs / 8);
}

void Engine::send(const Connector& connector, bool fresh, const HttpRequest& request, Pending pending,
                  std::uint64_t ticket) {
  pending.connector = &connector;
  tickets_[ticket] = pending;
  net::Departure one;
  one.out.connection = connector.connection;
  one.out.fresh = fresh;
  one.out.request = request;
  one.done = [post = s_.post, ticket](net::Result result) { post(Arrived{ticket, std::move(result)}); };
  departures_.push_back(std::move(one));
}

void Engine::sent_ended(const Connector& connector, const net::Result& result) {
  Line& line = lines_[connector.name];
  --line.in_flight;
  bool failed = result.ended != net::Ended::replied || result.reply.status >= 500;
  // What was sent before the last success tells nothing new: black holes of one moment end together, long after it.
  if (failed && boot_now_ - result.elapsed_us / 1000 < line.good_at) return;
  line.failures = failed ? line.failures + 1 : 0;
  if (!failed) {
    line.open = line.check_asks_nobody = false;
    line.good_at = boot_now_;
  }
  line.heard = true;
  line.error = !failed ? "" : result.error.empty() ? "HTTP " + std::to_string(result.reply.status) : result.error;
  if (line.failures < kBreakerFailures) return;
  line.open = true;
  pause(connector, 200 + s_.random.below(std::min<std::int64_t>(
                             30'000, std::int64_t{500} << std::min(line.failures - kBreakerFailures, 6))));
}

/// The system answers, and not us. Its reply has been heard in this turn.
void Engine::credentials_refused(const Connector& connector, const std::string& why) {
  Line& line = lines_[connector.name];
  line.heard = line.refused = true;
  line.error = "credentials refused (" + why + ")";
  pause(connector, 60'000);
}

/// At the end of a turn, when what was heard has been judged: who is told what.
void Engine::tell_of_lines() {
  bool changed = false;
  for (const Connector& connector : setup_.connectors) {
    auto found = lines_.find(connector.name);
    if (found == lines_.end() || !std::exchange(found->second.heard, false)) continue;
    Line& line = found->second;
    bool refused = std::exchange(line.refused, false);
    if (line.error.empty() && std::exchange(line.may_have_case, false)) takes_credentials(connector);
    if (line.error.empty() && line.failing_since == 0) continue;
    changed = true;
    if (line.error.empty()) {
      if (line.told)
        s_.log(connector.name + " answers again; it failed for " + std::to_string((now_ - line.failing_since) / 1000) +
               " s");
      line.failing_since = 0;
      line.told = false;
      continue;
    }
    if (line.failing_since == 0) line.failing_since = now_;
    if (refused && now_ - line.failing_since >= kRefusedFor) {
      line.may_have_case = true;
      refuses_credentials(connector, line.error);
    }
    if (line.told || (!refused && !line.open)) continue;
    s_.log(connector.name + " at " + connector.address + " fails: " + line.error + "; slowing down until it answers");
    line.told = true;
  }
  if (changed || !counters_.failing.empty()) list_failing();
}

void Engine::list_failing() {
  counters_.failing.clear();
  for (const Connector& connector : setup_.connectors) {
    auto found = lines_.find(connector.name);
    if (found == lines_.end() || found->second.failing_since == 0) continue;
    const Line& line = found->second;
    std::int64_t next = now_ + std::max<std::int64_t>(0, line.ready_at() - boot_now_);
    counters_.failing.push_back(
        {connector.name, connector.address, line.error, line.failing_since, line.failures, next});
  }
}

void Engine::pause(const Connector& connector, std::int64_t ms) {
  Line& line = lines_[connector.name];
  line.paused_until = std::max(line.paused_until, boot_now_ + ms);
}

/// One timer for a line, however many wait for it.
void Engine::wake(const Connector& connector, std::int64_t when) {
  Line& line = lines_[connector.name];
  if (when <= boot_now_ || (line.wake_at > boot_now_ && line.wake_at <= when)) return;
  line.wake_at = when;
  later(when - boot_now_, 'l', &connector - setup_.connectors.data());
}

bool Engine::can_check(const Connector& connector) {
  return connector.operation("check") && !lines_[connector.name].check_asks_nobody;
}

/// Asks whether an open breaker may close, unless something is asking already.
void Engine::probe(const Connector& connector) {
  Line& line = lines_[connector.name];
  if (line.probing || line.in_flight > 0 || line.ready_at() > boot_now_) return;
  line.probing = true;
  start_read(connector, "check", json::Value(json::Object()), true, [this, &connector, sent = line.sent](ReadOutcome) {
    Line& checked = lines_[connector.name];
    checked.probing = false;
    if (checked.open && checked.sent == sent) {  // it ended, and nobody was asked
      checked.check_asks_nobody = true;
      pause(connector, 1000);
    }
    checked.ready_at() > boot_now_ ? wake(connector, checked.ready_at()) : pump(connector);
  });
}

void Engine::pump(const Connector& connector) {
  Line& line = lines_[connector.name];
  std::size_t looks = line.urgent.size() + line.waiting.size();  // each at most once: it may have to queue again
  while (looks-- > 0 && line.in_flight < connector.concurrency) {
    std::deque<std::function<void()>>& from = line.urgent.empty() ? line.waiting : line.urgent;
    if (from.empty()) return;
    if (line.ready_at() > boot_now_) return wake(connector, line.ready_at());
    std::function<void()> next = std::move(from.front());
    from.pop_front();
    next();
    if (line.open && line.in_flight > 0) return;  // one at a time while the vendor is in doubt
  }
  bool stuck = line.open && !(line.urgent.empty() && line.waiting.empty());
  if (stuck && can_check(connector)) probe(connector);
}

}  // namespace handoff::engine
