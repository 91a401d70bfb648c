#pragma once
// A retailer's month as five exports, with failures planted in it and the truth kept beside. One seed, one month: the
// same on every machine. Includes nothing of the product: what is planted must not be what the audit happens to see.

#include <cstdint>
#include <string>
#include <vector>

namespace exports {

struct Options {
  std::uint64_t seed = 1;
  std::int64_t credits = 20'000;
  int stores = 40;
};

/// What was done to one credit. `issued_s` 0: no register issued it.
struct Planted {
  std::string reference;
  std::int64_t issued_s = 0;
  std::string kind, cause;  // the words of findings.json
  std::string amount, currency;
};

struct Month {
  std::vector<std::string> pos, platform, storefront, payments, erp, logs;  // the files' names
  std::string map;                                                          // map.toml
  std::string as_of = "2026-11-30T00:00:00Z";
  std::vector<Planted> truth;
  std::int64_t credits = 0;
};

/// Writes pos.csv, platform-1.csv, platform-2.csv, storefront.csv, payments.jsonl, erp.csv, gateway.jsonl, map.toml and truth.csv.
Month write_month(const Options& options, const std::string& folder);

}  // namespace exports
