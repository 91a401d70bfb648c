#pragma once
// What the hub believes, read from its SQLite file without its help.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

struct sqlite3;

namespace handoff::support {

struct HubCredit {
  std::int64_t no = 0, minor = 0;
  std::string currency, state, reason;
  std::map<std::string, std::string> hops;  // "cards" -> "done"
  std::vector<std::string> open_cases;      // "kind: reason"
};

class StoreView {
 public:
  /// Throws std::runtime_error if it cannot be read.
  explicit StoreView(const std::string& path);
  ~StoreView();
  StoreView(const StoreView&) = delete;
  StoreView& operator=(const StoreView&) = delete;

  /// By transaction.
  std::map<std::string, HubCredit> credits() const;
  std::int64_t active() const;
  std::int64_t number(const std::string& sql) const;
  /// Credits by state, attempts by outcome, postings that do not balance: whatever the query counts by name.
  std::map<std::string, std::int64_t> counts(const std::string& sql) const;

 private:
  std::vector<std::vector<std::string>> rows(const std::string& sql) const;

  sqlite3* db_ = nullptr;
};

}  // namespace handoff::support
