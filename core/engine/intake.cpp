// Events in: who is it, have we seen it, is it durable (INVARIANTS J1, N1 to N4).

#include <tuple>

#include "core/crypto/hash.hpp"
#include "core/engine/engine.hpp"
#include "core/model/planted.hpp"
#include "core/model/sources.hpp"

namespace handoff::engine {

namespace {

constexpr std::size_t kAmendments = 8;  // of one credit; of more the oldest goes, so that nobody fills the store
constexpr std::size_t kWaiting = 64;    // registers that wait for one credit; whoever asks again has given up before

Standing problem(const std::string& ref, int http, const std::string& reason, const std::string& text) {
  Standing out;
  out.ref = ref;
  out.status = "rejected";
  out.reason = reason;
  out.http = http;
  out.problem = text;
  return out;
}

/// Ids are digests: equal ids of different credits are next to impossible, and must not swallow one of them.
bool same_identity(const CreditRow& known, const CreditKey& key) {
  if (known.source != key.source || known.unique_id != key.unique_id) return false;
  return !key.unique_id.empty() || (known.scope == key.scope && known.business_date == key.business_date &&
                                    known.transaction == key.transaction && known.line == key.line);
}

/// Whether the source says of which transaction it speaks, and that it is not this credit's.
bool is_another(const CreditRow& known, const CreditKey& key) {
  bool says_which = !key.unique_id.empty() || !key.transaction.empty();
  return known.source == key.source && known.state != "tombstone" && says_which && !same_identity(known, key);
}

/// What the tables now hold of a credit just accepted.
CreditRow row_of(const journal::CreditAccepted& accepted, const std::string& id, std::int64_t now) {
  CreditRow row;
  row.no = accepted.credit;
  row.id = id;
  row.ref = accepted.ref;
  row.source = accepted.source;
  row.unique_id = accepted.unique_id;
  row.scope = accepted.scope;
  row.business_date = accepted.business_date;
  row.transaction = accepted.transaction;
  row.line = accepted.line;
  row.amount = accepted.amount;
  row.balance_type = accepted.balance_type;
  row.store = accepted.store;
  row.terminal = accepted.terminal;
  row.staff = accepted.staff;
  row.expires_at = accepted.expires_at;
  row.campaign = accepted.campaign;
  row.origin = accepted.origin;
  row.at = row.changed_at = now;
  row.state = "accepted";
  row.active = true;
  return row;
}

}  // namespace

void Engine::take(Submission& submission) {
  ++counters_.submissions;
  const SourceEvent& event = submission.event;
  if (!submission.prepared) submission.prepared = prepare(submission, setup_, s_.vault);
  CreditKey& key = submission.prepared->key;
  std::string& id = submission.prepared->id;
  if (planted(Bug::b4_time_in_identity)) {
    key.transaction += "@" + std::to_string(now_);
    id = credit_id(key);
  }
  std::optional<CreditRow> known = read().credit_by_id(id);
  if (planted(Bug::b11_dedupe_forgets) && known && known->at < now_ - kDayMs) {
    key.line += "'";
    id = credit_id(key);
    known = read().credit_by_id(id);
  }
  if (known && !same_identity(*known, key))
    return refuse_collision(submission, *known, "it has the same id", "send this credit under another line number");
  bool moves = event.kind != "credit.issued" && event.kind != "credit.cancelled";
  if (!known) known = read().credit_by_ref(key.source, kToldAs, credit_ref(id));
  if (!known) {
    known = named_by_refs(event, key);
    if (known && !moves && is_another(*known, key))
      return refuse_collision(submission, *known, "its instrument is this credit's",
                              "it is another transaction's instrument; name the one of this transaction");
    if (known && !moves) told_as(submission, *known);
  } else if (known->state == "tombstone" && event.kind == "credit.issued") {
    cancel_the_other(submission);
  }
  if (moves) return take_movement(submission, known);
  if (event.kind == "credit.cancelled") return known ? cancel(submission, *known) : cancel_first(submission, key, id);
  known ? meet_known(submission, *known) : accept_new(submission);
}

/// D5: one sale that two sources tell of is one credit, if they name each other's records. What one source tells of under
/// two identities is two (N1), whatever receipt they share; an instrument can be of one of them only.
std::optional<CreditRow> Engine::named_by_refs(const SourceEvent& event, const CreditKey& key) {
  for (const auto& [type, value] : event.refs) {
    auto [surface, kind] = surface_of_ref(type, key.source);
    std::optional<CreditRow> known =
        kind == "instrument" ? holder_of(surface, value) : read().credit_by_ref(surface, kind, value);
    if (known && (!is_another(*known, key) || kind == "instrument" || kind == "reference")) return known;
  }
  return std::nullopt;
}

/// From now on this source speaks of it by an identity of its own, whether or not it says the ref again (N1).
void Engine::told_as(const Submission& submission, const CreditRow& known) {
  const auto& [key, id, identifiers, digests, data_key, sealed] = *submission.prepared;
  if (key.unique_id.empty() && key.transaction.empty()) return;
  journal::RefAdded ref;
  ref.surface = key.source;
  ref.type = kToldAs;
  ref.id = credit_ref(id);
  ref.credit = known.no;
  note(known.id, submission.actor, ref);
}

/// It was cancelled before it came (N3), and another source has told of the same sale meanwhile: that is this one.
void Engine::cancel_the_other(const Submission& submission) {
  std::optional<CreditRow> other = named_by_refs(submission.event, submission.prepared->key);
  if (!other || other->state == "tombstone") return;
  Submission said;
  said.actor = submission.actor;
  cancel(said, *other);
}

/// Whose instrument it is. What the hub saw at a platform comes before what a source says of itself.
std::optional<CreditRow> Engine::holder_of(const std::string& surface, const std::string& instrument) {
  for (const Connector& connector : setup_.connectors)
    if (std::optional<CreditRow> known = read().credit_by_ref(connector.id, "instrument", instrument)) return known;
  return read().credit_by_ref(surface, "instrument", instrument);
}

/// A ref's type is "TYPE", of the source itself, or "CONNECTOR/TYPE", by which that system knows the record.
std::pair<std::string, std::string> Engine::surface_of_ref(const std::string& type, const std::string& source) const {
  std::size_t slash = type.find('/');
  const Connector* connector = slash == std::string::npos ? nullptr : setup_.connector(type.substr(0, slash));
  if (!connector) return {source, type};
  return {connector->id, type.substr(slash + 1)};
}

void Engine::accept_new(const Submission& submission) {
  const SourceEvent& event = submission.event;
  const auto& [key, id, identifiers, digests, data_key, sealed] = *submission.prepared;
  journal::CreditAccepted accepted;
  accepted.credit = s_.store.next_credit();
  accepted.ref = credit_ref(id);
  accepted.source = key.source;
  accepted.unique_id = key.unique_id;
  accepted.scope = key.scope;
  accepted.business_date = key.business_date;
  accepted.transaction = key.transaction;
  accepted.line = key.line;
  accepted.amount = event.amount;
  if (planted(Bug::b21_amount_through_floating_point))
    accepted.amount = Money(through_floating_point(event.amount.minor()), event.amount.currency());
  accepted.balance_type = event.balance_type;
  accepted.store = event.store;
  accepted.terminal = event.terminal;
  accepted.staff = event.staff;
  accepted.expires_at = event.expires_at;
  accepted.campaign = event.campaign;
  accepted.origin = submission.source;
  accepted.reason = event.reason;
  accepted.digests = digests;
  note(id, submission.actor, accepted);
  for (const auto& [type, value] : event.refs) {
    journal::RefAdded ref;
    std::tie(ref.surface, ref.type) = surface_of_ref(type, key.source);
    ref.id = value;
    ref.credit = accepted.credit;
    note(id, submission.actor, ref);
  }
  s_.store.put_personal(accepted.credit, data_key, sealed);
  if (planted(Bug::b1_acknowledged_before_commit) && submission.waiter) {
    Standing early;
    early.ref = accepted.ref;
    submission.waiter->durable(early);
  }
  if (submission.waiter) waiters_[accepted.credit].push_back({submission.waiter, false});
  CreditRow credit = row_of(accepted, id, now_);
  if (credit.source == kProbeSource) watch_probes();
  if (!resolve_by_memory(credit, identifiers, digests)) resolve(credit);
  tell_waiters(credit, false);  // to a waiter that has not been told the end of it, accepted and resolved are the same
}

/// N5: who has no waiter is told nothing, so the case says which transaction it was.
void Engine::refuse_collision(const Submission& submission, const CreditRow& known, const std::string& why,
                              const std::string& advice) {
  const CreditKey& key = submission.prepared->key;
  const std::string which =
      key.unique_id.empty() ? key.transaction + " line " + key.line + " of " + key.business_date + " at " + key.scope
                            : key.unique_id;
  say(known, "collision",
      "another transaction was refused and has no credit: " + which + " of " + submission.source + ", " +
          submission.event.amount.text() + ": " + why);
  if (!submission.waiter) return;
  Standing standing = problem("", 422, "collision", advice);
  act([waiter = submission.waiter, standing] { waiter->settled(standing); });
}

/// N1 and N2: the first version stands.
void Engine::meet_known(const Submission& submission, const CreditRow& known) {
  ++counters_.duplicates;
  const SourceEvent& event = submission.event;
  if (known.state == "tombstone") {
    journal::TombstoneMet met;
    met.credit = known.no;
    met.amount = event.amount;
    met.balance_type = event.balance_type;
    note(known.id, submission.actor, met);
    look_at_tombstone(as_noted(known));
    if (submission.waiter) {
      CreditRow now_credit = as_noted(known);
      Standing answer = standing(read(), now_credit, setup_);
      answer.http = answer.status == "accepted" ? 202 : 201;
      act([waiter = submission.waiter, answer] { waiter->settled(answer); });
    }
    return;
  }
  bool same_money = event.amount == known.amount && event.balance_type == known.balance_type;
  if (!same_money) {
    journal::EventQuarantined quarantined;
    quarantined.credit = known.no;
    quarantined.amount = event.amount;
    quarantined.balance_type = event.balance_type;
    quarantined.reason = "same identity, other money";
    note(known.id, submission.actor, quarantined);
    say(known, "conflict",
        "the same transaction came again with " + event.amount.text() + " " + event.balance_type +
            "; the first version stands");
    if (submission.waiter) {
      Standing standing =
          problem(known.ref, 422, "conflict",
                  "this transaction was accepted with " + known.amount.text() + " " + known.balance_type +
                      "; a different amount needs a different transaction or line");
      act([waiter = submission.waiter, standing] { waiter->settled(standing); });
    }
    return;
  }
  if (planted(Bug::b12_webhook_lowers_a_state) && !submission.waiter && known.state == "complete")
    move(known, "available", "told again", true);
  if (names_another(known, submission.prepared->identifiers)) return meet_another_customer(submission, known);
  amend(submission, known);
  if (!submission.waiter) return;
  std::vector<Waiting>& waiting = waiters_[known.no];
  if (waiting.size() == kWaiting) waiting.erase(waiting.begin());
  waiting.push_back({submission.waiter, true});
  tell_waiters(known.no, false);
}

/// Whether it is too late to amend, and what is said now leads to somebody else the hub has met. An address that leads to
/// nobody is a slip.
bool Engine::names_another(const CreditRow& known, const identity::Identifiers& given) {
  if (known.customer == 0 || known.state == "cancelling" || known.state == "closed") return false;
  bool another = false, same = false;
  for (const std::string& digest : digests(given)) {
    std::int64_t customer = read().customer_by_digest(digest).value_or(0);
    same = same || customer == known.customer;
    another = another || (customer != 0 && customer != known.customer);
  }
  return another && !same && is_news(known, given);  // of before a repair it is the same as ever
}

/// The first stands, and whoever stands at the register hears nothing of an arrival: it is not in that customer's account.
void Engine::meet_another_customer(const Submission& submission, const CreditRow& known) {
  say(known, "customer", "it came again for another customer than the one it was given to");
  if (!submission.waiter) return;
  Standing answer = standing(read(), known, setup_);
  answer.status = "accepted";
  answer.decision = "manual_link";
  answer.reason = "under_review";
  answer.duplicate = true;
  answer.http = 200;
  act([waiter = submission.waiter, answer] { waiter->settled(answer); });
}

/// N2: other identifiers are an amendment while nobody has been found. All that was said counts, so that the order in
/// which it came does not matter (N3).
void Engine::amend(const Submission& submission, const CreditRow& known) {
  if (known.state != "accepted" && known.state != "unresolved") return;
  amend(submission.actor, known, submission.prepared->identifiers);
}

bool Engine::is_news(const CreditRow& known, const identity::Identifiers& given) {
  std::vector<std::string> fresh = digests(given);
  identity::Identifiers told = identifiers(known.no);
  bool repeated = fresh.empty() || fresh == digests(told);
  for (const identity::Identifiers& earlier : told.before) repeated = repeated || fresh == digests(earlier);
  return !repeated;
}

/// False if the same was said before.
bool Engine::amend(const std::string& actor, const CreditRow& known, identity::Identifiers given) {
  if (!is_news(known, given)) return false;
  identity::Identifiers told = identifiers(known.no);
  journal::CreditAmended amended;
  amended.credit = known.no;
  amended.digests = digests(given);
  note(known.id, actor, amended);
  if (given.code.empty()) given.code = told.code;
  given.told_by = actor;
  given.before = std::move(told.before);
  told.before.clear();
  given.before.insert(given.before.begin(), std::move(told));
  if (given.before.size() > kAmendments) given.before.resize(kAmendments);
  std::string data_key = read().personal(known.no).first;
  if (!s_.vault.knows(data_key)) data_key = s_.vault.new_data_key();  // it is damaged: what was said before is lost
  s_.store.put_personal(known.no, data_key, s_.vault.seal(data_key, "personal", json::write(encode(given))));
  if (known.state == "unresolved") move(known, "accepted", "identifiers amended", true);
  touch(known.no);
  return true;
}

/// N3: the cancellation came before its issue. The identity is taken; the issue will find it.
void Engine::cancel_first(const Submission& submission, const CreditKey& key, const std::string& id) {
  if (planted(Bug::b23_early_cancel_dropped)) {
    Standing gone = problem(credit_ref(id), 202, "cancelled", "");
    if (submission.waiter) act([waiter = submission.waiter, gone] { waiter->settled(gone); });
    return;
  }
  journal::CancelArrivedFirst first;
  first.credit = s_.store.next_credit();
  first.ref = credit_ref(id);
  first.source = key.source;
  first.unique_id = key.unique_id;
  first.scope = key.scope;
  first.business_date = key.business_date;
  first.transaction = key.transaction;
  first.line = key.line;
  first.store = submission.event.store;
  first.terminal = submission.event.terminal;
  first.origin = submission.source;
  note(id, submission.actor, first);
  std::optional<CreditRow> tombstone = read().credit(first.credit);  // none: the batch failed, and is made again
  if (std::string why = tombstone ? perhaps_there(*tombstone) : ""; !why.empty())
    open_case(*tombstone, "cancel", why, "ops");
  if (!submission.waiter || !tombstone) return;
  Standing answer = standing(read(), *tombstone, setup_);
  answer.http = 202;
  act([waiter = submission.waiter, answer] { waiter->settled(answer); });
}

}  // namespace handoff::engine
