// What follows a repair: the bookings that name the customer, the mirrors of the old and of the new one, and the
// credit's way back into its journey.

#include <algorithm>
#include <map>

#include "core/engine/engine.hpp"
#include "core/model/case_kinds.hpp"

namespace handoff::engine {

void Engine::end_repair(const Repair& repair, const std::string& state, const std::string& why) {
  bool moved_on = state == "done" && as_noted(repair.owner).customer != repair.row.customer;
  // What its source takes back is booked back as it stands.
  if (state == "done" && !as_noted(repair.owner).cancel_noted && !rebook(repair)) return;
  if (moved_on && !old_mirrors_rest(repair)) return;
  if (moved_on) mirror_without(repair);
  move_repair(repair, state, why);
  std::vector<std::string> still_held;  // bookings that the repair does not touch
  for (const HopRow& hop : read().hops(repair.owner.no)) {
    bool unbooked =
        hop.op == "record" && hop.state == "held" && hop.effect == 0;  // for want of a customer: now of this
    bool shows = unbooked || (hop.op == "mirror" && hop.state != "waiting" && hop.state != "queued");
    bool decided = state == "done" || state == "closed";  // what its own effects were refused counts no more
    bool issues = hop.id == repair.hop.id && hop.state == "held" && decided;
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
  for (const CaseRow& open : read().cases_of(repair.owner.no)) {
    if (open.state != "open" || !(is_standstill(open.kind) || open.kind == "customer")) continue;
    if (std::ranges::any_of(still_held, [&](const std::string& hop) { return open.reason.starts_with(hop); })) continue;
    journal::CaseClosed closed;
    closed.case_no = open.no;
    closed.why = "repair " + state + ": " + why;
    note(repair.owner.id, "engine", closed);
  }
  // It may have been cancelled while the card was looked at.
  if (as_noted(repair.owner).cancel_noted) return move(repair.owner, "cancelling", "cancelled by the source", true);
  move(repair.owner, "available", "", true);
}

/// Of a system that books for customers: a booking that stands, and names who is not the credit's customer any more.
bool Engine::names_another(const CreditRow& credit, const EffectRow& booking) {
  return booking.op == "record" && booking.entry != "cancelled" && booking.state == "verified" &&
         booking.customer != credit.customer && !read().customer_ref(booking.customer, booking.connector).empty();
}

/// A booking in doubt is left alone by a repair, and may be settled after it for the customer of before (T4).
bool Engine::booked_for_another(const CreditRow& credit) {
  if (read().repairs(credit.no).empty()) return false;
  std::map<std::string, EffectRow> last;  // of each hop
  for (const EffectRow& effect : read().effects(credit.no))
    if (effect.op == "record" && effect.entry != "cancelled") last[effect.hop] = effect;
  return std::ranges::any_of(last, [&](const auto& one) { return names_another(credit, one.second); });
}

/// A repair for the customer whose credit it is: it ends in rebook().
void Engine::repair_bookings(const CreditRow& credit) {
  std::int64_t generation = 0;
  for (const EffectRow& effect : read().effects(credit.no))
    if (effect.op == "issue") generation = std::max(generation, effect.generation);
  start_repair(credit, generation, credit.customer, "a booking was settled late and names the customer of before",
               "engine");
}

/// A booking that names the customer is booked back for the old one and made anew for the new one. True if nothing of
/// it is left to do. Systems that book without a customer keep their booking.
bool Engine::rebook(const Repair& repair) {
  for (const HopRow& hop : read().hops(repair.owner.no)) {
    const Connector* connector = setup_.connector_by_id(hop.connector);
    if (hop.op != "record" || !connector) continue;
    // The effect is the truth: the hop may not have been told yet. What is under way names the old customer.
    const EffectRow* made_before = nullptr;
    for (const EffectRow& effect : repair.effects)
      if (effect.hop == hop.id && effect.op == "record" && effect.ordinal < repair.ordinal() &&
          effect.entry != "cancelled")
        made_before = &effect;
    if (made_before && made_before->open) return false;  // its end looks at the credit again
    if (!made_before || !names_another(repair.owner, *made_before)) continue;
    Plan plan("record");
    plan.entry = "cancelled";
    plan.ordinal = repair.ordinal();
    Repair booking = repair;
    booking.hop = hop;
    booking.connector = connector;
    booking.owner.customer = made_before->customer;
    for (std::int64_t ordinal : {repair.ordinal(), repair.ordinal() + 1}) {
      const EffectRow* made = booking.effect("record", 0, ordinal);
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
  std::string subject = "customer:" + read().customer_hub(as_noted(repair.owner).customer);
  for (const HopRow& hop : read().hops(repair.owner.no)) {
    if (hop.op != "mirror") continue;
    std::optional<EffectRow> last = read().last_effect(subject, hop.surface, "mirror");
    if (!last || !last->open) continue;
    later(backoff(2), 'c', repair.owner.no);
    return false;
  }
  return true;
}

/// Called before the credit changes hands: what is planned here leaves it out by hand.
void Engine::mirror_without(const Repair& repair) {
  std::int64_t before = as_noted(repair.owner).customer;
  std::string hub = read().customer_hub(before);
  for (const HopRow& hop : read().hops(repair.owner.no)) {
    const Connector* connector = setup_.connector_by_id(hop.connector);
    if (hop.op != "mirror" || !connector) continue;
    std::optional<EffectRow> last = read().last_effect("customer:" + hub, hop.surface, "mirror");
    if (!last) continue;
    CustomerInfo info;
    info.hub = hub;
    info.id = read().customer_ref(before, connector->id);
    plan_mirror(*connector, hop.surface, before, info, next_version(last->ordinal), repair.owner.no);
  }
}

}  // namespace handoff::engine
