// The journey of a credit (INVARIANTS E): whose is it, which way, is it there.

#include <algorithm>

#include "core/crypto/hash.hpp"
#include "core/engine/engine.hpp"
#include "core/model/case_kinds.hpp"

namespace handoff::engine {

void Engine::advance(std::int64_t no) {
  std::optional<CreditRow> credit = read().credit(no);
  if (!credit || poisoned_.contains(no)) return;
  ask_if_expired(*credit);
  if (!credit->active) {
    look_at_balance(*credit);
    return;
  }
  if (credit->state == "accepted") return resolve(*credit);
  if (credit->state == "resolved") {
    if (!route(*credit)) return;
  }
  if (look_at_balance(*credit)) return;
  if (credit->state == "cancelling") return advance_cancel(*credit);
  if (credit->state == "repairing") return advance_repair(*credit);
  advance_hops(*credit);
}

// ---- whose is it ----

void Engine::resolve(const CreditRow& credit) {
  if (busy_.contains({credit.no, "identity"})) return;
  if (!admit_look_up(credit)) return;
  std::vector<identity::Identifiers> all = told(credit.no);
  identity::Identifiers newest = all.front();
  if (find_owner(credit, std::move(all))) return;
  const char* why = is_damaged(credit.no)     ? "damaged"
                    : newest.unusable.empty() ? "no_identifier"
                                              : "unusable_identifier";
  unresolved(credit, why, with_listed({}, newest));
}

/// From what the hub remembers, or by a look that is under way when this returns. False if nothing can be asked for.
bool Engine::find_owner(const CreditRow& credit, std::vector<identity::Identifiers> all) {
  std::erase_if(all, [](const identity::Identifiers& ids) { return !ids.any(); });
  if (all.empty()) return false;
  // Of several, the systems say whether all lead to one; where there are none, all must (N3).
  bool memory_decides = all.size() == 1;
  if (!memory_decides && setup_.identity_lookup.empty()) {
    std::set<std::int64_t> known;
    for (const identity::Identifiers& ids : all)
      for (const std::string& digest : digests(ids))
        if (auto customer = read().customer_by_digest(digest)) known.insert(*customer);
    memory_decides = known.size() == 1;
  }
  for (const identity::Identifiers& ids : all)
    if (memory_decides && resolve_by_memory(credit, ids, digests(ids))) return true;
  busy_.insert({credit.no, "identity"});
  look_for_customer(credit, std::move(all), 0);
  return true;
}

/// All that was said of the credit's customer, the newest first.
std::vector<identity::Identifiers> Engine::told(std::int64_t no) {
  identity::Identifiers newest = identifiers(no);
  std::vector<identity::Identifiers> out = std::exchange(newest.before, {});
  out.insert(out.begin(), std::move(newest));
  return out;
}

/// The hub has met only those who had a credit: it does not know who else has the same phone. So its own record decides
/// only where all that was given, two identifiers at least, leads to it, or where there is no system to ask.
bool Engine::resolve_by_memory(const CreditRow& credit, const identity::Identifiers& ids,
                               const std::vector<std::string>& digests) {
  std::int64_t customer = 0;
  std::size_t shared = 0;
  for (const std::string& digest : digests) {
    std::optional<std::int64_t> known = read().customer_by_digest(digest);
    if (!known) continue;
    if (customer != 0 && *known != customer) return false;
    customer = *known;
    ++shared;
  }
  if (customer == 0 || (shared < std::max<std::size_t>(digests.size(), 2) && !setup_.identity_lookup.empty()))
    return false;
  identity::Person record = identity::person("hub", identifiers(-customer));
  identity::Judgement judgement = identity::judge(ids, {&record});
  if (!judgement.links) return false;
  resolved(credit, customer, identity::words(judgement.ranked.front().evidence) + " in the hub's own record");
  return true;
}

namespace {

const std::string& of(const identity::Identifiers& ids, identity::Field field) {
  return field == identity::Field::email ? ids.email : field == identity::Field::phone ? ids.phone : ids.loyalty;
}

}  // namespace

std::vector<journal::CaseCandidate> Engine::candidates_of(const Connector& connector, const identity::Match& match,
                                                          const identity::Identifiers& sought) const {
  std::vector<journal::CaseCandidate> out;
  for (const identity::Candidate& one : match.ranked) {
    if (out.size() == kCandidatesKept) break;
    journal::CaseCandidate candidate;
    candidate.connector = connector.id;
    candidate.customer = one.id;
    candidate.score = one.score;
    candidate.evidence = identity::words(one.evidence);
    // The last of the evidence is that of the second values, one each.
    const std::size_t firsts = one.evidence.size() - std::min(one.evidence.size(), sought.beside.size());
    for (std::size_t at = 0; at < one.evidence.size(); ++at) {
      const auto [field, how] = one.evidence[at];
      const std::string& value = of(at < firsts ? sought : sought.beside[at - firsts], field);
      if (how == identity::How::equal) candidate.agrees.push_back(s_.vault.digest(identity::name(field), value));
    }
    out.push_back(std::move(candidate));
  }
  return out;
}

/// `look` counts through what was told, newest first, and for each of it through the connectors. Of an unresolved credit
/// it is one more look, which the next pass repeats.
void Engine::look_for_customer(const CreditRow& credit, std::vector<identity::Identifiers> told, std::size_t look) {
  const std::vector<std::string>& places = setup_.identity_lookup;
  if (look >= places.size() * told.size()) {
    busy_.erase({credit.no, "identity"});
    return unresolved(credit, "no_match", with_listed({}, told.front()));
  }
  const Connector* connector = setup_.connector(places[look % places.size()]);
  const std::size_t at = look / places.size();
  identity::Identifiers wanted = told[at];
  ask_for_customer(*connector, wanted, urgent(credit.no),
                   [this, no = credit.no, told = std::move(told), look, at, connector](ReadOutcome outcome) {
                     std::optional<CreditRow> now_credit = still_sought(no, told.front());
                     if (!now_credit) return;
                     FindCustomerResult found;
                     if (!outcome.ok || !decode(outcome.result, found).empty())
                       return not_told(*now_credit, *connector, outcome, with_listed({}, told.front()), false);
                     identity::Match match = identity::match(told[at], found.candidates, setup_.identity_rules);
                     if (match.reason == "no_match") return look_for_customer(*now_credit, told, look + 1);
                     if (match.exact.size() == 1) return found_at(*now_credit, *connector, std::move(match), told, at);
                     busy_.erase({no, "identity"});
                     unresolved(*now_credit, match.reason,
                                with_listed(candidates_of(*connector, match, told[at]), told[at]));
                   });
}

/// A system does not say who it is. One that is down will, one whose answers nobody can use may never (N5, L2).
void Engine::not_told(const CreditRow& credit, const Connector& connector, const ReadOutcome& outcome,
                      std::vector<journal::CaseCandidate> candidates, bool somebody_found) {
  busy_.erase({credit.no, "identity"});
  if (credit.state == "unresolved") return;  // the next pass asks again
  bool down = outcome.unanswered() && !somebody_found;
  int tries = look_tries_[{credit.no, down ? "identity" : "whose"}]++;
  if (down || tries < kHopelessLooks) return later(backoff(tries), 'c', credit.no);
  forget_looks(credit.no);
  unresolved(credit, "unconfirmed", std::move(candidates));
  say(credit, "identity", connector.name + " cannot say who this is: " + outcome.detail);
}

void Engine::forget_looks(std::int64_t credit) {
  for (const char* what : {"identity", "whose"}) look_tries_.erase({credit, what});
}

/// The hub's customer behind a vendor's: made on first sight, under an id that would come out the same again. `agreed`:
/// the record holds what is wanted, though `found` does not show it.
std::int64_t Engine::adopt_customer(const Connector& connector, const CustomerInfo& found,
                                    const identity::Identifiers& wanted, bool agreed) {
  std::string digest =
      crypto::base32(crypto::bytes(crypto::sha256(setup_.tenant + "|" + connector.id + "|" + found.id)));
  std::string hub = "cu_" + digest.substr(0, 20);
  identity::Identifiers all = normalised(found.email, found.phone, found.loyalty, "");
  auto told = [&](identity::Field kind, std::string& held, const std::string& was_told) {
    if (!held.empty() || was_told.empty()) return false;
    held = was_told;
    if (!agreed) all.told_only.emplace_back(identity::name(kind));
    return true;
  };
  if (told(identity::Field::email, all.email, wanted.email)) all.email_as_told = wanted.email_as_told;
  told(identity::Field::phone, all.phone, wanted.phone);
  if (told(identity::Field::loyalty, all.loyalty, wanted.loyalty)) all.loyalty_as_told = wanted.loyalty_as_told;
  // Known by what the system's record holds. What else the register was told may be somebody else's.
  std::vector<std::string> held = digests(normalised(found.email, found.phone, found.loyalty, ""));
  std::optional<std::int64_t> known = read().customer_by_hub(hub);
  if (!known)
    if (auto named = read().customers_by_ref(connector.id, found.id); !named.empty()) known = named.front();
  // Found at another system under another identifier: the same person, if the record names one we know by more than a
  // phone. Who has a record of their own here is somebody else.
  for (const std::string& shared : held) {
    std::optional<std::int64_t> other = known ? std::nullopt : read().customer_by_digest(shared);
    if (!other || !read().customer_ref(*other, connector.id).empty()) continue;
    identity::Match match = identity::match(identifiers(-*other), {found}, setup_.identity_rules);
    if (identity::links_by(match, {identity::Field::email, identity::Field::loyalty})) known = other;
  }
  journal::CustomerRefAdded ref;
  ref.surface = connector.id;
  ref.id = found.id;
  if (known) {
    ref.customer = *known;
    if (read().customer_ref(*known, connector.id).empty()) note("", "engine", ref);
    journal::CustomerLearned learned;
    learned.customer = *known;
    std::ranges::copy_if(held, std::back_inserter(learned.digests),
                         [&](const std::string& one) { return !read().customer_by_digest(one); });
    if (!learned.digests.empty()) note("", "engine", learned);
    return *known;
  }
  journal::CustomerAdded added;
  added.customer = s_.store.next_customer();
  added.hub = hub;
  added.digests = std::move(held);
  note("", "engine", added);
  std::string data_key = s_.vault.new_data_key();
  s_.store.put_personal(-added.customer, data_key, s_.vault.seal(data_key, "personal", json::write(encode(all))));
  ref.customer = added.customer;
  note("", "engine", ref);
  return added.customer;
}

void Engine::resolved(const CreditRow& credit, std::int64_t customer, const std::string& evidence,
                      const std::string& actor) {
  forget_looks(credit.no);
  leave(credit.no, "");
  journal::CreditResolved event;
  event.credit = credit.no;
  event.customer = customer;
  event.evidence = evidence;
  note(credit.id, actor, event);
  std::string person = linked_by(credit);
  close_cases(credit.no, "resolved: " + evidence, is_identity, person.empty() ? actor : person);
  touch(credit.no);
}

void Engine::unresolved(const CreditRow& credit, const std::string& reason,
                        std::vector<journal::CaseCandidate> candidates) {
  const bool as_before = credit.state == "unresolved" && credit.reason == reason;
  const std::vector<CaseRow> cases = read().cases_of(credit.no);
  auto open = std::ranges::find_if(
      cases, [](const CaseRow& known) { return known.state == "open" && known.kind == "identity"; });
  // Whoever may be meant was in no list when it was opened.
  const bool first_names =
      open != cases.end() && open->candidates.empty() && open->assignee.empty() && !candidates.empty();
  if (as_before && !first_names) return;
  if (first_names || (open != cases.end() && open->reason != reason))
    close_cases(credit.no, "asked again, and now: " + reason, is_identity);
  leave(credit.no, "");
  if (!as_before) move(credit, "unresolved", reason, false);
  open_case(credit, "identity", reason, "store", "", std::move(candidates));
  tell_waiters(credit.no, true);
}

// ---- which way ----

/// Nothing was sent yet.
bool Engine::hold_unrouted(const CreditRow& credit, const std::string& why) {
  move(credit, "held", "no route", false);
  open_case(credit, "mapping", why, "ops");
  tell_waiters(credit.no, true);
  return false;
}

/// M6: by the rate of the credit's day, which its late arrival does not change.
std::expected<journal::Booked, std::string> Engine::booked_of(const CreditRow& credit, const Conversion& by) const {
  journal::Booked out;
  out.day = business_day(credit);
  std::expected<Converted, std::string> converted = convert(credit.amount, out.day, by);
  if (!converted) return std::unexpected(converted.error());
  out.amount = converted->amount;
  out.rate = converted->rate;
  out.rounding = words(by.rounding);
  out.rates = by.rates;
  return out;
}

/// Writes the plan, and into `credit` what the tables then hold.
bool Engine::route(CreditRow& credit) {
  std::string only = credit.source == kProbeSource ? credit.line : std::string();
  routing::Choice choice = routing::choose(setup_.routes, {"credit.issued", credit.origin, credit.balance_type, only});
  if (!choice.route) return hold_unrouted(credit, choice.why);
  journal::CreditRouted routed;
  routed.credit = credit.no;
  routed.route = choice.route->name;
  routed.why = choice.why;
  for (const routing::Hop& hop : choice.route->hops) {
    const Connector* connector = setup_.connector(hop.connector);
    const OperationSheet* operation = connector ? connector->operation(hop.op) : nullptr;
    if (!operation) continue;  // lint refuses such a route
    journal::HopPlan plan;
    plan.id = hop.id;
    plan.connector = connector->id;
    plan.surface = connector->id + ":" + operation->surface;
    plan.op = hop.op;
    plan.after = hop.after;
    plan.verify = hop.verify;
    plan.sla_ms = hop.sla_ms;
    if (hop.convert) {
      std::expected<journal::Booked, std::string> booked = booked_of(credit, *hop.convert);
      if (!booked) return hold_unrouted(credit, hop.id + ": " + booked.error());
      if (!booked->rate.empty()) plan.booked = *booked;
    }
    plan.balance_type = routing::type_at(*choice.route, hop, credit.balance_type);
    if (std::string why = cannot_hold(credit, plan, *connector); !why.empty())
      return hold_unrouted(credit, hop.id + ": " + why);
    routed.hops.push_back(std::move(plan));
  }
  bool reads = std::ranges::any_of(choice.route->hops, [](const routing::Hop& hop) { return hop.op == "read"; });
  bool of_before = now_ - credit.at >= boot_now_ - started_;        // then another route may have been its own
  if (of_before && !reads && !identifiers(credit.no).code.empty())  // M4
    return hold_unrouted(credit,
                         "the register issued it by itself, and the route " + choice.route->name +
                             " would issue it again; give such credits a route that reads, or take it back there");
  note(credit.id, "engine", routed);
  credit.route = routed.route;
  credit.state = "routed";
  credit.changed_at = now_;
  return true;
}

void Engine::advance_hops(const CreditRow& credit) {
  std::vector<HopRow> hops = read().hops(credit.no);
  auto state_of = [&](std::string_view id) -> std::string {
    for (const HopRow& hop : hops)
      if (hop.id == id) return hop.state;
    return "done";
  };
  bool running = std::ranges::any_of(hops, [](const HopRow& hop) { return hop.state == "running"; });
  Effects effects;
  if (running) effects = read().effects(credit.no);
  bool all_done = !hops.empty(), going_on = false;
  for (HopRow& hop : hops) {
    all_done = all_done && hop.state == "done";
    if (hop.state == "running") {
      going_on = true;
      continue_hop(credit, hop, effects);
    }
    if (hop.state != "waiting" && hop.state != "queued") continue;
    bool ready = true, blocked = false;
    std::size_t at = 0;
    while (at < hop.after.size()) {
      std::size_t comma = std::min(hop.after.find(',', at), hop.after.size());
      std::string state = state_of(std::string_view(hop.after).substr(at, comma - at));
      ready = ready && state == "done";
      blocked = blocked || state == "held";
      at = comma + 1;
    }
    if (ready) start_hop(credit, hop);
    if (!blocked) going_on = true;
    if (blocked) hop.state = "held";  // so is what comes after it
  }
  if (all_done && booked_for_another(credit)) return repair_bookings(credit);
  bool expired = credit.reason == "expired" ||  // or it did, and then a hop was held
                 (all_done && !credit.expires_at.empty() && books_of(read(), credit.no, credit.instrument).ended > 0);
  if (all_done && expired) return move(credit, "closed", "expired", false);
  if (all_done) return move(credit, "complete", "", false);
  if (!going_on) {
    move(credit, "held", hops.empty() ? "no hops" : "a hop is held", false);
    if (hops.empty()) open_case(credit, "mapping", "route " + credit.route + " has no hop that can run", "ops");
    tell_waiters(credit.no, true);
  }
}

// ---- bookkeeping ----

void Engine::move(const CreditRow& credit, const std::string& state, const std::string& reason, bool active) {
  journal::CreditMoved moved;
  moved.credit = credit.no;
  moved.state = state;
  moved.reason = reason;
  moved.active = active;
  note(credit.id, "engine", moved);
}

/// One of a kind for a credit, or for each of its hops.
void Engine::open_case(const CreditRow& credit, const std::string& kind, const std::string& reason,
                       const std::string& role, const std::string& hop,
                       std::vector<journal::CaseCandidate> candidates) {
  std::string about = hop.empty() ? "" : hop + ": ";
  for (const CaseRow& known : read().cases_of(credit.no))
    if (known.state == "open" && known.kind == kind && known.reason.starts_with(about)) return;
  journal::CaseOpened opened;
  opened.case_no = s_.store.next_case();
  opened.credit = credit.no;
  opened.kind = kind;
  opened.reason = about + reason;
  opened.role = role;
  opened.deadline = now_ + kDayMs;
  opened.amount = credit.amount;
  opened.candidates = std::move(candidates);
  note(credit.id, "engine", opened);
}

void Engine::close_cases(std::int64_t credit, const std::string& why, bool (*which)(std::string_view kind),
                         const std::string& actor) {
  for (const CaseRow& known : read().cases_of(credit)) {
    if (known.state != "open" || !which(known.kind)) continue;
    journal::CaseClosed closed;
    closed.case_no = known.no;
    closed.why = why;
    note("", actor, closed);
  }
}

identity::Identifiers Engine::normalised(const std::string& email, const std::string& phone, const std::string& loyalty,
                                         const std::string& store) const {
  return identity::normalise(email, phone, loyalty, setup_.identity_rules, setup_.identity_rules.region_of(store));
}

identity::Identifiers Engine::identifiers(std::int64_t owner) {
  identity::Identifiers ids;
  auto [key, data] = read().personal(owner);
  if (key.empty()) return ids;  // never kept, or erased
  std::optional<std::string> plain = s_.vault.open_sealed(key, "personal", data);
  json::Parsed parsed = json::parse(plain.value_or("{}"));
  if (parsed) decode(*parsed, ids);
  if (!plain && damaged_.insert(owner).second)
    s_.log("what is kept of " + (owner > 0 ? "credit " + std::to_string(owner) : "customer " + std::to_string(-owner)) +
           " is damaged in the store and does not open; run: handoff store verify");
  return ids;
}

bool Engine::is_damaged(std::int64_t owner) {
  auto [key, data] = read().personal(owner);
  return !key.empty() && !s_.vault.open_sealed(key, "personal", data);
}

std::vector<std::string> Engine::digests(const identity::Identifiers& ids) { return digests_of(ids, s_.vault); }

/// A repair or a cancellation voids the newest instrument, or did, or may have.
bool Engine::taken_out(journal::Reader& read, std::int64_t credit) {
  bool out = false;
  for (const EffectRow& effect : read.effects(credit)) {
    if (effect.op == "void" && effect.state != "rejected") out = true;
    if ((effect.op == "issue" || effect.op == "read") && effect.state == "verified") out = false;
  }
  return out;
}

/// J2: issued and linked, as the platform said; with `confirm.after = "verified"` read back too (D16).
bool Engine::confirmed(journal::Reader& read, const CreditRow& credit, const Setup& setup,
                       const routing::Route* route) {
  if (credit.state == "available" || credit.state == "complete") return true;
  if (credit.state == "accepted" || credit.state == "resolved") return false;
  if ((credit.state == "held" || credit.state == "repairing") && taken_out(read, credit.no)) return false;
  bool verified_only = route && route->confirm && route->confirm->after_verified;
  for (const HopRow& hop : read.hops(credit.no)) {
    if (hop.op != "issue" && hop.op != "read") continue;
    if (hop.state == "done") return true;
    const Connector* connector = setup.connector_by_id(hop.connector);
    if (hop.state != "running" || verified_only || !connector) return false;
    bool by_issue = hop.op == "issue" && connector->issue_links();
    std::string_view wanted = by_issue ? "issue" : "link";
    // Issued for somebody whom the system did not name: whether it is in an account there only a look tells.
    bool named = !by_issue || !connector->operation("find_customer") ||
                 !read.customer_ref(credit.customer, connector->id).empty();
    for (const EffectRow& effect : read.effects(credit.no))
      if (effect.hop == hop.id && effect.op == wanted &&
          ((effect.state == "applied" && named) || effect.state == "verified"))
        return true;
  }
  return false;
}

namespace {

bool open_approval(journal::Reader& read, std::int64_t credit) {
  return std::ranges::any_of(read.cases_of(credit),
                             [](const CaseRow& row) { return row.state == "open" && row.kind == "approval"; });
}

}  // namespace

Standing Engine::standing(journal::Reader& read, const CreditRow& credit, const Setup& setup) {
  if (std::optional<Standing> taken_back = cancellation(read, credit)) return std::move(*taken_back);
  Standing out;
  out.ref = credit.ref;
  out.store = credit.store.empty() ? credit.scope.substr(0, credit.scope.find('/')) : credit.store;
  out.status = "accepted";
  out.decision = "hold";
  out.reason = "pending";
  const routing::Route* route = setup.route(credit.route);
  if (!route) route = routing::choose(setup.routes, {"credit.issued", credit.origin, credit.balance_type}).route;
  std::string otherwise = route && route->confirm ? route->confirm->otherwise : "hold";
  if (auto own = setup.otherwise_of_store.find(credit.store); own != setup.otherwise_of_store.end())
    otherwise = own->second;
  if (credit.state == "closed") {
    out.status = "rejected";
    out.decision.clear();
    out.reason = credit.reason == "expired" ? "expired" : "cancelled";
    return out;
  }
  if (!route) out.reason = "no_route";
  if (confirmed(read, credit, setup, route)) {
    out.status = "confirmed";
    out.decision.clear();
    out.reason.clear();
  } else if (credit.state == "unresolved") {
    out.decision = otherwise;
    if (route) out.reason = credit.reason;
  } else if (credit.state == "held" || credit.state == "repairing") {
    out.reason = credit.reason == "no route" ? "no_route" : "under_review";
    if (credit.state == "held" && open_approval(read, credit.no)) {
      out.decision = "supervisor";
      out.reason = "approval";
    }
  }
  return out;
}

void Engine::tell_waiters(std::int64_t no, bool last) {
  if (!waiters_.contains(no)) return;
  if (std::optional<CreditRow> credit = read().credit(no)) tell_waiters(*credit, last);
}

void Engine::tell_waiters(const CreditRow& credit, bool last) {
  auto found = waiters_.find(credit.no);
  if (found == waiters_.end()) return;
  Standing now_standing = standing(read(), credit, setup_);
  const routing::Route* chosen =
      routing::choose(setup_.routes, {"credit.issued", credit.origin, credit.balance_type}).route;
  bool wait = !last && !sends_no_more_ && now_standing.reason == "pending" && chosen && chosen->confirm;
  for (const Waiting& waiting : found->second) {
    now_standing.duplicate = waiting.duplicate;
    if (wait)
      act([waiter = waiting.waiter, now_standing] { waiter->durable(now_standing); });
    else
      act([waiter = waiting.waiter, now_standing] { waiter->settled(now_standing); });
  }
  std::erase_if(found->second, [](const Waiting& waiting) { return !waiting.waiter->waits(); });
  if (!wait || found->second.empty()) waiters_.erase(found);
}

}  // namespace handoff::engine
