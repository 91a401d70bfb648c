#pragma once
// From journal rows to tables. The only writer of the tables in kFoldedTables; deterministic; takes nothing but the
// row. Running it over the whole journal gives the same tables again (INVARIANTS J3): `handoff store verify`.

#include "core/journal/events.hpp"
#include "core/journal/sqlite.hpp"

namespace handoff::journal {

/// What a row says besides its payload.
struct RowHead {
  std::int64_t seq = 0;
  std::int64_t epoch = 0;
  std::int64_t at = 0;  // Unix ms
  std::string_view actor;
};

class Fold {
 public:
  explicit Fold(Database& db);

  void apply(const RowHead& row, const EpochStarted& event);
  void apply(const RowHead& row, const NameRegistered& event);
  void apply(const RowHead& row, const TokenAdded& event);
  void apply(const RowHead& row, const TokenRevoked& event);
  void apply(const RowHead& row, const CreditAccepted& event);
  void apply(const RowHead& row, const CancelArrivedFirst& event);
  void apply(const RowHead& row, const TombstoneMet& event);
  void apply(const RowHead& row, const EventQuarantined& event);
  void apply(const RowHead& row, const CreditAmended& event);
  void apply(const RowHead& row, const CustomerAdded& event);
  void apply(const RowHead& row, const CustomerLearned& event);
  void apply(const RowHead& row, const CustomerGone& event);
  void apply(const RowHead& row, const CreditClosed& event);
  void apply(const RowHead& row, const CustomerRefAdded& event);
  void apply(const RowHead& row, const CreditResolved& event);
  void apply(const RowHead& row, const CreditRouted& event);
  void apply(const RowHead& row, const CreditMoved& event);
  void apply(const RowHead& row, const HopMoved& event);
  void apply(const RowHead& row, const HopAdded& event);
  void apply(const RowHead& row, const EffectPlanned& event);
  void apply(const RowHead& row, const AttemptSent& event);
  void apply(const RowHead& row, const AttemptEnded& event);
  void apply(const RowHead& row, const CallSettled& event);
  void apply(const RowHead& row, const EffectApplied& event);
  void apply(const RowHead& row, const EffectVerified& event);
  void apply(const RowHead& row, const EffectEnded& event);
  void apply(const RowHead& row, const EffectReopened& event);
  void apply(const RowHead& row, const CaseOpened& event);
  void apply(const RowHead& row, const CaseClosed& event);
  void apply(const RowHead& row, const CaseAssigned& event);
  void apply(const RowHead& row, const CaseWordGiven& event);
  void apply(const RowHead& row, const CaseNoted& event);
  void apply(const RowHead& row, const RefAdded& event);
  void apply(const RowHead& row, const HintReceived& event);
  void apply(const RowHead& row, const HintMoved& event);
  void apply(const RowHead& row, const CursorMoved& event);
  void apply(const RowHead& row, const RepairOpened& event);
  void apply(const RowHead& row, const RepairMoved& event);
  void apply(const RowHead& row, const CreditApproved& event);
  void apply(const RowHead& row, const CancelNoted& event);
  void apply(const RowHead& row, const BalanceAsked& event);
  void apply(const RowHead& row, const BalanceSeen& event);
  void apply(const RowHead& row, const StoreRestored& event);
  void apply(const RowHead& row, const CallDoubted& event);
  void apply(const RowHead& row, const SourceRead& event);
  void apply(const RowHead& row, const RecoveryClosed& event);
  void apply(const RowHead& row, const AlertTold& event);
  void apply(const RowHead& row, const AlertChannelSeen& event);

 private:
  /// A statement that is prepared when it is first needed.
  class Lazy {
   public:
    Lazy(Database& db, const char* sql) : db_(db), sql_(sql) {}
    Statement& begin() {
      if (!statement_.prepared()) statement_.prepare(db_, sql_);
      return statement_.begin();
    }

   private:
    Database& db_;
    const char* sql_;
    Statement statement_;
  };

  void insert_credit(const RowHead& row, std::int64_t no, std::string_view ref, const CreditAccepted& event,
                     std::string_view state);
  void post(const RowHead& row, std::int64_t credit, std::string_view from, std::string_view to, const Money& amount);
  void digests(std::int64_t customer, const std::vector<std::string>& list);

  Lazy name_, token_, token_revoked_, credit_, credit_money_, credit_customer_, credit_route_, credit_state_,
      credit_instrument_, credit_available_, credit_seen_, posting_, customer_, digest_, customer_ref_, hop_,
      hop_added_, hop_state_, hop_running_, effect_, effect_state_, effect_applied_, effect_verified_, call_,
      call_state_, call_settled_, call_reopened_, attempt_, attempt_ended_, case_, case_closed_, case_assigned_,
      case_word_, case_noted_, ref_, hint_, hint_state_, cursor_, repair_, repair_state_, credit_owner_,
      credit_approved_, repair_approved_, balance_asked_, balance_seen_, cancel_noted_, restored_, doubted_,
      source_read_, recovery_closed_, alert_, alert_over_, alerts_gone_, channel_told_, channel_failed_, digests_gone_;
};

}  // namespace handoff::journal
