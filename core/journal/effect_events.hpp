#pragma once
// Rows about effects, their attempts and what came of them. See events.hpp.

#include <handoff/sdk/codec.hpp>
#include <handoff/sdk/money.hpp>
#include <string>

namespace handoff::journal {

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
/// what had been spent before it (INVARIANTS G4, G5); less than nothing: what others had put there (posted from the source).
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

/// rejected or held.
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

}  // namespace handoff::journal
