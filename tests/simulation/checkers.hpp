#pragma once
// What must hold at every instant (INVARIANTS L1). The checkers read the committed journal through a connection of
// their own, the network's truth of each send, and the vendors' ledgers. They share no code with the engine.

#include <deque>
#include <map>
#include <set>

#include "core/engine/seams.hpp"
#include "core/journal/sqlite.hpp"
#include "tests/simulation/network.hpp"

namespace handoff::simulation {

struct Violation {
  Time at;
  std::string rule, what;
  std::int64_t credit;      // 0 = none in particular
  std::uint64_t event = 0;  // of the trace
};

/// What follows from the journal up to a row. Of a backup it is kept: after its restore that is all the hub knows.
class FromJournal {
 protected:
  /// What one call of one effect has been through, from the journal alone.
  struct Call {
    std::string label, key, bytes;
    std::int64_t revision = 0;
    int arrived = 0;  // sends that left the hub since
    Time day_began = 0;
    bool flying = false;
    bool doubt = false;  // a send that may have happened and was not looked up since
    bool held_in_doubt = false;
    bool acknowledged = false;
    bool may_resend = false;
    bool may_revise = false;
    std::uint64_t looked_in = 0;  // the life of the journal in which its fate was settled
    Time last_sent = 0;
    std::shared_ptr<Truth> truth;
    std::uint64_t incarnation = 0;
  };
  struct Effect {
    std::int64_t credit = 0, customer = 0;
    std::string connector, op;
    bool open = true;
    bool behind = false;  // reopened, and neither looked nor sent since: another may have its turn
    bool reissue = false;
    std::int64_t late_cases = 0;  // of its credit, when it was planned
    std::map<std::int64_t, Call> calls;
  };
  struct Credit {
    std::int64_t closed = 0;
    std::int64_t removed = -1;  // by a confirmed void, and not issued again yet; -1 = nothing was voided
    bool issue_planned = false;
    std::set<std::int64_t> late_open;  // cases: value moved on a dead card of it
    std::int64_t late_cases = 0;
  };

  std::int64_t seen_ = 0;  // journal rows
  std::string seen_hash_;
  std::int64_t postings_seen_ = 0;
  std::map<std::pair<std::int64_t, std::string>, std::int64_t> accounts_;
  std::set<std::string> identities_;
  std::map<std::int64_t, std::int64_t> repairs_, cases_;  // the credit of each
  std::set<std::int64_t> being_repaired_, being_voided_;  // credits
  std::map<std::int64_t, Effect> effects_;
  std::map<std::string, Credit> credits_;  // by ref
  std::map<std::int64_t, std::string> refs_;
  std::map<std::string, std::string> bytes_of_key_;
};

class Checkers : FromJournal {
 public:
  Checkers(World& world, PlatformModel& cards);
  /// Another place where a credit's value can be spent.
  void add_pool(PlatformModel& pool) { pools_.push_back(&pool); }
  void add_ledger(const StripeModel& payments) { payments_ = &payments; }
  ~Checkers();

  const std::vector<Violation>& violations() const { return violations_; }
  void complain(const std::string& rule, const std::string& what, std::int64_t credit = 0);

  // The hub calls these, in the order of what happens.
  void open(const std::string& path);
  bool reads() const { return db_ != nullptr; }
  void after_recovery();
  void before_turn();
  void sending(const net::Outbound& out);  // P1
  void sent(const net::Outbound& out, std::shared_ptr<Truth> truth);
  void acknowledged(const std::string& ref);  // J1
  /// J2: what a register hears is so at that moment.
  void answered(const std::string& ref, const std::string& status, const std::string& reason);
  void after_turn();
  void crashed();
  /// A backup holds the journal up to this row.
  void backed_up(std::int64_t rows);
  /// Before another store takes its place: reads what the hub has committed and nobody has looked at yet.
  void read_to_the_end(const std::string& path);
  /// The backup, made at that time, is the journal now. What came after is forgotten; what was done is not.
  void restored(Time made);
  /// A send on that connection ended, as the transport tells the hub.
  void heard(std::uint32_t connection, bool failed, std::int64_t sent_at);  // P12
  void logged(const std::string& line);                                     // B6
  void verify(const std::string& path);                                     // J3, J9
  /// After every request a vendor worked on, and every commit.
  void check_pools();  // M1

  /// What a vendor that broke its sheet, or a stranger, made too much of, is booked to `ext`.
  void distrust_cards() { cards_honest_ = false; }
  std::uint64_t excess() const { return excess_; }
  /// An offline till took that of a card that was dead by then, or the vendor forgot what it had done: nobody could keep
  /// them from that.
  void spent_elsewhere(const std::string& ref, std::int64_t minor) {
    told_[ref].ext += std::max<std::int64_t>(0, minor);
  }

  journal::Database& database() { return *db_; }
  bool nothing_stored() const { return seen_ == 0; }
  /// Whether a send for this credit, or for any, is under way or in doubt.
  bool sends_open(const std::string& ref) const;
  /// Of K2, K3, K4, K8, K9 and K10 those that a crash meets now. `acts_open`: the turn's acts are not all done.
  std::vector<std::int64_t> open_approvals();
  /// Whether payments has more booked for the credit than was booked back.
  bool booked(const std::string& ref) const;
  std::vector<int> half_done(bool acts_open);
  /// Called for each hop that finds no room.
  void on_queued(std::function<void()> what) { queued_ = std::move(what); }
  void reading(bool begins) { reads_under_way_ += begins ? 1 : -1; }
  const std::string& log() const { return log_; }
  /// state of the effect x fault that met it, hits
  const std::map<std::pair<std::string, std::string>, std::uint64_t>& matrix() const { return matrix_; }
  const std::map<std::string, std::uint64_t>& saga_states() const { return saga_states_; }
  bool being_repaired(const std::string& ref) const;
  /// Whether a restore has lost something of this credit; a decision of a person's, which no source tells again.
  bool lost_of(const std::string& ref) const { return lost_.contains(ref); }
  bool lost_decision(const std::string& ref) const { return undone_.contains(ref); }
  std::uint64_t lost_sends() const { return lost_sends_; }
  /// A repair is under way, or beyond its pivot: its crash points are few and worth the most.
  bool repairing() const { return !being_repaired_.empty(); }
  bool voiding() const { return !being_voided_.empty(); }
  bool confirmed_now();  // the turn under way has committed that a void is confirmed
  bool reissuing();      // one flies, or is verified and its repair goes on
  std::int64_t sends_max() const { return sends_max_; }
  /// What has to happen in some seed, or the generators are too tame (INVARIANTS M, "sometimes").
  void happened(const std::string& what) { ++sometimes_[what]; }
  const std::map<std::string, std::uint64_t>& sometimes() const { return sometimes_; }

 private:
  struct Statements;
  /// What became of a credit and of a key in truth: no restore forgets it.
  struct Told {
    std::int64_t face = 0, ext = 0;
  };
  struct Key {
    Time first = 0, last = 0;  // as planned; as it really left
    std::uint64_t life = 0;    // of the journal that sent it last
  };
  struct Send {
    net::Outbound out;
    std::shared_ptr<Truth> truth;
    Time at = 0;
  };

  void read_journal();
  void row(const std::string& kind, const json::Value& payload, std::int64_t at);
  void case_opened(const json::Value& event);
  void planned(const json::Value& event);
  void attempt(const json::Value& event);
  void ended(const json::Value& event);
  void reopened(std::int64_t number);
  void settled(const json::Value& event);
  void doubted(const json::Value& event);
  std::int64_t credit_of(const json::Value& event) const;
  void note_since(const std::string& kind, const json::Value& event);
  bool after_window(const Call& call) const;
  bool sent_by_the_lost(const Call& call) const;
  void check_serial(std::int64_t number, const Effect& effect);
  void check_postings();
  void check_suspense();
  void check_removal(std::int64_t credit, const std::string& ref, std::int64_t removed);
  void check_credit(const std::string& ref);
  void check_survival();
  void repaired(const std::string& kind, const json::Value& event);
  std::string place(std::int64_t effect, const Call& call) const;

  World& world_;
  std::vector<PlatformModel*> pools_;
  const StripeModel* payments_ = nullptr;
  bool cards_honest_ = true;
  std::vector<Violation> violations_;
  std::unique_ptr<journal::Database> db_;
  std::unique_ptr<Statements> statements_;
  std::map<std::string, Time> acknowledged_;  // first of all
  bool in_turn_ = false;
  Time turn_began_ = 0;
  std::set<std::int64_t> named_;  // credits that rows since the last look at SUSPENSE are about
  std::set<std::string>
      unproven_;  // seen at the cards inside of a turn, or after a crash: who sent them is not read yet
  std::map<std::pair<std::string, std::string>, std::uint64_t> matrix_;
  std::map<std::string, std::uint64_t> saga_states_;
  std::function<void()> queued_;
  struct Line {
    int failures = 0, failures_at_turn = 0;
    std::int64_t good_at = 0;
  };
  std::map<std::uint32_t, Line> lines_;
  std::string log_;
  std::map<std::string, std::uint64_t> sometimes_;
  std::int64_t sends_max_ = 0;
  std::uint64_t excess_ = 0;
  std::int64_t reads_under_way_ = 0;
  bool turn_accepted_ = false, turn_applied_ = false, turn_unsent_ = false, turn_confirmed_ = false;
  std::uint64_t incarnation_ = 0;
  bool recovering_ = false;
  std::deque<Send> sends_;  // of this turn, in order
  std::size_t sends_this_turn_ = 0;
  std::map<std::string, Told> told_;  // by ref
  std::map<std::string, Key> keys_;
  std::uint64_t life_ = 1;  // of the journal: each restore begins one
  std::int64_t backup_rows_ = 0;
  std::optional<FromJournal> kept_;                              // as of the backup
  std::set<std::string> since_, decided_since_, lost_, undone_;  // refs
  std::vector<std::shared_ptr<Truth>> sends_since_;
  std::uint64_t lost_sends_ = 0;
};

}  // namespace handoff::simulation
