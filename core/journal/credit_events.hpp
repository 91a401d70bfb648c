#pragma once
// Rows about a credit: that it came, whose it is, which way it goes. See events.hpp.

#include <handoff/sdk/codec.hpp>
#include <handoff/sdk/money.hpp>
#include <optional>
#include <string>
#include <vector>

namespace handoff::journal {

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
  std::string store;
  std::string terminal;
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
    visit("store", self.store);
    visit("terminal", self.terminal);
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
/// What a booking is in another currency, and by what (M6). `rate` as it was written, of `day`.
struct Booked {
  Money amount;
  std::string rate, day, rounding, rates;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("amount", self.amount);
    visit("rate", self.rate);
    visit("day", self.day);
    visit("rounding", self.rounding);
    visit("rates", self.rates);
  }
};

struct HopPlan {
  std::string id;
  std::string connector;
  std::string surface;
  std::string op;
  std::vector<std::string> after;
  bool verify = false;
  std::int64_t sla_ms = 0;
  std::string balance_type;
  std::optional<Booked> booked;  // where the hop converts

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
    visit("booked", self.booked);
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

/// A mirror's version shows a credit whose own plan has no such hop (D4): from here on it is kept right there, too.
struct HopAdded {
  static constexpr const char* kKind = "hop.added";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::string hop;
  std::string connector;
  std::string surface;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("hop", self.hop);
    visit("connector", self.connector);
    visit("surface", self.surface);
  }
};

}  // namespace handoff::journal
