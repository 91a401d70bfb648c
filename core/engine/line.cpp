// One connector's traffic: how many sends at once, how fast, and the breaker that keeps a dead vendor from eating the
// hub (INVARIANTS B1, P12, P14).

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {
constexpr int kBreakerFailures = 5;
}

/// True if a send may leave now and a slot is taken; else `retry` is called when there is room.
bool Engine::may_send(const Connector& connector, bool urgent, std::function<void()> retry) {
  Line& line = lines_[connector.name];
  bool room = line.in_flight < connector.concurrency && line.ready_at() <= boot_now_;
  if (!room) {
    (urgent ? line.urgent : line.waiting).push_back(std::move(retry));
    wake(connector, line.ready_at());
    return false;
  }
  ++line.in_flight;
  if (connector.requests_per_minute > 0) {
    // Even pacing with a burst of two seconds' worth.
    std::int64_t step_us = 60'000'000 / connector.requests_per_minute;
    line.next_send_us = std::max(line.next_send_us, (boot_now_ - 2000) * 1000) + step_us;
  }
  return true;
}

void Engine::send(const Connector& connector, bool fresh, const HttpRequest& request, Pending pending,
                  std::uint64_t ticket) {
  pending.connector = &connector;
  tickets_[ticket] = pending;
  net::Outbound out;
  out.connection = connector.connection;
  out.fresh = fresh;
  out.request = request;
  act([this, ticket, out = std::move(out)]() mutable {
    s_.transport.send(std::move(out),
                      [post = s_.post, ticket](net::Result result) { post(Arrived{ticket, std::move(result)}); });
  });
}

void Engine::sent_ended(const Connector& connector, const net::Result& result) {
  Line& line = lines_[connector.name];
  --line.in_flight;
  bool failed = result.ended != net::Ended::replied || result.reply.status >= 500;
  line.failures = failed ? line.failures + 1 : 0;
  if (!failed) line.open = false;
  if (line.failures < kBreakerFailures) return;
  if (!line.open) s_.log(connector.name + ": " + std::to_string(line.failures) + " failures in a row; slowing down");
  line.open = true;
  pause(connector, 200 + s_.random.below(std::min<std::int64_t>(
                             30'000, std::int64_t{500} << std::min(line.failures - kBreakerFailures, 6))));
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

void Engine::pump(const Connector& connector) {
  Line& line = lines_[connector.name];
  while (line.in_flight < connector.concurrency) {
    std::deque<std::function<void()>>& from = line.urgent.empty() ? line.waiting : line.urgent;
    if (from.empty()) return;
    if (line.ready_at() > boot_now_) return wake(connector, line.ready_at());
    std::function<void()> next = std::move(from.front());
    from.pop_front();
    next();
    if (line.open && line.in_flight > 0) return;  // one at a time while the vendor is in doubt
  }
}

}  // namespace handoff::engine
