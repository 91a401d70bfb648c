// Read-backs (T10, P8): an acknowledgement is not an effect.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

constexpr int kLooks = 12;

/// How to look for the result: by the vendor's own id if it can, else by what we know.
std::string best_way(const OperationSheet& read, const ReadInput& input) {
  auto can = [&](const char* way) { return std::ranges::find(read.by, way) != read.by.end(); };
  if (can("instrument") && !input.instrument.empty()) return "instrument";
  if (can("code") && !input.code.empty()) return "code";
  if (can("reference")) return "reference";
  if (can("customer") && input.customer) return "customer";
  if (can("history")) return "history";
  return {};
}

std::string sighting_text(const std::string& by, const Sighting& proof) {
  return "read by " + by + ": " + proof.instrument + ", state " + proof.state;
}

}  // namespace

/// An issue that a link follows is read back with it: one read shows instrument, amount and customer (T10).
bool Engine::proven_by_link(const Live& live) {
  if (live.row.op != "issue" || !live.verify || live.operation->links) return false;
  std::optional<journal::CreditRow> credit = read().credit(live.row.credit);
  if (!credit || credit->state != "routed") return false;
  for (const journal::HopRow& hop : read().hops(credit->no))
    if (hop.id == live.row.hop && hop.state != "running") return false;
  for (const journal::EffectRow& effect : read().effects(credit->no))
    if (effect.hop == live.row.hop && effect.op == "link") return effect.open;
  return true;
}

/// What was read for a link may prove its issue; what does not is read again, for itself.
void Engine::prove_issue(const Live& link, const ReadResult& seen, const std::string& by) {
  for (const journal::EffectRow& row : read().effects(link.row.credit)) {
    if (row.hop != link.row.hop || row.op != "issue" || row.state != "applied") continue;
    Live* issue = live(row.no);
    if (!issue) return;
    Expected expected = issue->expected;
    expected.instrument = row.instrument;
    Sighting proof;
    if (disproof(*issue->operation, seen, expected, proof).empty())
      return verified(*issue, sighting_text(by, proof), proof.amount.value_or(row.amount));
    later(0, 'e', row.no);
  }
}

void Engine::verify(Live& live) {
  const OperationSheet* reading = live.connector->operation("read");
  ReadInput input = read_input(live, "");
  input.by = reading ? best_way(*reading, input) : "";
  if (input.by.empty()) return verified(live, live.connector->name + " has no way to read it back", live.row.amount);
  live.phase = Phase::verifying;
  start_read(*live.connector, "read", encode(input), false, [this, no = live.row.no, by = input.by](ReadOutcome outcome) {
    auto found = live_.find(no);
    if (found == live_.end()) return;
    Live& effect = found->second;
    effect.phase = Phase::idle;
    ReadResult seen;
    if (!outcome.ok || !decode(outcome.result, seen).empty()) {
      if (outcome.hopeless() && ++effect.verify_tries >= kLooks)
        return end(effect, "held", "verification", "it cannot be read back: " + outcome.detail);
      return later(backoff(effect.tries++), 'e', no);
    }
    Expected expected = effect.expected;
    if (!effect.row.instrument.empty()) expected.instrument = effect.row.instrument;
    if (effect.row.op == "link" && !effect.row.linked.empty()) expected.customer = effect.row.linked;
    Sighting proof;
    std::string wrong = disproof(*effect.operation, seen, expected, proof);
    if (wrong.empty()) {
      if (effect.row.op == "link") prove_issue(effect, seen, by);
      return verified(effect, sighting_text(by, proof), proof.amount.value_or(effect.row.amount));
    }
    leave(effect.row.credit, effect.row.hop);
    if (++effect.verify_tries < kLooks) return later(backoff(effect.verify_tries), 'e', no);
    end(effect, "held", "verification", wrong);
  });
}

void Engine::verified(Live& live, const std::string& evidence, const Money& seen) {
  journal::EffectVerified event;
  event.effect = live.row.no;
  event.evidence = evidence;
  event.seen = seen;
  note(cid_of(live), "engine", event);
  journal::EffectRow row = live.row;
  CustomerInfo customer = live.customer;
  live_.erase(row.no);
  if (row.op == "mirror") return mirror_done(row, customer);
  touch(row.credit);
}

}  // namespace handoff::engine
