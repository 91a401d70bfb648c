#pragma once
// What the journal records: one struct for each kind of row. A struct's members are its payload (sdk/codec.hpp);
// `kKind` and `kVersion` are written beside it and never change meaning: a new need is a new kind or a new version.
// No personal data here, only keyed digests (DESIGN D7).
//
// The tables are written by fold.cpp from these structs and by nothing else: tables = fold(journal) (INVARIANTS J3).

#include <handoff/sdk/codec.hpp>
#include <string>
#include <vector>

#include "core/journal/balance_events.hpp"
#include "core/journal/inbound_events.hpp"
#include "core/journal/repair_events.hpp"
#include "core/journal/restore_events.hpp"

namespace handoff::journal {

/// A start-up, promotion or restore.
struct EpochStarted {
  static constexpr const char* kKind = "epoch.started";
  static constexpr int kVersion = 1;
  std::int64_t epoch = 0;
  std::string version;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("epoch", self.epoch);
    visit("version", self.version);
  }
};

/// An operator's name for a connector and the immutable id behind it (D5).
struct NameRegistered {
  static constexpr const char* kKind = "name.registered";
  static constexpr int kVersion = 1;
  std::string name;
  std::string id;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("name", self.name);
    visit("id", self.id);
  }
};

/// `hash`: SHA-256 of the token, hex.
struct TokenAdded {
  static constexpr const char* kKind = "token.added";
  static constexpr int kVersion = 1;
  std::string hash;
  std::string name;
  std::string role;
  std::string store;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("hash", self.hash);
    visit("name", self.name);
    visit("role", self.role);
    visit("store", self.store);
  }
};

struct TokenRevoked {
  static constexpr const char* kKind = "token.revoked";
  static constexpr int kVersion = 1;
  std::string hash;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("hash", self.hash);
  }
};

/// T1. Posts SOURCE -> SUSPENSE.
struct CreditAccepted {
  static constexpr const char* kKind = "credit.accepted";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::string ref;
  std::string source;
  std::string unique_id;
  std::string scope;
  std::string business_date;
  std::string transaction;
  std::string line;
  Money amount;
  std::string balance_type;
  std::string store;
  std::string terminal;
  std::string staff;
  std::string expires_at;
  std::string campaign;
  std::string origin;
  std::string reason;
  std::vector<std::string> digests;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("ref", self.ref);
    visit("source", self.source);
    visit("unique_id", self.unique_id);
    visit("scope", self.scope);
    visit("business_date", self.business_date);
    visit("transaction", self.transaction);
    visit("line", self.line);
    visit("amount", self.amount);
    visit("balance_type", self.balance_type);
    visit("store", self.store);
    visit("terminal", self.terminal);
    visit("staff", self.staff);
    visit("expires_at", self.expires_at);
    visit("campaign", self.campaign);
    visit("origin", self.origin);
    visit("reason", self.reason);
    visit("digests", self.digests);
  }
};

/// N3: a cancellation whose issue has not arrived; holds the identity.
struct CancelArrivedFirst {
  static constexpr const char* kKind = "credit.tombstone";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::string ref;
  std::string source;
  std::string unique_id;
  std::string scope;
  std::string business_date;
  std::string transaction;
  std::string line;
  std::string origin;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("ref", self.ref);
    visit("source", self.source);
    visit("unique_id", self.unique_id);
    visit("scope", self.scope);
    visit("business_date", self.business_date);
    visit("transaction", self.transaction);
    visit("line", self.line);
    visit("origin", self.origin);
  }
};

/// The issue of a tombstone came: money in and out again, nothing is sent.
struct TombstoneMet {
  static constexpr const char* kKind = "credit.tombstone_met";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  Money amount;
  std::string balance_type;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("amount", self.amount);
    visit("balance_type", self.balance_type);
  }
};

/// T3, N2: same identity, other money. The first version stands.
struct EventQuarantined {
  static constexpr const char* kKind = "event.quarantined";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  Money amount;
  std::string balance_type;
  std::string reason;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("amount", self.amount);
    visit("balance_type", self.balance_type);
    visit("reason", self.reason);
  }
};

/// N2: same identity, other identifiers.
struct CreditAmended {
  static constexpr const char* kKind = "credit.amended";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::vector<std::string> digests;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("digests", self.digests);
  }
};

struct CustomerAdded {
  static constexpr const char* kKind = "customer.added";
  static constexpr int kVersion = 1;
  std::int64_t customer = 0;
  std::string hub;
  std::vector<std::string> digests;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("customer", self.customer);
    visit("hub", self.hub);
    visit("digests", self.digests);
  }
};

/// More identifiers of a known customer.
struct CustomerLearned {
  static constexpr const char* kKind = "customer.learned";
  static constexpr int kVersion = 1;
  std::int64_t customer = 0;
  std::vector<std::string> digests;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("customer", self.customer);
    visit("digests", self.digests);
  }
};

/// The end of a credit that holds no value any more. `left`: what was still in suspense, posted to CLOSED.
struct CreditClosed {
  static constexpr const char* kKind = "credit.closed";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::string reason;
  Money left;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("reason", self.reason);
    visit("left", self.left);
  }
};

/// What a system calls the customer (D9).
struct CustomerRefAdded {
  static constexpr const char* kKind = "customer.ref_added";
  static constexpr int kVersion = 1;
  std::int64_t customer = 0;
  std::string surface;
  std::string id;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("customer", self.customer);
    visit("surface", self.surface);
    visit("id", self.id);
  }
};

/// T4, with the evidence of the match.
struct CreditResolved {
  static constexpr const char* kKind = "credit.resolved";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::int64_t customer = 0;
  std::string evidence;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("customer", self.customer);
    visit("evidence", self.evidence);
  }
};

/// One hop of a resolved plan (D10).
struct HopPlan {
  std::string id;
  std::string connector;
  std::string surface;
  std::string op;
  std::vector<std::string> after;
  bool verify = false;
  std::int64_t sla_ms = 0;
  std::string balance_type;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("id", self.id);
    visit("connector", self.connector);
    visit("surface", self.surface);
    visit("op", self.op);
    visit("after", self.after);
    visit("verify", self.verify);
    visit("sla_ms", self.sla_ms);
    visit("balance_type", self.balance_type);
  }
};

/// The plan is fixed here and survives reloads (D10).
struct CreditRouted {
  static constexpr const char* kKind = "credit.routed";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::string route;
  std::string why;
  std::vector<HopPlan> hops;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("route", self.route);
    visit("why", self.why);
    visit("hops", self.hops);
  }
};

/// `active`: the engine has something to do for it.
struct CreditMoved {
  static constexpr const char* kKind = "credit.moved";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::string state;
  std::string reason;
  bool active = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("state", self.state);
    visit("reason", self.reason);
    visit("active", self.active);
  }
};

struct HopMoved {
  static constexpr const char* kKind = "hop.moved";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::string hop;
  std::string state;
  std::int64_t effect = 0;
  std::int64_t version = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("hop", self.hop);
    visit("state", self.state);
    visit("effect", self.effect);
    visit("version", self.version);
  }
};

/// T6. `vault` names the secret the code was derived from (D6); `subject` as in the key (P3).
struct EffectPlanned {
  static constexpr const char* kKind = "effect.planned";
  static constexpr int kVersion = 1;
  std::int64_t effect = 0;
  std::int64_t credit = 0;
  std::int64_t customer = 0;
  std::string subject;
  std::string hop;
  std::string connector;
  std::string surface;
  std::string op;
  std::int64_t generation = 0;
  std::int64_t ordinal = 0;
  Money amount;
  std::string entry;
  std::int64_t version = 0;
  std::string vault;
  std::string args_digest;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("effect", self.effect);
    visit("credit", self.credit);
    visit("customer", self.customer);
    visit("subject", self.subject);
    visit("hop", self.hop);
    visit("connector", self.connector);
    visit("surface", self.surface);
    visit("op", self.op);
    visit("generation", self.generation);
    visit("ordinal", self.ordinal);
    visit("amount", self.amount);
    visit("entry", self.entry);
    visit("version", self.version);
    visit("vault", self.vault);
    visit("args_digest", self.args_digest);
  }
};

/// T7, P1: durable before the first byte. `digest` of the request as sealed beside it.
struct AttemptSent {
  static constexpr const char* kKind = "attempt.sent";
  static constexpr int kVersion = 1;
  std::int64_t effect = 0;
  std::int64_t call = 0;
  std::string label;
  std::int64_t revision = 0;
  std::int64_t attempt = 0;
  std::string key;
  std::string digest;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("effect", self.effect);
    visit("call", self.call);
    visit("label", self.label);
    visit("revision", self.revision);
    visit("attempt", self.attempt);
    visit("key", self.key);
    visit("digest", self.digest);
  }
};

/// T8, T9: one outcome per attempt (J4).
struct AttemptEnded {
  static constexpr const char* kKind = "attempt.ended";
  static constexpr int kVersion = 1;
  std::int64_t effect = 0;
  std::int64_t call = 0;
  std::int64_t revision = 0;
  std::int64_t attempt = 0;
  std::string outcome;
  std::string code;
  std::string error;
  std::int64_t elapsed_us = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("effect", self.effect);
    visit("call", self.call);
    visit("revision", self.revision);
    visit("attempt", self.attempt);
    visit("outcome", self.outcome);
    visit("code", self.code);
    visit("error", self.error);
    visit("elapsed_us", self.elapsed_us);
  }
};

/// How an UNKNOWN call was resolved: rule of INVARIANTS F, and by what evidence.
struct CallSettled {
  static constexpr const char* kKind = "call.settled";
  static constexpr int kVersion = 1;
  std::int64_t effect = 0;
  std::int64_t call = 0;
  std::string how;
  std::int64_t rule = 0;
  std::string evidence;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("effect", self.effect);
    visit("call", self.call);
    visit("how", self.how);
    visit("rule", self.rule);
    visit("evidence", self.evidence);
  }
};

/// `moved`: value that went from SUSPENSE to the instrument; none unless the effect adds. What a removal took is
/// posted when it is verified.
struct EffectApplied {
  static constexpr const char* kKind = "effect.applied";
  static constexpr int kVersion = 1;
  std::int64_t effect = 0;
  std::string instrument;
  std::string customer;
  Money moved;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("effect", self.effect);
    visit("instrument", self.instrument);
    visit("customer", self.customer);
    visit("moved", self.moved);
  }
};

/// T10: what the read-back showed. Of a removal, `seen` is what it took away (posted back to suspense) and `redeemed`
/// what had been spent before it (INVARIANTS G4, G5).
struct EffectVerified {
  static constexpr const char* kKind = "effect.verified";
  static constexpr int kVersion = 1;
  std::int64_t effect = 0;
  std::string evidence;
  Money seen;
  Money redeemed;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("effect", self.effect);
    visit("evidence", self.evidence);
    visit("seen", self.seen);
    visit("redeemed", self.redeemed);
  }
};

/// rejected, held or superseded.
struct EffectEnded {
  static constexpr const char* kKind = "effect.ended";
  static constexpr int kVersion = 1;
  std::int64_t effect = 0;
  std::string state;
  std::string reason;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("effect", self.effect);
    visit("state", self.state);
    visit("reason", self.reason);
  }
};

/// A person's decision to look again; `state`: intent, unknown or applied.
struct EffectReopened {
  static constexpr const char* kKind = "effect.reopened";
  static constexpr int kVersion = 1;
  std::int64_t effect = 0;
  std::string state;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("effect", self.effect);
    visit("state", self.state);
  }
};

struct CaseOpened {
  static constexpr const char* kKind = "case.opened";
  static constexpr int kVersion = 1;
  std::int64_t case_no = 0;
  std::int64_t credit = 0;
  std::string kind;
  std::string reason;
  std::string role;
  std::int64_t deadline = 0;
  Money amount;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("case", self.case_no);
    visit("credit", self.credit);
    visit("kind", self.kind);
    visit("reason", self.reason);
    visit("role", self.role);
    visit("deadline", self.deadline);
    visit("amount", self.amount);
  }
};

struct CaseClosed {
  static constexpr const char* kKind = "case.closed";
  static constexpr int kVersion = 1;
  std::int64_t case_no = 0;
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("case", self.case_no);
    visit("why", self.why);
  }
};

/// An outside name of the credit (D5).
struct RefAdded {
  static constexpr const char* kKind = "ref.added";
  static constexpr int kVersion = 1;
  std::string surface;
  std::string type;
  std::string id;
  std::int64_t credit = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("surface", self.surface);
    visit("type", self.type);
    visit("id", self.id);
    visit("credit", self.credit);
  }
};

template <class... Events>
struct EventList {};
using AllEvents = EventList<EpochStarted, NameRegistered, TokenAdded, TokenRevoked, CreditAccepted, CancelArrivedFirst,
                            TombstoneMet, EventQuarantined, CreditAmended, CustomerAdded, CustomerLearned, CreditClosed,
                            CustomerRefAdded, CreditResolved, CreditRouted, CreditMoved, HopMoved, EffectPlanned,
                            AttemptSent, AttemptEnded, CallSettled, EffectApplied, EffectVerified, EffectEnded, EffectReopened,
                            CaseOpened, CaseClosed, RefAdded, HintReceived, HintMoved, CursorMoved, RepairOpened, RepairMoved,
                            CreditApproved, CancelNoted, BalanceAsked, BalanceSeen, StoreRestored, CallDoubted,
                            SourceRead, RecoveryClosed>;

namespace detail {
template <class Event, class Use>
bool try_one(std::string_view kind, Use& use) {
  if (kind != Event::kKind) return false;
  use(Event());
  return true;
}
template <class Use, class... Events>
bool try_each(std::string_view kind, Use& use, EventList<Events...>) {
  return (try_one<Events>(kind, use) || ...);
}
}  // namespace detail

/// Calls `use` with a default-made struct of that kind; false for a kind this build does not know.
template <class Use>
bool with_kind(std::string_view kind, Use use) {
  return detail::try_each(kind, use, AllEvents());
}

}  // namespace handoff::journal
