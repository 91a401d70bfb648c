// Mirrors are projections (DESIGN D4): one effect per customer, surface and version, holding the whole value. Changes
// that come while one is under way are taken together in the next.

#include <algorithm>
#include <limits>

#include "core/engine/engine.hpp"
#include "core/model/case_kinds.hpp"

namespace handoff::engine {

namespace {
constexpr std::int64_t kVersionsBack = 16;
}  // namespace

void Engine::want_mirror(const CreditRow& credit, const HopRow& hop, const Connector& connector,
                         const CustomerInfo& customer, std::int64_t removal) {
  if (customer.id.empty()) return hop_held(credit, hop.id, "identity", connector.name + " does not know this customer");
  std::string subject = "customer:" + customer.hub;
  std::optional<EffectRow> last = read().last_effect(subject, hop.surface, "mirror");
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
  planned.credit = without;
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
  for (const CreditRow& credit : read().available_credits(customer)) {
    if (credit.no == without) continue;
    MirrorEntry entry;
    entry.credit = credit.ref;
    entry.amount = Money(*credit.available, credit.amount.currency());
    sums[credit.amount.currency()] += *credit.available;
    input.credits.push_back(std::move(entry));
  }
  for (const auto& [currency, minor] : sums) input.balances.emplace_back(minor, currency);
  note_shown(connector, surface, customer, without);
  note_planned("", planned, encode(input));
  later(0, 'e', planned.effect);
}

/// A customer's credits of other routes, or of before the shop was a hop, are shown with the rest: whatever becomes of them
/// has to be shown, too.
void Engine::note_shown(const Connector& connector, const std::string& surface, std::int64_t customer,
                        std::int64_t without) {
  for (std::int64_t no : read().not_mirrored_at(customer, surface)) {
    std::optional<CreditRow> credit = no == without ? std::nullopt : read().credit(no);
    if (!credit) continue;  // or the batch has failed, and is made again
    journal::HopAdded added;
    added.credit = no;
    added.hop = connector.name + ".mirror";
    std::vector<HopRow> hops = read().hops(no);  // another connector may have had that name
    if (std::ranges::find(hops, added.hop, &HopRow::id) != hops.end()) added.hop = connector.id + ".mirror";
    added.connector = connector.id;
    added.surface = surface;
    note(credit->id, "engine", added);
  }
}

void Engine::mirror_done(const EffectRow& row, const CustomerInfo& customer) {
  for (const HopRow& hop : read().mirror_hops(row.customer, row.connector, row.version))
    if (std::optional<CreditRow> credit = read().credit(hop.credit)) hop_done(*credit, hop);
  close_shown_still(row);
  if (row.credit != 0) touch(row.credit);
  plan_next_mirror(row, customer);
}

/// A version that takes a credit away (mirror_without) has no hop that waits for it: the credit has the case.
void Engine::mirror_held(const EffectRow& row, const CustomerInfo& customer, const std::string& kind,
                         const std::string& reason, bool nobody_there) {
  for (const HopRow& hop : read().mirror_hops(row.customer, row.connector, row.version))
    if (std::optional<CreditRow> credit = read().credit(hop.credit)) hop_held(*credit, hop.id, kind, reason);
  if (std::optional<CreditRow> credit = read().credit(row.credit)) {
    if (!nobody_there) open_case(*credit, kStillShown, reason, "ops", system_of(row));
    touch(credit->no);
  }
  plan_next_mirror(row, customer);
}

std::string Engine::system_of(const EffectRow& effect) const {
  const Connector* connector = setup_.connector_by_id(effect.connector);
  return connector ? connector->name : effect.connector;
}

/// Any newer version shows what versions that came to nothing should have: the credits they took away are gone by now.
void Engine::close_shown_still(const EffectRow& row) {
  for (std::int64_t version = row.version - 1; version > 0 && version >= row.version - kVersionsBack; --version) {
    std::optional<EffectRow> before = read().effect_of(row.subject, row.surface, "mirror", 0, version);
    if (before && (before->open || before->state == "verified")) return;
    if (!before || before->credit == 0) continue;
    for (const CaseRow& known : read().cases_of(before->credit)) {
      if (known.state != "open" || known.kind != kStillShown || !known.reason.starts_with(system_of(row) + ": "))
        continue;
      journal::CaseClosed closed;
      closed.case_no = known.no;
      closed.why = "the customer of before is shown it no longer";
      note("", "engine", closed);
    }
  }
}

/// The newest mirrors of customers of before, where they should have been without this credit and came to nothing.
Effects Engine::shown_still(const CreditRow& credit, const Effects& effects) {
  Effects out;
  for (const EffectRow& effect : effects) {
    if (effect.op != "mirror" || effect.customer == credit.customer) continue;
    std::optional<EffectRow> last = read().last_effect(effect.subject, effect.surface, "mirror");
    if (!last || last->open || last->state == "verified") continue;
    last->credit = credit.no;
    if (std::ranges::find(out, last->no, &EffectRow::no) == out.end()) out.push_back(*last);
  }
  return out;
}

/// A whole new version: what the customer of before has by now, which this credit is no part of.
void Engine::mirror_again(const EffectRow& mirror) {
  const Connector* connector = setup_.connector_by_id(mirror.connector);
  if (!connector) return;
  CustomerInfo customer;
  customer.hub = read().customer_hub(mirror.customer);
  customer.id = read().customer_ref(mirror.customer, connector->id);
  plan_mirror(*connector, mirror.surface, mirror.customer, customer, next_version(mirror.version), mirror.credit);
}

/// Someone asked for a newer version while this one was under way.
void Engine::plan_next_mirror(const EffectRow& row, CustomerInfo customer) {
  // That system may have merged them away meanwhile.
  if (std::string id = read().customer_ref(row.customer, row.connector); !id.empty()) customer.id = id;
  if (read().mirror_hops(row.customer, row.connector, std::numeric_limits<std::int64_t>::max()).empty()) return;
  if (const Connector* connector = setup_.connector_by_id(row.connector))
    plan_mirror(*connector, row.surface, row.customer, customer, next_version(row.version));
}

}  // namespace handoff::engine
