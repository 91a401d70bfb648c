#pragma once
// Rows of the folded tables as the engine and the reports read them.

#include <cstdint>
#include <handoff/sdk/money.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/journal/case_events.hpp"
#include "core/journal/credit_events.hpp"

namespace handoff::journal {

/// States of a credit (INVARIANTS E): accepted, unresolved, resolved, routed, available, complete, held, repairing,
/// cancelling, closed, tombstone.
struct CreditRow {
  std::int64_t no = 0;
  std::string id;  // 14 bytes
  std::string ref;
  std::string source, unique_id, scope, business_date, transaction, line;
  Money amount;
  std::string balance_type, store, terminal, staff, expires_at, campaign, origin;
  std::int64_t at = 0;
  std::string state, reason;
  std::int64_t changed_at = 0;
  bool active = false;
  std::int64_t customer = 0;  // 0 = none
  std::string route, instrument;
  std::optional<std::int64_t> available;  // minor units the platform showed last
  std::string approved_by;
  bool cancel_noted = false;
  std::int64_t look_at = 0;  // since when its balance is to be read; 0 = it is known
};

/// States of a hop: waiting, queued, running, done, held.
struct HopRow {
  std::int64_t credit = 0;
  std::string id;
  std::int64_t position = 0;
  std::string connector, surface, op, after;
  bool verify = true;
  std::int64_t sla_ms = 0;
  std::string balance_type, state;
  std::int64_t effect = 0, version = 0, changed_at = 0;
  std::int64_t planned_at = 0;   // when the credit was routed
  std::int64_t done_at = 0;      // when it was done for the first time; 0: not yet
  std::optional<Booked> booked;  // of a booking in another currency
};

/// Since when a hop could be at work for the first time: it was planned and all before it were done. 0: something before it
/// was not.
std::int64_t first_start(const HopRow& hop, const std::vector<HopRow>& hops);
/// The same, but of what is being brought up to date after it was done: since it last moved.
std::int64_t could_start(const HopRow& hop, const std::vector<HopRow>& hops);

/// States of an effect: intent, in_flight, accepted, unknown, applied, verified, rejected, held.
struct EffectRow {
  std::int64_t no = 0, credit = 0, customer = 0;
  std::string subject, hop, connector, surface, op;
  std::int64_t generation = 0, ordinal = 0;
  Money amount;
  std::string entry;
  std::int64_t version = 0;
  std::string vault;
  std::int64_t at = 0;
  std::string state, reason;
  std::int64_t changed_at = 0;
  bool open = false;
  std::string instrument, linked, evidence;
  bool applied = false;  // once: its posting is made
};

/// Under whose key an effect's bodies are sealed (DESIGN D7): what a mirror shows is the customer's, all else the credit's.
/// The number of `personal`: of a credit, or minus that of a customer.
inline std::int64_t sealed_for(std::string_view op, std::int64_t credit, std::int64_t customer) {
  return op == "mirror" ? -customer : credit;
}

/// `state` is the last outcome: in_flight, APPLIED, ACCEPTED, REJECTED, NOT_SENT, UNKNOWN; or how it was settled:
/// resend, adopted, not_applied, held.
struct CallRow {
  std::int64_t effect = 0, call = 0;
  std::string label;
  std::int64_t revision = 0;
  std::string key, state;
  std::int64_t sends = 0, first_sent_at = 0, last_sent_at = 0;
  bool cached_error = false;
  std::int64_t rule = 0;
  std::string evidence;
  std::int64_t doubted = 0;  // in which epoch, after a restore; 0 = never
};

struct AttemptRow {
  std::int64_t effect = 0, call = 0, revision = 0, attempt = 0, epoch = 0, sent_at = 0;
  std::string outcome, code, error;
  std::int64_t elapsed_us = 0;
};

struct CaseRow {
  std::int64_t no = 0, credit = 0;
  std::string kind, reason, role, state;
  std::int64_t opened_at = 0, deadline = 0;
  Money amount;
  std::int64_t closed_at = 0;
  std::string closed_why, closed_by;
  std::string assignee;                   // a token's name, or whoever people agree on; empty: nobody's
  std::vector<CaseCandidate> candidates;  // who may be the customer, best first
  std::int64_t hint = 0;                  // of a source: what cannot be read
  CaseWordGiven word;                     // of a call in doubt, by `word_by`; counts once another person agrees
  std::string word_by;                    // empty: nobody said anything
};

struct CaseNoteRow {
  std::int64_t at = 0;
  std::string actor, text;
};

/// Steps: look, relink, approval, freeze, void, confirmed, reissue; ends: done, closed, cancelled.
struct RepairRow {
  std::int64_t no = 0, credit = 0, round = 0, generation = 0, customer = 0;
  bool reissue = false;
  std::string reason, asked_by, state, why;
  std::optional<std::int64_t> removed;  // minor units, once confirmed
  std::int64_t opened_at = 0, changed_at = 0;
  bool open = false;
  std::string approved_by;
};

/// A journal that went back in time (J10). `closed_at` 0: the recovery goes on.
struct RestoreRow {
  std::int64_t epoch = 0, at = 0, point = 0, last_credit = 0, last_effect = 0;
  std::string how;
  std::int64_t closed_at = 0;
};

struct RestoreSourceRow {
  std::string connector;
  std::int64_t records = 0, fresh = 0;
  bool done = false;
};

/// What a contact was told on a channel. `count` 0: the cause is gone.
struct AlertRow {
  std::string contact, channel, cause;
  std::int64_t count = 0, times = 0, told_at = 0;
};

/// `failing_since` 0: it works, as far as is known. `hour_count` messages since `hour_at`.
struct AlertChannelRow {
  std::string channel;
  std::int64_t told_at = 0, failing_since = 0;
  std::string error;
  std::int64_t hour_at = 0, hour_count = 0;
};

struct PostingRow {
  std::string from, to;
  Money amount;
  std::int64_t seq = 0;
};

struct HintRow {
  std::int64_t no = 0;
  std::string connector, id, type, object, state, reason;
  std::int64_t at = 0;
};

struct TokenRow {
  std::string hash, name, role, store;
  bool revoked = false;
};

}  // namespace handoff::journal
