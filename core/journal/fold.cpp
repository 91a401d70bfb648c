#include "core/journal/fold.hpp"

#include "core/model/identity.hpp"

namespace handoff::journal {

Fold::Fold(Database& db)
    : name_(db, "INSERT INTO names(name, id) VALUES(?, ?)"),
      token_(db, "INSERT INTO tokens(hash, name, role, store, at) VALUES(?, ?, ?, ?, ?)"),
      token_revoked_(db, "UPDATE tokens SET revoked = 1 WHERE hash = ?"),
      credit_(db,
              "INSERT INTO credits(no, id, source, unique_id, scope, business_date, txn, line, amount, currency, "
              "balance_type, store, terminal, staff, expires_at, campaign, origin, at, state, changed_at, active) "
              "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      credit_money_(db, "UPDATE credits SET amount = ?, currency = ?, balance_type = ? WHERE no = ?"),
      credit_customer_(db,
                       "UPDATE credits SET customer = ?, state = 'resolved', reason = '', changed_at = ?, "
                       "active = 1 WHERE no = ?"),
      credit_route_(db, "UPDATE credits SET route = ?, state = 'routed', changed_at = ? WHERE no = ?"),
      credit_state_(db, "UPDATE credits SET state = ?, reason = ?, changed_at = ?, active = ? WHERE no = ?"),
      // Another hop's, while there is one, is a copy.
      credit_instrument_(
          db, "UPDATE credits SET instrument = ?1 WHERE no = ?2 AND (instrument IN ('', ?1) OR ?3 > 0) RETURNING no"),
      credit_available_(db, "UPDATE credits SET available = ? WHERE no = ?"),
      credit_seen_(db, "UPDATE credits SET available = ? WHERE no = ? AND instrument = ?"),
      posting_(db,
               "INSERT INTO postings(credit, from_account, to_account, amount, currency, seq) "
               "VALUES(?, ?, ?, ?, ?, ?)"),
      customer_(db, "INSERT INTO customers(no, hub) VALUES(?, ?)"),
      digest_(db, "INSERT OR IGNORE INTO customer_digests(digest, customer) VALUES(?, ?)"),
      customer_ref_(db, "INSERT OR REPLACE INTO customer_refs(customer, surface, id) VALUES(?, ?, ?)"),
      hop_(
          db,
          "INSERT INTO hops(credit, hop, position, connector, surface, op, after, verify, sla_ms, balance_type, "
          "state, changed_at, planned_at, booked) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'waiting', ?11, ?11, ?12)"),
      hop_added_(
          db,
          "INSERT INTO hops(credit, hop, position, connector, surface, op, after, verify, sla_ms, balance_type, state, "
          "changed_at, planned_at, booked, done_at) VALUES(?1, ?2, (SELECT count(*) FROM hops WHERE credit = ?1), ?3, ?4, "
          "'mirror', '', 1, 0, '', 'done', ?5, 0, '', ?5)"),
      hop_state_(
          db,
          "UPDATE hops SET state = ?1, effect = ?2, version = ?3, changed_at = ?4, done_at = iif(?1 = 'done' AND "
          "done_at = 0, ?4, done_at) WHERE credit = ?5 AND hop = ?6"),
      hop_running_(db,
                   "UPDATE hops SET state = 'running', effect = ?, version = 0, changed_at = ? "
                   "WHERE credit = ? AND hop = ? AND op = ?"),
      effect_(db,
              "INSERT INTO effects(no, credit, customer, subject, hop, connector, surface, op, generation, ordinal, "
              "amount, currency, entry, version, vault, at, state, changed_at, open) "
              "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
              "iif(?8 = 'read', 'unknown', 'intent'), ?17, 1)"),
      effect_state_(db, "UPDATE effects SET state = ?, reason = ?, changed_at = ?, open = ? WHERE no = ?"),
      effect_applied_(db,
                      "UPDATE effects SET state = 'applied', reason = '', applied = 1, instrument = ?, linked = ?, "
                      "changed_at = ? WHERE no = ? RETURNING credit, op, connector, generation"),
      effect_verified_(db,
                       "UPDATE effects SET state = 'verified', evidence = ?, changed_at = ?, open = 0 "
                       "WHERE no = ? RETURNING credit, op, instrument"),
      call_(db,
            "INSERT INTO calls(effect, call, label, revision, key, state, sends, first_sent_at, last_sent_at) "
            "VALUES(?, ?, ?, ?, ?, 'in_flight', 1, ?, ?) ON CONFLICT(effect, call) DO UPDATE SET "
            "first_sent_at = iif(revision = excluded.revision, first_sent_at, excluded.first_sent_at), "
            "sends = iif(revision = excluded.revision, sends + 1, 1), revision = excluded.revision, key = "
            "excluded.key, state = 'in_flight', "
            "last_sent_at = excluded.last_sent_at"),
      // After a resend under rule 1 only APPLIED speaks for the sends before it, too.
      call_state_(db,
                  "UPDATE calls SET state = iif(rule = 1 AND ?1 IN ('NOT_SENT', 'REJECTED'), 'UNKNOWN', ?1), "
                  "cached_error = ?2 WHERE effect = ?3 AND call = ?4 RETURNING state"),
      call_settled_(db, "UPDATE calls SET state = ?, rule = ?, evidence = ? WHERE effect = ? AND call = ?"),
      call_reopened_(db, "UPDATE calls SET state = 'UNKNOWN', rule = 0 WHERE effect = ? AND state = 'held'"),
      attempt_(db,
               "INSERT INTO attempts(effect, call, revision, attempt, epoch, sent_at, outcome) "
               "VALUES(?, ?, ?, ?, ?, ?, 'IN_FLIGHT')"),
      attempt_ended_(db,
                     "UPDATE attempts SET outcome = ?, code = ?, error = ?, elapsed_us = ? "
                     "WHERE effect = ? AND call = ? AND revision = ? AND attempt = ?"),
      case_(
          db,
          "INSERT INTO cases(no, credit, kind, reason, role, state, opened_at, deadline, amount, currency, candidates, "
          "hint) VALUES(?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?)"),
      case_closed_(db, "UPDATE cases SET state = 'closed', closed_at = ?, closed_why = ?, closed_by = ? WHERE no = ?"),
      case_assigned_(db, "UPDATE cases SET assignee = ? WHERE no = ?"),
      case_word_(db, "UPDATE cases SET word = ?, word_by = ? WHERE no = ?"),
      case_noted_(db, "INSERT INTO case_notes(seq, case_no, at, actor, text) VALUES(?, ?, ?, ?, ?)"),
      ref_(db, "INSERT OR IGNORE INTO refs(surface, type, id, credit) VALUES(?, ?, ?, ?)"),
      hint_(db, "INSERT INTO hints(no, connector, id, type, object, state, at) VALUES(?, ?, ?, ?, ?, 'open', ?)"),
      hint_state_(db, "UPDATE hints SET state = ?, reason = ? WHERE no = ?"),
      cursor_(db, "INSERT OR REPLACE INTO cursors(connector, value) VALUES(?, ?)"),
      repair_(db,
              "INSERT INTO repairs(no, credit, round, generation, customer, reissue, reason, asked_by, state, "
              "opened_at, changed_at, "
              "open) VALUES(?, ?, ?, ?, ?, ?, ?, ?, 'look', ?, ?, 1)"),
      repair_state_(db,
                    "UPDATE repairs SET state = ?1, why = ?2, removed = coalesce(?3, removed), changed_at = ?4, open = "
                    "?1 NOT IN ('done', 'closed', 'cancelled') WHERE no = ?5 RETURNING credit, customer"),
      credit_owner_(db, "UPDATE credits SET customer = ? WHERE no = ?"),
      credit_approved_(db, "UPDATE credits SET approved_by = ? WHERE no = ?"),
      repair_approved_(db, "UPDATE repairs SET approved_by = ? WHERE no = ?"),
      balance_asked_(db, "UPDATE credits SET look_at = ?, active = active OR state = 'complete' WHERE no = ?"),
      balance_seen_(
          db,
          "UPDATE credits SET look_at = iif(look_at = ?1, 0, look_at), available = ?2, changed_at = ?3, active "
          "= iif(state = 'complete' AND look_at = ?1, 0, active) WHERE no = ?4"),
      cancel_noted_(db, "UPDATE credits SET cancel_noted = 1 WHERE no = ?"),
      restored_(db, "INSERT INTO restores(epoch, at, point, last_credit, last_effect, how) VALUES(?, ?, ?, ?, ?, ?)"),
      // Sends of before stay counted: they are part of what may have happened.
      doubted_(
          db,
          "INSERT INTO calls(effect, call, label, revision, key, state, sends, first_sent_at, last_sent_at, doubted) "
          "VALUES(?, ?, ?, ?, ?, 'UNKNOWN', 0, ?, ?, ?) ON CONFLICT(effect, call) DO UPDATE SET state = 'UNKNOWN', "
          "first_sent_at = iif(revision = excluded.revision AND sends > 0, first_sent_at, excluded.first_sent_at), "
          "sends = iif(revision = excluded.revision, sends, 0), revision = excluded.revision, key = excluded.key, "
          "rule = 0, cached_error = 0, doubted = excluded.doubted"),
      source_read_(db,
                   "INSERT INTO restore_sources(epoch, connector, records, fresh, done) VALUES(?, ?, ?, ?, ?) ON "
                   "CONFLICT(epoch, connector) DO UPDATE SET records = records + excluded.records, fresh = fresh + "
                   "excluded.fresh, done = max(done, excluded.done)"),
      recovery_closed_(db, "UPDATE restores SET closed_at = ? WHERE epoch <= ? AND closed_at = 0"),
      alert_(db,
             "INSERT INTO alerts(contact, channel, cause, count, times, told_at) VALUES(?, ?, ?, ?, 1, ?) ON "
             "CONFLICT(contact, channel, cause) DO UPDATE SET times = iif(count = 0, 1, times + 1), count = "
             "excluded.count, told_at = excluded.told_at"),
      alert_over_(db, "UPDATE alerts SET count = 0, times = 0 WHERE contact = ? AND channel = ? AND cause = ?"),
      alerts_gone_(db, "DELETE FROM alerts WHERE count = 0 AND told_at < ?"),
      channel_told_(db,
                    "INSERT INTO alert_channels(channel, told_at, failing_since, error, hour_at, hour_count) "
                    "VALUES(?1, ?2, 0, '', ?2, 1) ON CONFLICT(channel) DO UPDATE SET told_at = ?2, failing_since = 0, "
                    "error = '', hour_count = iif(?2 - hour_at < 3600000, hour_count + 1, 1), "
                    "hour_at = iif(?2 - hour_at < 3600000, hour_at, ?2)"),
      channel_failed_(db,
                      "INSERT INTO alert_channels(channel, told_at, failing_since, error, hour_at, hour_count) "
                      "VALUES(?1, 0, ?2, ?3, 0, 0) ON CONFLICT(channel) DO UPDATE SET error = ?3, "
                      "failing_since = iif(failing_since = 0, ?2, failing_since)"),
      digests_gone_(db, "DELETE FROM customer_digests WHERE customer = ?") {}

void Fold::apply(const RowHead&, const EpochStarted&) {}

void Fold::apply(const RowHead&, const NameRegistered& event) { name_.begin().bind(event.name).bind(event.id).run(); }

void Fold::apply(const RowHead& row, const TokenAdded& event) {
  token_.begin().bind(event.hash).bind(event.name).bind(event.role).bind(event.store).bind(row.at).run();
}

void Fold::apply(const RowHead&, const TokenRevoked& event) { token_revoked_.begin().bind(event.hash).run(); }

void Fold::insert_credit(const RowHead& row, std::int64_t no, std::string_view ref, const CreditAccepted& event,
                         std::string_view state) {
  std::string id = credit_id_from_ref(ref).value_or(std::string());
  Statement& insert = credit_.begin();
  insert.bind(no).bind_blob(id).bind(event.source).bind(event.unique_id).bind(event.scope).bind(event.business_date);
  insert.bind(event.transaction).bind(event.line).bind(event.amount.minor()).bind(event.amount.currency());
  insert.bind(event.balance_type).bind(event.store).bind(event.terminal).bind(event.staff).bind(event.expires_at);
  insert.bind(event.campaign).bind(event.origin).bind(row.at).bind(state).bind(row.at);
  insert.bind(std::int64_t{state == "accepted"}).run();
}

void Fold::post(const RowHead& row, std::int64_t credit, std::string_view from, std::string_view to,
                const Money& amount) {
  posting_.begin().bind(credit).bind(from).bind(to).bind(amount.minor()).bind(amount.currency()).bind(row.seq).run();
}

void Fold::apply(const RowHead& row, const CreditAccepted& event) {
  insert_credit(row, event.credit, event.ref, event, "accepted");
  post(row, event.credit, "SOURCE", "SUSPENSE", event.amount);
}

void Fold::apply(const RowHead& row, const CancelArrivedFirst& event) {
  CreditAccepted credit;
  credit.source = event.source;
  credit.unique_id = event.unique_id;
  credit.scope = event.scope;
  credit.business_date = event.business_date;
  credit.transaction = event.transaction;
  credit.line = event.line;
  credit.store = event.store;
  credit.terminal = event.terminal;
  credit.origin = event.origin;
  insert_credit(row, event.credit, event.ref, credit, "tombstone");
}

void Fold::apply(const RowHead& row, const TombstoneMet& event) {
  credit_money_.begin()
      .bind(event.amount.minor())
      .bind(event.amount.currency())
      .bind(event.balance_type)
      .bind(event.credit)
      .run();
  post(row, event.credit, "SOURCE", "SUSPENSE", event.amount);
  post(row, event.credit, "SUSPENSE", "CLOSED", event.amount);
  credit_state_.begin()
      .bind("closed")
      .bind("cancelled before it was issued")
      .bind(row.at)
      .bind(0)
      .bind(event.credit)
      .run();
}

void Fold::apply(const RowHead&, const EventQuarantined&) {}  // the case beside it carries the state
void Fold::apply(const RowHead&, const CreditAmended&) {}     // the identifiers are sealed; nothing in the clear moves

void Fold::digests(std::int64_t customer, const std::vector<std::string>& list) {
  for (const std::string& digest : list) digest_.begin().bind(digest).bind(customer).run();
}

void Fold::apply(const RowHead&, const CustomerAdded& event) {
  customer_.begin().bind(event.customer).bind(event.hub).run();
  digests(event.customer, event.digests);
}

void Fold::apply(const RowHead&, const CustomerLearned& event) { digests(event.customer, event.digests); }

void Fold::apply(const RowHead&, const CustomerGone& event) { digests_gone_.begin().bind(event.customer).run(); }

void Fold::apply(const RowHead& row, const CreditClosed& event) {
  if (!event.left.currency().empty()) post(row, event.credit, "SUSPENSE", "CLOSED", event.left);
  credit_state_.begin().bind("closed").bind(event.reason).bind(row.at).bind(0).bind(event.credit).run();
}

void Fold::apply(const RowHead&, const CustomerRefAdded& event) {
  customer_ref_.begin().bind(event.customer).bind(event.surface).bind(event.id).run();
}

void Fold::apply(const RowHead& row, const CreditResolved& event) {
  credit_customer_.begin().bind(event.customer).bind(row.at).bind(event.credit).run();
}

void Fold::apply(const RowHead& row, const CreditRouted& event) {
  credit_route_.begin().bind(event.route).bind(row.at).bind(event.credit).run();
  std::int64_t position = 0;
  for (const HopPlan& hop : event.hops) {
    std::string after;
    for (const std::string& id : hop.after) after += (after.empty() ? "" : ",") + id;
    Statement& insert = hop_.begin();
    insert.bind(event.credit).bind(hop.id).bind(position++).bind(hop.connector).bind(hop.surface).bind(hop.op);
    insert.bind(after).bind(std::int64_t{hop.verify}).bind(hop.sla_ms).bind(hop.balance_type).bind(row.at);
    insert.bind(hop.booked ? json::write(encode(*hop.booked)) : std::string()).run();
  }
}

void Fold::apply(const RowHead& row, const CreditMoved& event) {
  credit_state_.begin()
      .bind(event.state)
      .bind(event.reason)
      .bind(row.at)
      .bind(std::int64_t{event.active})
      .bind(event.credit)
      .run();
}

void Fold::apply(const RowHead& row, const HopMoved& event) {
  hop_state_.begin()
      .bind(event.state)
      .bind(event.effect)
      .bind(event.version)
      .bind(row.at)
      .bind(event.credit)
      .bind(event.hop)
      .run();
}

void Fold::apply(const RowHead& row, const HopAdded& event) {
  hop_added_.begin().bind(event.credit).bind(event.hop).bind(event.connector).bind(event.surface).bind(row.at).run();
}

void Fold::apply(const RowHead& row, const EffectPlanned& event) {
  Statement& insert = effect_.begin();
  insert.bind(event.effect).bind(event.credit).bind(event.customer).bind(event.subject).bind(event.hop);
  insert.bind(event.connector).bind(event.surface).bind(event.op).bind(event.generation).bind(event.ordinal);
  insert.bind(event.amount.minor()).bind(event.amount.currency()).bind(event.entry).bind(event.version);
  insert.bind(event.vault).bind(row.at).bind(row.at).run();
  // The first effect of a hop's own operation is what sets it running.
  bool first = event.credit != 0 && event.generation == 0 && event.ordinal == 0;
  if (first)
    hop_running_.begin().bind(event.effect).bind(row.at).bind(event.credit).bind(event.hop).bind(event.op).run();
}

void Fold::apply(const RowHead& row, const AttemptSent& event) {
  Statement& call = call_.begin();
  call.bind(event.effect).bind(event.call).bind(event.label).bind(event.revision).bind(event.key);
  call.bind(row.at).bind(row.at).run();
  Statement& attempt = attempt_.begin();
  attempt.bind(event.effect).bind(event.call).bind(event.revision).bind(event.attempt).bind(row.epoch).bind(row.at);
  attempt.run();
  effect_state_.begin().bind("in_flight").bind("").bind(row.at).bind(1).bind(event.effect).run();
}

void Fold::apply(const RowHead& row, const AttemptEnded& event) {
  Statement& attempt = attempt_ended_.begin();
  attempt.bind(event.outcome).bind(event.code).bind(event.error).bind(event.elapsed_us);
  attempt.bind(event.effect).bind(event.call).bind(event.revision).bind(event.attempt).run();
  bool server_error = event.code.starts_with("5");
  Statement& call = call_state_.begin();
  call.bind(event.outcome).bind(std::int64_t{server_error}).bind(event.effect).bind(event.call);
  std::string left = call.row() ? call.text(0) : event.outcome;
  call.end();
  std::string_view state = left == "UNKNOWN" ? "unknown" : left == "ACCEPTED" ? "accepted" : "intent";
  if (left != "REJECTED")
    effect_state_.begin()
        .bind(state)
        .bind(event.error.empty() ? event.code : event.error)
        .bind(row.at)
        .bind(1)
        .bind(event.effect)
        .run();
}

void Fold::apply(const RowHead& row, const CallSettled& event) {
  call_settled_.begin().bind(event.how).bind(event.rule).bind(event.evidence).bind(event.effect).bind(event.call).run();
  effect_state_.begin().bind("intent").bind(event.how).bind(row.at).bind(1).bind(event.effect).run();
}

void Fold::apply(const RowHead& row, const EffectApplied& event) {
  Statement& applied = effect_applied_.begin();
  applied.bind(event.instrument).bind(event.customer).bind(row.at).bind(event.effect);
  std::int64_t credit = 0, generation = 0;
  std::string op, connector;
  if (applied.row()) {
    credit = applied.integer(0);
    op = applied.text(1);
    connector = applied.text(2);
    generation = applied.integer(3);
  }
  applied.end();
  if (op != "issue" && op != "read") return;
  ref_.begin().bind(connector).bind("instrument").bind(event.instrument).bind(credit).run();
  Statement& instrument = credit_instrument_.begin().bind(event.instrument).bind(credit).bind(generation);
  bool its_own = instrument.row();
  instrument.end();
  std::string_view from = its_own ? "SUSPENSE" : "SOURCE";  // a copy has nothing of what the source gave (M7)
  if (!event.moved.currency().empty()) post(row, credit, from, "INSTRUMENT:" + event.instrument, event.moved);
}

void Fold::apply(const RowHead& row, const EffectVerified& event) {
  Statement& verified = effect_verified_.begin();
  verified.bind(event.evidence).bind(row.at).bind(event.effect);
  std::int64_t credit = 0;
  std::string op, instrument_id;
  if (verified.row()) {
    credit = verified.integer(0);
    op = verified.text(1);
    instrument_id = verified.text(2);
  }
  verified.end();
  const std::string instrument = "INSTRUMENT:" + instrument_id;
  if (op == "issue" || op == "read")
    credit_seen_.begin().bind(event.seen.minor()).bind(credit).bind(instrument_id).run();
  if (op == "freeze") credit_available_.begin().bind(0).bind(credit).run();
  if (op != "void") return;
  if (event.redeemed.minor() < 0) post(row, credit, "SOURCE", instrument, event.redeemed.negated());
  if (event.seen.minor() != 0) post(row, credit, instrument, "SUSPENSE", event.seen);
  if (event.redeemed.minor() > 0) post(row, credit, instrument, "REDEEMED", event.redeemed);
  credit_available_.begin().bind(0).bind(credit).run();
}

void Fold::apply(const RowHead& row, const EffectEnded& event) {
  effect_state_.begin().bind(event.state).bind(event.reason).bind(row.at).bind(0).bind(event.effect).run();
}

void Fold::apply(const RowHead& row, const EffectReopened& event) {
  effect_state_.begin().bind(event.state).bind("reopened").bind(row.at).bind(1).bind(event.effect).run();
  call_reopened_.begin().bind(event.effect).run();
}

void Fold::apply(const RowHead& row, const CaseOpened& event) {
  Statement& insert = case_.begin();
  insert.bind(event.case_no).bind(event.credit).bind(event.kind).bind(event.reason).bind(event.role).bind(row.at);
  insert.bind(event.deadline).bind(event.amount.minor()).bind(event.amount.currency());
  std::string candidates = event.candidates.empty() ? std::string() : json::write(encode(event.candidates));
  insert.bind(candidates).bind(event.hint.value_or(0)).run();
}

void Fold::apply(const RowHead& row, const CaseClosed& event) {
  case_closed_.begin().bind(row.at).bind(event.why).bind(row.actor).bind(event.case_no).run();
}

void Fold::apply(const RowHead&, const CaseAssigned& event) {
  case_assigned_.begin().bind(event.to).bind(event.case_no).run();
}

void Fold::apply(const RowHead& row, const CaseWordGiven& event) {
  bool given = !event.word.empty();
  case_word_.begin()
      .bind(given ? json::write(encode(event)) : std::string())
      .bind(given ? row.actor : "")
      .bind(event.case_no)
      .run();
}

void Fold::apply(const RowHead& row, const CaseNoted& event) {
  case_noted_.begin().bind(row.seq).bind(event.case_no).bind(row.at).bind(row.actor).bind(event.text).run();
}

void Fold::apply(const RowHead&, const RefAdded& event) {
  ref_.begin().bind(event.surface).bind(event.type).bind(event.id).bind(event.credit).run();
}

void Fold::apply(const RowHead& row, const HintReceived& event) {
  hint_.begin()
      .bind(event.hint)
      .bind(event.connector)
      .bind(event.id)
      .bind(event.type)
      .bind(event.object)
      .bind(row.at)
      .run();
}

void Fold::apply(const RowHead&, const HintMoved& event) {
  hint_state_.begin().bind(event.state).bind(event.reason).bind(event.hint).run();
}

void Fold::apply(const RowHead&, const CursorMoved& event) {
  cursor_.begin().bind(event.connector).bind(event.value).run();
}

void Fold::apply(const RowHead& row, const RepairOpened& event) {
  Statement& insert = repair_.begin();
  insert.bind(event.repair).bind(event.credit).bind(event.round).bind(event.generation).bind(event.customer);
  insert.bind(std::int64_t{event.reissue}).bind(event.reason).bind(row.actor).bind(row.at).bind(row.at).run();
}

void Fold::apply(const RowHead& row, const RepairMoved& event) {
  Statement& moved = repair_state_.begin();
  moved.bind(event.state).bind(event.why);
  event.removed.currency().empty() ? moved.bind_null() : moved.bind(event.removed.minor());
  moved.bind(row.at).bind(event.repair);
  std::int64_t credit = 0, customer = 0;
  if (moved.row()) {
    credit = moved.integer(0);
    customer = moved.integer(1);
  }
  moved.end();
  if (event.state == "done") credit_owner_.begin().bind(customer).bind(credit).run();
}

void Fold::apply(const RowHead& row, const CreditApproved& event) {
  if (event.repair != 0)
    repair_approved_.begin().bind(row.actor).bind(event.repair).run();
  else
    credit_approved_.begin().bind(row.actor).bind(event.credit).run();
}

void Fold::apply(const RowHead& row, const BalanceAsked& event) {
  balance_asked_.begin().bind(row.at).bind(event.credit).run();
}

void Fold::apply(const RowHead& row, const BalanceSeen& event) {
  std::string instrument = "INSTRUMENT:" + event.instrument;
  balance_seen_.begin().bind(event.asked).bind(event.available.minor()).bind(row.at).bind(event.credit).run();
  if (event.redeemed.minor() != 0) post(row, event.credit, instrument, "REDEEMED", event.redeemed);
  if (event.returned.minor() != 0) post(row, event.credit, "REDEEMED", instrument, event.returned);
  if (event.ended.minor() != 0) post(row, event.credit, instrument, "CLOSED", event.ended);
}

void Fold::apply(const RowHead& row, const StoreRestored& event) {
  Statement& restored = restored_.begin();
  restored.bind(row.epoch).bind(row.at).bind(event.point).bind(event.last_credit).bind(event.last_effect);
  restored.bind(event.how).run();
}

void Fold::apply(const RowHead& row, const CallDoubted& event) {
  Statement& call = doubted_.begin();
  call.bind(event.effect).bind(event.call).bind(event.label).bind(event.revision).bind(event.key);
  call.bind(event.since).bind(row.at).bind(row.epoch).run();
  effect_state_.begin()
      .bind("unknown")
      .bind("may have been sent before the restore")
      .bind(row.at)
      .bind(1)
      .bind(event.effect)
      .run();
}

void Fold::apply(const RowHead&, const SourceRead& event) {
  Statement& read = source_read_.begin();
  read.bind(event.restored).bind(event.connector).bind(event.records).bind(event.fresh).bind(std::int64_t{event.done});
  read.run();
}

void Fold::apply(const RowHead& row, const RecoveryClosed& event) {
  recovery_closed_.begin().bind(row.at).bind(event.restored).run();
}

void Fold::apply(const RowHead& row, const AlertTold& event) {
  constexpr std::int64_t kRemembered = 30 * kDayMs;  // what is over
  if (event.count == 0) {
    alert_over_.begin().bind(event.contact).bind(event.channel).bind(event.cause).run();
    alerts_gone_.begin().bind(row.at - kRemembered).run();
    return;
  }
  alert_.begin().bind(event.contact).bind(event.channel).bind(event.cause).bind(event.count).bind(row.at).run();
}

void Fold::apply(const RowHead& row, const AlertChannelSeen& event) {
  if (event.error.empty())
    channel_told_.begin().bind(event.channel).bind(row.at).run();
  else
    channel_failed_.begin().bind(event.channel).bind(row.at).bind(event.error).run();
}

void Fold::apply(const RowHead&, const CancelNoted& event) { cancel_noted_.begin().bind(event.credit).run(); }

}  // namespace handoff::journal
