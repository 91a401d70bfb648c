// Mirrors are projections (DESIGN D4): one effect per customer, surface and version, holding the whole value. Changes
// that come while one is under way are taken together in the next.

#include <limits>

#include "core/engine/engine.hpp"

namespace handoff::engine {

void Engine::want_mirror(const journal::CreditRow& credit, const journal::HopRow& hop, const Connector& connector,
                         const CustomerInfo& customer, std::int64_t removal) {
  if (customer.id.empty()) return hop_held(credit, hop.id, "identity", connector.name + " does not know this customer");
  std::string subject = "customer:" + customer.hub;
  std::optional<journal::EffectRow> last = read().last_effect(subject, hop.surface, "mirror");
  std::int64_t version = next_version(last ? last->ordinal : 0);
  journal::HopMoved moved;
  moved.credit = credit.no;
  moved.hop = hop.id;
  moved.state = "running";
  moved.effect = removal;
  moved.version = version;
  note(credit.id, "engine", moved);
  if (!last || !last->open) plan_mirror(connector, hop.surface, credit.customer, customer, version);
}

void Engine::plan_mirror(const Connector& connector, const std::string& surface, std::int64_t customer,
                         const CustomerInfo& info, std::int64_t version, std::int64_t without) {
  journal::EffectPlanned planned;
  planned.effect = s_.store.next_effect();
  planned.customer = customer;
  planned.subject = "customer:" + info.hub;
  planned.hop = "mirror";
  planned.connector = connector.id;
  planned.surface = surface;
  planned.op = "mirror";
  planned.ordinal = version;
  planned.version = version;
  planned.entry = "issued";
  planned.vault = s_.vault.id();
  EffectKey key{setup_.tenant, planned.subject, surface, "mirror", 0, version};
  MirrorInput input;
  input.customer = info;
  input.version = version;
  input.reference = call_key(key, "reference", 0);
  std::map<std::string, std::int64_t> sums;
  for (const journal::CreditRow& credit : read().available_credits(customer)) {
    if (credit.no == without) continue;
    MirrorEntry entry;
    entry.credit = credit.ref;
    entry.amount = Money(*credit.available, credit.amount.currency());
    sums[credit.amount.currency()] += *credit.available;
    input.credits.push_back(std::move(entry));
  }
  for (const auto& [currency, minor] : sums) input.balances.emplace_back(minor, currency);
  note_planned("", planned, encode(input));
  later(0, 'e', planned.effect);
}

void Engine::mirror_done(const journal::EffectRow& row, const CustomerInfo& customer) {
  for (const journal::HopRow& hop : read().mirror_hops(row.customer, row.connector, row.version))
    if (std::optional<journal::CreditRow> credit = read().credit(hop.credit)) hop_done(*credit, hop);
  plan_next_mirror(row, customer);
}

void Engine::mirror_held(const journal::EffectRow& row, const CustomerInfo& customer, const std::string& kind,
                         const std::string& reason) {
  for (const journal::HopRow& hop : read().mirror_hops(row.customer, row.connector, row.version))
    if (std::optional<journal::CreditRow> credit = read().credit(hop.credit)) hop_held(*credit, hop.id, kind, reason);
  plan_next_mirror(row, customer);
}

/// Someone asked for a newer version while this one was under way.
void Engine::plan_next_mirror(const journal::EffectRow& row, const CustomerInfo& customer) {
  if (read().mirror_hops(row.customer, row.connector, std::numeric_limits<std::int64_t>::max()).empty()) return;
  if (const Connector* connector = setup_.connector_by_id(row.connector))
    plan_mirror(*connector, row.surface, row.customer, customer, next_version(row.version));
}

}  // namespace handoff::engine
