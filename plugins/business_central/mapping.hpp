#pragma once
// Their words and ours: a booking as one journal line, and what the books show of it. Pure.

#include <handoff/sdk/call.hpp>

namespace handoff::business_central {

struct Books {
  Books() = default;
  std::string account, balancing_account, currency, journal_prefix, document_prefix;
};

/// The names under which a booking is found again. Both come from the effect's reference, which all its calls share:
/// so whichever of them is in doubt, `read` looks for the same thing.
std::string document_number(const Books& books, std::string_view reference);  // 20 characters at most
std::string journal_code(const Books& books, std::string_view reference);     // 10 letters at most

/// One booking, ready to be written. `on_account`: negative credits the liability account.
struct Posting {
  Posting() = default;
  std::string document, journal, reference, credit, entry, date;
  Money on_account;
};

/// Throws Failure(unsupported) for another currency or an unknown entry. `today`: date to use instead of the business
/// date, or empty.
Posting to_posting(const RecordInput& in, const Books& books, const std::string& today);

/// POST journals
json::Value journal_body(const Posting& posting);
/// POST journalLines
json::Value line_body(const Posting& posting, const Books& books);

/// An unposted line as a sighting in state "pending"; nothing if it is none of ours. Amounts are positive where the
/// liability grows.
std::optional<Sighting> line_sighting(const json::Value& line, const Books& books);

/// The posted entries of one document: a sighting "active" for each on our account. Entries of which none is on our
/// account are one sighting "unknown": something is there. Nothing if they cannot be read.
std::optional<std::vector<Sighting>> entry_sightings(const json::Array& entries, const Books& books);

/// Each entry of the account as it is listed; nothing if one of them is none.
std::optional<std::vector<Sighting>> listed_entries(const json::Array& entries, const Books& books);

}  // namespace handoff::business_central
