#pragma once
// Registers: they say what was sold, cancelled, repeated, contradicted and amended, and repeat every message until it
// is answered.

#include "core/model/identity.hpp"
#include "tests/simulation/hub.hpp"

namespace handoff::simulation {

/// One store credit as the register sees it.
struct Sale {
  SourceEvent event;
  CreditKey key;
  std::string ref;
  Time sold = 0;
  std::optional<std::size_t> person;  // whose it is in truth, once a message names them
  bool expires = false, cancelled = false, contradicted = false, amended = false;
  bool spoken_for = false;            // an operator has said whose it is
  std::optional<std::size_t> linked;  // and this is what they said
};

class Registers {
 public:
  Registers(World& world, Hub& hub, Checkers& checkers, FaultBook& book, const std::vector<Person>& people);
  /// Some of what is sold from now on ends by itself.
  void let_expire() { expire_ = true; }
  /// Plans that many sales and all that is said about them. `permutation`: the same messages, at other times.
  void plan(std::int64_t count, Time until, std::uint64_t permutation);
  /// A till or the shop tells of a redemption: at some time, perhaps twice, perhaps never.
  void tell_redeemed(const std::string& ref, std::int64_t minor);
  /// The same of one instrument, `minor` less than nothing: given back. Once, after `wait`.
  void tell_moved(const std::string& ref, const std::string& instrument, std::int64_t minor, Time wait);
  /// Everything that was ever said, once more (N1: a year later it still creates nothing).
  void repeat_all();
  /// After a restore: what was answered since then is said once more, within some hours. Who told whose a credit is says
  /// it again when asked.
  void say_again(Time since, Stream& when);
  /// The sale behind a credit that never named a customer; null if it did.
  Sale* anonymous(const std::string& ref);
  bool all_answered() const { return unanswered_ == 0; }
  /// When the last message is said for the first time.
  Time last_said() const { return last_said_; }
  const std::vector<Sale>& sales() const { return sales_; }

 private:
  struct Message {
    SourceEvent event;
    std::vector<Fault> faults;  // that it is one of
    std::string ref;
    bool answered = false;
    int tries = 0;
    Time answered_at = 0;
  };
  class Till;

  Sale make_sale(Time sold);
  SourceEvent movement(const std::string& ref, std::int64_t minor) const;
  Time draw_time(Time until);
  void misbehave(Time until);
  void remind();
  void say(const Sale& sale, SourceEvent event, Time when, Fault fault = Fault::none);
  void repeat(const Sale& sale, Time when, Fault how);
  SourceEvent respelled(SourceEvent event);
  void hit(const Message& message);
  void send(std::size_t message);
  void answered(std::size_t message, const engine::Standing& standing);

  World& world_;
  Hub& hub_;
  Checkers& checkers_;
  FaultBook& book_;
  const std::vector<Person>& people_;
  Stream script_, patience_, spelling_;
  std::vector<std::pair<Time, Time>> rushes_;  // begin and length
  std::map<std::string, int> days_off_;        // how wrong a store's date is
  struct Offline {
    std::string terminal;
    Time from, until;
  };
  std::vector<Offline> offline_;
  bool numbers_reset_ = false, expire_ = false;
  std::int64_t hangs_up_ = 0;  // per million answers
  std::optional<Stream> shuffle_;
  Time until_ = 0, last_said_ = 0;
  std::vector<Sale> sales_;
  std::deque<Message> messages_;
  std::size_t unanswered_ = 0;
};

}  // namespace handoff::simulation
