#pragma once
// Rows about putting a credit right (INVARIANTS G, docs/adr/0008-repair-saga.md). See events.hpp.

#include <handoff/sdk/codec.hpp>
#include <handoff/sdk/money.hpp>
#include <string>

namespace handoff::journal {

/// The row's actor asked for it. `round`: the how-manyth repair of this credit, from 1; in the keys of its effects.
/// `generation`: of the instrument that is put right. `customer`: whose the credit shall be. `reissue`: void and issue again if relinking is impossible.
struct RepairOpened {
  static constexpr const char* kKind = "repair.opened";
  static constexpr int kVersion = 1;
  std::int64_t repair = 0;
  std::int64_t credit = 0;
  std::int64_t round = 0;
  std::int64_t generation = 0;
  std::int64_t customer = 0;
  bool reissue = false;
  std::string reason;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("repair", self.repair);
    visit("credit", self.credit);
    visit("round", self.round);
    visit("generation", self.generation);
    visit("customer", self.customer);
    visit("reissue", self.reissue);
    visit("reason", self.reason);
  }
};

/// `state`: the step it is in now; `why`: the evidence that led there. `removed`, with "confirmed": what the void took.
struct RepairMoved {
  static constexpr const char* kKind = "repair.moved";
  static constexpr int kVersion = 1;
  std::int64_t repair = 0;
  std::string state;
  std::string why;
  Money removed;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("repair", self.repair);
    visit("state", self.state);
    visit("why", self.why);
    visit("removed", self.removed);
  }
};

/// The row's actor approved the credit's issue (M9) or, if `repair` is not 0, its void and reissue (G11); never the one
/// who asked.
struct CreditApproved {
  static constexpr const char* kKind = "credit.approved";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::int64_t repair = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("repair", self.repair);
  }
};

/// The source took the credit back while it could not be acted on.
struct CancelNoted {
  static constexpr const char* kKind = "credit.cancel_noted";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
  }
};

}  // namespace handoff::journal
