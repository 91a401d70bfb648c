#pragma once
// A connector's connector.json, typed: what it can do and what its vendor promises. What is missing is the worst case
// (INVARIANTS F): lint, the engine and the simulator all read these sheets.

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <handoff/sdk/json.hpp>

namespace handoff {

enum class Sign { adding, removing, neutral, booking };
enum class RetryClass { idempotent, reverse, unsafe };
enum class KeyConflict { error, ignored, new_operation };
enum class SerializeBy { credit, customer, instrument, surface };

/// How `read` can find the trace of a call whose answer was lost.
enum class LookupBy { none, reference, code, instrument, customer };
/// As sheets and `ReadInput::by` say it; empty for none.
std::string_view name(LookupBy by);

inline constexpr std::int64_t kUnknownLagSeconds = 900;  // INVARIANTS A, "quiet period": unknown = 15 min

/// What the vendor promises for one labelled call that is not `safe`.
struct CallSheet {
  std::string label;
  Sign sign = Sign::adding;
  RetryClass retry = RetryClass::unsafe;

  bool key_supported = false;
  std::int64_t key_window_s = 0;  // INVARIANTS A: undeclared = 0
  KeyConflict key_conflict = KeyConflict::new_operation;
  bool errors_cached = true;

  LookupBy lookup_by = LookupBy::none;  // rule 2
  bool history = false;                 // rule 3: `read` by "history"
  bool lookup_is_proof = false;
  bool reference_unique = false;
  std::int64_t visibility_lag_s = kUnknownLagSeconds;
  std::int64_t inflight_max_s = kUnknownLagSeconds;

  std::int64_t reversal_window_s = 0;              // rule 4: how long after the first send it may be reversed
  bool reversal_tombstones_late_original = false;  // what arrives after its reversal has no effect

  std::vector<std::string> echoes;         // fields of handoff::Echoes
  std::vector<std::string> no_effect;      // "400", "400/*", "404/not_found"
  std::vector<std::string> not_no_effect;  // exceptions from the above
  std::vector<std::string> refused_before_execution;
  std::vector<std::string> applied_states;  // sighting states that prove the call; default: active
  bool compare_and_set = false;             // REJECTED may mean "someone was faster": the operation runs anew
  SerializeBy serialize_by = SerializeBy::credit;

  /// The longest time an unanswered request may still take effect unseen (Q without clock error).
  std::int64_t quiet_s() const { return visibility_lag_s + inflight_max_s; }
};

struct OperationSheet {
  std::string name;  // "issue"
  int revision = 1;
  std::string surface;
  bool links = false;           // issue: the instrument is the customer's at once
  bool relinks = false;         // link: also what is another customer's already
  bool needs_customer = false;  // record, issue, link: does nothing without the system's own customer
  std::vector<std::string> by;  // read, find_customer: the ways it can look
  std::vector<std::string> void_terminal_states;
  std::vector<CallSheet> calls;  // in declared order
  const CallSheet* call(std::string_view label) const;
};

struct SurfaceSheet {
  bool pool = true;  // undeclared = pool, the dangerous case
};

struct Manifest {
  std::string id, title, version, vendor_api, status;
  std::vector<std::string> roles;
  std::map<std::string, std::string> sources;
  json::Value auth;  // declared scheme, see docs/guides/writing-a-connector.md
  std::vector<std::string> secrets;
  std::vector<std::string> optional_secrets;  // of these, what a configuration may leave out
  json::Value settings;                       // JSON Schema
  int concurrency = 4;
  int requests_per_minute = 0;  // 0 = not declared
  std::map<std::string, SurfaceSheet> surfaces;
  std::map<std::string, OperationSheet> operations;

  const OperationSheet* operation(std::string_view name) const;
};

/// Reads connector.json. The error says where: "operations.issue.calls.create-voucher.sign: ...".
std::expected<Manifest, std::string> parse_manifest(std::string_view text);

/// Whether `code` ("400/duplicate_found") is covered by a list ("400", "400/*", "400/duplicate_found").
bool code_listed(const std::vector<std::string>& list, std::string_view code);

}  // namespace handoff
