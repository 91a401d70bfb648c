#pragma once
// Who a credit is, and the names derived from it (INVARIANTS A, P3).

#include <cstdint>
#include <handoff/sdk/operations.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace handoff {

/// What makes a credit the same credit for ever. Either the source gives a globally unique id (DESIGN D5), or the
/// tuple counts: never a time of day.
struct CreditKey {
  std::string tenant;         // immutable id of the retailer
  std::string source;         // immutable id of the connector or "register"
  std::string unique_id;      // alone the identity if not empty
  std::string scope;          // store + register: registers reset their numbers
  std::string business_date;  // "2026-11-23"
  std::string transaction, line;
};

/// The scope of a store's register: "STORE/TERMINAL", or "STORE". A slash in a store's name is "%2F", so that two places are
/// never one.
std::string place(std::string_view store, std::string_view terminal);

/// The canonical text of the key, for digests and idempotency keys. Fields cannot run into each other.
std::string cid_text(const CreditKey& key);

/// The stored form: 14 bytes, 16 bits of date, 32 of scope, 64 of the rest. Neighbours in time and place are
/// neighbours in the index, so that a million old credits do not slow down a new one.
std::string credit_id(const CreditKey& key);
/// So many bytes of an id are its day; so many are its day, source and scope.
inline constexpr std::size_t kIdDayBytes = 2, kIdPlaceBytes = 6;

/// "sc_" and 23 base32 characters: the public reference, the same in every system.
std::string credit_ref(std::string_view id);
std::optional<std::string> credit_id_from_ref(std::string_view ref);

/// The hub itself as a source of credits: a test of the chain, taken back at once. Nobody's money: audits, totals and stores'
/// tasks leave it out. Told by the first letters of its reference, in every system that shows it.
inline constexpr std::string_view kProbeSource = "probe";
bool is_probe_ref(std::string_view ref);

/// Days since 1970-01-01 of "YYYY-MM-DD"; nothing if it is no date of the Gregorian calendar.
std::optional<int> days_from_date(std::string_view date);
/// "2026-11-23T10:00:00.123Z"
std::string rfc3339(std::int64_t unix_ms);

inline constexpr std::int64_t kDayMs = 86'400'000;
/// "books.record is in doubt, until 17:31:05 UTC"
std::string in_doubt_until(const std::string& hop, std::int64_t unix_ms);
/// Unix milliseconds of an RFC 3339 time with an offset; nothing if it is none. Finer digits are cut.
std::optional<std::int64_t> unix_ms(std::string_view text);
/// "2026-11-23" in UTC.
std::string date_from_days(int days);

/// The identity of one effect and one of its calls.
struct EffectKey {
  std::string tenant;
  std::string subject;  // cid text, or "customer:<hub id>" for mirrors
  std::string surface, op;
  int generation = 0;
  std::int64_t ordinal = 0;
};
std::string effect_text(const EffectKey& key);
/// "ho1-" + 32 base32 characters of SHA-256 (P3). Not a secret.
std::string call_key(const EffectKey& effect, std::string_view label, int revision);
/// 20 base32 characters of the same derivation.
std::string call_ref20(const EffectKey& effect, std::string_view label, int revision);

/// The most that one credit can be, in minor units: 99,999,999,999.99 USD. Of this size 900,000 add up in 64 bits (M6); a
/// sum for people takes in 200,000 at most.
inline constexpr std::int64_t kCreditMinorMax = 9'999'999'999'999;

/// Why no credit can come of an event that a connector read, or empty: a kind nobody knows, no money, nothing by which it
/// would be known when it comes again (N1).
std::string why_unfit(const SourceEvent& event);

}  // namespace handoff
