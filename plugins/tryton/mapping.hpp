#pragma once
// Their words and ours: a booking as one move of two lines, and what the books show of it. Pure.

#include "rpc.hpp"

namespace handoff::tryton {

struct Books {
  Books() = default;
  std::int64_t company = 0;
  std::string account, balancing_account, journal, currency;  // codes, as in the chart of accounts
  std::string party;  // id of the party that stands for all customers; empty: each customer's own
};

/// One account of the chart as the server keeps it.
struct Account {
  Account() = default;
  std::string id, code, currency;
  bool wants_party = false;
};
/// Nothing if it is none.
std::optional<Account> to_account(const json::Value& row);

/// One booking, ready to be written.
struct Posting {
  Posting() = default;
  std::string reference, credit, entry, date;
  Money amount;          // positive
  bool credits = false;  // the liability grows: "issued"
};
/// Throws Failure(unsupported) for another currency or an unknown entry. `today`: date to use instead of the business
/// date, or empty.
Posting to_posting(const RecordInput& in, const Books& books, const std::string& today);

/// The id of the party a line on that account carries; nothing if the account wants none. Throws Failure(rejected) if
/// it wants one and there is none.
std::optional<std::string> party_on(const Account& account, const Books& books, const RecordInput& in);

/// What `account.move.create` is given. `on`, `against`: the liability account and the other one, each with its party.
struct Line {
  Line() = default;
  Line(std::string account_id, std::optional<std::string> party_id)
      : account(std::move(account_id)), party(std::move(party_id)) {}
  std::string account;
  std::optional<std::string> party;
};
json::Value move_values(const Posting& posting, const Books& books, const std::string& journal,
                        const std::string& period, const Line& on, const Line& against);

/// The fields of a line that the functions below read.
std::vector<std::string> line_fields();

/// The moves that these lines are, in the order of their ids: state "pending" (draft), "active" (posted) or "unknown",
/// the last also for a move that has no line on our account, or others than ours. Amounts are positive where the
/// liability grows. Nothing if a line cannot be read.
std::optional<std::vector<Sighting>> to_sightings(const json::Array& lines, const Books& books);

/// A line of our account as it is listed; nothing if it is none.
std::optional<Sighting> listed(const json::Value& line, const Books& books);

/// The party of a contact mechanism; nothing if it cannot be read. `id` is empty where the party is not active any
/// more.
std::optional<CustomerInfo> to_customer(const json::Value& mechanism);

}  // namespace handoff::tryton
