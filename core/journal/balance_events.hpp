#pragma once
// Rows about what became of an issued credit's value (docs/adr/0009-balances-are-read.md). See events.hpp.

#include <handoff/sdk/codec.hpp>
#include <handoff/sdk/money.hpp>
#include <string>

namespace handoff::journal {

/// Somebody said that something happened: the hub will look. `what`: "credit.redeemed"; `source`: who said it.
struct BalanceAsked {
  static constexpr const char* kKind = "balance.asked";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::string what;
  std::string source;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("what", self.what);
    visit("source", self.source);
  }
};

/// What the look showed. `available`: to be spent now. `redeemed` was spent since the last look, `returned` came back,
/// `ended` expired; each is posted. `asked`: the row time of the newest BalanceAsked that the look answers.
struct BalanceSeen {
  static constexpr const char* kKind = "balance.seen";
  static constexpr int kVersion = 1;
  std::int64_t credit = 0;
  std::int64_t asked = 0;
  std::string instrument;
  std::string state;
  Money available;
  Money redeemed, returned, ended;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("credit", self.credit);
    visit("asked", self.asked);
    visit("instrument", self.instrument);
    visit("state", self.state);
    visit("available", self.available);
    visit("redeemed", self.redeemed);
    visit("returned", self.returned);
    visit("ended", self.ended);
  }
};

}  // namespace handoff::journal
