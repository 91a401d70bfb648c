// What follows a repair: the bookings that name the customer, the mirrors of the old and of the new one, and the
// credit's way back into its journey.

#include <algorithm>

#include "core/engine/engine.hpp"

namespace handoff::engine {

void Engine::end_repair(const Repair& repair, const std::string& state, const std::string& why) {
  bool moved_on = state == "done" && read().credit(repair.owner.no)->customer != repair.row.customer;
  if (moved_on && (!rebook(repair) || !old_mirrors_rest(repair))) return;
  if (moved_on) mirror_without(repair);
  move_repair(repair, state, why);
  std::vector<std::string> still_held;  // bookings that the repair does not touch
  for (const journal::HopRow& hop : read().hops(repair.owner.no)) {
    bool unbooked = hop.op == "record" && hop.state == "held" && hop.effect == 0;  // for want of a customer: now of this
    bool shows = unbooked || (hop.op == "mirror" && hop.state != "waiting" && hop.state != "queued");
    bool issues = hop.id == repair.hop.id && hop.state == "held" && state == "done";
    if (!shows && !issues && hop.state == "held") still_held.push_back(hop.id + ":");
    if (!shows && !issues) continue;
    journal::HopMoved again;
    again.credit = repair.owner.no;
    again.hop = hop.id;
    again.state = shows ? "waiting" : "done";
    again.effect = hop.effect;
    again.version = hop.version;
    note(repair.owner.id, "engine", again);
  }
  for (const journal::CaseRow& open : read().cases_of(repair.owner.no)) {
    if (open.state != "open" || open.kind == "conflict" || open.kind == "collision") continue;
    if (std::ranges::any_of(still_held, [&](const std::string& hop) { return open.reason.starts_with(hop); })) continue;
    journal::CaseClosed closed;
    closed.case_no = open.no;
    closed.why = "repair " + state + ": " + why;
    note(repair.owner.id, "engine", closed);
  }
  if (repair.owner.cancel_noted) return move(repair.owner, "cancelling", "cancelled by the source", true);
  move(repair.owner, "available", "", true);
}

/// A booking that names the customer is booked back for the old one and made anew for the new one. True if nothing of
/// it is left to do. Systems that book without a customer keep their booking.
bool Engine::rebook(const Repair& repair) {
  std::int64_t before = read().credit(repair.owner.no)->customer;
  for (const journal::HopRow& hop : read().hops(repair.owner.no)) {
    const Connector* connector = setup_.connector_by_id(hop.connector);
    if (hop.op != "record" || !connector) continue;
    if (read().customer_ref(before, connector->id).empty()) continue;
    // The effect is the truth: the hop may not have been told yet. What is under way names the old customer.
    const journal::EffectRow* first = nullptr;
    for (const journal::EffectRow& effect : repair.effects)
      if (effect.hop == hop.id && effect.op == "record" && effect.ordinal == 0) first = &effect;
    if (first && first->open) return false;  // its end looks at the credit again
    if (!first || first->state != "verified") continue;
    Plan plan("record");
    plan.entry = "cancelled";
    plan.ordinal = repair.ordinal();
    Repair booking = repair;
    booking.hop = hop;
    booking.connector = connector;
    booking.owner.customer = before;
    for (std::int64_t ordinal : {repair.ordinal(), repair.ordinal() + 1}) {
      const journal::EffectRow* made = booking.effect("record", 0, ordinal);
      if (made && made->state == "verified") {
        plan.entry = "issued";
        plan.ordinal = ordinal + 1;
        booking.owner.customer = repair.row.customer;
        continue;
      }
      if (made && (made->state == "held" || made->state == "rejected"))
        hold_repair(repair.owner, hop.id + ": could not be booked anew: " + made->reason);
      else if (!made)
        plan_repair_for_customer(booking, plan);
      return false;
    }
  }
  return true;
}

/// A mirror under way may have been planned with the value in it: the version that shows it gone comes after.
bool Engine::old_mirrors_rest(const Repair& repair) {
  std::string subject = "customer:" + read().customer_hub(read().credit(repair.owner.no)->customer);
  for (const journal::HopRow& hop : read().hops(repair.owner.no)) {
    if (hop.op != "mirror") continue;
    std::optional<journal::EffectRow> last = read().last_effect(subject, hop.surface, "mirror");
    if (!last || !last->open) continue;
    later(backoff(2), 'c', repair.owner.no);
    return false;
  }
  return true;
}

/// Called before the credit changes hands: what is planned here leaves it out by hand.
void Engine::mirror_without(const Repair& repair) {
  std::int64_t before = read().credit(repair.owner.no)->customer;
  std::string hub = read().customer_hub(before);
  for (const journal::HopRow& hop : read().hops(repair.owner.no)) {
    const Connector* connector = setup_.connector_by_id(hop.connector);
    if (hop.op != "mirror" || !connector) continue;
    std::optional<journal::EffectRow> last = read().last_effect("customer:" + hub, hop.surface, "mirror");
    if (!last) continue;
    CustomerInfo info;
    info.hub = hub;
    info.id = read().customer_ref(before, connector->id);
    plan_mirror(*connector, hop.surface, before, info, next_version(last->ordinal), repair.owner.no);
  }
}

}  // namespace handoff::engine
