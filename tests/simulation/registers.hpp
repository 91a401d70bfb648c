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
  std::optional<std::size_t> person;  // whose it is in truth, once a message names them
  bool cancelled = false, contradicted = false;
};

class Registers {
 public:
  Registers(World& world, Hub& hub, Checkers& checkers, const std::vector<Person>& people);
  /// Plans that many sales and all that is said about them.
  void plan(std::int64_t count, Time until);
  bool all_answered() const { return unanswered_ == 0; }
  const std::vector<Sale>& sales() const { return sales_; }

 private:
  struct Message {
    SourceEvent event;
    bool answered = false;
    int tries = 0;
  };
  class Till;

  Sale make_sale();
  void say(const Sale& sale, SourceEvent event, Time when);
  void send(std::size_t message);
  void answered(std::size_t message, const engine::Standing& standing);

  World& world_;
  Hub& hub_;
  Checkers& checkers_;
  const std::vector<Person>& people_;
  Stream script_, patience_;
  std::vector<Sale> sales_;
  std::deque<Message> messages_;
  std::size_t unanswered_ = 0;
};

}  // namespace handoff::simulation
