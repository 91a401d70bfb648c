// From a hop of the plan to an effect: the customer's name at that system first (D9), then the effect with its
// arguments fixed for ever (D2).

#include "core/crypto/hash.hpp"
#include "core/engine/engine.hpp"

namespace handoff::engine {

CreditKey Engine::credit_key(const CreditRow& credit) const {
  CreditKey key;
  key.tenant = setup_.tenant;
  key.source = credit.source;
  key.unique_id = credit.unique_id;
  key.scope = credit.scope;
  key.business_date = credit.business_date;
  key.transaction = credit.transaction;
  key.line = credit.line;
  return key;
}

/// The day that the books are kept by: the retailer's, not the one in Greenwich.
std::string Engine::business_day(const CreditRow& credit) const {
  return credit.business_date.empty() ? rfc3339(credit.at + setup_.utc_offset_ms).substr(0, 10) : credit.business_date;
}

CreditInfo Engine::credit_info(const CreditRow& credit, const std::string& balance_type) const {
  CreditInfo out;
  out.ref = credit.ref;
  out.balance_type = balance_type;
  out.business_date = business_day(credit);
  out.store = credit.store;
  out.terminal = credit.terminal;
  out.transaction = credit.transaction;
  out.expires_at = credit.expires_at;
  out.campaign = credit.campaign;
  return out;
}

/// Whether the operation is for a customer. Where issuing does not link, the link that follows says whose it is.
bool Engine::goes_to_customer(const Connector& connector, const std::string& op) {
  const OperationSheet* operation = connector.operation(op);
  return op != "read" && (op != "issue" || (operation && operation->links));
}

void Engine::start_hop(const CreditRow& credit, const HopRow& hop) {
  if (busy_.contains({credit.no, hop.id})) return;
  const Connector* connector = setup_.connector_by_id(hop.connector);
  if (!connector) return hop_held(credit, hop.id, "mapping", "the connector of this hop is not configured any more");
  if (const routing::Route* route = setup_.route(credit.route))
    for (const routing::Hop& planned : route->hops)
      if (planned.id == hop.id && planned.paused) return;
  if (!admit(credit, hop)) return;
  if (!within_ceilings(credit, hop)) return;
  if (goes_to_customer(*connector, hop.op)) return plan_for_customer(credit, hop, *connector, hop.op);
  plan_effect(credit, hop, *connector, Plan(hop.op), CustomerInfo());
}

/// An effect keeps its arguments for ever, and this one could never be made: the hop waits for the customer instead.
bool Engine::lacks_customer(const Connector& connector, const std::string& op, const CustomerInfo& customer) {
  const OperationSheet* operation = connector.operation(op);
  return operation && operation->needs_customer && customer.id.empty();
}

/// Plans an effect that needs to know what the connector calls the customer.
void Engine::plan_for_customer(const CreditRow& credit, const HopRow& hop, const Connector& connector,
                               const std::string& op) {
  std::pair<std::int64_t, std::string> item(credit.no, hop.id);
  busy_.insert(item);
  with_customer(credit, connector, [this, item, hop, op, &connector, of = credit.customer](Customer customer) {
    busy_.erase(item);
    std::optional<CreditRow> now_credit = read().credit(item.first);
    if (now_credit && now_credit->customer != of)
      return later(0, 'c', item.first);  // a repair gave it to somebody else meanwhile
    bool goes_on = now_credit && (now_credit->state == "routed" || now_credit->state == "available");
    if (goes_on && !customer && customer.error() == NoCustomer::unreachable)
      return later(backoff(look_tries_[item]++), 'c', item.first);
    look_tries_.erase(item);
    if (!goes_on) return leave(item.first, item.second);
    if (!customer) return hop_held(*now_credit, hop.id, "identity", why_none(customer.error(), connector));
    if (op == "mirror") return want_mirror(*now_credit, hop, connector, *customer);
    if (lacks_customer(connector, op, *customer))
      return hop_held(*now_credit, hop.id, "identity", connector.name + " does not know this customer");
    if (op == "issue" && !within_ceilings(*now_credit, hop))
      return;  // others were issued while this customer was looked for
    plan_effect(*now_credit, hop, connector, Plan(op), *customer);
  });
}

std::string Engine::why_none(NoCustomer why, const Connector& connector) {
  if (why == NoCustomer::damaged)
    return "what the hub keeps of the customer is damaged in the store and does not open; run: handoff store verify";
  if (why == NoCustomer::unreadable) return connector.name + " cannot say who this customer is there";
  return connector.name + " knows more than one such customer";
}

namespace {

bool proven_by_held(const identity::Identifiers& customer, const identity::Match& match) {
  return std::ranges::any_of(identity::kFields, [&](identity::Field kind) {
    bool told_only = std::ranges::find(customer.told_only, identity::name(kind)) != customer.told_only.end();
    return !told_only && identity::links_by(match, {kind});
  });
}

}  // namespace

/// What the connector calls the customer; asks it if the hub does not know.
void Engine::with_customer(const CreditRow& credit, const Connector& connector, std::function<void(Customer)> then) {
  identity::Identifiers ids = identifiers(-credit.customer);
  CustomerInfo info;
  info.hub = read().customer_hub(credit.customer);
  info.id = read().customer_ref(credit.customer, connector.id);
  info.email = ids.email_to_ask();
  info.phone = ids.phone_to_ask();
  info.loyalty = ids.loyalty_to_ask();
  if (info.id.empty() && is_damaged(-credit.customer)) return then(std::unexpected(NoCustomer::damaged));
  if (!info.id.empty() || !connector.operation("find_customer") || !ids.any()) return then(info);
  ask_for_customer(
      connector, ids, urgent(credit.no),
      [this, no = credit.no, customer = credit.customer, &connector, ids, info, then](ReadOutcome outcome) {
        FindCustomerResult found;
        std::pair<std::int64_t, std::string> item(no, "customer at " + connector.id);
        if (!outcome.ok || !decode(outcome.result, found).empty()) {
          bool down = outcome.unanswered() || ++look_tries_[item] < kHopelessLooks;
          if (!down) look_tries_.erase(item);
          return then(std::unexpected(down ? NoCustomer::unreachable : NoCustomer::unreadable));
        }
        look_tries_.erase(item);
        identity::Match match = identity::match(ids, found.candidates, setup_.identity_rules);
        if (match.reason == "ambiguous" || match.reason == "contradiction")
          return then(std::unexpected(NoCustomer::ambiguous));
        CustomerInfo known = info;
        // What was only told may be somebody else's, and theirs would be the money.
        if (match.exact.size() == 1 && (ids.told_only.empty() || proven_by_held(ids, match))) {
          known.id = match.exact.front().id;
          journal::CustomerRefAdded ref;
          ref.customer = customer;
          ref.surface = connector.id;
          ref.id = known.id;
          note("", "engine", ref);
        }
        then(known);
      });
}

/// The code under which the platform holds a generation of the credit; of the register's own instrument, the register's
/// (D8).
std::string Engine::instrument_code(const CreditRow& credit, const HopRow& hop, const std::string& surface,
                                    std::int64_t generation) {
  if (hop.op == "read" && generation == 0) return identifiers(credit.no).code;
  return s_.vault.instrument_code(cid_text(credit_key(credit)) + "|" + surface + "|" + std::to_string(generation));
}

/// All of it but its number.
journal::EffectPlanned Engine::effect_of(const CreditRow& credit, const HopRow& hop, const Connector& connector,
                                         const Plan& plan) const {
  journal::EffectPlanned out;
  out.credit = credit.no;
  out.customer = credit.customer;
  out.subject = cid_text(credit_key(credit));
  out.hop = hop.id;
  out.connector = connector.id;
  out.surface = connector.id + ":" + connector.operation(plan.op)->surface;
  out.op = plan.op;
  out.generation = plan.generation;
  out.ordinal = plan.ordinal;
  out.amount = plan.amount.value_or(plan.op == "record" && hop.booked ? hop.booked->amount : credit.amount);
  out.entry = plan.entry;
  out.vault = s_.vault.id();
  return out;
}

EffectKey Engine::key_of(const journal::EffectPlanned& planned) const {
  return {setup_.tenant,  planned.subject, planned.surface, planned.op, static_cast<int>(planned.generation),
          planned.ordinal};
}

json::Value Engine::input_of(const CreditRow& credit, const HopRow& hop, const Connector& connector,
                             const journal::EffectPlanned& planned, const CustomerInfo& customer) {
  const std::string& op = planned.op;
  std::string reference = call_key(key_of(planned), "reference", 0);
  std::string code = instrument_code(credit, hop, planned.surface, planned.generation);
  CreditInfo info = credit_info(credit, hop.balance_type);
  if (op == "issue") {
    IssueInput in;
    in.credit = info;
    in.amount = planned.amount;
    in.reference = reference;
    in.code = code;
    if (connector.operation(op)->links) in.customer = customer;
    return encode(in);
  }
  if (op == "link") {
    LinkInput in;
    in.credit = info;
    in.instrument = credit.instrument;
    std::optional<EffectRow> issued = planned.generation == 0 ? read().effect(hop.effect) : std::nullopt;
    if (issued && !issued->instrument.empty()) in.instrument = issued->instrument;  // of a copy, its own
    in.code = code;
    in.reference = reference;
    in.customer = customer;
    return encode(in);
  }
  if (op == "void" || op == "freeze") {
    VoidInput in;
    in.credit = info;
    in.instrument = credit.instrument;
    in.code = code;
    in.reference = reference;
    in.amount = planned.amount;
    in.reason = planned.ordinal > 1 ? "repaired" : "cancelled by the source";
    return encode(in);
  }
  if (op == "read") return encode(observation(credit, connector));
  RecordInput in;
  in.credit = info;
  in.amount = planned.amount;
  in.entry = planned.entry;
  in.reference = reference;
  in.customer = customer;
  return encode(in);
}

/// T6. The arguments, `now` included, are fixed and sealed here; every later step sees exactly these.
void Engine::plan_effect(const CreditRow& credit, const HopRow& hop, const Connector& connector, const Plan& plan,
                         const CustomerInfo& customer) {
  if (!connector.operation(plan.op))
    return hop_held(credit, hop.id, "mapping", connector.name + " has no operation '" + plan.op + "'");
  journal::EffectPlanned planned = effect_of(credit, hop, connector, plan);
  planned.effect = s_.store.next_effect();
  note_planned(credit.id, planned, input_of(credit, hop, connector, planned, customer));
  if (plan.op == "issue" && plan.generation == 0) count_issued(credit);
  advance_effect(planned.effect);
}

/// What a system can hold of it depends on the currency, the balance type, how fine the amount is, and on no more of a credit
/// than whether it has these dates; and of amounts that are as fine, what lies between two that it can hold.
std::pair<std::string, std::int64_t> Engine::held_as(const CreditRow& credit, const journal::HopPlan& plan) {
  const Money& amount = plan.op == "record" && plan.booked ? plan.booked->amount : credit.amount;
  int zeros = 0;
  for (std::int64_t rest = amount.minor(); rest != 0 && rest % 10 == 0; rest /= 10) ++zeros;
  std::string like = plan.connector + "|" + plan.op + "|" + amount.currency() + "|" + plan.balance_type + "|" +
                     static_cast<char>('0' + std::min(zeros, 4)) + (credit.business_date.empty() ? "-" : "+") +
                     (credit.expires_at.empty() ? "-" : "+");
  return {std::move(like), amount.minor()};
}

/// M6: why the hop's system cannot hold the credit, in its connector's words; empty if it can. A step is pure, so it can be
/// asked before anything was sent: what it would send, nobody does. Whose the credit is does not matter to that.
std::string Engine::cannot_hold(const CreditRow& credit, const journal::HopPlan& plan, const Connector& connector) {
  if (plan.op != "issue" && plan.op != "record") return {};
  auto [like, minor] = held_as(credit, plan);
  auto known = holds_.find(like);
  if (known != holds_.end() && known->second.first <= minor && minor <= known->second.second) return {};
  HopRow hop;
  hop.id = plan.id;
  hop.op = plan.op;
  hop.balance_type = plan.balance_type;
  hop.booked = plan.booked;
  CustomerInfo somebody;
  somebody.hub = somebody.id = read().customer_hub(credit.customer);
  journal::EffectPlanned planned = effect_of(credit, hop, connector, Plan(plan.op));
  plugin_host::Arguments arguments;
  arguments.now_ms = now_;
  arguments.input = json::write(input_of(credit, hop, connector, planned, somebody));
  EffectKey key = key_of(planned);
  for (const CallSheet& sheet : connector.operation(plan.op)->calls)
    arguments.ids.push_back({sheet.label, call_key(key, sheet.label, 0), call_ref20(key, sheet.label, 0)});
  plugin_host::Step step = connector.instance->step(plan.op, arguments, {}, {});
  if (!step.misbehaviour.empty()) return {};
  if (step.end == plugin_host::StepEnd::failed)
    return step.failure == HANDOFF_FAIL_UNSUPPORTED
               ? std::string(step.result.at("message").as_string("it cannot hold this amount"))
               : "";
  auto [range, fresh] = holds_.try_emplace(std::move(like), minor, minor);
  range->second = {std::min(range->second.first, minor), std::max(range->second.second, minor)};
  return {};
}

/// D2: `now` and the input are what every later step sees.
void Engine::note_planned(const std::string& cid, journal::EffectPlanned& planned, json::Value input) {
  json::Object arguments;
  arguments.set("now", now_);
  arguments.set("input", std::move(input));
  std::string text = json::write(json::Value(std::move(arguments)));
  planned.args_digest = crypto::base32(crypto::bytes(crypto::sha256(text)).substr(0, 15));
  note(cid, "engine", planned);
  std::string data_key = read().personal(journal::sealed_for(planned.op, planned.credit, planned.customer)).first;
  s_.store.put_body(planned.effect, -1, "args",
                    s_.vault.seal(data_key, "args:" + std::to_string(planned.effect), text));
  keep_planned(planned, data_key, text);
}

/// A hop that runs: its effects are the truth of it. Issue, then link where issuing does not link (D1): at once, since
/// one read proves both.
void Engine::continue_hop(const CreditRow& credit, const HopRow& hop, const Effects& effects) {
  if (hop.op == "mirror" || busy_.contains({credit.no, hop.id})) return;
  const EffectRow* last = nullptr;
  bool all_verified = true;
  for (const EffectRow& effect : effects) {
    if (effect.hop != hop.id || effect.op == "reverse" || of_repair(effect))
      continue;  // a repair may have been refused
    last = &effect;
    all_verified = all_verified && effect.state == "verified";
  }
  if (!last) return;
  const Connector* connector = setup_.connector_by_id(hop.connector);
  if (!connector) return hop_held(credit, hop.id, "mapping", "the connector of this hop is not configured any more");
  bool done = last->state == "applied" || last->state == "verified";
  bool unlinked = (last->op == "issue" && !connector->issue_links()) || (last->op == "read" && last->linked.empty());
  if (done && unlinked) return plan_for_customer(credit, hop, *connector, "link");
  if (all_verified) hop_done(credit, hop);
}

void Engine::hop_done(const CreditRow& credit, const HopRow& hop) {
  leave(credit.no, hop.id);
  journal::HopMoved moved;
  moved.credit = credit.no;
  moved.hop = hop.id;
  moved.state = "done";
  moved.effect = hop.effect;
  moved.version = hop.version;
  note(credit.id, "engine", moved);
  if ((hop.op == "issue" || hop.op == "read") && credit.state == "routed") {
    move(credit, "available", "", true);
    watch_expiry(credit);
    tell_waiters(credit.no, true);
  }
  touch(credit.no);
}

void Engine::hop_held(const CreditRow& credit, const std::string& hop, const std::string& kind,
                      const std::string& reason) {
  leave(credit.no, hop);
  for (const HopRow& row : read().hops(credit.no)) {
    if (row.id != hop) continue;
    journal::HopMoved moved;
    moved.credit = credit.no;
    moved.hop = hop;
    moved.state = "held";
    moved.effect = row.effect;
    moved.version = row.version;
    note(credit.id, "engine", moved);
  }
  open_case(credit, kind, reason, "ops", hop);
  wake_effects(credit.no);
  touch(credit.no);
}

/// What waited for another effect of the credit shall look again whether it still has to.
void Engine::wake_effects(std::int64_t credit) {
  for (const EffectRow& effect : read().effects(credit))
    if (effect.open && effect.state != "intent" && effect.state != "in_flight") later(0, 'e', effect.no);
}

}  // namespace handoff::engine
