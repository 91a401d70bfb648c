#pragma once
// What really happened, by the books of the other side; and whether it is what was promised.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/integration/load.hpp"
#include "tests/support/rig.hpp"
#include "tests/support/store_view.hpp"

namespace handoff::crash {

using support::HubCredit;
using support::StoreView;

/// One record of a credit somewhere; `email` empty where the system names nobody.
struct Entry {
  std::int64_t minor = 0;
  std::string email;
};
using Ledger = std::map<std::string, std::vector<Entry>>;  // by credit ref

struct Ledgers {
  Ledger cards, payments, books, shop, telex;
};

Ledgers read_ledgers(support::SandboxProcess& sandbox, const std::map<std::string, std::vector<std::int64_t>>& telex);

/// A sentence for each cent that is lost, doubled or with the wrong customer, and for each credit that is not settled.
/// Empty: everything is where it was promised to be.
struct Finding {
  std::string ref, what;
};
std::vector<Finding> judge(const std::vector<Acknowledged>& promised, const std::map<std::string, HubCredit>& hub,
                           const Ledgers& ledgers);

}  // namespace handoff::crash
