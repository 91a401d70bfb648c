#include "core/journal/reader.hpp"

#include <sqlite3.h>

#include "core/journal/reader_parts.hpp"
#include "core/model/identity.hpp"

namespace handoff::journal {

namespace {

#define CREDIT_COLUMNS                                                                                            \
  "no, id, source, unique_id, scope, business_date, txn, line, amount, currency, balance_type, store, terminal, " \
  "staff, expires_at, campaign, origin, at, state, reason, changed_at, active, customer, route, instrument, "     \
  "available, "                                                                                                   \
  "approved_by, cancel_noted, look_at"
#define HOP_COLUMNS                                                                                                        \
  "hops.credit, hops.hop, hops.position, hops.connector, hops.surface, hops.op, hops.after, hops.verify, "                 \
  "hops.sla_ms, hops.balance_type, hops.state, hops.effect, hops.version, hops.changed_at, hops.planned_at, hops.booked, " \
  "hops.done_at"
#define EFFECT_COLUMNS                                                                                         \
  "no, credit, customer, subject, hop, connector, surface, op, generation, ordinal, amount, currency, entry, " \
  "version, vault, at, state, reason, changed_at, open, instrument, linked, evidence, applied"

CreditRow credit_from(const Statement& s) {
  CreditRow row;
  row.no = s.integer(0);
  row.id = s.text(1);
  row.ref = credit_ref(row.id);
  row.source = s.text(2);
  row.unique_id = s.text(3);
  row.scope = s.text(4);
  row.business_date = s.text(5);
  row.transaction = s.text(6);
  row.line = s.text(7);
  row.amount = Money(s.integer(8), s.text(9));
  row.balance_type = s.text(10);
  row.store = s.text(11);
  row.terminal = s.text(12);
  row.staff = s.text(13);
  row.expires_at = s.text(14);
  row.campaign = s.text(15);
  row.origin = s.text(16);
  row.at = s.integer(17);
  row.state = s.text(18);
  row.reason = s.text(19);
  row.changed_at = s.integer(20);
  row.active = s.integer(21) != 0;
  row.customer = s.optional_integer(22).value_or(0);
  row.route = s.text(23);
  row.instrument = s.text(24);
  row.available = s.optional_integer(25);
  row.approved_by = s.text(26);
  row.cancel_noted = s.integer(27) != 0;
  row.look_at = s.integer(28);
  return row;
}

HopRow hop_from(const Statement& s) {
  HopRow row;
  row.credit = s.integer(0);
  row.id = s.text(1);
  row.position = s.integer(2);
  row.connector = s.text(3);
  row.surface = s.text(4);
  row.op = s.text(5);
  row.after = s.text(6);
  row.verify = s.integer(7) != 0;
  row.sla_ms = s.integer(8);
  row.balance_type = s.text(9);
  row.state = s.text(10);
  row.effect = s.integer(11);
  row.version = s.integer(12);
  row.changed_at = s.integer(13);
  row.planned_at = s.integer(14);
  Booked booked;
  if (json::Parsed told = json::parse(s.text(15)); told && decode(*told, booked).empty()) row.booked = booked;
  row.done_at = s.integer(16);
  return row;
}

EffectRow effect_from(const Statement& s) {
  EffectRow row;
  row.no = s.integer(0);
  row.credit = s.integer(1);
  row.customer = s.integer(2);
  row.subject = s.text(3);
  row.hop = s.text(4);
  row.connector = s.text(5);
  row.surface = s.text(6);
  row.op = s.text(7);
  row.generation = s.integer(8);
  row.ordinal = s.integer(9);
  row.amount = Money(s.integer(10), s.text(11));
  row.entry = s.text(12);
  row.version = s.integer(13);
  row.vault = s.text(14);
  row.at = s.integer(15);
  row.state = s.text(16);
  row.reason = s.text(17);
  row.changed_at = s.integer(18);
  row.open = s.integer(19) != 0;
  row.instrument = s.text(20);
  row.linked = s.text(21);
  row.evidence = s.text(22);
  row.applied = s.integer(23) != 0;
  return row;
}

HintRow hint_from(const Statement& s) {
  return HintRow{s.integer(0), s.text(1), s.text(2), s.text(3), s.text(4), s.text(5), s.text(6), s.integer(7)};
}

}  // namespace

Reader::Reader(Database& db) : db_(db), s_(std::make_unique<Statements>()) {}
Reader::~Reader() = default;

std::optional<CreditRow> Reader::credit(std::int64_t no) {
  return first(s_->begin(db_, "SELECT " CREDIT_COLUMNS " FROM credits WHERE no = ?").bind(no), credit_from);
}

std::optional<CreditRow> Reader::credit_by_id(std::string_view id) {
  return first(s_->begin(db_, "SELECT " CREDIT_COLUMNS " FROM credits WHERE id = ?").bind_blob(id), credit_from);
}

std::vector<std::int64_t> Reader::active_credits(std::int64_t after, std::int64_t limit) {
  return integers(
      s_->begin(db_, "SELECT no FROM credits WHERE active = 1 AND no > ? ORDER BY no LIMIT ?").bind(after).bind(limit));
}

std::vector<std::int64_t> Reader::to_be_looked_at(std::int64_t after, std::int64_t until) {
  Statement& look =
      s_->begin(db_,
                "SELECT no FROM credits WHERE no > ? AND no <= ? AND ((look_at != 0 AND active = 0) OR "
                "(expires_at != '' AND available > 0 AND state IN ('available', 'complete', 'held'))) ORDER BY no");
  return integers(look.bind(after).bind(until));
}

std::vector<std::int64_t> Reader::accepted_credits(std::int64_t after, std::int64_t limit) {
  return integers(s_->begin(db_, "SELECT no FROM credits WHERE state = 'accepted' AND no > ? ORDER BY no LIMIT ?")
                      .bind(after)
                      .bind(limit));
}

std::vector<std::int64_t> Reader::queued_credits(std::string_view connector, std::int64_t after, std::int64_t limit) {
  Statement& look =
      s_->begin(db_,
                "SELECT DISTINCT credit FROM hops WHERE state = 'queued' AND connector = ? AND credit > ? "
                "AND EXISTS (SELECT 1 FROM credits WHERE no = hops.credit AND active = 1) "
                "ORDER BY credit LIMIT ?");
  return integers(look.bind(connector).bind(after).bind(limit));
}

std::vector<CreditRow> Reader::available_credits(std::int64_t customer) {
  return all(s_->begin(db_, "SELECT " CREDIT_COLUMNS
                            " FROM credits WHERE customer = ? AND available > 0 AND instrument <> '' ORDER BY no")
                 .bind(customer),
             credit_from);
}

std::vector<CreditRow> Reader::credits(std::string_view state, std::int64_t limit) {
  if (state.empty() || state == "complete") {  // most are: the newest ones are soon enough
    Statement& look = s_->begin(
        db_, "SELECT " CREDIT_COLUMNS " FROM credits WHERE (?1 = '' OR state = ?1) ORDER BY no DESC LIMIT ?2");
    return all(look.bind(state).bind(limit), credit_from);
  }
  // `+`: as in cases_of.
  Statement& look =
      s_->begin(db_, "SELECT " CREDIT_COLUMNS
                     " FROM credits WHERE no IN (SELECT no FROM credits WHERE active = 1 AND state = +?1 "
                     "UNION ALL SELECT no FROM credits WHERE active = 0 AND state <> 'complete' AND state = "
                     "+?1) ORDER BY no DESC LIMIT ?2");
  return all(look.bind(state).bind(limit), credit_from);
}

std::vector<CreditRow> Reader::credits_since(std::int64_t at, std::int64_t after, std::int64_t limit) {
  // Numbers grow with time, but for a clock that was set back: what is left out came more than a day before.
  constexpr std::int64_t kClockSteps = kDayMs;
  std::int64_t old = after, first = max_of("credits") + 1;  // `first` came since then, or is none
  while (first - old > 1) {
    std::int64_t middle = old + (first - old) / 2;
    Statement& look = s_->begin(db_, "SELECT at FROM credits WHERE no > ? ORDER BY no LIMIT 1").bind(middle - 1);
    std::int64_t came = look.row() ? look.integer(0) : at;
    look.end();
    (came < at - kClockSteps ? old : first) = middle;
  }
  Statement& look =
      s_->begin(db_, "SELECT " CREDIT_COLUMNS " FROM credits WHERE no > ? AND at >= ? ORDER BY no LIMIT ?");
  return all(look.bind(old).bind(at).bind(limit), credit_from);
}

void Reader::for_credits_of(std::string_view id_begin, const std::function<void(const CreditRow&)>& each) {
  const std::string last = std::string(id_begin) + std::string(14, '\xff');  // no id is that long
  Statement& look = s_->begin(db_, "SELECT " CREDIT_COLUMNS " FROM credits WHERE id BETWEEN ? AND ?");
  look.bind_blob(id_begin).bind_blob(last);
  while (look.row()) each(credit_from(look));
}

std::vector<CreditRow> Reader::open_probes() {
  return all(
      s_->begin(db_, "SELECT " CREDIT_COLUMNS
                     " FROM credits WHERE source = 'probe' AND state NOT IN ('closed', 'tombstone') ORDER BY no"),
      credit_from);
}

std::int64_t Reader::last_probe_at() {
  return first_integer(s_->begin(db_, "SELECT max(at) FROM credits WHERE source = 'probe'")).value_or(0);
}

std::vector<std::int64_t> Reader::credits_known_as(std::string_view text, std::int64_t limit) {
  Statement& look = s_->begin(db_,
                              "SELECT no FROM credits WHERE txn = ?1 OR unique_id = ?1 OR instrument = ?1 "
                              "UNION SELECT credit FROM refs WHERE id = ?1 "
                              "UNION SELECT credit FROM effects WHERE instrument = ?1 AND credit <> 0 "
                              "ORDER BY 1 DESC LIMIT ?2");
  return integers(look.bind(text).bind(limit));
}

std::optional<Reader::Event> Reader::first_event(std::string_view cid, std::string_view kind, std::int64_t from_seq) {
  Statement& look = s_->begin(
      db_, "SELECT seq, at, payload, actor FROM journal WHERE seq >= ? AND cid = ? AND kind = ? ORDER BY seq LIMIT 1");
  look.bind(from_seq).bind_blob(cid).bind(kind);
  return first<Event>(look, [](const Statement& s) { return Event{s.integer(0), s.integer(1), s.text(2), s.text(3)}; });
}

std::int64_t Reader::last_row() {
  return first_integer(s_->begin(db_, "SELECT coalesce(max(seq), 0) FROM journal")).value_or(0);
}

Reader::Place Reader::place(const Place& from) {
  Statement& look =
      s_->begin(db_, "SELECT seq, epoch FROM journal WHERE seq <= ?1 AND epoch <= ?2 ORDER BY seq DESC LIMIT 1");
  Place out;
  if (look.bind(from.seq).bind(from.epoch).row()) out = {look.integer(0), look.integer(1)};
  look.end();
  return out;
}

Reader::Moved Reader::moved_credits(std::int64_t seq, std::string_view store, std::int64_t rows) {
  Moved out;
  out.last = std::min(last_row(), seq + rows);
  Statement& look = s_->begin(db_,
                              "SELECT DISTINCT credits.no FROM journal JOIN credits ON credits.id = journal.cid WHERE "
                              "journal.seq > ?1 AND journal.seq <= ?2 AND journal.cid <> x'' AND "
                              "(?3 = '' OR credits.store = ?3 OR (credits.store = '' AND "
                              "(credits.scope = ?3 OR substr(credits.scope, 1, length(?3) + 1) = ?3 || '/'))) "
                              "ORDER BY credits.no");
  out.credits = integers(look.bind(seq).bind(out.last).bind(store));
  out.last = std::max(out.last, seq);
  return out;
}

std::vector<HopRow> Reader::hops(std::int64_t credit) {
  return all(s_->begin(db_, "SELECT " HOP_COLUMNS " FROM hops WHERE credit = ? ORDER BY position").bind(credit),
             hop_from);
}

bool Reader::hop_verifies(std::int64_t credit, std::string_view hop) {
  Statement& look = s_->begin(db_, "SELECT verify FROM hops WHERE credit = ? AND hop = ?").bind(credit).bind(hop);
  return first_integer(look).value_or(1) != 0;
}

std::vector<HopRow> Reader::mirror_hops(std::int64_t customer, std::string_view connector, std::int64_t version) {
  Statement& look = s_->begin(db_, "SELECT " HOP_COLUMNS
                                   " FROM credits JOIN hops ON hops.credit = credits.no WHERE credits.customer = ? AND "
                                   "hops.connector = ? AND hops.op = 'mirror' AND hops.state = 'running' AND "
                                   "hops.version <= ?");
  return all(look.bind(customer).bind(connector).bind(version), hop_from);
}

std::vector<std::int64_t> Reader::not_mirrored_at(std::int64_t customer, std::string_view surface) {
  Statement& look =
      s_->begin(db_,
                "SELECT no FROM credits WHERE customer = ? AND available > 0 AND instrument <> '' AND NOT EXISTS "
                "(SELECT 1 FROM hops WHERE hops.credit = credits.no AND op = 'mirror' AND surface = ?) ORDER BY no");
  return integers(look.bind(customer).bind(surface));
}

std::vector<Reader::StoreSum> Reader::issued_since(std::int64_t at) {
  constexpr std::int64_t kClockSteps = 3'600'000;  // numbers grow with time, but for a clock that was set back
  std::vector<StoreSum> out;
  Statement& look = s_->begin(db_,
                              "SELECT effects.at, effects.op, effects.generation, effects.amount, effects.currency, "
                              "credits.store FROM effects LEFT JOIN credits ON credits.no = effects.credit "
                              "ORDER BY effects.no DESC");
  while (look.row() && look.integer(0) >= at - kClockSteps)
    if (look.integer(0) >= at && look.text(1) == "issue" && look.integer(2) == 0)
      out.push_back({look.text(5), Money(look.integer(3), look.text(4))});
  look.end();
  return out;
}

std::optional<EffectRow> Reader::effect(std::int64_t no) {
  return first(s_->begin(db_, "SELECT " EFFECT_COLUMNS " FROM effects WHERE no = ?").bind(no), effect_from);
}

std::vector<EffectRow> Reader::effects(std::int64_t credit) {
  return all(s_->begin(db_, "SELECT " EFFECT_COLUMNS " FROM effects WHERE credit = ? ORDER BY no").bind(credit),
             effect_from);
}

std::vector<EffectRow> Reader::open_effects() {
  return all(s_->begin(db_, "SELECT " EFFECT_COLUMNS " FROM effects WHERE open = 1 ORDER BY no"), effect_from);
}

std::optional<EffectRow> Reader::last_effect(std::string_view subject, std::string_view surface, std::string_view op) {
  Statement& look = s_->begin(db_, "SELECT " EFFECT_COLUMNS
                                   " FROM effects WHERE subject = ? AND surface = ? AND op = ? "
                                   "ORDER BY generation DESC, ordinal DESC LIMIT 1");
  return first(look.bind(subject).bind(surface).bind(op), effect_from);
}

std::optional<EffectRow> Reader::effect_of(std::string_view subject, std::string_view surface, std::string_view op,
                                           std::int64_t generation, std::int64_t ordinal) {
  Statement& look = s_->begin(db_, "SELECT " EFFECT_COLUMNS
                                   " FROM effects WHERE subject = ? AND surface = ? AND op = ? AND generation = ? "
                                   "AND ordinal = ?");
  return first(look.bind(subject).bind(surface).bind(op).bind(generation).bind(ordinal), effect_from);
}

std::vector<CallRow> Reader::calls(std::int64_t effect) {
  return all<CallRow>(s_->begin(db_,
                                "SELECT effect, call, label, revision, key, state, sends, first_sent_at, "
                                "last_sent_at, cached_error, rule, evidence, doubted FROM calls WHERE effect = ? "
                                "ORDER BY call")
                          .bind(effect),
                      [](const Statement& s) {
                        CallRow row;
                        row.effect = s.integer(0);
                        row.call = s.integer(1);
                        row.label = s.text(2);
                        row.revision = s.integer(3);
                        row.key = s.text(4);
                        row.state = s.text(5);
                        row.sends = s.integer(6);
                        row.first_sent_at = s.integer(7);
                        row.last_sent_at = s.integer(8);
                        row.cached_error = s.integer(9) != 0;
                        row.rule = s.integer(10);
                        row.evidence = s.text(11);
                        row.doubted = s.integer(12);
                        return row;
                      });
}

std::vector<AttemptRow> Reader::attempts(std::int64_t effect) {
  return all<AttemptRow>(s_->begin(db_,
                                   "SELECT effect, call, revision, attempt, epoch, sent_at, outcome, code, error, "
                                   "elapsed_us FROM attempts WHERE effect = ? ORDER BY call, revision, attempt")
                             .bind(effect),
                         [](const Statement& s) {
                           AttemptRow row;
                           row.effect = s.integer(0);
                           row.call = s.integer(1);
                           row.revision = s.integer(2);
                           row.attempt = s.integer(3);
                           row.epoch = s.integer(4);
                           row.sent_at = s.integer(5);
                           row.outcome = s.text(6);
                           row.code = s.text(7);
                           row.error = s.text(8);
                           row.elapsed_us = s.integer(9);
                           return row;
                         });
}

std::vector<PostingRow> Reader::postings(std::int64_t credit) {
  return all<PostingRow>(s_->begin(db_,
                                   "SELECT from_account, to_account, amount, currency, seq FROM postings "
                                   "WHERE credit = ? ORDER BY no")
                             .bind(credit),
                         [](const Statement& s) {
                           return PostingRow{s.text(0), s.text(1), Money(s.integer(2), s.text(3)), s.integer(4)};
                         });
}

std::vector<RepairRow> Reader::repairs(std::int64_t credit) {
  Statement& look =
      s_->begin(db_,
                "SELECT no, credit, round, generation, customer, reissue, reason, asked_by, state, why, "
                "removed, opened_at, changed_at, open, approved_by FROM repairs WHERE credit = ? ORDER BY round");
  return all<RepairRow>(look.bind(credit), [](const Statement& s) {
    RepairRow row;
    row.no = s.integer(0);
    row.credit = s.integer(1);
    row.round = s.integer(2);
    row.generation = s.integer(3);
    row.customer = s.integer(4);
    row.reissue = s.integer(5) != 0;
    row.reason = s.text(6);
    row.asked_by = s.text(7);
    row.state = s.text(8);
    row.why = s.text(9);
    row.removed = s.optional_integer(10);
    row.opened_at = s.integer(11);
    row.changed_at = s.integer(12);
    row.open = s.integer(13) != 0;
    row.approved_by = s.text(14);
    return row;
  });
}

std::vector<Reader::OldestAtHop> Reader::oldest_at_hops() {
  // Of each hop what has begun or waits in its queue; the lowest number is the oldest.
  return all<OldestAtHop>(
      s_->begin(db_,
                "SELECT hops.hop, count(*), min(credits.no) FROM credits JOIN hops ON hops.credit = credits.no WHERE "
                "credits.active = 1 AND hops.state IN ('running', 'queued') GROUP BY hops.hop ORDER BY hops.hop"),
      [](const Statement& s) { return OldestAtHop{s.text(0), s.integer(1), s.integer(2)}; });
}

std::vector<Reader::Asked> Reader::asked_to_wait() {
  return all<Asked>(
      s_->begin(
          db_,
          "SELECT connector, max(code), count(*) FROM (SELECT connector, (SELECT iif(outcome = 'NOT_SENT', code, '') FROM "
          "attempts WHERE effect = effects.no ORDER BY sent_at DESC, attempt DESC LIMIT 1) AS code FROM effects "
          "WHERE open = 1) WHERE code <> '' GROUP BY connector ORDER BY connector"),
      [](const Statement& s) { return Asked{s.text(0), s.text(1), s.integer(2)}; });
}

std::optional<std::int64_t> Reader::customer_by_digest(std::string_view digest) {
  return first_integer(s_->begin(db_, "SELECT customer FROM customer_digests WHERE digest = ?").bind(digest));
}

std::optional<std::int64_t> Reader::customer_by_hub(std::string_view hub) {
  return first_integer(s_->begin(db_, "SELECT no FROM customers WHERE hub = ?").bind(hub));
}

std::string Reader::customer_hub(std::int64_t customer) {
  return first_text(s_->begin(db_, "SELECT hub FROM customers WHERE no = ?").bind(customer));
}

std::string Reader::customer_ref(std::int64_t customer, std::string_view surface) {
  return first_text(
      s_->begin(db_, "SELECT id FROM customer_refs WHERE customer = ? AND surface = ?").bind(customer).bind(surface));
}

std::optional<RestoreRow> Reader::last_restore() {
  Statement& look = s_->begin(db_,
                              "SELECT epoch, at, point, last_credit, last_effect, how, closed_at FROM restores "
                              "ORDER BY epoch DESC LIMIT 1");
  return first<RestoreRow>(look, [](const Statement& s) {
    return RestoreRow{s.integer(0), s.integer(1), s.integer(2), s.integer(3), s.integer(4), s.text(5), s.integer(6)};
  });
}

std::vector<RestoreSourceRow> Reader::restore_sources(std::int64_t epoch) {
  Statement& look =
      s_->begin(db_, "SELECT connector, records, fresh, done FROM restore_sources WHERE epoch = ? ORDER BY connector");
  return all<RestoreSourceRow>(look.bind(epoch), [](const Statement& s) {
    return RestoreSourceRow{s.text(0), s.integer(1), s.integer(2), s.integer(3) != 0};
  });
}

std::int64_t Reader::open_effects_up_to(std::int64_t no) {
  Statement& look = s_->begin(db_, "SELECT count(*) FROM effects WHERE open = 1 AND no <= ?").bind(no);
  std::int64_t count = look.row() ? look.integer(0) : 0;
  look.end();
  return count;
}

std::int64_t Reader::open_doubted_effects() {
  return first_integer(s_->begin(db_,
                                 "SELECT count(*) FROM effects WHERE open = 1 AND EXISTS (SELECT 1 FROM calls WHERE "
                                 "effect = effects.no AND doubted <> 0 AND state = 'UNKNOWN')"))
      .value_or(0);
}

#define HINT_COLUMNS "no, connector, id, type, object, state, reason, at"

std::vector<HintRow> Reader::open_hints(std::int64_t after, std::int64_t limit) {
  Statement& look =
      s_->begin(db_, "SELECT " HINT_COLUMNS " FROM hints WHERE state = 'open' AND no > ? ORDER BY no LIMIT ?");
  return all(look.bind(after).bind(limit), hint_from);
}

std::optional<HintRow> Reader::hint(std::int64_t no) {
  return first(s_->begin(db_, "SELECT " HINT_COLUMNS " FROM hints WHERE no = ?").bind(no), hint_from);
}

bool Reader::hint_known(std::string_view connector, std::string_view id) {
  Statement& look = s_->begin(db_, "SELECT 1 FROM hints WHERE connector = ? AND id = ?").bind(connector).bind(id);
  bool known = look.row();
  look.end();
  return known;
}

std::string Reader::cursor(std::string_view connector) {
  return first_text(s_->begin(db_, "SELECT value FROM cursors WHERE connector = ?").bind(connector));
}

std::vector<TokenRow> Reader::tokens() {
  return all<TokenRow>(
      s_->begin(db_, "SELECT hash, name, role, store, revoked FROM tokens ORDER BY at"),
      [](const Statement& s) { return TokenRow{s.text(0), s.text(1), s.text(2), s.text(3), s.integer(4) != 0}; });
}

std::string Reader::name_id(std::string_view name) {
  return first_text(s_->begin(db_, "SELECT id FROM names WHERE name = ?").bind(name));
}

std::string Reader::meta(std::string_view name) {
  return first_text(s_->begin(db_, "SELECT value FROM meta WHERE name = ?").bind(name));
}

std::pair<std::string, std::string> Reader::personal(std::int64_t owner) {
  Statement& look = s_->begin(db_, "SELECT key, data FROM personal WHERE owner = ?").bind(owner);
  std::pair<std::string, std::string> out;
  if (look.row()) out = {look.text(0), look.text(1)};
  look.end();
  return out;
}

std::string Reader::body(std::int64_t effect, std::int64_t call, std::string_view kind) {
  Statement& look = s_->begin(db_, "SELECT data FROM bodies WHERE effect = ? AND call = ? AND kind = ?");
  return first_text(look.bind(effect).bind(call).bind(kind));
}

Reader::Counts Reader::counts() {
  Counts out;
  auto one = [&](const char* sql) { return first_integer(s_->begin(db_, sql)).value_or(0); };
  std::map<std::string, std::int64_t> states;
  std::int64_t rest = one("SELECT count(*) AS total FROM credits");
  auto take = [&](Statement& look) {
    while (look.row()) {
      rest -= look.integer(2);
      if (look.integer(1) == 0) states[look.text(0)] += look.integer(2);  // a probe is nobody's credit
    }
  };
  take(s_->begin(db_, "SELECT state, source = 'probe', count(*) FROM credits WHERE active = 1 GROUP BY 1, 2"));
  take(s_->begin(
      db_,
      "SELECT state, source = 'probe', count(*) FROM credits WHERE active = 0 AND state <> 'complete' GROUP BY 1, 2"));
  rest -=
      one("SELECT count(*) FROM credits WHERE source = 'probe' AND state NOT IN ('closed', 'tombstone') AND "
          "state = 'complete' AND active = 0");
  if (rest > 0) states["complete"] += rest;
  out.credits_by_state.assign(states.begin(), states.end());
  std::int64_t open = one("SELECT count(*) FROM hints WHERE state = 'open'");
  std::int64_t parked = one("SELECT count(*) FROM hints WHERE state = 'parked'");
  std::int64_t fetched = one("SELECT count(*) AS total FROM hints") - open - parked;
  for (auto [state, count] : {std::pair("fetched", fetched), {"open", open}, {"parked", parked}})
    if (count > 0) out.hints_by_state.emplace_back(state, count);
  out.open_cases = one("SELECT count(*) FROM cases WHERE state = 'open'");
  out.open_effects = one("SELECT count(*) FROM effects WHERE open = 1");
  out.journal_rows = one("SELECT coalesce(max(seq), 0) FROM journal");
  return out;
}

std::int64_t Reader::max_of(std::string_view table) {
  Statement look;
  look.prepare(db_, ("SELECT coalesce(max(no), 0) FROM " + std::string(table)).c_str());
  look.begin();
  return look.row() ? look.integer(0) : 0;
}

std::unique_ptr<ReadOnlyStore> ReadOnlyStore::open(const std::string& path, std::string& error) {
  auto store = std::make_unique<ReadOnlyStore>();
  store->path_ = path;
  return store->connect(error) ? std::move(store) : nullptr;
}

bool ReadOnlyStore::connect(std::string& error) {
  auto db = std::make_unique<Database>();
  // Sorting in memory: a full /tmp is no reason to have no answer.
  if (!db->open(path_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX) || !db->run("PRAGMA temp_store = MEMORY")) {
    error = db->error().message;
    return false;
  }
  sqlite3_busy_timeout(db->raw(), 2000);
  reader_ = std::make_unique<Reader>(*db);  // before the connection of the reader there was
  db_ = std::move(db);
  return true;
}

std::string ReadOnlyStore::start_over() {
  if (!db_->failed()) return {};
  std::string problem = db_->take_error().message, ignored;
  connect(ignored);
  return problem;
}

}  // namespace handoff::journal
