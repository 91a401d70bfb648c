#pragma once
// The other side of the connector `telex`: a ledger over HTTP that books whatever comes, as often as it comes, unless
// the key came within the last half minute. No look-up, no history. It loses replies and fails after the effect, as the
// sandbox's vendors do.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace handoff::crash {

class TelexLedger {
 public:
  explicit TelexLedger(std::uint64_t seed);
  ~TelexLedger();

  std::string url() const;
  void heal();
  /// Amounts in minor units by credit.
  std::map<std::string, std::vector<std::int64_t>> entries() const;
  /// Requests, and what was done to them.
  std::map<std::string, std::int64_t> counts() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace handoff::crash
