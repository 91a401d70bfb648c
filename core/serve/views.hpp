#pragma once
// What people and programs are shown of the store, as JSON: the same for the admin API, the console and the command
// line. Pure over a Reader: no clock (`now_ms` is Unix time), no network. Times are RFC 3339 in UTC, money is
// {"amount":"25.00","currency":"USD"}; what is unknown or empty is left out.
//
// Run each view inside one read transaction (or on the engine's connection) if it must be of one moment.

#include <cstdint>
#include <expected>
#include <functional>
#include <handoff/sdk/json.hpp>
#include <handoff/sdk/money.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto/vault.hpp"
#include "core/journal/reader.hpp"

namespace handoff::serve {

/// For {"error":{"code","message"}}. Codes: not_found, ambiguous.
struct ViewError {
  std::string code;
  std::string message;
};

/// So many rows at most are looked at for one answer.
inline constexpr std::int64_t kLookedAtMax = 100'000;

/// {"amount":"25.00","currency":"USD"}
json::Value money_view(const Money& money);

/// Counts of everything that moves or waits: credits by state, open cases by kind with what they hold up, effects,
/// parked webhooks, the oldest credit under way; after a restore how far the recovery has come.
json::Value status_view(journal::Reader& read, std::int64_t now_ms);

/// {"credits":[...], "more":true}, newest first. Empty: all. `on`: "2026-11-23"; `amount`: "25.00 USD"; `customer`: the hub's name of one (cu_...). What
/// is no amount or no customer is said.
struct CreditFilter {
  std::string state, store, on, amount, customer;
};
std::expected<json::Value, ViewError> credits_view(journal::Reader& read, const CreditFilter& filter,
                                                   std::int64_t limit, std::int64_t now_ms);

/// Which cases. Empty: all.
struct CaseFilter {
  std::string state, store, role, assignee;
  bool narrow() const { return !store.empty() || !role.empty() || !assignee.empty(); }
};

/// {"cases":[...], "more":false, "total":3}, the most urgent first. Each with its credit, notes, candidates and the sentence on what to do.
json::Value cases_view(journal::Reader& read, const CaseFilter& filter, std::int64_t limit, std::int64_t now_ms);

/// {"causes":[{"cause","count","overdue","oldest_age_ms","amounts","stores","cases":[1,2]}]}, the most frequent first.
json::Value causes_view(journal::Reader& read, const CaseFilter& filter, std::int64_t now_ms);

/// What cases have in common that one remedy would end: kind and reason without what is particular to a credit.
std::string cause_of(const journal::CaseRow& row);

/// [{"candidate":1,"connector","customer","score","evidence"}]
json::Array candidates_view(const journal::CaseRow& row);

/// One credit without its journey.
json::Value credit_view(journal::Reader& read, const journal::CreditRow& credit, std::int64_t now_ms);

/// {"tokens":[{"name","role","store","revoked","problem"}]}; `problem`: why it is refused. No hashes.
json::Value tokens_view(journal::Reader& read);

/// The credit that `what` means: a reference ("sc_..."), a number ("#17"), a transaction, an instrument, or an
/// id that any system gave it. The error lists the candidates if there are several.
std::expected<journal::CreditRow, ViewError> find_credit(journal::Reader& read, std::string_view what);
/// By a code that the hub itself made, of one of the newest issues.
std::optional<journal::CreditRow> credit_by_code(journal::Reader& read, const crypto::Vault& vault,
                                                 std::string_view code);

/// Of a call in doubt: when it ends.
struct Doubt {
  std::int64_t until = 0;  // Unix ms: looks that have found nothing by then say that the request never arrived
  bool proves = false;     // false: this vendor's looks prove no absence, and a person decides
  bool unstated = false;   // neither the vendor nor the operator states such times: a default counts
};
/// `ended`: when the call's last send ended, Unix ms.
using DoubtOf = std::function<std::optional<Doubt>(const journal::EffectRow& effect, const journal::CallRow& call,
                                                   std::int64_t ended)>;

/// The whole journey of a credit: why this route, each hop, effect, call and attempt, postings, cases, and under
/// "next" one sentence per open problem. Bodies are opened with `vault` and masked; null: they stay sealed.
/// `doubt_of` empty: nothing runs, and nothing is said of when a doubt ends.
std::expected<json::Value, ViewError> trace_view(journal::Reader& read, const crypto::Vault* vault,
                                                 std::string_view what, std::int64_t now_ms,
                                                 const DoubtOf& doubt_of = {});

}  // namespace handoff::serve
