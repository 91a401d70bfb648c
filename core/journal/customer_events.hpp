#pragma once
// Rows about customers whom a system deleted (docs/adr/0022-customer-index.md). See events.hpp.

#include <cstdint>
#include <handoff/sdk/codec.hpp>
#include <string>

namespace handoff::journal {

/// That system shows the customer no more: no identifier leads to them by itself. Their name there stays, since effects
/// were made under it.
struct CustomerGone {
  static constexpr const char* kKind = "customer.gone";
  static constexpr int kVersion = 1;
  std::int64_t customer = 0;
  std::string surface;
  std::string id;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("customer", self.customer);
    visit("surface", self.surface);
    visit("id", self.id);
  }
};

}  // namespace handoff::journal
