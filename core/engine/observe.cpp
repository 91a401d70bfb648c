// Observe mode (DESIGN D8): the register has issued at the platform by itself. The hub looks for what it was told of,
// until it is seen with the right amount, and never issues. Nothing is sent, so there is no call and no attempt: the
// effect begins as UNKNOWN and only a read leads out of it.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

namespace {

/// A sighting of what the register named that does not fit what it said: empty if it fits.
std::string misfit(const Sighting& seen, const Expected& expected) {
  if (seen.state != "active") return "it is there in state " + seen.state;
  std::optional<Money> put = seen.issued ? seen.issued : seen.amount;
  if (put == expected.amount) return {};
  return "it holds " + (put ? put->text() : "an amount that cannot be read") + ", the register said " +
         expected.amount->text();
}

}  // namespace

/// How to look for what the register named: what it told, in a way that the connector offers.
ReadInput Engine::observation(const CreditRow& credit, const Connector& connector) {
  ReadInput input;
  input.credit = credit.ref;
  input.amount = credit.amount;
  input.code = identifiers(credit.no).code;
  for (const journal::Reader::Ref& ref : read().refs(credit.no)) {
    if (ref.type == "instrument") input.instrument = ref.id;
    if (ref.type == "reference") input.reference = ref.id;
  }
  auto offered = [&](const char* way) {
    return std::ranges::find(connector.operation("read")->by, way) != connector.operation("read")->by.end();
  };
  if (!input.instrument.empty() && offered("instrument"))
    input.by = "instrument";
  else if (!input.code.empty() && offered("code"))
    input.by = "code";
  else if (!input.reference.empty() && offered("reference"))
    input.by = "reference";
  return input;
}

void Engine::observe(Live& live) {
  json::Parsed parsed = json::parse(live.arguments.input);
  ReadInput input;
  if (!parsed || !decode(*parsed, input).empty() || input.by.empty())
    return end(live, "held", "observation",
               "the register named no instrument, code or reference that " + live.connector->name + " can look for");
  live.phase = Phase::looking_up;
  start_read(*live.connector, "read", encode(input), urgent(live.row.credit),
             [this, no = live.row.no, by = input.by](ReadOutcome outcome) {
               auto found = live_.find(no);
               if (found == live_.end()) return;
               Live& effect = found->second;
               effect.phase = Phase::idle;
               ReadResult seen;
               bool read_well = outcome.ok && decode(outcome.result, seen).empty();
               if (read_well && !seen.sightings.empty()) return observed(effect, by, seen);
               leave(effect.row.credit, effect.row.hop);
               std::int64_t patience = effect.quiet_from + 2 * kUnknownLagSeconds * 1000;
               if (boot_now_ < patience || (!read_well && !outcome.hopeless()))
                 return later(backoff(effect.tries++), 'e', no);
               end(effect, "held", "observation",
                   read_well ? "the register said it was issued, and it is not there" : outcome.detail);
             });
}

void Engine::observed(Live& live, const std::string& by, const ReadResult& seen) {
  if (seen.sightings.size() > 1)
    return end(live, "held", "observation", std::to_string(seen.sightings.size()) + " records are under that name");
  const Sighting& sighting = seen.sightings.front();
  if (std::string wrong = misfit(sighting, live.expected); !wrong.empty())
    return end(live, "held", "observation", wrong);
  std::optional<CreditRow> other = read().credit_by_ref(live.connector->id, "instrument", sighting.instrument);
  if (other && other->no != live.row.credit)  // M4: its value is counted there
    return end(live, "held", "observation", "it is the instrument of " + other->ref);
  std::optional<CreditRow> credit = read().credit(live.row.credit);
  if (sighting.customer.empty() || !credit) return is_ours(live, by, sighting);
  live.phase = Phase::looking_up;
  with_customer(*credit, *live.connector, [this, no = live.row.no, by, sighting](Customer customer) {
    auto found = live_.find(no);
    if (found == live_.end()) return;
    Live& effect = found->second;
    effect.phase = Phase::idle;
    if (!customer && customer.error() == NoCustomer::unreachable) return later(backoff(effect.tries++), 'e', no);
    if (!customer) return end(effect, "held", "observation", why_none(customer.error(), *effect.connector));
    FindCustomerInput known;
    known.email = customer->email;
    known.phone = customer->phone;
    known.loyalty = customer->loyalty;
    std::vector<std::int64_t> whose = read().customers_by_ref(effect.connector->id, sighting.customer);
    bool nobodys = whose.empty() || std::ranges::find(whose, effect.row.customer) != whose.end();
    bool cannot_tell = customer->id.empty() && nobodys && !can_look_by(*effect.connector, known);
    if (!cannot_tell && customer->id != sighting.customer)
      return end(effect, "held", "observation", "it belongs to another customer there");
    is_ours(effect, by, sighting);
  });
}

void Engine::is_ours(Live& live, const std::string& by, const Sighting& sighting) {
  journal::EffectApplied applied;
  applied.effect = live.row.no;
  applied.instrument = sighting.instrument;
  applied.customer = sighting.customer;
  applied.moved = live.row.amount;
  note(cid_of(live), "engine", applied);
  live.row.instrument = applied.instrument;
  verified(live, "observed by " + by + ": " + sighting.instrument + ", state " + sighting.state,
           sighting.amount.value_or(live.row.amount));
}

}  // namespace handoff::engine
