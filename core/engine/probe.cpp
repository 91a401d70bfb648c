// Probes: a credit of our own through the whole chain, and back (docs/adr/0020-probe.md). A credit like any other until it is at
// its end; then the hub takes it back itself. Driven by what the tables say, so that a probe of a process that was killed is
// taken back by the next.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

constexpr std::int64_t kProbeEvery = 1'000;
constexpr std::int64_t kGiveUp = 600'000;  // a probe that is not through by then is taken back from where it is

}  // namespace

std::string probe_problem(const Setup& setup, const std::string& name) {
  const routing::Route* route = setup.route(name);
  if (name.empty()) return "route: say which, or write it under [probe]";
  if (route == nullptr) return "no route is called '" + name + "'";
  if (route->observe) return "route " + name + " only observes: the hub issues nothing there";
  for (const routing::Hop& hop : route->hops) {
    const Connector* connector = setup.connector(hop.connector);
    if (hop.op == "issue" && connector != nullptr && final_void(connector->manifest()) == nullptr)
      return connector->name + " cannot void for good: what a probe issues would stay";
  }
  if (!setup.probing.customer())
    return "[probe] names no customer; write customer = { email = \"probe@example.com\" }, of an account of your own";
  return {};
}

Submission probe_of(const Setup& setup, const std::string& route, const Money& amount, const std::string& store,
                    std::int64_t now_ms) {
  Submission out;
  out.source = kProbeSource;
  out.actor = "probe";
  out.event.kind = "credit.issued";
  out.event.unique_id = "probe " + rfc3339(now_ms);
  out.event.line = route;
  out.event.store = store;
  out.event.amount = amount;
  const routing::Route* taken = setup.route(route);
  out.event.balance_type = taken && !taken->balance_types.empty() ? taken->balance_types.front() : "general";
  out.event.email = setup.probing.email;
  out.event.phone = setup.probing.phone;
  out.event.loyalty = setup.probing.loyalty;
  out.event.reason = "a probe of route " + route;
  return out;
}

void Engine::look_at_probes() {
  std::vector<CreditRow> open = read().open_probes();
  for (const CreditRow& probe : open) end_probe(probe);
  const Probing& probing = setup_.probing;
  if (probing.every_ms > 0 && open.empty() && now_ - read().last_probe_at() >= probing.every_ms) {
    Submission next = probe_of(setup_, probing.route, probing.amount, probing.store, now_);
    take(next);
  }
  if (probing.every_ms > 0 || !open.empty()) return later(kProbeEvery, 'q', 0);
  probes_watched_ = false;
}

/// A probe came, or may be left from before.
void Engine::watch_probes() {
  if (std::exchange(probes_watched_, true)) return;
  later(kProbeEvery, 'q', 0);
}

void Engine::end_probe(const CreditRow& probe) {
  bool over = probe.state == "complete" || probe.state == "held" || probe.state == "unresolved";
  bool given_back = probe.state == "cancelling" || probe.reason.starts_with("cancelling");
  if (given_back || (!over && now_ - probe.at < kGiveUp)) return;
  Submission back;
  back.source = kProbeSource;
  back.actor = "probe";
  back.event.kind = "credit.cancelled";
  cancel(back, probe);
}

}  // namespace handoff::engine
