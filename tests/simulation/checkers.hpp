#pragma once
// What must hold at every instant (INVARIANTS L1). The checkers read the committed journal through a connection of
// their own, the network's truth of each send, and the vendors' ledgers. They share no code with the engine.

#include <deque>
#include <set>

#include "core/engine/seams.hpp"
#include "core/journal/sqlite.hpp"
#include "tests/simulation/network.hpp"

namespace handoff::simulation {

struct Violation {
  Time at;
  std::string rule, what;
  std::int64_t credit;  // 0 = none in particular
};

class Checkers {
 public:
  Checkers(World& world, const VoucherifyModel& cards) : world_(world), cards_(cards) {}

  const std::vector<Violation>& violations() const { return violations_; }
  void complain(const std::string& rule, const std::string& what, std::int64_t credit = 0);

  // The hub calls these, in the order of what happens.
  void open(const std::string& path);
  void after_recovery();
  void before_turn();
  void sending(const net::Outbound& out);                               // P1
  void sent(const net::Outbound& out, std::shared_ptr<Truth> truth);
  void acknowledged(const std::string& ref);                            // J1
  void after_turn();
  void crashed();
  void verify(const std::string& path);                                 // J3, J9
  /// After every request a vendor worked on, and every commit.
  void check_pools();                                                   // M1

  journal::Database& database() { return *db_; }

 private:
  /// What one call of one effect has been through, from the journal alone.
  struct Call {
    std::string label, key, bytes;
    std::int64_t revision = 0;
    int arrived = 0;  // sends that left the hub
    bool flying = false;
    bool doubt = false;    // a send that may have happened and was not looked up since
    bool held_in_doubt = false;
    bool may_resend = false;
    bool may_revise = false;
    Time first_sent = 0, last_sent = 0;
    std::shared_ptr<Truth> truth;
    std::uint64_t incarnation = 0;
  };
  struct Effect {
    std::int64_t credit = 0, customer = 0;
    std::string connector, op;
    bool open = true;
    std::map<std::int64_t, Call> calls;
  };
  struct Credit {
    std::int64_t face = 0, closed = 0;
    bool issue_planned = false;
  };
  struct Send {
    net::Outbound out;
    std::shared_ptr<Truth> truth;
  };

  void read_journal();
  void row(const std::string& kind, const json::Value& payload, std::int64_t at);
  void planned(const json::Value& event);
  void attempt(const json::Value& event);
  void ended(const json::Value& event);
  void settled(const json::Value& event);
  void check_serial(std::int64_t number, const Effect& effect);
  void check_postings();
  std::string place(std::int64_t effect, const Call& call) const;

  World& world_;
  const VoucherifyModel& cards_;
  std::vector<Violation> violations_;
  std::unique_ptr<journal::Database> db_;
  std::int64_t seen_ = 0;  // journal rows
  std::uint64_t incarnation_ = 0;
  bool recovering_ = false;
  std::deque<Send> sends_;  // of this turn, in order
  std::size_t sends_this_turn_ = 0;
  std::map<std::int64_t, Effect> effects_;
  std::map<std::string, Credit> credits_;  // by ref
  std::map<std::int64_t, std::string> refs_;
  std::map<std::string, std::string> bytes_of_key_;
};

}  // namespace handoff::simulation
