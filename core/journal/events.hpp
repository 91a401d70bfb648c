#pragma once
// What the journal records: one struct for each kind of row. A struct's members are its payload (sdk/codec.hpp);
// `kKind` and `kVersion` are written beside it and never change meaning: a new need is a new kind or a new version.
// No personal data here, only keyed digests (DESIGN D7).
//
// The tables are written by fold.cpp from these structs and by nothing else: tables = fold(journal) (INVARIANTS J3).

#include <handoff/sdk/codec.hpp>
#include <string>

#include "core/journal/alert_events.hpp"
#include "core/journal/balance_events.hpp"
#include "core/journal/case_events.hpp"
#include "core/journal/credit_events.hpp"
#include "core/journal/customer_events.hpp"
#include "core/journal/effect_events.hpp"
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
using AllEvents =
    EventList<EpochStarted, NameRegistered, TokenAdded, TokenRevoked, CreditAccepted, CancelArrivedFirst, TombstoneMet,
              EventQuarantined, CreditAmended, CustomerAdded, CustomerLearned, CreditClosed, CustomerRefAdded,
              CreditResolved, CreditRouted, CreditMoved, HopMoved, HopAdded, EffectPlanned, AttemptSent, AttemptEnded,
              CallSettled, EffectApplied, EffectVerified, EffectEnded, EffectReopened, CaseOpened, CaseClosed,
              CaseAssigned, CaseWordGiven, CaseNoted, RefAdded, HintReceived, HintMoved, CursorMoved, RepairOpened,
              RepairMoved, CreditApproved, CancelNoted, BalanceAsked, BalanceSeen, StoreRestored, CallDoubted,
              SourceRead, RecoveryClosed, AlertTold, AlertChannelSeen, CustomerGone>;

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
