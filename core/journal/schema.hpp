#pragma once
// The store's tables, as numbered migrations. A migration is never edited once released; of tables that equal the fold it
// adds columns and tables and changes none, so that a store of an older schema is compared in what it has.

#include <array>
#include <string_view>

namespace handoff::journal {

/// Tables that equal the fold of the journal, with a total order for comparing them.
struct FoldedTable {
  std::string_view name, order;
};
inline constexpr std::array kFoldedTables = {
    FoldedTable{"names", "name"},
    FoldedTable{"tokens", "hash"},
    FoldedTable{"credits", "no"},
    FoldedTable{"customers", "no"},
    FoldedTable{"customer_digests", "digest"},
    FoldedTable{"customer_refs", "customer, surface"},
    FoldedTable{"hops", "credit, hop"},
    FoldedTable{"effects", "no"},
    FoldedTable{"calls", "effect, call"},
    FoldedTable{"attempts", "effect, call, revision, attempt"},
    FoldedTable{"postings", "no"},
    FoldedTable{"cases", "no"},
    FoldedTable{"case_notes", "seq"},
    FoldedTable{"refs", "surface, type, id"},
    FoldedTable{"hints", "no"},
    FoldedTable{"cursors", "connector"},
    FoldedTable{"repairs", "no"},
    FoldedTable{"restores", "epoch"},
    FoldedTable{"restore_sources", "epoch, connector"},
    FoldedTable{"alerts", "contact, channel, cause"},
    FoldedTable{"alert_channels", "channel"},
};

inline constexpr const char* kMigration1 = R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE journal(
  seq INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
  kind_version INTEGER NOT NULL, cid BLOB NOT NULL, actor TEXT NOT NULL, payload TEXT NOT NULL,
  prev_hash BLOB NOT NULL, hash BLOB NOT NULL);

CREATE TABLE names(name TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tokens(hash TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, store TEXT NOT NULL,
  at INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE TABLE credits(
  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, source TEXT NOT NULL, unique_id TEXT NOT NULL,
  scope TEXT NOT NULL, business_date TEXT NOT NULL, txn TEXT NOT NULL, line TEXT NOT NULL,
  amount INTEGER NOT NULL, currency TEXT NOT NULL, balance_type TEXT NOT NULL,
  store TEXT NOT NULL, terminal TEXT NOT NULL, staff TEXT NOT NULL, expires_at TEXT NOT NULL,
  campaign TEXT NOT NULL, origin TEXT NOT NULL, at INTEGER NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', changed_at INTEGER NOT NULL, active INTEGER NOT NULL,
  customer INTEGER, route TEXT NOT NULL DEFAULT '', instrument TEXT NOT NULL DEFAULT '', available INTEGER,
  approved_by TEXT NOT NULL DEFAULT '', cancel_noted INTEGER NOT NULL DEFAULT 0,
  look_at INTEGER NOT NULL DEFAULT 0);
CREATE INDEX credits_active ON credits(no) WHERE active = 1;
CREATE INDEX credits_accepted ON credits(no) WHERE state = 'accepted';
CREATE INDEX credits_customer ON credits(customer) WHERE customer IS NOT NULL;

CREATE TABLE customers(no INTEGER PRIMARY KEY, hub TEXT NOT NULL UNIQUE);
CREATE TABLE customer_digests(digest TEXT PRIMARY KEY, customer INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE customer_refs(customer INTEGER NOT NULL, surface TEXT NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY(customer, surface)) WITHOUT ROWID;

CREATE TABLE hops(
  credit INTEGER NOT NULL, hop TEXT NOT NULL, position INTEGER NOT NULL, connector TEXT NOT NULL,
  surface TEXT NOT NULL, op TEXT NOT NULL, after TEXT NOT NULL, verify INTEGER NOT NULL, sla_ms INTEGER NOT NULL,
  balance_type TEXT NOT NULL, state TEXT NOT NULL, effect INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 0, changed_at INTEGER NOT NULL, PRIMARY KEY(credit, hop)) WITHOUT ROWID;
CREATE INDEX hops_queued ON hops(connector, credit) WHERE state = 'queued';

CREATE TABLE effects(
  no INTEGER PRIMARY KEY, credit INTEGER NOT NULL, customer INTEGER NOT NULL, subject TEXT NOT NULL,
  hop TEXT NOT NULL, connector TEXT NOT NULL, surface TEXT NOT NULL, op TEXT NOT NULL,
  generation INTEGER NOT NULL, ordinal INTEGER NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
  entry TEXT NOT NULL, version INTEGER NOT NULL, vault TEXT NOT NULL, at INTEGER NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', changed_at INTEGER NOT NULL, open INTEGER NOT NULL,
  instrument TEXT NOT NULL DEFAULT '', linked TEXT NOT NULL DEFAULT '', evidence TEXT NOT NULL DEFAULT '',
  applied INTEGER NOT NULL DEFAULT 0);
CREATE INDEX effects_credit ON effects(credit);
CREATE UNIQUE INDEX effects_identity ON effects(subject, surface, op, generation, ordinal);
CREATE INDEX effects_open ON effects(no) WHERE open = 1;

CREATE TABLE calls(
  effect INTEGER NOT NULL, call INTEGER NOT NULL, label TEXT NOT NULL, revision INTEGER NOT NULL,
  key TEXT NOT NULL, state TEXT NOT NULL, sends INTEGER NOT NULL, first_sent_at INTEGER NOT NULL,
  last_sent_at INTEGER NOT NULL, cached_error INTEGER NOT NULL DEFAULT 0, rule INTEGER NOT NULL DEFAULT 0,
  evidence TEXT NOT NULL DEFAULT '', doubted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(effect, call)) WITHOUT ROWID;
CREATE TABLE attempts(
  effect INTEGER NOT NULL, call INTEGER NOT NULL, revision INTEGER NOT NULL, attempt INTEGER NOT NULL,
  epoch INTEGER NOT NULL, sent_at INTEGER NOT NULL, outcome TEXT NOT NULL, code TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '', elapsed_us INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(effect, call, revision, attempt)) WITHOUT ROWID;

CREATE TABLE postings(
  no INTEGER PRIMARY KEY, credit INTEGER NOT NULL, from_account TEXT NOT NULL, to_account TEXT NOT NULL,
  amount INTEGER NOT NULL, currency TEXT NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE cases(
  no INTEGER PRIMARY KEY, credit INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, role TEXT NOT NULL,
  state TEXT NOT NULL, opened_at INTEGER NOT NULL, deadline INTEGER NOT NULL, amount INTEGER NOT NULL,
  currency TEXT NOT NULL, closed_at INTEGER NOT NULL DEFAULT 0, closed_why TEXT NOT NULL DEFAULT '');
CREATE INDEX cases_open ON cases(no) WHERE state = 'open';
CREATE INDEX cases_credit ON cases(credit);
CREATE TABLE refs(surface TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, credit INTEGER NOT NULL,
  PRIMARY KEY(surface, type, id)) WITHOUT ROWID;
CREATE TABLE hints(
  no INTEGER PRIMARY KEY, connector TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, object TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', at INTEGER NOT NULL, UNIQUE(connector, id));
CREATE INDEX hints_open ON hints(no) WHERE state = 'open';
CREATE TABLE cursors(connector TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE repairs(
  no INTEGER PRIMARY KEY, credit INTEGER NOT NULL, round INTEGER NOT NULL, generation INTEGER NOT NULL,
  customer INTEGER NOT NULL, reissue INTEGER NOT NULL, reason TEXT NOT NULL, asked_by TEXT NOT NULL, state TEXT NOT NULL,
  why TEXT NOT NULL DEFAULT '', removed INTEGER, approved_by TEXT NOT NULL DEFAULT '', opened_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  open INTEGER NOT NULL);
CREATE UNIQUE INDEX repairs_round ON repairs(credit, round);
CREATE UNIQUE INDEX repairs_open ON repairs(credit) WHERE open = 1;  -- G1
CREATE TABLE restores(
  epoch INTEGER PRIMARY KEY, at INTEGER NOT NULL, point INTEGER NOT NULL, last_credit INTEGER NOT NULL,
  last_effect INTEGER NOT NULL, how TEXT NOT NULL, closed_at INTEGER NOT NULL DEFAULT 0);
CREATE TABLE restore_sources(
  epoch INTEGER NOT NULL, connector TEXT NOT NULL, records INTEGER NOT NULL, fresh INTEGER NOT NULL,
  done INTEGER NOT NULL, PRIMARY KEY(epoch, connector)) WITHOUT ROWID;

-- Not folded: personal data and bodies, sealed (DESIGN D7). owner: credit no, or minus the customer no.
CREATE TABLE personal(owner INTEGER PRIMARY KEY, key BLOB NOT NULL, data BLOB NOT NULL);
CREATE TABLE bodies(effect INTEGER NOT NULL, call INTEGER NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY(effect, call, kind)) WITHOUT ROWID;
)sql";

// What people do with cases; since when a hop is planned.
inline constexpr const char* kMigration2 = R"sql(
ALTER TABLE cases ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN closed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN candidates TEXT NOT NULL DEFAULT '';
ALTER TABLE hops ADD COLUMN planned_at INTEGER NOT NULL DEFAULT 0;
-- What the journal knew already: tables equal its fold (J3).
UPDATE cases SET closed_by = row.actor FROM
  (SELECT actor, json_extract(payload, '$.case') AS no FROM journal WHERE kind = 'case.closed') AS row WHERE row.no = cases.no;
UPDATE hops SET planned_at = row.at FROM
  (SELECT at, json_extract(payload, '$.credit') AS no FROM journal WHERE kind = 'credit.routed') AS row
  WHERE row.no = hops.credit;
CREATE TABLE case_notes(
  seq INTEGER PRIMARY KEY, case_no INTEGER NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX case_notes_case ON case_notes(case_no);
)sql";

// What a source brought and nobody can read.
inline constexpr const char* kMigration3 = R"sql(
ALTER TABLE cases ADD COLUMN hint INTEGER NOT NULL DEFAULT 0;
)sql";

// Who was told what. `hour_at`, `hour_count`: messages since then, for the channel's limit.
inline constexpr const char* kMigration4 = R"sql(
CREATE TABLE alerts(
  contact TEXT NOT NULL, channel TEXT NOT NULL, cause TEXT NOT NULL, count INTEGER NOT NULL, times INTEGER NOT NULL,
  told_at INTEGER NOT NULL, PRIMARY KEY(contact, channel, cause)) WITHOUT ROWID;
CREATE TABLE alert_channels(
  channel TEXT PRIMARY KEY, told_at INTEGER NOT NULL, failing_since INTEGER NOT NULL, error TEXT NOT NULL,
  hour_at INTEGER NOT NULL, hour_count INTEGER NOT NULL) WITHOUT ROWID;
)sql";

// Bodies in the order they come: a body of a kibibyte beside its neighbours fills pages, where a tree of keys gave most
// of them a page of their own.
inline constexpr const char* kMigration5 = R"sql(
ALTER TABLE bodies RENAME TO bodies_by_key;
CREATE TABLE bodies(
  no INTEGER PRIMARY KEY, effect INTEGER NOT NULL, call INTEGER NOT NULL, kind TEXT NOT NULL, data BLOB NOT NULL);
INSERT INTO bodies(effect, call, kind, data) SELECT effect, call, kind, data FROM bodies_by_key ORDER BY effect, call;
DROP TABLE bodies_by_key;
CREATE UNIQUE INDEX bodies_of ON bodies(effect, call, kind);
)sql";

// What a booking is in another currency. Customers by what a system calls them. And, not folded, one system's customer
// list, sealed (DESIGN D7).
inline constexpr const char* kMigration6 = R"sql(
ALTER TABLE hops ADD COLUMN booked TEXT NOT NULL DEFAULT '';
CREATE INDEX customer_refs_id ON customer_refs(surface, id);
CREATE INDEX customer_digests_customer ON customer_digests(customer);
CREATE TABLE directory(connector TEXT NOT NULL, id TEXT NOT NULL, key BLOB NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY(connector, id)) WITHOUT ROWID;
)sql";

// What the engine asks for while it works is found, not searched. When a hop was done for the first time: a mirror that is
// brought up to date later is done again.
inline constexpr const char* kMigration7 = R"sql(
CREATE INDEX credits_probes ON credits(at) WHERE source = 'probe';
CREATE INDEX credits_open_probes ON credits(no) WHERE source = 'probe' AND state NOT IN ('closed', 'tombstone');
CREATE INDEX postings_credit ON postings(credit);
CREATE INDEX refs_credit ON refs(credit);
CREATE INDEX cases_open_kind ON cases(kind, no) WHERE state = 'open';
CREATE INDEX cases_open_hint ON cases(hint) WHERE state = 'open' AND hint <> 0;
CREATE INDEX cases_gap ON cases(reason) WHERE credit = 0 AND kind = 'gap';
CREATE INDEX hints_parked ON hints(connector, object) WHERE state = 'parked';
ALTER TABLE hops ADD COLUMN done_at INTEGER NOT NULL DEFAULT 0;
UPDATE hops SET done_at = row.at FROM
  (SELECT min(seq), at, json_extract(payload, '$.credit') AS no, json_extract(payload, '$.hop') AS id FROM journal
   WHERE kind = 'hop.moved' AND json_extract(payload, '$.state') = 'done' GROUP BY no, id) AS row
  WHERE row.no = hops.credit AND row.id = hops.hop;
)sql";

// What one person said of a call in doubt, until another agrees.
inline constexpr const char* kMigration8 = R"sql(
ALTER TABLE cases ADD COLUMN word TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN word_by TEXT NOT NULL DEFAULT '';
)sql";

// What ended otherwise than complete is counted and listed without a walk over what did. A credit that goes its way is never
// in it, so intake pays nothing but the question.
inline constexpr const char* kMigration9 = R"sql(
CREATE INDEX credits_ended ON credits(state, source, active) WHERE active = 0 AND state <> 'complete';
)sql";

inline constexpr std::array kMigrations = {kMigration1, kMigration2, kMigration3, kMigration4, kMigration5,
                                           kMigration6, kMigration7, kMigration8, kMigration9};

}  // namespace handoff::journal
