// Putting a credit right (INVARIANTS G, docs/adr/0008-repair-saga.md): relink it, else freeze, void, the void confirmed,
// and exactly what was removed issued again. The row names the step; the step's effect is the truth of it, so that this
// can be called at any time, and after a crash is. repair_end.cpp: what follows.

#include <algorithm>

#include "core/engine/engine.hpp"
#include "core/model/planted.hpp"

namespace handoff::engine {

namespace {

constexpr int kLooks = 12;
constexpr int kUnseen = 3;  // looks that show nothing of it: right after its issue one may be older

}  // namespace

const EffectRow* Repair::effect(std::string_view op, std::int64_t generation, std::int64_t ordinal) const {
  for (const EffectRow& effect : effects)
    if (effect.op == op && effect.generation == generation && effect.ordinal == ordinal && effect.hop == hop.id)
      return &effect;
  return nullptr;
}

std::optional<RepairRow> Engine::open_repair(std::int64_t credit) {
  std::vector<RepairRow> repairs = read().repairs(credit);
  if (repairs.empty() || !repairs.back().open) return std::nullopt;
  return repairs.back();
}

void Engine::advance_repair(const CreditRow& credit) {
  if (busy_.contains({credit.no, "repair"})) return;
  std::optional<RepairRow> row = open_repair(credit.no);
  if (!row) return;
  Repair repair;
  repair.row = *row;
  repair.owner = credit;
  repair.owner.customer = row->customer;
  std::vector<HopRow> hops = read().hops(credit.no);
  if (const HopRow* issuing = issuing_hop(hops)) repair.hop = *issuing;
  repair.connector = setup_.connector_by_id(repair.hop.connector);
  repair.effects = read().effects(credit.no);
  if (!repair.connector) return hold_repair(credit, "the connector that issued it is not configured any more");
  bool under_way = std::ranges::any_of(repair.effects, [&](const EffectRow& effect) {
    return effect.open && of_repair(effect) && effect.state != "applied";
  });
  if (under_way) return;
  const std::string& step = repair.row.state;
  bool unvoided = step == "void" && !repair.effect("void", row->generation, repair.ordinal());
  bool may_end = step == "look" || step == "relink" || step == "approval" || step == "freeze" || unvoided;
  if (credit.cancel_noted && may_end) return end_repair(repair, "cancelled", "the source cancelled the credit");
  // In doubt, and only a retry looks again: a cancellation that came meanwhile waits for it, too.
  for (const EffectRow& effect : repair.effects)
    if (effect.state == "held" && of_repair(effect, *row)) return hold_repair(credit, effect.op + ": " + effect.reason);
  if (step == "look") return repair_look(repair);
  if (step == "relink") return repair_relink(repair);
  if (step == "approval") return repair_approval(repair);
  if (step == "freeze") return repair_freeze(repair);
  if (step == "void") return repair_void(repair);
  if (step == "confirmed") return repair_confirmed(repair);
  repair_reissue(repair);
}

void Engine::move_repair(const Repair& repair, const std::string& state, const std::string& why, const Money& removed) {
  journal::RepairMoved moved;
  moved.repair = repair.row.no;
  moved.state = state;
  moved.why = why;
  moved.removed = removed;
  note(repair.owner.id, "engine", moved);
  touch(repair.owner.no);
}

void Engine::hold_repair(const CreditRow& credit, const std::string& why) {
  move(credit, "held", "repairing: " + why, false);
  open_case(credit, "repair", why, "ops");
}

/// A repair's effect came to an end other than success: refused is an answer the step reads, anything else is held.
void Engine::repair_effect_ended(const EffectRow& effect, const std::string& state, const std::string& reason) {
  std::optional<CreditRow> credit = read().credit(effect.credit);
  if (!credit) return;
  if (state == "rejected") return touch(credit->no);
  hold_repair(*credit, effect.op + ": " + reason);
}

/// Reads how a generation of the credit stands at the platform; `what` names the job. Tries again until there is an
/// answer: the sighting, or why there is none.
void Engine::read_instrument(const CreditRow& credit, const HopRow& hop, const Connector& connector,
                             std::int64_t generation, const std::string& what,
                             std::function<void(std::expected<Sighting, std::string>)> then) {
  const OperationSheet* reading = connector.operation("read");
  const OperationSheet* issue = connector.operation(hop.op == "read" ? "read" : "issue");
  if (!issue) return then(std::unexpected("there is no way to ask"));
  ReadInput input;
  input.credit = credit.ref;
  input.instrument = credit.instrument;
  input.amount = credit.amount;
  input.code = instrument_code(credit, hop, connector.id + ":" + issue->surface, generation);
  if (!reading || (input.by = way_to_read(*reading, input)).empty())
    return then(std::unexpected("there is no way to ask"));
  std::pair<std::int64_t, std::string> job(credit.no, what);
  busy_.insert(job);
  start_read(connector, "read", encode(input), false,
             [this, job, instrument = credit.instrument, then = std::move(then)](ReadOutcome outcome) {
               busy_.erase(job);
               ReadResult seen;
               bool read_well = outcome.ok && decode(outcome.result, seen).empty();
               int& tries = look_tries_[job];
               bool hopeless = !read_well && outcome.hopeless(), partial = read_well && !seen.complete;
               if (!hopeless && (!read_well || partial) && (!partial || tries < kLooks))
                 return later(backoff(tries++), 'c', job.first);
               auto shown = std::ranges::find(seen.sightings, instrument, &Sighting::instrument);
               if (read_well && shown == seen.sightings.end() && tries < kUnseen)
                 return later(backoff(tries++), 'c', job.first);
               look_tries_.erase(job);
               if (hopeless || partial) return then(std::unexpected(hopeless ? outcome.detail : "no complete answer"));
               if (shown == seen.sightings.end()) return then(std::unexpected("it is not shown"));
               then(*shown);
             });
}

/// Goes on only with an instrument that is alive (G8).
void Engine::look_at_instrument(const Repair& repair, std::function<void(const Repair&, const Sighting&)> then) {
  read_instrument(repair.owner, repair.hop, *repair.connector, repair.row.generation, "repair",
                  [this, repair, then = std::move(then)](std::expected<Sighting, std::string> seen) {
                    std::optional<CreditRow> credit = read().credit(repair.owner.no);
                    if (!credit || credit->state != "repairing") return;
                    const std::string& name = repair.connector->name;
                    if (!seen) return hold_repair(*credit, name + ": " + seen.error());
                    if (is_over(repair.connector->manifest(), *seen))
                      return hold_repair(*credit, "somebody else ended it at " + name + ": state " + seen->state +
                                                      perhaps_by_the_lost(credit->no));
                    Repair as_it_is = repair;  // a booking may have ended while it was looked at
                    as_it_is.effects = read().effects(credit->no);
                    then(as_it_is, *seen);
                  });
}

void Engine::plan_repair(const Repair& repair, const Plan& plan) {
  plan_effect(repair.owner, repair.hop, *repair.connector, plan, CustomerInfo());
}

void Engine::plan_repair_for_customer(const Repair& repair, const Plan& plan) {
  std::pair<std::int64_t, std::string> item(repair.owner.no, "repair");
  busy_.insert(item);
  with_customer(repair.owner, *repair.connector, [this, repair, plan, item](Customer customer) {
    busy_.erase(item);
    std::optional<CreditRow> credit = read().credit(item.first);
    if (!credit || credit->state != "repairing") return;
    if (!customer && customer.error() == NoCustomer::unreachable)
      return later(backoff(look_tries_[item]++), 'c', item.first);
    look_tries_.erase(item);
    if (!customer) return hold_repair(*credit, why_none(customer.error(), *repair.connector));
    if (lacks_customer(*repair.connector, plan.op, *customer))  // G2: that is no reason to void what can be linked
      return hold_repair(*credit, repair.connector->name + " does not know this customer");
    Repair now_repair = repair;
    now_repair.owner.instrument = credit->instrument;  // of the reissue, since the plan was made
    plan_effect(now_repair.owner, repair.hop, *repair.connector, plan, *customer);
  });
}

/// Whose it is there. Nothing has been sent yet.
void Engine::repair_look(const Repair& repair) {
  if (repair.row.asked_by == "engine") return end_repair(repair, "done", "only its bookings were wrong");
  look_at_instrument(repair, [this](const Repair& looked, const Sighting& seen) {
    std::string known = read().customer_ref(looked.row.customer, looked.connector->id);
    bool right = !known.empty() && seen.customer == known;
    if (right && seen.state == "active")
      return end_repair(looked, "done", looked.connector->name + " shows it with the right customer already");
    if (seen.state != "active") return relink_impossible(looked, "it is " + seen.state);
    const OperationSheet* link = looked.connector->operation("link");
    if (!link || (!seen.customer.empty() && !link->relinks))
      return relink_impossible(looked, looked.connector->name + (link ? " links nothing that is another's already"
                                                                      : " has no way to link it again"));
    move_repair(looked, "relink", seen.customer.empty() ? "linked to nobody" : "linked to another customer");
  });
}

/// G2.
void Engine::repair_relink(const Repair& repair) {
  const EffectRow* link = repair.effect("link", repair.row.generation, repair.ordinal());
  if (!link) {
    Plan plan("link");
    plan.generation = repair.row.generation;
    plan.ordinal = repair.ordinal();
    return plan_repair_for_customer(repair, plan);
  }
  if (link->state == "rejected") return relink_impossible(repair, "linking was refused: " + link->reason);
  if (link->state == "verified") end_repair(repair, "done", "relinked: " + link->evidence);
}

void Engine::relink_impossible(const Repair& repair, const std::string& why) {
  const std::string& name = repair.connector->name;
  if (!repair.row.reissue) return hold_repair(repair.owner, why + "; [repair] policy = \"relink\" allows no more");
  if (!final_void(repair.connector->manifest()))
    return hold_repair(repair.owner, why + ", and what " + name + " calls a void is never final there (G4)");
  auto limit = setup_.approve_repair_above.find(repair.owner.amount.currency());
  bool above = limit != setup_.approve_repair_above.end() && repair.owner.amount.minor() > limit->second;
  if (!above) return move_repair(repair, "freeze", why);
  move_repair(repair, "approval", why);
  open_case(repair.owner, "approval",
            "void and reissue of " + repair.owner.amount.text() + " (" + repair.row.reason + "): " + why, "supervisor");
}

/// G11; people.cpp says who may.
void Engine::repair_approval(const Repair& repair) {
  if (!repair.row.approved_by.empty()) move_repair(repair, "freeze", "approved by " + repair.row.approved_by);
}

void Engine::repair_freeze(const Repair& repair) {
  if (!repair.connector->operation("freeze")) return move_repair(repair, "void", "it cannot be frozen there");
  const EffectRow* freeze = repair.effect("freeze", repair.row.generation, repair.ordinal());
  if (!freeze) {
    Plan plan("freeze");
    plan.generation = repair.row.generation;
    plan.ordinal = repair.ordinal();
    return plan_repair(repair, plan);
  }
  if (freeze->state == "rejected") return hold_repair(repair.owner, "it could not be frozen: " + freeze->reason);
  if (freeze->state == "verified") move_repair(repair, "void", "frozen: " + freeze->evidence);
}

/// The pivot: from the first attempt on there is no way back (G7). What is read right before it is the amount if it was
/// frozen, and shows whether somebody else was faster.
void Engine::repair_void(const Repair& repair) {
  const EffectRow* removal = repair.effect("void", repair.row.generation, repair.ordinal());
  if (!removal)
    return look_at_instrument(repair, [this](const Repair& looked, const Sighting& seen) {
      Plan plan("void");
      plan.generation = looked.row.generation;
      plan.ordinal = looked.ordinal();
      const std::string& currency = looked.owner.amount.currency();
      if (!seen.amount || seen.amount->currency() != currency)  // M5, M6: nobody could say what the void takes away
        return hold_repair(looked.owner, looked.connector->name + " shows no amount of " + currency + " on it");
      plan.amount = *seen.amount;
      plan_repair(looked, plan);
    });
  if (removal->state == "rejected") return hold_repair(repair.owner, "the void was refused: " + removal->reason);
  if (removal->state != "verified") return;
  std::int64_t removed = 0;
  for (const journal::PostingRow& posting : read().postings(repair.owner.no))
    if (posting.from == "INSTRUMENT:" + removal->instrument && posting.to == "SUSPENSE")
      removed += posting.amount.minor();
  move_repair(repair, "confirmed", removal->evidence, Money(removed, repair.owner.amount.currency()));
}

/// M5, G6: exactly what was removed, or nothing.
void Engine::repair_confirmed(const Repair& repair) {
  std::int64_t removed = repair.row.removed.value_or(0);
  if (repair.owner.cancel_noted) return end_repair(repair, "closed", "cancelled by the source after the void");
  if (removed == 0) return end_repair(repair, "closed", "it had been spent before the void");
  if (grew_beyond_what_was_agreed(repair, Money(removed, repair.owner.amount.currency()))) return;
  move_repair(repair, "reissue", "");
  plan_reissue(repair);
}

/// G11: what others had put on it goes to the reissue, too. More than needs a second person, or than that one agreed to,
/// waits for their word.
bool Engine::grew_beyond_what_was_agreed(const Repair& repair, const Money& removed) {
  auto limit = setup_.approve_repair_above.find(removed.currency());
  if (limit == setup_.approve_repair_above.end()) return false;
  const std::int64_t approved = repair.row.approved_by.empty() ? 0 : repair.owner.amount.minor();
  if (removed.minor() <= std::max(limit->second, approved)) return false;
  const std::string why = "reissue of " + removed.text() + " by repair " + std::to_string(repair.row.round) +
                          ": the void took away more than was agreed to";
  for (const CaseRow& one : read().cases_of(repair.owner.no)) {
    if (one.reason != why) continue;
    if (one.state == "open") return true;
    if (one.closed_why.starts_with("approved by ")) return false;
  }
  open_case(repair.owner, "approval", why, "supervisor");
  return true;
}

void Engine::plan_reissue(const Repair& repair) {
  Plan plan("issue");
  plan.generation = repair.row.generation + 1;
  plan.amount = Money(repair.row.removed.value_or(0), repair.owner.amount.currency());
  if (planted(Bug::b6_face_value_reissued)) plan.amount = repair.owner.amount;
  goes_to_customer(*repair.connector, "issue") ? plan_repair_for_customer(repair, plan) : plan_repair(repair, plan);
}

void Engine::repair_reissue(const Repair& repair) {
  std::int64_t generation = repair.row.generation + 1;
  const EffectRow* issue = repair.effect("issue", generation, 0);
  const EffectRow* link = repair.effect("link", generation, 0);
  bool links = repair.connector->issue_links();
  if (!issue && links && repair.owner.cancel_noted)
    return end_repair(repair, "closed", "cancelled by the source after the void");
  if (!issue && links) return plan_reissue(repair);  // the hub ended while it looked for the customer
  if (!issue) return hold_repair(repair.owner, "its reissue is gone");  // planned with the step: cannot be
  if (issue->state == "rejected" && repair.owner.cancel_noted)
    return end_repair(repair, "closed", "cancelled by the source after the void");
  if (issue->state == "rejected") return hold_repair(repair.owner, "the reissue was refused: " + issue->reason);
  if (link && link->state == "rejected" && issue->state == "verified" && repair.owner.cancel_noted)
    return end_repair(repair, "cancelled", "the source cancelled the credit");  // which takes back what was reissued
  if (link && link->state == "rejected")
    return hold_repair(repair.owner, "linking the reissue was refused: " + link->reason);
  if (!link && !links && issue->state == "verified" && repair.owner.cancel_noted)  // whoever it was to be linked to
    return end_repair(repair, "cancelled", "the source cancelled the credit");
  bool issued = issue->state == "applied" || issue->state == "verified";
  if (issued && !links && !link) {
    Plan plan("link");
    plan.generation = generation;
    return plan_repair_for_customer(repair, plan);
  }
  bool proven = issue->state == "verified" && (links || link->state == "verified");
  if (proven) end_repair(repair, "done", "reissued: " + issue->evidence);
}

}  // namespace handoff::engine
