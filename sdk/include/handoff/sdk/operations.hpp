#pragma once
// What the operations take and give: one struct each way, and the one place where they become JSON. The host and the
// connectors both use this file, so they cannot disagree. Optional text is empty when unknown.
//
// Amounts are positive unless said otherwise. `reference` is the idempotency key of the effect: whatever the vendor
// lets us write beside a booking should carry it, so that it can be found again (INVARIANTS F rule 2). `fields` names
// the members once, for reading and for writing (codec.hpp).

#include <handoff/sdk/json.hpp>
#include <handoff/sdk/money.hpp>
#include <optional>
#include <string>
#include <vector>

namespace handoff {

/// The credit an effect belongs to. `ref` is its public id ("sc_..."): every system we write to carries it, so that
/// people and audits can join the systems on it.
struct CreditInfo {
  CreditInfo() = default;
  std::string ref;
  std::string balance_type;   // "general", "refund", ... as mapped for this connector by the route
  std::string business_date;  // "2026-11-23"
  std::string store;
  std::string terminal;
  std::string transaction;
  std::string expires_at;  // RFC 3339, or empty
  std::string campaign;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("ref", self.ref);
    visit("balance_type", self.balance_type);
    visit("business_date", self.business_date);
    visit("store", self.store);
    visit("terminal", self.terminal);
    visit("transaction", self.transaction);
    visit("expires_at", self.expires_at);
    visit("campaign", self.campaign);
  }
};

/// A customer as far as the hub knows. `id` is the id at this connector's surface, empty if none is known there;
/// `hub` is the hub's own id and never empty.
struct CustomerInfo {
  CustomerInfo() = default;
  std::string hub;
  std::string id;
  std::string email;  // normalised
  std::string phone;  // E.164
  std::string loyalty;
  std::string name;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("hub", self.hub);
    visit("id", self.id);
    visit("email", self.email);
    visit("phone", self.phone);
    visit("loyalty", self.loyalty);
    visit("name", self.name);
  }
};

/// One record that a system shows: an instrument, a booking or a mirror entry. `state`: "active" (spendable or
/// posted), "inactive" (there but not spendable), "void" (for good), "pending", or "unknown".
struct Sighting {
  Sighting() = default;
  std::string instrument;       // the vendor's id of it
  std::string surface;          // where it lies, of a connector with several
  std::optional<Money> amount;  // what it holds now; of a booking that takes back ("cancelled") it is negative
  std::optional<Money> issued;  // what was ever put on it, where the vendor tells; proof against early redemption
  /// Of an instrument that is over: what its end took away, as the vendor's record of it shows. Not what was asked for,
  /// and not a balance from before the end. Empty if the vendor does not tell (INVARIANTS G5).
  std::optional<Money> removed;
  std::optional<Money> redeemed;  // what was spent from it, less what came back to it; where the vendor tells
  std::string state;
  std::string customer;      // the vendor's id of the customer it is linked to
  std::string reference;     // our reference, if the record shows one
  std::string credit;        // our credit ref, if the record shows one
  std::int64_t version = 0;  // of a mirror entry
  std::string made;          // when the vendor says the record was made; RFC 3339 or a date

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("instrument", self.instrument);
    visit("surface", self.surface);
    visit("amount", self.amount);
    visit("issued", self.issued);
    visit("removed", self.removed);
    visit("redeemed", self.redeemed);
    visit("state", self.state);
    visit("customer", self.customer);
    visit("reference", self.reference);
    visit("credit", self.credit);
    visit("version", self.version);
    visit("made", self.made);
  }
};

struct FindCustomerInput {
  FindCustomerInput() = default;
  std::string email, phone, loyalty;  // normalised; at least one is given

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("email", self.email);
    visit("phone", self.phone);
    visit("loyalty", self.loyalty);
  }
};
struct FindCustomerResult {
  FindCustomerResult() = default;
  std::vector<CustomerInfo> candidates;  // `hub` empty, `id` never

  /// Records without an id would be taken for one person's.
  std::string problem() const {
    for (const CustomerInfo& one : candidates)
      if (one.id.empty()) return "candidates: one has no id";
    return {};
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("candidates", self.candidates);
  }
};
/// Somebody whom two looks found is one candidate.
inline void add_candidate(FindCustomerResult& to, const CustomerInfo& found) {
  for (const CustomerInfo& known : to.candidates)
    if (known.id == found.id) return;
  to.candidates.push_back(found);
}

/// issue/1: creates an instrument holding `amount`. Where the vendor lets us choose the code it is `code`.
struct IssueInput {
  IssueInput() = default;
  CreditInfo credit;
  Money amount;
  std::string reference;
  std::string code;  // a bearer secret
  std::optional<CustomerInfo> customer;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("amount", self.amount);
    visit("reference", self.reference);
    visit("code", self.code);
    visit("customer", self.customer);
  }
};
struct IssueResult {
  IssueResult() = default;
  std::string instrument;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("instrument", self.instrument);
  }
};

/// link/1: makes the instrument the customer's. Result: the vendor's id of that customer.
struct LinkInput {
  LinkInput() = default;
  CreditInfo credit;
  std::string instrument;
  std::string code;
  std::string reference;
  CustomerInfo customer;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("instrument", self.instrument);
    visit("code", self.code);
    visit("reference", self.reference);
    visit("customer", self.customer);
  }
};
struct LinkResult {
  LinkResult() = default;
  std::string customer;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("customer", self.customer);
  }
};

/// read/1: what the system shows now. Exactly one way of looking: by "reference", "instrument", "code", "history"
/// (of `customer`, for vendors that index nothing else) or "customer" (a mirror entry). `complete` only if nothing
/// could have been left out: every page read, no filter in doubt.
struct ReadInput {
  ReadInput() = default;
  std::string by;
  std::string reference;
  std::string ref20;
  std::string instrument;
  std::string code;
  std::string credit;
  std::optional<CustomerInfo> customer;
  std::optional<Money> amount;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("by", self.by);
    visit("reference", self.reference);
    visit("ref20", self.ref20);
    visit("instrument", self.instrument);
    visit("code", self.code);
    visit("credit", self.credit);
    visit("customer", self.customer);
    visit("amount", self.amount);
  }
};
struct ReadResult {
  ReadResult() = default;
  bool complete = false;
  std::vector<Sighting> sightings;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("complete", self.complete);
    visit("sightings", self.sightings);
  }
};

/// void/1: makes the instrument worthless for good (generation ends). Idempotent by instrument. The amount is what the
/// hub believes: a connector removes whatever is there, and its `read` tells how much that was.
struct VoidInput {
  VoidInput() = default;
  CreditInfo credit;
  std::string instrument;
  std::string code;
  std::string reference;
  Money amount;  // what the hub believes it holds
  std::string reason;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("instrument", self.instrument);
    visit("code", self.code);
    visit("reference", self.reference);
    visit("amount", self.amount);
    visit("reason", self.reason);
  }
};
struct VoidResult {
  VoidResult() = default;
  std::optional<Money> removed;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("removed", self.removed);
  }
};

/// freeze/1: nobody can spend it until unfreeze/1; the value stays. Reads show it as "inactive". Both are idempotent by
/// instrument. Only where a frozen instrument is not a dead one.
using FreezeInput = VoidInput;
struct FreezeResult {
  FreezeResult() = default;

  template <class Self, class Visit>
  static void fields(Self&, Visit&) {}
};

/// reverse/1: takes back, by reference, a call whose answer was lost (INVARIANTS F rule 4). For vendors without keys
/// that offer a time-out reversal. `label`, `key` and `ref20` are the lost call's. Repeated until it is acknowledged;
/// "there was nothing to reverse" is a rejection that the sheet lists as without effect.
struct ReverseInput {
  ReverseInput() = default;
  CreditInfo credit;
  std::string operation, label, key, ref20;
  std::int64_t until = 0;  // Unix ms: the end of the vendor's time for reversals
  std::string reference;
  std::string instrument;
  std::string code;
  std::optional<Money> amount;
  std::optional<CustomerInfo> customer;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("operation", self.operation);
    visit("label", self.label);
    visit("key", self.key);
    visit("ref20", self.ref20);
    visit("until", self.until);
    visit("reference", self.reference);
    visit("instrument", self.instrument);
    visit("code", self.code);
    visit("amount", self.amount);
    visit("customer", self.customer);
  }
};
struct ReverseResult {
  ReverseResult() = default;

  template <class Self, class Visit>
  static void fields(Self&, Visit&) {}
};

/// record/1: one booking. `entry`: "issued", or "cancelled": the opposite posting, whose amount and echo are positive.
struct RecordInput {
  RecordInput() = default;
  CreditInfo credit;
  Money amount;
  std::string entry;
  std::string reference;
  std::optional<CustomerInfo> customer;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("amount", self.amount);
    visit("entry", self.entry);
    visit("reference", self.reference);
    visit("customer", self.customer);
  }
};
struct RecordResult {
  RecordResult() = default;
  std::string instrument;  // the vendor's id of the booking

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("instrument", self.instrument);
  }
};

/// mirror/1: shows a customer's balances as the authority has them. The whole value each time; `version` grows. The
/// connector must not overwrite a version that is newer than its own.
struct MirrorEntry {
  MirrorEntry() = default;
  std::string credit;
  Money amount;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("amount", self.amount);
  }
};
struct MirrorInput {
  MirrorInput() = default;
  CustomerInfo customer;
  std::int64_t version = 0;
  std::vector<Money> balances;  // one per currency
  std::vector<MirrorEntry> credits;
  std::string reference;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("customer", self.customer);
    visit("version", self.version);
    visit("balances", self.balances);
    visit("credits", self.credits);
    visit("reference", self.reference);
  }
};
struct MirrorResult {
  MirrorResult() = default;
  std::int64_t version = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("version", self.version);
  }
};

/// inbound/1: raw bytes of a webhook (args.payload) -> hints, by emit. A hint is not believed: it is fetched.
struct InboundInput {
  InboundInput() = default;
  std::string method, path, url;  // `url` as the vendor knows it (settings), for signatures over it
  std::vector<std::pair<std::string, std::string>> headers;  // lower-case names
  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return {};
  }

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("method", self.method);
    visit("path", self.path);
    visit("url", self.url);
    visit("headers", self.headers);
  }
};
struct InboundResult {
  InboundResult() = default;
  int status = 200;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("status", self.status);
  }
};
struct Hint {
  Hint() = default;
  std::string id;    // the vendor's id of the notification
  std::string type;  // the vendor's type, for fetch
  std::string object;
  bool whole() const { return !id.empty() && !type.empty() && !object.empty(); }

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("id", self.id);
    visit("type", self.type);
    visit("object", self.object);
  }
};

/// fetch/1: the object a hint named -> source events, by emit. pull/1: everything since the cursor, likewise. A row of a
/// list that cannot be read is emitted as a Hint for itself, and the pull goes on: the hub fetches it alone, and what is
/// wrong with it becomes a case (INVARIANTS N5).
struct FetchInput {
  FetchInput() = default;
  std::string type, object;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("type", self.type);
    visit("object", self.object);
  }
};
struct PullInput {
  PullInput() = default;
  std::string since;   // RFC 3339, inclusive
  json::Value cursor;  // null at the watermark

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("since", self.since);
    visit("cursor", self.cursor);
  }
};

/// pull_customers/1: whose record changed since the cursor, by emit, a page a run; with neither cursor nor `since`
/// everybody. For the hub's index of customers, which ranks candidates and links nobody. A fetch/1 of a hint about a
/// customer emits the same. `gone` only if the system itself shows the record no more; `into` only if that one is there.
struct CustomerChange {
  CustomerChange() = default;
  explicit CustomerChange(CustomerInfo shown) : record(std::move(shown)) {}
  CustomerInfo record;  // as the system has it, `hub` empty; of one that is gone the id
  bool gone = false;
  std::string into;  // the id of the record it was merged into

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("record", self.record);
    visit("gone", self.gone);
    visit("into", self.into);
  }
};

/// list/1: everything the system shows -> sightings, by emit; a page a run (ListResult::more). For reconciliation, so it
/// says `complete` only if nothing made in [since, until) could have been left out. You may emit extra records, older or
/// newer ones. If the same record is emitted twice, the last one counts. Sightings of one instrument complete each other:
/// what one leaves empty another may tell. Of bookings each with an amount is an entry of its own, and only the very same one
/// on a later page is a repeat. What can be no credit (a discount, a payment) is left out.
struct ListInput {
  ListInput() = default;
  std::string since;   // RFC 3339; empty = from the beginning
  std::string until;   // RFC 3339; old enough that reads show everything made before it
  json::Value cursor;  // null at the start

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("since", self.since);
    visit("until", self.until);
    visit("cursor", self.cursor);
  }
};
/// Of the last page; a page before it says `more` and where the next begins.
struct ListResult {
  ListResult() = default;
  explicit ListResult(json::Value next) : cursor(std::move(next)), more(true) {}
  json::Value cursor;
  bool more = false;
  bool complete = false;
  std::string cutoff;      // up to when
  std::int64_t count = 0;  // of the records emitted in all runs: the host must have as many

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("complete", self.complete);
    visit("cutoff", self.cutoff);
    visit("count", self.count);
  }
};

/// What a source says about a credit. `unique_id` is the vendor's globally unique id: it is the credit's identity by
/// itself; without it (scope, business_date, transaction, line) is.
struct SourceEvent {
  SourceEvent() = default;
  /// "credit.issued", "credit.cancelled"; or what happened to its value, which makes the hub look at the authority and
  /// needs no more than a name of the credit: "credit.redeemed", "credit.refunded", "credit.adjusted",
  /// "credit.expired", "credit.voided". A name is one of `refs`: ("credit", our ref), ("instrument", the platform's id).
  std::string kind;
  std::string unique_id;
  std::string store, terminal, staff;
  std::string business_date;
  std::string transaction, line;
  Money amount;
  std::string balance_type;
  std::string expires_at;
  std::string campaign;
  std::string email, phone, loyalty, customer;            // as the source has them; `customer` is the source's own id
  std::vector<std::pair<std::string, std::string>> refs;  // (type, id) by which other messages may name it
  std::string code;    // of the instrument, where the source issued it at the platform by itself; a bearer secret
  std::string reason;  // why it was given, in a sentence

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("kind", self.kind);
    visit("unique_id", self.unique_id);
    visit("store", self.store);
    visit("terminal", self.terminal);
    visit("staff", self.staff);
    visit("business_date", self.business_date);
    visit("transaction", self.transaction);
    visit("line", self.line);
    visit("amount", self.amount);
    visit("balance_type", self.balance_type);
    visit("expires_at", self.expires_at);
    visit("campaign", self.campaign);
    visit("email", self.email);
    visit("phone", self.phone);
    visit("loyalty", self.loyalty);
    visit("customer", self.customer);
    visit("refs", self.refs);
    visit("code", self.code);
    visit("reason", self.reason);
  }
};

/// check/1: reach, authenticate, confirm minimum rights, change nothing.
struct CheckInput {
  CheckInput() = default;
  template <class Self, class Visit>
  static void fields(Self&, Visit&) {}
};
struct CheckResult {
  CheckResult() = default;
  std::string account;  // whom the credentials belong to, as the vendor names it

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("account", self.account);
  }
};

/// What a vendor echoed in a reply (P9). The host compares each field that the sheet lists with what was asked.
struct Echoes {
  Echoes() = default;
  std::optional<Money> amount;
  std::string code, reference, customer, instrument, version;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("amount", self.amount);
    visit("code", self.code);
    visit("reference", self.reference);
    visit("customer", self.customer);
    visit("instrument", self.instrument);
    visit("version", self.version);
  }
};

struct Nothing {
  Nothing() = default;
  template <class Self, class Visit>
  static void fields(Self&, Visit&) {}
};

}  // namespace handoff
