#pragma once
// The faults an operator asked for, and the draw that decides whether one fires.

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "http_message.hpp"

namespace sandbox {

enum class FaultMode {
  latency,         // wait, then as normal
  lost_before,     // connection closed, nothing happened
  lost_after,      // the effect happened, connection closed without an answer
  late,            // connection closed at once; the effect happens delay_ms later
  http_429,        // refused, in the vendor's words
  http_500,        // nothing happened
  http_500_after,  // the effect happened, 500 answered
  garbage,         // the effect happened, 200 with a JSON text cut in the middle
  stale_reads,     // reads answer the state of delay_ms ago
  outage,          // connections closed at once until the fault is removed
  black_hole,      // accepted, never answered
};

std::string_view mode_name(FaultMode mode);
std::optional<FaultMode> mode_from(std::string_view name);

struct Fault {
  std::int64_t id = 0;
  std::string vendor;
  std::string method;         // empty = any
  std::string path_prefix;    // empty = any
  std::string query_has;      // a parameter's name; empty = any
  std::string body_contains;  // empty = any; for GraphQL and form bodies, where the path says little
  FaultMode mode = FaultMode::latency;
  std::uint32_t chance_millionths = 1'000'000;
  std::optional<std::int64_t> count;  // fires left; nothing = for ever
  std::int64_t delay_ms = 0;
  std::int64_t retry_after_s = 1;

  bool matches(const Request& request) const;
  Json to_json() const;
};

/// Reads the body of POST /faults. An error text says what is wrong.
struct ParsedFault {
  std::optional<Fault> fault;
  std::string error;
};
ParsedFault fault_from(const Json& json);

/// [any thread]
class FaultBook {
 public:
  explicit FaultBook(std::uint64_t seed) : generator_(seed) {}

  std::int64_t add(Fault fault);
  /// Removes the faults of one vendor, or all when `vendor` is empty; or only the one with `id`.
  void remove(std::string_view vendor, std::optional<std::int64_t> id = std::nullopt);
  std::vector<Fault> list() const;

  /// The first fault of `vendor` that matches and whose chance comes up. It is counted. A stale_reads fault is only
  /// considered when `read` is true, an outage by is_out().
  std::optional<Fault> draw(std::string_view vendor, const Request& request, bool read);
  bool is_out(std::string_view vendor);
  /// The longest delay among the vendor's stale_reads faults, 0 when there is none.
  std::int64_t stale_lag_ms(std::string_view vendor) const;
  std::map<std::string, std::int64_t> fired(std::string_view vendor) const;
  void reset_counts();

 private:
  bool fires(Fault& fault);

  mutable std::mutex mutex_;
  std::mt19937_64 generator_;
  std::vector<Fault> faults_;
  std::map<std::string, std::map<std::string, std::int64_t>, std::less<>> fired_;
  std::int64_t next_id_ = 1;
};

}  // namespace sandbox
